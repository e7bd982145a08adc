import type { TruthRow } from '../block.ts';
import type { City } from '../city.ts';
export const cityTruths = (_city: City): readonly TruthRow[] => [];
