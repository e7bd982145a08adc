import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
mkdirSync(join(root, '.cache'), { recursive: true });
const copy = mkdtempSync(join(root, '.cache/cli-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

// The fixture stands two folders below; written apart, it is no import of this file.
const up = '../../';
const source = `
import { words } from '@hengjian/standard';
import { defineCommand } from '${up}command.ts';
import { required, text } from '${up}options.ts';

export const command = defineCommand({
  says: words('问候', 'greets'),
  options: { who: required(text('text', words('对象', 'whom'))) },
  example: 'hengjian lake greet --who you',
  async run({ output }, { who }) {
    output.say(words(\`你好，\${who}\`, \`hello \${who}\`));
    output.result({ who });
  },
});
`;

const call = (...words: readonly string[]) =>
  spawnSync(process.execPath, [join(copy, 'bin/hengjian.mjs'), ...words], { encoding: 'utf8', env: { ...process.env, LANG: 'C' } });

it('a command is one file: help, refusals, both languages and JSON come with it', () => {
  cpSync(join(root, 'apps/cli'), copy, { recursive: true, filter: (path) => !path.includes('node_modules') });
  writeFileSync(join(copy, 'src/commands/lake/greet.ts'), source);
  expect(call('lake', 'greet', '--who', 'you', '--lang', 'en').stdout).toBe('hello you\n');
  expect(call('lake', 'greet', '--who', '李').stdout).toBe('你好，李\n');
  expect(JSON.parse(call('lake', 'greet', '--who', 'you', '--json').stdout)).toEqual({ who: 'you' });
  expect(call('lake', 'greet', '--help', '--lang', 'en').stdout).toContain('--who <text>');
  expect(call('lake').stdout).toMatch(/greet\s+问候/);
  const refused = call('lake', 'greet');
  expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('--who')]);
});
