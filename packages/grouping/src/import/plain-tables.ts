import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { counted, inputProblems, listed, type Problem, parseCsvRecords, RefusedInput, type Words, words } from '@hengjian/standard';
import { groupingProblems } from '../problems.ts';
import { type CodeField, type Condition, comparisons, type NumberField } from '../scheme/condition.ts';
import type { Adrg, AdrgKind, Amendment, Drg, Mdc, Scheme, SeverityCode, Variant } from '../scheme/scheme.ts';
import type { ImportedScheme } from './assemble.ts';
import type { LoadReport, Remark, SheetReport } from './report.ts';
import type { ImportOptions } from './workbook.ts';

/** Tables of the plain layout; the last ones may be absent. */
const tableNames = [
  'mdc',
  'mdc_codes',
  'adrg',
  'adrg_codes',
  'drg',
  'cc_mcc',
  'exclusions',
  'valid_procedures',
  'dx_catalog',
  'procedure_catalog',
] as const;
const optionalNames = ['dx_code_map', 'procedure_code_map', 'official_differences'] as const;
type TableName = (typeof tableNames)[number] | (typeof optionalNames)[number];

const columnsOf: Readonly<Record<TableName, readonly string[]>> = {
  mdc: ['mdc', 'name', 'order', 'entry_rule'],
  mdc_codes: ['mdc', 'role', 'site', 'code'],
  adrg: ['adrg', 'name', 'mdc', 'kind', 'order', 'rule'],
  adrg_codes: ['adrg', 'role', 'code'],
  drg: ['drg', 'name', 'adrg', 'order', 'severity_condition'],
  cc_mcc: ['code', 'level', 'exclusion_table'],
  exclusions: ['table', 'code'],
  valid_procedures: ['code', 'name'],
  dx_catalog: ['code', 'name'],
  procedure_catalog: ['code', 'name'],
  dx_code_map: ['from', 'to'],
  procedure_code_map: ['from', 'to'],
  official_differences: ['adrg', 'role', 'code', 'note'],
};

type Row = Readonly<Record<string, string>>;

interface Tables {
  readonly rows: Readonly<Record<TableName, readonly Row[]>>;
  readonly source: Scheme['source'];
}

const noRows: Tables['rows'] = {
  mdc: [],
  mdc_codes: [],
  adrg: [],
  adrg_codes: [],
  drg: [],
  cc_mcc: [],
  exclusions: [],
  valid_procedures: [],
  dx_catalog: [],
  procedure_catalog: [],
  dx_code_map: [],
  procedure_code_map: [],
  official_differences: [],
};

/** Whether the folder holds a scheme in the plain layout. */
export const isPlainTables = (folder: string): boolean =>
  existsSync(join(folder, 'mdc_codes.csv')) && existsSync(join(folder, 'adrg_codes.csv'));

function readTables(folder: string): Tables {
  const problems: Problem[] = [];
  const source: { file: string; sha256: string }[] = [];
  const read = (name: TableName, optional: boolean): readonly Row[] => {
    const file = `${name}.csv`;
    const path = join(folder, file);
    if (!existsSync(path)) {
      if (!optional) problems.push(groupingProblems.problem('table-missing', { table: name, columns: listed(columnsOf[name]) }, { file }));
      return [];
    }
    const bytes = readFileSync(path);
    source.push({ file, sha256: createHash('sha256').update(bytes).digest('hex') });
    const rows = parseCsvRecords(bytes.toString('utf8'), file);
    const [first] = rows;
    const missing = first === undefined ? [] : columnsOf[name].filter((column) => !(column in first));
    for (const column of missing) problems.push(inputProblems.problem('column-missing', { column }, { file, row: 1, field: column }));
    return rows;
  };
  const rows: Record<TableName, readonly Row[]> = { ...noRows };
  for (const name of tableNames) rows[name] = read(name, false);
  for (const name of optionalNames) rows[name] = read(name, true);
  if (problems.length > 0) throw new RefusedInput(problems);
  return { rows, source };
}

const principal: readonly CodeField[] = ['principal_dx'];
const anyDiagnosis: readonly CodeField[] = ['principal_dx', 'other_dx'];
const main: readonly CodeField[] = ['main_procedure'];
const anyProcedure: readonly CodeField[] = ['main_procedure', 'other_procedure'];

/** Where the codes of a role are looked for. */
const fieldsOfRole = (role: string): readonly CodeField[] =>
  role === 'principal_dx' ? principal : role === 'any_dx' ? anyDiagnosis : role === 'procedure' ? main : anyProcedure;

