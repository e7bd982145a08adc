import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { headerText, readContentsNow, type Sheet } from '@hengjian/documents';
import { inputProblems, listed, type Place, parsedYaml, readText, words } from '@hengjian/standard';
import { parse } from 'yaml';
import { groupingProblems } from '../problems.ts';
import type { AdrgKind } from '../scheme/scheme.ts';
import { nested, readAbout, type TemplateAbout } from './about.ts';
import { applyAmendments, readAmendments } from './amend.ts';
import { assembleScheme, type ImportedScheme } from './assemble.ts';
import { Journal } from './journal.ts';
import { expandRange } from './range.ts';
import type { RawMember, RawScheme } from './raw.ts';
import { type Column, type Columns, knownHeaders, readTable, type TableRow } from './table.ts';
import type { ImportOptions } from './workbook.ts';

const column = (cell: Column['cell'], needed: boolean, ...headers: readonly string[]): Column => ({ headers, needed, cell });
const code = (...headers: readonly string[]): Column => column('code', true, ...headers);
const maybeCode = (...headers: readonly string[]): Column => column('code', false, ...headers);
const text = (...headers: readonly string[]): Column => column('text', false, ...headers);
const rule = (...headers: readonly string[]): Column => column('rule', true, ...headers);

/** Tables of the template by the name of their file or sheet; every column has an English and a Chinese header. */
const tables = {
  mdc: {
    code: code('mdc', 'MDC编码'),
    name: text('name', '名称', 'MDC名称'),
    rule: rule('rule', '规则', 'MDC规则'),
    order: maybeCode('order', '排序'),
  },
  adrg: {
    code: code('adrg', 'ADRG编码'),
    name: text('name', '名称', 'ADRG名称'),
    mdc: code('mdc', 'MDC编码', '所属MDC编码'),
    kind: maybeCode('kind', '类别'),
    rule: rule('rule', '规则', 'ADRG规则'),
    order: maybeCode('order', '排序', 'MDC内排序'),
  },
  drg: {
    code: code('drg', 'DRG编码', 'DRG'),
    name: text('name', '名称', 'DRG名称'),
    adrg: code('adrg', 'ADRG编码', '所属ADRG编码'),
    rule: rule('rule', '规则', 'DRG规则'),
    split: text('split', '细分'),
    weight: maybeCode('weight', '权重', '基准权重'),
    order: maybeCode('order', '排序'),
  },
  sets: { set: code('set', '集合', '集合编号'), code: code('code', '编码', 'ICD编码') },
  severity: { code: code('code', '编码', '疾病编码'), level: code('level', '级别', '类型'), table: maybeCode('table', '排除表') },
  exclusions: { table: code('table', '排除表', '集合编号'), code: code('code', '编码', 'ICD编码') },
  diagnoses: { code: code('code', '编码', 'ICD编码'), name: column('text', true, 'name', '名称', 'ICD名称') },
  procedures: { code: code('code', '编码', 'ICD编码'), name: column('text', true, 'name', '名称', 'ICD名称') },
  scheme: { key: code('key', '项目'), value: column('text', true, 'value', '内容') },
} as const satisfies Readonly<Record<string, Columns<string>>>;
type TableName = keyof typeof tables;

const neededTables: readonly TableName[] = ['mdc', 'adrg', 'drg', 'sets'];
export const templateHeaders = knownHeaders(...Object.values(tables));

const kindWords: Readonly<Record<string, AdrgKind>> = {
  surgical: 'surgical',
  procedure: 'procedure',
  ambiguous: 'ambiguous',
  medical: 'medical',
  entered: 'entered',
  外科手术: 'surgical',
  非手术室操作: 'procedure',
  歧义: 'ambiguous',
  内科: 'medical',
  未入组: 'entered',
};

const byName = (sheets: readonly Sheet[]): ReadonlyMap<string, Sheet> =>
  new Map(sheets.map((sheet) => [headerText(sheet.sheet).toLowerCase(), sheet]));

/** Where the tables of a template are: a folder of CSV files, or the sheets of one workbook. */
interface Tables {
  sheet(name: TableName): { readonly sheet: Sheet; readonly file: string } | undefined;
  readonly file: string;
  readonly paths: readonly string[];
  readonly folder: string | undefined;
}

function folderTables(folder: string): Tables {
  const pathOf = (name: string): string => join(folder, `${name}.csv`);
  return {
    file: basename(folder),
    folder,
    paths: ['scheme.yaml', 'amendments.yaml']
      .map((name) => join(folder, name))
      .concat(Object.keys(tables).map(pathOf))
      .filter((path) => existsSync(path)),
    sheet(name) {
      if (!existsSync(pathOf(name))) return undefined;
      const contents = readContentsNow(pathOf(name), templateHeaders);
      const sheet = contents.kind === 'sheets' ? contents.sheets[0] : undefined;
      return sheet === undefined ? undefined : { sheet, file: `${name}.csv` };
    },
  };
}

function workbookTables(path: string, read: readonly Sheet[]): Tables {
  const sheets = byName(read);
  return {
    file: basename(path),
    folder: undefined,
    paths: [path],
    sheet(name) {
      const sheet = sheets.get(name);
      return sheet === undefined ? undefined : { sheet, file: `${basename(path)}#${name}` };
    },
  };
}

/** Whether the folder holds a scheme in the layout of the template. */
export const isTemplate = (folder: string): boolean => existsSync(join(folder, 'scheme.yaml'));

