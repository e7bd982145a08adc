import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { headerText, readContentsNow, type Sheet } from '@hengjian/documents';
import { inputProblems, listed } from '@hengjian/standard';
import { groupingProblems } from '../problems.ts';
import type { Scheme } from '../scheme/scheme.ts';
import { applyAmendments, readAmendments } from './amend.ts';
import { assembleScheme, type ImportedScheme } from './assemble.ts';
import { Journal } from './journal.ts';
import type { RawAdrg, RawDrg, RawMdc, RawMember, RawScheme, RawSeverity, Roles } from './raw.ts';
import { type Column, type Columns, knownHeaders, readTable, type TableRow } from './table.ts';

/** What the files of a scheme do not say about it. */
export interface ImportOptions
  extends Partial<Pick<Scheme, 'id' | 'name' | 'area' | 'effective' | 'code_edition' | 'demonstration' | 'switches'>> {
  /** Register of amendments; without it `<name>.amendments.yaml` beside the workbook is taken when it is there. */
  readonly amendments?: string;
  /** Names of sets with a role in the checks before grouping. */
  readonly roles?: Roles;
}

const code = (...headers: readonly string[]): Column => ({ headers, needed: true, cell: 'code' });
const text = (...headers: readonly string[]): Column => ({ headers, needed: false, cell: 'text' });
const rule = (...headers: readonly string[]): Column => ({ headers, needed: true, cell: 'rule' });
const optional = (column: Column): Column => ({ ...column, needed: false });

const mdcColumns = { code: code('MDC编码'), name: text('MDC名称', '名称'), rule: rule('MDC规则', '规则'), order: code('排序') };
const adrgColumns = {
  code: code('ADRG编码'),
  name: text('ADRG名称', '名称'),
  rule: rule('ADRG规则', '规则'),
  mdc: code('所属MDC编码'),
  order: code('MDC内排序', '排序'),
};
const drgColumns = {
  code: code('DRG', 'DRG编码'),
  name: text('DRG名称', '名称'),
  rule: rule('DRG规则', '规则'),
  adrg: code('所属ADRG编码'),
  mdc: optional(code('所属MDC编码')),
  order: code('排序'),
};
const setColumns = { set: code('集合编号'), code: code('ICD编码'), type: optional(code('类型编号')) };
const severityColumns = { code: code('疾病编码'), table: code('排除表'), level: code('类型') };
const exclusionColumns = { set: code('集合编号'), code: code('ICD编码') };

const sheetNames = ['MDC', 'ADRG', 'DRG', '集合', 'CC', '排除表'] as const;
type SheetName = (typeof sheetNames)[number];

export const ruleWorkbookHeaders = knownHeaders(mdcColumns, adrgColumns, drgColumns, setColumns, severityColumns, exclusionColumns, {
  names: text('ICD名称', '疾病名称'),
});

/** The sheets of the workbook by their name. */
const byName = (sheets: readonly Sheet[]): ReadonlyMap<string, Sheet> =>
  new Map(sheets.map((sheet) => [headerText(sheet.sheet).toUpperCase(), sheet]));

/** Whether sheets are those of the official 3.0 rules: two of the rule sheets are there under their names. */
export function isRuleWorkbook(read: readonly Sheet[]): boolean {
  const sheets = byName(read);
  return ['MDC', 'ADRG', 'DRG', '集合'].filter((name) => sheets.has(name)).length >= 2;
}

const mdcLetter = (text: string): string => text.toUpperCase().replace(/^MDC(?=[A-Z]$)/, '');

const mdcOf = ({ values, place }: TableRow<keyof typeof mdcColumns>): RawMdc => ({ ...values, code: mdcLetter(values.code), place });
const adrgOf = ({ values, place }: TableRow<keyof typeof adrgColumns>): RawAdrg => ({
  ...values,
  mdc: mdcLetter(values.mdc),
  kind: '',
  place,
});
const drgOf = ({ values, place }: TableRow<keyof typeof drgColumns>): RawDrg => ({
  ...values,
  mdc: mdcLetter(values.mdc),
  split: '',
  weight: '',
  place,
});
const memberOf = ({ values, place }: TableRow<keyof typeof setColumns>): RawMember => ({ ...values, place });
const exclusionOf = ({ values, place }: TableRow<keyof typeof exclusionColumns>): RawMember => ({ ...values, type: '', place });
const severityOf = ({ values, place }: TableRow<keyof typeof severityColumns>): RawSeverity => ({
  ...values,
  level: values.level.toUpperCase(),
  place,
});

