import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { command, type Outcome } from './command.ts';
import { hasData, type Job, lineOf, newJob, sharedData } from './job.ts';

const cases = join(sharedData, 'field-cases');
const present = hasData('field-cases');
const names = present ? readdirSync(cases) : [];
const folderOf = (number: string): string => join(cases, names.find((name) => name.startsWith(`${number}-`)) ?? '');

/** Cases that are judged together in one lake, each with persons and files of its own. */
const together = ['03', '04', '05', '06', '07', '09', '10', '17', '18', '19', '21'] as const;
const damaged = ['12', '13', '14', '15', '16'] as const;

/** Copies a file of a case, with persons that no other case has. */
function copyCase(number: string, name: string, to: string): void {
  const text = readFileSync(join(folderOf(number), 'in', name), 'utf8');
  writeFileSync(join(to, name.replace('.csv', `-${number}.csv`)), text.replaceAll(/(?<=^|,)P(?=\d+,)/gm, `P${number}`));
}

interface Identity {
  readonly name: { readonly en: string };
  readonly checked: number;
  readonly good: number;
}

describe.skipIf(!present)('the field cases (needs ../shared/data/field-cases)', () => {
  let job: Job;
  let outcome: Outcome;
  let findings: readonly string[];
  const found = (visit: string): readonly string[] => findings.filter((one) => one.endsWith(` ${visit}`));

  beforeAll(async () => {
    job = newJob();
    const source = join(job.folder, 'in');
    mkdirSync(source);
    for (const number of together) for (const name of readdirSync(join(folderOf(number), 'in'))) copyCase(number, name, source);
    outcome = await job.ingest(source);
    findings = await job.audit();
  });
  afterAll(() => job?.remove());

  it('are one delivery in which only an enrolment needs somebody', () => {
    expect(outcome.code, outcome.err).toBe(3);
    expect(outcome.out.match(/^needs you: .*$/gm)).toEqual(['needs you: psn_insu_d: not one row was accepted']);
  });

  it('03: a refund settlement with plus signs takes the stay back', async () => {
    expect(found('REFPOS')).toEqual([]);
    expect(await job.rows('setl_d', 'setl_id', "mdtrt_id = 'REFPOS'")).toEqual([]);
  });

  it('04: a refund line with plus signs leaves four bed days', async () => {
    expect(found('LINEPOS').filter((one) => /^(?:N27|IA09) /.test(one))).toEqual([]);
    expect(found('LINEPOS').filter((one) => one.startsWith('IB07 '))).toEqual(['IB07 suspicious 18000 LINEPOS']);
  });

  it('05: a stay settled twice is valued once, and the second settlement is held', () => {
    expect(found('TWICE')).toEqual(['IB07 suspicious 22500 TWICE']);
    expect(job.quality()).toMatchObject({
      held: expect.arrayContaining([expect.objectContaining({ table: 'setl_d', cause: 'copy', rows: 1 })]),
    });
  });

  it('06: lines uploaded twice under one serial of the institution are held', () => {
    expect(found('REUP')).toEqual(['IB07 suspicious 22500 REUP']);
    expect(job.quality()).toMatchObject({
      held: expect.arrayContaining([expect.objectContaining({ table: 'fee_list_d', cause: 'copy', rows: 5 })]),
    });
  });

  it('07: a total that is not the sum of its lines is told, alone of all', () => {
    const { identities, doubts } = job.quality() as { readonly identities: readonly Identity[]; readonly doubts: readonly unknown[] };
    const { checked = 0, good = 0 } = identities.find(({ name }) => name.en.includes('net lines')) ?? {};
    expect(checked - good).toBe(1);
    expect(doubts).toContainEqual(expect.objectContaining({ cause: 'total', visits: 1, amount_fen: 100_000 }));
  });

  it('09: filler dates are missing and counted, and nobody died or was discharged', () => {
    const judged = [...found('DIE1900'), ...found('OPEN1900')];
    expect(judged.filter((one) => /^(?:IE03|IA19|N42|N35) /.test(one))).toEqual([]);
    expect(job.quality().odd).toMatchObject([
      { table: 'fee_list_d', field: 'prd_days', oddity: 'filler', rows: 2 },
      { table: 'mdtrt_d', field: 'endtime', oddity: 'filler', rows: 1 },
      { table: 'psn_info_b', field: 'die_date', oddity: 'filler', rows: 1 },
    ]);
  });

  it('10: a stay within one day has one day', () => {
    expect(found('SAME0').filter((one) => one.startsWith('IA09 '))).toEqual([]);
  });

  it('17: hours beyond the stay are a finding', () => {
    const [one = '', ...more] = found('A1').filter((finding) => finding.startsWith('IA20 suspicious '));
    expect(more).toEqual([]);
    expect(Number(one.split(' ')[2])).toBeGreaterThanOrEqual(13_600);
  });

  it('18: an enrolment that ends before it begins is in quarantine and says nothing', async () => {
    expect(lineOf(outcome, 'psn_insu_d')).toContain('1 row = 0 accepted + 1 quarantined');
    expect(found('ENREND').filter((one) => one.startsWith('IE08 '))).toEqual([]);
    expect(await job.whyNot('IE08', '--visit', 'ENREND')).toMatch(/unknown/);
  });

  it('19: birth dates that contradict are counted, and the age is unknown', async () => {
    expect(job.quality()).toMatchObject({ doubts: expect.arrayContaining([expect.objectContaining({ cause: 'birth', visits: 1 })]) });
    expect(found('BRDY').filter((one) => one.startsWith('N07 '))).toEqual([]);
    expect(await job.whyNot('N07', '--line', 'BRDY-0')).toMatch(/unknown/);
  });

  it('21: days of supply that cannot be are unknown', async () => {
    expect(findings.filter((one) => one.startsWith('N09 '))).toEqual(['N09 violation 5300 D3']);
    for (const line of ['D1-0', 'D2-0']) expect(await job.whyNot('N09', '--line', line)).toMatch(/unknown/);
  });
});

