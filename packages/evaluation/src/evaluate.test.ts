import type { GroupedStay } from '@hengjian/grouping';
import { libraryText } from '@hengjian/standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cluesOf } from './clues.ts';
import { type EvaluationInput, evaluate } from './evaluate.ts';
import type { Figures } from './figures.ts';
import { type EvaluationForm, indicatorsOf, parseForm, scoreForm } from './form.ts';
import { expectedLimits, positionOf, shareLimits } from './funnel.ts';
import { riskTable } from './risk.ts';
import { copies, mixedGroups, mixedStays, plainStay } from './testing.ts';

const period = { from: 20_000, to: 20_999 };
const weights = new Map([
  ['ES25', 6000],
  ['ES21', 12_000],
]);
const run = (stays: readonly GroupedStay[], more: Partial<EvaluationInput> = {}) =>
  evaluate({ stays, weights, payments: () => 110_000, period, ...more });
const hospital = (stays: readonly GroupedStay[], code = 'H1', more: Partial<EvaluationInput> = {}): Figures => {
  const found = run(stays, more).hospitals.find(({ fixmedins_code }) => fixmedins_code === code);
  if (found === undefined) throw new Error(`no hospital ${code}`);
  return found;
};

describe('weights and rates', () => {
  it('are those of a hand-counted hospital', () => {
    const stays = [
      ...copies(3, {}),
      ...copies(1, { grp_code: 'ES21' }),
      ...copies(1, { grp_code: 'XX99', adrg: 'XX9' }),
      ...copies(1, { status: 'ambiguous', grp_code: 'EQY', adrg: '' }),
      ...copies(1, { status: 'none', grp_code: '', adrg: '' }),
      ...copies(1, { status: 'none', grp_code: '', adrg: '', ipt_days: 61 }),
      ...copies(1, { medfee_sumamt: 499 }),
      ...copies(1, { dscg_day: 19_999 }),
    ];
    const one = hospital(stays);
    // Three and one cheap stay of 0.6 and one of 1.2 have weights: 5 stays, 3.6.
    expect([one.weighted_cases, one.total_weight, one.cmi, one.groups]).toEqual([5, 36_000, 7200, 3]);
    // Nine stays in the period, one too long, one under five yuan: 5 of 7 are grouped.
    expect(one.grouping).toEqual({ numerator: 5, denominator: 7, share: 7143 });
    expect(one.ambiguous).toEqual({ numerator: 1, denominator: 7, share: 1429 });
    expect(one.ungrouped).toEqual({ numerator: 1, denominator: 7, share: 1429 });
    expect(one.counts).toMatchObject({ stays: 9, excluded: 2, grouped: 6 });
  });

  it('keep the days of the period, both ends included', () => {
    const stays = [period.from - 1, period.from, period.to, period.to + 1].map((dscg_day) => ({ ...plainStay, dscg_day }));
    expect(hospital(stays).counts.stays).toBe(2);
  });
});

describe('cost and time index', () => {
  // Group a: 1,000 and 3,000 yuan, mean 2,000; group b: 8,000 and 8,000.
  const stays = [
    ...copies(1, { medfee_sumamt: 100_000, ipt_days: 2 }),
    ...copies(1, { grp_code: 'ES21', medfee_sumamt: 800_000, ipt_days: 10 }),
    ...copies(1, { fixmedins_code: 'H2', medfee_sumamt: 300_000, ipt_days: 6 }),
    ...copies(1, { fixmedins_code: 'H2', grp_code: 'ES21', medfee_sumamt: 800_000, ipt_days: 10 }),
  ];

  it('differ by definition and are named', () => {
    const first = hospital(stays);
    const second = hospital(stays, 'H2');
    // Mean of ratios: (0.5 + 1) ÷ 2 and (1.5 + 1) ÷ 2; ratio of sums: 9,000 ÷ 10,000 and 11,000 ÷ 10,000.
    expect([first.cost_index_mean_of_ratios, second.cost_index_mean_of_ratios]).toEqual([7500, 12_500]);
    expect([first.cost_index_ratio_of_sums, second.cost_index_ratio_of_sums]).toEqual([9000, 11_000]);
    // Days: means 4 and 10; (0.5 + 1) ÷ 2; 12 ÷ 14.
    expect([first.time_index_mean_of_ratios, first.time_index_ratio_of_sums]).toEqual([7500, 8571]);
  });

  it('are one in the region in both', () => {
    const { region } = run(stays);
    expect([
      region.cost_index_mean_of_ratios,
      region.cost_index_ratio_of_sums,
      region.time_index_mean_of_ratios,
      region.time_index_ratio_of_sums,
    ]).toEqual([10_000, 10_000, 10_000, 10_000]);
  });
});

