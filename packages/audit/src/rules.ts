import { createHash } from 'node:crypto';
import type { CheckedRule, KnowledgeTable } from '@hengjian/rulespec';
import { decimals, formatDay, formatScaled, type NumericType } from '@hengjian/standard';

/** What a finding needs to know of its rule, as plain data. */
export interface RuleFacts {
  readonly id: string;
  readonly version: number;
  readonly official_code: string | null;
  readonly name: { readonly zh: string; readonly en: string };
  readonly category: string;
  readonly result: string;
  readonly shape: string;
  readonly by: string;
  readonly measure: string | undefined;
  readonly amount: string;
  readonly person_owed: boolean;
  /** Basis of each exception, in order. */
  readonly exceptions: readonly string[];
  /** Legal basis in one line. */
  readonly basis: string;
  readonly hash: string;
}

/** A text that shapes of some kinds have. */
function textOf(shape: object, name: string): string | undefined {
  const value: unknown = Object.entries(shape).find(([key]) => key === name)?.[1];
  return typeof value === 'string' ? value : undefined;
}

/** Hash of what a rule says: its source without file names and positions. */
function hashOf(rule: CheckedRule): string {
  const plain = JSON.stringify(rule.source, (key, value: unknown) =>
    key === 'at' || key === 'file' || key === 'cases' ? undefined : value,
  );
  return createHash('sha256').update(plain).digest('hex').slice(0, 16);
}

export function ruleFacts(rule: CheckedRule): RuleFacts {
  const { source } = rule;
  const { shape } = source;
  return {
    id: source.id,
    version: source.version,
    official_code: source.official_code ?? null,
    name: source.name,
    category: source.class.category,
    result: source.result,
    shape: source.shape.kind,
    by: source.by,
    measure: textOf(shape, 'measure'),
    amount: source.amount.method,
    person_owed: source.person_owed || !source.payment_scope,
    exceptions: source.exceptions.map((exception) => exception.basis),
    basis: source.basis
      .map((basis) => [basis.document, basis.number, basis.article].filter((part) => part !== undefined).join(' '))
      .join('；'),
    hash: hashOf(rule),
  };
}

/** Hash of one knowledge point, cell by cell. */
export function pointHash(table: KnowledgeTable, row: number): string {
  return createHash('sha256')
    .update(JSON.stringify(pointValues(table, row)))
    .digest('hex')
    .slice(0, 16);
}

const scaledTypes: Readonly<Record<string, NumericType>> = {
  int: 'integer',
  money: 'money',
  quantity: 'quantity',
  price: 'price',
  days: 'days',
  ratio: 'ratio',
};

/** A knowledge point as a person reads it. */
export function pointValues(table: KnowledgeTable, row: number): Record<string, string | null> {
  const point = table.rows[row];
  if (point === undefined) return {};
  const values = table.columns.map((column, index): [string, string | null] => {
    const cell = point.cells[index] ?? null;
    if (cell === null || typeof cell === 'string') return [column.name, cell];
    if (typeof cell !== 'number') return [column.name, cell.join('|')];
    const scaled = scaledTypes[column.type];
    return [
      column.name,
      scaled === undefined ? (column.type === 'day' ? formatDay(cell) : String(cell)) : formatScaled(cell, decimals[scaled]),
    ];
  });
  return Object.fromEntries([...values, ['point_id', point.point_id], ['basis', point.basis], ['source', point.source]]);
}
