import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { type RunRecord, runAudit } from '@hengjian/audit';
import {
  catalogueHash,
  type DipCase,
  demonstrationDip,
  dipStayGrouper,
  drgStayGrouper,
  formCatalogue,
  groupLake,
  openScheme,
  readDipParameters,
  schemeHash,
} from '@hengjian/grouping';
import { openLake } from '@hengjian/lake';
import type { Tariff } from '@hengjian/settlement';
import { dayOf, formatDay, libraryFolder } from '@hengjian/standard';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bed,
  drgTariff,
  makeLake,
  padA,
  padB,
  removal,
  type StayOf,
  secondary,
  surgery,
  tertiary,
  writeRules,
  writeSettlement,
} from './city.ts';

/**
 * Costs and payments in yuan. The standard is 18,000 with the gallbladder removal, 8,000 without; very high above three
 * standards, very low below 0.3.
 */
const stays: readonly StayOf[] = [
  {
    id: 'normal',
    operations: [removal],
    lines: [
      [bed, 9_000],
      [surgery, 5_000],
      [padA, 1_000],
    ],
    patient: 3_000,
  },
  {
    id: 'very-high',
    operations: [removal],
    lines: [
      [bed, 59_000],
      [surgery, 5_000],
      [padA, 6_000],
    ],
    patient: 10_000,
  },
  {
    id: 'two-pads',
    operations: [removal],
    lines: [
      [bed, 38_000],
      [surgery, 5_000],
      [padA, 8_000],
      [padB, 9_000],
    ],
    patient: 10_000,
  },
  {
    id: 'very-low',
    operations: [removal],
    lines: [
      [bed, 1_000],
      [surgery, 4_000],
      [padA, 4_000],
    ],
    patient: 2_000,
  },
  { id: 'up-coded', operations: [removal], lines: [[bed, 9_000]], patient: 2_000, account: 500 },
  { id: 'up-coded-poor', operations: [removal], lines: [[bed, 12_000]], patient: 9_000 },
  { id: 'up-coded-high-after', operations: [removal], lines: [[bed, 26_000]], patient: 4_000 },
  { id: 'up-coded-high-before', operations: [removal], lines: [[bed, 60_000]], patient: 10_000 },
  { id: 'up-coded-secondary', hospital: secondary, operations: [removal], lines: [[bed, 9_000]], patient: 2_000 },
  {
    id: 'up-coded-refunded',
    operations: [removal],
    lines: [
      [bed, 9_000],
      [surgery, 5_000],
      [surgery, -5_000],
    ],
    patient: 2_000,
  },
  {
    id: 'supported',
    operations: [removal],
    lines: [
      [bed, 9_000],
      [surgery, 5_000],
    ],
    patient: 3_000,
  },
  { id: 'unnamed', operations: ['51.1000'], lines: [[bed, 9_000]], patient: 2_000 },
  { id: 'no-procedure', lines: [[bed, 9_000]], patient: 2_000 },
  {
    id: 'hangs-on-unnamed',
    diagnosis: 'M16.000',
    operations: ['81.5100', removal],
    lines: [
      [bed, 40_000],
      [surgery, 5_000],
    ],
    patient: 9_000,
  },
  {
    id: 'local-code',
    operations: [removal],
    lines: [
      [bed, 9_000],
      ['LOCAL-1', 3_000],
    ],
    patient: 2_000,
  },
  { id: 'no-bill', operations: [removal], lines: [], cost: 9_000, patient: 2_000 },
  { id: 'said', lines: [[bed, 8_000]], patient: 2_500, said: ['9000.00', '7000.00'] },
  { id: 'said-poor', lines: [[bed, 8_200]], patient: 8_000, said: ['9000.00', '7000.00'] },
  {
    id: 'by-item',
    clearing: '1',
    operations: [removal],
    lines: [
      [bed, 9_000],
      [padA, 1_000],
    ],
    patient: 4_000,
  },
  {
    id: 'long',
    days: 40,
    operations: [removal],
    lines: [
      [bed, 10_000],
      [surgery, 5_000],
    ],
    patient: 3_000,
  },
];

