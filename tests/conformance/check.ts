import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { sharedData } from '../job.ts';
import { readHistories } from './histories.ts';

// Says of files of histories whether they can be read, how many histories they hold, and which of their codes no published list has.

function textsOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && /\.(csv|json|jsonl|gz|tsv|txt|md)$/.test(path))
    .map((path) => (path.endsWith('.gz') ? gunzipSync(readFileSync(path)).toString('utf8') : readFileSync(path, 'utf8')));
}

const lists = ['two-libraries', 'codes', 'drg', 'standard'].map((name) => join(sharedData, name)).filter((folder) => existsSync(folder));
const known = lists.flatMap((folder) => textsOf(folder)).join('\n');
const paths = process.argv.slice(2);
for (const path of paths) {
  const histories = readHistories(path);
  const codes = new Set(
    histories.flatMap(({ people }) =>
      people.flatMap(({ visits }) =>
        visits.flatMap(({ lines, diagnoses, operations }) => [
          ...lines.map(({ code }) => code),
          ...diagnoses.map((row) => row.diag_code ?? ''),
          ...operations.map((row) => row.oprn_oprt_code ?? ''),
        ]),
      ),
    ),
  );
  const foreign = [...codes].filter((code) => !known.includes(code));
  const guilty = histories.filter((one) => one.guilty).length;
  process.stdout.write(
    `${path}: ${guilty} guilty, ${histories.length - guilty} innocent; codes in no list: ${foreign.join(', ') || 'none'}\n`,
  );
}
