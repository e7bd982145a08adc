import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Problem, parseCsvRecords, RefusedInput } from '@hengjian/standard';
import type { CodeField, Condition } from '../scheme/condition.ts';
import type { Adrg, AdrgKind, Amendment, Drg, Mdc, Scheme, SeverityCode, Variant } from '../scheme/scheme.ts';
import type { ImportedScheme } from './assemble.ts';
import type { LoadReport, SheetReport } from './report.ts';
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
      if (!optional)
        problems.push({
          code: 'scheme-table-missing',
          message: 'a table of the scheme is missing',
          remedy: `add ${file} to the folder`,
          place: { file },
        });
      return [];
    }
    const bytes = readFileSync(path);
    source.push({ file, sha256: createHash('sha256').update(bytes).digest('hex') });
    const rows = parseCsvRecords(bytes.toString('utf8'), file);
    const missing = columnsOf[name].filter((column) => rows.length > 0 && !(column in (rows[0] as Row)));
    for (const field of missing) {
      problems.push({
        code: 'scheme-column-missing',
        message: `the column ${field} is missing`,
        remedy: 'name it in the header',
        place: { file, row: 1, field },
      });
    }
    return rows;
  };
  const names = [...tableNames.map((name) => [name, false] as const), ...optionalNames.map((name) => [name, true] as const)];
  const rows = Object.fromEntries(names.map(([name, optional]) => [name, read(name, optional)])) as Record<TableName, readonly Row[]>;
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

const numberOf = { age: 'age', gender: 'sex', age_days: 'age_days', birth_weight: 'birth_weight' } as const;
const comparison = /^(age|gender|age_days|birth_weight)(<=|>=|<|>|=)(\d+)$/;
const role = /^(principal_dx|any_dx|procedure(_set_\d|_class_\d)?)$/;
const validProcedures = 'valid_procedures';

