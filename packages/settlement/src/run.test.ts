import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { yuan } from '@hengjian/documents';
import type { GroupedStay } from '@hengjian/grouping';
import { dayOf, libraryText, RefusedInput } from '@hengjian/standard';
import { afterAll, describe, expect, it } from 'vitest';
import { demonstrationStay } from './fixture.ts';
import { openSettlement, publishSettlement } from './folder.ts';
import { parseParameters } from './parameters.ts';
import { finalTariff, openParameters, type RunInput, runSettlement, type SettlementRun } from './run.ts';
import { cityHtml } from './statement/city-html.ts';
import { periodOf } from './statement/data.ts';
import { weightsHtml } from './statement/weights-html.ts';
import { ratioText } from './step.ts';
import { totalOf } from './tally.ts';
import { parseTariff } from './tariff-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'hengjian-settlement-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Stays that look at random but are always the same: a multiplicative congruential sequence. */
function stays(count: number, years: readonly number[]): readonly GroupedStay[] {
  let state = 42;
  const next = (bound: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % bound;
  };
  const groups = ['FM19', 'ES29', 'DT19', 'AH19', 'CB39'];
  return Array.from({ length: count }, (_, index) => {
    const at = next(groups.length);
    const medfee_sumamt = 300_000 * (at + 1) + next(1_500_000);
    const fund = Math.floor(medfee_sumamt * 0.7);
    const level = next(3);
    const dscg_day = dayOf(years[next(years.length)] ?? 2025, 1 + next(12), 1 + next(28));
    return demonstrationStay({
      mdtrt_id: `S${years[0]}${String(index).padStart(6, '0')}`,
      psn_no: `P${next(count)}`,
      fixmedins_code: `H${level}${next(2)}`,
      hosp_lv: ['02', '06', '09'][level] ?? '02',
      insutype: ['310', '390'][next(2)] ?? '310',
      insu_admdvs: next(10) === 0 ? '440100' : '410502',
      adm_day: dscg_day - 8,
      dscg_day,
      medfee_sumamt,
      inscp_amt: medfee_sumamt - 10_000,
      fund_pay_sumamt: fund,
      psn_pay: medfee_sumamt - fund,
      acct_pay: 0,
      grp_code: groups[at] ?? 'FM19',
      status: next(50) === 0 ? 'none' : 'grouped',
    });
  });
}

const write = (run: SettlementRun, place: string): Promise<void> =>
  publishSettlement(place, { run, pricing: { scheme: { id: 's', hash: 'h' }, tariff: finalTariff(run), rulings: {} } });

const months = Array.from({ length: 12 }, (_, index) => `2025-${String(index + 1).padStart(2, '0')}`);
const past = stays(600, [2022, 2023, 2024]);
const now = stays(400, [2025]);
const input = (file: string): RunInput => ({
  parameters: parseParameters(libraryText(`settlement/${file}.yaml`), file),
  stays: now,
  months,
  past,
});

