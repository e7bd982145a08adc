import { hash } from 'node:crypto';
import type { totalNotLines } from '@hengjian/standard';
import type { LineFact, Readable, VisitFact } from './facts.ts';
import type { AtIssue, ContradictedTotal } from './money.ts';
import type { GroupEvidence, StatisticEvidence } from './statistic-evidence.ts';

/** One row of `findings.parquet`. */
export interface Finding {
  readonly finding_id: string;
  readonly rule_id: string;
  readonly rule_version: number;
  readonly official_code: string | null;
  readonly point_id: string | null;
  readonly result_type: string;
  readonly subject_kind: string;
  readonly psn_no: string | null;
  readonly fixmedins_code: string | null;
  readonly mdtrt_id: readonly string[];
  readonly setl_id: readonly string[];
  readonly line_key: readonly string[];
  readonly role: readonly string[];
  readonly occurred_on: string;
  readonly charge_fen: number;
  readonly inscope_fen: number | null;
  readonly fund_fen: number | null;
  readonly person_fen: number | null;
  readonly amount_method: string;
  readonly amount_grade: string;
  readonly evidence: Evidence;
  readonly basis: string;
  readonly acct_fen: number | null;
  readonly item_codg: string | null;
  readonly dept_codg: string | null;
  readonly dr_code: string | null;
  readonly insutype: string | null;
}

/** What a finding shows to a judge. */
export interface Evidence {
  readonly message: { readonly zh: string; readonly en: string };
  readonly lines: readonly EvidenceLine[];
  readonly visits: readonly EvidenceVisit[];
  /** Values the rule read of the subject, by field name. */
  readonly read: Readonly<Record<string, Readable>>;
  readonly point?: Readonly<Record<string, Readable>>;
  readonly measure?: string;
  readonly limit?: string;
  readonly exceptions: readonly { readonly basis: string; readonly held: boolean }[];
  readonly arithmetic: string;
  readonly funds: Readonly<Record<string, number>>;
  readonly hashes: { readonly rule: string; readonly point?: string };
  /** Of a finding about an entity and a period. */
  readonly statistic?: StatisticEvidence;
  /** Of a finding about a group of persons. */
  readonly group?: GroupEvidence;
  /** Absent where there is nothing to say. */
  readonly notes?: readonly EvidenceNote[];
}

/** What has to be said about a finding beside its arithmetic. `note` is a name; its words stand in the registry beside it. */
export interface EvidenceNote extends ContradictedTotal {
  readonly note: typeof totalNotLines;
}

export interface EvidenceLine {
  readonly line_key: string;
  readonly role: 'violating' | 'involved';
  readonly file: string;
  readonly row: number;
  readonly mdtrt_id: string;
  readonly med_list_codg: string;
  readonly item: string;
  readonly fee_ocur_time: string;
  readonly cnt: string;
  readonly pric: Readable;
  readonly amount_fen: number;
  readonly inscp_amt: Readable;
  readonly charge_fen: number;
  readonly fund_fen: number | null;
}

export interface EvidenceVisit {
  readonly mdtrt_id: string;
  readonly role: 'violating' | 'involved';
  readonly begntime: Readable;
  readonly endtime: Readable;
  readonly fixmedins_code: Readable;
  readonly med_type: Readable;
}

/** Identity of a finding: rule, point and subject, so that it is the same in every run and every version of the lake. */
export function findingId(rule: string, point: string | null, subject: string): string {
  return hash('sha256', `${rule}\u0000${point ?? ''}\u0000${subject}`, 'hex').slice(0, 32);
}

export function evidenceLine(fact: LineFact, mdtrtId: string, role: 'violating' | 'involved', money: AtIssue): EvidenceLine {
  return {
    line_key: fact.line_key,
    role,
    file: fact.file,
    row: fact.row,
    mdtrt_id: mdtrtId,
    med_list_codg: fact.med_list_codg,
    item: fact.item,
    fee_ocur_time: fact.fee_ocur_time,
    cnt: fact.cnt,
    pric: fact.pric,
    amount_fen: fact.amount_fen,
    inscp_amt: fact.inscp_amt,
    charge_fen: money.charge_fen,
    fund_fen: money.fund_fen,
  };
}

export function evidenceVisit(fact: VisitFact, role: 'violating' | 'involved'): EvidenceVisit {
  return {
    mdtrt_id: fact.mdtrt_id,
    role,
    begntime: fact.begntime,
    endtime: fact.endtime,
    fixmedins_code: fact.fixmedins_code,
    med_type: fact.med_type,
  };
}

/** Columns of `findings.parquet` in order, with their DuckDB types. */
export const findingColumns: readonly (readonly [keyof Finding, string])[] = [
  ['finding_id', 'VARCHAR'],
  ['rule_id', 'VARCHAR'],
  ['rule_version', 'INTEGER'],
  ['official_code', 'VARCHAR'],
  ['point_id', 'VARCHAR'],
  ['result_type', 'VARCHAR'],
  ['subject_kind', 'VARCHAR'],
  ['psn_no', 'VARCHAR'],
  ['fixmedins_code', 'VARCHAR'],
  ['mdtrt_id', 'VARCHAR[]'],
  ['setl_id', 'VARCHAR[]'],
  ['line_key', 'VARCHAR[]'],
  ['role', 'VARCHAR[]'],
  ['occurred_on', 'DATE'],
  ['charge_fen', 'BIGINT'],
  ['inscope_fen', 'BIGINT'],
  ['fund_fen', 'BIGINT'],
  ['person_fen', 'BIGINT'],
  ['amount_method', 'VARCHAR'],
  ['amount_grade', 'VARCHAR'],
  ['evidence', 'JSON'],
  ['basis', 'VARCHAR'],
  ['acct_fen', 'BIGINT'],
  ['item_codg', 'VARCHAR'],
  ['dept_codg', 'VARCHAR'],
  ['dr_code', 'VARCHAR'],
  ['insutype', 'VARCHAR'],
];

const hashedColumns = findingColumns.map(([name, type]) => {
  const told = type.endsWith('[]') ? `array_to_string(${name}, chr(30))` : `${name}::VARCHAR`;
  return `coalesce(${told}, chr(29))`;
});

/** SQL of a hash of everything a finding says, the same however Parquet laid it out. */
export const contentHashSql = `md5(concat_ws(chr(31), ${hashedColumns.join(', ')}))`;
