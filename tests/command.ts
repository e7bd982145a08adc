import { run } from '../apps/cli/src/run.ts';

/** What a command left. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What a command is started with beside its words: variables of the environment, and the folder. */
export interface Start {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

const textOf = (chunk: unknown): string => (typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString('utf8'));

/** Takes what is written to a stream, until `release`. */
function listen(stream: NodeJS.WriteStream): { readonly taken: () => string; readonly release: () => void } {
  const parts: string[] = [];
  const write = stream.write;
  stream.write = ((chunk: unknown) => {
    parts.push(textOf(chunk));
    return true;
  }) as typeof stream.write;
  return {
    taken: () => parts.join(''),
    release: () => {
      stream.write = write;
    },
  };
}

/**
 * Runs a command in this process, which saves the start of another; `tests/cli.test.ts` and the tests that kill or cancel
 * start the program as users do. One at a time.
 */
export async function command(args: readonly string[], { env = {}, cwd }: Start = {}): Promise<Outcome> {
  const [before, folder] = [{ ...process.env }, process.cwd()];
  const [out, err] = [listen(process.stdout), listen(process.stderr)];
  Object.assign(process.env, env);
  if (cwd !== undefined) process.chdir(cwd);
  try {
    const code = await run(args, process.env);
    return { code, out: out.taken(), err: err.taken() };
  } finally {
    out.release();
    err.release();
    for (const name of Object.keys(env)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
    if (cwd !== undefined) process.chdir(folder);
  }
}
