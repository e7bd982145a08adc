import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, type Outcome } from './command.ts';

// Inputs of the kinds of ../shared/data/field-cases that are about groups and schemas: a scheme of two MDCs of our own, and
// other numbers, columns and ways in, so that a kind is mended and not a case.

const folder = mkdtempSync(join(tmpdir(), 'hengjian-kinds-groups-'));
const schemes = join(folder, 'schemes');
const env = { HENGJIAN_KEY_FILE: join(folder, 'key') };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: readonly string[]): Promise<Outcome> => command([...args, '--lang', 'en'], { cwd: folder, env });
const write = (name: string, rows: readonly string[]): string => {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), `${rows.join('\n')}\n`);
  return name;
};

/** Plain tables of a scheme of two MDCs; `drgs` are the rows of its groups. */
const standard = ['BR15,脑积水,BR1,1,any', 'BS29,其他神经疾患,BS2,1,any', 'PS19,极低体重儿,PS1,1,any', 'PS29,其他新生儿,PS2,1,any'];
function tables(name: string, drgs: readonly string[]): string {
  const rows: Readonly<Record<string, readonly string[]>> = {
    mdc: ['mdc,name,order,entry_rule', 'P,新生儿,1,principal_dx & age=0', 'B,神经,2,principal_dx'],
    mdc_codes: [
      'mdc,role,site,code',
      'P,principal_dx,,P07.100',
      'P,principal_dx,,G91.000',
      'B,principal_dx,,G91.000',
      'B,principal_dx,,G93.100',
    ],
    adrg: [
      'adrg,name,mdc,kind,order,rule',
      ...['BR1,脑积水,B,medical,1,principal_dx', 'BS2,其他,B,medical,2,principal_dx'],
      ...['PS1,极低体重儿,P,medical,1,birth_weight<1500', 'PS2,其他新生儿,P,medical,2,always'],
    ],
    adrg_codes: ['adrg,role,code', 'BR1,principal_dx,G91.000', 'BS2,principal_dx,G93.100'],
    drg: ['drg,name,adrg,order,severity_condition', ...drgs],
    cc_mcc: ['code,level,exclusion_table', 'I10.x00,CC,1'],
    exclusions: ['table,code', '1,I11.900'],
    valid_procedures: ['code,name', '01.0200,脑室穿刺'],
    dx_catalog: ['code,name', 'G91.000,交通性脑积水', 'G93.100,缺氧性脑损害', 'P07.100,低出生体重', 'I10.x00,高血压'],
    procedure_catalog: ['code,name', '01.0200,脑室穿刺'],
  };
  for (const [table, content] of Object.entries(rows)) write(`${name}/${table}.csv`, content);
  return name;
}

/** Status, group and field of each case by its id. */
function groupsOf(name: string): Readonly<Record<string, string>> {
  const [, ...lines] = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
  return Object.fromEntries(
    lines.map((line) => line.split(',')).map(([id = '', status, , , drg, , , field]) => [id, `${status} ${drg} ${field}`]),
  );
}

async function ok(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await run(...args, '--schemes', schemes);
  expect(code, `${err}\n${out}`).toBe(0);
  return out;
}

