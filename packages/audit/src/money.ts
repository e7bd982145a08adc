import type { Repricing } from '@hengjian/settlement';
import {
  type AssumedShares,
  formatScaled,
  formatYuan,
  missingCode,
  multiplyDivide,
  type Segment,
  splitByLargestRemainder,
  type TableData,
  type TotalNotLines,
  totalNotLinesOf,
  viewIfLoaded,
  views,
} from '@hengjian/standard';
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

/** A stay whose settled total entered a valuation, and is contradicted by its lines. */
export interface ContradictedTotal extends TotalNotLines {
  readonly mdtrt_id: string;
}

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
  /** Stays valued by their settled total that their lines contradict; none is left out. */
  readonly contradicted?: readonly ContradictedTotal[];
}

/** What the rule says about money. */
export interface AmountRule {
  /**
   * Whether the patient is owed what the fund did not pay: where the charge was wrong, and not only what the fund paid of it.
   * A rule of payment scope says it (`person_owed`), any other always does.
   */
  readonly person_owed: boolean;
}

const amount = (value: number | undefined): number | null => (value === undefined || Number.isNaN(value) ? null : value);

/** Ways of clearing under which the fund does not pay item by item (national code table clr_way). */
const grouped: ReadonlySet<string> = new Set(['2', '3', '4', '5', '6']);

/** A line with the part of its amount that is at issue, in fen. */
export interface ChargedLine {
  readonly row: number;
  readonly charge: number;
}

/** Reads one settlement's money once per column, for many findings. */
export interface MoneyReader {
  line(row: number, charge: number, rule: AmountRule): AtIssue;
  /** Lines of one finding: those of a stay paid by group are valued together, by what the fund would have paid without them. */
  lines(rows: readonly ChargedLine[], rule: AmountRule): readonly AtIssue[];
  /** A whole stay. `charge`: what its lines come to, for a stay without a settled total. */
  stay(row: number, rule: AmountRule, charge: number): AtIssue;
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

/** What the fund and the personal account settled at the counter for a part of a settlement; null where amounts are missing. */
interface AtCounter {
  readonly fund: number | null;
  readonly account: number | null;
}

/** The money columns of the settlements of a segment. */
class Settlements {
  readonly #inscope: Float64Array;
  readonly #fund: Float64Array;
  readonly #account: Float64Array;
  readonly #total: Float64Array;
  readonly #clearing: Int32Array | Int8Array;
  readonly #funds: readonly Float64Array[];
  readonly #isGrouped: readonly boolean[];

  constructor(table: TableData, clearingWays: readonly string[]) {
    this.#inscope = views.floats(table, 'inscp_amt');
    this.#fund = views.floats(table, 'fund_pay_sumamt');
    this.#account = views.floats(table, 'acct_pay');
    this.#total = views.floats(table, 'medfee_sumamt');
    this.#clearing = views.ids(table, 'clr_way');
    this.#funds = fundColumns.map((name) => views.floats(table, name));
    this.#isGrouped = clearingWays.map((way) => grouped.has(way));
  }

  isGroupPaid(settlement: number): boolean {
    return this.#isGrouped[this.#clearing[settlement] ?? -1] === true;
  }

