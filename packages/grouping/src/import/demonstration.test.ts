import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { libraryFolder, parseCsvRecords } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import type { GroupingCase } from '../case/case.ts';
import { compileGrouper } from '../grouper/compile.ts';
import { applyVariants } from '../scheme/variants.ts';
import { hasShared, publishedAnswers } from '../testing/shared.ts';
import { importScheme } from './index.ts';

const { scheme, report } = importScheme(join(libraryFolder, 'schemes/demonstration'));
const grouper = compileGrouper(scheme);

/** A patient who fits the row: its sex, an age inside its bounds. */
function patient(row: Readonly<Record<string, string>>, diagnosis: string, procedure: string): GroupingCase {
  const age = row.age_min !== '' ? Number(row.age_min) : row.age_max !== '' ? Number(row.age_max) : 40;
  return {
    id: diagnosis,
    gender: row.sex === '2' ? 2 : 1,
    age,
    age_days: null,
    birth_weight: null,
    admission_weight: null,
    department: row.caty ?? '',
    los: 6,
    discharge_mode: '1',
    icu_hours: null,
    ventilator_hours: null,
    diagnoses: [diagnosis],
    procedures: procedure === '' ? [] : [procedure],
  };
}

const codes = (name: string) => parseCsvRecords(readFileSync(join(libraryFolder, 'codes', name), 'utf8'), name);
const wards = ['ward', 'ward-child', 'surgery', 'maternity', 'tumour'];
const stays = codes('diagnoses.csv').filter(({ use = '' }) => wards.includes(use));

describe('the demonstration scheme', () => {
  it('is marked as one and has every MDC in the stated order', () => {
    expect(scheme.demonstration).toBe(true);
    expect(scheme.mdcs.map(({ mdc }) => mdc).join('')).toBe('APYZMNBCDEFGHIJKLOQRSTUVWX');
    expect(report.counts.adrgs).toBeGreaterThanOrEqual(120);
    expect(report.counts.drgs).toBeGreaterThanOrEqual(200);
    expect(report.notices).toEqual([]);
    expect(report.corrections).toEqual([]);
    expect(scheme.drgs.every(({ weight }) => weight !== undefined && weight > 0 && Number.isInteger(weight))).toBe(true);
  });

  it('weighs a group with complications more than the same group without', () => {
    for (const drgs of Map.groupBy(scheme.drgs, ({ adrg }) => adrg).values()) {
      const weights = drgs.map(({ weight }) => weight ?? 0);
      expect(weights).toEqual(weights.toSorted((left, right) => right - left));
    }
  });

  it('gives a group to every stay that the shipped codes describe', () => {
    expect(stays.length).toBeGreaterThan(70);
    for (const row of stays) {
      const alone = grouper.group(patient(row, row.diag_code ?? '', row.oprn ?? ''));
      expect([row.diag_code, alone.status]).toEqual([row.diag_code, 'grouped']);
    }
  });

  it('puts every shipped operation of a stay into an operation group with its own diagnosis', () => {
    const kinds = new Map(scheme.adrgs.map(({ adrg, kind }) => [adrg, kind]));
    for (const row of stays.filter(({ oprn = '' }) => oprn !== '')) {
      const { adrg } = grouper.group(patient(row, row.diag_code ?? '', row.oprn ?? ''));
      expect([row.diag_code, row.oprn, kinds.get(adrg)]).not.toEqual([row.diag_code, row.oprn, 'medical']);
    }
  });

  const cases: readonly (readonly [string, Partial<GroupingCase>, string])[] = [
    ['pneumonia', { diagnoses: ['J18.900'] }, 'ES15'],
    ['pneumonia with heart failure', { diagnoses: ['J18.900', 'I50.900'] }, 'ES13'],
    ['pneumonia with respiratory failure, near the principal diagnosis', { diagnoses: ['J18.900', 'J96.000'] }, 'ES15'],
    ['infarction with respiratory failure', { diagnoses: ['I21.900', 'J96.000'] }, 'FR13'],
    ['stent', { diagnoses: ['I21.900'], procedures: ['36.0600'] }, 'FM15'],
    ['appendix', { diagnoses: ['K35.800'], procedures: ['47.0100'] }, 'GD15'],
    ['breast cancer operated', { gender: 2, diagnoses: ['C50.900'], procedures: ['85.4300'] }, 'JA15'],
    ['breast cancer not operated', { gender: 2, diagnoses: ['C50.900'] }, 'JR15'],
    ['disc with nerve root, a dagger and asterisk pair', { diagnoses: ['M51.100+G55.1*'], procedures: ['80.5100'] }, 'IB15'],
    ['prostate of a woman', { gender: 2, diagnoses: ['N40.x00'] }, '0000'],
    ['two regions injured', { diagnoses: ['S06.200', 'S72.000'] }, 'ZZ15'],
    ['ventilated for long', { diagnoses: ['J18.900'], procedures: ['96.7200'] }, 'AH15'],
    ['small newborn', { age: 0, age_days: 2, birth_weight: 1400, diagnoses: ['P07.100'] }, 'PS19'],
    ['chemotherapy', { diagnoses: ['Z51.100', 'C78.700'] }, 'RT13'],
    ['caesarean', { gender: 2, diagnoses: ['O82.000'], procedures: ['74.1x00'] }, 'OB15'],
  ];
  it.each(cases)('%s', (_, one, drg) => {
    const nobody = patient({ age_min: '', age_max: '' }, '', '');
    expect(grouper.group({ ...nobody, ...one }).drg).toBe(drg);
  });

  it('has variants that do what they say', () => {
    const hiv = patient({ age_min: '' }, 'J18.900', '');
    expect(grouper.group({ ...hiv, diagnoses: ['J18.900', 'B24.x00'] }).mdc).toBe('E');
    expect(compileGrouper(applyVariants(scheme, ['mdcy-any'])).group({ ...hiv, diagnoses: ['J18.900', 'B24.x00'] }).mdc).toBe('Y');
    const unrelated = { ...hiv, procedures: ['81.5400'] };
    expect(grouper.group(unrelated).drg).toBe('ES15');
    expect(compileGrouper(applyVariants(scheme, ['qy-main'])).group(unrelated)).toMatchObject({ status: 'ambiguous', drg: 'EQY' });
  });
});

