/**
 * Grouping, pricing and evaluation: the compiled grouper against the list-scanning interpreter in the same run on one
 * thread, and a city's year of a million stays grouped, priced and evaluated.
 * `node bench/grouping.ts [--cases 1000000]` ; see bench/README.md.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { evaluate } from '@hengjian/evaluation';
import {
  canonicalJson,
  compileGrouper,
  explainTrace,
  type GroupedStay,
  type GroupingCase,
  importScheme,
  readCases,
  witnesses,
} from '@hengjian/grouping';
import { calculateWeights, compileTariff, readParameters, runSettlement, type Tariff } from '@hengjian/settlement';
import { dayOf } from '@hengjian/standard';
import { naiveGroup } from './naive-grouper.ts';

const { values } = parseArgs({ options: { cases: { type: 'string', default: '1000000' } } });
const shared = fileURLToPath(new URL('../../shared/data/drg/', import.meta.url));
const published = existsSync(`${shared}chs-drg-1.1`);
const { scheme } = importScheme(
  published ? `${shared}chs-drg-1.1` : fileURLToPath(new URL('../library/schemes/demonstration', import.meta.url)),
);

async function casesOf(): Promise<GroupingCase[]> {
  const cases: GroupingCase[] = [];
  if (published) for await (const { one } of readCases(`${shared}chs11_answers.csv.gz`)) cases.push(one);
  return cases.length > 0 ? cases : [...witnesses(scheme).found.values()];
}

/** Small seeded generator (mulberry32), so that every run measures the same city. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const median = (samples: readonly number[]): number =>
  [...samples].sort((left, right) => left - right)[Math.floor(samples.length / 2)] as number;
/** Cases a second of processor time: other work on the machine does not count. */
function rate(cases: readonly GroupingCase[], rounds: number, work: (one: GroupingCase) => unknown): number {
  const samples = Array.from({ length: rounds }, () => {
    const started = process.cpuUsage();
    for (const one of cases) work(one);
    const used = process.cpuUsage(started);
    return cases.length / ((used.user + used.system) / 1e6);
  });
  return median(samples);
}

const cases = await casesOf();
const grouper = compileGrouper(scheme);
const sample = cases.filter((_, index) => index % 10 === 0);
for (const one of sample) if (naiveGroup(scheme, one) !== grouper.group(one).drg) throw new Error(`the interpreters differ on ${one.id}`);
console.log(`# grouping, ${scheme.id}, ${cases.length} cases, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}`);
for (const one of cases) grouper.group(one);
const naive = rate(sample, 3, (one) => naiveGroup(scheme, one));
const fast = rate(cases, 15, (one) => grouper.group(one));
for (const one of sample) grouper.trace(one);
const traced = rate(cases, 5, (one) => grouper.trace(one));
const told = rate(sample, 5, (one) => explainTrace(grouper.trace(one), one, scheme, 'zh'));
const line = (name: string, value: number): void =>
  console.log(`${name.padEnd(44)} ${Math.round(value).toString().padStart(9)} cases/s  ${(value / naive).toFixed(1)} x`);
line('list-scanning interpreter', naive);
line('compiled, trace off', fast);
line('compiled, full trace as data', traced);
line('compiled, full trace in words', told);

