import type { Catalogue, ChronicDisease, Diagnosis, Item } from './catalogue.ts';
import { type City, departmentOf } from './city.ts';
import type { Department, Doctor, Institution, Ledger, Line, LineRecord, Person, Settlement, Truth, Visit } from './model.ts';
import type { Random } from './random.ts';

export const minutesPerDay = 1440;

export interface VisitStart {
  readonly institution: Institution;
  readonly medType: string;
  readonly setting: Visit['setting'];
  readonly begin: number;
  readonly end: number;
  readonly caty?: string;
  readonly diagnosis?: Diagnosis;
  readonly doctor?: Doctor;
  readonly disease?: ChronicDisease;
}

export interface LineStart {
  readonly cnt?: number;
  readonly minute?: number;
  readonly price?: number;
  readonly rx?: number;
  readonly prdDays?: number;
  readonly trace?: string;
  readonly takeHome?: boolean;
  readonly approval?: '0' | '1' | '2';
  readonly herbalUse?: '' | '1' | '2';
  readonly scope?: 'auto' | 'in' | 'own';
  readonly department?: Department;
  readonly doctor?: Doctor;
  readonly record?: LineRecord;
}

/** Days of supply of a line that says nothing about them: drugs of a stay are for its day. */
const supplied = (visit: Visit, item: Item): number =>
  visit.setting === 'inpatient' && (item.listType === '101' || item.listType === '102') ? 1 : -1;

/** Everything one person does in the year: the numbering of visits, settlements, lines and prescriptions lives here. */
export class Care {
  readonly catalogue: Catalogue;
  readonly city: City;
  readonly person: Person;
  readonly random: Random;
  readonly visits: Visit[] = [];
  readonly truths: Truth[] = [];
  readonly ledgers: Ledger[] = [];
  #visit = 0;
  #settlement = 0;
  #line = 0;
  #prescription = 0;
  #trace = 0;
  #tracePrefix = '';

  constructor(catalogue: Catalogue, city: City, person: Person, random: Random) {
    this.catalogue = catalogue;
    this.city = city;
    this.person = person;
    this.random = random;
  }

  prescription(): number {
    this.#prescription += 1;
    return this.#prescription;
  }