const numberFields: Readonly<Record<string, NumberField>> = {
  age: 'age',
  gender: 'sex',
  age_days: 'age_days',
  birth_weight: 'birth_weight',
};
const comparison = /^(age|gender|age_days|birth_weight)(<=|>=|<|>|=)(\d+)$/;
const role = /^(principal_dx|any_dx|procedure(_set_\d|_class_\d)?)$/;
const validProcedures = 'valid_procedures';

/** A term of a rule that stands for itself; undefined when there is no such term. */
function termOf(token: string, scope: string, sites: readonly string[]): Condition | undefined {
  if (token === 'always') return { op: 'always' };
  if (token === 'first_procedure_valid') return { op: 'in', fields: main, sets: [validProcedures] };
  if (token === 'no_valid_procedure') return { op: 'not', of: { op: 'in', fields: anyProcedure, sets: [validProcedures] } };
  if (role.test(token)) return { op: 'in', fields: fieldsOfRole(token), sets: [`${scope}.${token}`] };
  const [, name = '', sign, value] = comparison.exec(token) ?? [];
  const field = numberFields[name];
  const compare = comparisons.find((one) => one === sign);
  if (field !== undefined && compare !== undefined) return { op: 'compare', field, compare, value: Number(value) };
  const count = /^trauma_sites>=(\d+)$/.exec(token)?.[1];
  return count === undefined ? undefined : { op: 'sets', fields: anyDiagnosis, sets: sites, compare: '>=', value: Number(count) };
}

/** A condition in the words of the plain layout: terms joined by `&`, which binds tighter than `|`, and brackets. */
function parseRule(text: string, scope: string, sites: readonly string[], refuse: (what: Words) => RefusedInput): Condition {
  const tokens = text.match(/[()&|]|[^()&|\s]+/g) ?? [];
  let at = 0;
  const term = (): Condition => {
    const token = tokens[at];
    if (token === undefined) throw refuse(words('规则在应有条件处结束', 'the rule ends where a term is expected'));
    at += 1;
    if (token === '(') {
      const inside = either();
      if (tokens[at] !== ')') throw refuse(words('括号没有配对', 'a bracket is never closed'));
      at += 1;
      return inside;
    }
    const found = termOf(token, scope, sites);
    if (found === undefined) throw refuse(words(`${token} 不是规则中的条件`, `${token} is no term of a rule`));
    return found;
  };
  const series = (sign: '&' | '|', op: 'and' | 'or', part: () => Condition): Condition => {
    const first = part();
    if (tokens[at] !== sign) return first;
    const of = [first];
    while (tokens[at] === sign) {
      at += 1;
      of.push(part());
    }
    return { op, of };
  };
  const both = (): Condition => series('&', 'and', term);
  const either = (): Condition => series('|', 'or', both);
  const whole = either();
  const left = tokens[at];
  if (left !== undefined) throw refuse(words(`${left} 出现在规则应结束处`, `${left} stands where the rule should end`));
  return whole;
}

const kinds: Readonly<Record<string, AdrgKind>> = { surgical: 'surgical', procedure: 'procedure', medical: 'medical' };
const splits: Readonly<Record<string, { readonly condition: Condition; readonly split: string }>> = {
  mcc: { condition: { op: 'severity', levels: ['MCC'] }, split: 'MCC' },
  cc_or_mcc: { condition: { op: 'severity', levels: ['MCC', 'CC'] }, split: 'CC' },
  any: { condition: { op: 'always' }, split: '' },
};

const inOrder = (rows: readonly Row[]): readonly Row[] => rows.toSorted((left, right) => Number(left.order) - Number(right.order));

function collect(rows: readonly Row[], keyOf: (row: Row) => string): Record<string, string[]> {
  const sets: Record<string, Set<string>> = {};
  for (const row of rows) {
    const key = keyOf(row);
    sets[key] ??= new Set();
    sets[key].add(row.code ?? '');
  }
  return Object.fromEntries(Object.entries(sets).map(([key, codes]) => [key, [...codes]]));
}

const names = (rows: readonly Row[]): Readonly<Record<string, string>> =>
  Object.fromEntries(rows.map((row) => [row.code ?? '', row.name ?? '']));
const translated = (rows: readonly Row[]): Readonly<Record<string, string>> =>
  Object.fromEntries(rows.filter((row) => row.from !== row.to).map((row) => [row.from ?? '', row.to ?? '']));

