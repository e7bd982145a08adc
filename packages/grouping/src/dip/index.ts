export { type CharlsonIndex, compileCharlson } from './auxiliary.ts';
export * from './case.ts';
export * from './catalogue.ts';
export { formCatalogue, pointsOf } from './form.ts';
export * from './grouper.ts';
export * from './parameters.ts';
export { type DipParameterTexts, demonstrationDip, parseDipParameters, readDipParameters } from './read.ts';
