import { type Condition, demonstrationDip, formCatalogue, readDipParameters, type Scheme } from '@hengjian/grouping';
import { describe, expect, it } from 'vitest';
import { type PublicPageInput, publicGroupsOfCatalogue, publicGroupsOfScheme, publicListsOfScheme, publicPage } from './public-page.ts';

const inSet = (set: string): Condition => ({ op: 'in', fields: ['principal_dx'], sets: [set] });
const scheme: Scheme = {
  id: 'tiny',
  kind: 'drg',
  name: { zh: '小方案', en: 'tiny' },
  area: '000000',
  effective: { from: '2026-01-01' },
  code_edition: { diagnosis: 'x', procedure: 'x' },
  demonstration: true,
  source: [],
  switches: { entered_without_group: 'next_mdc', premature_weight: 'birth' },
  mdcs: [{ mdc: 'E', name: '呼吸', condition: inSet('lungs') }],
  adrgs: [{ adrg: 'ES2', name: '肺炎', mdc: 'E', kind: 'medical', condition: inSet('pneumonia') }],
  drgs: [
    { drg: 'ES21', name: '肺炎 <重>', adrg: 'ES2', condition: { op: 'severity', levels: ['MCC'] }, split: 'MCC', weight: 12_000 },
    { drg: 'ES25', name: '肺炎', adrg: 'ES2', condition: { op: 'always' }, split: 'none', weight: 6000 },
  ],
  sets: { pneumonia: ['J18*'], lungs: ['J*'] },
  severity: [],
  exclusions: {},
  diagnoses: {},
  procedures: {},
  amendments: [],
  variants: [],
  ungrouped: '0000',
};
const input: PublicPageInput = {
  title: { zh: '病组公开', en: 'Public groups' },
  scheme: 'tiny',
  hash: 'f'.repeat(64),
  effective: scheme.effective,
  demonstration: true,
  unit: 'weight',
  groups: publicGroupsOfScheme(scheme),
  lists: publicListsOfScheme(scheme),
  rates: [{ name: { zh: '职工', en: 'employees' }, rate: 10_000_010_000 }],
  counts: new Map([
    ['ES21', { cases: 10, mean_cost_fen: 1_234_567 }],
    ['ES25', { cases: 11, mean_cost_fen: 7_654_321 }],
  ]),
};

describe('the public page', () => {
  const html = publicPage(input);

  it('shows logic, lists, weights and rates', () => {
    for (const text of ['J18*', 'MDCE', 'ES21', '1.2000', '0.6000', '10,000.01', '12,000.01', '6,000.01', 'pneumonia（1）', '不用于支付'])
      expect(html).toContain(text);
    expect(html).toContain('肺炎 &lt;重&gt;');
  });

  it('masks groups of few stays', () => {
    expect(html).toContain('少于 11，不列');
    expect(html).not.toContain('12,345.67');
    expect(html).toContain('76,543.21');
    expect(publicPage({ ...input, masked_below: 12 })).not.toContain('76,543.21');
    expect(publicPage({ ...input, masked_below: 10 })).toContain('12,345.67');
  });

  it('runs its own script only and loads nothing', () => {
    expect(html).toMatch(/script-src 'sha256-[A-Za-z0-9+/=]{44}'/);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/https?:\/\/|src=/);
  });

  it('takes other weights and other words', () => {
    const groups = publicGroupsOfScheme(scheme, new Map([['ES21', 15_000]]), (condition) => `<${condition.op}>`);
    expect(groups.map(({ weight }) => weight)).toEqual([15_000, 6000]);
    expect(groups[1]?.logic.map(({ zh }) => zh)).toEqual(['MDCE：<in>', 'ES2：<in>', 'ES25：<always>']);
  });

  it('shows the diseases of a DIP catalogue', () => {
    const stay = {
      id: 'S',
      gender: 1 as const,
      age: 40,
      age_days: null,
      birth_weight: null,
      admission_weight: null,
      department: '',
      los: 5,
      discharge_mode: '1',
      icu_hours: null,
      ventilator_hours: null,
      year: 2025,
      fixmedins_code: 'H1',
      hosp_lv: '02',
      cost_fen: 100_000,
      drug_fen: null,
      consumable_fen: null,
      treatment_fen: null,
    };
    const stays = Array.from({ length: 20 }, (_, index) => [
      { ...stay, id: `a${index}`, diagnoses: ['K35.800'], procedures: ['47.0100'] },
      { ...stay, id: `b${index}`, diagnoses: ['J18.900'], procedures: [] },
    ]).flat();
    const groups = publicGroupsOfCatalogue(formCatalogue(stays, readDipParameters(demonstrationDip())));
    expect(groups.map(({ code, parent, weight }) => [code, parent, weight])).toEqual([
      ['K35.8:47.0100', 'core', 10_000_000],
      ['MD1:J18', 'merge', 10_000_000],
    ]);
    expect(groups[0]?.logic.map(({ zh }) => zh)).toEqual(['主要诊断 K35.8', '主要手术操作 47.0100']);
    expect(groups[1]?.name.zh).toBe('肺炎保守治疗');
  });

  it('is refused without groups or rates', () => {
    expect(() => publicPage({ ...input, groups: [] })).toThrow('there is no group');
    expect(() => publicPage({ ...input, rates: [] })).toThrow('no base rate');
    expect(() => publicPage({ ...input, rates: [{ name: { zh: '甲', en: 'a' }, rate: 0.5 }] })).toThrow('no whole number of micro-yuan');
  });
});
