import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cancelled, RefusedInput } from '@hengjian/standard';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTables, type Tables } from './engine.ts';
import { decimalText, flag, integer, optional, text, texts } from './shape.ts';
import { identifier, parquetOf, quoted } from './write.ts';

const root = mkdtempSync(join(tmpdir(), 'hengjian-table-'));
const inside = join(root, 'in');
const spill = join(root, 'spill');
let tables: Tables;

beforeAll(async () => {
  mkdirSync(inside);
  mkdirSync(join(root, 'in-not'));
  for (const folder of [root, inside, join(root, 'in-not')]) writeFileSync(join(folder, 'a.csv'), 'x\n1\n');
  tables = await openTables({ folders: [inside], files: [join(root, 'a.csv')], spill, memory: '256MB', threads: 1 });
});
afterAll(() => {
  tables.close();
  rmSync(root, { recursive: true, force: true });
});

describe('statements', () => {
  it('read and write the folders of the call and nothing else', async () => {
    expect(await tables.count(`SELECT count(*) FROM read_csv(${quoted(join(inside, 'a.csv'))})`)).toBe(1);
    expect(await tables.count(`SELECT count(*) FROM read_csv(${quoted(join(root, 'a.csv'))})`)).toBe(1);
    await tables.run(`COPY (SELECT 1 AS x) TO ${quoted(join(spill, 'x.parquet'))}`);
    const outside = join(root, 'in-not', 'a.csv');
    for (const sql of [
      `SELECT * FROM read_csv(${quoted(outside)})`,
      `SELECT * FROM read_text(${quoted(join(inside, '..', 'in-not', 'a.csv'))})`,
      `SELECT * FROM glob(${quoted(join(root, '*'))})`,
      `COPY (SELECT 1) TO ${quoted(join(root, 'out.csv'))}`,
      `ATTACH ${quoted(join(root, 'x.db'))}`,
      "SET allowed_directories = ['/']",
      'SET enable_external_access = true',
      'SET threads = 8',
      'INSTALL httpfs',
    ])
      await expect(tables.run(sql), sql).rejects.toThrow(/disabled by configuration|configuration has been locked/);
  });

  it('follow a folder that is a link, as people link disks', async () => {
    const link = join(root, 'link');
    symlinkSync(inside, link);
    const linked = await openTables({ folders: [link] });
    expect(await linked.count(`SELECT count(*) FROM read_csv(${quoted(join(link, 'a.csv'))})`)).toBe(1);
    linked.close();
  });

  it('have one time zone, whatever the machine has', async () => {
    expect(await tables.row("SELECT (TIMESTAMPTZ '2025-01-01 00:00:00+00')::VARCHAR AS t", { t: text })).toEqual({
      t: '2025-01-01 08:00:00+08',
    });
  });

  it('take file names to the letter', async () => {
    for (const name of ["it's [1]*.parquet", 'a?.parquet']) {
      await tables.run(`COPY (SELECT ${quoted(name)} AS n) TO ${quoted(join(inside, name))} (FORMAT parquet)`);
      expect(await tables.rows(`FROM ${parquetOf([join(inside, name)])}`, { n: text })).toEqual([{ n: name }]);
    }
    expect(parquetOf([])).toBeUndefined();
  });
});

describe('rows', () => {
  it('come as the shape says', async () => {
    const sql = `SELECT 'a' AS ${identifier('a "b"')}, 9007199254740991::BIGINT AS n, NULL::INTEGER AS m, true AS f, ['x', 'y'] AS l,
    12.30::DECIMAL(10, 2) AS d`;
    const shape = { 'a "b"': text, n: integer, m: optional(integer), f: flag, l: texts, d: decimalText };
    const expected = { 'a "b"': 'a', n: 9007199254740991, m: null, f: true, l: ['x', 'y'], d: '12.30' };
    expect(await tables.row(sql, shape)).toEqual(expected);
    for await (const row of tables.stream(sql, shape)) expect(row).toEqual(expected);
  });

  it('throw where a value does not fit: too large an integer, null, another type, a missing column', async () => {
    await expect(tables.row('SELECT 9007199254740992::BIGINT AS n', { n: integer })).rejects.toThrow(
      'column n: a whole number below 2^53 expected',
    );
    await expect(tables.row('SELECT NULL AS n', { n: integer })).rejects.toThrow('column n: a whole number expected, got null');
    await expect(tables.row('SELECT 1 AS n', { n: text })).rejects.toThrow('column n: text expected');
    await expect(tables.row('SELECT 1 AS n', { m: integer })).rejects.toThrow('the statement returns no column m');
  });

  it('are copied by whole columns', async () => {
    const target = new Int32Array(5000);
    let at = 0;
    for await (const chunk of tables.columnChunks('SELECT range::INTEGER AS i FROM range(5000)')) {
      chunk.copyInto(0, target, at);
      at += chunk.rowCount;
    }
    expect(target).toEqual(Int32Array.from({ length: 5000 }, (_, index) => index));
  });
});

describe('limits', () => {
  it('of memory are refused before the engine sees them when they are none', async () => {
    for (const memory of ['abc', '20MB', '-1GB', '1 apple', '']) {
      const problem = await openTables({ folders: [inside], memory }).then(
        () => undefined,
        (error: unknown) => (error instanceof RefusedInput ? error.problems[0]?.code : error),
      );
      expect(problem, memory).toBe('memory-size');
    }
  });

  it('that are reached are a refusal, and cancelling is no fault', async () => {
    const small = await openTables({ folders: [inside], memory: '64MB', threads: 1 });
    await expect(small.run('CREATE TABLE big AS SELECT random()::VARCHAR AS t FROM range(20000000)')).rejects.toThrow(
      'the memory limit was reached',
    );
    small.close();
    const controller = new AbortController();
    const cancelled = await openTables({ folders: [inside], signal: controller.signal });
    const work = cancelled.count('SELECT count(*) FROM range(100000000000) a WHERE a.range % 7 = 3');
    controller.abort();
    await expect(work).rejects.toThrow(Cancelled);
    cancelled.close();
  });
});
