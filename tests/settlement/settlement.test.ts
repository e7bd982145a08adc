import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { findBrowser, readContentsNow } from '@hengjian/documents';
import { openSettlement } from '@hengjian/settlement';
import { lineAmount, parseScaled } from '@hengjian/standard';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type City, makeCity } from '../city.ts';
import { command } from '../command.ts';

const program = fileURLToPath(new URL('../../apps/cli/bin/hengjian.mjs', import.meta.url));
let city: City;

const at = (...parts: readonly string[]): string => join(city.folder, ...parts);

async function done<Result>(...args: readonly string[]): Promise<Result> {
  const { code, out, err } = await command([...args, '--json']);
  expect(code, `${args.join(' ')}\n${err}`).toBe(0);
  return JSON.parse(out) as Result;
}

async function refused(args: readonly string[], ...parts: readonly string[]): Promise<void> {
  const { code, err } = await command(args);
  expect(code, err).toBe(2);
  expect(err).toContain('→');
  expect(err).not.toMatch(/\n\s+at /);
  for (const part of parts) expect(err).toContain(part);
}

/** Hash of every file below a folder; of a published folder, of its current version. */
function hashOf(folder: string): string {
  const hash = createHash('sha256');
  const home = existsSync(join(folder, '.hengjian')) ? realpathSync(join(folder, '.hengjian', 'current')) : folder;
  const walk = (path: string): void => {
    for (const name of readdirSync(path).sort()) {
      const inside = join(path, name);
      if (statSync(inside).isDirectory()) walk(inside);
      else hash.update(`${inside.slice(home.length)}\n`).update(readFileSync(inside));
    }
  };
  walk(home);
  return hash.digest('hex');
}

interface YearFile {
  readonly statements: readonly {
    readonly fixmedins_code: string;
    readonly lines: readonly { readonly fen: number }[];
    readonly total_fen: number;
  }[];
  readonly pools: readonly {
    readonly pool: string;
    readonly fund: { readonly total_fen: number };
    readonly parts: readonly { readonly fen: number }[];
  }[];
}
interface CaseRecord {
  readonly mdtrt_id: string;
  readonly fixmedins_code: string;
  readonly style: string;
  readonly form: string;
  readonly pay_fen: number;
  readonly grp_code: string;
}