/** MDCs without ambiguous cases: the pre-groups of A have no diagnosis of their own. */
const withoutAmbiguous = new Set(['A']);

/**
 * The test for ambiguous cases (QY) comes after the operations of an MDC and before its medical groups: an operation that
 * groups, but not in this MDC. `main` looks at the main procedure (text of 1.1), `any` at all (practice of cities).
 */
function ambiguousVariant(name: string, why: string, mdcs: readonly Mdc[], fields: readonly CodeField[]): Variant {
  const rows = mdcs
    .filter(({ mdc }) => !withoutAmbiguous.has(mdc))
    .map(
      ({ mdc, name: title }): Adrg => ({
        adrg: `${mdc}QY`,
        name: `${title}歧义病例`,
        mdc,
        kind: 'ambiguous',
        condition: { op: 'in', fields, sets: [validProcedures] },
      }),
    );
  return { name, why, add_adrgs: rows };
}

interface Listed {
  readonly adrgs: Readonly<Record<string, Condition>>;
  readonly sets: Readonly<Record<string, readonly string[]>>;
}

function listedSets(rows: readonly Row[]): Listed {
  const listedRows = rows.filter((row) => row.role === 'principal_dx' && (row.note ?? '').startsWith('listed for'));
  const sets = collect(listedRows, (row) => `${row.adrg}.listed`);
  const adrgs: Record<string, Condition> = {};
  for (const set of Object.keys(sets)) adrgs[set.slice(0, set.indexOf('.'))] = { op: 'in', fields: principal, sets: [set] };
  return { adrgs, sets };
}

/** A repaired gap of a published list becomes an entry of the register of amendments. */
function amendmentsOf(rows: readonly Row[]): readonly Amendment[] {
  let last = '';
  return rows.flatMap((row, index) => {
    const note = row.note === 'same' ? last : (row.note ?? '');
    last = note;
    if (note.startsWith('listed for') || note.includes('only')) return [];
    return [{ id: `difference-${index + 1}`, what: `${row.adrg} ${row.role} ${row.code}`, why: note, source: 'official_differences.csv' }];
  });
}

/** Rows of a table that say again what an earlier row says. */
function repeated(rows: readonly Row[]): readonly number[] {
  const seen = new Set<string>();
  return rows.flatMap((row, index) => {
    const key = Object.values(row).join('\u0000');
    if (seen.has(key)) return [index + 2];
    seen.add(key);
    return [];
  });
}

function sheetReport(name: TableName, rows: readonly Row[]): SheetReport {
  const twice = repeated(rows);
  const dropped =
    twice.length === 0 ? [] : [{ code: 'duplicate-row', zh: '重复的行', en: 'row stands twice', sheet: `${name}.csv`, rows: twice }];
  return { sheet: `${name}.csv`, rows: rows.length, kept: rows.length - twice.length, dropped };
}

const sizes = (sets: Readonly<Record<string, readonly string[]>>): number =>
  Object.values(sets).reduce((sum, codes) => sum + codes.length, 0);

function noticesOf(scheme: Scheme): readonly Remark[] {
  const repaired = scheme.amendments.length;
  const other = scheme.drgs.filter(({ drg, adrg }) => !drg.startsWith(adrg)).map(({ drg }) => drg);
  return [
    ...(repaired === 0
      ? []
      : [
          {
            code: 'differences',
            zh: `${repaired} 处与公布文本不同，见修订登记；公布文本的写法可用变体选择`,
            en: `${counted(repaired, 'departure')} from the published text registered as amendments; variants bring the published wording`,
            sheet: 'official_differences.csv',
            rows: [],
          },
        ]),
    ...(other.length === 0
      ? []
      : [
          {
            code: 'drg-letters',
            zh: `DRG 编码不以其 ADRG 编码开头：${other.join('、')}`,
            en: `the code does not begin with the code of its ADRG: ${other.join(', ')}`,
            sheet: 'drg.csv',
            rows: [],
          },
        ]),
  ];
}

function reportOf(scheme: Scheme, rows: Tables['rows']): LoadReport {
  return {
    layout: 'plain-tables',
    scheme: scheme.id,
    counts: {
      mdcs: scheme.mdcs.length,
      adrgs: scheme.adrgs.length,
      drgs: scheme.drgs.length,
      sets: Object.keys(scheme.sets).length,
      members: sizes(scheme.sets),
      severity: scheme.severity.length,
      exclusion_tables: Object.keys(scheme.exclusions).length,
      exclusion_members: sizes(scheme.exclusions),
    },
    sheets: [...tableNames, ...optionalNames].map((name) => sheetReport(name, rows[name])),
    corrections: [],
    notices: noticesOf(scheme),
    amendments: scheme.amendments,
  };
}

