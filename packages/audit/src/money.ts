import type { Repricing } from '@hengjian/settlement';
import { formatYuan, multiplyDivide, type Segment, splitByLargestRemainder } from '@hengjian/standard';
import type { SegmentPay } from './group-pay.ts';
import type { RepricedStay } from './repriced.ts';

/** How an amount at issue was found. */
export type AmountGrade = 'exact' | 'apportioned' | 'estimate' | 'none';

/** Fund columns of a settlement; the personal account is kept apart and is not one of them. */
export const fundColumns = [
  'hifp_pay',
  'cvlserv_pay',
  'hifes_pay',
  'hifmi_pay',
  'hifob_pay',
  'hifdm_pay',
  'maf_pay',
  'othfund_pay',
] as const;
export type FundColumn = (typeof fundColumns)[number];

/** Money at issue of one line or one stay, in fen; null where the data cannot say. */
export interface AtIssue {
  readonly charge_fen: number;
  readonly inscope_fen: number | null;
  readonly fund_fen: number | null;
  readonly acct_fen: number | null;
  readonly person_fen: number | null;
  readonly funds: Partial<Record<FundColumn, number>>;
  readonly method: string;
  readonly grade: AmountGrade;
  /** How the fund share of a stay paid by group was worked out. */
  readonly note?: string;
  /** The stay that was priced again; on the first of several parts of one stay. */
  readonly repriced?: RepricedStay;
}

/** What the rule says about money. */
export interface AmountRule {
  /** A payment-scope rule finds money the fund should not have paid; the patient is owed nothing. */
  readonly payment_scope: boolean;
}

const numbers = (segment: Segment, table: 'lines' | 'settlements' | 'visits', name: string): Float64Array =>
  segment[table].columns[name] as Float64Array;
const amount = (value: number | undefined): number | null => (value === undefined || Number.isNaN(value) ? null : value);

/** Ways of clearing under which the fund does not pay item by item (national code table clr_way). */
const grouped = new Set(['2', '3', '4', '5', '6']);

/** Reads one settlement's money once per column, for many findings. */
export interface MoneyReader {
  line(row: number, charge: number, rule: AmountRule): AtIssue;
  /** Lines of one finding: those of a stay paid by group are valued together, by what the fund would have paid without them. */
  lines(rows: readonly { readonly row: number; readonly charge: number }[], rule: AmountRule): readonly AtIssue[];
  stay(row: number, rule: AmountRule): AtIssue;
  /**
   * The difference between the payments of two groups (Order 7, Article 35), an estimate: with a settlement what the fund
   * bore too much, without one the whole difference.
   */
  difference(row: number, charge: number): AtIssue;
}

const nothing: AtIssue = {
  charge_fen: 0,
  inscope_fen: 0,
  fund_fen: 0,
  acct_fen: 0,
  person_fen: 0,
  funds: {},
  method: 'none',
  grade: 'none',
};
/** Rules whose amount method is `none` put no money at issue. */
export const noMoney: AtIssue = nothing;

/**
 * Fund share of an in-scope amount at issue: in-scope × the settlement's fund ÷ its in-scope (Order 7, Article 35: by
 * item; knock-on effects on deductible and segments are not counted). Stays cleared by group have no item-based loss: with
 * a settlement (`pay`) they are valued as the difference of two payments, without one their fund share is not known. What
 * the person is owed is what the counter did not take from the fund, whichever way the hospital is paid.
 */