const read = <Content>(...parts: readonly string[]): Content => JSON.parse(readFileSync(at(...parts), 'utf8')) as Content;
const casesOf = (run: string): readonly CaseRecord[] =>
  readFileSync(at(run, 'cases.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as CaseRecord);
/** The money of the sheet of cases of a statement. Fen, ten-thousandths, micro-yuan. */
function caseRows(path: string) {
  const contents = readContentsNow(path, new Set(['就诊号Stay', '应得Earned', '基金应付Duefromthefund']));
  const sheet = contents.kind === 'sheets' ? contents.sheets.find((each) => each.sheet === '病例 Cases') : undefined;
  const column = (beginning: string): string => sheet?.header.find((name) => name.startsWith(beginning)) ?? '';
  return (sheet?.rows ?? []).map(({ cells }) => {
    const value = (beginning: string, places = 2): number | undefined => parseScaled(cells.get(column(beginning)) ?? '', places);
    return {
      points: value('点数', 4) ?? Number.NaN,
      rate: value('结算费率', 6),
      earned: value('应得') ?? Number.NaN,
      less: value('减') ?? Number.NaN,
      adjusted: value('调整') ?? Number.NaN,
      due: value('基金应付') ?? Number.NaN,
    };
  });
}
const sum = (values: readonly number[]): number => values.reduce((left, right) => left + right, 0);

const schemes = (): readonly string[] => ['--schemes', at('schemes')];
const settle = (scheme: string, parameters: string, out: string, ...more: readonly string[]): readonly string[] => [
  'settle',
  'run',
  '--lake',
  city.lake,
  '--scheme',
  scheme,
  ...schemes(),
  '--parameters',
  at(parameters),
  '--out',
  at(out),
  ...more,
];

beforeAll(async () => {
  city = await makeCity(3000);
}, 300_000);
afterAll(() => city.remove());

describe('a simulated city year', () => {
  it('is grouped once: the second time nothing is new', async () => {
    const first = await done<{ fresh: number; kept: number; statuses: Record<string, number> }>(
      'group',
      '--lake',
      city.lake,
      '--scheme',
      'demonstration',
      ...schemes(),
    );
    expect(first.fresh).toBeGreaterThan(400);
    expect((first.statuses.grouped ?? 0) / first.fresh).toBeGreaterThan(0.95);
    const second = await done<{ fresh: number; kept: number }>('group', '--lake', city.lake, '--scheme', 'demonstration', ...schemes());
    expect(second).toMatchObject({ fresh: 0, kept: first.fresh });
  });

  it('is settled by DRG and by DIP, and what the hospitals get sums to the pools to the fen', async () => {
    await done(
      'settle',
      'draft',
      '--lake',
      city.lake,
      '--scheme',
      'demonstration',
      ...schemes(),
      '--year',
      '2025',
      '--out',
      at('drg.yaml'),
    );
    await done(...settle('demonstration', 'drg.yaml', 'drg'));
    await done('scheme', 'form', '--lake', city.lake, '--parameters', 'demonstration', '--years', '2025=1', ...schemes());
    const dip = ['--lake', city.lake, '--scheme', 'dip-demonstration', ...schemes()];
    await done('settle', 'draft', ...dip, '--year', '2025', '--method', 'dip_points', '--out', at('dip.yaml'));
    await done(...settle('dip-demonstration', 'dip.yaml', 'dip'));
    for (const run of ['drg', 'dip']) {
      const year = read<YearFile>(run, 'year.json');
      expect(year.statements.length).toBeGreaterThan(5);
      for (const { lines, total_fen } of year.statements) expect(sum(lines.map(({ fen }) => fen))).toBe(total_fen);
      for (const { fund, parts } of year.pools) expect(sum(parts.map(({ fen }) => fen))).toBe(fund.total_fen);
      const statements = readdirSync(at(run, 'statements'));
      for (const { fixmedins_code } of year.statements)
        expect(statements).toEqual(expect.arrayContaining([`${fixmedins_code}.html`, `${fixmedins_code}.xlsx`]));
    }
  });

  it('shows cases whose every row reconciles at the rate that pays it', async () => {
    for (const run of ['drg', 'dip']) {
      const rows = readdirSync(at(run, 'statements'))
        .filter((name) => name.endsWith('.xlsx'))
        .flatMap((name) => caseRows(at(run, 'statements', name)));
      expect(rows.length).toBe(casesOf(run).length);
      expect(rows.filter(({ rate }) => rate !== undefined).length).toBeGreaterThan(rows.length / 4);
      for (const { points, rate, earned, less, adjusted, due } of rows) {
        expect(earned - less + adjusted).toBe(due);
        expect(Math.abs(adjusted)).toBeLessThanOrEqual(1);
        if (rate !== undefined) expect(lineAmount(points, rate)).toBe(earned);
      }
    }
  });

  it('is settled to the same bytes again', async () => {
    await done(...settle('demonstration', 'drg.yaml', 'again'));
    expect(hashOf(at('again'))).toBe(hashOf(at('drg')));
  });

  it('keeps both versions of a stay the hospital objected to, and changes nothing else', async () => {
    const [one] = casesOf('drg').filter(({ form, style }) => form === 'group' && style === 'normal');
    if (one === undefined) throw new Error('no ordinary stay');
    const other = Object.keys(openSettlement(at('drg')).pricing.tariff.groups).find((code) => code !== one.grp_code) ?? '';
    writeFileSync(
      at('objections.csv'),
      `id,mdtrt_id,fixmedins_code,reason,outcome,answer,grp_code\nO1,${one.mdtrt_id},${one.fixmedins_code},主诊断填写有误,accepted,经核对,${other}\n`,
    );
    await done(...settle('demonstration', 'drg.yaml', 'objected', '--objections', at('objections.csv')));
    const after = casesOf('objected');
    const before = new Map(casesOf('drg').map((line) => [line.mdtrt_id, line]));
    expect(after.filter((line) => line.grp_code !== before.get(line.mdtrt_id)?.grp_code).map(({ mdtrt_id }) => mdtrt_id)).toEqual([
      one.mdtrt_id,
    ]);
    expect(JSON.stringify(read('objected', 'year.json'))).toContain(one.mdtrt_id);
    writeFileSync(at('objections.csv'), `id,mdtrt_id,fixmedins_code,reason,outcome\nO1,NOBODY,${one.fixmedins_code},x,perhaps\n`);
    await refused(
      settle('demonstration', 'drg.yaml', 'wrong', '--objections', at('objections.csv')),
      'objections.csv:2',
      'outcome',
      'perhaps',
    );
    expect(existsSync(at('wrong'))).toBe(false);
  });

  it('takes a list that was sent again, keeps both versions, and audits by the later one', async () => {
    const [one] = casesOf('drg').filter(({ form, style, grp_code }) => form === 'group' && style === 'normal' && grp_code.startsWith('E'));
    if (one === undefined) throw new Error('no ordinary stay');
    writeFileSync(at('uploads.csv'), `mdtrt_id,version,reason,diagnoses,procedures\n${one.mdtrt_id},2,主诊断更正,I50.900|E87.100,\n`);
    await done(...settle('demonstration', 'drg.yaml', 'sent', '--uploads', at('uploads.csv')));
    const changed = casesOf('sent').find(({ mdtrt_id }) => mdtrt_id === one.mdtrt_id);
    expect(changed?.grp_code).toMatch(/^F/);
    expect(openSettlement(at('sent')).pricing.groups).toEqual({
      [one.mdtrt_id]: { grp_code: changed?.grp_code, status: 'grouped' },
    });
    const year = JSON.stringify(read('sent', 'year.json'));
    expect(year).toContain(one.grp_code);
    expect(year).toContain('主诊断更正');
    writeFileSync(at('uploads.csv'), 'mdtrt_id,version,diagnoses\nNOBODY,2,I50.900\n');
    await refused(settle('demonstration', 'drg.yaml', 'wrong', '--uploads', at('uploads.csv')), 'NOBODY');
    writeFileSync(at('uploads.csv'), `mdtrt_id,version,diagnoses\n${one.mdtrt_id},1,\n`);
    await refused(settle('demonstration', 'drg.yaml', 'wrong', '--uploads', at('uploads.csv')), 'uploads.csv:2', 'version', 'diagnoses');
  });

  it('explains each stay, and what it would have cost without lines or codes', async () => {
    const [one] = casesOf('drg').filter(({ form, style }) => form === 'group' && style === 'normal');
    const place = ['--run', at('drg'), '--lake', city.lake];
    const { payment } = await done<{ payment: { pay_fen: number; fund_fen: number; steps: readonly { part?: true; value: number }[] } }>(
      'settle',
      'explain',
      one?.mdtrt_id ?? '',
      ...place,
    );
    expect(sum(payment.steps.filter((step) => step.part === true).map((step) => step.value))).toBe(payment.fund_fen);
    const repriced = await done<{ fund_loss_fen: number; before: { fund_fen: number } }>(
      'settle',
      'reprice',
      one?.mdtrt_id ?? '',
      ...place,
      '--charge',
      '1.00',
    );
    expect(repriced.fund_loss_fen).toBe(0);
    expect(repriced.before.fund_fen).toBe(payment.fund_fen);
    await refused(['settle', 'explain', 'NOBODY', ...place], 'NOBODY');
    await refused(['settle', 'reprice', one?.mdtrt_id ?? '', ...place, '--without', 'X99.999'], 'X99.999');
  });

  it('prints statements as PDF', { skip: findBrowser() === undefined }, async () => {
    const code = read<YearFile>('drg', 'year.json').statements[0]?.fixmedins_code ?? '';
    const { files } = await done<{ files: readonly string[] }>('settle', 'pdf', '--run', at('drg'), '--hospital', code);
    expect(
      readFileSync(files[0] ?? '')
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
    await refused(['settle', 'pdf', '--run', at('drg'), '--hospital', 'H0'], 'H0');
  });

  it('is evaluated, published and its lists are checked', async () => {
    const evaluated = await done<{ hospitals: number; files: readonly string[] }>(
      'settle',
      'evaluate',
      '--lake',
      city.lake,
      '--run',
      at('drg'),
      '--out',
      at('evaluation'),
    );
    expect(evaluated.hospitals).toBeGreaterThan(5);
    for (const file of evaluated.files) expect(statSync(file).size).toBeGreaterThan(500);
    expect(readFileSync(at('evaluation', 'evaluation.html'), 'utf8')).toContain('<svg');
    for (const run of ['drg', 'dip']) {
      await done('settle', 'public', '--run', at(run), '--out', at(`${run}.html`));
      expect(readFileSync(at(`${run}.html`), 'utf8')).toContain('基础费率');
    }
    const lists = await done<{ lists: number }>('settle', 'lists', '--lake', city.lake, '--out', at('lists'));
    expect(lists.lists).toBeGreaterThan(400);
  });

  it('shows which cases and how much money a changed scheme moves', async () => {
    const result = await done<{
      moved: {
        total: { cases: number; before: number; after: number };
        moved: { cases: number; before: number; after: number };
        kept: { cases: number; before: number; after: number };
      };
    }>('scheme', 'diff', 'demonstration', 'demonstration+qy-main', ...schemes(), '--lake', city.lake, '--settlement', at('drg'));
    const { total, moved, kept } = result.moved;
    expect(total.cases).toBe(moved.cases + kept.cases);
    expect(total.after - total.before).toBe(moved.after - moved.before);
    expect(kept.after).toBe(kept.before);
  });

  it('is audited with the prices of the settlement: no fund share of a group-paid stay is left unknown', async () => {
    interface Run {
      readonly totals: {
        readonly raw: Readonly<Record<string, { readonly fund_unknown: number; readonly findings: number; readonly charge_fen: number }>>;
      };
      readonly settlement: { readonly scheme: string } | null;
    }
    const plain = await done<Run>('audit', '--lake', city.lake, '--out', at('plain'), '--no-report');
    const valued = await done<Run>('audit', '--lake', city.lake, '--out', at('valued'), '--settlement', at('drg'), '--no-report');
    const again = await done<Run>(
      'audit',
      '--lake',
      city.lake,
      '--out',
      at('valued-again'),
      '--settlement',
      at('drg'),
      '--no-report',
      '--threads',
      '1',
    );
    expect(plain.settlement).toBeNull();
    expect(valued.settlement?.scheme).toBe('demonstration');
    const unknown = (run: Run): number => sum(Object.values(run.totals.raw).map((one) => one.fund_unknown));
    expect(unknown(plain)).toBeGreaterThan(0);
    expect(unknown(valued)).toBeLessThan(unknown(plain) / 10);
    expect(readFileSync(at('valued', 'findings.parquet')).equals(readFileSync(at('valued-again', 'findings.parquet')))).toBe(true);
    expect(again.totals).toEqual(valued.totals);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const rows = await connection.runAndReadAll(
      `SELECT count(*) FILTER (amount_method = 'group-repriced') AS repriced,
        count(*) FILTER (amount_method = 'group-not-known') AS unknown FROM '${at('valued', 'findings.parquet')}'`,
    );
    const [row] = rows.getRowObjectsJson();
    expect(Number(row?.repriced)).toBeGreaterThan(10);
    expect(Number(row?.unknown)).toBe(0);
    connection.closeSync();
    instance.closeSync();
  });

  it('survives being killed at any moment: what is published is whole, and the next call gives what an undisturbed one gives', async () => {
    const scheme = 'demonstration+qy-main';
    const args = ['group', '--lake', city.lake, '--scheme', scheme, ...schemes(), '--json'];
    for (const delay of [250, 450, 650, 800, 950, 1100, 1300]) {
      const child = spawn(process.execPath, [program, ...args], { stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('close', resolve));
      await new Promise((resolve) => setTimeout(resolve, delay));
      child.kill('SIGKILL');
      await ended;
    }
    const settled = spawn(process.execPath, [program, ...settle('demonstration', 'drg.yaml', 'killed')], { stdio: 'ignore' });
    const gone = new Promise((resolve) => settled.once('close', resolve));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    settled.kill('SIGKILL');
    await gone;
    await done(...settle('demonstration', 'drg.yaml', 'killed'));
    expect(hashOf(at('killed'))).toBe(hashOf(at('again')));
    const after = await done<{ hash: string; folder: string; fresh: number; kept: number }>(...args.slice(0, -1));
    cpSync(city.lake, at('copy'), { recursive: true });
    rmSync(at('copy', 'grouping'), { recursive: true });
    if (existsSync(`${city.lake}.key`)) cpSync(`${city.lake}.key`, at('copy.key'));
    const clean = await done<{ hash: string; folder: string; fresh: number }>(
      'group',
      '--lake',
      at('copy'),
      '--scheme',
      scheme,
      ...schemes(),
    );
    expect(after.hash).toBe(clean.hash);
    expect(after.fresh + after.kept).toBe(clean.fresh);
    expect(hashOf(after.folder)).toBe(hashOf(clean.folder));
  });

  it('refuses what does not fit, and says what to do', async () => {
    await refused(['audit', '--lake', city.lake, '--out', at('x'), '--settlement', at('plain')], '没有结算');
    await refused(settle('nothing', 'drg.yaml', 'x'), 'nothing');
    await refused(settle('dip-demonstration', 'missing.yaml', 'x'), 'missing.yaml');
    writeFileSync(at('broken.yaml'), readFileSync(at('drg.yaml'), 'utf8').replace('least_cases: 5', 'least_cases: many'));
    await refused(settle('demonstration', 'broken.yaml', 'x'), 'broken.yaml', 'least_cases');
    await refused(
      ['settle', 'draft', '--lake', city.lake, '--scheme', 'demonstration', ...schemes(), '--year', '2025', '--out', at('drg.yaml')],
      '不会覆盖',
    );
  });
});