interface Row {
  readonly rule_id: string;
  readonly stay: string;
  readonly charge: number;
  readonly fund: number | null;
  readonly method: string;
  readonly arithmetic: string;
  readonly read: Readonly<Record<string, string | null>>;
}

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function findingsOf(run: string): Promise<Row[]> {
  const rows = await query(
    `SELECT rule_id, mdtrt_id[1] AS stay, charge_fen, fund_fen, amount_method, evidence
      FROM read_parquet('${run}/findings.parquet') ORDER BY rule_id, stay, charge_fen`,
  );
  return rows.map((row) => {
    const evidence = JSON.parse(String(row.evidence)) as { readonly arithmetic: string; readonly read: Record<string, string | null> };
    return {
      rule_id: String(row.rule_id),
      stay: String(row.stay),
      charge: Number(row.charge_fen),
      fund: row.fund_fen === null ? null : Number(row.fund_fen),
      method: String(row.amount_method),
      ...evidence,
    };
  });
}

/** Rule, stay, charge, fund loss in whole yuan, and method. */
type Told = readonly [string, string, number, number | null, string];
const yuan = (fen: number | null): number | null => (fen === null ? null : fen / 100);
const told = (rows: readonly Row[]): Told[] =>
  rows.map(({ rule_id, stay, charge, fund, method }) => [rule_id, stay, charge / 100, yuan(fund), method]);

const repriced = 'group-repriced';
const difference = 'group-difference';

/** Findings that do not hang on how very high stays are paid. */
const common: readonly Told[] = [
  // The sources say 9,000 paid, 7,000 supported; the patient paid 2,500: the fund 6,500 instead of 4,500.
  ['ID01', 'said', 2_000, 2_000, difference],
  // The patient paid 8,000: the fund 1,000 instead of nothing.
  ['ID01', 'said-poor', 2_000, 1_000, difference],
  // 18,000 − 2,000 − 500 = 15,500 against 8,000 − 2,500 = 5,500.
  ['ID01', 'up-coded', 10_000, 10_000, difference],
  // 18,000 − 9,000 = 9,000 against 8,000 − 9,000, floored at nothing.
  ['ID01', 'up-coded-poor', 10_000, 9_000, difference],
  // The surgery was billed and given back: no net line of it.
  ['ID01', 'up-coded-refunded', 10_000, 10_000, difference],
  // 0.9 × 18,000 − 0.9 × 8,000 = 9,000.
  ['ID01', 'up-coded-secondary', 9_000, 9_000, difference],
  // Paid by item: 1,000 in scope × fund 6,000 ÷ in scope 10,000.
  ['T01', 'by-item', 1_000, 600, 'item-share'],
  // 14,000 instead of 15,000, the standard both times.
  ['T01', 'normal', 1_000, 0, repriced],
  // 9,000 − 4,000 = 5,000 is below 0.3 × 18,000 = 5,400: paid by cost. 18,000 − 2,000 against 5,000 − 2,000.
  ['T01', 'very-low', 4_000, 13_000, repriced],
  // The whole stay: 18,000 − 3,000.
  ['T03', 'long', 15_000, 15_000, repriced],
];

const byItem: readonly Told[] = [
  // 60,000 is above 54,000 and paid by cost; without either line it is normal: 60,000 − 18,000, each finding on its own.
  ['T01', 'two-pads', 8_000, 42_000, repriced],
  ['T01', 'two-pads', 9_000, 42_000, repriced],
  ['T02', 'two-pads', 9_000, 42_000, repriced],
  // 70,000 and 64,000 are both above 54,000: the cost of the line.
  ['T01', 'very-high', 6_000, 6_000, repriced],
];

const addAbove: readonly Told[] = [
  // Supported 8,000 + 0.8 × (26,000 − 24,000) = 9,600: very high only after. 18,000 − 9,600.
  ['ID01', 'up-coded-high-after', 8_400, 8_400, difference],
  // 18,000 + 0.8 × (60,000 − 54,000) = 22,800 against the standard.
  ['T01', 'two-pads', 8_000, 4_800, repriced],
  ['T01', 'two-pads', 9_000, 4_800, repriced],
  ['T02', 'two-pads', 9_000, 4_800, repriced],
  // 0.8 × 6,000.
  ['T01', 'very-high', 6_000, 4_800, repriced],
];

const capped: readonly Told[] = [
  // Paid min(60,000, 54,000), supported min(60,000, 24,000): very high before and after.
  ['ID01', 'up-coded-high-before', 30_000, 30_000, difference],
  // min(60,000, 54,000) = 54,000 against 18,000.
  ['T01', 'two-pads', 8_000, 36_000, repriced],
  ['T01', 'two-pads', 9_000, 36_000, repriced],
  ['T02', 'two-pads', 9_000, 36_000, repriced],
  // min(70,000, 54,000) and min(64,000, 54,000) are the same.
  ['T01', 'very-high', 6_000, 0, repriced],
];

