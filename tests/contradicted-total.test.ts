import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explainFinding, openRunFolder, runAudit } from '@hengjian/audit';
import { readContentsNow } from '@hengjian/documents';
import { openStayReader } from '@hengjian/grouping';
import { ingest, openLake } from '@hengjian/lake';
import { contradictedCost } from '@hengjian/standard';
import { integer, openTables, parquetOf, text } from '@hengjian/table';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type City, makeCity } from './city.ts';

const folder = mkdtempSync(join(tmpdir(), 'hengjian-total-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const visit = 'V1,P1,H33010000001,21,310,330102,1';
const keys = 'mdtrt_id,psn_no,fixmedins_code,med_type,insutype,insu_admdvs,vali_flag';
const amounts = 'cnt,pric,det_item_fee_sumamt,inscp_amt,med_chrgitm_type';
const beds = [1, 2, 3, 4, 5].map((day) => `${visit},S1,L${day},2025-03-0${day} 08:05:00,0,201,001109000010000,1,45,45.00,45.00,01`);

/** A stay of beds only, settled at `total` yuan, with lines of 225.00. */
async function audited(name: string, total: string) {
  const files: Readonly<Record<string, string>> = {
    medins_info_b: 'fixmedins_code,fixmedins_type,hosp_lv,lmtpric_hosp_lv,admdvs,vali_flag\nH33010000001,1,02,3,330102,1',
    psn_info_b: 'psn_no,certno,gend,brdy,vali_flag\nP1,330102198005061001,1,1980-05-06,1',
    mdtrt_d: `${keys},gend,brdy,begntime,endtime,ipt_days,dscg_way\n${visit},1,1980-05-06,2025-03-01 08:00:00,2025-03-06 09:00:00,5,1`,
    setl_list_diag_d: `${keys},setl_list_diag_id,setl_id,maindiag_flag,diag_code,diag_name\n${visit},D1,S1,1,K80.200,K80.200`,
    fee_list_d: [`${keys},setl_id,feedetl_sn,fee_ocur_time,fulamt_ownpay_amt,list_type,med_list_codg,${amounts}`, ...beds].join('\n'),
    setl_d: `${keys},setl_id,setl_time,medfee_sumamt,inscp_amt,fund_pay_sumamt,hifp_pay,acct_pay,psn_pay,clr_way
${visit},S1,2025-03-06 09:30:00,${total},${total},157.50,157.50,0.00,${(Number(total) - 157.5).toFixed(2)},1`,
  };
  const source = join(folder, name);
  mkdirSync(source);
  for (const [table, content] of Object.entries(files)) writeFileSync(join(source, `${table}.csv`), `${content}\n`);
  const [lake, out] = [join(folder, `${name}-lake`), join(folder, `${name}-result`)];
  await ingest({ paths: [source], lake });
  await runAudit({ lake, out, rulebook: { ids: ['IB07'] }, report: true });
  const tables = await openTables({ folders: [out] });
  try {
    const from = parquetOf([openRunFolder(out).file('findings')]);
    const shape = { finding_id: text, charge_fen: integer, amount_method: text };
    const [finding] = await tables.rows(`SELECT finding_id, charge_fen, amount_method FROM ${from}`, shape);
    return { lake, out, finding };
  } finally {
    tables.close();
  }
}

/** Cells of a column of the sheet of findings. */
function column(out: string, name: string): readonly (string | undefined)[] {
  const contents = readContentsNow(join(out, 'findings.xlsx'), new Set(['发现编号', '规则名称', '备注note']));
  const sheet = contents.kind === 'sheets' ? contents.sheets.find((one) => one.sheet === '发现') : undefined;
  const found = sheet?.header.find((one) => one.startsWith(name));
  return (sheet?.rows ?? []).map(({ cells }) => cells.get(found?.replace(/\s+/g, '') ?? ''));
}

async function gaps(lake: string): Promise<readonly unknown[]> {
  const reader = await openStayReader(await openLake(lake));
  return reader.segments().flatMap((handle) => [...reader.stays(handle)].flatMap(({ stay }) => contradictedCost(stay) ?? []));
}

describe('a stay whose settled total is not the sum of its lines', () => {
  it('is valued by the total, and the finding, the page and the workbook say both sums', async () => {
    const { out, lake, finding } = await audited('header', '1225.00');
    expect(finding).toMatchObject({ charge_fen: 122_500, amount_method: 'whole-stay' });
    const { finding: told, text: lines } = await explainFinding(out, finding?.finding_id ?? '');
    expect(told.evidence.notes).toEqual([{ note: 'total-not-lines', mdtrt_id: 'V1', total_fen: 122_500, lines_fen: 22_500 }]);
    expect(lines.filter(({ zh }) => zh.includes('1225.00') && zh.includes('225.00 元，两者不符'))).toHaveLength(1);
    expect(lines.filter(({ en }) => en.includes('its lines add up to 225.00 yuan'))).toHaveLength(1);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('明细合计 225.00 元');
    expect(column(out, '备注')[0]).toContain('按结算总额 1225.00 元计');
    expect(await gaps(lake)).toEqual([{ total_fen: 122_500, lines_fen: 22_500 }]);
  });

  it('is no such stay where the two differ by the rounding of lines', async () => {
    const { out, lake, finding } = await audited('rounded', '225.05');
    expect((await explainFinding(out, finding?.finding_id ?? '')).finding.evidence.notes).toBeUndefined();
    expect(await gaps(lake)).toEqual([]);
  });
});

describe('a simulated city', () => {
  let city: City;
  beforeAll(async () => {
    city = await makeCity(300);
  });
  afterAll(() => city.remove());

  it('has no total that its lines contradict, so nothing is noted', async () => {
    const out = join(city.folder, 'noted');
    await runAudit({ lake: city.lake, out });
    const tables = await openTables({ folders: [out] });
    try {
      const from = parquetOf([openRunFolder(out).file('findings')]);
      const counts = `SELECT count(*) AS findings, count(*) FILTER ((evidence->'$.notes') IS NOT NULL) AS noted FROM ${from}`;
      const row = await tables.row(counts, { findings: integer, noted: integer });
      expect(row?.noted).toBe(0);
      expect(row?.findings).toBeGreaterThan(100);
    } finally {
      tables.close();
    }
    expect(await gaps(city.lake)).toEqual([]);
  });
});
