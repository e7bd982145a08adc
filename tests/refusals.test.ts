import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, type Outcome } from './command.ts';

const root = mkdtempSync(join(tmpdir(), 'hengjian-refusals-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const library = fileURLToPath(new URL('../library/', import.meta.url));
const [city, lake] = [join(root, 'city'), join(root, 'lake')];

/** Runs a call in English. */
const called = (...words: readonly string[]): Promise<Outcome> => command([...words, '--lang', 'en']);

/** The refusal of a call: one line. */
async function refused(...words: readonly string[]): Promise<string> {
  const { code, err } = await called(...words);
  expect(code, err).toBe(2);
  const lines = err.trimEnd().split('\n');
  expect(lines, words.join(' ')).toHaveLength(1);
  expect(lines[0]).toContain(' → ');
  return lines[0] ?? '';
}

beforeAll(async () => {
  expect((await called('simulate', '--persons', '60', '--seed', '7', '--out', city)).code).toBe(0);
  expect((await called('ingest', city, '--lake', lake)).code).toBe(0);
}, 120_000);

const file = join(root, 'a-file');
writeFileSync(file, 'mine');

describe('a folder to write to', () => {
  const writers: Readonly<Record<string, (out: string) => readonly string[]>> = {
    audit: (out) => ['audit', '--lake', lake, '--out', out],
    demo: (out) => ['demo', '--persons', '60', '--out', out],
    group: (out) => ['group', '--scheme', 'demonstration', '--lake', lake, '--out', join(out, 'groups.csv')],
    ingest: (out) => ['ingest', city, '--lake', out],
    'ingest --report': (out) => ['ingest', city, '--lake', join(root, 'never'), '--report', out],
    'rules catalogue': (out) => ['rules', 'catalogue', join(library, 'rules/N07.yaml'), '--out', out],
    'settle draft': (out) => [
      'settle',
      'draft',
      '--lake',
      lake,
      '--scheme',
      'demonstration',
      '--year',
      '2025',
      '--out',
      join(out, 'p.yaml'),
    ],
    'settle lists': (out) => ['settle', 'lists', '--lake', lake, '--out', out],
    simulate: (out) => ['simulate', '--persons', '60', '--out', out],
  };

  it.each(Object.entries(writers))('is refused by its name where no folder can be: %s', async (name, words) => {
    for (const place of [join(file, 'below'), ...(process.platform === 'linux' ? ['/proc/hengjian'] : [])]) {
      const said = await refused(...words(place));
      expect(said.startsWith(place), said).toBe(true);
      expect(said).toContain('no folder can be made here');
      expect(said).toContain('name a place where folders can be made');
    }
    if (name.startsWith('ingest --report')) expect(existsSync(join(root, 'never'))).toBe(false);
  });

  it.each(['audit', 'demo', 'ingest', 'simulate', 'settle lists'])('is refused when it is a file: %s', async (name) => {
    const said = await refused(...(writers[name]?.(file) ?? []));
    expect(said.startsWith(`${file}: no folder can be made here: ${file} is no folder`), said).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('with files of somebody else takes no city', async () => {
    const folder = join(root, 'foreign');
    mkdirSync(folder);
    writeFileSync(join(folder, 'letter.txt'), 'mine');
    expect(await refused('simulate', '--persons', '60', '--out', folder)).toContain('the folder holds what the program did not make');
    expect(readdirSync(folder)).toEqual(['letter.txt']);
    expect((await called('simulate', '--persons', '60', '--year', '2024', '--out', city)).code).toBe(0);
    expect(readdirSync(join(city, 'setl_d')).every((name) => name.includes('2024'))).toBe(true);
  });
});

describe('a demonstration', () => {
  it('keeps an access log that came since an earlier one', { timeout: 240_000 }, async () => {
    const out = join(root, 'demo');
    const demo = ['demo', '--persons', '60', '--out', out];
    expect((await called(...demo)).code).toBe(0);
    const looked = await called('lake', 'person', 'a'.repeat(32), '--lake', join(out, 'lake'), '--purpose', 'test');
    expect(looked.code, looked.err).toBe(0);
    expect(looked.out).toContain('0 persons for 1 pseudonym\n');
    const log = join(out, 'lake', 'access.log');
    const before = readFileSync(log, 'utf8');
    expect(await refused(...demo)).toBe(
      `${log}: the program filled this folder, but a file was added since; nothing is deleted → ` +
        'name another folder, or delete this one yourself when nothing in it is needed',
    );
    expect(readFileSync(log, 'utf8')).toBe(before);
    expect(existsSync(join(out, 'result', 'report.html'))).toBe(true);
  });
});

describe('a refused command', () => {
  it('leaves nothing that was not there before', async () => {
    const bad = join(root, 'bad');
    mkdirSync(bad);
    writeFileSync(join(bad, 'fee_list_d.csv'), 'a,b\n1,2\n');
    const before = readdirSync(root).sort();
    await refused('ingest', bad, '--lake', join(root, 'new', 'lake'));
    await refused('ingest', join(root, 'none'), '--lake', join(root, 'new-lake'));
    const rules = ['--rules', join(root, 'no-rules')];
    await refused('audit', '--lake', lake, '--out', join(root, 'out', 'deep'), ...rules);
    await refused('audit', '--lake', join(root, 'none'), '--out', join(root, 'out'));
    await refused('knowledge', 'import', file, '--library', join(root, 'knowledge'));
    expect(readdirSync(root).sort()).toEqual(before);
    const empty = join(root, 'empty');
    mkdirSync(empty);
    await refused('audit', '--lake', lake, '--out', empty, ...rules);
    await refused('ingest', bad, '--lake', empty);
    expect(readdirSync(empty)).toEqual([]);
  });

  it('says once that a folder or file is empty', async () => {
    const empty = join(root, 'nothing');
    mkdirSync(empty);
    const nothing = 'there is nothing to read here';
    expect(await refused('audit', '--lake', lake, '--out', join(root, 'x'), '--knowledge', empty)).toContain(`${empty}: ${nothing}`);
    expect(await refused('rules', 'check', '--knowledge', empty)).toContain(`${empty}: ${nothing}`);
    const blank = join(root, 'blank.yaml');
    writeFileSync(blank, '# nothing yet\n');
    const settle = ['settle', 'run', '--lake', lake, '--scheme', 'demonstration', '--out', join(root, 'x'), '--parameters', blank];
    expect(await refused(...settle)).toContain(`blank.yaml: ${nothing}`);
    expect(await refused('mapping', 'check', blank)).toContain(`blank.yaml: ${nothing}`);
  });

  it('names a folder that is no lake, and one where a file should be', async () => {
    expect(await refused('lake', 'verify', '--lake', root)).toBe(
      `${root}: the folder holds no lake → name the folder given to ingest --lake`,
    );
    expect((await called('lake', 'verify', '--lake', root)).out).toBe('');
    expect(await refused('mapping', 'check', root)).toBe(`${root}: this should be a file → name a file`);
    expect(await refused('ingest', city, '--lake', join(root, 'x'), '--mapping', root)).toContain(`${root}: this should be a file`);
    expect(await refused('rules', 'dry-run', root, '--lake', lake, '--out', join(root, 'x'))).toContain(`${root}: this should be a file`);
  });

  it('names a text that is no YAML, whatever reads it', { timeout: 120_000 }, async () => {
    const broken = join(root, 'broken-form.yaml');
    writeFileSync(broken, 'a: [1\nb: "x\n');
    const folder = join(root, 'broken-dip');
    cpSync(join(library, 'schemes/dip-demonstration'), folder, { recursive: true });
    writeFileSync(join(folder, 'parameters.yaml'), 'a: [1\nb: "x\n');
    for (const [name, words] of [
      ['parameters.yaml', ['scheme', 'form', '--lake', lake, '--parameters', folder, '--years', '2025=1', '--schemes', join(root, 's')]],
      [
        'broken-form.yaml',
        ['settle', 'run', '--lake', lake, '--scheme', 'demonstration', '--out', join(root, 'sr'), '--parameters', broken],
      ],
      ['broken-form.yaml', ['mapping', 'check', broken]],
      ['broken-form.yaml', ['rules', 'check', broken]],
    ] as const) {
      const { code, err } = await called(...words);
      expect(code, `${words.join(' ')}: ${err}`).toBe(2);
      expect(err).toContain(name);
      expect(err).toMatch(/YAML|yaml/);
    }
  });

  it('names a file that holds no planted cases', { timeout: 120_000 }, async () => {
    const run = join(root, 'scored');
    expect((await called('audit', '--lake', lake, '--out', run, '--no-report')).code).toBe(0);
    for (const truth of [join(run, 'findings.parquet'), file, root])
      expect(await refused('score', '--run', run, '--truth', truth)).toContain(truth);
  });

  it('shows little of a file that is none of its own', async () => {
    const person = '张三,110101199003078035,男,1990-03-07,北京市朝阳区某某路一号院二号楼三单元四零五,13800000000';
    for (const [name, text] of Object.entries({
      'table.csv': `姓名,身份证号码,性别,出生日期,住址,电话\n${person}\n`,
      'keys.yaml': `${person}: 1\n${person}b: 2\n`,
      'broken.yaml': `"${person}\n: [${person}`,
      'list.yaml': `- ${person}\n`,
    })) {
      const path = join(root, name);
      writeFileSync(path, text);
      for (const words of [
        ['mapping', 'check', path],
        ['ingest', city, '--lake', join(root, 'x'), '--mapping', path],
        ['settle', 'run', '--lake', lake, '--scheme', 'demonstration', '--out', join(root, 'x'), '--parameters', path],
      ]) {
        const { code, err, out } = await called(...words);
        expect(code, err).toBe(2);
        expect(err + out, `${name} ${words[0]}`).not.toContain('13800000000');
        for (const line of err.trimEnd().split('\n')) expect(line, words.join(' ')).toContain(name);
        expect((await called(...words, '--json')).out).not.toContain('13800000000');
      }
    }
  });
});
