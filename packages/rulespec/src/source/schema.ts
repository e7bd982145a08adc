import type { Shapes } from '../shapes/definition.ts';
import { shapes } from '../shapes/registry.ts';
import { commonKeys, requiredKeys } from './parse-rule.ts';
import { date, listOf, oneOf, recordOf, type Schema, scalar, text } from './schema-parts.ts';
import {
  caseKinds,
  decisives,
  levelScales,
  methods,
  objects,
  overrides,
  owners,
  parameterTypes,
  reaches,
  results,
  stages,
  walks,
} from './vocabulary.ts';

const names = recordOf({ zh: text, en: text }, ['zh', 'en']);

const properties: Readonly<Record<string, Schema>> = {
  id: text,
  version: { type: 'integer', minimum: 0 },
  official_code: text,
  official_number: { type: 'integer' },
  name: names,
  class: recordOf({ category: text, group: text }, ['category', 'group']),
  object: oneOf(objects),
  result: oneOf(results),
  appealable: { type: 'boolean' },
  override: oneOf(overrides),
  stages: listOf(oneOf(stages)),
  scenes: listOf(text),
  basis: listOf(
    recordOf({ document: text, number: text, article: text, area: text, from: date, to: date, certainty: oneOf(['cited', 'inferred']) }, [
      'document',
      'article',
      'area',
      'from',
      'certainty',
    ]),
  ),
  effective: recordOf({ from: date, to: date }, ['from']),
  decisive: oneOf(decisives),
  owner: oneOf(owners),
  level_scale: oneOf(levelScales),
  payment_scope: { type: 'boolean' },
  person_owed: { type: 'boolean' },
  by: oneOf(walks),
  reach: oneOf(reaches),
  shape: text,
  params: {
    type: 'object',
    additionalProperties: recordOf(
      {
        type: oneOf(parameterTypes),
        of: text,
        values: { ...listOf(recordOf({ from: date, area: text, value: scalar }, ['from', 'value'])), minItems: 1 },
      },
      ['type', 'values'],
    ),
  },
  needs: listOf(text),
  where: text,
  exceptions: listOf(
    recordOf(
      {
        when: text,
        needs: listOf(text),
        basis: text,
        effect: { anyOf: [oneOf(['clear', 'lower']), recordOf({ cap: { type: 'integer' } }, ['cap'])] },
      },
      ['when', 'basis', 'effect'],
    ),
  ),
  amount: recordOf({ method: oneOf(methods), excess: text, cap: text, difference: text }, ['method']),
  message: names,
  knowledge: { type: 'object' },
  cases: {
    ...listOf({ type: 'object', properties: { name: text, kind: oneOf(caseKinds) }, required: ['name', 'kind', 'expect', 'history'] }),
    minItems: 1,
  },
};

/** JSON Schema of rule files, so that editors complete and check them while they are written. */
export function ruleJsonSchema(known: Shapes = shapes): object {
  const variants = Object.values(known).map(({ kind, form }) => ({
    type: 'object',
    properties: {
      ...Object.fromEntries(commonKeys.map((key) => [key, key === 'shape' ? { const: kind } : (properties[key] ?? {})])),
      ...form.keys,
    },
    required: [...requiredKeys, ...form.required],
    additionalProperties: false,
  }));
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'Hengjian rule', oneOf: variants };
}
