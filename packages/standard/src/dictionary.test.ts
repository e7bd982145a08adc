import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseCsv, parseCsvRecords } from './csv.ts';
import { dictionary, tableOf } from './dictionary.ts';
import { libraryFolder } from './library-text.ts';
import { documentationPage, jsonSchema, parquetSchema, sqlSchema, typescriptSource } from './schemas.ts';
import { dimensionTables, workingTables } from './working-form.ts';

describe('the dictionary', () => {
  it('has the core tables with their keys among their fields', () => {
    for (const table of dictionary.tables.values()) {
      for (const key of table.key) expect(table.fields.has(key), `${table.name}.${key}`).toBe(true);
    }
    for (const name of ['setl_d', 'mdtrt_d', 'fee_list_d', 'setl_list_diag_d', 'setl_list_oprn_d', 'psn_info_b', 'medins_info_b']) {
      expect(tableOf(name).presence).toBe('core');
    }
    expect(() => tableOf('nowhere')).toThrow('nowhere');
  });

  it('names only code tables that exist, and no field twice', () => {
    for (const table of dictionary.tables.values()) {
      for (const field of table.fields.values()) {
        if (field.code_table !== undefined)
          expect(dictionary.codeTables.has(field.code_table), `${field.name}: ${field.code_table}`).toBe(true);
      }
    }
    const rows = parseCsvRecords(readFileSync(`${libraryFolder}standard/fields.csv`, 'utf8'), 'fields.csv');
    expect(new Set(rows.map((row) => `${row.table}.${row.field}`)).size).toBe(rows.length);
  });

  it('lets no name, address or telephone into the lake', () => {
    for (const name of ['psn_name', 'tel', 'addr', 'coner_name', 'emp_name', 'dr_name', 'bilg_dr_name']) {
      for (const table of dictionary.tables.values()) {
        const field = table.fields.get(name);
        if (field !== undefined) expect(field.privacy, `${table.name}.${name}`).toBe('drop');
      }
    }
    expect(tableOf('psn_info_b').fields.get('psn_no')?.privacy).toBe('pseudonym');
  });

  it('gives types, schemas and a page that are up to date with the files in the tree', () => {
    expect(readFileSync(new URL('./generated/tables.ts', import.meta.url), 'utf8')).toBe(typescriptSource());
    expect(readFileSync(new URL('../../../docs/dictionary.md', import.meta.url), 'utf8')).toBe(documentationPage());
    const lines = tableOf('fee_list_d');
    expect(sqlSchema(lines)).toContain('"det_item_fee_sumamt" BIGINT NOT NULL');
    expect(parquetSchema(lines)).toContainEqual({ name: 'pric', type: 'INT64 (× 10^6)', required: false });
    expect(jsonSchema(lines)).toMatchObject({
      required: expect.arrayContaining(['mdtrt_id', 'fee_ocur_time']),
      additionalProperties: false,
    });
  });

  it('has no column twice in a table of the working form', () => {
    for (const columns of [...Object.values(workingTables), ...Object.values(dimensionTables)]) {
      const names = columns.map((column) => column.name);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});

describe('the CSV reader', () => {
  it('reads quotes, commas, line breaks and a byte-order mark', () => {
    expect(parseCsv('\uFEFFa,b\r\n"x, ""y""","1\n2"\n', 'f')).toEqual([
      ['a', 'b'],
      ['x, "y"', '1\n2'],
    ]);
  });

  it('refuses a ragged row and an open quote with their place', () => {
    expect(() => parseCsvRecords('a,b\n1\n', 'f.csv')).toThrow('f.csv:2');
    expect(() => parseCsv('a\n"b', 'f.csv')).toThrow('a quote is not closed');
    expect(parseCsvRecords('', 'f.csv')).toEqual([]);
  });
});
