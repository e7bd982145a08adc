import type { Reason } from './words.ts';

/** What an object of a message is for the row that it fills. */
export interface NodeUse {
  /** Key of the node in `input` or `output`; `data` is the usual wrapper. */
  readonly path: string;
  /** Where it is due; the other place is looked at too. */
  readonly within?: 'data';
  readonly list?: true;
  readonly shape: string;
  /** A carrier makes a row by itself; a supplement adds to one. */
  readonly role: 'carrier' | 'supplement';
  /** Values that follow from the transaction alone. */
  readonly constants?: Readonly<Record<string, string>>;
  /** The transaction does nothing without it. */
  readonly needed?: true;
  readonly children?: readonly NodeUse[];
}

/** What a message of one direction brings: its nodes, or why it brings nothing. */
type Side = readonly NodeUse[] | Reason;

export interface Transaction {
  readonly request: Side;
  readonly answer: Side;
  /** Rows are whole only when both sides are there. */
  readonly paired?: true;
}

const diagnoses: NodeUse = { path: 'diseinfo', list: true, shape: 'diagnosis', role: 'carrier' };
const fees: Transaction = {
  request: [{ path: 'feedetail', list: true, shape: 'fee_request', role: 'carrier', needed: true }],
  answer: [{ path: 'result', list: true, shape: 'fee_answer', role: 'supplement', needed: true }],
  paired: true,
};
const settlement: Transaction = {
  request: [{ path: 'data', shape: 'setl_request', role: 'supplement', needed: true }],
  answer: [{ path: 'setlinfo', shape: 'setl_answer', role: 'carrier', needed: true }],
  paired: true,
};
const refund: Transaction = {
  request: [{ path: 'data', shape: 'refund_request', role: 'supplement', needed: true }],
  answer: [{ path: 'setlinfo', shape: 'setl_answer', role: 'carrier', constants: { refd_setl_flag: '1' }, needed: true }],
  paired: true,
};
const trial: Transaction = { request: 'trial-settlement', answer: 'trial-settlement' };
const person: Transaction = {
  request: 'only-question',
  answer: [
    { path: 'baseinfo', shape: 'person', role: 'carrier', needed: true },
    { path: 'insuinfo', list: true, shape: 'insurance', role: 'carrier' },
  ],
};
const cancelUse: NodeUse = { path: 'data', shape: 'cancel', role: 'supplement', needed: true };
const query: Transaction = { request: 'only-question', answer: 'query-reply' };
const list: Transaction = {
  request: [
    { path: 'setlinfo', shape: 'list_visit', role: 'carrier', needed: true },
    { path: 'setlinfo', shape: 'list_head', role: 'carrier' },
    { path: 'diseinfo', list: true, shape: 'list_diagnosis', role: 'carrier' },
    { path: 'oprninfo', list: true, shape: 'list_operation', role: 'carrier' },
  ],
  answer: 'only-receipt',
};
const encounter: NodeUse = {
  path: 'fsi_encounter_dtos',
  list: true,
  shape: 'encounter',
  role: 'carrier',
  children: [
    { path: 'fsi_diagnose_dtos', list: true, shape: 'check_diagnosis', role: 'carrier' },
    { path: 'fsi_order_dtos', list: true, shape: 'order', role: 'carrier' },
    { path: 'fsi_operation_dtos', list: true, shape: 'check_operation', role: 'carrier' },
  ],
};
const check: Transaction = {
  request: [{ path: 'patient_dtos', within: 'data', list: true, shape: 'patient', role: 'carrier', needed: true, children: [encounter] }],
  answer: 'no-rows',
};

/** The transactions that bring rows, by their four digits; provinces add a letter. */
const transactions: Readonly<Record<string, Transaction>> = {
  1101: person,
  1161: person,
  2201: { request: 'registration', answer: 'registration' },
  2203: { request: [{ path: 'mdtrtinfo', shape: 'admission', role: 'carrier', needed: true }, diagnoses], answer: 'only-receipt' },
  2204: fees,
  2205: { request: [cancelUse], answer: 'only-receipt' },
  2206: trial,
  2207: settlement,
  2208: refund,
  2301: fees,
  2302: { request: [{ ...cancelUse, list: true }], answer: 'only-receipt' },
  2303: trial,
  2304: settlement,
  2305: refund,
  2401: {
    request: [{ path: 'mdtrtinfo', shape: 'admission', role: 'carrier', needed: true }, diagnoses],
    answer: [{ path: 'result', shape: 'visit_answer', role: 'supplement', needed: true }],
    paired: true,
  },
  2402: { request: [{ path: 'dscginfo', shape: 'discharge', role: 'supplement', needed: true }, diagnoses], answer: 'only-receipt' },
  2403: { request: [{ path: 'adminfo', shape: 'admission', role: 'carrier', needed: true }, diagnoses], answer: 'only-receipt' },
  3101: check,
  3102: check,
  4101: list,
  5201: query,
  5202: query,
  5203: query,
  5204: { request: 'only-question', answer: [{ path: 'data', list: true, shape: 'fee_query', role: 'carrier', needed: true }] },
  5205: query,
  5206: query,
  5261: query,
  5262: query,
};

/** What answers of a transaction are read as: the first transaction that reads them alike, or why they are not read. */
export interface AnswerKind {
  readonly kind?: string;
  readonly reason?: Reason;
}

/** Kinds of answers by transaction. */
export const answerKinds: ReadonlyMap<string, AnswerKind> = new Map(
  Object.entries(transactions).map(([infno, { answer }]): [string, AnswerKind] => {
    if (typeof answer === 'string') return [infno, { reason: answer }];
    const kind = Object.keys(transactions).find((one) => transactions[one]?.answer === answer);
    return [infno, kind === undefined ? {} : { kind }];
  }),
);

const other: Transaction = { request: 'no-rows', answer: 'no-rows' };

/** What a transaction brings; those that are not named bring nothing. */
export const transactionOf = (infno: string): Transaction => transactions[infno.slice(0, 4)] ?? other;
