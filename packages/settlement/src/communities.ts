import { formatYuan, multiplyDivide, splitByLargestRemainder } from '@hengjian/standard';
import type { Community } from './agreement.ts';
import { part, percentText, type Step, step } from './step.ts';
import type { CaseLine, StatementLine } from './tally.ts';
import { one } from './tariff.ts';

/** How the lump sum of a medical community came out. Fen. */
export interface CommunityResult {
  readonly id: string;
  readonly pool: string;
  readonly lump_fen: number;
  /** What the fund bore for its persons in member hospitals and elsewhere. */
  readonly inside_fen: number;
  readonly outside_fen: number;
  /** What members get on top (or give back when negative); the lines of the members add up to it. */
  readonly settled_fen: number;
  /** The parts add up to `settled_fen`. */
  readonly steps: readonly Step[];
  readonly lines: readonly { readonly fixmedins_code: string; readonly line: StatementLine }[];
}

function settleSteps(community: Community, balance: number): readonly Step[] {
  if (balance >= 0) {
    const kept = multiplyDivide(balance, community.surplus_kept, one);
    const text = `${formatYuan(balance)} × ${percentText(community.surplus_kept)}`;
    return [part(`结余留用 ${text}`, `surplus kept ${text}`, kept)];
  }
  const reasonable = Math.min(-balance, multiplyDivide(community.lump_fen, community.overrun_to, one));
  const borne = multiplyDivide(reasonable, community.overrun_borne, one);
  const text = `${formatYuan(reasonable)} × ${percentText(community.overrun_borne)}`;
  return [
    part('超支由成员扣回', 'overrun taken back from members', balance),
    part(`合理超支由基金分担 ${text}`, `reasonable overrun borne by the fund ${text}`, borne),
  ];
}

/**
 * Settles a community: lump sum less what the fund bore for its insured persons, inside and elsewhere; surplus kept,
 * reasonable overrun shared (section 4 of the reference sheet). Members share in proportion to what they did for these persons.
 */
export function settleCommunity(community: Community, cases: readonly CaseLine[]): CommunityResult {
  const areas = new Set(community.areas);
  const members = new Map(community.members.toSorted().map((code) => [code, 0]));
  let inside = 0;
  let outside = 0;
  for (const { stay, price, fund_fen } of cases) {
    if (price.pool !== community.pool || !areas.has(stay.insu_admdvs)) continue;
    const done = members.get(stay.fixmedins_code);
    if (done === undefined) outside += fund_fen;
    else {
      inside += fund_fen;
      members.set(stay.fixmedins_code, done + fund_fen);
    }
  }
  const balance = community.lump_fen - inside - outside;
  const settled = settleSteps(community, balance);
  const total = settled.reduce((sum, { value }) => sum + value, 0);
  const split = splitByLargestRemainder(
    total,
    [...members.values()].map((fen) => Math.max(0, fen)),
  );
  const lines = [...members.keys()].map((fixmedins_code, index) => {
    const fen = split[index] ?? 0;
    const steps = [
      part(
        `${community.name.zh}：按本机构服务参保人的基金支出分摊 ${formatYuan(total)}`,
        `${community.name.en}: part of ${formatYuan(total)} by what was done for its persons`,
        fen,
      ),
    ];
    const line: StatementLine = { kind: 'community', pool: community.pool, fen, steps };
    return { fixmedins_code, line };
  });
  return {
    id: community.id,
    pool: community.pool,
    lump_fen: community.lump_fen,
    inside_fen: inside,
    outside_fen: outside,
    settled_fen: total,
    steps: [
      step('总额', 'lump sum', community.lump_fen),
      step('减：成员机构内支出', 'less: spent in member institutions', -inside),
      step('减：成员机构外支出', 'less: spent elsewhere', -outside),
      ...settled,
    ],
    lines,
  };
}