describe('stays whose cost their lines contradict', () => {
  it('are counted where they were treated', () => {
    const stays = [...copies(3, {}), ...copies(2, { line_gap: 2_500 }), ...copies(1, { fixmedins_code: 'H2', line_gap: -100 })];
    expect(hospital(stays).counts.total_not_lines).toBe(2);
    expect(hospital(stays, 'H2').counts.total_not_lines).toBe(1);
    expect(run(stays).region.counts.total_not_lines).toBe(3);
  });
});

describe('mortality', () => {
  it('cuts risk classes at the mean and one deviation of the logarithms', () => {
    const groups = [1, 10, 100, 1000].map((deaths, index) => ({ code: `G${index}`, cases: 10_000, deaths }));
    const { classes, bounds } = riskTable([...groups, { code: 'Z', cases: 50, deaths: 0 }]);
    // ln 10 × (−4, −3, −2, −1): mean −2.5, deviation √1.25 = 1.118 in units of ln 10.
    expect(bounds?.mean).toBeCloseTo(-2.5 * Math.LN10);
    expect(bounds?.deviation).toBeCloseTo(Math.sqrt(1.25) * Math.LN10);
    expect([...classes]).toEqual([
      ['G0', 'low'],
      ['G1', 'middle_low'],
      ['G2', 'middle_high'],
      ['G3', 'high'],
      ['Z', 'none'],
    ]);
  });

  it('counts deaths of low-risk groups over their stays', () => {
    const risk = { bounds: null, classes: new Map([['ES25', 'low' as const]]) };
    const stays = [...copies(8, {}), ...copies(2, { dscg_way: '5' }), ...copies(5, { grp_code: 'ES21', dscg_way: '5' })];
    const one = hospital(stays, 'H1', { risk });
    expect(one.low_risk_mortality).toEqual({ numerator: 2, denominator: 10, share: 2000 });
    expect(one.mortality).toEqual({ numerator: 7, denominator: 15, share: 4667 });
  });

  it('sets deaths against those expected by the mix of groups', () => {
    const stays = [
      ...copies(2, { dscg_way: '5' }),
      ...copies(8, {}),
      ...copies(10, { fixmedins_code: 'H2' }),
      ...copies(10, { fixmedins_code: 'H2', grp_code: 'ES21' }),
    ];
    // 2 of 20 die in ES25, so of ten stays one is expected.
    expect(hospital(stays).adjusted_mortality).toMatchObject({ observed: 2, expected: 10_000, ratio: 20_000 });
    expect(hospital(stays, 'H2').adjusted_mortality).toMatchObject({ observed: 0, expected: 10_000, ratio: 0 });
  });
});

