import { sourceText } from '@hengjian/rulespec';
import { type ColumnDefinition, columnNamed, type LakeContext, type Segment, views, type WorkingTable } from '@hengjian/standard';

/** A value as the source said it (`sourceText` of rulespec); null when missing. */
export type Readable = string | null;

/** Stands for a value that is there, but of which no text is kept. */
const unsaid = '—';

/** The description of a column of the working form. */
function columnOf(table: WorkingTable, name: string): ColumnDefinition {
  const column = columnNamed(table, name);
  if (column === undefined) throw new Error(`the working form has no ${table}.${name}`);
  return column;
}

function shown(segment: Segment, column: ColumnDefinition, table: WorkingTable, row: number, { dictionaries }: LakeContext): Readable {
  const text = sourceText(segment[table], column, row, dictionaries);
  return text === undefined ? unsaid : text;
}

/**
 * Reads a row's fields by name from one table of a segment, as the source said them. Columns that are not loaded are left
 * out; of a value whose text is not kept it is said that it is there, never the number of the lake that stands for it.
 */
export function readFields(
  segment: Segment,
  table: WorkingTable,
  row: number,
  names: readonly string[],
  context: LakeContext,
): Record<string, Readable> {
  const loaded = names.filter((name) => segment[table].columns[name] !== undefined);
  return Object.fromEntries(loaded.map((name) => [name, shown(segment, columnOf(table, name), table, row, context)]));
}

/** What a finding keeps of a net fee line. */
export interface LineFact {
  readonly line_key: string;
  readonly file: string;
  readonly row: number;
  readonly med_list_codg: string;
  readonly item: string;
  readonly fee_ocur_time: string;
  readonly cnt: string;
  readonly pric: Readable;
  readonly amount_fen: number;
  readonly inscp_amt: Readable;
  readonly bilg_dept_codg: Readable;
  readonly bilg_dr_code: Readable;
  readonly visit: number;
  readonly setl_id: Readable;
}

/** What a finding keeps of a stay. */
export interface VisitFact {
  readonly mdtrt_id: string;
  readonly psn_no: string;
  readonly fixmedins_code: Readable;
  readonly begntime: Readable;
  readonly endtime: Readable;
  readonly med_type: Readable;
  readonly insutype: Readable;
  readonly adm_caty: Readable;
  readonly chfpdr_code: Readable;
  readonly setl_ids: readonly string[];
}

/** Columns evidence is made from, besides those the kernel needs. */
export const evidenceColumns: Readonly<Partial<Record<WorkingTable, readonly string[]>>> = {
  persons: ['psn', 'reach', 'gend', 'brdy', 'die_date', 'lines_start', 'lines_end'],
  visits: [
    'mdtrt_id',
    'person',
    'fixmedins_code',
    'med_type',
    'setting',
    'begntime',
    'endtime',
    'insutype',
    'adm_caty',
    'chfpdr_code',
    'ipt_days',
    'age',
    'dscg_way',
    'medfee_sumamt',
    'inscp_amt',
    'fund_pay_sumamt',
    'acct_pay',
    'line_gap',
    'settlements_start',
    'settlements_end',
  ],
  settlements: [
    'setl_id',
    'setl_time',
    'clr_way',
    'medfee_sumamt',
    'inscp_amt',
    'hifp_pay',
    'cvlserv_pay',
    'hifes_pay',
    'hifmi_pay',
    'hifob_pay',
    'hifdm_pay',
    'maf_pay',
    'othfund_pay',
    'fund_pay_sumamt',
    'acct_pay',
  ],
  lines: [
    'line_key',
    'file',
    'file_row',
    'visit',
    'settlement',
    'med_list_codg',
    'fee_ocur_time',
    'cnt',
    'pric',
    'det_item_fee_sumamt',
    'inscp_amt',
    'bilg_dept_codg',
    'bilg_dr_code',
  ],
};

/** Reads facts of lines and stays from one segment whose evidence columns are loaded. */
export interface FactReader {
  line(row: number): LineFact;
  visit(row: number): VisitFact;
  psn(person: number): string;
}

export function factReader(segment: Segment, context: LakeContext): FactReader {
  const text = (table: WorkingTable, name: string) => views.text(segment[table], name);
  const ints = (table: WorkingTable, name: string) => views.words(segment[table], name);
  const keys = text('lines', 'line_key');
  const setlIds = text('settlements', 'setl_id');
  const names = views.text(context.dimensions.item, 'hilist_name');
  const field = (table: WorkingTable, name: string, row: number): Readable => shown(segment, columnOf(table, name), table, row, context);
  let lastRow = -1;
  let lastVisit: VisitFact | undefined;
  const readVisit = (row: number): VisitFact => {
    const person = ints('visits', 'person')[row] as number;
    const start = ints('visits', 'settlements_start')[row] as number;
    const end = ints('visits', 'settlements_end')[row] as number;
    return {
      mdtrt_id: text('visits', 'mdtrt_id').get(row) ?? '',
      psn_no: text('persons', 'psn').get(person) ?? '',
      fixmedins_code: field('visits', 'fixmedins_code', row),
      begntime: field('visits', 'begntime', row),
      endtime: field('visits', 'endtime', row),
      med_type: field('visits', 'med_type', row),
      insutype: field('visits', 'insutype', row),
      adm_caty: field('visits', 'adm_caty', row),
      chfpdr_code: field('visits', 'chfpdr_code', row),
      setl_ids: Array.from({ length: Math.max(0, end - start) }, (_, index) => setlIds.get(start + index) ?? ''),
    };
  };
  return {
    line(row) {
      const item = ints('lines', 'med_list_codg')[row] as number;
      const settlement = ints('lines', 'settlement')[row] as number;
      const codg = context.dictionaries.item?.[item] ?? '';
      return {
        line_key: keys.get(row) ?? '',
        file: field('lines', 'file', row) ?? '',
        row: ints('lines', 'file_row')[row] as number,
        med_list_codg: codg,
        item: names.get(item) ?? codg,
        fee_ocur_time: field('lines', 'fee_ocur_time', row) ?? '',
        cnt: field('lines', 'cnt', row) ?? '',
        pric: field('lines', 'pric', row),
        amount_fen: views.floats(segment.lines, 'det_item_fee_sumamt')[row] as number,
        inscp_amt: field('lines', 'inscp_amt', row),
        bilg_dept_codg: field('lines', 'bilg_dept_codg', row),
        bilg_dr_code: field('lines', 'bilg_dr_code', row),
        visit: ints('lines', 'visit')[row] as number,
        setl_id: settlement < 0 ? null : setlIds.get(settlement),
      };
    },
    visit(row) {
      if (row !== lastRow || lastVisit === undefined) lastVisit = readVisit(row);
      lastRow = row;
      return lastVisit;
    },
    psn: (person) => text('persons', 'psn').get(person) ?? '',
  };
}
