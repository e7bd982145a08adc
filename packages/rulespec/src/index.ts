export * from './check/check-rules.ts';
export type * from './check/checked.ts';
export * from './knowledge/knowledge.ts';
export * from './source/parse-rule.ts';
export type * from './source/rule-source.ts';