export function moneyReader(segment: Segment, clearingWays: readonly string[], inpatient: number, pay?: SegmentPay): MoneyReader {
  const lineAmount = numbers(segment, 'lines', 'det_item_fee_sumamt');
  const lineInscope = numbers(segment, 'lines', 'inscp_amt');
  const lineSettlement = segment.lines.columns.settlement as Int32Array;
  const lineVisit = segment.lines.columns.visit as Int32Array;
  const settlements = segment.settlements;
  const inscope = numbers(segment, 'settlements', 'inscp_amt');
  const fund = numbers(segment, 'settlements', 'fund_pay_sumamt');
  const account = numbers(segment, 'settlements', 'acct_pay');
  const total = numbers(segment, 'settlements', 'medfee_sumamt');
  const clearing = settlements.columns.clr_way as Int8Array;
  const funds = fundColumns.map((name) => numbers(segment, 'settlements', name));
  const visitSetting = segment.visits.columns.setting as Int8Array;
  const isGrouped = clearingWays.map((way) => grouped.has(way));

  const groupPaid = (settlement: number, visit: number): boolean =>
    visitSetting[visit] === inpatient && (clearing[settlement] as number) >= 0 && isGrouped[clearing[settlement] as number] === true;

  const split = (fundFen: number, settlement: number): Partial<Record<FundColumn, number>> => {
    if (fundFen === 0) return {};
    const weights = funds.map((column) => Math.max(0, amount(column[settlement]) ?? 0));
    const parts = splitByLargestRemainder(fundFen, weights);
    return Object.fromEntries(fundColumns.flatMap((name, index) => (parts[index] === 0 ? [] : [[name, parts[index] as number]])));
  };

  const owed = (charge: number, fundFen: number | null, rule: AmountRule): number | null => {
    if (rule.payment_scope) return 0;
    return fundFen === null ? null : charge - fundFen;
  };

  /** What the fund and the personal account settled at the counter for a part of a settlement; null where amounts are missing. */
  const atCounter = (
    settlement: number,
    charge: number,
    inscopeFen: number | null,
  ): { readonly fund: number | null; readonly account: number | null } => {
    const [ownInscope, ownFund] = [amount(inscope[settlement]), amount(fund[settlement])];
    const [ownAccount, ownTotal] = [amount(account[settlement]), amount(total[settlement])];
    const isKnown = inscopeFen !== null && ownInscope !== null && ownFund !== null;
    return {
      fund: !isKnown ? null : ownInscope === 0 ? 0 : Math.min(inscopeFen, multiplyDivide(inscopeFen, ownFund, ownInscope)),
      account: ownAccount === null || ownTotal === null || ownTotal === 0 ? null : multiplyDivide(charge, ownAccount, ownTotal),
    };
  };

  const line = (row: number, charge: number, rule: AmountRule): AtIssue => {
    const whole = lineAmount[row] as number;
    const recorded = amount(lineInscope[row]);
    const inscopeFen = recorded === null ? null : charge === whole || whole === 0 ? recorded : multiplyDivide(recorded, charge, whole);
    const settlement = lineSettlement[row] as number;
    const base = { charge_fen: charge, inscope_fen: inscopeFen, funds: {} };
    if (inscopeFen === 0)
      return { ...base, fund_fen: 0, acct_fen: 0, person_fen: owed(charge, 0, rule), method: 'out-of-scope', grade: 'exact' };
    if (settlement < 0)
      return { ...base, fund_fen: null, acct_fen: null, person_fen: owed(charge, null, rule), method: 'no-settlement', grade: 'none' };
    if (groupPaid(settlement, lineVisit[row] as number)) {
      return { ...base, fund_fen: null, acct_fen: null, person_fen: owed(charge, null, rule), method: 'group-not-known', grade: 'none' };
    }
    const { fund: fundFen, account: acctFen } = atCounter(settlement, charge, inscopeFen);
    if (fundFen === null) {
      return { ...base, fund_fen: null, acct_fen: null, person_fen: owed(charge, null, rule), method: 'amount-missing', grade: 'none' };
    }
    const settlementFund = amount(fund[settlement]);
    const exact = settlementFund === 0 || settlementFund === amount(inscope[settlement]);
    return {
      ...base,
      fund_fen: fundFen,
      acct_fen: acctFen,
      person_fen: owed(charge, fundFen, rule),
      funds: split(fundFen, settlement),
      method: 'item-share',
      grade: exact ? 'exact' : 'apportioned',
    };
  };

  /** Values the lines of each group-paid stay together and splits what the fund lost by their charges. */
  const lines: MoneyReader['lines'] = (rows, rule) => {
    const parts = rows.map(({ row, charge }) => line(row, charge, rule));
    if (pay === undefined) return parts;
    const stays = Map.groupBy(
      [...rows.keys()].filter((index) => parts[index]?.method === 'group-not-known'),
      (index) => lineVisit[rows[index]?.row ?? -1] as number,
    );
    for (const [visit, indexes] of stays) {
      const charges = indexes.map((index) => Math.max(0, parts[index]?.charge_fen ?? 0));
      const inscp = indexes.reduce((sum, index) => sum + Math.max(0, parts[index]?.inscope_fen ?? 0), 0);
      const loss = pay.lines(
        visit,
        charges.reduce((left, right) => left + right, 0),
        inscp,
      );
      if (loss === undefined) continue;
      const shares = splitByLargestRemainder(loss.fund_loss_fen, charges);
      const note = lossNote(loss);
      const priced = pay.priced(visit);
      indexes.forEach((index, at) => {
        const part = parts[index] as AtIssue;
        const fundFen = shares[at] as number;
        const settlement = lineSettlement[rows[index]?.row ?? -1] as number;
        const counter = atCounter(settlement, part.charge_fen, part.inscope_fen);
        parts[index] = {
          ...part,
          fund_fen: fundFen,
          acct_fen: counter.account,
          person_fen: owed(part.charge_fen, counter.fund, rule),
          funds: split(fundFen, settlement),
          method: 'group-repriced',
          grade: 'estimate',
          note,
          ...(at === 0 && priced !== undefined ? { repriced: { stay: priced } } : {}),
        };
      });
    }
    return parts;
  };

  const groupSettlement = (row: number): number | undefined => {
    const start = (segment.visits.columns.settlements_start as Int32Array)[row] as number;
    const end = (segment.visits.columns.settlements_end as Int32Array)[row] as number;
    for (let settlement = start; settlement < end; settlement += 1) if (groupPaid(settlement, row)) return settlement;
    return undefined;
  };

  const stay = (row: number, rule: AmountRule): AtIssue => {
    const visits = segment.visits.columns;
    const charge = amount((visits.medfee_sumamt as Float64Array)[row]) ?? 0;
    const inscopeFen = amount((visits.inscp_amt as Float64Array)[row]);
    const start = (visits.settlements_start as Int32Array)[row] as number;
    const end = (visits.settlements_end as Int32Array)[row] as number;
    const base = { charge_fen: charge, inscope_fen: inscopeFen, funds: {} };
    const byGroup = groupSettlement(row);
    if (byGroup !== undefined) {
      const whole = pay?.stay(row);
      if (whole !== undefined) {
        const fundFen = Math.max(0, whole);
        const acct = amount((visits.acct_pay as Float64Array)[row]);
        return {
          ...base,
          fund_fen: fundFen,
          acct_fen: acct,
          person_fen: owed(charge, amount((visits.fund_pay_sumamt as Float64Array)[row]), rule),
          funds: split(fundFen, byGroup),
          method: 'group-repriced',
          grade: 'estimate',
        };
      }
      return { ...base, fund_fen: null, acct_fen: null, person_fen: owed(charge, null, rule), method: 'group-not-known', grade: 'none' };
    }
    const fundFen = amount((visits.fund_pay_sumamt as Float64Array)[row]);
    const parts: Partial<Record<FundColumn, number>> = {};
    for (let settlement = start; settlement < end; settlement += 1) {
      fundColumns.forEach((name, index) => {
        const paid = amount((funds[index] as Float64Array)[settlement]) ?? 0;
        if (paid !== 0) parts[name] = (parts[name] ?? 0) + paid;
      });
    }
    return {
      ...base,
      fund_fen: fundFen,
      acct_fen: amount((visits.acct_pay as Float64Array)[row]),
      person_fen: owed(charge, fundFen, rule),
      funds: parts,
      method: 'whole-stay',
      grade: fundFen === null ? 'none' : 'exact',
    };
  };
  const difference = (row: number, charge: number): AtIssue => {
    const base = {
      charge_fen: charge,
      inscope_fen: charge,
      acct_fen: 0,
      person_fen: 0,
      method: 'group-difference',
      grade: 'estimate',
    } as const;
    const settlement = groupSettlement(row);
    const paid = amount((segment.visits.columns.grp_pay_amt as Float64Array | undefined)?.[row]);
    const found = settlement === undefined ? undefined : pay?.difference(row, paid ?? undefined, charge);
    const priced = pay?.priced(row);
    if (settlement === undefined || found === undefined || priced === undefined) return { ...base, fund_fen: charge, funds: {} };
    const { fund_loss_fen, note, instead } = found;
    const repriced: RepricedStay = { stay: priced, ...(instead === undefined ? {} : { instead }) };
    return { ...base, fund_fen: fund_loss_fen, funds: split(fund_loss_fen, settlement), note, repriced };
  };
  return { line, lines, stay, difference };
}

