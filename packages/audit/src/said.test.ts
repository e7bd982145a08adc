import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ingest, openLake, readSegment } from '@hengjian/lake';
import { buildSegment } from '@hengjian/rulespec';
import { columnsOf, forEachTable, type TableData, type WorkingTable, workingTables } from '@hengjian/standard';
import { openTables, quoted, text } from '@hengjian/table';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinTables, type Tables, visit, writeTables } from '../../lake/src/fixture.ts';
import { readFields } from './facts.ts';
import { runAudit } from './run.ts';

const root = mkdtempSync(join(tmpdir(), 'hengjian-said-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeAll(() => {
  process.env.HENGJIAN_KEY_FILE = join(root, 'key');
});

/** Kinds whose numbers are the lake's own. */
const internal = new Set(['ref', 'row', 'hash']);
const tables = Object.keys(workingTables) as WorkingTable[];

/** A table whose internal numbers are all one that stands nowhere else. */
function marked(table: WorkingTable, data: TableData, mark: number, without: ReadonlySet<string>): TableData {
  const columns = Object.entries(data.columns).flatMap(([name, values]) => {
    const column = columnsOf(table).find((one) => one.name === name);
    if (without.has(name)) return [];
    if (column === undefined || !internal.has(column.kind) || column.said === name || 'get' in values) return [[name, values] as const];
    return [[name, values.map(() => mark)] as const];
  });
  return { length: data.length, columns: Object.fromEntries(columns) };
}

describe('what evidence reads of a row', () => {
  const { segment, context } = buildSegment({
    persons: [{ visits: [{ emp_no: 'E1', lines: [{ key: 'L1', rx_drord_no: 'R7', drug_trac_codg: 'T9' }, { key: 'L2' }] }] }],
  });

  it('never shows a number of the lake, whichever column is named and whichever texts are loaded', () => {
    const texts = columnsOf('lines').flatMap(({ said, name }) => (said === undefined || said === name ? [] : [said]));
    fc.assert(
      fc.property(fc.integer({ min: 500_000_000, max: 2_000_000_000 }), fc.subarray(texts), (mark, without) => {
        const own = forEachTable((table) => marked(table, segment[table], mark, new Set(without)));
        for (const table of tables) {
          const names = columnsOf(table).map(({ name }) => name);
          for (let row = 0; row < own[table].length; row += 1)
            expect(Object.values(readFields(own, table, row, names, context))).not.toContain(String(mark));
        }
      }),
    );
  });

  it('gives the text of the source, says where something is there of which none is kept, and null where nothing is', () => {
    const read = (row: number) => readFields(segment, 'lines', row, ['rx_drord_no', 'drug_trac_codg', 'visit', 'settlement'], context);
    expect(read(0)).toMatchObject({ rx_drord_no: 'R7', drug_trac_codg: 'T9', visit: '—' });
    expect(read(1)).toMatchObject({ rx_drord_no: null, drug_trac_codg: null });
    expect(readFields(segment, 'visits', 0, ['emp_no'], context)).toEqual({ emp_no: '—' });
  });

  it('has a text for every reference that rules may read', () => {
    const silent = tables.flatMap((table) => columnsOf(table).filter(({ kind, said }) => kind === 'ref' && said === undefined));
    expect(silent).toEqual([]);
  });
});

const people = [1, 2, 3, 4, 5, 6];

/** Claims of each person: one drug prescribed twice a day by one doctor, by numbers that sort against the persons. */
const claims = (person: number): Tables => {
  const own = visit(person, person, 3, 2);
  const lines = (own.fee_list_d ?? []).map((line, index) => ({
    ...line,
    rx_drord_no: `RX-${90 - person}-${index}`,
    med_list_codg: 'XA01AAA001A010101100001',
    prd_days: '20',
    bilg_dr_code: 'D430100000001',
  }));
  return { ...own, fee_list_d: lines };
};

/** The same files, brought in as many batches as `parts` says, judged by the rule about split prescriptions. */
async function judged(
  name: string,
  parts: readonly (readonly string[])[],
): Promise<{ bytes: Buffer; hash: string; rows: readonly string[] }> {
  const [lake, out] = [join(root, `${name}-lake`), join(root, `${name}-run`)];
  for (const paths of parts) await ingest({ paths, lake });
  const record = await runAudit({ lake, out, rulebook: { ids: ['IC03'] }, threads: 1 });
  const engine = await openTables({ folders: [out] });
  const findings = join(out, 'findings.parquet');
  const rows = await engine.rows(
    `SELECT json_extract_string(evidence, '$.read."line.rx_drord_no"') AS said FROM read_parquet(${quoted(findings)}) ORDER BY 1`,
    { said: text },
  );
  engine.close();
  return { bytes: readFileSync(findings), hash: record.findings_hash, rows: rows.map(({ said }) => said) };
}

async function numbersOf(name: string): Promise<readonly number[]> {
  const lake = await openLake(join(root, `${name}-lake`));
  return lake.segments().flatMap((handle) => {
    const numbers = readSegment(handle, { lines: ['rx_drord_no'] }).lines.columns['rx_drord_no'];
    return numbers === undefined || 'get' in numbers ? [] : [...numbers];
  });
}

describe('findings about prescriptions', () => {
  it('are the same bytes whether the files came whole or in parts, and name what the source said', async () => {
    const halves = [people.slice(0, 2), people.slice(2, 5), people.slice(5)];
    const paths = halves.map((half, part) => writeTables(join(root, `in-${part}`), joinTables(...half.map(claims)), `_${part}`));
    const whole = await judged('whole', [paths]);
    const parts = await judged(
      'parts',
      [...paths].reverse().map((path) => [path]),
    );
    expect(whole.rows).toEqual(people.map((person) => `RX-${90 - person}-1`).sort());
    expect(parts.hash).toBe(whole.hash);
    expect(parts.bytes.equals(whole.bytes)).toBe(true);
    expect(await numbersOf('parts')).not.toEqual(await numbersOf('whole'));
  }, 60_000);
});
