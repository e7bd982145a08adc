import { Sink, TimeText } from './bytes.ts';
import { type Sums, Tally } from './calibration.ts';
import { Care } from './care.ts';
import type { Catalogue } from './catalogue.ts';
import { blockSize, type City } from './city.ts';
import { makePools, type Pools } from './content.ts';
import type { Ledger, Line, LineRecord, Person, Visit } from './model.ts';
import { settle } from './money.ts';
import { ageOn, makePerson, type PersonWish } from './persons.ts';
import { type CohortContext, cohortRows, cohortsOf, cohortVisits } from './plants/cohort.ts';
import { plantFor, plantStep } from './plants/index.ts';
import { PeerHabits } from './plants/peers.ts';
import { Random } from './random.ts';
import { lineKey, monthlyTables, RowParts, RowWriter, settlementKey, visitKey, yearTables } from './rows.ts';
import { type LedgerRow, Sales } from './stock.ts';
import { Calendar, OrdinaryYear, WardCases } from './year.ts';

/** A truth row as it is written to Parquet. */
export interface TruthRow {
  readonly plant_id: string;
  readonly expect: 'hit' | 'clear';
  readonly rule_id: string;
  readonly psn_no: string;
  readonly fixmedins_code: string;
  readonly setl_id: readonly string[];
  readonly line_key: readonly string[];
  readonly mdtrt_id: readonly string[];
  readonly occurred_on: number;
  readonly charge_fen: number;
  readonly note: string;
}

/** What a worker reports of a block once its rows are in the files. */
export interface BlockReport {
  readonly block: number;
  readonly truths: readonly TruthRow[];
  readonly sums: Sums;
  readonly ledgers: readonly LedgerRow[];
}

/** A block before it is written: one byte array per file, in the order of `fileCount`. */
export interface BlockResult extends BlockReport {
  /** Valid until the same shelf is used again. */
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
}

/** Files of a block: each monthly table × 12, then the yearly tables. */
export const fileCount = monthlyTables.length * 12 + yearTables.length;

/** Blocks a worker can hold before they are written. */
export const shelves = 2;

/** Generates whole blocks of persons. One per worker; holds what is shared by all of them. */
export class BlockMaker {
  readonly #city: City;
  readonly #catalogue: Catalogue;
  readonly #pools: Pools;
  readonly #wards: WardCases;
  readonly #calendar: Calendar;
  readonly #rows: RowWriter;
  readonly #shelves: readonly (readonly Sink[])[];
  #sinks: readonly Sink[] = [];
  readonly #sales: Sales;
  readonly #habits: PeerHabits;
  readonly #monthOfDay: Uint8Array;

  constructor(city: City, catalogue: Catalogue) {
    this.#city = city;
    this.#catalogue = catalogue;
    this.#pools = makePools(catalogue);
    this.#wards = new WardCases(catalogue.diagnoses);
    this.#sales = new Sales(city, catalogue);
    this.#habits = new PeerHabits(city, catalogue);
    this.#calendar = new Calendar(city.firstDay, city.lastDay);
    const time = new TimeText(city.firstDay, city.lastDay);
    this.#rows = new RowWriter(new RowParts(catalogue.items), time);
    this.#shelves = Array.from({ length: shelves }, () => Array.from({ length: fileCount }, () => new Sink(1 << 14)));
    this.#monthOfDay = new Uint8Array(city.lastDay - city.firstDay + 1);
    const decoder = new TextDecoder();
    for (let day = city.firstDay; day <= city.lastDay; day += 1)
      this.#monthOfDay[day - city.firstDay] = Number(decoder.decode(time.day(day)).slice(5, 7)) - 1;
  }

