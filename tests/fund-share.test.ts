import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as xlsx from '@e965/xlsx';
import type { RunRecord } from '@hengjian/audit';
import { openLake } from '@hengjian/lake';
import { integer, openTables, optional, text } from '@hengjian/table';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command } from './command.ts';

// A hospital whose export has no settlements: what the fund lost is an answered estimate, or not known.

const folder = mkdtempSync(join(tmpdir(), 'hengjian-fund-share-'));
const env = { HENGJIAN_KEY_FILE: join(folder, 'key') };
const hospital = 'H52010000077';
/** One about a whole stay, one about a line. */
const rules = ['IB07', 'IA19'].flatMap((id) => ['--rules', join(import.meta.dirname, '..', 'library', 'rules', `${id}.yaml`)]);

async function typed(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await command(args, { cwd: folder, env });
  expect(code, `${args.join(' ')}\n${err}\n${out}`).toBe(0);
  return out;
}

const audit = (out: string): Promise<string> => typed('audit', '--lake', 'lake', '--out', out, ...rules);

interface Money {
  readonly charge_fen: number;
  readonly inscope_fen: number | null;
  readonly fund_fen: number | null;
  readonly amount_method: string;
  readonly amount_grade: string;
  readonly finding_id: string;
}

async function findings(run: string): Promise<readonly Money[]> {
  const engine = await openTables({ folders: [join(folder, run)] });
  try {
    return await engine.rows(
      `SELECT charge_fen, inscope_fen, fund_fen, amount_method, amount_grade, finding_id
       FROM '${join(folder, run, 'findings.parquet')}' ORDER BY rule_id`,
      {
        ...{ charge_fen: integer, inscope_fen: optional(integer), fund_fen: optional(integer) },
        ...{ amount_method: text, amount_grade: text, finding_id: text },
      },
    );
  } finally {
    engine.close();
  }
}

const record = (run: string): RunRecord => JSON.parse(readFileSync(join(folder, run, 'run.json'), 'utf8')) as RunRecord;

