import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import * as xlsx from '@e965/xlsx';
import { parseCsvRecords } from '@hengjian/standard';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command } from './command.ts';

/** A hospital's own export lies beside the project; where it is absent these tests say so and skip. */
const shared = fileURLToPath(new URL('../../shared/data/his-export/', import.meta.url));
const present = existsSync(shared);
if (!present) process.stderr.write('shared/data/his-export is absent: the clerk has nothing to ingest\n');

const folder = mkdtempSync(join(tmpdir(), 'hengjian-clerk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const page = readFileSync(new URL('../docs/lake.md', import.meta.url), 'utf8');
/** The commands of the first section, as they stand there. */
const commands = (/```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? '').trim().split('\n');

/** Runs a line of the page in the folder of the clerk. */
async function typed(line: string): Promise<string> {
  const { code, out, err } = await command(line.split(' ').slice(1), { cwd: folder, env: { HENGJIAN_KEY_FILE: join(folder, 'key') } });
  expect(code, `${line}\n${err}`).toBe(0);
  return out;
}

/** Fills who has confirmed what a local text is. */
function confirm(local: string): void {
  const file = join(folder, '对照.xlsx');
  const book = xlsx.read(readFileSync(file));
  const sheet = book.Sheets[book.SheetNames[0] ?? ''] ?? {};
  const rows = xlsx.utils.sheet_to_json<Record<string, string>>(sheet, { raw: false, defval: '' });
  const filled = rows.map((row) => (row.local === local ? { ...row, confirmed_by: '检查组' } : row));
  const next = { SheetNames: ['a'], Sheets: { a: xlsx.utils.json_to_sheet(filled) } };
  const bytes: unknown = xlsx.write(next, { type: 'buffer', bookType: 'xlsx' });
  if (Buffer.isBuffer(bytes)) writeFileSync(file, bytes);
}

interface Found {
  readonly rule: string;
  readonly result: string;
  readonly visit: string;
}

async function findings(): Promise<readonly Found[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const from = `read_parquet('${join(folder, 'result', 'findings.parquet')}')`;
  const reader = await connection.runAndReadAll(`SELECT rule_id, result_type, unnest(mdtrt_id) FROM ${from}`);
  return reader.getRows().map(([rule, result, visit]) => ({ rule: String(rule), result: String(result), visit: String(visit) }));
}

interface Planted {
  /** Rules of which one finds it, or is asked of its line; none where no knowledge point speaks of it. */
  readonly rules: readonly string[];
  /** What the rules lack where the export does not say it, and the line that they are asked of. */
  readonly lacks?: string;
  readonly line?: number;
}

/** What was planted, the rules that find it, and what they lack. */
const planted: Readonly<Record<string, Planted>> = {
  P01: { rules: ['IA09N'] },
  // Two infusions on a day are no violation by any point, so nothing is said of them.
  P01b: { rules: [] },
  P02: { rules: ['N81'] },
  P03: { rules: ['N25'], lacks: '手术操作', line: 1841 },
  P04: { rules: ['IA09'] },
  P05: { rules: ['N08'] },
  P06: { rules: ['IC04'] },
  P07: { rules: ['IA19', 'N42'] },
  P08: { rules: ['IB04'] },
  P09: { rules: ['N27'], lacks: '手术操作', line: 4750 },
  P10: { rules: ['N14'] },
};

describe.skipIf(!present)('a clerk with a folder and this page', () => {
  let told = '';
  let audited = '';

  beforeAll(async () => {
    symlinkSync(join(shared, '数据'), join(folder, '数据'));
    const [draft = '', answer = '', check = '', crosswalk = '', ingest = '', audit = ''] = commands;
    expect(commands).toHaveLength(6);
    await typed(draft);
    await typed(`${answer} level=02 in_scope=1 nwb_flag=0 dscg_tkdrug_flag=0 precision=minute`);
    expect(await typed(check)).toContain('与数据相符');
    await typed(crosswalk);
    // Somebody of the inspection confirms what one diagnosis is.
    confirm('肺炎');
    await typed('hengjian mapping crosswalk mapping.yaml --read 对照.xlsx');
    told = await typed(ingest);
    audited = await typed(audit);
  }, 300_000);

  it('has every line once and holds nothing back', async () => {
    expect(JSON.parse(await typed('hengjian lake held --lake lake --json'))).toEqual({ held: [] });
    expect(told).toMatch(/fee_list_d：读入 \d+ 行 = 接收 22683（计入 18988、重复 3695） \+ 隔离 0/);
    expect(told).toMatch(/mdtrt_d：读入 \d+ 行 = 接收 252 \+ 隔离 0/);
    expect(told).toContain('未读：住院费用明细202502.xlsx / 科室汇总');
    expect(told).toContain('估计值：H41010200009 的 fee_list_d.inscp_amt');
    expect(audited).toContain('估计值：H41010200009 的 fee_list_d.inscp_amt');
    expect(audited).not.toContain('基金 0.00');
    expect(told).not.toMatch(/患者\d{3}/);
  });

  it('finds all that was planted, or is told what is missing, and accuses nobody else', async () => {
    const found = await findings();
    const wanted = parseCsvRecords(readFileSync(join(shared, 'planted.csv'), 'utf8'), 'planted.csv');
    for (const { id = '', 住院号: visit = '' } of wanted) {
      const { rules: own, lacks, line } = planted[id] ?? { rules: [] };
      const isFound = found.some((one) => own.includes(one.rule) && one.visit === visit);
      expect(isFound, `${id} ${visit}`).toBe(own.length > 0 && lacks === undefined);
      if (lacks === undefined) continue;
      const asked = own.map((rule) => typed(`hengjian why-not ${rule} --lake lake --line 住院费用明细202501.csv|${line}`));
      for (const said of await Promise.all(asked)) expect(said, id).toMatch(new RegExp(`^N\\d+：无法判断（.*${lacks}`));
    }
    const prices = wanted.filter(({ id }) => id === 'P10').map(({ 住院号: visit }) => visit);
    expect(found.filter(({ result, visit }) => result === 'violation' && !prices.includes(visit))).toEqual([]);
  });

  it('asks why a line was not hit by its file and row', async () => {
    const out = await typed('hengjian why-not N14 --lake lake --line 住院费用明细202501.csv|4419');
    expect(out).toMatch(/^N14：/);
  });
});
