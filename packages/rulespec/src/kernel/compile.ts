import type { BoundRulebook } from '../bind/bound.ts';
import { interpreter } from '../interpret/interpreter.ts';
import type { Kernel } from './hit.ts';

export const compileKernel = (rulebook: BoundRulebook): Kernel => interpreter(rulebook);
