import type { GroupedLakeStay } from '@hengjian/grouping';
import { counted, formatYuan, ymdOf } from '@hengjian/standard';

const yearOf = (day: number): number => Math.floor(ymdOf(day) / 10_000);

/** Area codes by the number of their stays. */
function areasOf(stays: readonly GroupedLakeStay[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { insu_admdvs } of stays) counts.set(insu_admdvs, (counts.get(insu_admdvs) ?? 0) + 1);
  return [...counts]
    .filter(([area]) => area !== '')
    .sort((left, right) => right[1] - left[1] || (left[0] < right[0] ? -1 : 1))
    .map(([area]) => area);
}

const toFillIn =
  '    # rate: 请填写（元）：湖中没有该池按病组付费的往年病例。Fill in (yuan): the lake has no past stay of the pool that is paid by group.';

const noArea =
  '# 湖中没有参保地（insu_admdvs），全部按本地起草，请核定。The lake says of no stay where its person is insured: all are drafted as local.';

const names: Readonly<Record<string, string>> = { '310': '职工', '390': '居民' };

/**
 * Parameters of a settlement drafted from the stays of a lake: pools with what the fund paid at the counter in the last full
 * year before, areas and years as they occur. A person completes it; every figure says where it comes from.
 * @param lacking ids of pools whose rate a person must fill in
 */
export function draftParameters(
  stays: readonly GroupedLakeStay[],
  year: number,
  method: 'drg_rate' | 'drg_points' | 'dip_points',
  lacking: ReadonlySet<string>,
): string {
  const [area] = areasOf(stays);
  const start = area?.slice(0, 4) ?? '';
  const years = [...new Set(stays.map((stay) => yearOf(stay.dscg_day)))]
    .filter((one) => one < year)
    .sort()
    .slice(-3);
  const base = years.at(-1) ?? year;
  const factors = [1, 2, 7].slice(-Math.max(1, years.length));
  const isLocal = (stay: GroupedLakeStay): boolean => stay.insu_admdvs.startsWith(start);
  const pools = [...new Set(stays.map((stay) => stay.insutype))]
    .filter((insutype) => insutype !== '')
    .sort()
    .flatMap((insutype) => {
      const name = names[insutype] ?? `险种${insutype}`;
      return (area === undefined ? (['local'] as const) : (['local', 'remote'] as const)).map((care) => {
        const own = stays.filter(
          (stay) => stay.insutype === insutype && isLocal(stay) === (care === 'local') && yearOf(stay.dscg_day) === base,
        );
        const fund = own.reduce((sum, stay) => sum + Math.max(0, stay.fund_pay_sumamt), 0);
        const id = `${name}-${care === 'local' ? '本地' : '异地'}`;
        const form = care === 'local' ? 'group: 1' : 'item: 1';
        const budget = `{ by: growth, last: ${formatYuan(fund)}, growth: 0, reserve: 0.03, forms: { ${form} } }`;
        return [
          `  # ${counted(own.length, 'stay')} of ${base}; the fund paid ${formatYuan(fund)} at the counter`,
          `  - id: ${id}`,
          `    insutypes: ['${insutype}']`,
          `    care: ${care}`,
          ...(care === 'local' ? [] : ['    form: item']),
          ...(lacking.has(id) ? [toFillIn] : []),
          ...(care === 'local' ? ['    rule: { by: floating }'] : []),
          `    budget: ${budget}`,
        ].join('\n');
      });
    });
  const weightYears =
    years.length === 0
      ? `{ year: ${year}, factor: 1 }`
      : years.map((one, index) => `{ year: ${one}, factor: ${factors[index]} }`).join(', ');
  return `# 结算参数草稿，由湖内数据起草，逐项核定后使用。Parameters drafted from the lake; check every figure before use.
# docs/settlement.md explains each field and its formula. Money in yuan.
version: 1
id: draft-${year}
title: { zh: ${year} 年度结算（草稿）, en: settlement of ${year} (draft) }
year: ${year}
method: ${method}
${area === undefined ? `${noArea}\n` : ''}local_areas: ['${start}*']
pools:
${pools.join('\n')}
fund: { by: patients_share, floor: zero }
${years.length === 0 ? `# No year before ${year} is in the lake: weights come from ${year} itself.\n` : ''}weights:
  years: [${weightYears}]
  trim: { by: percentile, low: 0.025, high: 0.975 }
  least_cases: 5
basic: []
rigid: []
levels: { '0': 0.9 }
coefficients: { by: level, least: 0.8, most: 1.2 }
high: { reference: standard, style: add_above, share: 0.8, bounds: [{ levels: ['3'], times: 3 }, { times: 2 }] }
low: { reference: standard, style: item, below: 0.3 }
handling:
  ambiguous: { by: discount, share: 0.7 }
  entered: { by: item }
  none: { by: item }
  invalid: { by: nothing }
  unpriced: { by: item }
outside: { clr_ways: ['1', '2', '5', '6', '9'], days_over: 60, cost_under: 5.00 }
monthly: { deposit: 0.05, held: 0.05 }
high_share: 0.05
review: { share: 0.05, order: cost }
readmission: { days: 15, share: 0.5 }
sharing:
  surplus: [{ to: 0.1, share: 1 }, { to: 0.2, share: 0.5 }]
  overrun: [{ to: 0.1, share: 0.6 }]
next_caps:
  growth: 0.03
  by_violations: [{ to: 0, change: 0.01 }, { to: 0.01, change: 0 }, { to: 0.03, change: -0.02 }, { change: -0.05 }]
  surplus_reward: 0.3
  overrun_penalty: 0.3
`;
}
