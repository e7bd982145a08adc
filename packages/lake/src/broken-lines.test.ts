import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { views } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { csv, joinTables, type Tables, temporary, visit, writeTables } from './fixture.ts';
import { ingest, openLake, readSegment } from './index.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');
const half = Buffer.from([0xe6, 0x82, 0x2c]);

/** Rows that cannot be taken apart, and whose visit nobody can read in them. */
const nameless: Readonly<Record<string, Buffer>> = {
  'too many cells': bytes('x,'.repeat(60)),
  'too few cells': bytes('x,y'),
  'text behind a quote': bytes('"M1"x,P1,S1'),
  'half a character': Buffer.concat([bytes('M'), half, bytes('P1,S1')]),
};

function setting() {
  const folder = temporary();
  process.env.HENGJIAN_KEY_FILE = join(folder, 'key');
  const lake = join(folder, 'lake');
  let batches = 0;
  /** Takes a delivery whose lines are followed by what is no whole row. */
  const take = async (tables: Tables, broken: readonly Buffer[] = [], name = 'fee_list_d.csv'): Promise<void> => {
    batches += 1;
    const { fee_list_d: lines = [], ...rest } = tables;
    const source = writeTables(join(folder, `in-${batches}`), rest);
    mkdirSync(source, { recursive: true });
    const rows = broken.flatMap((one) => [one, bytes('\n')]);
    if (lines.length > 0) writeFileSync(join(source, name), Buffer.concat([bytes(csv(lines)), ...rows]));
    await ingest({ paths: [source], lake });
  };
  /** Open lines by visit. */
  const open = async (): Promise<Readonly<Record<string, number>>> => {
    const opened = await openLake(lake);
    const found = opened.segments().flatMap((handle) => {
      const { visits } = readSegment(handle);
      const dead = new Set(handle.dead);
      const ids = views.text(visits, 'mdtrt_id');
      return Array.from({ length: visits.length }, (_, row) => row)
        .filter((row) => !dead.has(views.words(visits, 'person')[row] ?? -1))
        .map((row) => [ids.get(row) ?? '', views.floats(visits, 'open_lines')[row] ?? 0] as const);
    });
    return Object.fromEntries(found.filter(([, lines]) => lines > 0).sort());
  };
  return { lake, take, open };
}

/** Of visit 1 a line is missing that its settlement has; visit 4 is of the same institution and whole. */
const gapped = (number: number, person: number, month: number): Tables => {
  const { fee_list_d: lines = [], ...rest } = visit(number, person, month, 3);
  return { ...rest, fee_list_d: lines.slice(0, 2) };
};
const both = joinTables(gapped(1, 1, 3), visit(4, 1, 4, 3));

describe('a fee line that is not whole and names no visit', () => {
  it.each(Object.entries(nameless))(
    'may be that of a visit whose settlement says more than its lines, and of no other: %s',
    async (_, row) => {
      const { take, open } = setting();
      await take(both, [row]);
      expect(await open()).toEqual({ M1: 1 });
    },
  );

  it('may be the only line of a visit', async () => {
    const { take, open } = setting();
    const { fee_list_d: _, ...bare } = visit(7, 1, 5, 2);
    await take(joinTables(visit(4, 1, 4, 3), bare), [bytes('x,y')]);
    expect(await open()).toEqual({ M7: 1 });
  });

  it('is of the institution that all other lines of its file are of, else of any', async () => {
    const one = setting();
    await one.take(gapped(2, 2, 3));
    await one.take(both, [bytes('x,y')]);
    expect(await one.open()).toEqual({ M1: 1 });
    const any = setting();
    await any.take(gapped(2, 2, 3));
    await any.take(joinTables(both, visit(5, 3, 5, 1)), [bytes('x,y')]);
    expect(await any.open()).toEqual({ M1: 1, M2: 1 });
  });

  it('matters to visits of batches before and after, until its file was read again whole', async () => {
    const { take, open } = setting();
    await take(gapped(7, 1, 5));
    expect(await open()).toEqual({});
    await take(visit(4, 1, 4, 3), [bytes('x,y')], 'fee_list_d-april.csv');
    expect(await open()).toEqual({ M7: 1 });
    await take(gapped(1, 1, 3), [], 'fee_list_d-march.csv');
    expect(await open()).toEqual({ M1: 1, M7: 1 });
    await take(joinTables(visit(4, 1, 4, 3), visit(8, 1, 6, 1)), [bytes('x,y')], 'fee_list_d-again.csv');
    expect(await open(), 'read again, not whole').toEqual({ M1: 1, M7: 1 });
    await take(joinTables(visit(4, 1, 4, 3), visit(8, 1, 6, 1), visit(9, 1, 7, 1)), [], 'fee_list_d-whole.csv');
    expect(await open()).toEqual({});
    await take(gapped(10, 1, 8));
    expect(await open()).toEqual({});
  });

  it('is not ended by a file with other lines, and ends for a visit whose lines came', async () => {
    const { take, open } = setting();
    await take(both, [bytes('x,y')], 'fee_list_d-march.csv');
    await take(visit(8, 1, 6, 1), [], 'fee_list_d-june.csv');
    expect(await open()).toEqual({ M1: 1 });
    await take({ fee_list_d: visit(1, 1, 3, 3).fee_list_d?.slice(2) ?? [] }, [], 'fee_list_d-mended.csv');
    expect(await open()).toEqual({});
  });
});

describe('a fee line that is not whole and names its visit', () => {
  const columns = Object.keys(visit(1, 1, 1, 1).fee_list_d?.[0] ?? {});
  const place = columns.indexOf('mdtrt_id');
  const naming = (id: string): Buffer => bytes([...columns.slice(0, place).map(() => 'x'), id, ...Array(60).fill('y')].join(','));

  it('is of that one, unless its lines add up', async () => {
    const { take, open } = setting();
    await take(joinTables(both, gapped(7, 1, 5)), [naming('M7'), naming('M4')]);
    expect(await open()).toEqual({ M7: 1 });
  });

  it('is of any where what stands there is no visit of the file', async () => {
    const { take, open } = setting();
    await take(joinTables(both, gapped(7, 1, 5)), [naming('M99')]);
    expect(await open()).toEqual({ M1: 1, M7: 1 });
  });

  it('leaves nothing else of its cells', async () => {
    const { lake, take } = setting();
    await take(both, [naming('测漏甲'), bytes('"测漏甲"x,13912345678')]);
    const kept = readdirSync(lake, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const texts = kept.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    expect(texts.some((text) => /测漏甲|13912345678/.test(text))).toBe(false);
  });
});

describe('a fee line in quarantine that names neither visit nor person', () => {
  it('is like one that is not whole, and ends when it comes mended', async () => {
    const { take, open } = setting();
    const [line = {}] = visit(1, 1, 3, 3).fee_list_d?.slice(2) ?? [];
    await take(joinTables(both, { fee_list_d: [{ ...line, mdtrt_id: '', psn_no: '' }] }));
    expect(await open()).toEqual({ M1: 1 });
    await take({ fee_list_d: [line] });
    expect(await open()).toEqual({});
  });
});