/** Whether sheets are those of the template. */
export const isTemplateWorkbook = (sheets: readonly Sheet[]): boolean => byName(sheets).has('scheme');

function aboutOf(source: Tables, journal: Journal): TemplateAbout {
  if (source.folder !== undefined) {
    const path = join(source.folder, 'scheme.yaml');
    return readAbout(parsedYaml(readText(path), basename(path), parse), 'scheme.yaml');
  }
  const found = source.sheet('scheme');
  const rows = found === undefined ? [] : readTable(found.sheet, found.file, tables.scheme, journal);
  return readAbout(nested(rows.map(({ values }) => [values.key, values.value] as const)), found?.file ?? source.file);
}

type Reader = <Name extends TableName>(name: Name) => readonly TableRow<keyof (typeof tables)[Name] & string>[];

function readerOf(source: Tables, journal: Journal): Reader {
  return (name) => {
    const found = source.sheet(name);
    const columns: Columns<string> = tables[name];
    if (found !== undefined) return readTable(found.sheet, found.file, columns, journal);
    if (neededTables.includes(name)) {
      const headers = Object.values(columns).map(({ headers: [english = '', chinese = ''] }) => `${english} (${chinese})`);
      journal.problem(groupingProblems.problem('table-missing', { table: name, columns: listed(headers) }, { file: source.file }));
    }
    return [];
  };
}

/** The codes that a cell names: several separated by `|`, each a code, a category or a range of categories. */
const codesOf = (cell: string, place: Place, journal: Journal): readonly string[] =>
  cell.split('|').flatMap((part) => journal.attempt(() => expandRange(part, place)) ?? []);

function members(rows: readonly TableRow<'set' | 'code'>[], journal: Journal): readonly RawMember[] {
  return rows.flatMap(({ values, place }) => {
    const codes = codesOf(values.code, { ...place, field: values.set }, journal);
    return codes.map((one): RawMember => ({ set: values.set, code: one, type: '', place, part: codes.length > 1 }));
  });
}

function catalogue(rows: readonly TableRow<'code' | 'name'>[], journal: Journal): Readonly<Record<string, string>> {
  const names: Record<string, string> = {};
  for (const { values, place } of rows) {
    if (values.code in names)
      journal.dropped({ code: 'duplicate-code', zh: '目录中重复的编码', en: 'code stands twice in the catalogue' }, place);
    else names[values.code] = values.name;
  }
  return names;
}

function kindOf(word: string, place: TableRow<string>['place'], journal: Journal): AdrgKind | '' {
  const kind = word === '' ? '' : kindWords[word];
  if (kind !== undefined) return kind;
  const kinds = Object.keys(kindWords);
  const expected = words(` ${kinds.join('、')} 之一`, `one of ${kinds.join(', ')}`);
  journal.problem(inputProblems.problem('value-invalid', { value: word, expected }, { ...place, field: 'kind' }));
  return '';
}

function readRaw(read: Reader, journal: Journal): RawScheme {
  return {
    mdcs: read('mdc').map(({ values, place }) => ({ ...values, place })),
    adrgs: read('adrg').map(({ values, place }) => ({ ...values, kind: kindOf(values.kind, place, journal), place })),
    drgs: read('drg').map(({ values, place }) => ({ ...values, mdc: '', place })),
    members: members(read('sets'), journal),
    severity: read('severity').flatMap(({ values, place }) =>
      codesOf(values.code, place, journal).map((one) => ({ code: one, level: values.level.toUpperCase(), table: values.table, place })),
    ),
    exclusions: members(
      read('exclusions').map(({ values, place }) => ({ values: { set: values.table, code: values.code }, place })),
      journal,
    ),
    diagnoses: catalogue(read('diagnoses'), journal),
    procedures: catalogue(read('procedures'), journal),
    amendments: [],
  };
}

/**
 * Imports a city's own scheme in the layout of docs/schemes.md: a folder with scheme.yaml and CSV files.
 * @param options what it says takes the place of what scheme.yaml says; `amendments` of amendments.yaml.
 * @throws {RefusedInput} with all problems of all tables, each with file, row and field.
 */
export const importTemplate = (folder: string, options: ImportOptions = {}): ImportedScheme => importTables(folderTables(folder), options);

/** The same from one workbook with sheets of the same names, read with `templateHeaders` (or more). */
export const importTemplateSheets = (path: string, sheets: readonly Sheet[], options: ImportOptions): ImportedScheme =>
  importTables(workbookTables(path, sheets), options);

function importTables(source: Tables, { amendments, roles, ...said }: ImportOptions): ImportedScheme {
  const journal = new Journal();
  const described = journal.attempt(() => aboutOf(source, journal));
  const raw = readRaw(readerOf(source, journal), journal);
  if (described === undefined || journal.problems.some(({ code: one }) => one === 'table-missing' || one === 'column-missing'))
    journal.refuseProblems();
  if (described === undefined) throw inputProblems.refused('file-empty', {}, { file: source.file });
  const registerPath = amendments ?? source.paths.find((one) => basename(one) === 'amendments.yaml');
  const register = [...described.amendments, ...(registerPath === undefined ? [] : readAmendments(registerPath))];
  const paths = amendments === undefined ? source.paths : [...source.paths, amendments];
  const files = paths.map((one) => ({ file: basename(one), sha256: createHash('sha256').update(readFileSync(one)).digest('hex') }));
  return assembleScheme(
    applyAmendments(raw, register, journal),
    { ...described.about, ...said, ...roles, source: files },
    'template',
    journal,
    described.variantsOf,
  );
}