  /** Whether the fund paid all or nothing of what is in scope, so that a share of it is exact. */
  isAllOrNothing(settlement: number): boolean {
    const fund = amount(this.#fund[settlement]);
    return fund === 0 || fund === amount(this.#inscope[settlement]);
  }

  counter(settlement: number, charge: number, inscopeFen: number | null): AtCounter {
    const [inscope, fund] = [amount(this.#inscope[settlement]), amount(this.#fund[settlement])];
    const [account, total] = [amount(this.#account[settlement]), amount(this.#total[settlement])];
    const isKnown = inscopeFen !== null && inscope !== null && fund !== null;
    return {
      fund: !isKnown ? null : inscope === 0 ? 0 : Math.min(inscopeFen, multiplyDivide(inscopeFen, fund, inscope)),
      account: account === null || total === null || total === 0 ? null : multiplyDivide(charge, account, total),
    };
  }

  /** Splits money of the fund by what each fund paid in the settlement. */
  split(fundFen: number, settlement: number): Partial<Record<FundColumn, number>> {
    if (fundFen === 0) return {};
    const weights = this.#funds.map((column) => Math.max(0, amount(column[settlement]) ?? 0));
    const parts = splitByLargestRemainder(fundFen, weights);
    return Object.fromEntries(fundColumns.flatMap((name, index) => (parts[index] === 0 ? [] : [[name, parts[index] ?? 0]])));
  }

  /** What each fund paid over several settlements. */
  paid(start: number, end: number): Partial<Record<FundColumn, number>> {
    const parts: Partial<Record<FundColumn, number>> = {};
    for (let settlement = start; settlement < end; settlement += 1) {
      fundColumns.forEach((name, index) => {
        const paid = amount(this.#funds[index]?.[settlement]) ?? 0;
        if (paid !== 0) parts[name] = (parts[name] ?? 0) + paid;
      });
    }
    return parts;
  }
}

/** What the patient is owed: nothing by a payment-scope rule, else the charge less what the fund should have back. */
function owed(charge: number, fundFen: number | null, rule: AmountRule): number | null {
  if (!rule.person_owed) return 0;
  return fundFen === null ? null : charge - fundFen;
}

type Base = Pick<AtIssue, 'charge_fen' | 'inscope_fen' | 'funds'>;

const unknownShare = (base: Base, rule: AmountRule, method: string): AtIssue => ({
  ...base,
  fund_fen: null,
  acct_fen: null,
  person_fen: owed(base.charge_fen, null, rule),
  method,
  grade: 'none',
});

/** Where the money of a segment is read. */
export interface MoneySource {
  readonly segment: Segment;
  /** Values of the dictionary `clr_way`. */
  readonly clearingWays: readonly string[];
  /** Id of inpatient care in the dictionary `setting`. */
  readonly inpatient: number;
  /** Prices of group-paid stays, when a settlement is named. */
  readonly pay?: SegmentPay | undefined;
  /** What is assumed of an institution, by its id in the dictionary `institution`; the last is of visits that name none. */
  readonly assumed?: readonly (AssumedShares | undefined)[] | undefined;
}

const whole = 10_000;

/** What the fund pays by an assumed share of what is in scope; undefined where no share is assumed or the scope is not known. */
function byAssumedShare(base: Base, rule: AmountRule, share: number | undefined): AtIssue | undefined {
  if (share === undefined || base.inscope_fen === null) return undefined;
  const fund_fen = multiplyDivide(base.inscope_fen, share, whole);
  return {
    ...base,
    fund_fen,
    acct_fen: null,
    person_fen: owed(base.charge_fen, fund_fen, rule),
    method: 'assumed-share',
    grade: 'estimate',
    note: `an estimate: the fund is assumed to pay ${formatScaled(share, 4)} of what is in scope`,
  };
}

/**
 * Fund share of an in-scope amount at issue: in-scope × the settlement's fund ÷ its in-scope (Order 7, Article 35: by
 * item; knock-on effects on deductible and segments are not counted). Stays cleared by group have no item-based loss: with
 * a settlement (`pay`) they are valued as the difference of two payments, without one their fund share is not known. What
 * the person is owed is what the counter did not take from the fund, whichever way the hospital is paid.
 */
class SegmentMoney implements MoneyReader {
  readonly #visits: TableData;
  readonly #amount: Float64Array;
  readonly #inscope: Float64Array;
  readonly #settlement: Int32Array;
  readonly #visit: Int32Array;
  readonly #setting: Int32Array | Int8Array;
  readonly #settlements: Settlements;
  readonly #inpatient: number;
  readonly #pay: SegmentPay | undefined;
  readonly #assumed: MoneySource['assumed'];
  readonly #segment: Segment;

  constructor({ segment, clearingWays, inpatient, pay, assumed }: MoneySource) {
    const { lines, visits, settlements } = segment;
    this.#segment = segment;
    this.#visits = visits;
    this.#amount = views.floats(lines, 'det_item_fee_sumamt');
    this.#inscope = views.floats(lines, 'inscp_amt');
    this.#settlement = views.words(lines, 'settlement');
    this.#visit = views.words(lines, 'visit');
    this.#setting = views.ids(visits, 'setting');
    this.#settlements = new Settlements(settlements, clearingWays);
    this.#inpatient = inpatient;
    this.#pay = pay;
    this.#assumed = assumed;
  }

  #isGroupPaid(settlement: number, visit: number): boolean {
    return this.#setting[visit] === this.#inpatient && this.#settlements.isGroupPaid(settlement);
  }

  line(row: number, charge: number, rule: AmountRule): AtIssue {
    const whole = this.#amount[row] ?? 0;
    const recorded = amount(this.#inscope[row]);
    const inscopeFen = recorded === null ? null : charge === whole || whole === 0 ? recorded : multiplyDivide(recorded, charge, whole);
    const settlement = this.#settlement[row] ?? -1;
    const base: Base = { charge_fen: charge, inscope_fen: inscopeFen, funds: {} };
    if (inscopeFen === 0) {
      return { ...base, fund_fen: 0, acct_fen: 0, person_fen: owed(charge, 0, rule), method: 'out-of-scope', grade: 'exact' };
    }
    const assumed = this.#assumedOf(this.#visit[row] ?? -1);
    if (settlement < 0) return byAssumedShare(base, rule, assumed?.fund) ?? unknownShare(base, rule, 'no-settlement');
    if (this.#isGroupPaid(settlement, this.#visit[row] ?? -1)) return unknownShare(base, rule, 'group-not-known');
    const { fund, account } = this.#settlements.counter(settlement, charge, inscopeFen);
    if (fund === null) return unknownShare(base, rule, 'amount-missing');
    return {
      ...base,
      fund_fen: fund,
      acct_fen: account,
      person_fen: owed(charge, fund, rule),
      funds: this.#settlements.split(fund, settlement),
      method: 'item-share',
      grade: assumed?.scope === true ? 'estimate' : this.#settlements.isAllOrNothing(settlement) ? 'exact' : 'apportioned',
    };
  }

  lines(rows: readonly ChargedLine[], rule: AmountRule): readonly AtIssue[] {
    const parts = rows.map(({ row, charge }) => this.line(row, charge, rule));
    const pay = this.#pay;
    if (pay === undefined) return parts;
    const unvalued = [...rows.keys()].filter((index) => parts[index]?.method === 'group-not-known');
    for (const [visit, indexes] of Map.groupBy(unvalued, (index) => this.#visit[rows[index]?.row ?? -1] ?? -1)) {
      this.#valueTogether(pay, visit, indexes, rows, parts, rule);
    }
    return parts;
  }

  /** Values the lines of a group-paid stay together and splits what the fund lost by their charges. */
  #valueTogether(
    pay: SegmentPay,
    visit: number,
    indexes: readonly number[],
    rows: readonly ChargedLine[],
    parts: AtIssue[],
    rule: AmountRule,
  ): void {
    const charges = indexes.map((index) => Math.max(0, parts[index]?.charge_fen ?? 0));
    const inscope = indexes.reduce((sum, index) => sum + Math.max(0, parts[index]?.inscope_fen ?? 0), 0);
    const charged = charges.reduce((left, right) => left + right, 0);
    const loss = pay.lines(visit, charged, inscope);
    if (loss === undefined) return;
    const shares = splitByLargestRemainder(loss.fund_loss_fen, charges);
    const note = lossNote(loss);
    const priced = pay.priced(visit);
    indexes.forEach((index, at) => {
      const part = parts[index];
      if (part === undefined) return;
      const fund_fen = shares[at] ?? 0;
      const settlement = this.#settlement[rows[index]?.row ?? -1] ?? -1;
      const counter = this.#settlements.counter(settlement, part.charge_fen, part.inscope_fen);
      parts[index] = {
        ...part,
        fund_fen,
        acct_fen: counter.account,
        person_fen: owed(part.charge_fen, counter.fund, rule),
        funds: this.#settlements.split(fund_fen, settlement),
        method: 'group-repriced',
        grade: 'estimate',
        note,
        ...(at === 0 && priced !== undefined ? { repriced: { stay: priced } } : {}),
        ...(at === 0 ? this.#contradicted(visit) : {}),
      };
    });
  }

  #assumedOf(visit: number): AssumedShares | undefined {
    if (this.#assumed === undefined || visit < 0) return undefined;
    return this.#assumed.at(views.ids(this.#visits, 'fixmedins_code')[visit] ?? missingCode);
  }

  /** What of the lines of a stay is in scope; null where one of them does not say it. */
  #inscopeOf(visit: number): number | null {
    const { persons } = this.#segment;
    const person = views.words(this.#visits, 'person')[visit] ?? -1;
    const [start, end] = [views.words(persons, 'lines_start')[person] ?? 0, views.words(persons, 'lines_end')[person] ?? 0];
    let sum = 0;
    for (let line = start; line < end; line += 1) {
      if (this.#visit[line] !== visit) continue;
      const inscope = amount(this.#inscope[line]);
      if (inscope === null) return null;
      sum += inscope;
    }
    return sum;
  }

  #bounds(visit: number): readonly [start: number, end: number] {
    return [views.words(this.#visits, 'settlements_start')[visit] ?? 0, views.words(this.#visits, 'settlements_end')[visit] ?? 0];
  }

  /** The first settlement of a stay that is paid by group. */
  #groupSettlement(visit: number): number | undefined {
    const [start, end] = this.#bounds(visit);
    for (let settlement = start; settlement < end; settlement += 1) if (this.#isGroupPaid(settlement, visit)) return settlement;
    return undefined;
  }

  #ofVisit(name: string, visit: number): number | null {
    return amount(viewIfLoaded(views.floats, this.#visits, name)?.[visit]);
  }

  /** What is to be said where the settled total of a stay is taken and its lines contradict it. */
  #contradicted(visit: number): Pick<AtIssue, 'contradicted'> {
    const found = totalNotLinesOf(this.#ofVisit('medfee_sumamt', visit), this.#ofVisit('line_gap', visit));
    if (found === undefined) return {};
    const mdtrt_id = viewIfLoaded(views.text, this.#visits, 'mdtrt_id')?.get(visit) ?? '';
    return { contradicted: [{ mdtrt_id, ...found }] };
  }

  stay(visit: number, rule: AmountRule, lines: number): AtIssue {
    const settled = this.#ofVisit('medfee_sumamt', visit);
    const charge = settled ?? lines;
    const noted = this.#contradicted(visit);
    const base: Base & Pick<AtIssue, 'contradicted'> = {
      ...{ charge_fen: charge, inscope_fen: this.#ofVisit('inscp_amt', visit), funds: {} },
      ...noted,
    };
    if (settled === null) {
      const share = this.#assumedOf(visit)?.fund;
      const inscope_fen = share === undefined ? null : this.#inscopeOf(visit);
      return byAssumedShare({ ...base, inscope_fen }, rule, share) ?? unknownShare(base, rule, 'no-settlement');
    }
    const byGroup = this.#groupSettlement(visit);
    const [fund, account] = [this.#ofVisit('fund_pay_sumamt', visit), this.#ofVisit('acct_pay', visit)];
    if (byGroup === undefined) {
      const funds = this.#settlements.paid(...this.#bounds(visit));
      const grade = fund === null ? 'none' : 'exact';
      return { ...base, fund_fen: fund, acct_fen: account, person_fen: owed(charge, fund, rule), funds, method: 'whole-stay', grade };
    }
    const whole = this.#pay?.stay(visit);
    if (whole === undefined) return unknownShare(base, rule, 'group-not-known');
    const borne = Math.max(0, whole);
    // A group may be paid above what the stay cost: of a charge at issue no more than the charge is the fund's.
    const fund_fen = Math.min(borne, Math.max(0, charge));
    return {
      ...base,
      fund_fen,
      acct_fen: account,
      person_fen: owed(charge, fund, rule),
      funds: this.#settlements.split(fund_fen, byGroup),
      method: 'group-repriced',
      grade: 'estimate',
      ...(borne > fund_fen ? { note: `fund bears ${formatYuan(borne)}, counted up to the charge` } : {}),
    };
  }

  difference(visit: number, charge: number): AtIssue {
    const base = {
      ...{ charge_fen: charge, inscope_fen: charge, acct_fen: 0, person_fen: 0 },
      ...({ method: 'group-difference', grade: 'estimate' } as const),
    };
    const settlement = this.#groupSettlement(visit);
    const paid = this.#ofVisit('grp_pay_amt', visit);
    const found = settlement === undefined ? undefined : this.#pay?.difference(visit, paid ?? undefined, charge);
    const priced = this.#pay?.priced(visit);
    if (settlement === undefined || found === undefined || priced === undefined) return { ...base, fund_fen: charge, funds: {} };
    const noted = this.#contradicted(visit);
    const { fund_loss_fen, note, instead } = found;
    const repriced: RepricedStay = { stay: priced, ...(instead === undefined ? {} : { instead }) };
    return { ...base, fund_fen: fund_loss_fen, funds: this.#settlements.split(fund_loss_fen, settlement), note, repriced, ...noted };
  }
}

export const moneyReader = (source: MoneySource): MoneyReader => new SegmentMoney(source);

const styled = ({ grp_code, form, style, fund_fen }: Repricing['before']): string =>
  `${grp_code === '' ? form : grp_code} ${style} ${formatYuan(fund_fen)}`;

/** What the fund bears with the lines and without them, and how each was priced. */
const lossNote = ({ before, after, fund_loss_fen }: Repricing): string =>
  `fund bears ${styled(before)}, without the lines ${styled(after)}: loss ${formatYuan(fund_loss_fen)}`;

function joinNotes(left: string | undefined, right: string | undefined): { readonly note?: string } {
  const notes = [...new Set([left, right].filter((note) => note !== undefined))];
  return notes.length === 0 ? {} : { note: notes.join('; ') };
}

/** The stays of both sides, each once. */
function joinContradicted(left: AtIssue, right: AtIssue): Pick<AtIssue, 'contradicted'> {
  const all = new Map([...(left.contradicted ?? []), ...(right.contradicted ?? [])].map((one) => [one.mdtrt_id, one]));
  return all.size === 0 ? {} : { contradicted: [...all.values()] };
}

const addNullable = (left: number | null, right: number | null): number | null => (left === null || right === null ? null : left + right);
const gradeOrder: readonly AmountGrade[] = ['exact', 'apportioned', 'estimate', 'none'];

const worse = (left: AmountGrade, right: AmountGrade): AmountGrade => (gradeOrder.indexOf(left) > gradeOrder.indexOf(right) ? left : right);

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
      ...joinContradicted(sum, part),
      grade: worse(sum.grade, part.grade),
    };
  }, first);
}
