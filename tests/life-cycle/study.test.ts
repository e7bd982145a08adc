import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alwaysInForce, coverage, dryRun, type RunRecord, runAudit } from '@hengjian/audit';
import { decide, draft, importLibrary, initialise, publish, recordBacktest, type Store, submit } from '@hengjian/operations';
import { parseDay, RefusedInput } from '@hengjian/standard';
import { inForceIn } from '@hengjian/workbench';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { staff, type TestSurroundings, tables, testSurroundings } from '../../packages/operations/src/fixture.ts';
import { type City, makeCity } from '../city.ts';
import { command, type Outcome } from '../command.ts';
import { limitRule } from './rule.ts';

let city: City;
beforeAll(async () => {
  city = await makeCity(400);
}, 300_000);
afterAll(() => city.remove());

const day = (text: string): number => parseDay(text) as number;
const hengjian = (...args: readonly string[]): Promise<Outcome> => command(args);

function ruleFile(name: string, text: string): string {
  const file = join(city.folder, name);
  writeFileSync(file, text);
  return file;
}

describe('a run replayed', () => {
  let store: Store;
  let around: TestSurroundings;
  let data: string;
  let runs = 0;

  const audit = async (asOf: string | undefined, to?: string): Promise<RunRecord> => {
    runs += 1;
    const { published, ...rest } = await inForceIn(store, asOf === undefined ? undefined : day(asOf));
    return runAudit({
      lake: city.lake,
      out: join(city.folder, `run-${runs}`),
      rulebook: published === undefined ? {} : { published },
      ...rest,
      ...(to === undefined ? {} : { to: day(to) }),
    });
  };
  const bytes = (run: number): Buffer => readFileSync(join(city.folder, `run-${run}`, 'findings.parquet'));

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'hengjian-replay-'));
    around = testSurroundings('2025-01-02');
    store = await initialise({ data }, around);
  }, 300_000);
  afterAll(async () => {
    await store.close();
    rmSync(data, { recursive: true, force: true });
  });

  it('as of a day gives what was known that day, whatever was published since', async () => {
    const { author, approver } = await staff(store);
    const first = [
      { path: 'T01.yaml', text: limitRule(1, '300.00') },
      { path: 'T09.yaml', text: limitRule(1, '9000.00', 'T09') },
    ];
    await importLibrary(store, author, approver, first, { from: day('2025-01-02') }, tables);
    around.travel('2025-08-01');
    const whole = await audit(undefined);
    const half = await audit(undefined, '2025-06-30');
    const change = async (version: number, most: string, from: string, reason?: string): Promise<void> => {
      const { hash } = await draft(store, author, limitRule(version, most), 'T01.yaml');
      await submit(store, author, 'T01', version, tables);
      await recordBacktest(store, author, 'T01', version, hash, {});
      await decide(store, approver, 'approve', 'T01', version, 'read');
      await publish(store, approver, 'T01', version, { from: day(from), ...(reason === undefined ? {} : { reason }) }, tables);
    };
    await change(2, '500.00', '2025-09-01');
    const later = await audit(undefined, '2025-06-30');
    expect(later.findings_hash).toBe(half.findings_hash);
    expect(later.rulebook_hash).toBe(half.rulebook_hash);
    expect(bytes(3).equals(bytes(2))).toBe(true);
    expect(later.operations).toEqual(half.operations);

    around.travel('2026-03-01');
    await change(3, '100.00', '2025-02-01', '追溯更正');
    expect((await audit(undefined, '2025-06-30')).findings_hash).not.toBe(half.findings_hash);
    const replayed = await audit('2025-08-01', '2025-06-30');
    expect(replayed.findings_hash).toBe(half.findings_hash);
    expect(replayed.operations?.versions.map(({ rule_id, version }) => `${rule_id}@${version}`)).toEqual(['T01@1', 'T09@1']);
    expect(replayed.operations?.publications.map(({ id }) => id)).toEqual(['P000001', 'P000002']);
    const asKnown = await audit('2025-12-31');
    expect(asKnown.operations?.versions.map(({ version, days }) => [version, days.at(-1)?.at(-1)])).toEqual([
      [1, '2025-08-31'],
      [2, null],
      [1, null],
    ]);
    expect(asKnown.findings).toBeLessThan(whole.findings);
    await expect(audit('2024-12-31')).rejects.toThrow('no rule is in force');
  }, 300_000);
});