describe('readmission', () => {
  const stay = (fields: Partial<GroupedStay>) => ({ ...plainStay, psn_no: 'P', ...fields });
  const earlier = stay({ adm_day: 20_000, dscg_day: 20_010 });

  it('is an admission to the same hospital within the days after a discharge', () => {
    const readmitted = (later: Partial<GroupedStay>, first = earlier) => {
      const { counts } = hospital([stay({ adm_day: 20_025, dscg_day: 20_030, ...later }), first]);
      return [counts.readmitted, counts.readmitted_same_group];
    };
    expect(readmitted({})).toEqual([1, 1]);
    expect(readmitted({ grp_code: 'ES21' })).toEqual([1, 0]);
    expect(readmitted({ adm_day: 20_026 })).toEqual([0, 0]);
    expect(readmitted({ adm_day: 20_010 })).toEqual([1, 1]);
    expect(readmitted({ psn_no: 'Q' })).toEqual([0, 0]);
    expect(readmitted({}, stay({ fixmedins_code: 'H2', dscg_day: 20_010 }))).toEqual([0, 0]);
  });

  it('looks back before the period', () => {
    const before = stay({ adm_day: 19_980, dscg_day: 19_999 });
    expect(hospital([before, stay({ adm_day: 20_003, dscg_day: 20_010 })]).readmission).toEqual({
      numerator: 1,
      denominator: 1,
      share: 10_000,
    });
  });
});

describe('dear and cheap stays', () => {
  it('are below 0.3 and above 3 times the mean of their group', () => {
    // Mean (35 + 9 × 100 + 352) ÷ 11 = 117: bounds 35.1 and 351.
    const stays = [...copies(1, { medfee_sumamt: 35 }), ...copies(9, { medfee_sumamt: 100 }), ...copies(1, { medfee_sumamt: 352 })];
    const one = hospital(stays);
    expect([one.low_cost, one.high_cost]).toEqual([
      { numerator: 1, denominator: 11, share: 909 },
      { numerator: 1, denominator: 11, share: 909 },
    ]);
  });

  it('are none at the bounds themselves', () => {
    // Mean 100 both times.
    expect(
      hospital([...copies(1, { medfee_sumamt: 300 }), ...copies(8, { medfee_sumamt: 75 })], 'H1', { parameters: { excluded_fen: 0 } })
        .high_cost.numerator,
    ).toBe(0);
    expect(
      hospital([...copies(1, { medfee_sumamt: 30 }), ...copies(10, { medfee_sumamt: 107 })], 'H1', { parameters: { excluded_fen: 0 } })
        .low_cost.numerator,
    ).toBe(0);
  });
});

describe('limits', () => {
  it('follow their formulas', () => {
    // p = 0.1, n = 100: standard error 0.03; 0.1 ± 1.96 × 0.03 and 0.1 ± 3.09 × 0.03.
    expect(shareLimits(10, 100, 100)).toEqual({ warning: [412, 1588], alarm: [73, 1927] });
    // E = 4, V = 3.6: 1 ± z × √3.6 ÷ 4 = 1 ± z × 0.47434.
    expect(expectedLimits(4, 3.6)).toEqual({ warning: [703, 19_297], alarm: [0, 24_657] });
    const limits = shareLimits(10, 100, 100);
    expect([72, 73, 412, 1588, 1589, 1928].map((value) => positionOf(value, limits))).toEqual([
      'very_low',
      'low',
      'inside',
      'inside',
      'high',
      'very_high',
    ]);
    expect(positionOf(null, limits)).toBe('inside');
    expect([shareLimits(0, 0, 5), expectedLimits(0, 0)]).toEqual([null, null]);
  });

  it('show a practitioner who is dearer than others in the same group', () => {
    const usual = Array.from({ length: 60 }, (_, index) => ({
      ...plainStay,
      chfpdr_code: `D${index % 3}`,
      medfee_sumamt: 90_000 + (index % 5) * 5000,
    }));
    const dear = copies(20, { chfpdr_code: 'D9', medfee_sumamt: 200_000 });
    const { within, compared } = run([...usual, ...dear]);
    expect(compared).toBe(1 + 1 + 4);
    expect(within.filter(({ position }) => position === 'very_high').map(({ chfpdr_code }) => chfpdr_code)).toEqual(['D9']);
    // (200,000) ÷ ((60 × 100,000 + 20 × 200,000) ÷ 80 = 125,000) = 1.6
    expect(within.find(({ chfpdr_code }) => chfpdr_code === 'D9')?.cost_ratio).toBe(16_000);
  });
});

