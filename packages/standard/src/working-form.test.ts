import { describe, expect, it } from 'vitest';
import {
  type ColumnDefinition,
  columnsFrom,
  columnsOf,
  dictionary,
  dimensionTables,
  extractColumns,
  nationalFieldOf,
  viewIfLoaded,
  views,
  workingTables,
} from './index.ts';

const all: readonly (readonly [string, ColumnDefinition])[] = Object.entries({ ...workingTables, ...dimensionTables }).flatMap(
  ([table, columns]) => columns.map((column: ColumnDefinition) => [table, column] as const),
);

describe('a column of the working form', () => {
  it.each(all)('%s.$name comes from fields of the dictionary and has words', (_, column) => {
    for (const { table, field } of column.sources) expect(dictionary.tables.get(table)?.fields.has(field), `${table}.${field}`).toBe(true);
    if (column.kind !== 'row') {
      expect(column.words.zh).toMatch(/\p{Script=Han}/u);
      expect(column.words.en).toMatch(/[a-z]/);
    }
    if ((column.kind === 'code' || column.kind === 'code8' || column.kind === 'scaled') && column.of === undefined)
      throw new Error('of what?');
  });

  it('says which national field must be filled for it, and which columns a national table fills', () => {
    expect(nationalFieldOf('lines', 'bilg_caty')).toBe('fee_list_d.bilg_dept_codg');
    expect(nationalFieldOf('lines', 'exct_cnt')).toBe('fee_exct_d.exct_cnt');
    expect(nationalFieldOf('visits', 'medfee_sumamt')).toBeUndefined();
    expect(nationalFieldOf('lines', 'file')).toBeUndefined();
    expect(columnsFrom('visits', 'mdtrt_exct_d').map(({ name }) => name)).toEqual(extractColumns.visits.columns);
    expect(columnsFrom('persons', 'psn_info_b').map(({ name }) => name)).toEqual(['psn', 'gend', 'brdy', 'die_date']);
    expect(columnsOf('stock').map(({ name }) => name)).toContain('supplied');
  });

  it('is seen in one way', () => {
    const table = { length: 2, columns: { a: new Int32Array(2), b: new Float64Array(2), c: { length: 2, get: () => 'x' } } };
    expect(views.words(table, 'a')).toBe(table.columns.a);
    expect(views.floats(table, 'b')).toBe(table.columns.b);
    expect(views.text(table, 'c').get(0)).toBe('x');
    expect(views.numbers(table, 'b')).toBe(table.columns.b);
    expect(() => views.words(table, 'b')).toThrow('stored in another way');
    expect(() => views.ids(table, 'd')).toThrow('not loaded');
    expect(views.any(table, 'c')).toBe(table.columns.c);
    expect(() => views.any(undefined, 'c')).toThrow('not loaded');
    expect(viewIfLoaded(views.words, table, 'a')).toBe(table.columns.a);
    expect(viewIfLoaded(views.words, table, 'd')).toBeUndefined();
    expect(() => viewIfLoaded(views.words, table, 'b')).toThrow('stored in another way');
  });
});
