export * from './catalogue/catalogue.ts';
export * from './catalogue/problem-list.ts';
export * from './knowledge-folder.ts';
export * from './load.ts';
export { rulebookProblems } from './problems.ts';
export * from './published.ts';
export * from './reads.ts';
