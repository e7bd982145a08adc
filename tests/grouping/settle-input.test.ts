import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { csvCell, parseCsv } from '@hengjian/standard';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type City, makeCity } from '../city.ts';
import { command } from '../command.ts';

const folder = mkdtempSync(join(tmpdir(), 'hengjian-settle-input-'));
const at = (...parts: readonly string[]): string => join(folder, ...parts);
let city: City;

async function done(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await command(args, { cwd: folder });
  expect(code, err).toBe(0);
  return out;
}

/** A refusal is exit code 2, a message with a remedy, never a stack trace. */
async function refused(args: readonly string[], ...parts: readonly string[]): Promise<void> {
  const { code, out, err } = await command(args, { cwd: folder });
  expect(code, err).toBe(2);
  expect(out).toBe('');
  expect(err).toContain('→');
  expect(err).not.toMatch(/internal error|\n\s+at /);
  for (const part of parts) expect(err).toContain(part);
}

interface CaseLine {
  readonly mdtrt_id: string;
  readonly fixmedins_code: string;
  readonly grp_code: string;
  readonly medfee_sumamt: number;
}

const source = (): readonly string[] => ['--lake', city.lake, '--scheme', 'demonstration'];
const firstCase = (): CaseLine => {
  const line = readFileSync(at('settlement', 'cases.jsonl'), 'utf8').split('\n')[0] ?? '';
  return JSON.parse(line) as CaseLine;
};

beforeAll(async () => {
  city = await makeCity(300);
  await done('settle', 'draft', ...source(), '--year', '2025', '--out', 'parameters.yaml');
  await done('settle', 'run', ...source(), '--parameters', 'parameters.yaml', '--out', 'settlement');
});

afterAll(async () => {
  city?.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** The files of the city without some tables and without a column. */
function copyCity(to: string, without: readonly string[], column: string): void {
  cpSync(city.city, to, { recursive: true, filter: (path) => !without.some((table) => path.includes(table)) });
  for (const entry of readdirSync(to, { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith('.csv')) continue;
    const file = join(entry.parentPath, entry.name);
    const [header = [], ...rows] = parseCsv(readFileSync(file, 'utf8'), entry.name);
    const at_ = header.indexOf(column);
    const kept = at_ < 0 ? [header, ...rows] : [header, ...rows].map((cells) => cells.toSpliced(at_, 1));
    writeFileSync(file, kept.map((cells) => `${cells.map(csvCell).join(',')}\n`).join(''));
  }
}

describe('a lake that does not say all', () => {
  it('gives no parameters when no stay is in a group', async () => {
    copyCity(at('no-diagnoses'), ['setl_list_diag_d'], 'dscg_maindiag_code');
    await command(['ingest', at('no-diagnoses'), '--lake', at('ungrouped')]);
    const place = ['--lake', at('ungrouped'), '--scheme', 'demonstration'];
    await refused(['settle', 'draft', ...place, '--year', '2025', '--out', 'ungrouped.yaml'], '没有一例入组', 'hengjian group --lake');
    expect(existsSync(at('ungrouped.yaml'))).toBe(false);
  });

  it('has local stays only when it says of nobody where the person is insured, and can be settled', async () => {
    copyCity(at('no-area'), [], 'insu_admdvs');
    await command(['ingest', at('no-area'), '--lake', at('placeless')]);
    const place = ['--lake', at('placeless'), '--scheme', 'demonstration'];
    await done('settle', 'draft', ...place, '--year', '2025', '--out', 'placeless.yaml');
    const drafted = readFileSync(at('placeless.yaml'), 'utf8');
    expect(drafted).toContain("local_areas: ['*']");
    expect(drafted).not.toContain('care: remote');
    expect(drafted).toContain('insu_admdvs');
    await done('settle', 'run', ...place, '--parameters', 'placeless.yaml', '--out', 'placeless-settled');
  });
});

describe('what a clerk can get wrong when settling', () => {
  it('a year before the first stay, and a file that is there', async () => {
    await refused(['settle', 'draft', ...source(), '--year', '205', '--out', 'early.yaml'], '205', '--year');
    expect(existsSync(at('early.yaml'))).toBe(false);
    await refused(['settle', 'draft', ...source(), '--year', '2025', '--out', 'parameters.yaml'], 'parameters.yaml', '不会覆盖');
  });

  it('a method that does not belong to the scheme', async () => {
    await refused(
      ['settle', 'draft', ...source(), '--year', '2025', '--method', 'dip_points', '--out', 'dip.yaml'],
      'demonstration',
      'drg_rate',
    );
    writeFileSync(at('dip.yaml'), readFileSync(at('parameters.yaml'), 'utf8').replace('method: drg_rate', 'method: dip_points'));
    await refused(['settle', 'run', ...source(), '--parameters', 'dip.yaml', '--out', 'never'], 'dip.yaml method', 'drg_rate');
    expect(existsSync(at('never'))).toBe(false);
    await done('scheme', 'form', '--lake', city.lake, '--parameters', 'demonstration', '--years', '2025=1');
    await done('settle', 'draft', '--lake', city.lake, '--scheme', 'dip-demonstration', '--year', '2025', '--out', 'by-kind.yaml');
    expect(readFileSync(at('by-kind.yaml'), 'utf8')).toContain('method: dip_points');
  });

  it('an accepted objection with a group that the scheme does not have', async () => {
    const { mdtrt_id, fixmedins_code } = firstCase();
    writeFileSync(
      at('objections.csv'),
      `id,mdtrt_id,fixmedins_code,reason,outcome,answer,grp_code\nO1,${mdtrt_id},${fixmedins_code},主诊断填写有误,accepted,经核对,ZZ99\n`,
    );
    await refused(
      ['settle', 'run', ...source(), '--parameters', 'parameters.yaml', '--objections', 'objections.csv', '--out', 'never'],
      'objections.csv:2',
      'grp_code',
      'ZZ99',
    );
    expect(existsSync(at('never'))).toBe(false);
  });

  it('more money of lines than the stay cost, or none at all', async () => {
    const { mdtrt_id, medfee_sumamt } = firstCase();
    const where = ['--run', 'settlement', '--lake', city.lake];
    await refused(['settle', 'reprice', mdtrt_id, ...where, '--charge', `${Math.floor(medfee_sumamt / 100) + 1}`], '不超过该病例总费用');
    await refused(['settle', 'reprice', mdtrt_id, ...where, '--charge', 'much'], '--charge “much”');
    expect(await done('settle', 'reprice', mdtrt_id, ...where, '--charge', '0.01')).toMatch(/＝ 基金损失 \d+\.\d\d 元/);
  });

  it('a period without stays, a hospital without statement, a folder without settlement', async () => {
    const evaluate = ['settle', 'evaluate', '--lake', city.lake, '--run', 'settlement', '--out', 'evaluation'];
    await refused([...evaluate, '--from', '2023-01-01', '--to', '2023-12-31'], '2023-01-01', '--from');
    expect(existsSync(at('evaluation'))).toBe(false);
    await refused(['settle', 'pdf', '--run', 'settlement', '--hospital', 'H0'], '没有医院 H0 的结算单');
    for (const command of [
      ['pdf', '--run', '.'],
      ['public', '--run', '.', '--out', 'public.html'],
      ['explain', 'X', '--run', '.', '--lake', city.lake],
    ])
      await refused(['settle', ...command], '没有结算');
  });
});
