import { inputProblems } from '@hengjian/standard';
import { typeWords } from '../check/types.ts';
import { type KnowledgeTable, type KnowledgeValue, makeTable, parseCell } from '../knowledge/knowledge.ts';
import { kindWords, namesNear } from '../problems.ts';
import type { Plain } from '../source/vocabulary.ts';

type PlainRecord = Readonly<Record<string, Plain>>;

const defaults: Readonly<Record<string, string>> = { basis: '', source: '', region: '000000', valid_from: '2000-01-01', valid_to: '' };

function cellsOf(table: KnowledgeTable, row: PlainRecord, index: number): readonly KnowledgeValue[] {
  const known = table.columns.map((column) => column.name);
  const stray = Object.keys(row).find((name) => !known.includes(name));
  if (stray !== undefined) {
    throw inputProblems.refused('name-unknown', { kind: kindWords.column, name: stray, known: namesNear(stray, known) }, { field: stray });
  }
  return table.columns.map((column) => {
    const given = row[column.name];
    const text = typeof given === 'string' ? given : (defaults[column.name] ?? (column.name === 'point_id' ? `case-${index + 1}` : ''));
    const cell = parseCell(text, column.type);
    if (cell !== undefined) return cell;
    throw inputProblems.refused('value-invalid', { value: text, expected: typeWords(column.type) }, { field: column.name });
  });
}

function replaced(table: KnowledgeTable, rows: readonly PlainRecord[]): KnowledgeTable {
  const made = rows.map((row, index) => {
    const cells = cellsOf(table, row, index);
    const at = (name: string): KnowledgeValue => cells[table.columns.findIndex((column) => column.name === name)] ?? null;
    const [from, to] = [at('valid_from'), at('valid_to')];
    return {
      point_id: String(cells[0]),
      cells,
      row: index + 1,
      basis: String(at('basis')),
      source: String(at('source')),
      region: String(at('region') ?? '000000'),
      valid_from: typeof from === 'number' ? from : 0,
      valid_to: typeof to === 'number' ? to : undefined,
    };
  });
  return makeTable(table.name, table.file, table.columns, made);
}

/** The tables with those replaced for which a case gives rows. */
export function withKnowledge(
  tables: ReadonlyMap<string, KnowledgeTable>,
  rows: Readonly<Record<string, Plain>>,
): ReadonlyMap<string, KnowledgeTable> {
  const result = new Map(tables);
  for (const [name, own] of Object.entries(rows)) {
    const table = tables.get(name);
    if (table === undefined) {
      throw inputProblems.refused(
        'name-unknown',
        { kind: kindWords.table, name, known: namesNear(name, [...tables.keys()]) },
        { field: 'knowledge' },
      );
    }
    const records = (Array.isArray(own) ? own : [own]).filter(
      (row): row is PlainRecord => row !== null && typeof row === 'object' && !Array.isArray(row),
    );
    result.set(name, replaced(table, records));
  }
  return result;
}
