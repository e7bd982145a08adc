import { listed, type Problem, RefusedInput, type Words } from '@hengjian/standard';
import { CommanderError, Command as Parser } from 'commander';
import type { AnyCommand, CommandContext } from './command.ts';
import { allPaths, isCommand, isGroup, loadCommand, namesIn, topNames } from './find.ts';
import { commandHelp, flagName, groupHelp, programHelp } from './help.ts';
import { languageOf } from './language.ts';
import { argumentWords, type Option } from './options.ts';
import { exitCodes, makeOutput, type Output, reportError } from './output.ts';
import { portsOf } from './ports.ts';
import { commandProblems } from './problems.ts';
import { version } from './version.ts';

const isHelp = (word: string): boolean => word === '-h' || word === '--help';
const isOption = (word: string): boolean => word.startsWith('-');

/** Gives the parser the shape of a command; it splits words, the records of the options read them. */
function parserOf(command: AnyCommand): Parser {
  const parser = new Parser('hengjian')
    .exitOverride()
    .helpOption(false)
    .allowExcessArguments(true)
    .showSuggestionAfterError(false)
    .configureOutput({ writeErr: () => undefined });
  for (const [key, option] of Object.entries(command.options)) {
    const name = flagName(key);
    if (option.negated === true) parser.option(`--no-${name}`);
    else if (option.placeholder === undefined) parser.option(`--${name}`);
    else if (option.many === true) parser.option(`--${name} <values...>`);
    else parser.option(`--${name} <value>`);
  }
  parser.option('--json').option('--lang <language>');
  for (const { name, many, optional } of command.arguments ?? []) {
    const text = `${argumentWords(name).en}${many === true ? '...' : ''}`;
    parser.argument(optional === true ? `[${text}]` : `<${text}>`);
  }
  return parser;
}

/** How an argument is called that the parser names. */
const argumentNamed = (command: AnyCommand, name: string): string | Words => {
  const found = command.arguments?.find((one) => argumentWords(one.name).en === name);
  return found === undefined ? name : argumentWords(found.name);
};

/** How the argument at a place is called; the last one may take several words. */
const argumentAt = ({ arguments: given = [] }: AnyCommand, place: number): string | Words => {
  const found = given[Math.min(place, given.length - 1)];
  return found === undefined ? '' : argumentWords(found.name);
};

/** What the parser complains about, as a problem of ours. The name is what it puts into quotes. */
function parserProblem(error: CommanderError, command: AnyCommand): Problem {
  const name = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  const known = [
    ...Object.entries(command.options).map(([key, { negated }]) => `--${negated === true ? 'no-' : ''}${flagName(key)}`),
    '--json',
    '--lang',
  ];
  switch (error.code) {
    case 'commander.missingArgument':
      return commandProblems.problem('argument-missing', { name: argumentNamed(command, name), example: command.example });
    case 'commander.optionMissingArgument':
      return commandProblems.problem('option-value-missing', { name: name.replace(/ <.*$/, '') });
    default:
      return commandProblems.problem('option-unknown', { name, known: listed(known) });
  }
}

const textsOf = (value: unknown): readonly string[] | undefined =>
  value === undefined ? undefined : Array.isArray(value) ? value.map(String) : [String(value)];

const isBlank = (text: string): boolean => text.trim() === '';

function readOption(key: string, option: Option<unknown>, given: unknown): unknown {
  const switched = option.placeholder === undefined;
  const on = option.negated === true ? given === false : given === true;
  const name = `--${option.negated === true ? 'no-' : ''}${flagName(key)}`;
  const texts = switched ? (on ? [] : undefined) : textsOf(given);
  if (texts?.some(isBlank) === true) throw commandProblems.refused('option-value-missing', { name });
  return option.read(texts, name);
}

interface Call {
  readonly options: Readonly<Record<string, unknown>>;
  readonly json: boolean;
  readonly args: readonly string[];
}

