/** Drafts versions of one rule for ever and prints each number once it is acknowledged; `kill.test.ts` kills it. */

import { signIn } from './accounts.ts';
import { password, ruleText, testSurroundings } from './fixture.ts';
import { openStore } from './store.ts';
import { draft, listVersions } from './versions.ts';

const store = await openStore({ data: process.argv[2] as string }, testSurroundings());
const author = await signIn(store, 'author', password);
for (let version = (await listVersions(store, 'K01')).length + 1; ; version += 1) {
  await draft(store, author, ruleText('K01', version), 'rule.yaml');
  process.stdout.write(`${version}\n`);
}
