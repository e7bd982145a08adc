import type { Words } from '@hengjian/standard';
import type { WorkbenchPorts } from '@hengjian/workbench';
import type { ArgumentName, Options, ValuesOf } from './options.ts';
import type { Output } from './output.ts';

export interface CommandContext {
  readonly ports: WorkbenchPorts;
  readonly output: Output;
}

export interface Argument {
  /** How it is called: one of the common names, or its own in both languages. */
  readonly name: ArgumentName | Words;
  readonly says: Words;
  readonly many?: true;
  readonly optional?: true;
}

/**
 * A command: one file below `commands/`, found by its name there. It parses, calls one use case and prints what that
 * returns. `--json`, `--lang`, `--help`, cancelling, error reporting and exit codes are the same for all.
 */
export interface Command<Given extends Options = Options> {
  readonly says: Words;
  readonly arguments?: readonly Argument[];
  readonly options: Given;
  readonly example: string;
  /** Does the work; what it returns becomes the exit code (0 when it returns nothing). */
  run(context: CommandContext, options: ValuesOf<Given>, args: readonly string[]): Promise<number | undefined> | number | undefined;
}

/** Checks a command against its type; the values of its options are typed by their records. */
export const defineCommand = <const Given extends Options>(command: Command<Given>): Command<Given> => command;

/** What the runner sees of a command of any options. */
export interface AnyCommand extends Omit<Command, 'run'> {
  run(context: CommandContext, options: never, args: readonly string[]): Promise<number | undefined> | number | undefined;
}
