import { type Place, type Problem, RefusedInput } from './errors.ts';
import { blankedName, clipped } from './foreign-text.ts';
import { type Words, words } from './words.ts';

/** A value that a message names: a number, a text of the user's, or words that exist in both languages. */
export type ProblemValue = string | number | Words;

/** One kind of problem, written once: what it says, what to do about it, and how a caller is told. */
export interface ProblemDefinition {
  /** `{name}` stands for a value given where the problem is found. */
  readonly says: Words;
  readonly remedy: Words;
  /**
   * HTTP status of an answer that ends with this problem: 400 a wrong request, 401 not signed in, 403 not allowed,
   * 404 not there, 409 the state forbids it, 413 too large, 422 input that was read and is wrong, 503 busy or out of
   * reach, 507 no room.
   */
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 422 | 503 | 507;
  /** Values that are text of somebody's file, which may hold personal data: they are cut short wherever they are shown. */
  readonly foreign?: readonly string[];
  /** Exit code of a command that ends with it: 2 refused (the default), 3 done but a person must look. */
  readonly exit?: 2 | 3;
}

/** Names of the values in a text: `'{file} has no {column}'` gives `'file' | 'column'`. */
type ValueNames<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | ValueNames<Rest> : never;
type ValuesOf<Definition extends ProblemDefinition> = Readonly<
  Record<ValueNames<Definition['says']['en']> | ValueNames<Definition['remedy']['en']>, ProblemValue>
>;

/** The problems of one package. */
export interface ProblemRegistry<Definitions extends Readonly<Record<string, ProblemDefinition>>> {
  readonly definitions: Definitions;
  /** A problem as plain data: it can be collected, posted to another thread and shown in either language. */
  problem<Code extends keyof Definitions & string>(code: Code, values: ValuesOf<Definitions[Code]>, place?: Place): Problem;
  /** The same as an error to throw. */
  refused<Code extends keyof Definitions & string>(code: Code, values: ValuesOf<Definitions[Code]>, place?: Place): RefusedInput;
}

/** What stands for a value that is an empty text, so that a sentence never has a hole. */
const emptyValue = words('（空）', '(empty)');

const filled = (text: string, values: Readonly<Record<string, ProblemValue>>, language: keyof Words): string =>
  text.replaceAll(/\{(\w+)\}/g, (hole, name: string) => {
    const value = values[name];
    if (value === undefined) return hole;
    if (value === '') return emptyValue[language];
    return typeof value === 'object' ? value[language] : String(value);
  });

const cut = (value: ProblemValue, isForeign: boolean): ProblemValue =>
  typeof value !== 'string' ? value : isForeign ? clipped(value) : blankedName(value);

/** A place without numbers of persons, which may stand where the name of a field should. */
const shownPlace = (place: Place): Place =>
  place.field === undefined ? place : { ...place, field: place.field.split('.').map(blankedName).join('.') };

const said = (text: Words, values: Readonly<Record<string, ProblemValue>>): Words =>
  words(filled(text.zh, values, 'zh'), filled(text.en, values, 'en'));

/**
 * Registers the problems of a package. The values a code needs are read from the braces of its English words, so a call
 * that forgets one does not compile; `docs/errors.md` is generated from the definitions.
 */
export function defineProblems<const Definitions extends Readonly<Record<string, ProblemDefinition>>>(
  definitions: Definitions,
): ProblemRegistry<Definitions> {
  const problem = (code: string, given: Readonly<Record<string, ProblemValue>>, place?: Place): Problem => {
    const definition: ProblemDefinition | undefined = definitions[code];
    if (definition === undefined) throw new Error(`no problem ${code} in the registry`);
    const { says, remedy, status, exit, foreign = [] } = definition;
    const values = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, cut(value, foreign.includes(name))]));
    return {
      code,
      values,
      message: said(says, values),
      remedy: said(remedy, values),
      status,
      exit: exit ?? 2,
      ...(place === undefined ? {} : { place: shownPlace(place) }),
    };
  };
  return { definitions, problem, refused: (code, values, place) => new RefusedInput(problem(code, values, place)) };
}
