export * from './load.ts';
export * from './published.ts';
export * from './reads.ts';
