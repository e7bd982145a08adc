import { type LakeContext, missingCode, missingInt } from '@hengjian/standard';
import type { CheckedRule } from '../check/checked.ts';
import type { CheckedParameter } from '../check/parts.ts';
import { isCode, isSet } from '../check/types.ts';
import type { KnowledgeTable } from '../knowledge/knowledge.ts';
import { inRegion } from './area.ts';
import { type Codes, columnAt, makeCodes } from './codes.ts';

const openEnd = 2_147_483_647;

/** Validity of each row of a table. */
export interface Validity {
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Index into the regions of the rulebook. */
  readonly region: Int32Array;
  /** Whether every row holds for the whole country and for ever. */
  readonly always: boolean;
}

/** Checked rules and their tables, bound to the dictionaries of a lake. Cheap to make again in each worker; not made to be posted. */
export interface BoundRules {
  readonly rules: readonly CheckedRule[];
  readonly tables: ReadonlyMap<string, KnowledgeTable>;
  readonly context: LakeContext;
  readonly codes: Codes;
  /** Distinct regions, as the texts of area codes. */
  readonly regions: readonly string[];
  /** 1 where region r contains area a, at r × (areas + 1) + a + 1. */
  readonly contains: Uint8Array;
  readonly areas: number;
  table(name: string): KnowledgeTable;
  validity(name: string): Validity;
  /** Values of a column by row: ids, days, scaled numbers; texts as numbers of equal texts. */
  column(table: string, name: string): Int32Array | Float64Array;
  parameter(rule: CheckedRule, name: string): CheckedParameter;
}

function numbersOf(table: KnowledgeTable, name: string, codes: Codes): Int32Array | Float64Array {
  const { index, type } = columnAt(table, name);
  const cells = table.rows.map((row) => row.cells[index] ?? null);
  if (isCode(type))
    return Int32Array.from(cells, (cell) => (cell === null ? missingCode : codes.id(type.slice('code:'.length), String(cell))));
  if (type === 'text' || isSet(type)) {
    const known = new Map<string, number>();
    return Int32Array.from(cells, (cell) => {
      const text = String(cell);
      const found = known.get(text) ?? known.size;
      known.set(text, found);
      return found;
    });
  }
  if (type === 'day' || type === 'window') return Int32Array.from(cells, (cell) => (typeof cell === 'number' ? cell : missingInt));
  return Float64Array.from(cells, (cell) => (typeof cell === 'number' ? cell : Number.NaN));
}

function validityOf(table: KnowledgeTable, regions: readonly string[]): Validity {
  const from = Int32Array.from(table.rows, (row) => row.valid_from);
  const to = Int32Array.from(table.rows, (row) => row.valid_to ?? openEnd);
  const region = Int32Array.from(table.rows, (row) => regions.indexOf(row.region));
  const always = table.rows.every((row) => row.valid_to === undefined && row.valid_from < -1_000_000 && row.region === '000000');
  return { from, to, region, always };
}

/**
 * Binds checked rules to the dictionaries of a lake: literals, points and sets become ids. The tables are made when
 * they are first asked for, so binding costs little. It holds functions and cannot be posted to a worker: bind again
 * there from (rules, tables, context).
 */
export function bindRules(rules: readonly CheckedRule[], tables: ReadonlyMap<string, KnowledgeTable>, context: LakeContext): BoundRules {
  const codes = makeCodes(context);
  const regions = [...new Set(['000000', ...[...tables.values()].flatMap((table) => table.rows.map((row) => row.region))])];
  const areas = codes.values('area');
  const contains = new Uint8Array(regions.length * (areas.length + 1));
  regions.forEach((region, index) => {
    const base = index * (areas.length + 1);
    contains[base] = inRegion(region, undefined) ? 1 : 0;
    areas.forEach((area, id) => {
      contains[base + id + 1] = inRegion(region, area) ? 1 : 0;
    });
  });
  const columns = new Map<string, Int32Array | Float64Array>();
  const validities = new Map<string, Validity>();
  const table = (name: string): KnowledgeTable => {
    const found = tables.get(name);
    if (found === undefined) throw new Error(`no knowledge table ${name}`);
    return found;
  };
  return {
    rules,
    tables,
    context,
    codes,
    regions,
    contains,
    areas: areas.length,
    table,
    validity(name) {
      const found = validities.get(name) ?? validityOf(table(name), regions);
      validities.set(name, found);
      return found;
    },
    column(name, column) {
      const key = `${name}.${column}`;
      const found = columns.get(key) ?? numbersOf(table(name), column, codes);
      columns.set(key, found);
      return found;
    },
    parameter(rule, name) {
      const found = rule.params.find((parameter) => parameter.name === name);
      if (found === undefined) throw new Error(`rule ${rule.source.id} has no parameter ${name}`);
      return found;
    },
  };
}