  /** A trace code nobody else gets: 8, then the person and a serial. */
  trace(): string {
    this.#trace += 1;
    if (this.#tracePrefix === '') this.#tracePrefix = `81${String(this.person.index).padStart(10, '0')}`;
    return this.#tracePrefix + String(this.#trace).padStart(8, '0');
  }

  open(start: VisitStart): Visit {
    const hospital = start.institution.departments.length > 0;
    const department = hospital ? departmentOf(start.institution, start.caty ?? 'A03') : undefined;
    this.#visit += 1;
    const visit: Visit = {
      serial: this.#visit,
      institution: start.institution,
      medType: start.medType,
      setting: start.setting,
      begin: start.begin,
      end: start.end,
      department,
      leavingDepartment: department,
      doctor: start.doctor ?? (department === undefined ? undefined : this.random.pick(department.doctors)),
      dischargeWay: start.setting === 'inpatient' ? '1' : '',
      disease: start.disease,
      newborn: false,
      maternityType: '',
      gestation: 0,
      fetuses: 0,
      employer: this.person.employer,
      thirdParty: false,
      record: undefined,
      reportedDays: -1,
      mainDiagnosis: true,
      mainOperation: true,
      diagnoses: start.diagnosis === undefined ? [] : [start.diagnosis],
      operations: [],
      lines: [],
      settlements: [],
      keep: false,
      target: 0,
    };
    this.visits.push(visit);
    return visit;
  }

  /**
   * Adds an ordinary line; `cnt` is in units (two decimals are kept).
   * Positions instead of an options object: most lines are made here, and reading options of many shapes is slow.
   */
  sell(visit: Visit, item: Item, minute: number, cnt = 1, rx = 0, prdDays = supplied(visit, item)): Line {
    this.#line += 1;
    const line: Line = {
      item,
      minute,
      cnt: Math.round(cnt * 100),
      price: item.prices[visit.institution.priceLevel],
      department: visit.department,
      doctor: visit.doctor,
      rx,
      prdDays,
      trace: '',
      takeHome: false,
      approval: '0',
      herbalUse: item.listType === '102' ? '1' : '',
      scope: 'auto',
      refunds: 0,
      serial: this.#line,
      settlement: 0,
      skew: 0,
      record: undefined,
      det: 0,
      own: 0,
      pre: 0,
      inscp: 0,
    };
    visit.lines.push(line);
    return line;
  }

  /** Adds a line that may differ from an ordinary one in anything. */
  line(visit: Visit, item: Item, start: LineStart = {}): Line {
    const line = this.sell(visit, item, start.minute ?? visit.begin, start.cnt, start.rx, start.prdDays);
    line.trace = start.trace ?? '';
    line.price = start.price ?? line.price;
    line.department = start.department ?? line.department;
    line.doctor = start.doctor ?? line.doctor;
    line.takeHome = start.takeHome ?? line.takeHome;
    line.approval = start.approval ?? line.approval;
    line.herbalUse = start.herbalUse ?? line.herbalUse;
    line.scope = start.scope ?? line.scope;
    line.record = start.record;
    return line;
  }

  settlement(visit: Visit, minute: number, reverses = 0, midStay = false): Settlement {
    this.#settlement += 1;
    const settlement: Settlement = {
      serial: this.#settlement,
      minute,
      reverses,
      invoice: this.#settlement,
      midStay,
      medfee: 0,
      own: 0,
      pre: 0,
      inscp: 0,
      deductible: 0,
      ratio: 0,
      hifp: 0,
      cvlserv: 0,
      hifmi: 0,
      hifob: 0,
      maf: 0,
      fund: 0,
      acct: 0,
      cash: 0,
    };
    visit.settlements.push(settlement);
    return settlement;
  }

  /** Closes a visit: lines without a settlement get one at the end. */
  close(visit: Visit): void {
    const open = visit.lines.filter((line) => line.settlement === 0);
    if (open.length === 0 && visit.settlements.length > 0) return;
    const settlement = this.settlement(visit, visit.end + 5);
    for (const line of open) line.settlement = settlement.serial;
  }

  /** Books a stay in two settlements, cut at the begin of a day. */
  closeInTwo(visit: Visit, cut: number): void {
    const first = this.settlement(visit, cut, 0, true);
    for (const line of visit.lines) if (line.minute < cut) line.settlement = first.serial;
    this.close(visit);
  }

  /** The negative twin of a line, for all of its quantity or for a part of it. */
  refund(visit: Visit, line: Line, settlement: Settlement, units?: number): Line {
    this.#line += 1;
    const cnt = units === undefined ? -line.cnt : -Math.round(units * 100);
    const twin: Line = {
      ...line,
      skew: -line.skew,
      record: undefined,
      cnt,
      refunds: line.serial,
      serial: this.#line,
      settlement: settlement.serial,
      minute: settlement.minute,
    };
    visit.lines.push(twin);
    return twin;
  }

  /** Reverses a settlement whole; its lines get negative twins. */
  reverse(visit: Visit, settlement: Settlement, minute: number): Settlement {
    const reversal = this.settlement(visit, minute, settlement.serial);
    const lines = visit.lines.filter((line) => line.settlement === settlement.serial);
    for (const line of lines) this.refund(visit, line, reversal);
    return reversal;
  }

  /** Books the lines of a reversed settlement again in a new one. */
  rebook(visit: Visit, settlement: Settlement, minute: number): void {
    const again = this.settlement(visit, minute);
    const lines = visit.lines.filter((line) => line.settlement === settlement.serial);
    const serials = new Map<number, number>();
    for (const line of lines) {
      this.#line += 1;
      serials.set(line.serial, this.#line);
      visit.lines.push({ ...line, serial: this.#line, settlement: again.serial });
    }
    // a return inside the stay now gives back the line of the new booking
    for (const line of visit.lines)
      if (line.settlement === again.serial && line.refunds > 0) line.refunds = serials.get(line.refunds) ?? line.refunds;
  }

  truth(row: Omit<Truth, 'charge'> & { readonly charge?: number | undefined }): void {
    this.truths.push({ ...row, charge: row.charge });
  }
}