const styled = ({ grp_code, form, style, fund_fen }: Repricing['before']): string =>
  `${grp_code === '' ? form : grp_code} ${style} ${formatYuan(fund_fen)}`;

/** What the fund bears with the lines and without them, and how each was priced. */
const lossNote = ({ before, after, fund_loss_fen }: Repricing): string =>
  `fund bears ${styled(before)}, without the lines ${styled(after)}: loss ${formatYuan(fund_loss_fen)}`;

function joinNotes(left: string | undefined, right: string | undefined): { readonly note?: string } {
  const notes = [...new Set([left, right].filter((note) => note !== undefined))];
  return notes.length === 0 ? {} : { note: notes.join('; ') };
}

const addNullable = (left: number | null, right: number | null): number | null => (left === null || right === null ? null : left + right);
const gradeOrder: readonly AmountGrade[] = ['exact', 'apportioned', 'estimate', 'none'];

/** Adds up the money of the lines of one finding; what is unknown in one part is unknown in the sum. */
export function addUp(parts: readonly AtIssue[]): AtIssue {
  const [first, ...rest] = parts;
  if (first === undefined) return nothing;
  return rest.reduce((sum, part) => {
    const funds = { ...sum.funds };
    for (const name of fundColumns) {
      const paid = part.funds[name];
      if (paid !== undefined) funds[name] = (funds[name] ?? 0) + paid;
    }
    return {
      charge_fen: sum.charge_fen + part.charge_fen,
      inscope_fen: addNullable(sum.inscope_fen, part.inscope_fen),
      fund_fen: addNullable(sum.fund_fen, part.fund_fen),
      acct_fen: addNullable(sum.acct_fen, part.acct_fen),
      person_fen: addNullable(sum.person_fen, part.person_fen),
      funds,
      method: sum.method === part.method ? sum.method : 'mixed',
      ...joinNotes(sum.note, part.note),
      grade: gradeOrder[Math.max(gradeOrder.indexOf(sum.grade), gradeOrder.indexOf(part.grade))] as AmountGrade,
    };
  }, first);
}
