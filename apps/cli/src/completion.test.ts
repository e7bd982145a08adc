import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { completionScript } from './completion.ts';

const script = await completionScript('bash', 'zh');

/** What bash offers for a call whose last word is not finished. */
function offered(...call: readonly string[]): string[] {
  const setting = `COMP_WORDS=(${call.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${call.length - 1}`;
  const run = spawnSync('bash', ['-c', `${script}\n${setting}\n_hengjian\nprintf '%s\\n' "\${COMPREPLY[@]}"`], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
  return run.stdout.split('\n').filter((line) => line !== '');
}

describe('completion', () => {
  it('offers commands, commands of a group, options and choices', () => {
    expect(offered('hengjian', 'au')).toEqual(['audit']);
    expect(offered('hengjian', 'settle', 'r').sort()).toEqual(['reprice', 'run']);
    expect(offered('hengjian', 'settle', 'run', '--par')).toEqual(['--parameters']);
    expect(offered('hengjian', 'audit', '--lake', 'x', '--no')).toEqual(['--no-report']);
    expect(offered('hengjian', 'audit', '--host', 's')).toEqual(['spark']);
    expect(offered('hengjian', 'rules', 'list', '--lang', '')).toEqual(['zh', 'en']);
    expect(offered('hengjian', 'nonsense', '--x')).toEqual([]);
  });

  it('is there for zsh and fish, and says what fish shows in the language', async () => {
    expect(await completionScript('zsh', 'zh')).toContain('bashcompinit');
    const fish = await completionScript('fish', 'en');
    expect(fish).toMatch(/-n '__fish_use_subcommand' -f -a audit -d '.*judges/);
    expect(fish).toMatch(/from audit' -l no-report -d '/);
  });
});