function parse(command: AnyCommand, call: readonly string[]): Call {
  const parser = parserOf(command);
  try {
    parser.parse([...call], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw new RefusedInput(parserProblem(error, command));
    throw error;
  }
  const given: Readonly<Record<string, unknown>> = parser.opts();
  if (parser.args.length > (command.arguments ?? []).length && command.arguments?.at(-1)?.many !== true) {
    throw commandProblems.refused('argument-extra', { name: parser.args[(command.arguments ?? []).length] ?? '' });
  }
  const blank = parser.args.findIndex(isBlank);
  if (blank >= 0) throw commandProblems.refused('argument-missing', { name: argumentAt(command, blank), example: command.example });
  const options = Object.fromEntries(Object.entries(command.options).map(([key, option]) => [key, readOption(key, option, given[key])]));
  return { options, json: given.json === true, args: parser.args };
}

/** Runs a command with cancelling by Ctrl-C. */
async function perform(command: AnyCommand, call: Call, output: Output): Promise<number> {
  const controller = new AbortController();
  const cancel = (): void => controller.abort();
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  try {
    const { purpose } = call.options;
    const ports = portsOf(controller.signal, output.progress, typeof purpose === 'string' ? purpose : undefined);
    const context: CommandContext = { ports, output };
    return (await command.run(context, call.options as never, call.args)) ?? exitCodes.done;
  } finally {
    process.removeListener('SIGINT', cancel);
    process.removeListener('SIGTERM', cancel);
  }
}

/** The command that the first words name, and the words that are left for it. */
function pathOf(call: readonly string[]): { readonly path: readonly string[]; readonly rest: readonly string[] } {
  const [first = '', second = ''] = call;
  if (isGroup(first))
    return { path: isOption(second) || second === '' ? [first] : [first, second], rest: call.slice(isOption(second) ? 1 : 2) };
  return { path: [first], rest: call.slice(1) };
}

async function helpFor(path: readonly string[], output: Output): Promise<number> {
  const { language } = output;
  const [first] = path;
  if (first === undefined) process.stdout.write(await programHelp(language));
  else if (path.length === 1 && isGroup(first)) process.stdout.write(await groupHelp(first, language));
  else if (isCommand(path)) process.stdout.write(commandHelp(path, await loadCommand(path), language));
  else throw unknownCommand(path);
  return exitCodes.done;
}

function unknownCommand(path: readonly string[]): RefusedInput {
  const [first = ''] = path;
  const known = isGroup(first) ? namesIn(first).map((name) => `${first} ${name}`) : topNames();
  return commandProblems.refused('command-unknown', { name: path.join(' '), known: listed(known) });
}

/** Language is settled first, so that every refusal can be said in it. */
function outputFor(call: readonly string[], environment: Readonly<Record<string, string | undefined>>): Output | number {
  const json = call.includes('--json');
  try {
    return makeOutput(json, languageOf(call, environment));
  } catch (error) {
    return reportError(error, makeOutput(json, languageOf([], environment)));
  }
}

/** Runs a call of the program and returns its exit code. */
export async function run(call: readonly string[], environment: Readonly<Record<string, string | undefined>>): Promise<number> {
  const output = outputFor(call, environment);
  if (typeof output === 'number') return output;
  const wordsOfCall = call.filter((word, index) => word !== '--lang' && call[index - 1] !== '--lang' && !word.startsWith('--lang='));
  try {
    const [first] = wordsOfCall;
    if (first === '--version' || first === '-V') {
      process.stdout.write(`${version}\n`);
      return exitCodes.done;
    }
    if (first === undefined || isHelp(first)) return await helpFor([], output);
    if (first === 'help') return await helpFor(wordsOfCall.slice(1), output);
    const { path, rest } = pathOf(wordsOfCall);
    if (rest.some(isHelp)) return await helpFor(path, output);
    if (path.length === 1 && isGroup(first)) return await helpFor(path, output);
    if (!isCommand(path)) throw unknownCommand(path);
    const command = await loadCommand(path);
    return await perform(command, parse(command, rest), output);
  } catch (error) {
    return reportError(error, output);
  }
}

/** Every command with its path, for the tests and the completion of shells. */
export const everyCommand = (): Promise<readonly { readonly path: readonly string[]; readonly command: AnyCommand }[]> =>
  Promise.all(allPaths().map(async (path) => ({ path, command: await loadCommand(path) })));
