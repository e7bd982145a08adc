import { readFileSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseContext } from '@hengjian/lake';
import { Cancelled, describeProblem, RefusedInput } from '@hengjian/standard';
import { auditProblems } from '../problems.ts';
import { filterSession, type OutputKind, runFilter } from './filter.ts';
import { judgeEvents } from './judge.ts';
import { shippedRulebook } from './messages.ts';

/**
 * Entry of the bundled kernel: records on stdin, `kind <tab> key <tab> body` on stdout. It needs no file but the context
 * and the rulebook it is shipped with. With --judge it judges events that the first pass wrote, brought together by key.
 */
const flushAt = 1 << 18;

/** Writes lines to stdout in large pieces; a reader that falls behind makes it wait. */
class Lines {
  #pending: string[] = [];
  #size = 0;

  add(kind: OutputKind, body: string, key: string): void {
    this.#pending.push(kind, '\t', key, '\t', body, '\n');
    this.#size += body.length;
    if (this.#size >= flushAt) this.flush();
  }

  flush(): void {
    const bytes = Buffer.from(this.#pending.join(''));
    this.#pending = [];
    this.#size = 0;
    for (let done = 0; done < bytes.length; ) {
      try {
        done += writeSync(1, bytes, done);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      }
    }
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      context: { type: 'string' },
      rulebook: { type: 'string' },
      schema: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      'segment-lines': { type: 'string' },
      judge: { type: 'boolean', default: false },
    },
  });
  if (values.context === undefined || values.rulebook === undefined) {
    throw auditProblems.refused('filter-arguments', {});
  }
  const context = parseContext(readFileSync(values.context, 'utf8'), values.context);
  const rulebook = shippedRulebook.read(readFileSync(values.rulebook, 'utf8'), { file: values.rulebook });
  const out = new Lines();
  const session = filterSession(context, rulebook);
  const write = (kind: OutputKind, body: string, key = ''): void => out.add(kind, body, key);
  if (values.judge) await judgeEvents(session, process.stdin, write);
  else {
    await runFilter({
      session,
      input: process.stdin,
      write,
      from: Number(values.from ?? -1e9),
      to: Number(values.to ?? 1e9),
      ...(values.schema === undefined ? {} : { schema: values.schema }),
      ...(values['segment-lines'] === undefined ? {} : { segmentLines: Number(values['segment-lines']) }),
    });
  }
  out.flush();
  return 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const problems =
      error instanceof RefusedInput
        ? error.problems.map((problem) => describeProblem(problem))
        : [error instanceof Error ? (error.stack ?? error.message) : String(error)];
    process.stderr.write(`${problems.join('\n')}\n`);
    process.exitCode = error instanceof RefusedInput ? 2 : error instanceof Cancelled ? 130 : 1;
    // A host that is still sending would see a broken pipe instead of the reason.
    process.stdin.resume();
  },
);
