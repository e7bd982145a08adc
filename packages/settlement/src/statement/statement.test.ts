import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser, printPdf, readContentsNow, type Sheet } from '@hengjian/documents';
import { parseScaled } from '@hengjian/standard';
import { afterAll, describe, expect, it } from 'vitest';
import { clearYear } from '../clear-year.ts';
import { demonstrationAgreement as agreement, demonstrationStay as stay, demonstrationTariff as tariff } from '../fixture.ts';
import type { SettlementRun } from '../run.ts';
import { settleMonth } from '../settle-month.ts';
import { type StatementData, statementsOf } from './data.ts';
import { statementHtml } from './html.ts';
import { writeStatementWorkbook } from './workbook.ts';

const folder = mkdtempSync(join(tmpdir(), 'hengjian-statement-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Compares with a golden file; `HENGJIAN_GOLDEN=write` writes it anew, to be read as a diff before it is committed. */
function expectGolden(name: string, text: string): void {
  const file = fileURLToPath(new URL(`./golden/${name}`, import.meta.url));
  if (process.env.HENGJIAN_GOLDEN === 'write') writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
}

const common = {
  tariff: { ...tariff, high: { reference: 'standard', style: 'add_above', share: 8_000, bounds: [{ times: 30_000 }] } } as const,
  agreement: { ...agreement, rates: { 'employees-local': { by: 'floating' } } } as const,
  uploads: [],
  deductions: [
    { case_id: 'C-<7>', fixmedins_code: 'H3', mdtrt_id: 'M1', month: '2026-03', fund_fen: 12_345, reason: '重复收费 & <b>分解</b>' },
  ],
  reviews: [],
  objections: [
    {
      id: 'O1',
      mdtrt_id: 'M2',
      fixmedins_code: 'H3',
      reason: '<script>alert(1)</script>',
      decision: { outcome: 'accepted', reason: '病案支持', change: { grp_code: 'AH19' } },
    } as const,
  ],
};
const stays = [
  stay({}),
  stay({ mdtrt_id: 'M2', psn_no: 'P2' }),
  stay({ mdtrt_id: 'M3', medfee_sumamt: 6_000_000 }),
  stay({ mdtrt_id: 'M4', status: 'none', grp_code: '0000' }),
  stay({ mdtrt_id: 'M5', clr_way: '5', ipt_days: 30 }),
];

function runOf(own: typeof stays): SettlementRun {
  const none = own.length === 0;
  const inputs = none ? { ...common, objections: [], deductions: [] } : common;
  const months = [settleMonth({ ...inputs, month: '2026-03', stays: own, carried: none ? { H3: 0 } : {} })];
  return {
    id: 'demo',
    title: { zh: '示范市结算单', en: 'Statement of the <demonstration> city' },
    tariff: common.tariff,
    months,
    year: clearYear({ ...inputs, stays: own, months }),
    left_out: 0,
    total_not_lines: 0,
    names: { H3: '第三"医院"' },
  };
}

function only(run: SettlementRun): StatementData {
  const [first, ...others] = [...statementsOf(run)];
  if (first === undefined || others.length > 0) throw new Error('one statement is expected');
  return first;
}

const cell = (sheet: Sheet | undefined, row: number, name: string): string => sheet?.rows[row]?.cells.get(name.replace(/\s+/g, '')) ?? '';
const fen = (text: string): number => parseScaled(text, 2) ?? Number.NaN;

describe('the page of a statement', () => {
  it('is the golden one', () => {
    expectGolden('statement.html', statementHtml(only(runOf(stays))));
  });
  it('escapes what comes from outside', () => {
    const html = statementHtml(only(runOf(stays)));
    expect(html).not.toMatch(/<script>|<b>分解|<demonstration>/);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).toContain('第三&quot;医院&quot;');
  });
  it('says when there is nothing', () => {
    const html = statementHtml(only(runOf([])));
    for (const text of ['本期没有金额', '没有病例', '没有异议或重传', '没有扣款']) expect(html).toContain(text);
  });
  it.skipIf(findBrowser() === undefined)('prints as PDF', async () => {
    writeFileSync(join(folder, 'a.html'), statementHtml(only(runOf(stays))));
    await printPdf(join(folder, 'a.html'), join(folder, 'a.pdf'));
    expect(readFileSync(join(folder, 'a.pdf')).subarray(0, 5).toString()).toBe('%PDF-');
  });
});

describe('cases whose cost their lines contradict', () => {
  const [first, ...others] = stays;
  const data = only(runOf(first === undefined ? others : [{ ...first, line_gap: 1_000_000 }, ...others]));

  it('stand in a part of the page with both sums, which no other statement has', () => {
    expect(statementHtml(data)).toContain('按结算总额 16000.00 元计，但其明细合计 6000.00 元');
    expect(statementHtml(only(runOf(stays)))).not.toContain('明细合计');
  });

  it('have a remark in the workbook, and their money stays what it was', () => {
    const path = join(folder, 'remarked.xlsx');
    writeStatementWorkbook(data, path);
    const contents = readContentsNow(path, new Set(['就诊号Stay', '备注Remark']));
    const sheet = contents.kind === 'sheets' ? contents.sheets.find((each) => each.sheet === '病例 Cases') : undefined;
    const remarks = sheet?.rows.map((_, row) => cell(sheet, row, '备注 Remark')) ?? [];
    expect(remarks.filter((remark) => remark !== '')).toHaveLength(1);
    expect(remarks.find((remark) => remark !== '')).toContain('its lines add up to 6000.00 yuan');
    expect(data.year?.total_fen).toBe(only(runOf(stays)).year?.total_fen);
  });
});

describe('the workbook of a statement', () => {
  const path = join(folder, 'a.xlsx');
  const data = only(runOf(stays));
  writeStatementWorkbook(data, path);
  const contents = readContentsNow(
    path,
    new Set(['期间Period', '项目Line', '就诊号Stay', '版本Version', '案件Case', '金额Amount', '病组Group']),
  );
  const sheets = new Map(contents.kind === 'sheets' ? contents.sheets.map((sheet) => [sheet.sheet, sheet]) : []);

  it('adds up to the fen when it is read again', () => {
    const summary = sheets.get('汇总 Summary');
    for (const statement of [data.year, ...data.months]) {
      const rows = [...(summary?.rows.keys() ?? [])].filter((row) => cell(summary, row, '期间Period') === statement?.period);
      const amounts = rows.map((row) => fen(cell(summary, row, '金额Amount')));
      const total = amounts.pop();
      expect(total).toBe(statement?.total_fen);
      expect(amounts.reduce((sum, value) => sum + value, 0)).toBe(total);
    }
  });

  it('shows parts that add up to the lines', () => {
    const arithmetic = sheets.get('计算 Arithmetic');
    const parts = [...(arithmetic?.rows.keys() ?? [])].filter(
      (row) => cell(arithmetic, row, '期间Period') === '2026-03' && cell(arithmetic, row, '计入合计Counts') !== '',
    );
    const total = parts.reduce((sum, row) => sum + fen(cell(arithmetic, row, '数值Value')), 0);
    expect(total).toBe(data.months[0]?.total_fen);
  });

  it('lists every case with its money, every version, and every deduction', () => {
    const cases = sheets.get('病例 Cases');
    expect(cases?.rows.length).toBe(5);
    const due = [...(cases?.rows.keys() ?? [])].reduce((sum, row) => sum + fen(cell(cases, row, '基金应付 Due from the fund')), 0);
    const lines = data.year?.lines.filter(({ kind }) => ['group', 'bed_day', 'item'].includes(kind)) ?? [];
    expect(due).toBe(lines.reduce((sum, line) => sum + line.fen, 0));
    for (const row of cases?.rows.keys() ?? []) {
      const money = (name: string): number => fen(cell(cases, row, name));
      const due = money('应得 Earned') - money('减个人已付 Less paid by patient') + money('调整 Adjustment');
      expect(due).toBe(money('基金应付 Due from the fund'));
    }
    expect(cell(cases, 2, '计算Arithmetic')).toContain('高倍率');
    const objections = sheets.get('异议与重传 Objections');
    expect(objections?.rows.map((_, row) => [cell(objections, row, '版本Version'), cell(objections, row, '病组Group')])).toEqual([
      ['1', 'FM19'],
      ['2', 'AH19'],
      ['', ''],
    ]);
    expect(cell(sheets.get('扣款 Deductions'), 0, '金额Amount')).toBe('123.45');
  });
});
