import { columnNamed, columnsOf, type DimensionTable, nationalFieldOf, type WorkingTable } from './working-form.ts';

/**
 * What the deliveries carry: for each institution the national fields, as `table.field`, that ever had a value. Tables of
 * rows that belong to no institution stand under ''.
 */
export type Carriage = Readonly<Record<string, readonly string[]>>;

/** What of a lake says whether a column is carried. A lake without a record carries all but its absent tables. */
export interface Carrier {
  readonly carriage?: Carriage;
  readonly absent: readonly string[];
}

/** A column of the working form or of a dimension. */
export interface CarriedColumn {
  readonly table: WorkingTable | DimensionTable;
  readonly column: string;
}

/** Tables about one visit: whether they carry something is a matter of its institution. The others are registers of the city. */
const ofVisits: readonly (WorkingTable | DimensionTable)[] = ['visits', 'settlements', 'diagnoses', 'operations', 'lines'];

/** Whether a column is carried by each institution for itself. */
export const carriedByInstitution = ({ table }: CarriedColumn): boolean => ofVisits.includes(table);

/** National fields of which any one gives a column values; none for what ingest makes of every row. */
export const feedersOf = ({ table, column }: CarriedColumn): readonly string[] => columnNamed(table, column)?.carriedBy ?? [];

/** What people are told that a source must fill for a column: its own national field, else the first that feeds it. */
export const askedField = (column: CarriedColumn): string | undefined =>
  nationalFieldOf(column.table, column.column) ?? feedersOf(column)[0];

const tableOf = (field: string): string => field.slice(0, field.indexOf('.'));

/** National tables with rows about visits. */
const visitTables: ReadonlySet<string> = new Set(
  ofVisits.flatMap((table) => columnsOf(table).flatMap(({ sources }) => sources.map((source) => source.table))),
);

/** Fields carried under each name, and by any. */
interface Known {
  /** Of institutions that deliver anything about visits; of another nothing can be asked. */
  readonly own: ReadonlyMap<string, ReadonlySet<string>>;
  readonly any: ReadonlySet<string>;
}

const read = new WeakMap<Carriage, Known>();

function knownOf(carriage: Carriage): Known {
  const found = read.get(carriage);
  if (found !== undefined) return found;
  const delivering = Object.entries(carriage).filter(([, fields]) => fields.some((field) => visitTables.has(tableOf(field))));
  const own = new Map(delivering.map(([institution, fields]) => [institution, new Set(fields)] as const));
  const made = { own, any: new Set(Object.values(carriage).flat()) };
  read.set(carriage, made);
  return made;
}

/**
 * Whether the deliveries of an institution carry a column: any of its feeders ever had a value there. The one answer for
 * the audit, the readiness of rules and what a hospital is asked for. Of a register the whole lake is asked.
 */
export function carries(lake: Carrier, column: CarriedColumn, institution: string | undefined): boolean {
  const feeders = feedersOf(column);
  if (feeders.length === 0) return true;
  const present = feeders.filter((field) => !lake.absent.includes(tableOf(field)) && !lake.absent.includes(field));
  if (lake.carriage === undefined) return present.length > 0;
  const known = knownOf(lake.carriage);
  if (!carriedByInstitution(column)) return present.some((field) => known.any.has(field));
  const own = known.own.get(institution ?? '');
  return own === undefined || present.some((field) => own.has(field));
}

/** What one thing a rule asks for stands for: columns of which one is enough. */
export type Asked = readonly CarriedColumn[];

/** What of a list an institution does not deliver. */
const lackedBy = (lake: Carrier, asked: readonly Asked[], institution: string): readonly Asked[] =>
  asked.filter((any) => !any.some((column) => carries(lake, column, institution)));

/** Institutions that deliver anything about visits; '' where none is named. */
export function deliveringInstitutions(carriage: Carriage): readonly string[] {
  const all = [...knownOf(carriage).own.keys()];
  const named = all.filter((institution) => institution !== '');
  return (named.length > 0 ? named : all).sort(compareText);
}

