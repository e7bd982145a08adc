export * from './civil.ts';
export * from './csv.ts';
export * from './decimal.ts';
export * from './dictionary.ts';
export * from './errors.ts';
export type * from './generated/tables.ts';
export * from './schemas.ts';
export * from './validate.ts';
export * from './working-form.ts';
