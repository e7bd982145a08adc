import type { ChronicDisease, Diagnosis, Item, Operation } from './catalogue.ts';

/** Kinds of institutions the city has. */
export type InstitutionKind = 'tertiary' | 'secondary' | 'primary' | 'township' | 'pharmacy';

export interface Department {
  readonly code: string;
  readonly name: string;
  readonly caty: string;
  readonly doctors: readonly Doctor[];
}

export interface Doctor {
  readonly code: string;
  readonly name: string;
  readonly title: string;
  readonly suspendedFrom: number;
  readonly suspendedTo: number;
  readonly endsOn: number;
  readonly diesOn: number;
}

export interface Institution {
  readonly index: number;
  readonly code: string;
  readonly name: string;
  readonly kind: InstitutionKind;
  readonly hospLevel: string;
  /** 3, 2, 1; 0 for pharmacies. Chooses the price column. */
  readonly priceLevel: 0 | 1 | 2 | 3;
  readonly area: string;
  readonly beds: number;
  /** Last day of the designation, -1 when it has no end. */
  readonly ends: number;
  readonly departments: readonly Department[];
  /** Practitioners who are dead, suspended or ended; used for planted cases only. */
  readonly stopped: readonly Doctor[];
  /** Practitioners who are patients themselves; used for planted cases only. */
  readonly patients: readonly Doctor[];
}

export interface Person {
  readonly index: number;
  readonly no: string;
  readonly female: boolean;
  readonly birth: number;
  readonly insutype: '310' | '390';
  readonly psnType: string;
  readonly area: string;
  readonly civilServant: boolean;
  readonly poor: boolean;
  /** Day of death, or -1. */
  dies: number;
  /** First and last day of a suspension, or -1. */
  readonly suspendedFrom: number;
  readonly suspendedTo: number;
  readonly insuredFrom: number;
  /** Employer number, empty for residents and the retired. */
  readonly employer: string;
}

/** What the institution's own record says of a line; what is left out has no record. */
export interface LineRecord {
  readonly executed?: number;
  readonly uploaded?: number;
  /** Hundredths; 0 says that nothing was recorded. */
  readonly cnt?: number;
  readonly item?: string;
  /** Ten-thousandths of a yuan. */
  readonly purchase?: number;
  readonly cash?: number;
}

/** What the institution's record says of a stay. */
export interface StayRecord {
  readonly gapDays?: number;
  readonly planned?: boolean;
  readonly infection?: boolean;
  /** Payment of the group, in per cent of the bill. */
  readonly groupPercent?: number;
  /** Payment that the evidence supports, in per cent of the payment made. */
  readonly evidencePercent?: number;
}

/** Supply of an item at an institution in a month (0 to 11), in units. */
export interface Ledger {
  readonly institution: Institution;
  readonly item: Item;
  readonly month: number;
  readonly supplied: number;
}

export interface Line {
  readonly item: Item;
  /** Local minutes since 1970-01-01. */
  minute: number;
  /** Quantity in hundredths. */
  cnt: number;
  /** Unit price in ten-thousandths of a yuan. */
  price: number;
  department: Department | undefined;
  doctor: Doctor | undefined;
  /** Prescription number within the person, 0 when there is none. */
  rx: number;
  /** Days of supply, -1 when not recorded. */
  prdDays: number;
  trace: string;
  takeHome: boolean;
  approval: '0' | '1' | '2';
  herbalUse: '' | '1' | '2';
  /** Whether a class C or refused line is (wrongly) in scope or (rightly) own expense. */
  scope: 'auto' | 'in' | 'own';
  /** Serial of the line this one refunds, 0 when it is no refund. */
  refunds: number;
  /** Serial within the person; 0 until it is numbered. */
  serial: number;
  settlement: number;
  /** Fen by which the amount differs from price × quantity; 0 but for planted cases. */
  skew: number;
  record: LineRecord | undefined;
  /** Fen. */
  det: number;
  own: number;
  pre: number;
  inscp: number;
}

export interface Settlement {
  serial: number;
  minute: number;
  /** Serial of the settlement this one reverses, 0 when it is none. */
  reverses: number;
  /** Serial on the invoice; its own but for planted cases. */
  invoice: number;
  midStay: boolean;
  medfee: number;
  own: number;
  pre: number;
  inscp: number;
  deductible: number;
  ratio: number;
  hifp: number;
  cvlserv: number;
  hifmi: number;
  hifob: number;
  maf: number;
  fund: number;
  acct: number;
  cash: number;
}

export interface Visit {
  serial: number;
  readonly institution: Institution;
  readonly medType: string;
  readonly setting: 'outpatient' | 'emergency' | 'chronic' | 'internet' | 'pharmacy' | 'inpatient';
  begin: number;
  end: number;
  department: Department | undefined;
  leavingDepartment: Department | undefined;
  doctor: Doctor | undefined;
  dischargeWay: string;
  disease: ChronicDisease | undefined;
  newborn: boolean;
  maternityType: string;
  gestation: number;
  fetuses: number;
  employer: string;
  thirdParty: boolean;
  record: StayRecord | undefined;
  /** Days of stay as reported, -1 for the days between admission and discharge. */
  reportedDays: number;
  /** Whether the first diagnosis and the first operation are reported as the main ones. */
  mainDiagnosis: boolean;
  mainOperation: boolean;
  readonly diagnoses: Diagnosis[];
  readonly operations: { readonly operation: Operation; readonly day: number }[];
  lines: Line[];
  settlements: Settlement[];
  /** How the care year treats it: `keep` forbids random refunds. */
  keep: boolean;
  /** What this visit should cost; ten-thousandths of a yuan, 0 for planted visits. */
  target: number;
}

/** One row of `truth.parquet`, before line and visit serials are written as keys. */
export interface Truth {
  readonly expect: 'hit' | 'clear';
  readonly rule: string;
  readonly visits: readonly Visit[];
  readonly lines: readonly Line[];
  readonly occurred: number;
  /** Fen at issue; undefined takes the sum of the lines. */
  readonly charge: number | undefined;
  readonly note: string;
}

export const stayDays = (visit: Visit): number => Math.max(1, Math.floor(visit.end / 1440) - Math.floor(visit.begin / 1440));
