import { clippedReason, counted, listed, type Place, type Words, words } from '@hengjian/standard';
import type { Tables } from './engine.ts';
import { tableProblems } from './problems.ts';
import { text } from './shape.ts';
import { quoted } from './write.ts';

type Tree = Readonly<Record<string, unknown>>;

/** Kinds of relations whose parts are looked at; any other kind is refused. */
const relations: ReadonlySet<string> = new Set(['BASE_TABLE', 'TABLE_FUNCTION', 'JOIN', 'SUBQUERY', 'EMPTY', 'EXPRESSION_LIST', 'PIVOT']);
const queries: ReadonlySet<string> = new Set(['SELECT_NODE', 'SET_OPERATION_NODE', 'RECURSIVE_CTE_NODE', 'CTE_NODE']);
/** What else has a kind and is no expression: how rows are ordered and cut. */
const modifiers: ReadonlySet<string> = new Set([
  'ORDER_MODIFIER',
  'LIMIT_MODIFIER',
  'LIMIT_PERCENT_MODIFIER',
  'DISTINCT_MODIFIER',
  'ASCENDING',
  'DESCENDING',
  'ORDER_DEFAULT',
]);

/** Functions that give rows and read nothing. */
const rowFunctions: ReadonlySet<string> = new Set(['unnest', 'range', 'generate_series']);

/** Functions that look at the machine, the engine or the clock, or draw lots: their answer is none of the sources. */
const outward = [
  /^(?:read|write|sniff|parquet|duckdb|pragma|pg|load|json_execute|which|in_search|txid)_/,
  /^(?:current_|localtime|getenv|getvariable|get_current|nextval|currval|query|glob|version|user$|session_user|icu_)/,
  /^(?:now|today|random|uuid|uuidv\d|gen_random_uuid|setseed|transaction_timestamp|statement_timestamp|sql_auto_complete)$/,
];
const looksOut = (name: string): boolean => outward.some((pattern) => pattern.test(name));

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);
const nameOf = (tree: Tree, member: string): string => {
  const value = tree[member];
  return typeof value === 'string' ? value.toLowerCase() : '';
};

/** Says what is wrong with a part of a query; nothing when all is in order. */
class Walk {
  fault: Words | undefined;

  refuse(zh: string, en: string): void {
    this.fault ??= words(zh, en);
  }

  visit(value: unknown, names: ReadonlySet<string>): void {
    if (Array.isArray(value)) for (const item of value) this.visit(item, names);
    else if (isTree(value)) this.#tree(value, names);
  }

  #tree(tree: Tree, names: ReadonlySet<string>): void {
    if (typeof tree.class === 'string') this.#expression(tree, names);
    else if (typeof tree.type === 'string') this.#part(tree, tree.type, names);
    else this.#members(tree, names);
  }

  #members(tree: Tree, names: ReadonlySet<string>, except: readonly string[] = []): void {
    for (const [member, value] of Object.entries(tree)) if (!except.includes(member)) this.visit(value, names);
  }

  #expression(tree: Tree, names: ReadonlySet<string>): void {
    if (tree.class === 'CONSTANT') return;
    const columns = tree.class === 'COLUMN_REF' && Array.isArray(tree.column_names) ? tree.column_names.map(String) : [];
    // A name that no column has may be a function without its brackets.
    const called = columns.length === 1 ? (columns[0] ?? '').toLowerCase() : nameOf(tree, 'function_name');
    if (looksOut(called)) this.refuse(`函数 ${called}`, `the function ${called}`);
    this.#members(tree, names);
  }

  #part(tree: Tree, kind: string, names: ReadonlySet<string>): void {
    if (tree.sample !== undefined) this.refuse('抽样（SAMPLE）', 'SAMPLE, which draws lots');
    if (queries.has(kind)) this.#query(tree, kind, names);
    else if (kind === 'BASE_TABLE') this.#table(tree, names);
    else if (kind === 'TABLE_FUNCTION') this.#rowFunction(tree, names);
    else if (relations.has(kind) || modifiers.has(kind)) this.#members(tree, names);
    else this.refuse(kind, kind);
  }

  #table(tree: Tree, names: ReadonlySet<string>): void {
    const path = [tree.catalog_name, tree.schema_name, tree.table_name].flatMap((part) =>
      typeof part === 'string' && part !== '' ? [part] : [],
    );
    const [name = ''] = path;
    if (path.length !== 1 || !names.has(name.toLowerCase())) this.refuse(`表 ${path.join('.')}`, `the relation ${path.join('.')}`);
    this.#members(tree, names);
  }

  #rowFunction(tree: Tree, names: ReadonlySet<string>): void {
    const called = isTree(tree.function) ? nameOf(tree.function, 'function_name') : '';
    if (!rowFunctions.has(called)) this.refuse(`表函数 ${called}`, `the table function ${called}`);
    this.#members(tree, names);
  }

  /** Each named part of a query may use those before it; only the second half of a recursive one may use itself. */
  #query(tree: Tree, kind: string, outer: ReadonlySet<string>): void {
    const names = new Set(outer);
    const parts = isTree(tree.cte_map) && Array.isArray(tree.cte_map.map) ? tree.cte_map.map : [];
    for (const part of parts) {
      if (!isTree(part)) continue;
      this.visit(part.value, names);
      names.add(nameOf(part, 'key'));
    }
    const members = ['cte_map', 'type'];
    if (kind === 'SELECT_NODE' || kind === 'SET_OPERATION_NODE') {
      this.#members(tree, names, members);
      return;
    }
    const [first, second] = kind === 'CTE_NODE' ? ['query', 'child'] : ['left', 'right'];
    this.visit(tree[first], names);
    names.add(nameOf(tree, 'cte_name') || nameOf(tree, 'ctename'));
    this.visit(tree[second], names);
    this.#members(tree, names, [...members, first, second]);
  }
}

function statementsOf(json: string): { readonly statements: readonly unknown[]; readonly error: string | undefined } {
  const parsed: unknown = JSON.parse(json);
  if (!isTree(parsed)) return { statements: [], error: '' };
  if (parsed.error === true) return { statements: [], error: String(parsed.error_message ?? '') };
  return { statements: Array.isArray(parsed.statements) ? parsed.statements : [], error: undefined };
}

function faultOf(json: string, sources: readonly string[]): Words | undefined {
  const { statements, error } = statementsOf(json);
  if (error !== undefined) {
    const reason = clippedReason(error);
    return words(`无法作为查询读取：${reason}`, `it cannot be read as one: ${reason}`);
  }
  if (statements.length !== 1) return words(`${statements.length} 条语句`, counted(statements.length, 'statement'));
  const walk = new Walk();
  walk.visit(statements, new Set(sources.map((name) => name.toLowerCase())));
  return walk.fault;
}

const noSources = words('无。请先在 sources 下声明', 'none yet; declare them under sources');

/**
 * Refuses a statement of a user unless it is exactly one SELECT over the named relations and its own named parts: no other
 * relation, file, statement or function that looks outside. It is parsed by the engine that will run it and is not run.
 * Throws `query-forbidden` with the part that offends, at `place`.
 */
export async function checkedSelect(engine: Tables, sql: string, sources: readonly string[], place?: Place): Promise<void> {
  const row = await engine.row(`SELECT json_serialize_sql(${quoted(sql)}, skip_null := true, skip_empty := true)::VARCHAR AS tree`, {
    tree: text,
  });
  const part = faultOf(row?.tree ?? '', sources);
  if (part === undefined) return;
  throw tableProblems.refused('query-forbidden', { part, sources: listed(sources, noSources) }, place);
}