/** A condition in the words of the plain layout: terms joined by `&`, which binds tighter than `|`, and brackets. */
function parseRule(text: string, scope: string, sites: readonly string[], refuse: (message: string) => never): Condition {
  const tokens = text.match(/[()&|]|[^()&|\s]+/g) ?? [];
  let at = 0;
  const term = (): Condition => {
    const token = tokens[at] ?? refuse('the rule ends where a term is expected');
    at += 1;
    if (token === '(') {
      const inside = either();
      if (tokens[at] !== ')') refuse('a bracket is never closed');
      at += 1;
      return inside;
    }
    if (token === 'always') return { op: 'always' };
    if (token === 'first_procedure_valid') return { op: 'in', fields: main, sets: [validProcedures] };
    if (token === 'no_valid_procedure') return { op: 'not', of: { op: 'in', fields: anyProcedure, sets: [validProcedures] } };
    if (role.test(token)) return { op: 'in', fields: fieldsOfRole(token), sets: [`${scope}.${token}`] };
    const [, name, compare, value] = comparison.exec(token) ?? [];
    if (name !== undefined) {
      return {
        op: 'compare',
        field: numberOf[name as keyof typeof numberOf],
        compare: compare as '=' | '<' | '<=' | '>' | '>=',
        value: Number(value),
      };
    }
    const count = /^trauma_sites>=(\d+)$/.exec(token)?.[1];
    if (count !== undefined) return { op: 'sets', fields: anyDiagnosis, sets: sites, compare: '>=', value: Number(count) };
    return refuse(`${token} is no term of a rule`);
  };
  const series = (sign: '&' | '|', op: 'and' | 'or', part: () => Condition): Condition => {
    const of = [part()];
    while (tokens[at] === sign) {
      at += 1;
      of.push(part());
    }
    return of.length === 1 ? (of[0] as Condition) : { op, of };
  };
  const both = (): Condition => series('&', 'and', term);
  const either = (): Condition => series('|', 'or', both);
  const whole = either();
  if (at < tokens.length) refuse(`${tokens[at]} stands where the rule should end`);
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

function listed(rows: readonly Row[]): { readonly adrgs: Record<string, Condition>; readonly sets: Record<string, string[]> } {
  const listedRows = rows.filter((row) => row.role === 'principal_dx' && (row.note ?? '').startsWith('listed for'));
  const sets = collect(listedRows, (row) => `${row.adrg}.listed`);
  const adrgs = Object.fromEntries(
    Object.keys(sets).map((set) => [set.split('.')[0] as string, { op: 'in', fields: principal, sets: [set] } as Condition]),
  );
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

function reportOf(scheme: Scheme, rows: Tables['rows']): LoadReport {
  const repaired = scheme.amendments.length;
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
    notices:
      repaired === 0
        ? []
        : [
            {
              code: 'differences',
              zh: `${repaired} 处与公布文本不同，见修订登记；公布文本的写法可用变体选择`,
              en: `${repaired} departures from the published text are in the register of amendments; variants bring the published wording`,
              sheet: 'official_differences.csv',
              rows: [],
            },
          ],
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

/**
 * Imports a scheme written as plain tables (mdc, mdc_codes, adrg, adrg_codes, drg, cc_mcc, exclusions, valid_procedures and
 * catalogues). Throws RefusedInput with file, row and field.
 */
export function importPlainTables(folder: string, options: ImportOptions = {}): ImportedScheme {
  const about = aboutOf(folder, options);
  const { rows, source } = readTables(folder);
  const problems: Problem[] = [];
  const refusal = (file: string, row: Row, field: string, message: string): Problem => ({
    code: 'scheme-rule',
    message: `${Object.values(row)[0]}: ${message}`,
    remedy: 'write the rule with the terms named in docs/schemes.md',
    place: { file, row: 2 + rows[file.slice(0, -4) as TableName].indexOf(row), field },
  });
  const sites = [...new Set(rows.mdc_codes.filter((row) => row.role === 'trauma_site').map((row) => `MDC${row.mdc}.${row.site}`))];
  const ruleOf = (row: Row, file: string, field: string, scope: string): Condition => {
    try {
      return parseRule(row[field] ?? '', scope, sites, (message) => {
        throw new RefusedInput(refusal(file, row, field, message));
      });
    } catch (error) {
      if (!(error instanceof RefusedInput)) throw error;
      problems.push(...error.problems);
      return { op: 'always' };
    }
  };
  const mdcs = inOrder(rows.mdc).map(
    (row): Mdc => ({ mdc: row.mdc ?? '', name: row.name ?? '', condition: ruleOf(row, 'mdc.csv', 'entry_rule', `MDC${row.mdc}`) }),
  );
  const order = new Map(mdcs.map(({ mdc }, index) => [mdc, index]));
  const adrgs = inOrder(rows.adrg)
    .map((row): Adrg => {
      const kind = kinds[row.kind ?? ''];
      if (kind === undefined) problems.push(refusal('adrg.csv', row, 'kind', `${row.kind} is no kind`));
      if (!order.has(row.mdc ?? '')) problems.push(refusal('adrg.csv', row, 'mdc', `there is no MDC ${row.mdc}`));
      return {
        adrg: row.adrg ?? '',
        name: row.name ?? '',
        mdc: row.mdc ?? '',
        kind: kind ?? 'medical',
        condition: ruleOf(row, 'adrg.csv', 'rule', row.adrg ?? ''),
      };
    })
    .toSorted((left, right) => (order.get(left.mdc) ?? 0) - (order.get(right.mdc) ?? 0));
  const known = new Set(adrgs.map((one) => one.adrg));
  const drgs = inOrder(rows.drg).map((row): Drg => {
    const split = splits[row.severity_condition ?? ''];
    if (split === undefined) problems.push(refusal('drg.csv', row, 'severity_condition', `${row.severity_condition} is no condition`));
    if (!known.has(row.adrg ?? '')) problems.push(refusal('drg.csv', row, 'adrg', `there is no ADRG ${row.adrg}`));
    return {
      drg: row.drg ?? '',
      name: row.name ?? '',
      adrg: row.adrg ?? '',
      condition: split?.condition ?? { op: 'always' },
      split: split?.split ?? '',
    };
  });
  const severity = rows.cc_mcc.map((row): SeverityCode => {
    if (row.level !== 'MCC' && row.level !== 'CC') problems.push(refusal('cc_mcc.csv', row, 'level', `${row.level} is neither MCC nor CC`));
    return { code: row.code ?? '', level: row.level === 'MCC' ? 'MCC' : 'CC', table: row.exclusion_table ?? '' };
  });
  const extra = listed(rows.official_differences);
  const sets: Record<string, readonly string[]> = {
    ...collect(rows.mdc_codes, (row) => (row.role === 'trauma_site' ? `MDC${row.mdc}.${row.site}` : `MDC${row.mdc}.principal_dx`)),
    ...collect(
      rows.mdc_codes.filter((row) => row.role === 'trauma_site'),
      (row) => `MDC${row.mdc}.principal_dx`,
    ),
    ...collect(rows.adrg_codes, (row) => `${row.adrg}.${row.role}`),
    ...extra.sets,
    [validProcedures]: rows.valid_procedures.map((row) => row.code ?? ''),
  };
  for (const row of rows.adrg) {
    for (const [name] of (row.rule ?? '').matchAll(
      /principal_dx|any_dx|procedure_set_\d|procedure_class_\d|(?<![a-z_])procedure(?![a-z_])/g,
    )) {
      if (sets[`${row.adrg}.${name}`] === undefined)
        problems.push(refusal('adrg.csv', row, 'rule', `adrg_codes.csv lists no code with the role ${name}`));
    }
  }
  if (problems.length > 0) throw new RefusedInput(problems);
  const hiv = mdcs.find((one) => one.mdc === 'Y');
  const variants: Variant[] = [
    ambiguousVariant('qy-main', 'the text of 1.1: an operation as main procedure that belongs to no group of the MDC', mdcs, main),
    ambiguousVariant('qy-any', 'practice of cities: any operation that belongs to no group of the MDC', mdcs, anyProcedure),
  ];
  if (hiv !== undefined) {
    const sets = [`MDCY.principal_dx`];
    variants.push({ name: 'hiv-any', why: '2.0: any diagnosis enters MDCY', mdcs: { Y: { op: 'in', fields: anyDiagnosis, sets } } });
  }
  for (const adrg of Object.keys(extra.adrgs)) {
    variants.push({
      name: `${adrg.toLowerCase()}-listed`,
      why: `the published list of ${adrg} instead of every principal diagnosis of its MDC`,
      adrgs: { [adrg]: extra.adrgs[adrg] as Condition },
    });
  }
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
    variants,
    ungrouped: '0000',
  };
  return { scheme, report: reportOf(scheme, rows) };
}
