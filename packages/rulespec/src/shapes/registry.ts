import type { ShapeDefinition, Shapes } from './definition.ts';
import { groupShape } from './group/shape.ts';
import { lineShape } from './line/shape.ts';
import { totalShape } from './measured/total.ts';
import { windowShape } from './measured/window.ts';
import { pairShape } from './pair/shape.ts';
import { peerShape } from './peer/shape.ts';
import { staysShape } from './stays/shape.ts';
import type { CheckedShape, ShapeName, ShapeSource } from './types.ts';
import { visitShape } from './visit/shape.ts';

type Definitions = {
  readonly [Kind in ShapeName]: ShapeDefinition<Extract<ShapeSource, { kind: Kind }>, Extract<CheckedShape, { kind: Kind }>>;
};

/** Every shape of the language. One that lacks its record, or a part of it, fails to compile here, by name. */
export const shapes = {
  line: lineShape,
  visit: visitShape,
  pair: pairShape,
  total: totalShape,
  window: windowShape,
  stays: staysShape,
  peer: peerShape,
  group: groupShape,
} as const satisfies Definitions & Shapes;