describe.each(['demonstration', 'demonstration-dip'])('a year settled with %s', (file) => {
  const run = runSettlement(input(file));

  it('has weights, rates and coefficients from the past', () => {
    expect(run.weights?.groups.map(({ grp_code }) => grp_code)).toEqual(['AH19', 'CB39', 'DT19', 'ES29', 'FM19']);
    for (const pool of run.tariff.pools) expect(pool.rate > 0).toBe(pool.form === 'group');
    expect(parseTariff(JSON.stringify(run.tariff), 't')).toEqual(run.tariff);
  });

  it('pays in all what the fund owes, and pools add up', () => {
    for (const statement of run.year?.statements ?? []) {
      const paid = run.months.reduce(
        (sum, month) => sum + (month.statements.find(({ fixmedins_code }) => fixmedins_code === statement.fixmedins_code)?.total_fen ?? 0),
        0,
      );
      expect(paid + statement.total_fen).toBe(statement.due_fen);
    }
    for (const { fund, parts } of run.year?.pools ?? []) expect(totalOf(parts)).toBe(fund.total_fen);
    expect(run.year?.cases.length).toBe(now.length);
  });

  it('writes the same bytes from the same stays in another order', async () => {
    await write(run, join(folder, file, 'a'));
    await write(runSettlement({ ...input(file), stays: now.toReversed(), past: past.toReversed() }), join(folder, file, 'b'));
    const version = join(folder, file, 'a', '.hengjian', '1');
    const files = readdirSync(version, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBe(12 + 9 + 2 * 6 + 1);
    for (const { parentPath, name } of files) {
      expect(
        readFileSync(join(parentPath.replace(join(file, 'a'), join(file, 'b')), name)).equals(readFileSync(join(parentPath, name))),
        name,
      ).toBe(true);
    }
    const { pricing, contents, hospitals } = openSettlement(join(folder, file, 'a'));
    expect(pricing).toEqual({ scheme: { id: 's', hash: 'h' }, tariff: finalTariff(run), rulings: {} });
    expect(contents).toMatchObject({ id: run.id, year: 2025, hospitals });
    expect(hospitals).toEqual(run.year?.statements.map(({ fixmedins_code }) => fixmedins_code).sort());
  });
});

it('the pages of city and weights say where the money went, and escape names', () => {
  const title = { zh: '<市>', en: '<city>' };
  const full = runSettlement({
    ...input('demonstration'),
    names: { H00: '<第一医院>' },
    parameters: { ...input('demonstration').parameters, title },
  });
  if (full.year === undefined || full.weights === undefined) throw new Error('the year is cleared');
  const pages = [cityHtml(full, full.year), weightsHtml(full.weights, title, full.names)];
  for (const text of pages) {
    expect(text).toContain('&lt;市&gt;');
    expect(text).not.toMatch(/<市>|<city>|undefined|NaN/);
  }
  for (const { fund, parts } of full.year.pools) {
    expect(pages[0]).toContain(yuan(fund.total_fen));
    for (const { fen } of parts) expect(pages[0]).toContain(yuan(fen));
  }
  for (const text of pages) expect(text).toContain('&lt;第一医院&gt;（H00）');
  for (const { weight } of full.weights.groups) expect(pages[1]).toContain(ratioText(weight));
});

describe('a run', () => {
  it('of some months leaves the year open and counts what lies outside', () => {
    const run = runSettlement({ ...input('demonstration'), months: ['2025-02', '2025-01'] });
    expect(run.months.map(({ month }) => month)).toEqual(['2025-01', '2025-02']);
    expect(run.year).toBeUndefined();
    expect(run.left_out).toBe(400 - run.months.reduce((sum, { cases }) => sum + cases.length, 0));
    expect(run.left_out).toBeGreaterThan(0);
  });

  it('lets an objection to a stay of another month wait', () => {
    const january = now.find(({ dscg_day }) => periodOf(dscg_day) === '2025-01');
    const objection = {
      id: 'O',
      mdtrt_id: january?.mdtrt_id ?? '',
      fixmedins_code: january?.fixmedins_code ?? '',
      reason: '',
      decision: { outcome: 'open' },
    } as const;
    const histories = (month: string) =>
      runSettlement({ ...input('demonstration'), months: [month], objections: [objection] }).months.flatMap((each) => each.histories);
    expect(histories('2025-01').map(({ mdtrt_id }) => mdtrt_id)).toEqual([objection.mdtrt_id]);
    expect(histories('2025-02')).toEqual([]);
  });

  it('is refused without months, weights, or a stay that an objection names', () => {
    const refused = (change: Partial<RunInput>): unknown => {
      try {
        return runSettlement({ ...input('demonstration'), ...change });
      } catch (error) {
        return error instanceof RefusedInput ? error.problems.map(({ code, place }) => [code, place?.field]) : error;
      }
    };
    expect(refused({ months: [] })).toEqual([['value-missing', 'months']]);
    expect(refused({ months: ['2024-01'] })).toEqual([['value-invalid', 'months']]);
    const rates = ['employees-local', 'residents-local'].map((pool) => ['rate-missing', `pools.${pool}.rate`]);
    expect(refused({ past: [] })).toEqual(rates);
    const foreign = past.map((stay) => ({ ...stay, insu_admdvs: '110000' }));
    expect(refused({ past: foreign })).toEqual(rates);
    const objection = { id: 'O', mdtrt_id: 'nobody', fixmedins_code: 'H', reason: '', decision: { outcome: 'open' } } as const;
    expect(refused({ objections: [objection] })).toEqual([['stay-not-settled', 'objections.O']]);
  });

  it('says what a person must fill in before it, and nothing when past stays give everything', () => {
    const { parameters } = input('demonstration');
    const open = (from: readonly GroupedStay[]) => openParameters(parameters, from).map(({ code, place }) => [code, place?.field]);
    expect(open(past)).toEqual([]);
    expect(open(past.filter(({ insutype }) => insutype === '310'))).toEqual([['rate-missing', 'pools.residents-local.rate']]);
  });

  it('replaces a former run and leaves alone what it did not write', async () => {
    const run = runSettlement({ ...input('demonstration'), months: ['2025-01'] });
    const place = join(folder, 'again');
    await write(run, place);
    writeFileSync(join(place, 'mine.txt'), 'mine');
    const before = openSettlement(place).statementPage(openSettlement(place).hospitals[0] ?? '');
    await write(runSettlement({ ...input('demonstration'), months: ['2025-02'] }), place);
    expect(openSettlement(place).contents.months).toEqual(['2025-02']);
    expect(readFileSync(join(place, 'mine.txt'), 'utf8')).toBe('mine');
    expect(readFileSync(before, 'utf8')).toContain('2025-01');
    const other = join(folder, 'other');
    mkdirSync(join(other, 'statements'), { recursive: true });
    await expect(write(run, other)).rejects.toThrow(RefusedInput);
    expect(() => openSettlement(other)).toThrow(RefusedInput);
  });
});
