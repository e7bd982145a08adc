import { bindRulebook, type CheckedRule, type KnowledgeTable, neededColumns } from '@hengjian/rulespec';
import {
  type CarriedColumn,
  columnNamed,
  type DimensionTable,
  dimensionTableNames,
  feedersOf,
  isOneOf,
  isWorkingTable,
  views,
  type WorkingTable,
  workingTableNames,
} from '@hengjian/standard';
import type { LoadedLake, Where } from './remove.ts';
import { withoutColumn } from './remove.ts';
import { compiled, type Said, saidOf } from './verdicts.ts';

const wholeTables: Readonly<Record<string, CarriedColumn>> = {
  diagnoses: { table: 'diagnoses', column: 'diag_code' },
  operations: { table: 'operations', column: 'oprn_oprt_code' },
  enrolments: { table: 'enrolments', column: 'begndate' },
};

type Plain = Readonly<Record<string, unknown>>;

/** Columns of dimensions and carried columns anywhere in a checked rule. */
function mentioned(value: unknown, found: CarriedColumn[]): void {
  if (typeof value !== 'object' || value === null) return;
  const { table, column, source: _ } = value as Plain;
  const known = typeof table === 'string' && (isWorkingTable(table) || isOneOf(dimensionTableNames, table));
  if (known && typeof column === 'string') found.push({ table: table as WorkingTable | DimensionTable, column });
  for (const [name, part] of Object.entries(value)) if (name !== 'source') mentioned(part, found);
}

/** Columns that sources can lack and a rule reads: what its kernel loads, what its conditions name. */
export function columnsRead(rule: CheckedRule, tables: ReadonlyMap<string, KnowledgeTable>, lake: LoadedLake): readonly CarriedColumn[] {
  const needed = neededColumns(bindRulebook([rule], tables, lake.context));
  const loaded = workingTableNames.flatMap((table) =>
    (needed[table] ?? []).map((column): CarriedColumn => {
      const range = /^(diagnoses|operations|enrolments)_(start|end)$/.exec(column)?.[1];
      return (range === undefined ? undefined : wholeTables[range]) ?? { table, column };
    }),
  );
  const named: CarriedColumn[] = [];
  mentioned(rule, named);
  const all = new Map([...loaded, ...named].map((one) => [`${one.table}.${one.column}`, one]));
  return [...all.values()].filter((one) => {
    const definition = columnNamed(one.table, one.column);
    const whole = Object.values(wholeTables).some(({ table, column }) => table === one.table && column === one.column);
    return definition !== undefined && (definition.nullable || whole) && feedersOf(one).length > 0 && definition.kind !== 'text';
  });
}

/** What is wrong with the verdicts of a lake that lacks a column, held against those of the whole lake. */
export function faultsOf(whole: Said, lacking: Said): readonly string[] {
  const faults: string[] = [];
  for (const [subject, verdict] of lacking.verdicts) {
    const before = whole.verdicts.get(subject);
    if (verdict === 'hit' && before !== 'hit') faults.push(`${subject}: ${before ?? 'nothing'} became a hit`);
    if (verdict === 'clear' && before === 'unknown') faults.push(`${subject}: unknown became clear`);
  }
  const { hit, clear } = lacking.counts;
  if (hit > whole.counts.hit) faults.push(`${hit} hits, before ${whole.counts.hit}`);
  if (clear > whole.counts.clear + whole.counts.hit - hit) faults.push(`${clear} clear, before ${whole.counts.clear}`);
  return faults;
}

/** Persons of a segment who were at an institution. */
function patientsOf({ segments, context }: LoadedLake, number: number, institution: string): ReadonlySet<number> {
  const id = (context.dictionaries['institution'] ?? []).indexOf(institution);
  const visits = segments[number]?.visits;
  const [institutions, persons] = [views.ids(visits, 'fixmedins_code'), views.words(visits, 'person')];
  return new Set([...persons].filter((_, row) => institutions[row] === id));
}

/** Verdicts on persons who were never at the institution that lacks a column must be what they were. */
function strayChanges(lake: LoadedLake, institution: string, whole: Said, lacking: Said): readonly string[] {
  const patients = lake.segments.map((_, number) => patientsOf(lake, number, institution));
  const elsewhere = (subject: string): boolean => {
    const [segment = 0, , visit = 0] = subject.split('|').map(Number);
    const person = views.words(lake.segments[segment]?.visits, 'person')[visit];
    return person !== undefined && patients[segment]?.has(person) === false;
  };
  return [...new Set([...whole.verdicts.keys(), ...lacking.verdicts.keys()])].flatMap((subject) => {
    const [before, after] = [whole.verdicts.get(subject), lacking.verdicts.get(subject)];
    return before === after || !elsewhere(subject) ? [] : [`${subject}: ${before} became ${after} at another institution`];
  });
}

const shown = ({ evaluated, hit, clear, unknown }: Said['counts']): string =>
  JSON.stringify([evaluated, hit, clear, [...unknown].sort(([left], [right]) => (left < right ? -1 : 1))]);

/** Takes a column away and says what breaks the law; with `both` also where the two back ends differ. */
export function holdsWithout(
  rule: CheckedRule,
  tables: ReadonlyMap<string, KnowledgeTable>,
  lake: LoadedLake,
  column: CarriedColumn,
  where: Where,
  whole: Said,
): readonly string[] {
  const without = withoutColumn(lake, column, where);
  const lacking = saidOf(rule, tables, without);
  const faults = faultsOf(whole, lacking);
  if (!lacking.bySubject) return faults;
  const kernel = compiled(rule, tables, without);
  const apart = shown(kernel.counts) === shown(lacking.counts) ? [] : [`kernel ${shown(kernel.counts)}, oracle ${shown(lacking.counts)}`];
  const stray = where === 'everywhere' ? [] : strayChanges(lake, where.institution, whole, lacking);
  return [...faults, ...apart, ...stray];
}
