import { isOneOf } from '@hengjian/standard';
import { type Person, stayDays, type Visit } from './model.ts';
import { rates, stayMix } from './year.ts';

/** Plain sums of one block, added up over the city. */
export type Sums = Record<string, number>;

export function addSums(into: Sums, from: Sums): void {
  for (const [key, value] of Object.entries(from)) into[key] = (into[key] ?? 0) + value;
}

/** Names of the tallied figures of one visit. */
const figures = ['count', 'cost', 'inscp', 'fund', 'days', 'lines'] as const;
const settings = ['outpatient', 'chronic', 'pharmacy', 'inpatient'] as const;

/** Counts the care of one block in a flat array; `sums` names the figures. */
export class Tally {
  /** scheme (2) × setting (4) × level (4) × figure (6). */
  readonly #cells = new Float64Array(2 * 4 * 4 * 6);
  readonly #persons: [number, number] = [0, 0];
  #settlements = 0;
  #refunds = 0;
  #lines = 0;

  person(person: Person): void {
    this.#persons[person.insutype === '310' ? 0 : 1] += 1;
  }

  /** Adds a visit at its net amounts; a visit that was reversed whole does not count. */
  visit(person: Person, visit: Visit): void {
    let medfee = 0;
    let inscp = 0;
    let fund = 0;
    for (const settlement of visit.settlements) {
      medfee += settlement.medfee;
      inscp += settlement.inscp;
      fund += settlement.fund;
      if (settlement.reverses > 0 || settlement.medfee < 0) this.#refunds += 1;
    }
    this.#settlements += visit.settlements.length;
    this.#lines += visit.lines.length;
    if (medfee <= 0) return;
    const setting = visit.setting === 'emergency' || visit.setting === 'internet' ? 0 : settings.indexOf(visit.setting);
    const at = (((person.insutype === '310' ? 0 : 4) + setting) * 4 + visit.institution.priceLevel) * 6;
    const cells = this.#cells;
    cells[at] = (cells[at] ?? 0) + 1;
    cells[at + 1] = (cells[at + 1] ?? 0) + medfee;
    cells[at + 2] = (cells[at + 2] ?? 0) + inscp;
    cells[at + 3] = (cells[at + 3] ?? 0) + fund;
    cells[at + 4] = (cells[at + 4] ?? 0) + (setting === 3 ? stayDays(visit) : 0);
    cells[at + 5] = (cells[at + 5] ?? 0) + visit.lines.length;
  }

  /** Sums under names like `310.inpatient.cost` and `310.inpatient.3.cost`. */
  sums(): Sums {
    const sums: Sums = {
      '310.persons': this.#persons[0],
      '390.persons': this.#persons[1],
      settlements: this.#settlements,
      refunds: this.#refunds,
      lines: this.#lines,
    };
    const add = (key: string, value: number): void => {
      sums[key] = (sums[key] ?? 0) + value;
    };
    this.#cells.forEach((value, index) => {
      const figure = figures[index % 6] ?? '';
      const level = Math.floor(index / 6) % 4;
      const setting = settings[Math.floor(index / 24) % 4] ?? '';
      const scheme = index < 96 ? '310' : '390';
      add(`${scheme}.${setting}.${figure}`, value);
      add(`${scheme}.${setting}.${level}.${figure}`, value);
      add(`${setting}.${figure}`, value);
    });
    return sums;
  }
}

/** One figure: what was aimed at and what came out. */
export interface CalibrationRow {
  readonly figure: string;
  readonly target: number;
  readonly achieved: number;
  readonly unit: string;
}

const schemes = [
  { code: '310', name: 'employee', admission: 0.213, cost: 11_522, days: 8.6, fund: 0.841 },
  { code: '390', name: 'resident', admission: 0.208, cost: 7_339, days: 8.6, fund: 0.66 },
] as const;