describe.skipIf(!present)('the field cases that stand alone (needs ../shared/data/field-cases)', () => {
  let job: Job;
  beforeEach(() => {
    job = newJob();
  });
  afterEach(() => job.remove());

  it('08: serials of two hospitals live in one lake', async () => {
    for (const hospital of ['hospital1', 'hospital2']) await job.ingest(join(folderOf('08'), hospital));
    expect(await job.rows('fee_list_d', 'cnt')).toHaveLength(4);
    expect(await job.rows('setl_list_diag_d', 'diag_code')).toHaveLength(2);
  });

  it('11: dates of 1904 are the days that the workbook shows', async () => {
    expect(lineOf(await job.ingest(join(folderOf('11'), 'in')), 'fee_list_d')).toContain('1 row = 1 accepted');
    expect(await job.rows('fee_list_d', 'fee_ocur_time')).toEqual(['2025-03-02 09:00:00']);
  });

  it('12 to 16: every row of a damaged file is accounted for', async () => {
    for (const number of damaged) {
      const folder = join(folderOf(number), 'in');
      const name = readdirSync(folder).find((one) => one.startsWith('fee_list_d')) ?? '';
      cpSync(join(folder, name), join(job.folder, 'in', name.replace('.', `-${number}.`)));
    }
    const outcome = await job.ingest(join(job.folder, 'in'));
    expect(outcome.code).toBe(3);
    for (const [name, said] of Object.entries({
      'fee_list_d-12.xlsx': '1 row = 1 accepted',
      'fee_list_d-13.xlsx': '4 rows = 0 accepted + 4 quarantined',
      'fee_list_d-14.csv': '6 rows = 5 accepted',
      'fee_list_d-15.csv': '6 rows = 5 accepted',
      'fee_list_d-16.csv': '6 rows = 4 accepted',
    }))
      expect(lineOf(outcome, name).replaceAll(/ \(.*?\)/g, ''), name).toContain(said);
    expect(outcome.out).toContain('a number that lost digits bkkp_sn: 4 rows, for example fee_list_d-13.xlsx row 2');
  });
});

describe.skipIf(!present || !hasData('drg'))('the field cases of groups (needs ../shared/data/drg)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hengjian-field-groups-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const scheme = (...args: readonly string[]): Promise<Outcome> =>
    command([...args, '--schemes', join(folder, 'schemes'), '--lang', 'en'], { cwd: folder });
  const grouped = async (id: string, file: string): Promise<readonly string[][]> => {
    const { code, err } = await scheme('group', '--scheme', id, '--in', file, '--out', 'g.csv');
    expect(code, err).toBe(0);
    return readFileSync(join(folder, 'g.csv'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
  };

  beforeAll(async () => {
    const { code, err } = await scheme('scheme', 'import', join(sharedData, 'drg/chs-drg-1.1'), '--id', 'chs-drg-1.1');
    expect(code, err).toBe(0);
  });

  it('01: a weight of zero in adults groups as none', async () => {
    const [, ...rows] = await grouped('chs-drg-1.1', join(folderOf('01'), 'cases.csv'));
    expect(rows.map((row) => [row[0], row[1], row[4]])).toEqual([
      ['ZERO', 'grouped', 'BR15'],
      ['BLANK', 'grouped', 'BR15'],
    ]);
  });

  it('02: a group under an ADRG of another name is told by the import', async () => {
    const wrong = join(folder, 'wrong');
    cpSync(join(sharedData, 'drg/chs-drg-1.1'), wrong, { recursive: true });
    const [, row = ''] = readFileSync(join(folderOf('02'), 'drg-row.csv'), 'utf8').split(/\r?\n/);
    const rows = readFileSync(join(wrong, 'drg.csv'), 'utf8').split('\n');
    writeFileSync(join(wrong, 'drg.csv'), rows.map((one) => (one.startsWith('BR15,') ? row : one)).join('\n'));
    const { out } = await scheme('scheme', 'import', wrong, '--id', 'wrong');
    expect(out).toContain('drg.csv: the code does not begin with the code of its ADRG: DR13');
  });

  it('22: an operation code eaten by a spreadsheet is told apart from an unknown one', async () => {
    const [, ...rows] = await grouped('chs-drg-1.1', join(folderOf('22'), 'cases.csv'));
    expect(rows.map((row) => [row[0], row[4], row[8]])).toEqual([
      ['TEXT', 'GD15', ''],
      ['NUMBER', 'GR15', 'code-lost-zeros'],
    ]);
  });
});

it('20: a schema of the records with a wrong column is refused with the columns there are', async () => {
  const { code, err } = await command(['kernel', '--schema', 'persons:gend;visits:mdtrt_id;lines:bkkp_sn', '--lang', 'en']);
  expect(code).toBe(2);
  expect(err).toContain('there is no column of lines bkkp_sn → check the name; there are: mdtrt_id, setl_id, line_key');
  expect(err).not.toMatch(/\n\s+at /);
});
