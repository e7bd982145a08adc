import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { words } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import type { CodePart, LookedAt, RuleFigures, RunRecord } from '../record.ts';
import type { GroupRow, ReportData } from './data.ts';
import { htmlReport } from './html.ts';

/** Compares with a golden file; `HENGJIAN_GOLDEN=write` writes it anew, to be read as a diff before it is committed. */
function expectGolden(name: string, text: string): void {
  const file = fileURLToPath(new URL(`./golden/${name}`, import.meta.url));
  if (process.env.HENGJIAN_GOLDEN === 'write') writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
}

const group = (key: string, name: string, violation_fen: number, suspicion_fen: number): GroupRow => ({
  key,
  name,
  violations: violation_fen === 0 ? 0 : 2,
  suspicions: suspicion_fen === 0 ? 0 : 1,
  violation_fen,
  suspicion_fen,
  violation_fund_fen: Math.floor(violation_fen / 2),
  suspicion_fund_fen: 0,
  violation_fund_unknown: 0,
  suspicion_fund_unknown: suspicion_fen === 0 ? 0 : 1,
  violation_fund_estimated: violation_fen === 100_000 ? 1 : 0,
  suspicion_fund_estimated: 0,
});

const figures = (rule_id: string, result_type: string, charge_fen: number): RuleFigures => ({
  rule_id,
  rule_version: 1,
  official_code: null,
  name_zh: `规则 ${rule_id}`,
  name_en: `Rule <${rule_id}>`,
  category: '政策类',
  result_type,
  shape: 'line',
  hash: '0123456789abcdef',
  evaluated: 100,
  hit: charge_fen === 0 ? 0 : 2,
  clear: 90,
  unknown: { horizon: 8 },
  findings: charge_fen === 0 ? 0 : 2,
  charge_fen,
  fund_fen: 0,
  fund_unknown: result_type === 'violation' ? 0 : 1,
});

const part = (codes: number, rows: number, fen: number, share: number): CodePart => ({
  ...{ codes, rows, fen, rows_share: share, fen_share: share },
});

/** A rule of which `looked` of 10,000 rows are reached. */
const lookingAt = (looked: number): LookedAt => ({
  ...{ kinds: ['drug'], tables: ['drug-sex'], points: 8, reaching: looked === 0 ? 0 : 3, demonstration: 0 },
  all: part(40, 10_000, 500_000, 10_000),
  looked_at: part(looked === 0 ? 0 : 2, looked, looked * 50, looked),
  not_looked_at: part(38, 9900 - looked, 495_000 - looked * 50, 9900 - looked),
  untold: part(1, 100, 5000, 100),
});

const data: ReportData = {
  run: {
    rulebook_hash: 'a'.repeat(64),
    lake_hash: 'b'.repeat(64),
    findings_hash: 'c'.repeat(32),
    from: null,
    to: null,
    persons: 1234,
    lines: 5_678_901,
    findings: 3,
    totals: {
      raw: {
        violation: { findings: 2, charge_fen: 123_456, inscope_fen: 100_000, fund_fen: 60_000, fund_unknown: 0, fund_estimated: 1 },
        suspicious: { findings: 1, charge_fen: 7000, inscope_fen: 7000, fund_fen: 0, fund_unknown: 1 },
      },
      once: {
        violation: { charge_fen: 100_000, inscope_fen: 90_000, fund_fen: 50_000 },
        suspicious: { charge_fen: 7000, inscope_fen: 7000, fund_fen: 0 },
      },
    },
    rules: [
      { ...figures('N25', 'violation', 123_456), looked_at: lookingAt(100) },
      { ...figures('N66', 'suspicious', 7000), looked_at: null },
      { ...figures('N99', 'suspicious', 0), looked_at: lookingAt(0) },
    ],
    looked_at: [
      {
        kind: 'drug',
        all: part(40, 10_000, 500_000, 10_000),
        looked_at: part(2, 1, 50, 0),
        not_looked_at: part(38, 9999, 499_950, 10_000),
      },
    ],
    changes: { previous: 'earlier', new: 1, unchanged: 1, changed: 1, withdrawn: 2, withdrawn_why: { 'data changed': 2 } },
  } as unknown as RunRecord,
  institutions: [group('H41050000001', '演示 & <医院>', 100_000, 7000)],
  departments: [group('H41050000001|K1', '内科', 100_000, 0)],
  months: [group('2025-01', '2025-01', 60_000, 0), group('2025-02', '2025-02', 40_000, 7000)],
  demonstration: 2,
  samples: [
    {
      finding_id: 'f'.repeat(32),
      rule_id: 'N25',
      point_id: 'demo-n25-1',
      result_type: 'violation',
      institution: '演示医院',
      occurred_on: '2025-01-02',
      charge_fen: 60_000,
      fund_fen: null,
      amount_grade: 'none',
      message_zh: '重复收费',
      message_en: 'charged twice',
      arithmetic: words('费用 600.00', 'charge 600.00'),
      notes: [],
      lines: 2,
    },
    {
      finding_id: 'e'.repeat(32),
      rule_id: 'N25',
      point_id: null,
      result_type: 'violation',
      institution: '演示医院',
      occurred_on: '2025-01-03',
      charge_fen: 40_000,
      fund_fen: 26_000,
      amount_grade: 'estimate',
      message_zh: '重复收费',
      message_en: 'charged twice',
      arithmetic: words('费用 400.00', 'charge 400.00'),
      notes: [],
      lines: 1,
    },
  ],
};

describe('the HTML report', () => {
  it('is as the golden file says', () => {
    expectGolden('report.html', htmlReport(data));
  });

  it('says how many findings rest on points of the demonstration city, and which', () => {
    expect(htmlReport(data)).toContain('2 条发现依据演示知识点');
    expect(htmlReport(data)).toContain('demo-n25-1（演示）');
    expect(htmlReport({ ...data, demonstration: 0, samples: [] })).not.toContain('演示知识点');
  });

  it('tells rules that look at nothing apart from those that found nothing', () => {
    const page = htmlReport(data);
    expect(page).toContain('没有发现的 0 条规则');
    expect(page).toContain('条规则没有知识点涉及本数据，不等于未发现');
    expect(page).toContain('药品金额的 &gt; 99.99 % 没有知识点');
    const { looked_at: _, ...before } = data.run;
    expect(htmlReport({ ...data, run: before })).not.toContain('未核查不是未发现');
  });

  it('escapes what comes from the data and says when there is nothing', () => {
    expect(htmlReport(data)).toContain('演示 &amp; &lt;医院&gt;');
    expect(htmlReport(data)).not.toContain('<医院>');
    const empty = htmlReport({
      ...data,
      institutions: [],
      departments: [],
      months: [],
      samples: [],
      run: { ...data.run, rules: [], changes: null, totals: { raw: {}, once: {} } },
    });
    expect(empty).toContain('没有记录');
    expect(empty).toContain('没有可比较的上次运行');
  });
});
