import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { command } from './command.ts';
import { hasData, type Job, lineOf, newJob, sharedData } from './job.ts';

const cases = join(sharedData, 'attack-cases');

/** What is taken: rows accepted and in quarantine. */
const taken: Readonly<Record<string, readonly [number, number]>> = {
  'crlf-in-quoted-cell.csv': [1912, 0],
  'mixed-ends.csv': [60, 0],
  'two-quotes.csv': [1911, 1],
  'stray-quote.csv': [59, 1],
  'utf32.csv': [60, 0],
  'header-t_cnt.csv': [60, 0],
  'empty-key.jsonl': [60, 0],
  'id-as-number.xlsx': [59, 1],
  'timestamptz.parquet': [60, 0],
};
const refused: Readonly<Record<string, string>> = {
  'hang-355.xlsx': 'is damaged → export the file again',
  'hang-372.xlsx': 'is damaged → export the file again',
  'sheet-1gb-spaces.xlsx': 'is more than the limit of 400 MB → split it',
  'dup-header-case.csv': 'differ in capital letters only and cannot be told apart → rename',
  'xlsx-bad-crc.xlsx': 'is damaged → export the file again',
};
const mappings = ['m_readtext.yaml', 'm_describe.yaml'] as const;
const others = ['README.md', 'setl.csv', 'm.yaml', 'canary-bills.csv', ...mappings];

describe.skipIf(!hasData('attack-cases'))('the attack cases (needs ../shared/data/attack-cases)', () => {
  let job: Job;
  let source: string;
  beforeEach(() => {
    job = newJob();
    source = join(job.folder, 'in');
    mkdirSync(source);
  });
  afterEach(() => job.remove());

  /** Takes a case under the name of the table that it holds. */
  const copied = (name: string): string => {
    const own = `fee_list_d-${name.slice(0, -extname(name).length)}${extname(name)}`;
    cpSync(join(cases, name), join(source, own));
    return own;
  };

  it('are all in the table', () => {
    expect(readdirSync(cases).sort()).toEqual([...Object.keys(taken), ...Object.keys(refused), ...others].sort());
  });

  it('that can be read are read with every row accounted for, and the same delivery again changes nothing', async () => {
    const names = new Map(Object.keys(taken).map((name) => [name, copied(name)]));
    const outcome = await job.ingest(source);
    expect([outcome.code, outcome.err]).toEqual([0, '']);
    for (const [name, [accepted, quarantined]] of Object.entries(taken)) {
      const told = lineOf(outcome, names.get(name) ?? '').replaceAll(/ \(.*?\)/g, '');
      expect(told, name).toContain(`${accepted + quarantined} rows = ${accepted} accepted + ${quarantined} quarantined`);
    }
    expect((await job.ingest(source)).out).toContain('nothing new');
  });

  it.each(Object.entries(refused))('%s is refused with its name and what to do', async (name, why) => {
    const own = copied(name);
    const started = performance.now();
    const { code, err } = await job.ingest(source);
    expect(code, err).toBe(2);
    expect(err).toContain(own);
    expect(err).toContain(why);
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(existsSync(job.lake)).toBe(false);
  });

  it.each(mappings)('%s with setl.csv is refused: one SELECT over declared sources', async (mapping) => {
    cpSync(join(cases, 'setl.csv'), join(source, 'setl.csv'));
    const { code, err } = await job.ingest(source, '--mapping', join(cases, mapping));
    expect(code).toBe(2);
    expect(err).toMatch(new RegExp(`^${mapping}:\\d+`));
    expect((await command(['mapping', 'check', join(cases, mapping)])).code).toBe(2);
    expect(existsSync('written-by-a-mapping.txt')).toBe(false);
  });

  it('canary-bills.csv leaves no name and no telephone anywhere', async () => {
    cpSync(join(cases, 'canary-bills.csv'), join(source, 'canary-bills.csv'));
    const outcome = await job.ingest(source, '--mapping', join(cases, 'm.yaml'));
    const written = [job.lake, join(job.folder, 'quality')].flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name))),
    );
    for (const canary of ['王金丝雀', '13912345678', '410502198001019876'])
      for (const text of [...written, outcome.out, outcome.err]) expect(text.includes(canary), canary).toBe(false);
  });
});