const count = Number(values.cases);
const random = generator(7);
const firstDay = dayOf(2025, 1, 1);
const hospitals = Array.from({ length: 300 }, (_, index) => `H3301000${String(index).padStart(4, '0')}`);
const started = performance.now();
const stays: GroupedStay[] = [];
for (let index = 0; index < count; index += 1) {
  const one = cases[Math.floor(random() * cases.length)] as GroupingCase;
  const result = grouper.group(one);
  const hospital = Math.floor(random() ** 2 * hospitals.length);
  const day = firstDay + Math.floor(random() * 365);
  const los = Math.max(1, one.los ?? 1);
  const cost = Math.round(300_000 + 900_000 * random() ** 2 + los * 40_000);
  const inscp = Math.round(cost * 0.85);
  const fund = Math.round(inscp * 0.7);
  stays.push({
    mdtrt_id: `V${index}`,
    psn_no: `P${Math.floor(random() * count * 0.7)}`,
    fixmedins_code: hospitals[hospital] as string,
    hosp_lv: hospital < 30 ? '02' : hospital < 120 ? '05' : '09',
    dscg_caty: one.department,
    // Practitioners treat what their department treats.
    chfpdr_code: `D${hospital}-${result.mdc}-${Math.floor(random() * 3)}`,
    insutype: random() < 0.4 ? '310' : '390',
    insu_admdvs: '330100',
    adm_day: day - los,
    dscg_day: day,
    ipt_days: los,
    dscg_way: one.discharge_mode,
    clr_way: '4',
    medfee_sumamt: cost,
    inscp_amt: inscp,
    fund_pay_sumamt: fund,
    acct_pay: 0,
    psn_pay: cost - fund,
    status: result.status,
    mdc: result.mdc,
    adrg: result.adrg,
    grp_code: result.drg,
  });
}
const grouped = performance.now();
const weights = calculateWeights(stays, {
  method: 'drg_rate',
  years: [{ year: 2025, factor: 1 }],
  trim: { by: 'percentile', low: 250, high: 9750 },
  least_cases: 5,
  given: {},
  adjustments: [],
});
const tariff: Tariff = {
  format: 1,
  id: 'bench',
  method: 'drg_rate',
  local_areas: ['3301*'],
  mean_fen: weights.mean_fen,
  groups: Object.fromEntries(
    weights.groups.filter((one) => one.weight > 0).map((one) => [one.grp_code, { weight: one.weight, mean_fen: one.mean_fen }]),
  ),
  hospitals: {},
  level_coefficients: { '3': 10_500, '2': 9_800, '1': 9_000, '0': 9_000 },
  pools: [
    { id: 'employee', insutypes: ['310'], care: 'any', form: 'group', rate: 9_000_000_000 },
    { id: 'resident', insutypes: ['390'], care: 'any', form: 'group', rate: 8_500_000_000 },
  ],
  high: { reference: 'group_mean', style: 'item', bounds: [{ times: 30_000 }], share: 10_000 },
  low: { reference: 'group_mean', style: 'item', below: 3_000 },
  handling: {
    ambiguous: { by: 'item' },
    entered: { by: 'item' },
    none: { by: 'item' },
    invalid: { by: 'nothing' },
    unpriced: { by: 'item' },
  },
  fixed_prices: [],
  outside: { clr_ways: [], days_over: 60 },
  fund: { by: 'patients_share', floor: 'zero' },
};
const pricer = compileTariff(tariff);
const payments = new Map(stays.map((stay) => [stay.mdtrt_id, pricer.price(stay).pay_fen]));
const priced = performance.now();
const evaluation = evaluate({
  stays,
  weights: new Map(Object.entries(tariff.groups).map(([code, { weight }]) => [code, weight])),
  payments: (stay) => payments.get(stay.mdtrt_id) ?? null,
  period: { from: firstDay, to: firstDay + 364 },
});
const done = performance.now();
const seconds = (from: number, to: number): string => `${((to - from) / 1000).toFixed(1)} s`;
const steps = [
  `made and grouped ${seconds(started, grouped)}`,
  `weights and prices ${seconds(grouped, priced)}`,
  `evaluated ${seconds(priced, done)} (${evaluation.hospitals.length} hospitals)`,
].join(', ');
const peak = `${Math.round(process.resourceUsage().maxRSS / 1024)} MB`;
console.log(`${count} stays on one thread: ${steps}; in all ${seconds(started, done)}, peak ${peak}`);

const shipped = readParameters(fileURLToPath(new URL('../library/settlement/demonstration.yaml', import.meta.url)));
const parameters = { ...shipped, pools: shipped.pools.map((pool) => ({ ...pool, rate: pool.rate ?? 9_000_000_000 })) };
const months = Array.from({ length: 12 }, (_, index) => `2025-${String(index + 1).padStart(2, '0')}`);
const cleared = stays.slice(0, Math.min(count, 300_000));
const clear = (list: readonly GroupedStay[]): string => {
  const run = runSettlement({ parameters, stays: list, months, weights });
  return createHash('sha256')
    .update(canonicalJson({ tariff: run.tariff, months: run.months, year: run.year }))
    .digest('hex');
};
const before = performance.now();
const first = clear(cleared);
const after = performance.now();
const again = clear(cleared.toReversed());
if (first !== again) throw new Error('the same stays in another order were cleared to other bytes');
console.log(
  `${cleared.length} stays of 300 hospitals settled by month and cleared in ${seconds(before, after)}; in the other order the same bytes`,
);
