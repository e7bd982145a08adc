import { inputProblems, type Problem, type Words, words } from '@hengjian/standard';
import { lakeProblems } from './problems.ts';

// What a draft could not decide stands in the mapping as questions. An answer is put where the question points to before the
// mapping is read; without one an optional question keeps its proposal, and a required one refuses the mapping.

/** Where an answer goes: keys from the top of the mapping, `*` for every entry of a list, a number for one of them. */
export type AnswerPath = readonly (string | number)[];

export interface Question {
  readonly id: string;
  readonly ask: Words;
  readonly why: Words;
  readonly choices: readonly string[];
  readonly proposed: string | undefined;
  readonly answer: string | undefined;
  readonly required: boolean;
  /** Whether several choices may be answered together, joined by `|`. */
  readonly several: boolean;
  readonly sets: AnswerPath;
}

/** The answer that says that nothing is to be filled. */
export const nothingAnswer = 'skip';

type Obj = Record<string, unknown>;
const isObject = (value: unknown): value is Obj => typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string | undefined => (value === undefined || value === null || value === '' ? undefined : String(value));
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const wordsOf = (value: unknown): Words =>
  isObject(value) ? words(String(value.zh ?? ''), String(value.en ?? '')) : words(String(value ?? ''), String(value ?? ''));

function questionOf(value: unknown, index: number): Question {
  const entry = isObject(value) ? value : {};
  return {
    id: textOf(entry.id) ?? `question-${index + 1}`,
    ask: wordsOf(entry.ask),
    why: wordsOf(entry.why),
    choices: listOf(entry.choices).map(String),
    proposed: textOf(entry.proposed),
    answer: textOf(entry.answer),
    required: entry.required === true,
    several: entry.several === true,
    sets: listOf(entry.sets).map((part) => (typeof part === 'number' ? part : String(part))),
  };
}

/** The questions of a mapping as it was read from YAML. */
const questionsOf = (content: unknown): readonly Question[] => (isObject(content) ? listOf(content.questions).map(questionOf) : []);

/** What holds for a question: its answer, or its proposal where nobody has to answer. */
export const heldAnswer = ({ answer, proposed, required }: Question): string | undefined => answer ?? (required ? undefined : proposed);

/** Whether an answer is one of the choices, or several of them where that may be. */
const isChoice = ({ choices, several }: Question, answer: string): boolean =>
  choices.length === 0 ||
  choices.includes(answer) ||
  (several && answer.split('|').every((part) => part !== nothingAnswer && choices.includes(part)));

/** What is wrong with an answer that is none of the choices of a question; a question is here as it stands in YAML. */
export function answerProblem(question: unknown, answer: string): Problem | undefined {
  const asked = questionOf(question, 0);
  return isChoice(asked, answer) ? undefined : choiceProblem(asked, answer);
}

const choiceProblem = ({ id, choices }: Question, answer: string): Problem =>
  inputProblems.problem('value-invalid', { value: answer, expected: choices.join(', ') }, { field: id });

/** What an answer is in the mapping. */
const answerValue = (answer: string): unknown => (answer === 'true' ? true : answer === 'false' ? false : answer);

/** The containers that the beginning of a path leads to; with `make` those that are missing are made. */
function containers(top: Obj, path: AnswerPath, make: boolean): Obj[] {
  let found: Obj[] = [top];
  for (const [at, part] of path.entries()) {
    found = found.flatMap((one) => {
      if (part === '*' || typeof part === 'number') return [one];
      const inner = one[String(part)];
      if (Array.isArray(inner)) {
        const next = path[at + 1];
        return inner.filter((entry, place): entry is Obj => isObject(entry) && (next === '*' || next === place));
      }
      if (isObject(inner)) return [inner];
      if (!make) return [];
      // A column that is written as a name alone becomes a block.
      const block: Obj = typeof inner === 'string' ? { from: inner } : {};
      one[String(part)] = block;
      return [block];
    });
  }
  return found;
}

/** Names that are not those of a key of the mapping. */
const foreignKeys: ReadonlySet<string | number> = new Set(['__proto__', 'constructor', 'prototype']);

function put(top: Obj, { sets }: Question, answer: string): void {
  const key = sets.at(-1);
  if (key === undefined || sets.some((part) => foreignKeys.has(part))) return;
  // The code of a value belongs to the columns that are read by codes: an entry without the column gets none.
  for (const container of containers(top, sets.slice(0, -1), answer !== nothingAnswer && sets.at(-2) !== 'codes')) {
    if (answer !== nothingAnswer) container[String(key)] = answerValue(answer);
    else if (sets.at(-2) === 'codes') container[String(key)] = '';
    else delete container[String(key)];
  }
}

/** Whether a question asks for the column without which an entry cannot be read. */
const asksColumn = ({ sets }: Question): boolean => typeof sets[2] === 'number' && sets.at(-1) === 'from';

/** Takes out the entries of tables that nothing is to be read for. */
function leaveOut(top: Obj, entries: ReadonlySet<Obj>): void {
  if (!isObject(top.tables)) return;
  for (const [table, all] of Object.entries(top.tables)) {
    if (!Array.isArray(all) || !all.some((entry) => entries.has(entry))) continue;
    const kept = all.filter((entry) => !entries.has(entry));
    if (kept.length > 0) top.tables[table] = kept;
    else delete top.tables[table];
  }
}

/** The mapping with its answers in place, and what is still to be answered. */
export function withAnswers(content: unknown): {
  readonly content: unknown;
  readonly questions: readonly Question[];
  readonly problems: readonly { readonly index: number; readonly problem: Problem }[];
} {
  const questions = questionsOf(content);
  if (!isObject(content) || questions.length === 0) return { content, questions, problems: [] };
  const answered: Obj = structuredClone(content);
  const left = new Set<Obj>();
  const problems = questions.flatMap((question, index) => {
    const answer = heldAnswer(question);
    const { id, ask } = question;
    if (question.required && answer === undefined)
      return [{ index, problem: lakeProblems.problem('question-open', { id, ask }, { field: id }) }];
    if (answer === undefined) return [];
    if (!isChoice(question, answer)) return [{ index, problem: choiceProblem(question, answer) }];
    if (answer === nothingAnswer && asksColumn(question))
      for (const entry of containers(answered, question.sets.slice(0, 3), false)) left.add(entry);
    else put(answered, question, answer);
    return [];
  });
  leaveOut(answered, left);
  return { content: answered, questions, problems };
}
