import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { city, csv, joinTables, type Records, type Tables } from './fixture.ts';
import { type IngestResult, ingest, openLake, stateHash } from './index.ts';

// However the rows of a delivery are cut into files and batches, the lake is that of one file a table.

const root = mkdtempSync(join(tmpdir(), 'hengjian-split-'));
beforeAll(() => {
  process.env.HENGJIAN_KEY_FILE = join(root, 'key');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Row = Records[0];
const without = (row: Row, ...names: readonly string[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));

/** A small city with corrections, refunds of lines that name them, and the reversal of a settlement. */
function changed(): Tables {
  const base = city(4, 2);
  const [fees, bills, visits] = [base.fee_list_d ?? [], base.setl_d ?? [], base.mdtrt_d ?? []];
  const [first = {}, , third = {}, , fifth = {}] = fees;
  const bill = bills[5] ?? {};
  const back = { bkkp_sn: 'R1', feedetl_sn: 'RF1', init_feedetl_sn: third.feedetl_sn ?? '', cnt: '-1', det_item_fee_sumamt: '-10.50' };
  return joinTables(base, {
    fee_list_d: [
      { ...first, cnt: '3', det_item_fee_sumamt: '31.50', updt_time: '2025-06-01 00:00:00' },
      { ...first, cnt: '1', det_item_fee_sumamt: '10.50', updt_time: '2025-07-01 00:00:00' },
      { ...third, ...back, inscp_amt: '-10.50', fee_ocur_time: '2025-03-20 10:00:00' },
      { ...fifth, vali_flag: '0', updt_time: '2025-07-01 00:00:00' },
    ],
    setl_d: [{ ...bill, setl_id: 'V1', init_setl_id: bill.setl_id ?? '', refd_setl_flag: '1', medfee_sumamt: `-${bill.medfee_sumamt}` }],
    mdtrt_d: [{ ...(visits[1] ?? {}), endtime: '2025-02-10 10:00:00', updt_time: '2025-08-01 00:00:00' }],
  });
}

const serials: Readonly<Record<string, () => Tables>> = {
  'with serials of the centre': changed,
  'with serials of the institution only': () => {
    const tables = changed();
    return { ...tables, fee_list_d: (tables.fee_list_d ?? []).map((row) => without(row, 'bkkp_sn')) };
  },
  'without a serial': () => {
    const tables = city(4, 2);
    return { ...tables, fee_list_d: (tables.fee_list_d ?? []).map((row) => without(row, 'bkkp_sn', 'feedetl_sn')) };
  },
};

/** How the rows of a table are cut: numbers that choose again and again. */
interface Cut {
  readonly files: number;
  readonly batches: number;
  readonly choices: readonly number[];
  readonly forms: readonly string[];
}
const cut: fc.Arbitrary<Cut> = fc.record({
  files: fc.integer({ min: 1, max: 3 }),
  batches: fc.integer({ min: 1, max: 3 }),
  choices: fc.array(fc.nat({ max: 9973 }), { minLength: 50, maxLength: 50 }),
  forms: fc.array(fc.constantFrom('utf8', 'bom', 'gb18030', 'utf-16le', 'tab', 'jsonl'), { minLength: 5, maxLength: 5 }),
});

function bytesOf(rows: Records, form: string, turn: number): Buffer {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const order = names.toSorted((left, right) => ((left.length * 7 + turn) % 5) - ((right.length * 7 + turn) % 5));
  const turned = rows.map((row) => Object.fromEntries(order.map((name) => [name, row[name] ?? ''])));
  if (form === 'jsonl') return Buffer.from(`${turned.map((row) => JSON.stringify(row)).join('\n')}\n`);
  const text = csv(turned, form === 'tab' ? '\t' : ',');
  if (form === 'utf8' || form === 'tab') return Buffer.from(text);
  return iconv.encode(text, form === 'bom' ? 'utf8' : form, { addBOM: form !== 'gb18030' });
}

interface Split {
  /** Folders of the batches. */
  readonly folders: readonly string[];
  /** Rows of each table that were written more than once, each time counted. */
  readonly repeated: Readonly<Record<string, number>>;
}

/** Writes tables as files below batches: rows in any order, some of them twice, and sometimes a whole file again. */
function split(tables: Tables, { files, batches, choices, forms }: Cut, folder: string): Split {
  let turn = 0;
  const choose = (most: number): number => {
    turn += 1;
    return ((choices[turn % choices.length] ?? 0) + turn * 31) % most;
  };
  const folders = Array.from({ length: batches }, (_, batch) => join(folder, `batch${batch}`));
  for (const one of folders) mkdirSync(one, { recursive: true });
  const repeated: Record<string, number> = {};
  for (const [table, rows] of Object.entries(tables)) {
    const parts: Row[][] = Array.from({ length: files }, () => []);
    for (const row of rows) {
      const part = choose(files);
      parts[part]?.push(row);
      // The same row twice in one file without a serial is a charge of its own, so that a row repeats in another file only.
      if (files > 1 && choose(5) === 0) parts[(part + 1) % files]?.push(row);
    }
    const again = files > 1 && choose(3) === 0 ? [parts[0] ?? []] : [];
    const written = [...parts, ...again].filter((part) => part.length > 0);
    for (const [index, part] of written.entries()) {
      const shuffled = part.toSorted(() => choose(3) - 1);
      const form = forms[(index + choose(5)) % forms.length] ?? 'utf8';
      const name = `${table}-${choose(9000)}-${index}.${form === 'jsonl' ? 'jsonl' : 'csv'}`;
      writeFileSync(join(folders[choose(batches)] ?? folder, name), bytesOf(shuffled, form, choose(5)));
    }
    repeated[table] = written.reduce((sum, part) => sum + part.length, 0) - rows.length;
  }
  return { folders, repeated };
}

async function lakeOf(
  lake: string,
  folders: readonly string[],
): Promise<{ readonly hash: string; readonly results: readonly IngestResult[] }> {
  const results: IngestResult[] = [];
  for (const folder of folders)
    try {
      results.push(await ingest({ paths: [folder], lake, threads: 1 }));
    } catch (error) {
      // Everything may have fallen into another batch.
      if (!String(error).includes('files-unnamed') && !JSON.stringify(error).includes('files-unnamed')) throw error;
    }
  return { hash: stateHash(await openLake(lake), { places: false }), results };
}

/** Rows that were not read again because the same file was there, by table. */
function notReadAgain(results: readonly IngestResult[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { file, rows } of results.flatMap(({ identical }) => identical)) {
    const [table = ''] = file.split('-');
    sums[table] = (sums[table] ?? 0) + rows;
  }
  return sums;
}

/** What became of the rows of a lake, less those that are there more than once. */
function statesOf(results: readonly IngestResult[], repeated: Readonly<Record<string, number>>): Readonly<Record<string, unknown>> {
  const left = notReadAgain(results);
  return Object.fromEntries(
    Object.entries(results.at(-1)?.states ?? {}).map(([table, { accepted = 0, duplicate = 0, ...others }]) => {
      const more = (repeated[table] ?? 0) - (left[table] ?? 0);
      return [table, { ...others, accepted: accepted - more, duplicate: duplicate - more }];
    }),
  );
}

/** Rows that went into each table in all batches. */
function writtenIn(results: readonly IngestResult[], part: 'rows_in' | 'accepted'): Readonly<Record<string, number>> {
  const sums: Record<string, number> = { ...notReadAgain(results) };
  for (const [table, counts] of results.flatMap(({ tables }) => Object.entries(tables))) sums[table] = (sums[table] ?? 0) + counts[part];
  return sums;
}

describe('the lake of one file a table', () => {
  it.each(Object.entries(serials))('is that of any cut into files and batches: rows %s', { timeout: 3_600_000 }, async (_name, make) => {
    const tables = make();
    const whole = mkdtempSync(join(root, 'whole-'));
    const one = split(tables, { files: 1, batches: 1, choices: [1], forms: ['utf8'] }, join(whole, 'in'));
    const right = await lakeOf(join(whole, 'lake'), one.folders);
    await fc.assert(
      fc.asyncProperty(cut, async (how) => {
        const folder = mkdtempSync(join(root, 'cut-'));
        const { folders, repeated } = split(tables, how, join(folder, 'in'));
        const { hash, results } = await lakeOf(join(folder, 'lake'), folders);
        expect(statesOf(results, repeated)).toEqual(statesOf(right.results, one.repeated));
        expect(hash).toBe(right.hash);
        expect(results.at(-1)?.lines).toBe(right.results[0]?.lines);
        const all = Object.fromEntries(Object.entries(tables).map(([table, rows]) => [table, rows.length + (repeated[table] ?? 0)]));
        expect(writtenIn(results, 'rows_in')).toEqual(all);
        expect(writtenIn(results, 'accepted')).toEqual(all);
        rmSync(folder, { recursive: true, force: true });
      }),
      { numRuns: Number(process.env.HENGJIAN_SPLITS ?? 3), endOnFailure: process.env.HENGJIAN_SPLITS === undefined },
    );
  });
});