const compared = (left: Told, right: Told): number => {
  const [a, b] = [`${left[0]} ${left[1]} ${String(left[2]).padStart(9)}`, `${right[0]} ${right[1]} ${String(right[2]).padStart(9)}`];
  return a < b ? -1 : a > b ? 1 : 0;
};
const ordered = (rows: readonly Told[]): Told[] => [...rows].sort(compared);

let folder: string;
let lake: string;
let rules: string;
const audit = (name: string, settlement: string | undefined, threads = 1): Promise<RunRecord> =>
  runAudit({
    lake,
    out: join(folder, name),
    threads,
    rulebook: { rules: [rules, join(libraryFolder, 'rules', 'ID01.yaml')] },
    ...(settlement === undefined ? {} : { settlement }),
  });

const scheme = openScheme('demonstration', 'nowhere');
const drg = { id: scheme.id, hash: schemeHash(scheme), content: scheme };
const styled = (style: 'add_above' | 'cap'): Tariff => ({
  ...drgTariff,
  high: { reference: 'standard', style, share: 8_000, bounds: [{ times: 30_000 }] },
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hengjian-group-pay-'));
  rules = writeRules(join(folder, 'rules'));
  lake = await makeLake(folder, stays);
  await groupLake({ lake, grouper: drgStayGrouper(scheme) });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('findings in a city that pays by DRG', () => {
  it('has segments for two threads', async () => {
    expect((await openLake(lake)).segments().length).toBeGreaterThan(1);
  });

  it.each([
    ['item', drgTariff, byItem],
    ['add_above', styled('add_above'), addAbove],
    ['cap', styled('cap'), capped],
  ] as const)('are worth what was worked out by hand, very high stays paid by %s', async (name, tariff, own) => {
    const settlement = await writeSettlement(join(folder, `settlement-${name}`), tariff, drg);
    const run = await audit(name, settlement);
    expect(told(await findingsOf(join(folder, name))).sort(compared)).toEqual(ordered([...common, ...own]));
    const judged = run.rules.find(({ rule_id }) => rule_id === 'ID01');
    // Unknown: nothing named, no procedure, hangs on an unnamed one, a service without national code, no bill; and the stay
    // paid by item has no group.
    expect(judged?.unknown).toEqual({ 'visit.evid_grp_pay_amt': 5, 'visit.grp_pay_amt': 1 });
    expect(judged?.evaluated).toBe(stays.length);
  });

  it('count each fen of a stay once: at most what all its lines cost the fund together', async () => {
    const settlement = await writeSettlement(join(folder, 'settlement-once'), drgTariff, drg);
    const run = await audit('once', settlement);
    // Violations: 42,000 of two-pads (43,000 left is normal), 6,000, 13,000, and 600 by item.
    expect(run.totals.once.violation?.fund_fen).toBe(6_160_000);
    expect(run.totals.raw.violation?.fund_fen).toBe(10_360_000);
    // Suspicions: the second line of two-pads adds nothing; differences 2,000 + 1,000 + 10,000 + 9,000 + 10,000 + 9,000 and the long stay.
    expect(run.totals.once.suspicious?.fund_fen).toBe(5_600_000);
    const issue = await query(
      `SELECT DISTINCT mdtrt_id, result_type, joint_fund_fen
        FROM read_parquet('${folder}/once/at_issue.parquet') WHERE mdtrt_id = 'two-pads' ORDER BY ALL`,
    );
    expect(issue.map(({ result_type, joint_fund_fen }) => [result_type, Number(joint_fund_fen)])).toEqual([
      ['suspicious', 4_200_000],
      ['violation', 4_200_000],
    ]);
  });

  it('show which procedures no charge stands for, and the arithmetic', async () => {
    const settlement = await writeSettlement(join(folder, 'settlement-evidence'), drgTariff, drg);
    await audit('evidence', settlement);
    const found = (await findingsOf(join(folder, 'evidence'))).find(({ stay }) => stay === 'up-coded');
    expect(found?.read).toMatchObject({
      'visit.grp_pay_amt': '18000.00',
      'visit.evid_grp_pay_amt': '8000.00',
      'group.paid': 'HC15',
      'group.supported': 'HU15',
      'group.unbilled': `${removal} 腹腔镜下胆囊切除术（${surgery}）`,
    });
    const steps = [
      'difference of the payments 10000.00',
      'fund 10000.00 (group-difference)',
      'paid HC15 normal 18000.00, fund 15500.00',
      'supported HU15 normal 8000.00, fund 5500.00: loss 10000.00',
      `${removal} (none of ${surgery} billed)`,
    ];
    expect(found?.arithmetic).toContain(steps.join('; '));
  });

  it('owe the patient what was paid at the counter, however the hospital is paid', async () => {
    await audit('owed', await writeSettlement(join(folder, 'settlement-owed'), drgTariff, drg));
    const rows = await query(
      `SELECT rule_id, mdtrt_id[1] AS stay, person_fen::INTEGER AS person
        FROM read_parquet('${folder}/owed/findings.parquet')
        WHERE mdtrt_id[1] IN ('normal', 'long', 'up-coded', 'by-item') ORDER BY ALL`,
    );
    expect(rows).toEqual([
      // The difference of two payments is nothing the patient paid.
      { rule_id: 'ID01', stay: 'up-coded', person: 0 },
      // 1,000 × 4,000 ÷ 10,000.
      { rule_id: 'T01', stay: 'by-item', person: 40_000 },
      // 1,000 × 3,000 ÷ 15,000.
      { rule_id: 'T01', stay: 'normal', person: 20_000 },
      { rule_id: 'T03', stay: 'long', person: 300_000 },
    ]);
  });

  it('are the same byte for byte with one thread and with two', async () => {
    const settlement = await writeSettlement(join(folder, 'settlement-threads'), drgTariff, drg);
    await audit('one', settlement, 1);
    await audit('two', settlement, 2);
    for (const file of ['findings.parquet', 'at_issue.parquet']) {
      expect(readFileSync(join(folder, 'one', file)).equals(readFileSync(join(folder, 'two', file))), file).toBe(true);
    }
  });

  it('take the charges of the settlement before those of the library', async () => {
    const library = readFileSync(join(libraryFolder, 'codes', 'procedure-charges.csv'), 'utf8').split('\n');
    const own = `${library[0]}\nmine-1,51.2*,胆囊切除术,${bed},本地,测试,000000,2020-01-01,\n`;
    const settlement = await writeSettlement(join(folder, 'settlement-charges'), drgTariff, drg, own);
    const run = await audit('charges', settlement);
    const other = await audit('charges-library', await writeSettlement(join(folder, 'settlement-library'), drgTariff, drg));
    expect(run.settlement?.tariff_hash).toBe(other.settlement?.tariff_hash);
    expect(run.settlement?.charges_hash).not.toBe(other.settlement?.charges_hash);
    expect(told(await findingsOf(join(folder, 'charges'))).filter(([rule]) => rule === 'ID01')).toEqual(
      common.filter(([, stay]) => stay.startsWith('said')),
    );
  });

  it('say nothing of up-coding when the settlement keeps no scheme', async () => {
    const settlement = await writeSettlement(join(folder, 'settlement-bare'), drgTariff, { ...drg, content: undefined });
    const run = await audit('bare', settlement);
    expect(run.rules.find(({ rule_id }) => rule_id === 'ID01')).toMatchObject({
      hit: 2,
      unknown: { 'visit.evid_grp_pay_amt': 17, 'visit.grp_pay_amt': 1 },
    });
  });

  it('refuse the scheme of another settlement', async () => {
    const settlement = await writeSettlement(join(folder, 'settlement-other'), drgTariff, {
      ...drg,
      content: { ...scheme, id: 'another' },
    });
    await expect(audit('other', settlement)).rejects.toThrow('another scheme');
  });

  it('stay unknown without a settlement', async () => {
    await audit('without', undefined);
    const rows = told(await findingsOf(join(folder, 'without')));
    expect(rows.filter(([rule]) => rule !== 'ID01').filter(([, stay]) => stay !== 'by-item')).toSatisfy((list: Told[]) =>
      list.every(([, , , fund, method]) => fund === null && method === 'group-not-known'),
    );
    expect(rows).toContainEqual(['T01', 'by-item', 1_000, 600, 'item-share']);
    expect(rows.filter(([rule]) => rule === 'ID01')).toEqual([
      ['ID01', 'said', 2_000, 2_000, difference],
      ['ID01', 'said-poor', 2_000, 2_000, difference],
    ]);
  });
});

describe('findings in a city that pays by DIP', () => {
  /** Thirty stays of the year before: fifteen with the removal, fifteen without. */
  const past = Array.from({ length: 30 }, (_, index): DipCase => {
    const operated = index < 15;
    const unknown = { age_days: null, birth_weight: null, admission_weight: null, icu_hours: null, ventilator_hours: null };
    const parts = { drug_fen: null, consumable_fen: null, treatment_fen: null };
    return {
      ...unknown,
      ...parts,
      id: `past-${index}`,
      gender: 1,
      age: 45,
      department: '',
      los: 8,
      discharge_mode: '1',
      diagnoses: ['K80.200'],
      procedures: operated ? [removal] : [],
      year: 2025,
      fixmedins_code: tertiary,
      hosp_lv: '02',
      cost_fen: operated ? 1_800_000 : 800_000,
    };
  });
  const catalogue = formCatalogue(past, readDipParameters(demonstrationDip()));
  /** 1,800 and 800 points at 10 yuan: the standards of the DRG city. */
  const tariff: Tariff = {
    ...drgTariff,
    method: 'dip_points',
    groups: { 'K80.2:51.2300': { weight: 18_000_000, mean_fen: 1_800_000 }, 'K80.2': { weight: 8_000_000, mean_fen: 800_000 } },
    pools: [{ id: 'employees', insutypes: ['310'], care: 'any', form: 'group', rate: 10_000_000 }],
  };

  it('are worth what was worked out by hand', async () => {
    expect(catalogue.groups.map(({ code }) => code)).toEqual(['K80.2', 'K80.2:51.2300']);
    await groupLake({ lake, grouper: dipStayGrouper(catalogue) });
    const settlement = await writeSettlement(join(folder, 'settlement-dip'), tariff, {
      id: catalogue.id,
      hash: catalogueHash(catalogue),
      content: catalogue,
    });
    await audit('dip', settlement);
    const rows = await findingsOf(join(folder, 'dip'));
    expect(told(rows).sort(compared)).toEqual(ordered([...common, ...byItem]));
    expect(rows.find(({ stay }) => stay === 'up-coded')?.read).toMatchObject({ 'group.paid': 'K80.2:51.2300', 'group.supported': 'K80.2' });
  });
});

describe('the share of groups with complications', () => {
  const hospitals = Array.from({ length: 6 }, (_, index) => `H3301000001${index + 1}`);
  /** Stays with a complication among forty of each hospital: 0.2, 0.225, 0.25, 0.275, 0.3 and 0.7. */
  const complicated = [8, 9, 10, 11, 12, 28];
  /** From 1 January to 31 March, the quarter over which hospitals are compared. */
  const city: readonly StayOf[] = hospitals.flatMap((hospital, place) =>
    Array.from({ length: 40 }, (_, index) => ({
      id: `${hospital}-${index}`,
      hospital,
      lines: [[bed, 9_000]] as const,
      patient: 2_000,
      days: 2,
      begins: formatDay(dayOf(2026, 1, 1) + Math.floor((index * 87) / 39)),
      ...(index < (complicated[place] ?? 0) ? { other: 'E87.600' } : {}),
    })),
  );
  let home: string;
  const find = async (out: string, settlement: string | undefined): Promise<RunRecord> =>
    runAudit({
      lake: join(home, 'lake'),
      out: join(home, out),
      threads: 2,
      rulebook: { ids: ['ID04'] },
      ...(settlement === undefined ? {} : { settlement }),
    });

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'hengjian-complications-'));
    await groupLake({ lake: await makeLake(home, city, hospitals), grouper: drgStayGrouper(scheme) });
  }, 120_000);
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('is a finding where a hospital stands out, over the groups that the settlement gives', async () => {
    const run = await find('with', await writeSettlement(join(home, 'settlement'), drgTariff, drg));
    expect(run.rules[0]).toMatchObject({ rule_id: 'ID04', evaluated: 6, hit: 1, clear: 5, unknown: {} });
    const [row] = await query(`SELECT fixmedins_code, amount_method, evidence FROM read_parquet('${home}/with/findings.parquet')`);
    const { statistic } = JSON.parse(String(row?.evidence)) as { readonly statistic: Readonly<Record<string, unknown>> };
    expect(row).toMatchObject({ fixmedins_code: hospitals[5], amount_method: 'none' });
    expect(statistic).toMatchObject({ numerator: '28', denominator: '40', period: '2026-Q1' });
  });

  it('is unknown without a settlement, for no stay has a group', async () => {
    const run = await find('without', undefined);
    expect(run.rules[0]).toMatchObject({ hit: 0, clear: 0, unknown: { 'visit.grp_code': 6 } });
  });
});