function readRaw(file: string, read: readonly Sheet[], journal: Journal): RawScheme {
  const sheets = byName(read);
  const rowsOf = <Name extends string, Row>(name: SheetName, columns: Columns<Name>, row: (row: TableRow<Name>) => Row): readonly Row[] => {
    const sheet = sheets.get(name);
    if (sheet !== undefined) return readTable(sheet, `${file}#${name}`, columns, journal).map(row);
    const names = Object.values<Column>(columns).flatMap(({ headers }) => headers.slice(0, 1));
    journal.problem(groupingProblems.problem('sheet-missing', { sheet: name, columns: listed(names) }, { file }));
    return [];
  };
  return {
    mdcs: rowsOf('MDC', mdcColumns, mdcOf),
    adrgs: rowsOf('ADRG', adrgColumns, adrgOf),
    drgs: rowsOf('DRG', drgColumns, drgOf),
    members: rowsOf('集合', setColumns, memberOf),
    severity: rowsOf('CC', severityColumns, severityOf),
    exclusions: rowsOf('排除表', exclusionColumns, exclusionOf),
    diagnoses: {},
    procedures: {},
    amendments: [],
  };
}

const sourceOf = (path: string) => ({ file: basename(path), sha256: createHash('sha256').update(readFileSync(path)).digest('hex') });

function amendmentsOf(path: string, options: ImportOptions): string | undefined {
  if (options.amendments === undefined) {
    const beside = path.replace(/\.xlsx?$/i, '.amendments.yaml');
    return existsSync(beside) ? beside : undefined;
  }
  if (existsSync(options.amendments)) return options.amendments;
  throw inputProblems.refused('file-missing', {}, { file: options.amendments });
}

/** What holds for the official workbook when nothing else is said. Newborn groups of 3.0 go by the weight at admission. */
const official = {
  id: 'chs-drg-3.0',
  name: { zh: '国家医保 DRG 分组方案 3.0 版', en: 'National CHS-DRG scheme, edition 3.0' },
  area: '000000',
  effective: { from: '2027-01-01' },
  code_edition: { diagnosis: 'ICD-10 insurance 2.0', procedure: 'ICD-9-CM-3 insurance 2.0' },
  demonstration: false,
  switches: { entered_without_group: 'next_mdc', premature_weight: 'admission' },
} as const;

/**
 * Imports a workbook in the layout of the official 3.0 rules: sheets MDC, ADRG, DRG, 集合, CC, 排除表, columns by the text of
 * their header wherever they stand. Without options it is taken for the national edition, id `chs-drg-3.0`.
 * @throws {RefusedInput} with all problems, each with file#sheet, row and the code of the row.
 */
export function importWorkbook(path: string, options: ImportOptions = {}): ImportedScheme {
  const contents = readContentsNow(path, ruleWorkbookHeaders);
  return importRuleSheets(path, contents.kind === 'sheets' ? contents.sheets : [], options);
}

/** The same for a workbook that has been read with `ruleWorkbookHeaders` (or more). */
export function importRuleSheets(path: string, sheets: readonly Sheet[], options: ImportOptions): ImportedScheme {
  const journal = new Journal();
  const raw = readRaw(basename(path), sheets, journal);
  if (journal.problems.some(({ code: problem }) => problem === 'sheet-missing' || problem === 'column-missing')) journal.refuseProblems();
  const register = amendmentsOf(path, options);
  const amended = register === undefined ? raw : applyAmendments(raw, readAmendments(register), journal);
  const { id, name, area, effective, code_edition, demonstration, switches } = { ...official, ...options };
  const source = [path, ...(register === undefined ? [] : [register])].map(sourceOf);
  const about = { id, name, area, effective, code_edition, demonstration, switches, source, ...options.roles };
  return assembleScheme(amended, about, 'workbook-3.0', journal);
}
