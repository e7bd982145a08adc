import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { libraryText, parseDay } from '@hengjian/standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { publishListQuality } from '../folder.ts';
import { parseForm, scoreForm } from '../form.ts';
import { listChecks } from './checks.ts';
import { parseProcedureRules, parseSexAgeRules, standardListParameters } from './parameters.ts';
import { checkListQuality, listIndicators } from './quality.ts';
import { listQualityPage } from './report.ts';
import type { SettlementListRow } from './row.ts';

const day = (text: string): number => {
  const found = parseDay(text);
  if (found === undefined) throw new Error(text);
  return found;
};
/** A list that nothing is wrong with. */
const good: SettlementListRow = {
  mdtrt_id: 'MDTRT00001234',
  setl_id: 'S1',
  fixmedins_code: 'H1',
  hi_no: 'N1',
  medcasno: 'M1',
  dcla_time: day('2026-03-15'),
  gend: '2',
  brdy: day('1980-05-01'),
  age: 45,
  nwb_age: null,
  nwb_bir_wt: null,
  nwb_adm_wt: null,
  hi_type: '310',
  insuplc: '410500',
  ipt_med_type: '1',
  adm_way: '2',
  adm_time: day('2026-03-01'),
  adm_caty: 'A04',
  dscg_time: day('2026-03-08'),
  dscg_caty: 'A04',
  act_ipt_days: 7,
  dscg_way: '1',
  chfpdr_code: 'D1',
  setl_begn_date: day('2026-03-01'),
  setl_end_date: day('2026-03-08'),
  hi_paymtd: '3',
  medfee_sumamt: 100_000,
  fund_pay_sumamt: 60_000,
  acct_pay: 10_000,
  psn_cashpay: 30_000,
  diseinfo: [{ diag_code: 'K35.800', maindiag_flag: '1', adm_cond_type: '1' }],
  oprninfo: [{ oprn_oprt_code: '47.0100', oprn_oprt_date: day('2026-03-02') }],
  iteminfo: [{ med_chrgitm: '01', amt: 100_000, claa_sumfee: 60_000, clab_amt: 30_000, fulamt_ownpay_amt: 10_000, oth_amt: 0 }],
};
const parameters = standardListParameters();
const diagnosis = (diag_code: string, maindiag_flag = '0') => ({ diag_code, maindiag_flag, adm_cond_type: '1' });

/** Names of the checks that say wrong, or unknown with a question mark. */
function wrong(change: Partial<SettlementListRow>): string[] {
  const { findings } = checkListQuality([{ ...good, ...change }], parameters);
  return findings.flatMap((row) => (row.wrong > 0 ? [row.check] : row.unknown > 0 ? [`${row.check}?`] : []));
}