/** Compares the sums of a city with the targets of `shared/reference/calibration.md`. */
export function calibrationTable(sums: Sums): CalibrationRow[] {
  const get = (key: string): number => sums[key] ?? 0;
  const per = (a: string, b: string, scale = 1): number => (get(b) === 0 ? 0 : Math.round((get(a) / get(b) / scale) * 1000) / 1000);
  const rows: CalibrationRow[] = [];
  for (const { code, name, admission, cost, days, fund } of schemes) {
    const rate = rates[code];
    const row = (figure: string, target: number, achieved: number, unit: string): void => {
      rows.push({ figure: `${name} ${figure}`, target, achieved, unit });
    };
    row('outpatient visits per head', rate.outpatient, per(`${code}.outpatient.count`, `${code}.persons`), 'visits');
    row('outpatient cost per visit', rate.outpatientCost, per(`${code}.outpatient.cost`, `${code}.outpatient.count`, 100), 'yuan');
    row('chronic visits per head', rate.chronic, per(`${code}.chronic.count`, `${code}.persons`), 'visits');
    row('chronic cost per visit', rate.chronicCost, per(`${code}.chronic.cost`, `${code}.chronic.count`, 100), 'yuan');
    row('pharmacy visits per head', rate.pharmacy, per(`${code}.pharmacy.count`, `${code}.persons`), 'visits');
    row('pharmacy cost per visit', rate.pharmacyCost, per(`${code}.pharmacy.cost`, `${code}.pharmacy.count`, 100), 'yuan');
    row('admission rate', admission, per(`${code}.inpatient.count`, `${code}.persons`), 'stays');
    row('inpatient cost', cost, per(`${code}.inpatient.cost`, `${code}.inpatient.count`, 100), 'yuan');
    row('length of stay', days, per(`${code}.inpatient.days`, `${code}.inpatient.count`), 'days');
    row('fund share in scope, inpatient', fund, per(`${code}.inpatient.fund`, `${code}.inpatient.inscp`), 'ratio');
    for (const [level, kinds] of [
      [3, ['tertiary']],
      [2, ['secondary']],
      [1, ['primary', 'township']],
    ] as const) {
      const mix = stayMix[code].filter((entry) => isOneOf(kinds, entry.kind));
      const weight = mix.reduce((sum, entry) => sum + entry.weight, 0);
      const mean = (of: 'cost' | 'days'): number =>
        Math.round((mix.reduce((sum, entry) => sum + entry[of] * entry.weight, 0) / weight) * 10) / 10;
      const key = `${code}.inpatient.${level}`;
      row(`inpatient cost, level ${level}`, mean('cost'), per(`${key}.cost`, `${key}.count`, 100), 'yuan');
      row(`length of stay, level ${level}`, mean('days'), per(`${key}.days`, `${key}.count`), 'days');
    }
  }
  rows.push({ figure: 'lines per stay', target: 85, achieved: per('inpatient.lines', 'inpatient.count'), unit: 'lines' });
  rows.push({ figure: 'lines per outpatient visit', target: 5, achieved: per('outpatient.lines', 'outpatient.count'), unit: 'lines' });
  rows.push({ figure: 'lines per chronic visit', target: 4, achieved: per('chronic.lines', 'chronic.count'), unit: 'lines' });
  rows.push({ figure: 'lines per pharmacy visit', target: 3, achieved: per('pharmacy.lines', 'pharmacy.count'), unit: 'lines' });
  rows.push({ figure: 'refunds among settlements', target: 0.05, achieved: per('refunds', 'settlements'), unit: 'ratio' });
  return rows;
}

/** The table as plain text. */
export function printCalibration(rows: readonly CalibrationRow[]): string {
  const line = (cells: readonly string[]): string =>
    `${(cells[0] ?? '').padEnd(40)}${cells
      .slice(1)
      .map((cell) => cell.padStart(12))
      .join('')}`;
  const body = rows.map(({ figure, target, achieved, unit }) =>
    line([
      figure,
      String(target),
      String(achieved),
      target === 0 ? '' : `${achieved >= target ? '+' : ''}${((achieved / target - 1) * 100).toFixed(1)} %`,
      unit,
    ]),
  );
  return [line(['figure', 'target', 'achieved', 'off by', 'unit']), ...body].join('\n');
}