describe('margins', () => {
  it('are payment minus cost of stays with a known payment, largest loss first', () => {
    const stays = [
      ...copies(2, {}),
      ...copies(1, { dscg_caty: 'A04', medfee_sumamt: 150_000 }),
      ...copies(1, { medfee_sumamt: 999_999, mdtrt_id: 'unknown' }),
    ];
    const { margins, region } = run(stays, { payments: ({ mdtrt_id }) => (mdtrt_id === 'unknown' ? null : 110_000) });
    expect(margins.filter(({ by }) => by === 'department')).toEqual([
      {
        by: 'department',
        fixmedins_code: 'H1',
        dscg_caty: 'A04',
        grp_code: '',
        cases: 1,
        payment_fen: 110_000,
        cost_fen: 150_000,
        margin_fen: -40_000,
      },
      {
        by: 'department',
        fixmedins_code: 'H1',
        dscg_caty: 'A03',
        grp_code: '',
        cases: 2,
        payment_fen: 220_000,
        cost_fen: 200_000,
        margin_fen: 20_000,
      },
    ]);
    expect([region.paid_cases, region.margin_fen]).toEqual([3, -20_000]);
  });
});

describe('screens for up-coding', () => {
  const groups = new Map([
    ['ES25', { name: { zh: '甲', en: 'a' }, split: 'none' }],
    ['ES21', { name: { zh: '乙', en: 'b' }, split: 'MCC' }],
  ]);
  const stays = (code: string, plain: number, dear: number, dscg_day = 20_005) => [
    ...copies(plain, { fixmedins_code: code, dscg_day }),
    ...copies(dear, { fixmedins_code: code, dscg_day, grp_code: 'ES21' }),
  ];
  const screen = (list: readonly GroupedStay[], more: Partial<EvaluationInput> = {}) => run(list, { groups, ...more }).screens;

  it('flag a hospital whose share of dear groups left its peers and its own past', () => {
    const now = [...stays('H1', 50, 50), ...stays('H2', 90, 10), ...stays('H3', 90, 10)];
    const past = [...stays('H1', 90, 10, 19_500), ...stays('H2', 90, 10, 19_500)];
    const formerPeriod = { from: 19_000, to: 19_999 };
    const rows = screen([...now, ...past], { formerPeriod }).filter((row) => row.screen === 'mix_shift');
    expect(
      rows.map(({ fixmedins_code, flagged, own, former, peers }) => [
        fixmedins_code,
        flagged,
        own.numerator,
        own.denominator,
        former?.share ?? null,
        peers.numerator,
        peers.denominator,
      ]),
    ).toEqual([
      ['H1', true, 50, 100, 1000, 20, 200],
      ['H2', false, 10, 100, 1000, 60, 200],
      ['H3', false, 10, 100, null, 60, 200],
    ]);
    // p = 0.1, n = 100.
    expect(rows[0]?.limits).toEqual({ warning: [412, 1588], alarm: [73, 1927] });
  });

  it('do not flag what was always so', () => {
    const now = [...stays('H1', 50, 50), ...stays('H2', 90, 10), ...stays('H3', 90, 10)];
    const rows = screen([...now, ...stays('H1', 50, 50, 19_500)], { formerPeriod: { from: 19_000, to: 19_999 } });
    expect(rows.find((row) => row.screen === 'mix_shift' && row.fixmedins_code === 'H1')).toMatchObject({
      position: 'very_high',
      flagged: false,
    });
  });

  it('set complications against those expected by the families of the hospital', () => {
    const rows = screen([...stays('H1', 50, 50), ...stays('H2', 90, 10), ...stays('H3', 90, 10)]).filter(
      (row) => row.screen === 'complication_density',
    );
    expect(rows[0]).toMatchObject({
      fixmedins_code: 'H1',
      own: { numerator: 50, denominator: 100, share: 5000 },
      expected: 100_000,
      measure: 50_000,
      flagged: true,
    });
    expect(rows.map(({ flagged }) => flagged)).toEqual([true, false, false]);
  });

  it('compare with hospitals of the same level only, unless told otherwise', () => {
    const list = [...stays('H1', 50, 50), ...stays('H2', 90, 10), ...stays('H3', 10, 90).map((stay) => ({ ...stay, hosp_lv: '05' }))];
    const peers = (parameters: EvaluationInput['parameters']) =>
      screen(list, { parameters: parameters ?? {} }).find((row) => row.screen === 'mix_shift')?.peers;
    expect(peers({})).toEqual({ numerator: 10, denominator: 100, share: 1000 });
    expect(peers({ peers: 'region' })).toEqual({ numerator: 100, denominator: 200, share: 5000 });
  });

  it('show ambiguous stays and those that entered without group', () => {
    const ambiguous = (code: string, count: number, status: 'ambiguous' | 'entered') =>
      copies(count, { fixmedins_code: code, status, grp_code: 'EQY', adrg: '' });
    const list = [
      ...stays('H1', 80, 0),
      ...ambiguous('H1', 15, 'ambiguous'),
      ...ambiguous('H1', 5, 'entered'),
      ...stays('H2', 99, 0),
      ...ambiguous('H2', 1, 'ambiguous'),
    ];
    const rows = screen(list).filter(({ fixmedins_code }) => fixmedins_code === 'H1');
    expect(rows.find((row) => row.screen === 'ambiguous_share')).toMatchObject({
      own: { numerator: 15, denominator: 100 },
      peers: { numerator: 1, denominator: 100 },
      flagged: true,
    });
    expect(rows.find((row) => row.screen === 'mismatch_share')).toMatchObject({ own: { numerator: 20, denominator: 100 }, flagged: true });
  });

  it('show stays just below their payment that were admitted again soon', () => {
    const pair = (code: string, person: string, cost: number, gap: number) => [
      { ...plainStay, fixmedins_code: code, psn_no: person, medfee_sumamt: cost },
      { ...plainStay, fixmedins_code: code, psn_no: person, adm_day: 20_005 + gap, dscg_day: 20_010 + gap, medfee_sumamt: 50_000 },
    ];
    const many = (code: string, count: number, cost: number, gap: number) =>
      Array.from({ length: count }, (_, index) => pair(code, `${code}-${cost}-${gap}-${index}`, cost, gap)).flat();
    // Payment 1,100 yuan: 95 % is 1,045.
    const list = [
      ...many('H1', 20, 104_500, 7),
      ...many('H2', 5, 104_499, 7),
      ...many('H2', 5, 110_001, 7),
      ...many('H2', 5, 110_000, 8),
      ...many('H2', 5, 110_000, 0),
    ];
    const rows = screen(list).filter((row) => row.screen === 'below_cap_readmission');
    expect(rows.map(({ own, peers, flagged }) => [own.numerator, own.denominator, peers.numerator, peers.denominator, flagged])).toEqual([
      [20, 40, 5, 40, true],
      [5, 40, 20, 40, false],
    ]);
  });

  it('become clues that name the stays behind the numerator, under the rules of the rulebook', () => {
    const { weights: mixedWeights, groups: mixed } = mixedGroups();
    const dear = mixedStays(4000, 3).map((stay, index) => {
      const padded = stay.fixmedins_code === 'H2' && stay.status === 'grouped' ? { ...stay, grp_code: `${stay.adrg}1` } : stay;
      return index % 7 === 0 && stay.fixmedins_code === 'H4'
        ? { ...padded, status: 'ambiguous' as const, grp_code: 'FQY', adrg: '' }
        : padded;
    });
    const input: EvaluationInput = {
      stays: dear,
      weights: mixedWeights,
      groups: mixed,
      payments: (stay) => Math.round(stay.medfee_sumamt * (stay.fixmedins_code === 'H1' ? 1.02 : 2)),
      period: { from: 20_000, to: 20_999 },
      parameters: { screened_events: 1 },
    };
    const result = evaluate(input);
    // A handful of stays is no pattern: with the usual minimum the rare one is not flagged.
    const usual = evaluate({ ...input, parameters: {} }).screens.filter((row) => row.screen === 'below_cap_readmission');
    expect(usual.some((row) => row.own.numerator > 0)).toBe(true);
    expect(usual.filter((row) => row.flagged)).toEqual([]);
    const clues = cluesOf(result, input);
    expect([
      ...new Set(clues.map(({ rule_id, screen: { screen: kind, fixmedins_code } }) => `${rule_id} ${kind} ${fixmedins_code}`)),
    ]).toEqual([
      'ID01 mix_shift H2',
      'ID04 complication_density H2',
      'ID02 ambiguous_share H4',
      'ID02 mismatch_share H4',
      'ID03 below_cap_readmission H1',
    ]);
    for (const { screen: row, mdtrt_id, what } of clues) {
      expect(mdtrt_id).toHaveLength(row.own.numerator);
      expect(what.zh).toContain(`${row.own.numerator}/${row.own.denominator}`);
    }
  });

  it('leave a hospital without peers unflagged', () => {
    expect(screen(stays('H1', 10, 90)).every(({ flagged, limits }) => !flagged && limits === null)).toBe(true);
  });
});

