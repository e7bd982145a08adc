import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { commandHelp, flagName, groupHelp, programHelp } from './help.ts';
import { environmentLanguage } from './language.ts';
import { everyCommand, run } from './run.ts';

const golden = fileURLToPath(new URL('./golden/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'hengjian-commands-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Compares with the golden file; HENGJIAN_GOLDEN=write writes it, to be read in the diff. */
function expectGolden(name: string, text: string): void {
  const file = join(golden, name);
  if (process.env.HENGJIAN_GOLDEN === 'write') {
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
  }
  expect(existsSync(file), `${name}: run with HENGJIAN_GOLDEN=write`).toBe(true);
  expect(text).toBe(readFileSync(file, 'utf8'));
}

const commands = await everyCommand();

describe.each(['zh', 'en'] as const)('in %s', (language) => {
  it('every command explains itself as the golden text says', async () => {
    expect(commands.length).toBeGreaterThan(50);
    const texts = [await programHelp(language)];
    for (const group of [...new Set(commands.filter(({ path }) => path.length === 2).map(({ path }) => path[0] ?? ''))])
      texts.push(await groupHelp(group, language));
    for (const { path, command } of commands) texts.push(commandHelp(path, command, language));
    expectGolden(`help.${language}.txt`, texts.join(`\n${'—'.repeat(40)}\n\n`));
  });

  it('the example of every command names options that it has', () => {
    for (const { path, command } of commands) {
      expect(command.example).toContain(`hengjian ${path.join(' ')}`);
      const known = new Set([...Object.keys(command.options).map((key) => `--${flagName(key)}`), '--print-schema']);
      for (const [option] of command.example.matchAll(/--[a-z][a-z-]*/g)) expect(known, path.join(' ')).toContain(option);
    }
  });

  it('every command refuses a wrong call as the golden text says', async () => {
    const lines: string[] = [];
    for (const { path } of commands) {
      const { code, out, err } = await called([...path, '--no-such-option', '--lang', language]);
      expect(out).toBe('');
      expect(code).toBe(2);
      lines.push(`${path.join(' ')}: ${err}`);
    }
    expectGolden(`refusals.${language}.txt`, lines.join(''));
  });
});

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a call in this process and keeps what it writes. */
async function called(words: readonly string[]): Promise<Outcome> {
  const [out, err]: [string[], string[]] = [[], []];
  const write = { out: process.stdout.write, err: process.stderr.write };
  process.stdout.write = (text: string | Uint8Array) => out.push(String(text)) > 0;
  process.stderr.write = (text: string | Uint8Array) => err.push(String(text)) > 0;
  try {
    const code = await run(words, {});
    return { code, out: out.join(''), err: err.join('') };
  } finally {
    process.stdout.write = write.out;
    process.stderr.write = write.err;
  }
}

describe('a call', () => {
  it('speaks the language that is asked for, else that of the environment, else Chinese', async () => {
    for (const [environment, language] of [
      [{}, 'zh'],
      [{ LANG: 'C.UTF-8' }, 'zh'],
      [{ LANG: 'de_DE.UTF-8' }, 'zh'],
      [{ LANG: 'en_US.UTF-8' }, 'en'],
      [{ LANG: 'en_US.UTF-8', LC_ALL: 'zh_CN.UTF-8' }, 'zh'],
      [{ LC_MESSAGES: 'en', LANG: 'zh_CN' }, 'en'],
    ] as const)
      expect(environmentLanguage(environment)).toBe(language);
    expect((await called(['rules', 'show', 'N00', '--lang', 'en'])).err).toBe(
      'there is no rule N00 → check the name; there are: see hengjian rules list\n',
    );
    expect((await called(['rules', 'show', 'N00'])).err).toBe('没有规则 N00 → 请检查名称；现有：见 hengjian rules list\n');
    expect((await called(['rules', 'show', 'N00', '--lang', 'fr'])).err).toContain('“fr”无效');
  });

  it('gives one JSON document with --json, a refusal too', async () => {
    const refused = await called(['rules', 'show', 'N00', '--json', '--lang=en']);
    expect(JSON.parse(refused.out)).toMatchObject({
      refused: [{ code: 'name-unknown', message: 'there is no rule N00', values: { name: 'N00' } }],
    });
    expect(refused.code).toBe(2);
  });

  it('without words shows the help and is done', async () => {
    const shown = await called([]);
    expect([shown.code, shown.err]).toEqual([0, '']);
    expect(shown.out).toContain('ingest');
    expect((await called(['settle'])).out).toContain('reprice');
    expect((await called(['help', 'settle', 'run'])).out).toContain('--parameters');
  });

  it('names what it does not know, and what there is', async () => {
    expect((await called(['nonsense'])).err).toContain('audit');
    expect((await called(['settle', 'nonsense'])).err).toContain('settle run');
    expect((await called(['settle', '../audit'])).code).toBe(2);
    expect((await called(['settle', 'index'])).code).toBe(2);
    expect((await called(['rules', 'show'])).err).toContain('参数 编号 缺少或为空');
    expect((await called(['rules', 'show', '--lang', 'en'])).err).toContain('the argument id is missing or empty');
    expect((await called(['rules', 'show', 'N25', 'N26'])).err).toContain('N26');
    expect((await called(['score', '--run'])).err).toContain('--run');
    expect((await called(['nonsense', '--lang', 'en'])).err).toMatch(/these commands exist: audit, completion, demo, /);
  });

  it('refuses an empty value by the name of the argument or option', async () => {
    for (const blank of ['', ' ']) {
      const { code, err } = await called(['explain', blank, '--run', folder, '--lang', 'en']);
      expect([code, err.split(' → ')[0]]).toEqual([2, 'the argument finding is missing or empty']);
      expect((await called(['lake', 'person', 'a', blank, '--lake', folder])).err).toContain('参数 人员标识 缺少或为空');
      expect((await called(['explain', 'a', '--run', blank, '--lang', 'en'])).err).toContain('the option --run has no value, or an empty');
    }
  });

  it('shows no English name of an argument in a Chinese usage line', () => {
    for (const { path, command } of commands) {
      const [usage = ''] = commandHelp(path, command, 'zh').split('\n');
      expect(usage.replace(`用法：hengjian ${path.join(' ')}`, ''), path.join(' ')).not.toMatch(/[a-z]/i);
    }
  });

  it('ends with its process when that is killed, on another Node too', () => {
    const bin = fileURLToPath(new URL('../bin/hengjian.mjs', import.meta.url));
    const version = spawnSync(process.execPath, [bin, '--version'], { encoding: 'utf8' });
    expect([version.status, version.stdout.trim()]).toEqual([0, '0.1.0']);
  });
});
