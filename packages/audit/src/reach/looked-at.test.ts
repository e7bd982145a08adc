import { bindRulebook, checkRules, parseKnowledge, parseRule, subjectDictionaries, subjectReach } from '@hengjian/rulespec';
import { dimensionTableNames, forEachName, type LakeContext, type TableData } from '@hengjian/standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Census } from './census.ts';
import { codesOfLake, kindsLookedAt, lookedAtOf } from './looked-at.ts';
import { shareText } from './words.ts';

const rule = `id: T01
version: 1
name: {zh: 试验, en: Trial}
class: {category: 政策类, group: 试验}
object: drug
result: suspicious
appealable: true
override: allowed
stages: [after]
scenes: [outpatient, inpatient, pharmacy]
basis: [{document: 试验, article: '1', area: '000000', from: 2000-01-01, certainty: inferred}]
effective: {from: 2000-01-01}
decisive: service
owner: treatment
payment_scope: false
by: person
shape: line
items: drug-trial
when: line.cnt > 1
amount: {method: none}
message: {zh: 试验, en: trial}
cases: []
`;
const header = 'point_id:id,items:items,basis:text,source:text,region:area,valid_from:date,valid_to:date';

/** Codes of drugs, services, consumables and of the hospital alone. */
const pool = ['X', 'Z', 'C', '0', 'L'].flatMap((letter) =>
  Array.from({ length: 4 }, (_, at) => {
    if (letter === 'X') return `XA01AAA001A0101011${String(at).padStart(5, '0')}`;
    if (letter === 'Z') return `ZA01AAA0001${String(at).padStart(9, '0')}`;
    if (letter === 'C') return `C${String(at).padStart(19, '0')}`;
    return letter === '0' ? `00110200001000${at}` : `LOCAL-${at}`;
  }),
);

const empty: TableData = { length: 0, columns: {} };

interface Given {
  readonly items: readonly { readonly code: string; readonly rows: number; readonly fen: number; readonly type: number }[];
  readonly points: readonly { readonly codes: readonly string[]; readonly from: string; readonly to: string; readonly region: string }[];
}

function bindTrial({ items, points }: Given) {
  const rows = points.map(({ codes, from, to, region }, at) => `P${at},${codes.join('|')},b,s,${region},${from},${to}`);
  const { table, problems: unread } = parseKnowledge(`${[header, ...rows].join('\n')}\n`, 'drug-trial.csv');
  const parsed = parseRule(rule, 'T01.yaml', { cases: false });
  if (table === undefined || parsed.rule === undefined) throw new Error(JSON.stringify([...unread, ...parsed.problems]));
  const tables = new Map([[table.name, table]]);
  const { rules, problems } = checkRules([parsed.rule], tables);
  const [checked] = rules;
  if (checked === undefined) throw new Error(JSON.stringify(problems));
  const context: LakeContext = {
    dictionaries: { item: items.map(({ code }) => code), list_type: ['101', '201', '301'], area: ['410500'] },
    dimensions: {
      ...forEachName(dimensionTableNames, () => empty),
      item: { length: items.length, columns: { list_type: Int8Array.from(items, ({ type }) => type) } },
    },
    coverage: { line_from: 20_089, line_to: 20_453, visit_from: 20_089, visit_to: 20_453 },
    absent: [],
  };
  const census: Census = forEachName(subjectDictionaries, (name) => ({
    rows: Float64Array.from(name === 'item' ? [0, ...items.map((item) => item.rows)] : [0]),
    fen: name === 'item' ? Float64Array.from([0, ...items.map((item) => item.fen)]) : undefined,
  }));
  const bound = bindRulebook([checked], tables, context);
  const reach = subjectReach(bound, checked);
  if (reach === undefined) throw new Error('the trial looks at everything');
  const codes = codesOfLake(bound, census);
  return { own: lookedAtOf(codes, checked, reach), kinds: kindsLookedAt(codes, [reach]), reach };
}

const lakes: fc.Arbitrary<Given> = fc.record({
  items: fc.uniqueArray(
    fc.record({ code: fc.constantFrom(...pool), rows: fc.nat(1000), fen: fc.nat(1_000_000), type: fc.integer({ min: -1, max: 2 }) }),
    { selector: ({ code }) => code, minLength: 1 },
  ),
  points: fc
    .array(
      fc.record({
        codes: fc.array(fc.constantFrom(...pool, 'XA01*', 'C*'), { maxLength: 3 }),
        from: fc.constantFrom('2000-01-01', '2025-06-01', '2026-01-01'),
        to: fc.constantFrom('', '2024-12-31', '2025-06-30').filter((to) => to !== '2024-12-31'),
        region: fc.constantFrom('000000', '410000', '330000'),
      }),
      { maxLength: 5 },
    )
    .map((points) => points.map((point) => (point.to !== '' && point.to < point.from ? { ...point, to: '' } : point))),
});

const sum = (numbers: readonly (number | null)[]): number => numbers.reduce<number>((total, one) => total + (one ?? 0), 0);

describe('what a rule looks at', () => {
  it('adds up with what it does not look at and what nobody can tell, and so do the shares', () => {
    fc.assert(
      fc.property(lakes, (given) => {
        const { own, kinds } = bindTrial(given);
        const parts = [own.looked_at, own.not_looked_at, own.untold];
        for (const name of ['codes', 'rows', 'fen'] as const) expect(sum(parts.map((part) => part[name]))).toBe(own.all[name]);
        for (const name of ['rows_share', 'fen_share'] as const) expect(sum(parts.map((part) => part[name]))).toBe(own.all[name] ?? 0);
        expect(sum(kinds.map(({ all }) => all.rows))).toBe(sum(given.items.map(({ rows }) => rows)));
        for (const { all, looked_at, not_looked_at } of kinds) expect(looked_at.rows + not_looked_at.rows).toBe(all.rows);
      }),
    );
  });

  it('is what a plain search over the points says, in force and in an area of the lake', () => {
    fc.assert(
      fc.property(lakes, (given) => {
        const inForce = given.points.filter(({ from, region }) => from < '2026-01-01' && region !== '330000');
        const named = new Set(given.points.flatMap(({ codes }) => codes.filter((code) => !code.endsWith('*'))));
        const above = (own: string): string => (own.endsWith('*') ? own.slice(0, -1) : /^0\d{10}0000$/.test(own) ? own.slice(0, 11) : own);
        const means = (own: string, code: string): boolean => own === code || (!named.has(code) && code.startsWith(above(own)));
        const reached = given.items.filter(({ code }) => inForce.some(({ codes }) => codes.some((own) => means(own, code))));
        expect(bindTrial(given).own.looked_at.rows).toBe(sum(reached.map(({ rows }) => rows)));
      }),
    );
  });

  it('never shows something as nothing, nor nearly all as all', () => {
    expect(shareText(10_000, { isAll: false, isNone: false })).toBe('> 99.99 %');
    expect(shareText(0, { isAll: false, isNone: false })).toBe('< 0.01 %');
    expect(shareText(0, { isAll: false, isNone: true })).toBe('0.00 %');
    expect(shareText(null, { isAll: false, isNone: true })).toBe('—');
    expect(shareText(8251, { isAll: false, isNone: false })).toBe('82.51 %');
  });
});
