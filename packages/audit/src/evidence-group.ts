import { type GroupingCase, type LakeStay, type StayGroup, type StayGrouper, stayGrouperOf } from '@hengjian/grouping';
import { readSegment, type SegmentHandle } from '@hengjian/lake';
import { inRegion, type KnowledgeTable, parseKnowledge } from '@hengjian/rulespec';
import type { Settlement, StayPrice } from '@hengjian/settlement';
import { type CivilDay, inputProblems, isCatalogueCode, type LakeContext, libraryText, RefusedInput, views } from '@hengjian/standard';

/** Charge items one of which a bill must show for an operation, for some days and an area. */
export interface ProcedureCharge {
  readonly point_id: string;
  /** Codes, or beginnings of codes with a trailing `*`. */
  readonly operations: readonly string[];
  readonly items: readonly string[];
  readonly name: string;
  readonly region: string;
  readonly valid_from: CivilDay;
  /** Inclusive; undefined is open. */
  readonly valid_to: CivilDay | undefined;
}

/** What the group that a bill supports is worked out with. */
export interface GroupSupport {
  readonly grouper: StayGrouper;
  readonly charges: ChargeTable;
}

/** The charges of procedures, ready for many stays. */
export interface ChargeTable {
  readonly rows: readonly ProcedureCharge[];
  /** Rows that name an operation. */
  of(operation: string): readonly ProcedureCharge[];
}

/** Looks up each operation once, however many stays have it. */
export function chargeTable(rows: readonly ProcedureCharge[]): ChargeTable {
  const known = new Map<string, readonly ProcedureCharge[]>();
  return {
    rows,
    of(operation) {
      const found = known.get(operation) ?? rows.filter((row) => row.operations.some((pattern) => matches(pattern, operation)));
      known.set(operation, found);
      return found;
    },
  };
}

/** Charges of procedures of the library, used where a settlement brings no table of its own. */
const libraryCharges = 'codes/procedure-charges.csv';

const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

function chargesOf(table: KnowledgeTable): ProcedureCharge[] {
  const at = (name: string): number => {
    const index = table.columns.findIndex((column) => column.name === name);
    if (index >= 0) return index;
    throw inputProblems.refused('column-missing', { column: name }, { file: table.file, row: 1, field: name });
  };
  const [operations, items, name] = [at('operations'), at('items'), at('name')];
  return table.rows.map(({ cells, point_id, region, valid_from, valid_to }) => ({
    point_id,
    operations: textsOf(cells[operations]),
    items: textsOf(cells[items]),
    name: String(cells[name] ?? ''),
    region,
    valid_from,
    valid_to,
  }));
}

/** Reads which charge items stand for which operations. Throws a refusal with every problem of the table. */
export function readProcedureCharges(text: string, file: string): readonly ProcedureCharge[] {
  const { table, problems } = parseKnowledge(text, file);
  if (problems.length > 0 || table === undefined) throw new RefusedInput(problems);
  return chargesOf(table);
}

/** What supported groups are worked out with; undefined when the settlement keeps no scheme. */
export function groupSupport({ scheme, charges }: Pick<Settlement, 'scheme' | 'charges'>): GroupSupport | undefined {
  if (scheme === undefined) return undefined;
  const rows = readProcedureCharges(
    charges ?? libraryText(libraryCharges),
    charges === undefined ? libraryCharges : 'procedure-charges.csv',
  );
  return { grouper: stayGrouperOf(scheme), charges: chargeTable(rows) };
}

const matches = (pattern: string, code: string): boolean =>
  pattern.endsWith('*') ? code.startsWith(pattern.slice(0, -1)) : code === pattern;

/** What the net lines of a segment say of its stays. */
export interface Bills {
  /** Whether a line of the visit has one of the items and a positive net quantity. */
  has(visit: number, items: readonly string[]): boolean;
  /** Whether the visit has lines, and none of a service whose national code is not known. */
  isReadable(visit: number): boolean;
}

/** Item codes of a lake by what they can say of procedures. */
interface ItemKinds {
  readonly codes: readonly string[];
  /** Items that the charges name. */
  readonly named: readonly boolean[];
  readonly national: readonly boolean[];
  /** List types of drugs and consumables. */
  readonly goods: readonly boolean[];
}

function itemKinds(context: LakeContext, { rows }: ChargeTable): ItemKinds {
  const patterns = [...new Set(rows.flatMap((row) => row.items))];
  const exact = new Set(patterns.filter((pattern) => !pattern.endsWith('*')));
  const prefixes = patterns.filter((pattern) => pattern.endsWith('*'));
  const codes = context.dictionaries.item ?? [];
  return {
    codes,
    named: codes.map((code) => exact.has(code) || prefixes.some((prefix) => matches(prefix, code))),
    national: codes.map(isCatalogueCode),
    goods: (context.dictionaries.list_type ?? []).map((type) => !type.startsWith('2')),
  };
}

