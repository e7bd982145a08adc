import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { RefusedInput, type Segment, type WorkingTable, workingTables } from '@hengjian/standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { city, temporary, writeTables } from '../fixture.ts';
import { ingest, type Lake, openLake, readSegment } from '../index.ts';
import { PlainDictionaries, SegmentBuilder } from './builder.ts';
import { escapeText, missingText, type PlainSchema, parseSchema, plainColumns, plainTables, schemaText, unescapeText } from './columns.ts';
import { contextText, parseContext } from './context.ts';
import { exportPlain } from './export.ts';

type Cell = number | string | null;

/** Every value of a segment, table by table. */
function dump(segment: Segment): Readonly<Record<string, readonly Cell[]>> {
  const out: Record<string, Cell[]> = {};
  for (const table of plainTables) {
    for (const { name } of workingTables[table]) {
      const data = segment[table].columns[name];
      if (data === undefined) throw new Error(`${table}.${name} is missing`);
      out[`${table}.${name}`] = Array.from({ length: segment[table].length }, (_, row) =>
        'get' in data ? data.get(row) : (data[row] as number),
      );
    }
  }
  return out;
}

async function smallLake(): Promise<{ lake: Lake; root: string }> {
  const root = temporary();
  process.env.HENGJIAN_KEY_FILE = join(root, 'key');
  const extracts = { fee_exct_d: [{ bkkp_sn: 'B101-0', mdtrt_id: 'M101', exct_cnt: '1.5', exct_time: '2025-01-10 08:00:00' }] };
  await ingest({ paths: [writeTables(join(root, 'in'), { ...city(6, 4), ...extracts })], lake: join(root, 'lake') });
  return { lake: await openLake(join(root, 'lake')), root };
}

/** Records of the exported tables as a host would send them, by person. */
async function recordsOf(folder: string, schema: PlainSchema): Promise<Map<string, [WorkingTable, string[]][]>> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const out = new Map<string, [WorkingTable, string[]][]>();
  for (const table of plainTables) {
    const columns = (schema[table] ?? []).map(({ name }) => `coalesce(CAST(${name} AS VARCHAR), '${missingText}')`);
    const rows = await connection.runAndReadAll(
      `SELECT psn, [${columns.join(', ')}] AS cells FROM read_parquet('${join(folder, table)}/*.parquet')
      ORDER BY hash(psn, ${table === 'persons' ? '1' : 'ord'})`,
    );
    for (const row of rows.getRowObjectsJson()) {
      const list = out.get(String(row.psn)) ?? [];
      out.set(String(row.psn), list);
      list.push([table, row.cells as string[]]);
    }
  }
  return out;
}

describe('the plain form', () => {
  it('gives back the same segments, whatever the order of the records of a person, and also without `ord`', async () => {
    const { lake, root } = await smallLake();
    const folder = join(root, 'plain');
    const { rows } = await exportPlain(lake, folder);
    const segments = lake.segments().map((handle) => readSegment(handle));
    expect(rows.lines).toBe(segments.reduce((sum, segment) => sum + segment.lines.length, 0));
    const context = parseContext(readFileSync(join(folder, 'context.json'), 'utf8'), 'context.json');
    for (const withPlace of [true, false]) {
      const schema = Object.fromEntries(
        plainTables.map((table) => [table, plainColumns[table].filter((column) => withPlace || column.kind !== 'ord')]),
      ) as PlainSchema;
      const records = await recordsOf(folder, parseSchema(schemaText(schema)));
      const builder = new SegmentBuilder(schema, new PlainDictionaries(context.dictionaries, true));
      for (const segment of segments) {
        for (let person = 0; person < segment.persons.length; person += 1) {
          const psn = (segment.persons.columns.psn as { get(row: number): string }).get(person);
          for (const [table, cells] of records.get(psn) ?? []) builder.add(table, cells, { file: 'stdin', row: 1 });
          builder.end(psn);
        }
        expect(dump(builder.take())).toEqual(dump(segment));
      }
    }
  });

  it('carries a context whole', async () => {
    const { lake } = await smallLake();
    const context = lake.context();
    const back = parseContext(contextText(context), 'context.json');
    expect(contextText(back)).toBe(contextText(context));
    expect(back.dimensions.institution.columns.aprv_bed_cnt).toEqual(context.dimensions.institution.columns.aprv_bed_cnt);
    expect(() => parseContext('{', 'context.json')).toThrow(RefusedInput);
    expect(() => parseContext('{"format": 99}', 'context.json')).toThrow('99');
  });

  it('keeps any text through escape and unescape, without tabs and line ends between', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = escapeText(text);
        expect(/[\t\n\r]/.test(escaped)).toBe(false);
        expect(unescapeText(escaped)).toBe(text);
        expect(escaped).not.toBe(missingText);
      }),
    );
  });

  it('refuses schemas and records it cannot read, with place and remedy', () => {
    expect(() => parseSchema('visit:mdtrt_id')).toThrow(RefusedInput);
    expect(() => parseSchema('visits:mdtrt_id,nowhere')).toThrow('nowhere');
    expect(() => parseSchema('lines:cnt')).toThrow('mdtrt_id');
    expect(() => parseSchema('persons:gend;persons:brdy')).toThrow('persons stands twice');
    expect(() => parseSchema('persons:gend,gend')).toThrow('persons.gend stands twice');
    const schema = parseSchema('persons:gend,brdy;visits:mdtrt_id,med_type,begntime;lines:mdtrt_id,setl_id,cnt');
    const builder = (): SegmentBuilder => new SegmentBuilder(schema, new PlainDictionaries({ gend: ['1'], med_type: ['11'] }, true));
    const place = { file: 'stdin', row: 7 };
    const refused = (records: readonly (readonly [WorkingTable, readonly string[]])[]): RefusedInput => {
      const own = builder();
      try {
        for (const [table, cells] of records) own.add(table, cells, place);
        own.end('P1');
      } catch (error) {
        if (error instanceof RefusedInput) return error;
      }
      throw new Error('nothing was refused');
    };
    expect(refused([['persons', ['3', '1980-01-01']]]).problems[0]).toMatchObject({ place: { file: 'stdin', row: 7, field: 'gend' } });
    expect(refused([['persons', ['1', '1980-02-30']]]).problems[0]?.values?.value).toContain('1980-02-30');
    expect(refused([['persons', ['1']]]).problems[0]?.code).toBe('row-width');
    expect(refused([['lines', ['V1', '\\N', '1']]]).problems[0]?.code).toBe('visit-unknown');
    const visit = ['visits', ['V1', '11', '2025-01-01 10:00']] as const;
    expect(refused([visit, visit]).problems[0]?.code).toBe('row-twice');
    expect(refused([visit, ['lines', ['V1', '\\N', '1.23456']]]).problems[0]).toMatchObject({ place: { field: 'cnt' } });
  });
});
