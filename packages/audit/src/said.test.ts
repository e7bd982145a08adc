import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ingest, openLake, readSegment } from '@hengjian/lake';
import { buildSegment } from '@hengjian/rulespec';
import { columnsOf, forEachTable, type TableData, type WorkingTable, workingTables } from '@hengjian/standard';
import { openTables, quoted, text } from '@hengjian/table';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

type Row = Readonly<Record<string, string>>;

function writeTable(folder: string, name: string, rows: readonly Row[]): void {
  const [first = {}] = rows;
  const cells = [Object.keys(first), ...rows.map((row) => Object.values(row))];
  writeFileSync(join(folder, name), `${cells.map((row) => row.join(',')).join('\n')}\n`);
}

/** Claims of some persons: one drug prescribed twice a day by one doctor, by numbers that sort against the persons. */
function writeClaims(part: number, persons: readonly number[]): string {
  const folder = mkdtempSync(join(root, 'in-'));
  const of = (person: number): Row => ({
    ...{ mdtrt_id: `M${person}`, psn_no: `P${person}`, fixmedins_code: `H4301000000${(person % 3) + 1}`, med_type: '11' },
    ...{ insutype: '310', insu_admdvs: '430100', vali_flag: '1' },
  });
  const line = (person: number, index: number): Row => ({
    ...{ ...of(person), bkkp_sn: `B${person}-${index}`, setl_id: `S${person}`, fee_ocur_time: `2025-03-10 08:1${index}:00` },
    ...{ rx_drord_no: `RX-${90 - person}-${index}`, med_list_codg: 'XA01AAA001A010101100001', cnt: '2', pric: '10.5' },
    ...{ det_item_fee_sumamt: '21.00', inscp_amt: '21.00', list_type: '101', bilg_dr_code: 'D430100000001', prd_days: '20' },
  });
  const stays = persons.map((person) => ({ ...of(person), begntime: '2025-03-10 08:00:00', endtime: '2025-03-10 09:00:00' }));
  const bill = { setl_time: '2025-03-10 09:30:00', medfee_sumamt: '42.00', inscp_amt: '42.00', fund_pay_sumamt: '29.40', clr_way: '1' };
  writeTable(folder, `mdtrt_d_${part}.csv`, stays);
  writeTable(
    folder,
    `setl_d_${part}.csv`,
    persons.map((person) => ({ ...of(person), setl_id: `S${person}`, ...bill })),
  );
  writeTable(
    folder,
    `fee_list_d_${part}.csv`,
    persons.flatMap((person) => [line(person, 0), line(person, 1)]),
  );
  return folder;
}

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
    const shares = [people.slice(0, 2), people.slice(2, 5), people.slice(5)];
    const paths = shares.map((persons, part) => writeClaims(part, persons));
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