describe('a dry run', () => {
  const inForce = () => [alwaysInForce({ id: 'T01', version: 1 }, limitRule(1, '300.00'))];
  const out = (name: string): string => join(city.folder, name);

  it('prints what the draft adds, removes and keeps, the same every time', async () => {
    const stricter = { text: limitRule(2, '200.00'), file: 'T01.yaml' };
    const result = await dryRun({ lake: city.lake, out: out('dry-1'), draft: stricter, inForce: inForce(), threads: 2 });
    const { added, removed, changed, same } = result.differences;
    expect(removed.findings + changed.findings).toBe(0);
    expect(added.findings).toBeGreaterThan(0);
    expect(same.findings).toBe(result.in_force.findings);
    expect(added.findings + same.findings).toBe(result.draft.findings);
    expect(added.charge_fen + same.charge_fen).toBe(result.draft.charge_fen);
    expect(result.sample).toHaveLength(20);
    expect(new Set(result.sample.map(({ change }) => change))).toEqual(new Set(['added', 'same']));
    for (const { charge_fen, change } of result.sample) {
      expect(charge_fen).toBeGreaterThan(20_000);
      expect(charge_fen > 30_000).toBe(change === 'same');
    }
    await dryRun({ lake: city.lake, out: out('dry-2'), draft: stricter, inForce: inForce(), threads: 1 });
    const files = readdirSync(out('dry-1')).filter((name) => !name.startsWith('.'));
    expect(files.length).toBeGreaterThan(1);
    expect(readdirSync(out('dry-2')).filter((name) => !name.startsWith('.'))).toEqual(files);
    for (const file of files)
      expect(readFileSync(join(out('dry-2'), file)).equals(readFileSync(join(out('dry-1'), file))), file).toBe(true);
    const looser = await dryRun({
      lake: city.lake,
      out: out('dry-3'),
      draft: { text: limitRule(2, '500.00'), file: 'T01.yaml' },
      inForce: inForce(),
    });
    expect(looser.differences.removed.findings).toBe(result.in_force.findings - looser.draft.findings);
    expect(looser.differences.added.findings).toBe(0);
  }, 300_000);

  it('of a new rule adds everything, and is refused for a draft that does not pass', async () => {
    const result = await dryRun({
      lake: city.lake,
      out: out('dry-new'),
      draft: { text: limitRule(1, '300.00', 'T07'), file: 'T07.yaml' },
      inForce: inForce(),
    });
    expect(result.against).toEqual([]);
    expect(result.differences.added).toEqual(result.draft);
    const broken = { text: limitRule(1, '300.00').replace('> param.most', '> param.none'), file: 'T01.yaml' };
    await expect(dryRun({ lake: city.lake, out: out('dry-broken'), draft: broken, inForce: inForce() })).rejects.toThrow(RefusedInput);
  }, 300_000);

  it('finds the lines that another rule tells of too', async () => {
    const text = readFileSync(new URL('../../library/rules/N07.yaml', import.meta.url), 'utf8');
    const twin = text.replace('id: N07\n', 'id: T08\n').replace(/^official_(code|number):.*\n/gm, '');
    const result = await dryRun({
      lake: city.lake,
      out: out('dry-twin'),
      draft: { text: twin, file: 'T08.yaml' },
      inForce: [alwaysInForce({ id: 'N07', version: 1 }, text)],
    });
    expect(result.compared_rules).toEqual(['N07']);
    expect(result.draft.findings).toBeGreaterThan(0);
    expect(result.overlaps).toEqual([
      { rule_id: 'N07', findings: result.draft.findings, lines: result.draft.findings, charge_fen: result.draft.charge_fen },
    ]);
  }, 300_000);

  it('is a command, like diff, coverage and check', async () => {
    const [before, after] = [ruleFile('T01-1.yaml', limitRule(1, '300.00')), ruleFile('T01-2.yaml', limitRule(2, '200.00'))];
    const printed = await hengjian('rules', 'dry-run', after, '--lake', city.lake, '--out', out('dry-cli'));
    expect(printed.code, printed.err).toBe(0);
    for (const part of ['新增', '消失', '不变', 'T01@2']) expect(printed.out).toContain(part);
    const diff = await hengjian('rules', 'diff', before, after, '--json');
    expect(JSON.parse(diff.out)).toMatchObject({ alters_verdicts: true });
    expect((await hengjian('rules', 'diff', before, join(city.folder, 'none.yaml'))).code).toBe(2);
    const never = ruleFile(
      'T01-3.yaml',
      limitRule(3, '300.00').replace('> param.most', '> param.most && line.det_item_fee_sumamt < 200.00'),
    );
    const checked = await hengjian('rules', 'check', never);
    expect(checked.code).toBe(2);
    expect(checked.err).toContain('永远不会命中');
    expect((await hengjian('rules', 'check', before, after)).err).toContain('已用于');
  }, 300_000);
});

describe('the coverage of rules', () => {
  it('tells fired points from silent ones and from those that never could', async () => {
    const run = join(city.folder, 'covered');
    const record = await runAudit({ lake: city.lake, out: run });
    const result = await coverage({ lake: city.lake, run });
    expect(result.rules).toBe(record.rules.length);
    expect(Object.values(result.points).reduce((sum, count) => sum + count, 0)).toBe(result.list.length);
    expect(result.points.fired).toBeGreaterThan(20);
    expect(result.points.no_code).toBeGreaterThan(0);
    for (const { reason, findings } of result.list) expect(findings > 0).toBe(reason === 'fired');
    const end = `b,s,000000,2000-01-01,`;
    const header = 'point_id:id,items:items,age_max:integer,basis:text,source:text,region:area,valid_from:date,valid_to:date';
    const rows = [
      `A1,X*,99,${end}`,
      `A2,X*,99,${end}`,
      `A3,X*,98,b,s,000000,2000-01-01,2001-01-01`,
      `A4,none,97,${end}`,
      `A5,X*,96,b,s,330000,2000-01-01,`,
    ];
    const knowledge = mkdtempSync(join(city.folder, 'knowledge-'));
    writeFileSync(join(knowledge, 'limits.csv'), `${header}\n${rows.join('\n')}\n`);
    const text = limitRule(1, '300.00', 'T05').replace(
      'when:',
      'items: limits\nneeds: [age]\nwhen: age_years(line.fee_ocur_time) > 200 + point.age_max &&',
    );
    const own = await coverage({ lake: city.lake, rulebook: { rules: [ruleFile('T05.yaml', text)], knowledge } });
    expect(own.list.map(({ point_id, reason }) => `${point_id} ${reason}`)).toEqual([
      'A1 silent',
      'A2 shadowed',
      'A3 not_valid',
      'A4 no_code',
      'A5 no_area',
    ]);
  }, 300_000);
});
