import { measures } from './vocabulary.ts';

/** A JSON Schema, or a part of one. */
export type Schema = Readonly<Record<string, unknown>>;

export const text: Schema = { type: 'string' };
export const date: Schema = { type: 'string', format: 'date' };
export const flag: Schema = { type: 'boolean' };
export const scalar: Schema = { type: ['string', 'number', 'boolean', 'null'] };
/** A number or an expression. */
export const numeric: Schema = { type: ['string', 'integer'] };
/** A decimal or an expression. */
export const decimal: Schema = { type: ['string', 'number'] };
export const oneOf = (values: readonly string[]): Schema => ({ enum: [...values] });
export const listOf = (items: Schema): Schema => ({ type: 'array', items });
export const recordOf = (properties: Readonly<Record<string, Schema>>, required: readonly string[]): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
/** Whether a rule looks at lines or visits. */
export const ofRows: Schema = oneOf(['line', 'visit']);
export const measure: Schema = oneOf(measures);
