export { workbenchProblems } from './problems.ts';
export { checkLists, type Evaluated, type EvaluateInput, evaluateSettlement, type ListsInput } from './settlement/evaluate.ts';
export { type PublicPageInput, writePublicPage } from './settlement/public-page.ts';
export { type DraftInput, draftSettlement, type Settled, type SettleInput, settle } from './settlement/settle.ts';
export { type PrintInput, printStatements } from './settlement/statements.ts';
export { type ExplainedStay, explainStay, type RepriceInput, repriceStay, type StayInput } from './settlement/stay.ts';