/** An institution and what is charged there, in fen. */
export interface ChargedInstitution {
  readonly institution: string;
  readonly charge_fen: number;
}

/** What a rule asks for. */
export interface AskingRule {
  readonly id: string;
  readonly asks: readonly Asked[];
}

/** Where a rule can be judged. */
export interface RuleReadiness {
  readonly id: string;
  /** Institutions at which everything it asks for is carried. */
  readonly runs: number;
  readonly institutions: number;
  /** National fields that are missing somewhere, those missing at most institutions first. */
  readonly missing: readonly string[];
  readonly charge_fen: number;
  readonly charge_all_fen: number;
}

/** What a missing field would unlock. */
export interface FieldAsk {
  readonly field: string;
  /** Rules that somewhere lack nothing else. */
  readonly rules: number;
  /** Rules that lack it beside something else. */
  readonly with_others: number;
  /** Charge of the institutions at which it alone is missing for some rule. */
  readonly charge_fen: number;
  readonly institutions: readonly string[];
}

interface Lack {
  readonly rule: string;
  readonly place: ChargedInstitution;
  readonly fields: readonly string[];
}

const sumOf = (places: Iterable<ChargedInstitution>): number => [...places].reduce((sum, { charge_fen }) => sum + charge_fen, 0);

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

function lacksOf(rule: AskingRule, lake: Carrier, places: readonly ChargedInstitution[]): readonly Lack[] {
  return places.flatMap((place) => {
    const lacked = lackedBy(lake, rule.asks, place.institution);
    const fields = [...new Set(lacked.map((any) => any.map(askedField).find((field) => field !== undefined) ?? ''))];
    return fields.length === 0 ? [] : [{ rule: rule.id, place, fields }];
  });
}

/** At how many institutions each rule can be judged, what it lacks elsewhere, and how much is charged where it can. */
export function readinessOf(rules: readonly AskingRule[], lake: Carrier, places: readonly ChargedInstitution[]): readonly RuleReadiness[] {
  const all = sumOf(places);
  return rules.map((rule) => {
    const lacks = lacksOf(rule, lake, places);
    const counts = new Map<string, number>();
    for (const { fields } of lacks) for (const field of fields) counts.set(field, (counts.get(field) ?? 0) + 1);
    const missing = [...counts].sort(([x, a], [y, b]) => b - a || compareText(x, y)).map(([field]) => field);
    const charge_fen = all - sumOf(lacks.map(({ place }) => place));
    return { id: rule.id, runs: places.length - lacks.length, institutions: places.length, missing, charge_fen, charge_all_fen: all };
  });
}

/** The same the other way round: which missing field unlocks how many rules and how much charge, largest first. */
export function fieldAsks(rules: readonly AskingRule[], lake: Carrier, places: readonly ChargedInstitution[]): readonly FieldAsk[] {
  const lacks = rules.flatMap((rule) => lacksOf(rule, lake, places));
  const fields = [...new Set(lacks.flatMap((lack) => lack.fields))];
  const asks = fields.map((field): FieldAsk => {
    const own = lacks.filter((lack) => lack.fields.includes(field));
    const alone = own.filter((lack) => lack.fields.length === 1);
    const rulesOf = (some: readonly Lack[]): ReadonlySet<string> => new Set(some.map(({ rule }) => rule));
    const unlocked = rulesOf(alone);
    const charged = new Map(alone.map(({ place }) => [place.institution, place]));
    return {
      field,
      rules: unlocked.size,
      with_others: [...rulesOf(own)].filter((rule) => !unlocked.has(rule)).length,
      charge_fen: sumOf(charged.values()),
      institutions: [...new Set(own.map(({ place }) => place.institution))].sort(compareText),
    };
  });
  return asks.sort(
    (x, y) => y.rules - x.rules || y.charge_fen - x.charge_fen || y.with_others - x.with_others || compareText(x.field, y.field),
  );
}
