/** Child of the publication test: publishes one version and dies at the step it is told. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { words } from '@hengjian/standard';
import { draftPublication } from './publication.ts';

const [folder = '', mark = '', stop = ''] = process.argv.slice(2);
const draft = draftPublication(folder, { id: 'tin', format: 1, name: words('罐头', 'tin') });
writeFileSync(join(draft.folder, 'record.json'), JSON.stringify({ mark }));
writeFileSync(join(draft.folder, 'findings.txt'), mark);
if (mark === 'odd') writeFileSync(join(draft.folder, 'only-odd.txt'), mark);
if (stop === 'drafted') process.kill(process.pid, 'SIGKILL');
draft.publish((step) => {
  if (step === stop) process.kill(process.pid, 'SIGKILL');
});
draft.close();
