import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readContentsNow } from '@hengjian/documents';
import { libraryText, RefusedInput, words } from '@hengjian/standard';
import { jsonReader } from '@hengjian/stored';
import { Type } from 'typebox';
import { afterAll, describe, expect, it } from 'vitest';
import { demonstrationStay as stay } from '../fixture.ts';
import { Fields, list, money, text } from '../parameter-reader.ts';
import { parseParameters } from '../parameters.ts';
import { payStay } from '../pay-stay.ts';
import { reprice } from '../reprice.ts';
import { runSettlement } from '../run.ts';
import { cityHtml } from '../statement/city-html.ts';
import { statementsOf } from '../statement/data.ts';
import { statementHtml } from '../statement/html.ts';
import { writeStatementWorkbook } from '../statement/workbook.ts';
import { step, sumOfParts } from '../step.ts';
import { parseTariff } from '../tariff-file.ts';
import { moneyPrice, type PaymentForm, type PaymentForms } from './form.ts';
import { paymentForms } from './registry.ts';

const folder = mkdtempSync(join(tmpdir(), 'hengjian-form-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const schema = Type.Object({ clr_ways: Type.Array(Type.String()), fen: Type.Integer() });
const reader = jsonReader(schema, words('每次就诊定额', 'flat fee'));

/** A flat fee for each visit: this record is all that a new payment form takes. */
const flatFee: PaymentForm = {
  words: words('按次定额', 'flat fee'),
  consequence: words('按次定额付费', 'paid a flat fee'),
  turn: 25,
  styles: { flat: words('每次', 'each visit') },
  reasons: { flat_way: words('该清算方式按次付费', 'the settlement way pays by visit') },
  lines: { flat_fee: { words: words('按次定额', 'flat fees') } },
  ownMoney: true,
  parameters: {
    flat_fee: {
      words: words('每次就诊的定额', 'the fee of a visit'),
      schema: () => schema,
      read: (at) => {
        const fields = new Fields(at, ['clr_ways', 'fee']);
        return { clr_ways: fields.get('clr_ways', list(text)), fen: fields.get('fee', money) };
      },
      absent: 'left out',
    },
  },
  check: (tariff, check) => {
    const own: unknown = Object.entries(tariff).find(([name]) => name === 'flat_fee')?.[1];
    if (reader.accepts(own)) check.whole('flat_fee.fen', own.fen, 1);
  },
  prepare: ({ tariff, bears }) => {
    const own: unknown = Object.entries(tariff).find(([name]) => name === 'flat_fee')?.[1];
    if (!reader.accepts(own)) return () => undefined;
    const { clr_ways, fen } = own;
    return ({ stay: one, pool }) => {
      if (!clr_ways.includes(one.clr_way)) return undefined;
      const price = { form: 'flat_fee', style: 'flat', reason: 'flat_way', pay_fen: fen, fund_fen: bears(pool, one, fen) };
      return moneyPrice(one, pool.id, price);
    };
  },
  lineOf: () => 'flat_fee',
  steps: ({ price }) => [step('每次就诊定额', 'fee of a visit', price.pay_fen)],
};
const forms: PaymentForms = { ...paymentForms, flat_fee: flatFee };

const source = libraryText('settlement/demonstration.yaml')
  .replace('year: 2025', 'year: 2026')
  .replace('bed_day: 0.06, outpatient', 'bed_day: 0.04, flat_fee: 0.02, outpatient')
  .replace("local_areas: ['4105*']", "local_areas: ['3301*']")
  .replace('rule: { by: fixed }', 'rate: 12000\n    rule: { by: fixed }')
  .replace('rule: { by: floating }', 'rate: 11000\n    rule: { by: floating }')
  .replace('\nbasic: []', '\ngroups: { FM19: { weight: 1.25, mean: 15000 } }\nflat_fee: { clr_ways: ["3"], fee: 800.00 }\nbasic: []')
  .replace("levels: { '0': 0.9 }", "levels: { '3': 1 }");
const visits = [
  stay({}),
  stay({ mdtrt_id: 'M2', clr_way: '3', medfee_sumamt: 95_000, psn_pay: 20_000, acct_pay: 0 }),
  stay({ mdtrt_id: 'M3', clr_way: '3', medfee_sumamt: 60_000, psn_pay: 30_000, acct_pay: 0 }),
];
const run = runSettlement({
  parameters: parseParameters(source, 'flat.yaml', forms),
  stays: visits,
  months: ['2026-03'],
  clear: true,
  forms,
});
const visit = visits[1] ?? stay({});

describe('a payment form that one record adds', () => {
  it('is read from the parameters and round-trips through the tariff', () => {
    expect(run.tariff).toMatchObject({ flat_fee: { clr_ways: ['3'], fen: 80_000 } });
    expect(parseTariff(JSON.stringify(run.tariff), 'tariff.json', forms)).toEqual(run.tariff);
    const field = (work: () => unknown): unknown => {
      try {
        return work();
      } catch (error) {
        return error instanceof RefusedInput ? error.problems.map(({ code, place }) => [code, place?.field]) : error;
      }
    };
    expect(field(() => parseParameters(source.replace('fee: 800.00', 'fee: -1'), 'flat.yaml', forms))).toEqual([
      ['value-invalid', 'flat_fee.fee'],
    ]);
    expect(field(() => parseParameters(source, 'flat.yaml'))).toEqual([
      ['name-unknown', 'flat_fee'],
      ['name-unknown', 'pools.0.budget.forms.flat_fee'],
      ['value-invalid', 'pools.0.budget.forms'],
    ]);
    const damaged = { ...run.tariff, flat_fee: { clr_ways: ['3'], fen: 1.5 } };
    expect(field(() => parseTariff(JSON.stringify(damaged), 'tariff.json', forms))).toEqual([['file-damaged', 'flat_fee.fen']]);
    const free = { ...run.tariff, flat_fee: { clr_ways: ['3'], fen: 0 } };
    expect(field(() => parseTariff(JSON.stringify(free), 'tariff.json', forms))).toEqual([['value-invalid', 'flat_fee.fen']]);
  });

  it('prices a stay, explains it and reprices it', () => {
    const paid = payStay(visit, run.tariff, {}, forms);
    expect(paid).toMatchObject({ form: 'flat_fee', style: 'flat', reason: 'flat_way', pay_fen: 80_000, fund_fen: 60_000 });
    expect(paid.steps.map(({ zh }) => zh)).toEqual([
      '该清算方式按次付费：按次定额付费',
      '每次就诊定额',
      '医院应得',
      '减：个人已付现金',
      '减：个人账户已付',
    ]);
    expect(sumOfParts(paid.steps)).toBe(60_000);
    expect(reprice(visit, { medfee_fen: 50_000, inscp_fen: 50_000 }, run.tariff, {}, forms).fund_loss_fen).toBe(0);
  });

  it('has its line and its money in months and clearing', () => {
    const line = run.year?.statements[0]?.lines.find(({ kind }) => kind === 'flat_fee');
    expect([line?.fen, sumOfParts(line?.steps ?? [])]).toEqual([110_000, 110_000]);
    expect(run.months[0]?.statements[0]?.lines.find(({ kind }) => kind === 'flat_fee')?.fen).toBe(110_000);
    const pool = run.year?.pools.find((each) => each.pool === 'employees-local');
    expect(pool?.fund.forms.flat_fee).toBeGreaterThan(0);
    expect(pool?.parts.find(({ kind }) => kind === 'flat_fee')?.fen).toBe(110_000);
    expect(pool?.parts.reduce((sum, { fen }) => sum + fen, 0)).toBe(pool?.fund.total_fen);
  });

  it('is shown in the statement, as a page and as a workbook, and on the page of the city', () => {
    const [data] = [...statementsOf(run)];
    if (data === undefined || run.year === undefined) throw new Error('one statement is expected');
    for (const html of [statementHtml(data, forms), cityHtml(run, run.year, forms)]) {
      expect(html).toContain('按次定额');
      expect(html).toContain('该清算方式按次付费');
    }
    const path = join(folder, 'a.xlsx');
    writeStatementWorkbook(data, path, forms);
    const contents = readContentsNow(path, new Set(['期间Period', '金额Amount', '就诊号Stay', '形式Form', '方式Style', '项目Line']));
    const sheets = contents.kind === 'sheets' ? contents.sheets : [];
    const cells = (sheet: string, column: string): readonly (string | undefined)[] =>
      sheets.find((each) => each.sheet === sheet)?.rows.map((row) => row.cells.get(column)) ?? [];
    expect(cells('病例 Cases', '形式Form')).toEqual(['病组 group', '按次定额 flat fee', '按次定额 flat fee']);
    expect(cells('病例 Cases', '方式Style')).toEqual(['正常 normal', '每次 each visit', '每次 each visit']);
    expect(cells('汇总 Summary', '项目Line')).toContain('按次定额 flat fees');
  });
});
