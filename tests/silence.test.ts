import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lakeCoverage, type RunRecord, runAudit, whyNot } from '@hengjian/audit';
import { lakeViews, openLake, readSegment } from '@hengjian/lake';
import { loadRulebook } from '@hengjian/rulebook';
import { libraryFolder, views, words } from '@hengjian/standard';
import { jsonReader } from '@hengjian/stored';
import { integer, openTables, text } from '@hengjian/table';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type City, makeCity } from './city.ts';
import { command } from './command.ts';

const covered = Type.Object({ rules: Type.Array(Type.Object({ rule_id: Type.String() })), points: Type.Object({ rules: Type.Integer() }) });

let city: City;
let run: string;
let record: RunRecord;
beforeAll(async () => {
  city = await makeCity(400);
  run = join(city.folder, 'run');
  record = await runAudit({ lake: city.lake, out: run, report: true });
}, 300_000);
afterAll(() => city.remove());

const figuresOf = (rule: string) => record.rules.find(({ rule_id }) => rule_id === rule);

/** Rows and fen of the lake by code, in plain SQL over the national tables. */
async function plainCodes(): Promise<ReadonlyMap<string, { readonly rows: number; readonly fen: number }>> {
  const lake = await openLake(city.lake);
  const tables = await openTables({ folders: [city.lake] });
  try {
    for (const statement of lakeViews(lake, ['fee_list_d'])) await tables.run(statement);
    const sql = `SELECT med_list_codg AS code, count(*) AS n, sum(det_item_fee_sumamt)::BIGINT AS fen FROM fee_list_d GROUP BY 1`;
    const rows = await tables.rows(sql, { code: text, n: integer, fen: integer });
    return new Map(rows.map(({ code, n, fen }) => [code, { rows: n, fen }]));
  } finally {
    tables.close();
  }
}