describe('the form of nine aspects', () => {
  const form = parseForm(libraryText('forms/evaluation-nine-aspects.yaml'), 'evaluation-nine-aspects.yaml');
  const item = (full: number, zero: number): EvaluationForm => ({
    id: 'f',
    name: { zh: '表', en: 'form' },
    aspects: [
      {
        aspect: 'a',
        name: { zh: '甲', en: 'a' },
        items: [
          {
            item: 'A1',
            name: { zh: '指数', en: 'index' },
            indicator: 'cmi',
            unit: 'number',
            points: 1000,
            direction: full > zero ? 'higher' : 'lower',
            full,
            zero,
          },
        ],
      },
    ],
  });
  const marks = (own: EvaluationForm, value: number | null) => scoreForm(own, new Map([['cmi', value]])).items[0]?.score;

  it('has nine aspects and a hundred points', () => {
    expect(form.aspects).toHaveLength(9);
    expect(scoreForm(form, new Map()).points).toBe(10_000);
  });

  it('goes straight between full and zero marks, in both directions', () => {
    expect([4999, 5000, 7500, 10_000, 12_000].map((value) => marks(item(10_000, 5000), value))).toEqual([0, 0, 500, 1000, 1000]);
    expect([4999, 5000, 7500, 10_000, 12_000].map((value) => marks(item(5000, 10_000), value))).toEqual([1000, 1000, 500, 0, 0]);
    expect(marks(item(10_000, 5000), 5001)).toBe(0);
    expect(marks(item(10_000, 5000), 5003)).toBe(1);
  });

  it('counts what is not known in neither score nor points', () => {
    const score = scoreForm(form, indicatorsOf(hospital(copies(30, {}))));
    expect(score.unknown).toBe(score.items.filter((one) => one.score === null).length);
    expect(score.items.find((one) => one.item === 'A1')).toMatchObject({ score: null, value: null });
    expect(score.known_points + score.items.filter((one) => one.score === null).reduce((sum, { points }) => sum + points, 0)).toBe(10_000);
    expect(score.aspects.reduce((sum, aspect) => sum + aspect.score, 0)).toBe(score.score);
  });

  it('takes indicators that are handed in', () => {
    const { scores } = run(copies(3, {}), { form, indicators: new Map([['H1', new Map([['agreement_score', 9500]])]]) });
    expect(scores[0]?.score.items[0]).toMatchObject({ item: 'A1', score: 800, value: 9500 });
    expect(scores[0]?.score.items[0]?.steps[0]?.zh).toBe('协议考核得分 95.00%；满分值 / 零分值 95.00% / 60.00%');
  });

  it('is refused with file and field where it is wrong', () => {
    const text = (points: number, line: string) =>
      `id: x\nname: {zh: 甲, en: a}\npoints: ${points}\naspects:\n  - aspect: a\n    name: {zh: 甲, en: a}\n    items:\n      - ${line}\n`;
    const good = '{item: A1, name: {zh: 甲, en: a}, indicator: cmi, unit: number, points: 100, direction: higher, full: 2, zero: 1}';
    expect(parseForm(text(100, good), 'f.yaml').aspects).toHaveLength(1);
    expect(() => parseForm(text(99, good), 'f.yaml')).toThrow('f.yaml points: the evaluation form is wrong: the items have 100 hundredths');
    expect(() => parseForm(text(100, good.replace('cmi', 'cni')), 'f.yaml')).toThrow(
      'f.yaml aspects[0].items[0].indicator: the evaluation form is wrong: the indicator cni is not known',
    );
    expect(() => parseForm(text(100, good.replace('higher', 'lower')), 'f.yaml')).toThrow('do not go with "lower"');
    expect(() => parseForm(text(100, good.replace('full: 2', 'full: 1')), 'f.yaml')).toThrow('aspects[0].items[0]');
    expect(() => parseForm(text(100, good.replace('points: 100', 'points: 1.5')), 'f.yaml')).toThrow('aspects[0].items[0].points');
    expect(() => parseForm(text(100, good).replace('- aspect: a', '- aspect: 3'), 'f.yaml')).toThrow(
      'aspects[0].aspect: the evaluation form is wrong: a text is expected',
    );
  });
});

