import type { CheckedGroup, GroupShape } from './group/types.ts';
import type { CheckedLine, LineShape } from './line/types.ts';
import type { CheckedTotal, CheckedWindow, TotalShape, WindowShape } from './measured/types.ts';
import type { CheckedPair, PairShape } from './pair/types.ts';
import type { CheckedPeer, PeerShape } from './peer/types.ts';
import type { CheckedStays, StaysShape } from './stays/types.ts';
import type { CheckedVisit, VisitShape } from './visit/types.ts';

/** Every shape as its file says it, and as the checker leaves it. The kinds of both are the same. */
export type ShapeSource = LineShape | VisitShape | PairShape | TotalShape | WindowShape | StaysShape | PeerShape | GroupShape;
export type CheckedShape =
  | CheckedLine
  | CheckedVisit
  | CheckedPair
  | CheckedTotal
  | CheckedWindow
  | CheckedStays
  | CheckedPeer
  | CheckedGroup;
export type ShapeName = ShapeSource['kind'];
