import { counted, formatYuan } from '@hengjian/standard';
import type { GroupingCase, GroupResult } from '../case/case.ts';
import type { Grouper } from '../grouper/grouper.ts';

/** What a case in this group brings, in fen (or a weight in ten-thousandths); null when it has no price. */
export type Payment = (group: GroupResult, one: GroupingCase) => number | null;

export interface Payments {
  readonly before: Payment;
  readonly after: Payment;
}

/** Cases and what they bring on both sides. Cases without a price on either side are in `unpriced`, not in the sums. */
export interface Flow {
  readonly cases: number;
  readonly before: number;
  readonly after: number;
  readonly unpriced: number;
}

/** Cases that go from one group to another. */
export interface GroupMove extends Flow {
  /** The group, or `invalid` followed by the field that is missing. */
  readonly from: string;
  readonly to: string;
  /** The first three of them. */
  readonly examples: readonly string[];
}

export interface MovedCases {
  readonly total: Flow;
  /** Cases whose group has the same code in both. */
  readonly kept: Flow;
  readonly moved: Flow;
  /** By number of cases, then by code. */
  readonly moves: readonly GroupMove[];
  /** Whether the sums are money or weight at all. */
  readonly priced: boolean;
}

/** The tally of a flow in the making. */
class Tally {
  cases = 0;
  before = 0;
  after = 0;
  unpriced = 0;
  readonly examples: string[] = [];

  add(id: string, before: number | null, after: number | null): void {
    this.cases += 1;
    if (this.examples.length < 3) this.examples.push(id);
    if (before === null || after === null) {
      this.unpriced += 1;
      return;
    }
    this.before += before;
    this.after += after;
  }

  flow(): Flow {
    const { cases, before, after, unpriced } = this;
    return { cases, before, after, unpriced };
  }
}

const groupOf = ({ status, drg, field }: GroupResult): string => (status === 'invalid' ? `invalid ${field}`.trim() : drg);

/**
 * Groups every case by both schemes and counts who moved from where to where. With payments, adds up what the cases bring
 * before and after, those that keep their group included, so that the totals are those of the whole.
 */
export function movedCases(before: Grouper, after: Grouper, cases: Iterable<GroupingCase>, payments?: Payments): MovedCases {
  const total = new Tally();
  const kept = new Tally();
  const moved = new Tally();
  const moves = new Map<string, { readonly from: string; readonly to: string; readonly tally: Tally }>();
  for (const one of cases) {
    const left = before.group(one);
    const right = after.group(one);
    const paid = payments === undefined ? [null, null] : [payments.before(left, one), payments.after(right, one)];
    const [was = null, is = null] = paid;
    const [from, to] = [groupOf(left), groupOf(right)];
    total.add(one.id, was, is);
    if (from === to) {
      kept.add(one.id, was, is);
      continue;
    }
    moved.add(one.id, was, is);
    const move = moves.get(`${from}\n${to}`) ?? { from, to, tally: new Tally() };
    move.tally.add(one.id, was, is);
    moves.set(`${from}\n${to}`, move);
  }
  return {
    total: total.flow(),
    kept: kept.flow(),
    moved: moved.flow(),
    moves: [...moves.values()]
      .map(({ from, to, tally }): GroupMove => ({ from, to, ...tally.flow(), examples: tally.examples }))
      .sort((left, right) => right.cases - left.cases || (`${left.from} ${left.to}` < `${right.from} ${right.to}` ? -1 : 1)),
    priced: payments !== undefined,
  };
}

/** The moves as lines for people; sums are read as fen. */
export function movedCasesLines(result: MovedCases, language: 'zh' | 'en'): readonly string[] {
  const zh = language === 'zh';
  const money = ({ before, after, unpriced }: Flow): string => {
    if (!result.priced) return '';
    const gap = unpriced === 0 ? '' : zh ? `，${unpriced} 例无价` : `, ${unpriced} without price`;
    const sums = `${formatYuan(before)} → ${formatYuan(after)} (${after >= before ? '+' : ''}${formatYuan(after - before)})`;
    return zh ? `，${sums} 元${gap}` : `, ${sums} yuan${gap}`;
  };
  const { total, moved } = result;
  return [
    zh ? `共 ${total.cases} 例${money(total)}` : `${counted(total.cases, 'case')}${money(total)}`,
    zh ? `换组 ${moved.cases} 例${money(moved)}` : `${moved.cases} moved${money(moved)}`,
    ...result.moves.map((move) => `  ${move.from} → ${move.to}: ${move.cases}${money(move)}  [${move.examples.join(', ')}]`),
  ];
}