describe('the checks of a settlement list', () => {
  it('find nothing wrong in a right list', () => {
    expect(wrong({})).toEqual([]);
  });

  it('count the days from discharge to upload', () => {
    expect(wrong({ dcla_time: day('2026-03-16') })).toEqual(['upload-days']);
    expect(wrong({ dcla_time: day('2026-03-07') })).toEqual(['dates-upload']);
  });

  it('ask for required fields, and judge nothing else by a blank', () => {
    expect(wrong({ dcla_time: null })).toEqual(['upload-days?', 'required-dcla_time', 'dates-upload?']);
    expect(wrong({ hi_no: '' })).toEqual(['required-hi_no']);
    expect(wrong({ oprninfo: [] })).toEqual([]);
    expect(wrong({ diseinfo: [{ ...diagnosis('K35.800', '1'), adm_cond_type: '' }] })).toEqual(['diagnosis-adm_cond_type']);
    expect(wrong({ oprninfo: [{ oprn_oprt_code: '47.0100', oprn_oprt_date: null }] })).toEqual(['operation-date']);
  });

  it('ask for the weights of a newborn and the days of an infant', () => {
    const born = { brdy: day('2026-02-27'), age: 0, diseinfo: [diagnosis('P07.100', '1')], oprninfo: [] };
    expect(wrong({ ...born, nwb_age: 2 })).toEqual(['newborn-nwb_bir_wt', 'newborn-nwb_adm_wt']);
    expect(wrong({ ...born, nwb_age: 2, nwb_bir_wt: 3000, nwb_adm_wt: 2900 })).toEqual([]);
    expect(wrong({ ...born, nwb_age: 29 })).toEqual([]);
    expect(wrong({ ...born })).toEqual(['infant-nwb_age']);
  });

  it('compare dates with each other, with age and with days', () => {
    expect(wrong({ dscg_time: day('2026-02-28'), dcla_time: day('2026-03-01'), oprninfo: [] })).toEqual(['dates-stay', 'dates-days']);
    expect(wrong({ brdy: day('2026-03-02'), age: null })).toEqual(['required-age', 'infant-nwb_age?', 'dates-birth', 'dates-age?']);
    expect(wrong({ age: 46 })).toEqual(['dates-age']);
    expect(wrong({ act_ipt_days: 8 })).toEqual(['dates-days']);
    expect(wrong({ adm_time: day('2026-03-08'), act_ipt_days: 1, oprninfo: [] })).toEqual([]);
    expect(wrong({ oprninfo: [{ oprn_oprt_code: '47.0100', oprn_oprt_date: day('2026-03-09') }] })).toEqual(['dates-operation']);
  });

  it('want one principal diagnosis and none twice', () => {
    expect(wrong({ diseinfo: [diagnosis('K35.800')] })).toEqual(['principal-one', 'diagnosis-cost?']);
    expect(wrong({ diseinfo: [diagnosis('K35.800', '1'), diagnosis('I10.x00', '1')] })).toEqual(['principal-one', 'diagnosis-cost?']);
    expect(wrong({ diseinfo: [diagnosis('K35.800', '1'), diagnosis('K35.800')] })).toEqual(['diagnosis-twice']);
  });

  it('hold diagnoses against sex and age', () => {
    const having = (code: string) => [diagnosis('K35.800', '1'), diagnosis(code)];
    expect(wrong({ gend: '1', diseinfo: having('N80.900') })).toEqual(['sex-diagnosis']);
    expect(wrong({ diseinfo: having('N80.900') })).toEqual([]);
    expect(wrong({ diseinfo: having('N40.x00') })).toEqual(['sex-diagnosis']);
    expect(wrong({ gend: '', diseinfo: having('N80.900') })).toEqual(['required-gend', 'sex-diagnosis?']);
    expect(wrong({ diseinfo: having('P07.100') })).toEqual(['age-diagnosis']);
    expect(wrong({ brdy: day('2025-02-01'), age: 1, diseinfo: having('P07.100') })).toEqual([]);
    expect(wrong({ brdy: day('2024-02-01'), age: 2, diseinfo: having('P07.100') })).toEqual(['age-diagnosis']);
    expect(wrong({ brdy: day('1986-02-01'), age: 40, diseinfo: having('H25.900') })).toEqual([]);
    expect(wrong({ diseinfo: having('H25.900') })).toEqual([]);
    expect(wrong({ brdy: day('1990-05-01'), age: 35, diseinfo: having('H25.900') })).toEqual(['age-diagnosis']);
  });

  it('hold procedures against diagnoses', () => {
    expect(wrong({ diseinfo: [diagnosis('J18.900', '1')] })).toEqual(['procedure-diagnosis']);
    expect(wrong({ diseinfo: [diagnosis('J18.900', '1'), diagnosis('K35.800')] })).toEqual([]);
    expect(
      wrong({ diseinfo: [diagnosis('J18.900', '1')], oprninfo: [{ oprn_oprt_code: '33.2400', oprn_oprt_date: day('2026-03-02') }] }),
    ).toEqual([]);
  });

  it('add up charges and payments to the fen', () => {
    expect(wrong({ medfee_sumamt: 100_001 })).toEqual(['total-items', 'total-payments']);
    expect(wrong({ acct_pay: 10_001 })).toEqual(['total-payments']);
    expect(
      wrong({
        iteminfo: [{ med_chrgitm: '01', amt: 100_000, claa_sumfee: 60_000, clab_amt: 30_000, fulamt_ownpay_amt: 10_001, oth_amt: 0 }],
      }),
    ).toEqual(['item-parts']);
  });

  it('hold the cost against the category of the principal diagnosis once it has enough lists', () => {
    const usual = (count: number) => Array.from({ length: count }, (_, index) => ({ ...good, mdtrt_id: `A${index}` }));
    const cost = (fen: number) => ({
      ...good,
      mdtrt_id: 'B1',
      medfee_sumamt: fen,
      fund_pay_sumamt: fen - 40_000,
      iteminfo: good.iteminfo.map((item) => ({ ...item, amt: fen, claa_sumfee: fen - 40_000 })),
    });
    const found = (count: number, fen: number) =>
      checkListQuality([...usual(count), cost(fen)], parameters).findings.find(({ check }) => check === 'diagnosis-cost')?.wrong;
    // 99 of 1,000 yuan and one of 12,000: mean 1,110, ten times 11,100.
    expect(found(99, 1_200_000)).toBe(1);
    // 12 times the usual cost among 29 is below ten times the mean (1,000 × 29 + 12,000) ÷ 30 = 1,366.67.
    expect(found(29, 1_200_000)).toBe(0);
    expect(found(28, 9_000_000)).toBeUndefined();
    expect(found(99, 5000)).toBe(1);
  });
});

