import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { Cancelled } from '@hengjian/standard';
import { auditProblems } from '../problems.ts';

export interface SparkOptions {
  /** Spark's SQL command; default `spark-sql`, in `SPARK_HOME` when that is set. */
  readonly command?: string | undefined;
  /** `--master`, for example `yarn` or `local-cluster[2,1,1024]`; default `local[*]`. */
  readonly master?: string | undefined;
  /** Further words for the command, for example `--conf k=v`. */
  readonly extra?: readonly string[] | undefined;
  /** How an executor starts Node 24; default this runtime on a local master, else `node`. */
  readonly node?: string | undefined;
  /** Tasks the persons are divided into; default one for each half million lines, at least four. */
  readonly partitions?: number | undefined;
  /** Folder of the plain form, kept for later runs; default below the work folder. */
  readonly plain?: string | undefined;
  /** Lines a kernel holds at a time. */
  readonly segmentLines?: number | undefined;
}

export const sparkCommand = (options: SparkOptions): string =>
  options.command ?? (process.env.SPARK_HOME === undefined ? 'spark-sql' : `${process.env.SPARK_HOME}/bin/spark-sql`);

const kept = 40;

/** What the kernel printed on an executor when it failed, out of what Spark printed. */
function kernelProblem(log: readonly string[]): string | undefined {
  return log.map((line) => /Subprocess exited with status \d+\. Error: (.*)/.exec(line)?.[1]).find((text) => text !== undefined);
}

/** Runs a script through spark-sql. The whole log goes to `logFile`; a failure names its last lines. */
export function submitSpark(
  script: string,
  words: readonly string[],
  command: string,
  logFile: string,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(new Cancelled());
    const log = createWriteStream(logFile);
    const last: string[] = [];
    const child = spawn(command, [...words, '-f', script], { stdio: ['ignore', 'pipe', 'pipe'] });
    const stop = (): void => void child.kill('SIGTERM');
    signal?.addEventListener('abort', stop);
    const take = (chunk: Buffer): void => {
      log.write(chunk);
      last.push(
        ...chunk
          .toString('utf8')
          .split('\n')
          .filter((line) => line.trim() !== ''),
      );
      if (last.length > 400) last.splice(0, last.length - 400);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', (error) => {
      reject(auditProblems.refused('spark-missing', { command, reason: error.message }));
    });
    child.on('close', (code) => {
      signal?.removeEventListener('abort', stop);
      log.end(() => {
        if (signal?.aborted === true) return reject(new Cancelled());
        if (code === 0) return resolve();
        const problem = kernelProblem(last);
        reject(
          auditProblems.refused('spark-failed', { code: String(code), reason: problem ?? last.slice(-kept).join('\n') }, { file: logFile }),
        );
      });
    });
  });
}
