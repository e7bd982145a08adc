import {
  Cancelled,
  describeProblem,
  type Language,
  type Problem,
  type ProgressEvent,
  phases,
  progressUnits,
  RefusedInput,
  type Words,
} from '@hengjian/standard';
import { systemProblem } from './system-problems.ts';

/** Exit codes of every command. */
export const exitCodes = { done: 0, internal: 1, refused: 2, needsPerson: 3, cancelled: 130 } as const;

/** Where a command writes: results on stdout, progress and messages on stderr. */
export interface Output {
  readonly json: boolean;
  readonly language: Language;
  /** A sentence for people, in the language of the call; silent with --json. */
  say(text: Words): void;
  /** Text that reads the same in every language, such as a path or a row of a table; silent with --json. */
  line(text?: string): void;
  /** A problem that does not end the command, on stderr. */
  warn(problem: Problem): void;
  /** The one JSON document of the command; silent without --json. */
  result(value: unknown): void;
  progress(event: ProgressEvent): void;
  /** Ends a progress line. */
  settle(): void;
}

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A span of time as a person says it, rounded up to what matters. */
export function duration(seconds: number, language: Language): string {
  const zh = language === 'zh';
  if (seconds < 90) return `${Math.ceil(seconds)}${zh ? ' 秒' : ' s'}`;
  if (seconds < 5400) return `${Math.floor(seconds / 60)}${zh ? ' 分 ' : ' min '}${Math.round(seconds % 60)}${zh ? ' 秒' : ' s'}`;
  return `${Math.floor(seconds / 3600)}${zh ? ' 小时 ' : ' h '}${Math.round((seconds % 3600) / 60)}${zh ? ' 分' : ' min'}`;
}

function progressText(event: ProgressEvent, seconds: number, language: Language): string {
  const zh = language === 'zh';
  const { done, total } = event;
  const { zh: zhUnit, en: many, one } = progressUnits[event.unit];
  const unit = zh ? zhUnit : (total ?? done) === 1 ? one : many;
  const speed = seconds > 0 ? done / seconds : 0;
  const count = total === undefined || total === 0 ? grouped.format(done) : `${grouped.format(done)} / ${grouped.format(total)}`;
  const share = total === undefined || total === 0 ? '' : `${zh ? '（' : ' ('}${Math.floor((done / total) * 100)} %${zh ? '）' : ')'}`;
  const left = total === undefined || speed === 0 ? '' : duration(Math.max(0, total - done) / speed, language);
  const rest = left === '' ? '' : zh ? `，剩余约 ${left}` : `, about ${left} left`;
  return zh
    ? `${phases[event.phase].zh}：${count} ${unit}${share}，每秒 ${grouped.format(speed)}${rest}`
    : `${phases[event.phase].en}: ${count} ${unit}${share}, ${grouped.format(speed)} ${many}/s${rest}`;
}

/** Progress on one rewritten line of a terminal, or a line every few seconds elsewhere. */
function progressWriter(language: Language): { show(event: ProgressEvent): void; settle(): void } {
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
    const text = progressText(event, (now - started) / 1000, language);
    process.stderr.write(terminal ? `\r\u001b[K${text}` : `${text}\n`);
  };
  return { show, settle };
}

export function makeOutput(json: boolean, language: Language): Output {
  const progress = progressWriter(language);
  const line = (text = ''): void => {
    if (!json) process.stdout.write(`${text}\n`);
  };
  return {
    json,
    language,
    line,
    say: (text) => line(text[language]),
    warn: (problem) => void process.stderr.write(`${describeProblem(problem, language)}\n`),
    result: (value) => {
      if (json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    progress: progress.show,
    settle: progress.settle,
  };
}

/** A problem as machines read it, with its words in one language. */
export const problemJson = ({ code, values, message, remedy, place }: Problem, language: Language): object => ({
  code,
  message: message[language],
  remedy: remedy[language],
  ...(Object.keys(values).length === 0 ? {} : { values }),
  ...(place === undefined ? {} : { place }),
});

/** Reports an error as its kind demands and returns the exit code. */
export function reportError(error: unknown, output: Output): number {
  const { language } = output;
  output.settle();
  if (error instanceof Cancelled) {
    process.stderr.write(language === 'zh' ? '已取消，未发布任何结果\n' : 'cancelled; nothing was published\n');
    output.result({ cancelled: true });
    return exitCodes.cancelled;
  }
  const problems = error instanceof RefusedInput ? error.problems : systemProblem(error);
  if (problems !== undefined) {
    for (const problem of problems) output.warn(problem);
    output.result({ refused: problems.map((problem) => problemJson(problem, language)) });
    return Math.max(exitCodes.refused, ...problems.map(({ exit }) => exit ?? exitCodes.refused));
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    language === 'zh'
      ? `内部错误：${message}\n请连同命令和输入一起报告；设置 HENGJIAN_DEBUG=1 可显示出错位置\n`
      : `internal error: ${message}\nplease report this with the command and its input; HENGJIAN_DEBUG=1 shows where it happened\n`,
  );
  if (process.env.HENGJIAN_DEBUG === '1' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  output.result({ internal_error: message });
  return exitCodes.internal;
}
