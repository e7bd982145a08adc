import { Cancelled, describeProblem, type Problem, RefusedInput } from '@hengjian/standard';

/** Exit codes of every command. */
export const exitCodes = { done: 0, internal: 1, refused: 2, cancelled: 130 } as const;

export interface ProgressEvent {
  readonly phase: string;
  readonly done: number;
  readonly total?: number | undefined;
  readonly unit: string;
}

/** Where a command writes: results on stdout, progress and messages on stderr. */
export interface Output {
  readonly json: boolean;
  /** Text for people; silent with --json. */
  line(text?: string): void;
  /** The one JSON document of the command; silent without --json. */
  result(value: unknown): void;
  progress(event: ProgressEvent): void;
  /** Ends a progress line. */
  settle(): void;
}

/** Largest memory this process has held so far, in bytes. */
export const peakMemory = (): number => process.resourceUsage().maxRSS * 1024;

const rate = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

/** Progress on one rewritten line of a terminal, or a line every few seconds elsewhere. */
function progressWriter(): { show(event: ProgressEvent): void; settle(): void } {
  const terminal = process.stderr.isTTY === true;
  const every = terminal ? 200 : 5000;
  let phase = '';
  let started = 0;
  let last = 0;
  let open = false;
  const settle = (): void => {
    if (open && terminal) process.stderr.write('\n');
    open = false;
  };
  const show = (event: ProgressEvent): void => {
    const now = performance.now();
    if (event.phase !== phase) {
      settle();
      phase = event.phase;
      started = now;
      last = terminal ? 0 : now;
    }
    const complete = event.total !== undefined && event.done >= event.total;
    if (now - last < every && !(complete && open)) return;
    last = now;
    open = true;
    const seconds = (now - started) / 1000;
    const speed = seconds > 0 ? event.done / seconds : 0;
    const share = event.total === undefined || event.total === 0 ? '' : ` of ${rate.format(event.total)} (${Math.floor((event.done / event.total) * 100)} %)`;
    const left = event.total === undefined || speed === 0 ? '' : `, ${duration(Math.max(0, event.total - event.done) / speed)} left`;
    const text = `${event.phase}: ${rate.format(event.done)}${share} ${event.unit}, ${rate.format(speed)} ${event.unit}/s${left}`;
    process.stderr.write(terminal ? `\r\u001b[K${text}` : `${text}\n`);
  };
  return { show, settle };
}

export function makeOutput(json: boolean): Output {
  const progress = progressWriter();
  return {
    json,
    line: (text = '') => {
      if (!json) process.stdout.write(`${text}\n`);
    },
    result: (value) => {
      if (json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    progress: progress.show,
    settle: progress.settle,
  };
}

const systemProblems: Readonly<Record<string, (path: string) => Problem>> = {
  ENOENT: (file) => ({ code: 'file-missing', message: 'there is no such file or folder', remedy: 'check the path', place: { file } }),
  EACCES: (file) => ({
    code: 'file-forbidden',
    message: 'this file may not be read or written',
    remedy: 'change its permissions or choose another place',
    place: { file },
  }),
  EISDIR: (file) => ({ code: 'file-is-folder', message: 'a file was expected, this is a folder', remedy: 'name a file', place: { file } }),
  ENOTDIR: (file) => ({ code: 'folder-is-file', message: 'a folder was expected, this is a file', remedy: 'name a folder', place: { file } }),
  EEXIST: (file) => ({ code: 'folder-is-file', message: 'a folder was expected, this is a file', remedy: 'name a folder', place: { file } }),
  ENOSPC: (file) => ({
    code: 'disk-full',
    message: 'the disk is full; nothing was published',
    remedy: 'free some room and run the command again',
    place: { file },
  }),
  EROFS: (file) => ({ code: 'disk-read-only', message: 'the disk cannot be written', remedy: 'choose another place', place: { file } }),
};

/** The problems an error stands for; `undefined` for a fault of the program. */
export function problemsOf(error: unknown): readonly Problem[] | undefined {
  if (error instanceof RefusedInput) return error.problems;
  const { code, path, message } = (error ?? {}) as { code?: string; path?: string; message?: string };
  const known = code === undefined ? undefined : systemProblems[code];
  if (known !== undefined) return [known(path ?? '')];
  if (message !== undefined && /No space left on device|could not write all bytes/i.test(message))
    return [(systemProblems.ENOSPC as (path: string) => Problem)('')];
  return undefined;
}

/** Reports an error as its kind demands and returns the exit code. */
export function reportError(error: unknown, output: Output): number {
  output.settle();
  if (error instanceof Cancelled) {
    process.stderr.write(`${error.message === 'cancelled' ? 'cancelled; nothing was published' : error.message}\n`);
    return exitCodes.cancelled;
  }
  const problems = problemsOf(error);
  if (problems !== undefined) {
    for (const problem of problems) process.stderr.write(`${describeProblem(problem)}\n`);
    output.result({ refused: problems });
    return exitCodes.refused;
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`internal error: ${message}\nplease report this with the command and its input; HENGJIAN_DEBUG=1 shows where it happened\n`);
  if (process.env.HENGJIAN_DEBUG === '1' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  output.result({ internal_error: message });
  return exitCodes.internal;
}
