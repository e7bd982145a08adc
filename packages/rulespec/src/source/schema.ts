import { comparisons, directions, entities, periods, terms } from '../peer/source.ts';
import { commonKeys } from './parse-rule.ts';
import { shapeKeys } from './parse-shape.ts';
import {
  caseKinds,
  decisives,
  levelScales,
  measures,
  methods,
  objects,
  overrides,
  owners,
  parameterTypes,
  reaches,
  results,
  type ShapeName,
  scopes,
  shapes,
  stages,
  sumMeasures,
  walks,
} from './rule-source.ts';

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const date: Schema = { type: 'string', format: 'date' };
const oneOf = (values: readonly string[]): Schema => ({ enum: [...values] });
const listOf = (items: Schema): Schema => ({ type: 'array', items });
const record = (properties: Readonly<Record<string, Schema>>, required: readonly string[]): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const names = record({ zh: text, en: text }, ['zh', 'en']);
const scalar: Schema = { type: ['string', 'number', 'boolean', 'null'] };

const properties: Readonly<Record<string, Schema>> = {
  id: text,
  version: { type: 'integer', minimum: 0 },
  official_code: text,
  official_number: { type: 'integer' },
  name: names,
  class: record({ category: text, group: text }, ['category', 'group']),
  object: oneOf(objects),
  result: oneOf(results),
  appealable: { type: 'boolean' },
  override: oneOf(overrides),
  stages: listOf(oneOf(stages)),
  scenes: listOf(text),
  basis: listOf(
    record({ document: text, number: text, article: text, area: text, from: date, to: date, certainty: oneOf(['cited', 'inferred']) }, [
      'document',
      'article',
      'area',
      'from',
      'certainty',
    ]),
  ),
  effective: record({ from: date, to: date }, ['from']),
  decisive: oneOf(decisives),
  owner: oneOf(owners),
  level_scale: oneOf(levelScales),
  payment_scope: { type: 'boolean' },
  by: oneOf(walks),
  reach: oneOf(reaches),
  shape: oneOf(shapes),
  params: {
    type: 'object',
    additionalProperties: record(
      { type: oneOf(parameterTypes), of: text, values: { ...listOf(record({ from: date, area: text, value: scalar }, ['from', 'value'])), minItems: 1 } },
      ['type', 'values'],
    ),
  },
  needs: listOf(text),
  where: text,
  when: text,
  limit: { type: ['string', 'number'] },
  items: text,
  each: oneOf(['diagnosis', 'operation']),
  points: text,
  sums: { type: 'object', additionalProperties: record({ measure: oneOf(sumMeasures), items: text, where: text }, ['measure']) },
  pairs: text,
  pair: { ...listOf(text), minItems: 2, maxItems: 2 },
  same: text,
  different_item: { type: 'boolean' },
  within: { anyOf: [text, record({ minutes: scalar, days: scalar }, [])] },
  order: oneOf(['any', 'before']),
  violating: oneOf(['b', 'cheaper']),
  of: oneOf(['line', 'visit']),
  group: text,
  over: oneOf(scopes),
  days: { type: ['string', 'integer'] },
  measure: oneOf(measures),
  a_where: text,
  b_where: text,
  within_days: { type: ['string', 'integer'] },
  swap: { type: 'boolean' },
  exceptions: listOf(
    record({ when: text, needs: listOf(text), basis: text, effect: { anyOf: [oneOf(['clear', 'lower']), record({ cap: { type: 'integer' } }, ['cap'])] } }, [
      'when',
      'basis',
      'effect',
    ]),
  ),
  amount: record({ method: oneOf(methods), excess: text, cap: text, difference: text }, ['method']),
  message: names,
  knowledge: { type: 'object' },
  cases: { ...listOf({ type: 'object', properties: { name: text, kind: oneOf(caseKinds) }, required: ['name', 'kind', 'expect', 'history'] }), minItems: 1 },
};

const term = record({ measure: oneOf(terms), items: text, where: text }, ['measure']);
const number: Schema = { type: ['string', 'integer'] };

/** Keys that mean something of their own in one shape. */
const shapeProperties: Readonly<Partial<Record<ShapeName, Readonly<Record<string, Schema>>>>> = {
  peer: {
    entity: oneOf(entities),
    over: oneOf(periods),
    numerator: term,
    denominator: term,
    peers: listOf(text),
    compare: oneOf(comparisons),
    direction: oneOf(directions),
    limit: { type: ['string', 'number'] },
    also: { type: ['string', 'number'] },
    months: listOf({ type: 'integer', minimum: 1, maximum: 12 }),
    minimum: record({ peers: { type: 'integer' }, size: { type: 'integer' }, periods: { type: 'integer' }, known: { type: 'number' } }, []),
  },
  group: {
    alike: listOf(text),
    together: record({ key: listOf(text), minutes: number, same: listOf(text) }, ['key']),
    linked: text,
    persons: number,
    times: number,
    crowd: number,
  },
};

/** JSON Schema of rule files, so that editors complete and check them while they are written. */
export function ruleJsonSchema(): object {
  const variants = shapes.map((shape) => ({
    type: 'object',
    properties: Object.fromEntries(
      [...commonKeys, ...shapeKeys[shape].keys].map((key) => [
        key,
        key === 'shape' ? { const: shape } : (shapeProperties[shape]?.[key] ?? properties[key] ?? {}),
      ]),
    ),
    required: [
      'id',
      'version',
      'name',
      'class',
      'object',
      'result',
      'appealable',
      'override',
      'stages',
      'scenes',
      'basis',
      'effective',
      'decisive',
      'owner',
      'shape',
      'amount',
      'message',
      'cases',
      ...shapeKeys[shape].required,
    ],
    additionalProperties: false,
  }));
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'Hengjian rule', oneOf: variants };
}