/** Prepares reading the bills of the segments of a lake: the items that the charges name, and visits with lines that could be anything. */
export function billReader(context: LakeContext, charges: ChargeTable): (handle: SegmentHandle) => Bills {
  const kinds = itemKinds(context, charges);
  return (handle) => readBills(handle, kinds);
}

function readBills(handle: SegmentHandle, { codes, named, national, goods }: ItemKinds): Bills {
  const { lines } = readSegment(handle, { lines: ['visit', 'med_list_codg', 'cnt', 'list_type'] });
  const visits = views.words(lines, 'visit');
  const items = views.ids(lines, 'med_list_codg');
  const quantities = views.floats(lines, 'cnt');
  const types = views.ids(lines, 'list_type');
  const found = new Map<number, Set<string>>();
  const billed = new Set<number>();
  const unreadable = new Set<number>();
  for (let line = 0; line < lines.length; line += 1) {
    const visit = visits[line] as number;
    const item = items[line] as number;
    if (!((quantities[line] as number) > 0)) continue;
    billed.add(visit);
    if (named[item] === true) {
      const own = found.get(visit);
      if (own === undefined) found.set(visit, new Set([codes[item] as string]));
      else own.add(codes[item] as string);
    } else if (national[item] !== true && goods[types[line] as number] !== true) unreadable.add(visit);
  }
  return {
    has: (visit, wanted) => [...(found.get(visit) ?? [])].some((code) => wanted.some((pattern) => matches(pattern, code))),
    isReadable: (visit) => billed.has(visit) && !unreadable.has(visit),
  };
}

/** A procedure that none of its charge items stands for on the bill. */
export interface Unbilled {
  readonly operation: string;
  readonly name: string;
  /** Items that were looked for. */
  readonly items: readonly string[];
}

/** The procedures of a stay by what its bill says of them. */
export interface JudgedProcedures {
  readonly billed: readonly string[];
  readonly unbilled: readonly Unbilled[];
  /** Procedures that no row of the table names. */
  readonly unnamed: readonly string[];
}

/** Judges each procedure by the rows in force on a day in an area; of several rows for one procedure any item will do. */
export function judgeProcedures(
  procedures: readonly string[],
  charges: ChargeTable,
  place: { readonly day: CivilDay; readonly area: string },
  has: (items: readonly string[]) => boolean,
): JudgedProcedures {
  const inForce = (charge: ProcedureCharge): boolean =>
    charge.valid_from <= place.day && place.day <= (charge.valid_to ?? place.day) && inRegion(charge.region, place.area);
  const billed: string[] = [];
  const unbilled: Unbilled[] = [];
  const unnamed: string[] = [];
  for (const operation of [...new Set(procedures)]) {
    const rows = charges.of(operation).filter(inForce);
    const items = [...new Set(rows.flatMap((row) => row.items))];
    if (items.length === 0) unnamed.push(operation);
    else if (has(items)) billed.push(operation);
    else unbilled.push({ operation, name: rows[0]?.name ?? '', items });
  }
  return { billed, unbilled, unnamed };
}

/** The group that the bill of a stay supports. */
export interface SupportedGroup {
  readonly unbilled: readonly Unbilled[];
  readonly group: StayGroup;
  readonly price: StayPrice;
}

/** A stay with its group and payment, and how it would be priced in another group. */
export interface PaidCase {
  readonly stay: LakeStay;
  readonly one: GroupingCase;
  readonly paid: StayPrice;
  price(group: StayGroup): StayPrice;
}

/**
 * Groups a stay without the procedures its bill does not show, and prices that group. Undefined while nothing is proven:
 * the table names none of its procedures; the supported group has no price; or nothing is cheaper, but the group hangs on
 * procedures that the table does not name.
 */
export function supportedGroup(
  { stay, one, paid, price }: PaidCase,
  judged: JudgedProcedures,
  grouper: StayGrouper,
): SupportedGroup | undefined {
  const { billed, unbilled, unnamed } = judged;
  if (billed.length === 0 && unbilled.length === 0) return undefined;
  const inGroup = (keeps: (operation: string) => boolean): SupportedGroup => {
    const group = grouper.group({ ...one, procedures: one.procedures.filter(keeps) }, stay);
    return { unbilled, group, price: price(group) };
  };
  const missing = new Set(unbilled.map(({ operation }) => operation));
  const supported = inGroup((operation) => !missing.has(operation));
  if (supported.price.form === 'unpaid') return undefined;
  if (supported.price.pay_fen < paid.pay_fen || unnamed.length === 0) return supported;
  const shown = inGroup((operation) => billed.includes(operation)).price;
  return shown.form !== 'unpaid' && shown.pay_fen >= paid.pay_fen ? supported : undefined;
}

/** What a finding shows of a supported group, by field name. */
export function supportReadings(paid: StayPrice, { unbilled, price }: SupportedGroup): Record<string, string> {
  const none = unbilled.map(({ operation, name, items }) => `${operation} ${name}（${items.join('、')}）`);
  return {
    'group.paid': paid.grp_code,
    'group.supported': price.grp_code === '' ? price.form : price.grp_code,
    'group.unbilled': none.join('；'),
  };
}
