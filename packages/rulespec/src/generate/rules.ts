import * as fc from 'fast-check';
import { definitionOf, type Shapes } from '../shapes/definition.ts';
import { shapes } from '../shapes/registry.ts';
import type { CheckedShape } from '../shapes/types.ts';
import { poolOf } from './pools.ts';

/** Text of a random rule of a shape. JSON is YAML, so it is read by the same parser as the library. */
export function ruleText(shape: string, known: Shapes = shapes): fc.Arbitrary<string> {
  const { of, optional } = poolOf(fc);
  const definition = definitionOf({ kind: shape }, known);
  const head = fc.record({
    decisive: of('service', 'admission', 'settlement'),
    owner: of('treatment', 'insurance'),
    payment_scope: fc.boolean(),
    reach: optional(of('city', 'institution', 'row')),
    by: fc.oneof(
      { weight: 5, arbitrary: fc.constant('person') },
      { weight: 1, arbitrary: of('practitioner', 'institution', 'trace_code', 'invoice') },
    ),
    to: optional(of('2026-03-06')),
  });
  return fc.tuple(head, definition.generate(fc)).map(([{ to, by, reach, payment_scope, ...more }, keys]) => {
    const statistic = definition.interpret.kind === 'gather';
    const visits = definition.rows.of({ kind: shape, of: 'line', ...keys } as unknown as CheckedShape) === 'visit';
    const prescription = keys['over'] === 'prescription' || keys['within'] === 'prescription' || keys['within'] === 'point.window';
    const keyed =
      definition.keys !== undefined &&
      !prescription &&
      !/charged|known\(lines\)/.test(JSON.stringify(keys)) &&
      !((by === 'trace_code' || by === 'invoice') && visits);
    const rule = {
      id: `R-${shape}`,
      version: 1,
      name: { zh: '规则', en: 'rule' },
      class: { category: 'c', group: 'g' },
      object: 'item',
      result: 'suspicious',
      appealable: true,
      override: 'with_reason',
      stages: ['after'],
      scenes: [],
      basis: [{ document: 'd', article: 'a', area: '000000', from: '2020-01-01', certainty: 'inferred' }],
      effective: { from: '2020-01-01', ...(to === undefined ? {} : { to }) },
      ...more,
      ...(reach === undefined || /charged_within/.test(JSON.stringify(keys)) ? {} : { reach }),
      by: keys['limit'] === 'supplied()' ? 'institution' : keyed ? by : 'person',
      level_scale: 'hosp_lv',
      payment_scope: payment_scope && !visits && !statistic,
      shape,
      params: {
        age: {
          type: 'integer',
          values: [
            { from: '2020-01-01', value: 2 },
            { from: '2026-03-04', value: 4 },
            { from: '2026-03-02', area: '410500', value: 30 },
          ],
        },
        share: { type: 'ratio', values: [{ from: '2020-01-01', value: '0.3' }] },
      },
      ...keys,
      message: statistic ? { zh: '{limit}', en: '{limit}' } : { zh: '{item}', en: '{item}' },
      cases: [{ name: 'none', kind: 'clear', expect: [], history: [] }],
    };
    return JSON.stringify(rule);
  });
}