/** Years of the editions this layout was used for. */
const editions: Readonly<Record<string, { readonly from: string; readonly zh: string; readonly en: string }>> = {
  'chs-drg-1.1': { from: '2021-01-01', zh: '国家医疗保障疾病诊断相关分组（CHS-DRG）1.1 版', en: 'CHS-DRG 1.1' },
};

function aboutOf(
  folder: string,
  options: ImportOptions,
): Pick<Scheme, 'id' | 'name' | 'area' | 'effective' | 'code_edition' | 'demonstration' | 'switches'> {
  const id = options.id ?? basename(resolve(folder)).toLowerCase();
  const edition = editions[id];
  return {
    id,
    name: options.name ?? (edition === undefined ? { zh: id, en: id } : { zh: edition.zh, en: edition.en }),
    area: options.area ?? '000000',
    effective: options.effective ?? { from: edition?.from ?? '2000-01-01' },
    code_edition: options.code_edition ?? { diagnosis: 'ICD-10 医保 2.0 版', procedure: 'ICD-9-CM-3 医保 2.0 版' },
    demonstration: options.demonstration ?? false,
    switches: options.switches ?? { entered_without_group: 'next_mdc', premature_weight: 'birth' },
  };
}

/** Reads the rows of the tables and gathers what is wrong with them. */
class RowReader {
  readonly problems: Problem[] = [];
  readonly #rows: Tables['rows'];
  readonly #sites: readonly string[];

  constructor(rows: Tables['rows']) {
    this.#rows = rows;
    this.#sites = [...new Set(rows.mdc_codes.filter(isSite).map((row) => `MDC${row.mdc}.${row.site}`))];
  }

  #problem(table: TableName, row: Row, field: string, what: Words): Problem {
    const place = { file: `${table}.csv`, row: 2 + this.#rows[table].indexOf(row), field };
    return groupingProblems.problem('scheme-rule', { row: Object.values(row)[0] ?? '', what }, place);
  }

  #rule(table: TableName, row: Row, field: string, scope: string): Condition {
    try {
      return parseRule(row[field] ?? '', scope, this.#sites, (what) => new RefusedInput(this.#problem(table, row, field, what)));
    } catch (error) {
      if (!(error instanceof RefusedInput)) throw error;
      this.problems.push(...error.problems);
      return { op: 'always' };
    }
  }