describe('the quality of lists', () => {
  const lists = [
    good,
    { ...good, mdtrt_id: 'MDTRT00005678', medfee_sumamt: 1 },
    { ...good, mdtrt_id: 'MDTRT00009999', dcla_time: null },
    { ...good, fixmedins_code: 'H2' },
  ];

  it('counts lists that are right in each dimension, by hospital', () => {
    const { hospitals } = checkListQuality(lists, parameters);
    expect(
      hospitals.map(({ fixmedins_code, dimensions }) => [fixmedins_code, ...dimensions.map(({ right, checked }) => `${right}/${checked}`)]),
    ).toEqual([
      ['H1', '2/2', '2/3', '2/3'],
      ['H2', '1/1', '1/1', '1/1'],
    ]);
  });

  it('masks the visits of its examples', () => {
    const { findings } = checkListQuality(lists, parameters);
    expect(findings.find(({ check, wrong: count }) => check === 'total-items' && count > 0)?.examples).toEqual([
      { list: '****5678', what: { zh: '总费用 0.01 元，分项 1000.00 元', en: 'total 0.01, items 1000.00' } },
    ]);
    expect(JSON.stringify(findings)).not.toContain('MDTRT');
  });

  it('is the same in any order, and its counts add up', () => {
    const change = fc.record(
      {
        fixmedins_code: fc.constantFrom('H1', 'H2'),
        gend: fc.constantFrom('1', '2', ''),
        age: fc.constantFrom(45, 3, null),
        dcla_time: fc.constantFrom(20_530, 20_540, null),
        mdtrt_id: fc.stringMatching(/^[A-Z0-9]{6}$/),
      },
      { requiredKeys: ['mdtrt_id'] },
    );
    fc.assert(
      fc.property(fc.uniqueArray(change, { maxLength: 40, selector: ({ mdtrt_id }) => mdtrt_id }), (changes) => {
        const many = changes.map((one) => ({ ...good, ...one }));
        const quality = checkListQuality(many, parameters);
        expect(checkListQuality(many.toReversed(), parameters)).toEqual(quality);
        for (const row of quality.findings) {
          const own = quality.hospitals.find(({ fixmedins_code }) => fixmedins_code === row.fixmedins_code);
          expect(row.wrong).toBeLessThanOrEqual(row.checked);
          expect(row.checked + row.unknown).toBeLessThanOrEqual(own?.lists ?? 0);
          expect(row.examples).toHaveLength(Math.min(row.wrong, parameters.examples));
        }
        expect(quality.hospitals.reduce((sum, { lists: own }) => sum + own, 0)).toBe(many.length);
      }),
      { numRuns: 60 },
    );
  });

  it('feeds the form of nine aspects', () => {
    const form = parseForm(libraryText('forms/evaluation-nine-aspects.yaml'), 'evaluation-nine-aspects.yaml');
    const indicators = listIndicators(checkListQuality(lists, parameters)).get('H1');
    const items = scoreForm(form, indicators ?? new Map()).items.filter(({ item }) => ['C1', 'C2', 'C3'].includes(item));
    expect(items.map(({ value, score }) => [value, score])).toEqual([
      [10_000, 400],
      [6667, 0],
      [6667, 0],
    ]);
  });

  it('is written as page, workbook and data, the same bytes each time', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hengjian-lists-'));
    try {
      const quality = checkListQuality(lists, parameters);
      const files = publishListQuality(folder, { quality, names: { H1: '甲 & 院' } });
      const first = files.map((file) => readFileSync(file));
      publishListQuality(folder, { quality, names: { H1: '甲 & 院' } });
      expect(files.every((file, index) => readFileSync(file).equals(first[index] as Buffer))).toBe(true);
      const page = listQualityPage(quality, { H1: '甲 & 院' });
      for (const text of ['甲 &amp; 院', '****5678', '总费用等于分项合计', 'medfee_sumamt']) expect(page).toContain(text);
      expect(page).not.toContain('MDTRT');
      expect(listQualityPage(checkListQuality([], parameters))).toContain('没有不合格');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('rules of the checks', () => {
  it('are shipped at the level of categories, each with a code and both names', () => {
    expect(parameters.sex_age.length).toBeGreaterThan(20);
    for (const { name, diagnoses } of [...parameters.sex_age, ...parameters.procedures]) {
      expect(name.zh !== '' && name.en !== '', name.en).toBe(true);
      expect(diagnoses.length).toBeGreaterThan(0);
    }
    const names = listChecks(parameters, new Map()).map(({ check }) => check);
    expect(new Set(names).size).toBe(names.length);
  });

  it('are refused with file, row and field', () => {
    const header = 'diagnoses,sex,age_min,age_max,name_zh,name_en\n';
    expect(() => parseSexAgeRules(`${header}P*,,x,,甲,a\n`, 'r.csv')).toThrow('r.csv:2 age_min: x is not accepted');
    expect(() => parseSexAgeRules(`${header}P*,3,,,甲,a\n`, 'r.csv')).toThrow('r.csv:2 sex: 3 is not accepted');
    expect(() => parseSexAgeRules(`${header}P*,,,,甲,a\n`, 'r.csv')).toThrow('asks for neither sex nor age');
    expect(() => parseProcedureRules('procedures,diagnoses,name_zh,name_en\n47.0*,,甲,a\n', 'p.csv')).toThrow(
      'p.csv:2: the rule is not complete: it has no procedure or no diagnosis',
    );
  });
});