describe('an evaluation', () => {
  const { weights: mixedWeights, groups } = mixedGroups();
  const evaluateMixed = (stays: readonly GroupedStay[]) =>
    evaluate({
      stays,
      weights: mixedWeights,
      groups,
      payments: (stay) => (mixedWeights.get(stay.grp_code) ?? 0) * 100,
      period: { from: 20_366, to: 20_730 },
      formerPeriod: { from: 20_000, to: 20_365 },
    });

  it('counts the same in any order of the stays', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const stays = mixedStays(600, seed);
        expect(evaluateMixed(stays.toReversed())).toEqual(evaluateMixed(stays));
      }),
      { numRuns: 25 },
    );
  });

  it('gives weights, stays and money that sum to the region in every division', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const result = evaluateMixed(mixedStays(800, seed));
        const sum = (rows: readonly Figures[], of: (row: Figures) => number): number => rows.reduce((total, row) => total + of(row), 0);
        for (const rows of [result.hospitals, result.departments]) {
          expect(sum(rows, (row) => row.total_weight)).toBe(result.region.total_weight);
          expect(sum(rows, (row) => row.counts.stays)).toBe(result.region.counts.stays);
          expect(sum(rows, (row) => row.margin_fen)).toBe(result.region.margin_fen);
          expect(sum(rows, (row) => row.adjusted_mortality.observed)).toBe(result.region.adjusted_mortality.observed);
        }
        const byGroup = result.margins.filter(({ by }) => by === 'group');
        expect(byGroup.reduce((total, { margin_fen }) => total + margin_fen, 0)).toBe(result.region.margin_fen);
        expect(result.groups.reduce((total, { cases }) => total + cases, 0)).toBe(result.region.counts.grouped);
        expect(result.region.cost_index_mean_of_ratios).toBe(10_000);
        expect(result.region.cost_index_ratio_of_sums).toBe(10_000);
        const { counts } = result.region;
        expect(counts.considered_grouped + counts.ambiguous + counts.entered + counts.none + counts.invalid + counts.excluded).toBe(
          counts.stays,
        );
      }),
      { numRuns: 25 },
    );
  });

  it('leaves the own counts of hospitals alone when another one is added', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const stays = mixedStays(500, seed);
        const added = mixedStays(200, seed + 1, 1).map((stay) => ({ ...stay, fixmedins_code: 'NEW', psn_no: `N${stay.psn_no}` }));
        const own = ({ counts, total_weight, cmi, groups: number, grouping, margin_fen }: Figures) => [
          counts.stays,
          counts.readmitted,
          counts.died,
          total_weight,
          cmi,
          number,
          grouping,
          margin_fen,
        ];
        const before = evaluateMixed(stays).hospitals.map(own);
        const after = evaluateMixed([...stays, ...added])
          .hospitals.filter(({ fixmedins_code }) => fixmedins_code !== 'NEW')
          .map(own);
        expect(after).toEqual(before);
      }),
      { numRuns: 25 },
    );
  });

  it('agrees with plain counting over lists', () => {
    const stays = mixedStays(1500, 42);
    const result = evaluateMixed(stays);
    const inside = stays.filter(({ dscg_day }) => dscg_day >= 20_366 && dscg_day <= 20_730);
    for (const figures of result.hospitals) {
      const own = inside.filter(({ fixmedins_code }) => fixmedins_code === figures.fixmedins_code);
      const grouped = own.filter(({ status }) => status === 'grouped');
      const meanOf = (code: string, field: 'medfee_sumamt' | 'ipt_days'): number => {
        const members = inside.filter((stay) => stay.status === 'grouped' && stay.grp_code === code);
        return members.reduce((sum, stay) => sum + stay[field], 0) / members.length;
      };
      const costs = grouped.map((stay) => stay.medfee_sumamt / meanOf(stay.grp_code, 'medfee_sumamt'));
      expect(figures.cost_index_mean_of_ratios).toBe(Math.round((costs.reduce((sum, value) => sum + value, 0) / costs.length) * 10_000));
      const expectedDays = grouped.reduce((sum, stay) => sum + meanOf(stay.grp_code, 'ipt_days'), 0);
      expect(figures.time_index_ratio_of_sums).toBe(
        Math.round((grouped.reduce((sum, stay) => sum + stay.ipt_days, 0) / expectedDays) * 10_000),
      );
      expect(figures.groups).toBe(new Set(grouped.map(({ grp_code }) => grp_code)).size);
      const readmitted = own.filter((stay) =>
        stays.some(
          (other) =>
            other.mdtrt_id !== stay.mdtrt_id &&
            other.psn_no === stay.psn_no &&
            other.fixmedins_code === stay.fixmedins_code &&
            other.dscg_day <= 20_730 &&
            stay.adm_day - other.dscg_day >= 0 &&
            stay.adm_day - other.dscg_day <= 15,
        ),
      );
      expect(figures.counts.readmitted).toBe(readmitted.length);
      expect(figures.counts.high_cost).toBe(
        grouped.filter((stay) => stay.medfee_sumamt > 3 * meanOf(stay.grp_code, 'medfee_sumamt')).length,
      );
    }
  });

  it('of no stays has no figures and no division by zero', () => {
    const result = run([]);
    expect([result.hospitals, result.region.cmi, result.region.grouping.share, result.screens]).toEqual([[], null, null, []]);
  });

  it('is refused for numbers that cannot be added up, with row and field', () => {
    expect(() => run([plainStay, { ...plainStay, mdtrt_id: 'W', medfee_sumamt: Number.NaN }])).toThrow(
      '2 medfee_sumamt: medfee_sumamt of the stay W is NaN',
    );
    expect(() => run([{ ...plainStay, ipt_days: -1 }])).toThrow('ipt_days of the stay V is -1');
    expect(() => run([plainStay], { payments: () => 0.5 })).toThrow('the payment of the stay V is 0.5');
    expect(() => run([plainStay], { weights: new Map([['ES25', 0.6]]) })).toThrow('the weight of ES25 is 0.6');
  });

  it('is refused for periods that run backwards or overlap', () => {
    expect(() => run([], { period: { from: 2, to: 1 } })).toThrow('ends before it begins');
    expect(() => run([], { formerPeriod: { from: 1, to: 20_000 } })).toThrow('reaches into the period');
  });
});