beforeAll(async () => {
  mkdirSync(join(folder, '数据'));
  const days = ['01', '02', '03', '04', '07'];
  writeFileSync(
    join(folder, '数据', '病人.csv'),
    '住院号,性别,出生日期,入院时间,出院时间,医疗类别\nS9,女,1971-11-23,2025-09-01 09:00,2025-09-05 10:00,普通住院\n',
  );
  const lines = days.map((day) => `S9,001109000010000,床位费,床位费,1,60,60,2025-09-${day} 08:00,S9-${day}`);
  writeFileSync(
    join(folder, '数据', '明细.csv'),
    ['住院号,医保编码,项目名称,收费类别,数量,单价,金额,执行时间,费用流水号', ...lines].join('\n'),
  );
  await typed('mapping', 'draft', '数据', '--out', 'mapping.yaml');
  await typed('mapping', 'answer', 'mapping.yaml', `code=${hospital}`, 'in_scope=0.9', 'dscg_tkdrug_flag=0');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('without settlements', () => {
  it('the loss of the fund is not known, and no share is proposed', async () => {
    const mapping = readFileSync(join(folder, 'mapping.yaml'), 'utf8');
    expect(mapping).toMatch(/id: fund_share[\s\S]*?proposed: skip\n\s+answer:\s*\n/);
    const told = await typed('ingest', '数据', '--mapping', 'mapping.yaml', '--lake', 'lake');
    expect(told).not.toContain('fund_pay_sumamt');
    const said = await audit('unknown');
    expect(said).toContain('基金损失未知');
    const unknown = { fund_fen: null, amount_method: 'no-settlement', amount_grade: 'none' };
    expect(await findings('unknown')).toMatchObject([unknown, unknown]);
  });

  it('an answered share gives an estimate, marked wherever it is shown', async () => {
    await typed('mapping', 'answer', 'mapping.yaml', 'fund_share=0.65');
    const told = await typed('ingest', '数据', '--mapping', 'mapping.yaml', '--lake', 'lake', '--report', 'quality');
    const assumed = `估计值：${hospital} 的 setl_d.fund_pay_sumamt 按范围内金额的 65 % 假定`;
    expect(told).toContain(assumed);
    expect(readFileSync(join(folder, 'quality', 'quality.html'), 'utf8')).toContain(assumed);
    const { manifest } = await openLake(join(folder, 'lake'));
    expect(manifest.estimated).toContainEqual({ field: 'setl_d.fund_pay_sumamt', institution: hospital, share: 0.65 });

    const said = await audit('estimated');
    const found = await findings('estimated');
    const estimate = { amount_method: 'assumed-share', amount_grade: 'estimate' };
    expect(found).toMatchObject([
      { charge_fen: 6000, inscope_fen: 5400, fund_fen: 3510, ...estimate },
      { charge_fen: 30_000, inscope_fen: 27_000, fund_fen: 17_550, ...estimate },
    ]);
    expect(said).toContain('其中 2 条基金损失是估算');
    expect(said).toContain(assumed);
    expect(record('estimated')).toMatchObject({ totals: { raw: { suspicious: { fund_unknown: 0, fund_estimated: 2 } } } });
    expect(record('estimated').rules).toMatchObject([{ fund_estimated: 1 }, { fund_estimated: 1 }]);

    const page = readFileSync(join(folder, 'estimated', 'report.html'), 'utf8');
    expect(page).toContain(assumed);
    // The card, the institution, the month and the department; two rules; two samples.
    expect([page.match(/含估算 2 条/g)?.length, page.match(/含估算 1 条/g)?.length, page.match(/>估算</g)?.length]).toEqual([4, 2, 2]);
    const explained = await typed('explain', found[0]?.finding_id ?? '', '--run', 'estimated');
    expect(explained).toMatch(/基金 \d+\.\d\d 元（估算）/);
    expect(explained).toContain('假定基金支付范围内金额的 0.6500');
  });

  it('and in the workbook', () => {
    const book = xlsx.read(readFileSync(join(folder, 'estimated', 'findings.xlsx')));
    const rows = (sheet: string): readonly Record<string, unknown>[] => xlsx.utils.sheet_to_json(book.Sheets[sheet] ?? {});
    for (const sheet of ['机构', '科室', '月份'])
      expect(Object.entries(rows(sheet)[0] ?? {}).filter(([name]) => name.startsWith('其中估算'))).toHaveLength(2);
    expect(rows('规则')[0]).toMatchObject({ '其中估算（条）': 1 });
    expect(rows('发现')[0]).toMatchObject({ 金额等级: '估算' });
    expect(rows('明细').every((row) => row.金额等级 === '估算')).toBe(true);
    expect(JSON.stringify(rows('说明'))).toContain('setl_d.fund_pay_sumamt');
  });

  it('an answer that is taken back is taken back in the lake', async () => {
    await typed('mapping', 'answer', 'mapping.yaml', 'fund_share=skip');
    await typed('ingest', '数据', '--mapping', 'mapping.yaml', '--lake', 'lake');
    await audit('back');
    expect(await findings('back')).toMatchObject([{ fund_fen: null }, { fund_fen: null }]);
    await typed('mapping', 'answer', 'mapping.yaml', 'fund_share=0.65');
    await typed('ingest', '数据', '--mapping', 'mapping.yaml', '--lake', 'lake');
  });
});

describe('with settlements', () => {
  it('a mapping that reads them assumes nothing', async () => {
    const own = join(folder, 'both.yaml');
    const mapping = readFileSync(join(folder, 'mapping.yaml'), 'utf8');
    writeFileSync(
      own,
      `${mapping}  setl_d:\n    - {files: 结算.csv, columns: {setl_id: 结算号, mdtrt_id: 住院号, setl_time: 时间, medfee_sumamt: 总额}}\n`,
    );
    const { code, err } = await command(['mapping', 'check', 'both.yaml'], { cwd: folder, env });
    expect(code).toBe(2);
    expect(err).toContain('institution.fund_share');
    expect(err).toContain('institution.in_scope');
  });

  it('that are delivered later, the share is no longer used', async () => {
    mkdirSync(join(folder, '结算'));
    const header = 'setl_id,mdtrt_id,psn_no,fixmedins_code,setl_time,medfee_sumamt,inscp_amt,fund_pay_sumamt,vali_flag,insutype,med_type';
    writeFileSync(join(folder, '结算', 'setl_d.csv'), `${header}\nT1,OTHER,X1,${hospital},2025-09-03 11:00:00,300,270,200,1,310,21\n`);
    const told = await typed('ingest', '结算', '--lake', 'lake');
    expect(told).not.toContain('fund_pay_sumamt');
    await audit('settled');
    expect((await findings('settled')).filter(({ fund_fen }) => fund_fen !== null)).toEqual([]);
    expect(record('settled').estimated).toEqual([{ field: 'fee_list_d.inscp_amt', institution: hospital, share: 0.9 }]);
  });
});
