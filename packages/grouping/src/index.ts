export * from './case/case.ts';
export * from './scheme/condition.ts';
export * from './scheme/scheme.ts';
export type { GroupedStay } from './stay.ts';
