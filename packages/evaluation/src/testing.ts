import type { GroupedStay } from '@hengjian/grouping';

/** A stay with nothing special about it, for tests. */
export const plainStay: GroupedStay = {
  mdtrt_id: 'V',
  psn_no: '',
  fixmedins_code: 'H1',
  hosp_lv: '02',
  dscg_caty: 'A03',
  chfpdr_code: 'D1',
  insutype: '310',
  insu_admdvs: '410500',
  adm_day: 20_000,
  dscg_day: 20_005,
  ipt_days: 5,
  dscg_way: '1',
  clr_way: '4',
  medfee_sumamt: 100_000,
  inscp_amt: 90_000,
  fund_pay_sumamt: 60_000,
  acct_pay: 0,
  psn_pay: 40_000,
  status: 'grouped',
  mdc: 'E',
  adrg: 'ES2',
  grp_code: 'ES25',
};

/** Stays that differ in the given fields only. */
export const copies = (count: number, fields: Partial<GroupedStay>): GroupedStay[] =>
  Array.from({ length: count }, () => ({ ...plainStay, ...fields }));

/** Mixed stays of a city from a seed (linear congruential, Numerical Recipes). */
export function mixedStays(count: number, seed: number, hospitals = 6): GroupedStay[] {
  let state = seed >>> 0;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return Array.from({ length: count }, (_, index) => {
    const family = next(30);
    const hospital = next(hospitals);
    const member = [1, 3, 5][next(3)] ?? 5;
    const chance = next(100);
    const status = chance < 94 ? 'grouped' : chance < 97 ? 'ambiguous' : chance < 98 ? 'entered' : chance < 99 ? 'none' : 'invalid';
    const days = 1 + next(chance === 50 ? 90 : 20);
    const adm_day = 20_000 + next(700);
    return {
      ...plainStay,
      mdtrt_id: `V${index}`,
      psn_no: `P${next(Math.max(1, Math.floor(count / 3)))}`,
      fixmedins_code: `H${hospital}`,
      hosp_lv: hospital % 2 === 0 ? '02' : '05',
      dscg_caty: `A0${next(4)}`,
      chfpdr_code: next(20) === 0 ? '' : `D${hospital}-${next(10)}`,
      adm_day,
      dscg_day: adm_day + days,
      ipt_days: days,
      dscg_way: next(40) === 0 ? '5' : String(1 + next(4)),
      medfee_sumamt: next(200) === 0 ? 300 : 20_000 + next(3_000_000),
      status,
      adrg: status === 'grouped' ? `F${family}` : '',
      grp_code: status === 'grouped' ? `F${family}${member}` : status === 'ambiguous' ? 'FQY' : '',
    };
  });
}

/** Weights and splits of the groups of `mixedStays`. */
export function mixedGroups(): { weights: Map<string, number>; groups: Map<string, { name: { zh: string; en: string }; split: string }> } {
  const weights = new Map<string, number>();
  const groups = new Map<string, { name: { zh: string; en: string }; split: string }>();
  for (let family = 0; family < 30; family += 1) {
    for (const [member, split] of [
      [1, 'MCC'],
      [3, 'CC'],
      [5, 'none'],
    ] as const) {
      const code = `F${family}${member}`;
      weights.set(code, 5000 + family * 300 + (5 - member) * 1000);
      groups.set(code, { name: { zh: `病组 ${code}`, en: `group ${code}` }, split });
    }
  }
  return { weights, groups };
}