  /** Makes a block in the buffers of a shelf; the parts of another shelf stay as they are. */
  make(block: number, shelf = 0): BlockResult {
    this.#sinks = this.#shelves[shelf] ?? [];
    const tally = new Tally();
    const truths: TruthRow[] = [];
    const ledgers: LedgerRow[] = [];
    const first = block * blockSize;
    const last = Math.min(this.#city.persons, first + blockSize);
    const cohort = cohortsOf(block, Math.ceil(this.#city.persons / blockSize));
    for (let index = first; index < last; index += 1) {
      const care = this.#person(index, cohort);
      tally.person(care.person);
      for (const visit of care.visits) {
        settle(visit, care.person);
        tally.visit(care.person, visit);
        this.#write(care.person, visit);
      }
      this.#writePerson(care.person);
      truths.push(...truthRows(care));
      ledgers.push(...care.ledgers.map(ledgerRow));
    }
    truths.push(...cohortRows(cohort));
    return { block, parts: this.#sinks.map((sink) => sink.take()), truths, sums: { ...tally.sums(), ...this.#sales.take() }, ledgers };
  }

  #person(index: number, cohort: CohortContext): Care {
    const random = new Random(this.#city.seed, 2, index);
    const plant = plantFor(this.#city, this.#catalogue, index);
    // a random suspension would make a planted case violate a second rule
    const wish: PersonWish = plant === undefined ? {} : { suspended: [-1, -1], ...plant.wish };
    const person = makePerson(this.#city, index, random, wish);
    if (plant === undefined && person.suspendedFrom < 0 && ageOn(person, this.#city.firstDay) >= 60 && random.chance(0.025)) {
      person.dies = this.#city.firstDay + 60 + random.int(300);
    }
    const care = new Care(this.#catalogue, this.#city, person, random);
    if (plant !== undefined) {
      plant.build(care, this.#pools);
      for (const visit of care.visits) care.close(visit);
    }
    this.#ordinary(care, cohort, plant !== undefined, plant?.alone === true);
    return care;
  }

  /** Ordinary care; a person with a planted case gets it in the last months only, or not at all. */
  #ordinary(care: Care, cohort: CohortContext, planted: boolean, alone: boolean): void {
    if (alone) return;
    const { firstDay, lastDay } = this.#city;
    const { person } = care;
    const from = planted ? firstDay + 240 : firstDay;
    const to = person.suspendedFrom >= 0 ? person.suspendedFrom - 1 : person.dies >= 0 ? person.dies - 1 : lastDay - 1;
    if (from + 40 > to) return;
    this.#calendar.clear();
    const year = new OrdinaryYear(care, this.#pools, { wards: this.#wards, habits: this.#habits }, this.#calendar, from, to);
    if (!planted) cohortVisits(care, this.#pools, year.calendar, cohort, to);
    year.run(planted ? 0.6 : 1 + 1 / plantStep(this.#city) / 2, !planted);
  }

  #sink(table: number, month: number): Sink {
    return this.#sinkAt(table * 12 + month);
  }

  #sinkAt(place: number): Sink {
    const sink = this.#sinks[place];
    if (sink === undefined) throw new Error(`no table is written at ${place}`);
    return sink;
  }

  #month(minute: number): number {
    return this.#monthOfDay[((minute / 1440) | 0) - this.#city.firstDay] ?? 11;
  }

  #write(person: Person, visit: Visit): void {
    const rows = this.#rows;
    this.#sales.visit(visit);
    rows.visit(this.#sink(0, this.#month(visit.end)), person, visit);
    for (const settlement of visit.settlements) {
      const month = this.#month(settlement.minute);
      rows.settlement(this.#sink(1, month), person, visit, settlement);
      const sink = this.#sink(2, month);
      for (const line of visit.lines) if (line.settlement === settlement.serial) rows.line(sink, person, visit, settlement, line);
    }
    this.#writeRecords(person, visit);
    const listed = visit.settlements.findLast((settlement) => settlement.reverses === 0);
    if (listed === undefined) return;
    const month = this.#month(listed.minute);
    rows.diagnoses(this.#sink(3, month), person, visit, listed);
    rows.operations(this.#sink(4, month), person, visit, listed);
  }

  /** The records of planted lines, of every line of a few visits, and of nearly every stay. */
  #writeRecords(person: Person, visit: Visit): void {
    const serial = person.index * 31 + visit.serial;
    const whole = serial % 40 === 0;
    const lines = this.#yearly('fee_exct_d');
    // only planted visits have lines with a record of their own
    for (const line of visit.keep || whole ? visit.lines : []) {
      const record = line.record ?? (whole && line.refunds === 0 ? plainRecord(visit, line) : undefined);
      if (record !== undefined) this.#rows.lineRecord(lines, person, visit, line, record);
    }
    if (visit.setting === 'inpatient' && (visit.keep || serial % 40 > 0))
      this.#rows.stayRecord(this.#yearly('mdtrt_exct_d'), person, visit);
  }

  #yearly(table: (typeof yearTables)[number]): Sink {
    return this.#sinkAt(monthlyTables.length * 12 + yearTables.indexOf(table));
  }

  #writePerson(person: Person): void {
    this.#rows.person(this.#yearly('psn_info_b'), person);
    this.#rows.enrolments(this.#yearly('psn_insu_d'), person);
  }
}

/** A record that agrees with the bill. */
function plainRecord(visit: Visit, line: Line): LineRecord {
  const { minute, cnt, item, price } = line;
  const shop = visit.setting === 'pharmacy' ? { purchase: Math.round(price * 0.7), cash: price } : {};
  return { executed: minute, uploaded: minute + 120, cnt, item: item.code, ...shop };
}

const ledgerRow = ({ institution, item, month, supplied }: Ledger): LedgerRow => ({
  institution: institution.code,
  item: item.code,
  month,
  supplied,
});

function truthRows(care: Care): TruthRow[] {
  const person = care.person.index;
  return care.truths.map((truth, position) => {
    const settlements = new Set<number>();
    for (const line of truth.lines) settlements.add(line.settlement);
    if (truth.lines.length === 0)
      for (const visit of truth.visits) for (const settlement of visit.settlements) settlements.add(settlement.serial);
    return {
      plant_id: `${String(person + 1).padStart(8, '0')}-${String(position + 1).padStart(2, '0')}`,
      expect: truth.expect,
      rule_id: truth.rule,
      psn_no: care.person.no,
      fixmedins_code: truth.visits[0]?.institution.code ?? '',
      setl_id: [...settlements].map((serial) => settlementKey(person, serial)),
      line_key: truth.lines.map((line) => lineKey(person, line.serial)),
      mdtrt_id: truth.visits.map((visit) => visitKey(person, visit.serial)),
      occurred_on: truth.occurred,
      charge_fen: truth.charge ?? truth.lines.reduce((sum, line) => sum + line.det, 0),
      note: truth.note,
    };
  });
}
