import { type ColumnDefinition, columnsOf } from '@hengjian/standard';
import type { KnowledgeTable } from '../knowledge/knowledge.ts';
import type { FieldTable, Role } from './ir.ts';
import type { Type } from './types.ts';

/** What an expression may speak of at its place in the rule. */
export interface Scope {
  /** `line`, `visit`, or `group`: only what all lines of a group share. */
  readonly self: 'line' | 'visit' | 'group';
  /** Set where the rule looks at two things; then plain names mean b. */
  readonly two: boolean;
  /** Whether a may be spoken of. */
  readonly a: boolean;
  /** In a group: whether all its lines are of one visit. */
  readonly oneVisit: boolean;
  readonly each: 'diagnosis' | 'operation' | undefined;
  readonly point: KnowledgeTable | undefined;
  readonly params: ReadonlyMap<string, Type>;
  readonly sums: ReadonlyMap<string, Type>;
  readonly measure: Type | undefined;
  readonly tables: ReadonlyMap<string, KnowledgeTable>;
  /** Distinct things of the group may be counted (exceptions of totals and windows). */
  readonly counts?: boolean;
  /** The stock of the group's institution, item and month may be asked for. */
  readonly stock?: boolean;
  /** Texts may be read (messages only). */
  readonly texts: boolean;
}

/** Scopes of the places of a rule. */
export interface Scopes {
  readonly where: Scope;
  readonly when: Scope;
  /** Limits of totals. */
  readonly limit: Scope;
  /** Exceptions and messages. */
  readonly exception: Scope;
  /** Lines counted by sums. */
  readonly line: Scope;
}

/** Scopes of a line, of a visit and of what all rows of a group share, from which shapes make their own. */
export interface ScopeBases {
  readonly line: Scope;
  readonly visit: Scope;
  readonly group: Scope;
}

/** The scopes of a rule with its points, parameters and tables. */
export function scopeBases(
  point: KnowledgeTable | undefined,
  params: ReadonlyMap<string, Type>,
  tables: ReadonlyMap<string, KnowledgeTable>,
): ScopeBases {
  const base = {
    two: false,
    a: false,
    oneVisit: false,
    each: undefined,
    sums: new Map<string, Type>(),
    measure: undefined,
    texts: false,
    point,
    params,
    tables,
  } as const;
  return { line: { ...base, self: 'line' }, visit: { ...base, self: 'visit' }, group: { ...base, self: 'group' } };
}

const ownerTables = new Map<string, FieldTable>([
  ['line', 'lines'],
  ['visit', 'visits'],
  ['settlement', 'settlements'],
  ['person', 'persons'],
  ['institution', 'institution'],
  ['practitioner', 'practitioner'],
]);

/** Columns that rules may read; ranges, rows and texts are the machinery of the segment. */
export function readable(table: FieldTable, texts: boolean): readonly ColumnDefinition[] {
  return columnsOf(table).filter((column) => column.kind !== 'row' && (texts || column.kind !== 'text'));
}

export function columnType(column: ColumnDefinition): Type {
  switch (column.kind) {
    case 'code':
    case 'code8':
      return `code:${column.of ?? ''}`;
    case 'day':
    case 'minute':
    case 'text':
      return column.kind;
    case 'scaled':
      return column.of === 'integer' ? 'int' : (column.of as Type);
    default:
      return `ref:${column.name}`;
  }
}

export interface Resolved {
  readonly role: Role;
  readonly table: FieldTable;
  /** The column, or `row` for the row itself. */
  readonly column: ColumnDefinition | 'row';
  readonly nullable: boolean;
}

/** A name that means nothing, with those that do in its place. */
export interface Unresolved {
  readonly known: readonly string[];
  readonly name: string;
}

const alwaysMissing: readonly FieldTable[] = ['settlements', 'institution', 'practitioner'];

function findColumn(role: Role, table: FieldTable, name: string, texts: boolean): Resolved | Unresolved {
  if (name === 'row' && (table === 'lines' || table === 'visits' || table === 'settlements')) {
    return { role, table, column: 'row', nullable: table === 'settlements' };
  }
  const columns = readable(table, texts);
  const column = columns.find((candidate) => candidate.name === name);
  if (column === undefined) return { known: columns.map((candidate) => candidate.name), name };
  return { role, table, column, nullable: column.nullable || alwaysMissing.includes(table) };
}

const groupOwners = (scope: Scope): readonly string[] => ['person', 'institution', ...(scope.oneVisit ? ['visit'] : [])];

/** Names a path may begin with. */
export function roots(scope: Scope): readonly string[] {
  const owners =
    scope.self === 'group'
      ? groupOwners(scope)
      : [...ownerTables.keys()].filter((name) => scope.self === 'line' || (name !== 'line' && name !== 'settlement'));
  return [
    ...owners,
    ...(scope.two ? ['b'] : []),
    ...(scope.a ? ['a'] : []),
    ...(scope.each === undefined ? [] : [scope.each]),
    ...(scope.point === undefined ? [] : ['point']),
    'param',
    ...(scope.sums.size > 0 ? ['sum'] : []),
    ...(scope.measure === undefined ? [] : ['measure', 'limit']),
  ];
}

/** Resolves a dotted path to a column of the working form. */
export function resolvePath(path: readonly string[], scope: Scope): Resolved | Unresolved {
  const [root = '', ...rest] = path;
  const known = roots(scope);
  if (!known.includes(root)) return { known, name: root };
  if (root === scope.each) return findColumn('self', root === 'diagnosis' ? 'diagnoses' : 'operations', rest.join('.'), scope.texts);
  const role: Role = root === 'a' || root === 'b' ? root : scope.two ? 'b' : 'self';
  const isRole = root === 'a' || root === 'b';
  const base: FieldTable = isRole ? (scope.self === 'line' ? 'lines' : 'visits') : (ownerTables.get(root) ?? 'lines');
  const [first = '', second] = rest;
  if (second === undefined) return findColumn(role, base, first, scope.texts);
  const owner = isRole || root === 'line' ? ownerTables.get(first) : undefined;
  if (owner === undefined || (owner === 'settlements' && scope.self !== 'line')) {
    return { known: [...ownerTables.keys()], name: first };
  }
  return findColumn(role, owner, rest.slice(1).join('.'), scope.texts);
}