describe('what a run did not look at', () => {
  it('is counted as plain SQL over the national tables counts it', async () => {
    const codes = [...(await plainCodes())];
    const kinds: Readonly<Record<string, RegExp>> = { drug: /^[XZT]/, service: /^0/, consumable: /^C/ };
    for (const [kind, pattern] of Object.entries(kinds)) {
      const own = codes.filter(([code]) => pattern.test(code)).map(([, counts]) => counts);
      const all = record.looked_at?.find((one) => one.kind === kind)?.all;
      expect(all?.rows, kind).toBe(own.reduce((sum, { rows }) => sum + rows, 0));
      expect(all?.fen, kind).toBe(own.reduce((sum, { fen }) => sum + fen, 0));
    }
    const tables = loadRulebook({ ids: ['N01'] }).tables.get('drug-work-injury');
    const named = new Set(tables?.rows.flatMap(({ cells }) => cells.flatMap((cell) => (Array.isArray(cell) ? cell : []))));
    const reached = codes.filter(([code]) => named.has(code));
    const looked = figuresOf('N01')?.looked_at?.looked_at;
    expect(looked).toMatchObject({
      codes: reached.length,
      rows: reached.reduce((sum, [, { rows }]) => sum + rows, 0),
      fen: reached.reduce((sum, [, { fen }]) => sum + fen, 0),
    });
  });

  it('is what the kernel was never asked about: rules of one point a line judge exactly what they look at', () => {
    for (const rule of ['N01', 'N03', 'N14', 'N16', 'N67', 'N88']) {
      const own = figuresOf(rule);
      expect(own?.looked_at?.looked_at.rows, rule).toBe(own?.evaluated);
    }
    for (const { rule_id, looked_at, evaluated, shape } of record.rules) {
      if (shape === 'line' && looked_at !== null && looked_at?.looked_at.rows === 0) expect(evaluated, rule_id).toBe(0);
    }
  });

  it('adds up for every rule, and a rule without a table looks at everything', () => {
    expect(figuresOf('IA11')?.looked_at).toBeNull();
    for (const { rule_id, looked_at: own } of record.rules) {
      if (own === null || own === undefined) continue;
      const parts = [own.looked_at, own.not_looked_at, own.untold];
      expect(
        parts.reduce((sum, { rows }) => sum + rows, 0),
        rule_id,
      ).toBe(own.all.rows);
      expect(
        parts.reduce((sum, { rows_share }) => sum + (rows_share ?? 0), 0),
        rule_id,
      ).toBe(own.all.rows === 0 ? 0 : 10_000);
    }
  });

  it('is what why-not says of a line that no point reaches, with the share of its kind', async () => {
    const lake = await openLake(city.lake);
    const [handle] = lake.segments();
    if (handle === undefined) throw new Error('the city has no segment');
    const { lines } = readSegment(handle, { lines: ['line_key', 'med_list_codg'] });
    const codes = views.ids(lines, 'med_list_codg');
    const lineOf = (pattern: RegExp): string => {
      const row = codes.findIndex((id) => pattern.test(lake.context().dictionaries.item?.[id] ?? ''));
      return views.text(lines, 'line_key').get(row) ?? '';
    };
    const silent = await whyNot({ lake: city.lake, rule: 'N09N', line: lineOf(/^X/) });
    expect(silent).toMatchObject({ verdict: 'not looked at', looked_at: { kinds: ['drug'], looked_at: { rows: 0 } } });
    expect(silent.looked_at).toEqual(figuresOf('N09N')?.looked_at);
    expect(silent.text.map(({ zh }) => zh).join('\n')).toMatch(/^N09N：未核查.*未核查 \d+ 行（100\.00 %），金额 [\d.]+ 元/s);
    expect((await whyNot({ lake: city.lake, rule: 'N09N', line: lineOf(/^0/) })).verdict).toBe('not applicable');
    expect((await whyNot({ lake: city.lake, rule: 'N85', line: lineOf(/^C/) })).verdict).not.toBe('clear');
  });

  it('is what rules coverage says, too, and no rule that found something is said to be unable to', async () => {
    const { rules } = await lakeCoverage({ lake: city.lake });
    for (const { rule_id, standing, looked_at } of rules) {
      expect(looked_at, rule_id).toEqual(figuresOf(rule_id)?.looked_at);
      if ((figuresOf(rule_id)?.hit ?? 0) > 0) expect(['fires', 'demonstration'], rule_id).toContain(standing);
    }
  });

  it('is told by the command, what the bureau must bring first', async () => {
    const knowledge = join(city.folder, 'knowledge');
    cpSync(join(libraryFolder, 'knowledge'), knowledge, { recursive: true });
    const empty = join(knowledge, 'drug-sex.csv');
    writeFileSync(empty, `${readFileSync(empty, 'utf8').split('\n')[0]}\n`);
    const told = await command(['rules', 'coverage', city.lake, '--knowledge', knowledge]);
    expect(told.code, told.err).toBe(0);
    const lines = told.out.split('\n');
    expect(lines[2]).toMatch(/^知识表没有任何知识点，须由本地提供：1 条/);
    expect(lines[3]).toMatch(/^ {2}N67 .*知识表 drug-sex；未核查 \d+ 行（100\.00 %）、[\d.]+ 元（100\.00 %）/);
    expect(told.out).toContain('drug-sex.items（项目）：知识点 0 个，涉及 0 个；编码 0 个，涉及 0 个；0 行（0.00 %），0.00 元');
    const json = await command(['rules', 'coverage', '--lake', city.lake, '--run', run, '--json']);
    const { rules, points } = jsonReader(covered, words('核查范围', 'coverage')).read(json.out, {});
    expect(rules.length).toBe(record.rules.length);
    expect(points.rules).toBe(record.rules.length);
    expect((await command(['rules', 'coverage'])).code).toBe(2);
    expect((await command(['rules', 'coverage', city.lake, '--lang', 'en'])).out).toContain('can fire');
  }, 120_000);

  it('is told by the library of the run, which must still be what it was', async () => {
    expect(record.library).toEqual({ rules: null, knowledge: null, operations: null });
    const own = join(city.folder, 'library');
    cpSync(join(libraryFolder, 'knowledge'), own, { recursive: true });
    const out = join(city.folder, 'own-run');
    await runAudit({ lake: city.lake, out, rulebook: { knowledge: own, ids: ['N09N'] } });
    const asked = { lake: city.lake, run: out, rule: 'N09N', visit: 'M000000010001' };
    expect((await whyNot(asked)).verdict).not.toBe('hit');
    const table = join(own, 'drug-narcotic-days.csv');
    const before = readFileSync(table, 'utf8');
    writeFileSync(table, before.replace('000000', '410000'));
    await expect(whyNot(asked)).rejects.toMatchObject({ problems: [{ code: 'run-library-changed' }] });
    rmSync(own, { recursive: true });
    await expect(whyNot(asked)).rejects.toMatchObject({ problems: [{ code: 'run-library-gone' }] });
  });

  it('stands in the report apart from what found nothing and what is unknown', () => {
    const page = readFileSync(join(run, 'report.html'), 'utf8');
    for (const part of ['未核查不是未发现', '没有任何规则的知识点涉及的编码', '无法判断']) expect(page).toContain(part);
  });
});