describe('01: a weight of a newborn that only fills the column', () => {
  beforeAll(() => ok('scheme', 'import', tables('own', standard), '--id', 'own'));

  it('of grown people is none, in a file of cases', async () => {
    write('cases.csv', [
      'id,gender,age,age_days,birth_weight,admission_weight,diagnoses',
      ...['ZERO,2,47,,0,0,G91.000', 'CENT,1,80,,0.01,0.01,G91.000', 'BODY,1,33,,71500,71500,G91.000'],
      ...['YEAR,1,1,,0,,G93.100', 'DAYS,2,,12045,0,0,G93.100', 'BLANK,2,47,,,,G91.000'],
      // A newborn of whom the weight decides the group: 0 is no weight.
      ...['BABY,1,0,9,0,,G91.000', 'SMALL,1,0,9,1320,,G91.000', 'LARGE,1,0,9,3100,,P07.100'],
    ]);
    await ok('group', '--scheme', 'own', '--in', 'cases.csv', '--out', 'groups.csv');
    expect(groupsOf('groups.csv')).toEqual({
      ...{ ZERO: 'grouped BR15 ', CENT: 'grouped BR15 ', BODY: 'grouped BR15 ', YEAR: 'grouped BS29 ', DAYS: 'grouped BS29 ' },
      ...{ BLANK: 'grouped BR15 ', BABY: 'invalid  birth_weight', SMALL: 'grouped PS19 ', LARGE: 'grouped PS29 ' },
    });
  });

  it('of grown people is none, in the settlement lists of a lake', async () => {
    const born: Readonly<Record<string, string>> = {
      ZERO: '1978-02-03',
      CENT: '1944-05-06',
      BODY: '1991-07-08',
      BABY: '2025-04-01',
      SMALL: '2025-04-01',
    };
    const weights: Readonly<Record<string, string>> = { ZERO: '0', CENT: '0.01', BODY: '71500', BABY: '0', SMALL: '1320' };
    const ids = Object.keys(born);
    const place = 'H52010000077';
    write('claims/psn_info_b.csv', ['psn_no,gend,brdy,vali_flag', ...ids.map((id) => `P-${id},1,${born[id]},1`)]);
    write('claims/mdtrt_d.csv', [
      'mdtrt_id,psn_no,fixmedins_code,med_type,begntime,endtime,ipt_days,vali_flag',
      ...ids.map((id) => `${id},P-${id},${place},21,2025-04-10 08:00:00,2025-04-14 09:00:00,4,1`),
    ]);
    write('claims/setl_list_d.csv', [
      'mdtrt_id,nwb_bir_wt,nwb_adm_wt,vali_flag',
      ...ids.map((id) => `${id},${weights[id]},${weights[id]},1`),
    ]);
    write('claims/setl_list_diag_d.csv', [
      'mdtrt_id,psn_no,maindiag_flag,diag_code,vali_flag',
      ...ids.map((id) => `${id},P-${id},1,G91.000,1`),
    ]);
    write('claims/setl_d.csv', [
      'setl_id,mdtrt_id,psn_no,fixmedins_code,setl_time,medfee_sumamt,vali_flag,insutype,med_type',
      ...ids.map((id) => `S-${id},${id},P-${id},${place},2025-04-14 09:30:00,100,1,310,21`),
    ]);
    const { code, err } = await run('ingest', 'claims', '--lake', 'lake');
    expect(code, err).toBe(0);
    await ok('group', '--scheme', 'own', '--lake', 'lake', '--out', 'lake.csv');
    expect(groupsOf('lake.csv')).toEqual({
      ...{ ZERO: 'grouped BR15 ', CENT: 'grouped BR15 ', BODY: 'grouped BR15 ' },
      ...{ BABY: 'invalid  birth_weight', SMALL: 'grouped PS19 ' },
    });
  });
});

describe('02: a group under an ADRG of another name', () => {
  const said = 'the code does not begin with the code of its ADRG';

  it.each([
    ['a letter', ['PR15,脑积水,BR1,1,any', ...standard.slice(1)], 'PR15'],
    ['a figure', ['BR15,脑积水,BR1,1,any', 'BS39,其他神经疾患,BS2,1,any', ...standard.slice(2)], 'BS39'],
    ['two that changed places', ['BS29,脑积水,BR1,1,any', 'BR15,其他神经疾患,BS2,1,any', ...standard.slice(2)], 'BS29, BR15'],
  ])('%s is told by the import', async (name, drgs, codes) => {
    const out = await ok('scheme', 'import', tables(`wrong-${name}`, drgs), '--id', 'wrong');
    expect(out).toContain(`drg.csv: ${said}: ${codes}`);
  });

  it('nothing is said of a scheme whose names fit', async () => {
    expect(await ok('scheme', 'import', tables('right', standard), '--id', 'right')).not.toContain(said);
  });
});

describe('20: a schema of the records that is wrong', () => {
  it.each([
    ['persons:gend,birthday;visits:mdtrt_id', ['there is no column of persons birthday', 'brdy']],
    ['visit:mdtrt_id;lines:mdtrt_id,setl_id', ['there is no table visit', 'persons, enrolments, visits']],
    ['persons:gend;visits:begntime', ['visits.mdtrt_id']],
    ['diagnoses:mdtrt_id,icd;lines:mdtrt_id,setl_id,price', ['column of diagnoses icd', 'column of lines price']],
  ])('%s', async (schema, parts) => {
    const { code, out, err } = await run('kernel', '--schema', schema);
    expect([code, out]).toEqual([2, '']);
    for (const part of parts) expect(err).toContain(part);
    expect(err).toContain('→');
    expect(err).not.toMatch(/\n\s+at |ENOENT/);
  });
});