/** Share of cases in ten-thousandths. */
const share = (part: number, whole: number): number => Math.round((part * 10_000) / whole);

describe.skipIf(!hasShared)('its agreement with 1.1 on the published answers', () => {
  it('is what docs/schemes.md says', () => {
    const answers = publishedAnswers();
    const kindOf = (code: string): string => (/^.[A-J]/.test(code) ? 'surgical' : /^.[K-Q]/.test(code) ? 'procedure' : 'medical');
    let mdc = 0;
    let kind = 0;
    let letters = 0;
    let grouped = 0;
    for (const { one, groups } of answers) {
      const theirs = groups[2] ?? '';
      const ours = grouper.group(one);
      const theirMdc = theirs === '0000' ? '' : theirs.slice(0, 1);
      const sameMdc = (ours.status === 'grouped' ? ours.mdc : '') === theirMdc;
      if (ours.status === 'grouped') grouped += 1;
      if (sameMdc) mdc += 1;
      if (sameMdc && kindOf(ours.drg) === kindOf(theirs)) kind += 1;
      if (sameMdc && ours.drg.slice(0, 2) === theirs.slice(0, 2)) letters += 1;
    }
    const measured = {
      mdc: share(mdc, answers.length),
      kind: share(kind, answers.length),
      letters: share(letters, answers.length),
      grouped: share(grouped, answers.length),
    };
    process.stdout.write(`demonstration scheme against 1.1, ten-thousandths: ${JSON.stringify(measured)}\n`);
    const stated = readFileSync(new URL('../../../../docs/schemes.md', import.meta.url), 'utf8');
    for (const value of Object.values(measured)) expect(stated).toContain(`${(value / 100).toFixed(2)} %`);
  });
});
