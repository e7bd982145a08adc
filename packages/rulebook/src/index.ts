export * from './catalogue/catalogue.ts';
export * from './catalogue/problem-list.ts';
export * from './load.ts';
export * from './published.ts';
export * from './reads.ts';
