import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { command } from '../command.ts';
import { type FuzzInput, fuzzInput } from './inputs.ts';

/** Run by `run.ts`: ingests the inputs of the seeds that it is sent, one after another, and says what was wrong. */
const parquet = readFileSync(process.argv[2] ?? '');
process.env.HENGJIAN_KEY_FILE = process.argv[3] ?? '';

interface Said {
  readonly refused?: readonly { readonly code: string; readonly place?: { readonly file?: string } }[];
  readonly files?: readonly {
    readonly file: string;
    readonly rows_in: number;
    readonly accepted: number;
    readonly waiting: number;
    readonly quarantined: number;
    readonly skipped: number;
  }[];
}

/** What is wrong with the way a delivery was taken; nothing when it is right. */
function faultOf(
  { files, counted, mapping }: FuzzInput,
  { code, out, err }: { code: number; out: string; err: string },
): string | undefined {
  if (![0, 2, 3].includes(code)) return `exit ${code}: ${err}`;
  if (/internal error|程序内部错误|\n\s+at /.test(err)) return `an internal error: ${err}`;
  const said = JSON.parse(out) as Said;
  if (code === 2) {
    const names = Object.keys(files);
    const unnamed = (said.refused ?? []).filter(
      ({ place }) => !names.some((name) => place?.file?.includes(name) || place?.file?.endsWith('/in')),
    );
    return unnamed.length > 0 || said.refused === undefined ? `a refusal that names no file: ${out}` : undefined;
  }
  for (const one of said.files ?? []) {
    const sum = one.accepted + one.waiting + one.quarantined + one.skipped;
    if (sum !== one.rows_in) return `${one.file}: ${one.rows_in} rows in and ${sum} accounted for`;
    if (counted === undefined || mapping !== undefined) continue;
    if (one.rows_in < counted.least || one.rows_in > counted.most)
      return `${one.file}: ${one.rows_in} rows in where ${counted.least} to ${counted.most} were written`;
  }
  return undefined;
}

async function tryOne(seed: number): Promise<{ readonly kind: string; readonly code: number; readonly fault: string | undefined }> {
  const folder = mkdtempSync(join(tmpdir(), 'hengjian-fuzz-'));
  try {
    const input = fuzzInput(seed, parquet);
    const source = join(folder, 'in');
    mkdirSync(source);
    for (const [name, content] of Object.entries(input.files)) writeFileSync(join(source, basename(name)), content);
    const mapping = input.mapping === undefined ? [] : ['--mapping', join(source, input.mapping)];
    const outcome = await command(['ingest', source, '--lake', join(folder, 'lake'), '--threads', '1', '--json', ...mapping]);
    return { kind: input.kind, code: outcome.code, fault: faultOf(input, outcome) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.on('message', (seed) => {
  const told = tryOne(Number(seed)).catch((error: unknown) => ({ kind: '?', code: 1, fault: String(error) }));
  void told.then((result) => process.send?.({ seed, ...result, memory: process.resourceUsage().maxRSS }));
});
process.send?.({ ready: true });
