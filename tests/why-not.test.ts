import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lakeCoverage, type WhyNotAnswer, whyNot } from '@hengjian/audit';
import { decideHeld, ingest } from '@hengjian/lake';
import { RefusedInput } from '@hengjian/standard';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'hengjian-why-not-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const stay = 'V1,P1,H33010000001,21,310,330102,1';
const keys = 'mdtrt_id,psn_no,fixmedins_code,med_type,insutype,insu_admdvs,vali_flag';
const monitoring = '201,003107010220000';

interface Line {
  readonly serial: string;
  readonly at: string;
  readonly cnt: number;
}

/** A stay of one night from the first to the second of March with hours of monitoring at four yuan. */
async function lakeOf(name: string, lines: readonly Line[], paid: number): Promise<string> {
  const source = join(folder, name);
  mkdirSync(source);
  const write = (table: string, ...rows: readonly string[]): void => writeFileSync(join(source, `${table}.csv`), `${rows.join('\n')}\n`);
  write('psn_info_b', 'psn_no,certno,gend,brdy,vali_flag', 'P1,330102198005061001,1,1980-05-06,1');
  write('mdtrt_d', `${keys},begntime,endtime,ipt_days,dscg_way`, `${stay},2025-03-01 20:00:00,2025-03-02 10:00:00,1,1`);
  write(
    'setl_d',
    `${keys},setl_id,setl_time,medfee_sumamt,inscp_amt,fund_pay_sumamt,hifp_pay,acct_pay,psn_pay,clr_way`,
    `${stay},S1,2025-03-02 10:30:00,${paid},${paid},0,0,0,${paid},1`,
  );
  write(
    'fee_list_d',
    `${keys},setl_id,bkkp_sn,fee_ocur_time,list_type,med_list_codg,cnt,pric,det_item_fee_sumamt,inscp_amt,med_chrgitm_type`,
    ...lines.map(({ serial, at, cnt }) => `${stay},S1,${serial},${at},${monitoring},${cnt},4,${cnt * 4},${cnt * 4},05`),
  );
  const lake = join(folder, `${name}-lake`);
  await ingest({ paths: [source], lake });
  return lake;
}

const said = ({ text }: WhyNotAnswer, language: 'zh' | 'en'): string => text.map((line) => line[language]).join('\n');
const [first, second] = ['2025-03-01 21:00:00', '2025-03-02 09:00:00'];

describe('why a rule says nothing', () => {
  it('of a line that is held as a copy names its group and the command that decides', async () => {
    const once = [
      { serial: 'L1', at: first, cnt: 24 },
      { serial: 'L2', at: second, cnt: 24 },
    ];
    const again = once.map((line) => ({ ...line, serial: `${line.serial}-again` }));
    const lake = await lakeOf('copies', [...once, ...again], 192);
    const held = await whyNot({ lake, rule: 'IA20', line: 'L2-again' });
    expect(held).toMatchObject({ verdict: 'not applicable', states: [{ table: 'fee_list_d', status: 'held', cause: 'copy' }] });
    const group = held.states?.[0]?.held ?? '';
    expect(group).toMatch(/^H-[0-9a-f]{12}$/);
    expect(said(held, 'zh')).toContain(`hengjian lake decide ${group} --lake ${lake}`);
    expect(said(held, 'en')).toContain('it repeats a row that is there already');
    expect(await whyNot({ lake, rule: 'IA20', line: 'fee_list_d.csv|5' })).toMatchObject({
      verdict: 'not applicable',
      states: held.states,
    });
    await decideHeld({ lake, held: [group], counts: true, because: 'both were done', by: 'tester', at: '2026-01-01' });
    expect(await whyNot({ lake, rule: 'IA20', line: 'L2-again' })).toMatchObject({ verdict: 'hit' });
  });

  it('answers for a line by file and row, whether it has a serial or not', async () => {
    const lake = await lakeOf(
      'serials',
      [
        { serial: 'L1', at: first, cnt: 10 },
        { serial: '', at: second, cnt: 24 },
      ],
      136,
    );
    expect((await whyNot({ lake, rule: 'IA20', line: 'fee_list_d.csv|3' })).verdict).toBe('hit');
    expect((await whyNot({ lake, rule: 'IA20', line: 'fee_list_d.csv|2' })).verdict).toBe('clear');
    expect((await whyNot({ lake, rule: 'IA20', line: 'L1' })).verdict).toBe('clear');
    for (const line of ['fee_list_d.csv|4', 'mdtrt_d.csv|2', 'other.csv|2', 'L9'])
      await expect(whyNot({ lake, rule: 'IA20', line }), line).rejects.toBeInstanceOf(RefusedInput);
  });

  it('says which contradiction made a value unknown', async () => {
    const lake = await lakeOf('doubts', [{ serial: 'L1', at: '2025-03-20 09:00:00', cnt: 24 }], 96);
    const answer = await whyNot({ lake, rule: 'IA20', line: 'L1' });
    expect(answer.verdict).toBe('unknown');
    expect(said(answer, 'zh')).toContain('多数明细不在住院日期内');
    expect(said(answer, 'en')).toContain('most lines lie outside the days of the stay');
  });
});

describe('the coverage of a lake without diagnoses', () => {
  it('names the fields that keep rules from firing, behind what the bureau must bring', async () => {
    const lake = await lakeOf('bare', [{ serial: 'L1', at: first, cnt: 10 }], 40);
    const { rules, standings } = await lakeCoverage({ lake });
    const of = (id: string) => rules.find(({ rule_id }) => rule_id === id);
    expect(of('IE08')).toMatchObject({ standing: 'no_column' });
    expect(of('IE08')?.missing.length).toBeGreaterThan(0);
    expect(of('N67')).toMatchObject({ standing: 'no_code', tables: ['drug-sex'] });
    const places = rules.map(({ standing }) => Object.keys(standings).indexOf(standing));
    expect(places).toEqual([...places].sort((left, right) => left - right));
    expect(Object.values(standings).reduce((sum, count) => sum + count, 0)).toBe(rules.length);
  });
});

describe('what why-not read', () => {
  it('is told once, and money in yuan', async () => {
    const lake = await lakeOf('price', [{ serial: 'L1', at: first, cnt: 10 }], 40);
    const answer = await whyNot({ lake, rule: 'IA01', line: 'L1' });
    const zh = said(answer, 'zh');
    const read = [...zh.matchAll(/[^（，]+ = [^，）]*/g)].map(([all]) => all);
    expect(new Set(read).size).toBe(read.length);
    const priced = await whyNot({ lake, rule: 'N14', line: 'L1' });
    expect(said(priced, 'zh')).not.toMatch(/价 = \d{5,}/);
  });
});
