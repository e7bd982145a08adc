import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRulebook } from '@hengjian/rulebook';
import { libraryFolder } from '@hengjian/standard';
import { addPerson, signIn } from './accounts.ts';
import type { Person } from './people.ts';
import type { Store, Surroundings } from './store.ts';

/** A clock that tests move by hand, salts in order, and the cases that a test says are open. */
export interface TestSurroundings extends Surroundings {
  /** Sets the clock to a day, 09:00. */
  travel(day: string): void;
  /** Sets the clock to any text. */
  say(time: string): void;
  cite(rule: string, cases: readonly string[]): void;
}

export function testSurroundings(day = '2025-01-02', keyFile?: string): TestSurroundings {
  let now = `${day} 09:00:00`;
  let salt = 0;
  const cited = new Map<string, readonly string[]>();
  return {
    now: () => now,
    ...(keyFile === undefined ? {} : { keyFile }),
    random: (bytes) => {
      salt += 1;
      return Uint8Array.from({ length: bytes }, (_, index) => (salt * 31 + index) % 256);
    },
    cases: { openCasesCiting: (rule) => Promise.resolve(cited.get(rule) ?? []) },
    travel: (to) => {
      now = `${to} 09:00:00`;
    },
    say: (time) => {
      now = time;
    },
    cite: (rule, cases) => void cited.set(rule, cases),
  };
}

export const password = 'correct horse battery';

/** A security administrator, an author and two approvers. */
export async function staff(
  store: Store,
): Promise<{ readonly security: Person; readonly author: Person; readonly approver: Person; readonly second: Person }> {
  const person = (login: string, role: string) => ({ login, display_name: login, roles: [role], password });
  await addPerson(store, undefined, person('security', 'security_admin'));
  const security = await signIn(store, 'security', password);
  await addPerson(store, security, person('author', 'rule_author'));
  await addPerson(store, security, { ...person('approver', 'rule_approver'), roles: ['rule_approver', 'rule_author'] });
  await addPerson(store, security, { ...person('second', 'rule_approver'), roles: ['rule_approver', 'rule_author'] });
  const [author, approver, second] = [
    await signIn(store, 'author', password),
    await signIn(store, 'approver', password),
    await signIn(store, 'second', password),
  ];
  return { security, author, approver, second };
}

export const { tables } = readRulebook({ ids: [] });

/** A rule of the library as version `version` under `id`, with its text changed. */
export function ruleText(id: string, version: number, replace: readonly (readonly [string, string])[] = []): string {
  const text = readFileSync(join(libraryFolder, 'rules', 'N07.yaml'), 'utf8');
  const renamed = text.replace('id: N07\n', `id: ${id}\n`).replace('version: 1\n', `version: ${version}\n`);
  return replace.reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`the text has no ${from}`);
    return changed.replaceAll(from, to);
  }, renamed);
}
