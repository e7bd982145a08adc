import type { Line, Person, Settlement, Visit } from './model.ts';

/** Rounds half away from zero; the quotients here are small enough to be exact in a double. */
const rounded = (value: number): number => (value < 0 ? -Math.floor(-value + 0.5) : Math.floor(value + 0.5));
/** `amount` × per cent, in fen. */
const share = (amount: number, percent: number): number => rounded((amount * percent) / 100);

/** Splits the amount of a line: own expense, advance share of class B, in scope. */
export function priceLine(line: Line): void {
  // cnt has two decimals, price four: the product is in millionths of a yuan
  line.det = rounded((line.cnt * line.price) / 10_000) + line.skew;
  const own = line.scope === 'own' || line.approval === '2' || (line.scope === 'auto' && line.item.level === '03');
  line.own = own ? line.det : 0;
  line.pre = own || line.item.level !== '02' ? 0 : share(line.det, line.item.selfPay);
  line.inscp = line.det - line.own - line.pre;
}

interface Benefit {
  /** Yuan in scope that the person pays first. */
  readonly deductible: number;
  readonly percent: number;
}

const inpatient: Readonly<Record<'310' | '390', readonly Benefit[]>> = {
  '310': [
    { deductible: 0, percent: 90 },
    { deductible: 300, percent: 90 },
    { deductible: 500, percent: 87 },
    { deductible: 800, percent: 84 },
  ],
  '390': [
    { deductible: 0, percent: 70 },
    { deductible: 150, percent: 79 },
    { deductible: 500, percent: 71 },
    { deductible: 900, percent: 61 },
  ],
};

const outpatientPercent: Readonly<Record<'310' | '390', Readonly<Record<Visit['setting'], number>>>> = {
  '310': { outpatient: 55, emergency: 55, internet: 55, chronic: 78, pharmacy: 0, inpatient: 0 },
  '390': { outpatient: 45, emergency: 45, internet: 45, chronic: 65, pharmacy: 40, inpatient: 0 },
};

function benefitOf(visit: Visit, person: Person): Benefit {
  if (visit.setting !== 'inpatient') return { deductible: 0, percent: outpatientPercent[person.insutype][visit.setting] };
  const level = inpatient[person.insutype][visit.institution.priceLevel] ?? { deductible: 0, percent: 70 };
  return person.psnType.startsWith('12') ? { ...level, percent: Math.min(95, level.percent + 2) } : level;
}

function sumLines(settlement: Settlement, lines: readonly Line[]): void {
  let medfee = 0;
  let own = 0;
  let pre = 0;
  let inscp = 0;
  for (const line of lines) {
    if (line.settlement !== settlement.serial) continue;
    medfee += line.det;
    own += line.own;
    pre += line.pre;
    inscp += line.inscp;
  }
  settlement.medfee = medfee;
  settlement.own = own;
  settlement.pre = pre;
  settlement.inscp = inscp;
}

/** Catastrophic threshold in fen: above it a second fund joins. */
const catastrophic = 1_400_000;

/** Pays one settlement: funds, personal account, cash. `owed` is the deductible still to be paid in this visit, in fen. */
function pay(settlement: Settlement, visit: Visit, person: Person, percent: number, owed: number): void {
  const inscp = Math.max(0, settlement.inscp);
  settlement.deductible = Math.min(inscp, owed);
  settlement.ratio = percent;
  // a negative settlement (a late partial refund) gives back at the same ratio
  const base = settlement.inscp < 0 ? settlement.inscp : inscp - settlement.deductible;
  settlement.hifp = share(base, percent);
  const rest = base - settlement.hifp;
  const high = visit.setting === 'inpatient' && rest > 0 && inscp > catastrophic;
  settlement.hifmi = high && person.insutype === '390' ? share(rest, 60) : 0;
  settlement.hifob = high && person.insutype === '310' ? share(rest, 70) : 0;
  settlement.cvlserv = person.civilServant && rest > 0 ? share(rest - settlement.hifob, 40) : 0;
  settlement.maf = person.poor && rest > 0 && visit.setting === 'inpatient' ? share(rest - settlement.hifmi, 50) : 0;
  settlement.fund = settlement.hifp + settlement.hifmi + settlement.hifob + settlement.cvlserv + settlement.maf;
  const due = settlement.medfee - settlement.fund;
  const account = person.insutype === '310' && visit.setting !== 'inpatient';
  settlement.acct = account && due > 0 ? (visit.setting === 'pharmacy' ? due : share(due, 60)) : 0;
  settlement.cash = due - settlement.acct;
}

const negate = (value: number): number => (value === 0 ? 0 : -value);

function mirror(settlement: Settlement, original: Settlement): void {
  settlement.medfee = negate(original.medfee);
  settlement.own = negate(original.own);
  settlement.pre = negate(original.pre);
  settlement.inscp = negate(original.inscp);
  settlement.deductible = negate(original.deductible);
  settlement.ratio = original.ratio;
  settlement.hifp = negate(original.hifp);
  settlement.cvlserv = negate(original.cvlserv);
  settlement.hifmi = negate(original.hifmi);
  settlement.hifob = negate(original.hifob);
  settlement.maf = negate(original.maf);
  settlement.fund = negate(original.fund);
  settlement.acct = negate(original.acct);
  settlement.cash = negate(original.cash);
}

/** Computes all money of a visit. Settlements are in time order; a reversal mirrors its original to the fen. */
export function settle(visit: Visit, person: Person): void {
  for (const line of visit.lines) priceLine(line);
  const { deductible, percent } = benefitOf(visit, person);
  let owed = deductible * 100;
  for (const settlement of visit.settlements) {
    const original = settlement.reverses === 0 ? undefined : visit.settlements.find((other) => other.serial === settlement.reverses);
    if (original !== undefined) {
      mirror(settlement, original);
      owed += original.deductible;
      continue;
    }
    sumLines(settlement, visit.lines);
    pay(settlement, visit, person, percent, owed);
    owed -= settlement.deductible;
  }
}
