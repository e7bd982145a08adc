export * from './load.ts';
export * from './reads.ts';
