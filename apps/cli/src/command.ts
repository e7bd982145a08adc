import { parseDay, RefusedInput } from '@hengjian/standard';
import { type Command, InvalidArgumentError } from 'commander';
import { makeOutput, type Output, reportError } from './io.ts';

export interface CommandContext {
  readonly output: Output;
  readonly signal: AbortSignal;
}

/** Work of a command; its return value becomes the exit code (0 when it returns nothing). */
export type Work<Options> = (context: CommandContext, options: Options, args: readonly string[]) => Promise<number | undefined> | number | undefined;

/** Adds --json and the example, and runs the work with cancelling, error reporting and exit codes. */
export function define<Options>(command: Command, example: string, work: Work<Options>): Command {
  return command
    .option('--json', 'one JSON document on stdout and nothing else')
    .addHelpText('after', `\nExample:\n  ${example}\n\nExit codes: 0 done, 1 internal error, 2 refused input, 130 cancelled.`)
    .action(async (...values: unknown[]) => {
      const own = values.at(-1) as Command;
      const options = own.opts() as Options & { json?: boolean };
      const output = makeOutput(options.json === true);
      const controller = new AbortController();
      const cancel = (): void => controller.abort();
      process.on('SIGINT', cancel);
      process.on('SIGTERM', cancel);
      try {
        process.exitCode = (await work({ output, signal: controller.signal }, options, own.args)) ?? 0;
      } catch (error) {
        process.exitCode = reportError(error, output);
      } finally {
        process.removeListener('SIGINT', cancel);
        process.removeListener('SIGTERM', cancel);
      }
    });
}

export function parseCount(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('a whole number of 1 or more is expected.');
  return value;
}

/** A `--from`/`--to` day. */
export function parseDayOption(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const day = parseDay(text);
  if (day === undefined) throw new RefusedInput({ code: 'option-date', message: `${name} ${text} is no existing date`, remedy: 'write it as yyyy-MM-dd' });
  return day;
}
