/** Helpers for tests of other packages; they need fast-check. */
export { type DifferentialResult, differentialTest, personsPerLake } from './differential.ts';
export { histories, person, spread, type Vocabulary, vocabularyOf } from './histories.ts';
export { pointsCsv } from './pools.ts';
export { ruleText } from './rules.ts';