  mdcs(): readonly Mdc[] {
    return inOrder(this.#rows.mdc).map((row) => {
      const condition = this.#rule('mdc', row, 'entry_rule', `MDC${row.mdc}`);
      return { mdc: row.mdc ?? '', name: row.name ?? '', condition };
    });
  }

  adrgs(mdcs: readonly Mdc[]): readonly Adrg[] {
    const order = new Map(mdcs.map(({ mdc }, index) => [mdc, index]));
    const read = (row: Row): Adrg => {
      const { adrg = '', name = '', mdc = '' } = row;
      const kind = kinds[row.kind ?? ''];
      if (kind === undefined)
        this.problems.push(this.#problem('adrg', row, 'kind', words(`${row.kind} 不是类别`, `${row.kind} is no kind`)));
      if (!order.has(mdc)) this.problems.push(this.#problem('adrg', row, 'mdc', words(`没有 MDC ${mdc}`, `there is no MDC ${mdc}`)));
      return { adrg, name, mdc, kind: kind ?? 'medical', condition: this.#rule('adrg', row, 'rule', adrg) };
    };
    return inOrder(this.#rows.adrg)
      .map(read)
      .toSorted((left, right) => (order.get(left.mdc) ?? 0) - (order.get(right.mdc) ?? 0));
  }

  drgs(adrgs: readonly Adrg[]): readonly Drg[] {
    const known = new Set(adrgs.map((one) => one.adrg));
    return inOrder(this.#rows.drg).map((row): Drg => {
      const { drg = '', name = '', adrg = '', severity_condition = '' } = row;
      const split = splits[severity_condition];
      if (split === undefined) {
        const what = words(`${severity_condition} 不是条件`, `${severity_condition} is no condition`);
        this.problems.push(this.#problem('drg', row, 'severity_condition', what));
      }
      if (!known.has(adrg)) this.problems.push(this.#problem('drg', row, 'adrg', words(`没有 ADRG ${adrg}`, `there is no ADRG ${adrg}`)));
      return { drg, name, adrg, condition: split?.condition ?? { op: 'always' }, split: split?.split ?? '' };
    });
  }

  severity(): readonly SeverityCode[] {
    return this.#rows.cc_mcc.map((row): SeverityCode => {
      const { code = '', level = '', exclusion_table: table = '' } = row;
      if (level !== 'MCC' && level !== 'CC')
        this.problems.push(this.#problem('cc_mcc', row, 'level', words(`${level} 既不是 MCC 也不是 CC`, `${level} is neither MCC nor CC`)));
      return { code, level: level === 'MCC' ? 'MCC' : 'CC', table };
    });
  }

  sets(extra: Listed): Scheme['sets'] {
    const { mdc_codes, adrg_codes, valid_procedures } = this.#rows;
    const sets: Record<string, readonly string[]> = {
      ...collect(mdc_codes, (row) => (isSite(row) ? `MDC${row.mdc}.${row.site}` : `MDC${row.mdc}.principal_dx`)),
      ...collect(mdc_codes.filter(isSite), (row) => `MDC${row.mdc}.principal_dx`),
      ...collect(adrg_codes, (row) => `${row.adrg}.${row.role}`),
      ...extra.sets,
      [validProcedures]: valid_procedures.map((row) => row.code ?? ''),
    };
    for (const row of this.#rows.adrg) {
      for (const [name] of (row.rule ?? '').matchAll(roles)) {
        if (sets[`${row.adrg}.${name}`] !== undefined) continue;
        const what = words(`adrg_codes.csv 没有角色 ${name} 的编码`, `adrg_codes.csv lists no code with the role ${name}`);
        this.problems.push(this.#problem('adrg', row, 'rule', what));
      }
    }
    return sets;
  }
}

const isSite = (row: Row): boolean => row.role === 'trauma_site';
const roles = /principal_dx|any_dx|procedure_set_\d|procedure_class_\d|(?<![a-z_])procedure(?![a-z_])/g;

function variantsOf(mdcs: readonly Mdc[], extra: Listed): readonly Variant[] {
  const hiv: Condition = { op: 'in', fields: anyDiagnosis, sets: ['MDCY.principal_dx'] };
  return [
    ambiguousVariant('qy-main', 'the text of 1.1: an operation as main procedure that belongs to no group of the MDC', mdcs, main),
    ambiguousVariant('qy-any', 'practice of cities: any operation that belongs to no group of the MDC', mdcs, anyProcedure),
    ...(mdcs.some(({ mdc }) => mdc === 'Y') ? [{ name: 'hiv-any', why: '2.0: any diagnosis enters MDCY', mdcs: { Y: hiv } }] : []),
    ...Object.entries(extra.adrgs).map(([adrg, condition]) => ({
      name: `${adrg.toLowerCase()}-listed`,
      why: `the published list of ${adrg} instead of every principal diagnosis of its MDC`,
      adrgs: { [adrg]: condition },
    })),
  ];
}

/**
 * Imports a scheme written as plain tables (mdc, mdc_codes, adrg, adrg_codes, drg, cc_mcc, exclusions, valid_procedures and
 * catalogues). Throws RefusedInput with file, row and field.
 */
export function importPlainTables(folder: string, options: ImportOptions = {}): ImportedScheme {
  const about = aboutOf(folder, options);
  const { rows, source } = readTables(folder);
  const reader = new RowReader(rows);
  const mdcs = reader.mdcs();
  const adrgs = reader.adrgs(mdcs);
  const drgs = reader.drgs(adrgs);
  const severity = reader.severity();
  const extra = listedSets(rows.official_differences);
  const sets = reader.sets(extra);
  if (reader.problems.length > 0) throw new RefusedInput(reader.problems);
  const scheme: Scheme = {
    ...about,
    kind: 'drg',
    source,
    mdcs,
    adrgs,
    drgs,
    sets,
    severity,
    exclusions: collect(rows.exclusions, (row) => row.table ?? ''),
    diagnoses: names(rows.dx_catalog),
    procedures: names(rows.procedure_catalog),
    other_editions: { diagnoses: translated(rows.dx_code_map), procedures: translated(rows.procedure_code_map) },
    valid_procedures: validProcedures,
    amendments: amendmentsOf(rows.official_differences),
    variants: variantsOf(mdcs, extra),
    ungrouped: '0000',
  };
  return { scheme, report: reportOf(scheme, rows) };
}
