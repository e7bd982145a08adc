import { basename } from 'node:path';
import { inputProblems, listed, RefusedInput, readText, replaceFile, words } from '@hengjian/standard';
import { isMap, isSeq, parseDocument } from 'yaml';
import { answerProblem } from '../questions.ts';

/**
 * Writes answers into the questions of a mapping; its comments and order stay. Refuses names that no question has, and answers
 * that are none of the choices.
 */
export function answerQuestions(file: string, answers: Readonly<Record<string, string>>): readonly string[] {
  const document = parseDocument(readText(file));
  const questions = document.get('questions');
  const items = isSeq(questions) ? questions.items.filter(isMap) : [];
  const names = items.map((item) => String(item.get('id')));
  const unknown = Object.keys(answers).filter((id) => !names.includes(id));
  if (unknown.length > 0) {
    const known = listed(names, words('没有问题', 'there are no questions'));
    throw new RefusedInput(
      unknown.map((name) => inputProblems.problem('name-unknown', { kind: words('问题', 'question'), name, known }, { file })),
    );
  }
  const given = items.flatMap((item) => {
    const answer = answers[String(item.get('id'))];
    return answer === undefined ? [] : [{ item, answer }];
  });
  const problems = given.flatMap(({ item, answer }) => answerProblem(item.toJSON(), answer) ?? []);
  if (problems.length > 0) throw new RefusedInput(problems.map((one) => ({ ...one, place: { file: basename(file), ...one.place } })));
  for (const { item, answer } of given) item.set('answer', answer);
  replaceFile(file, document.toString({ lineWidth: 0, nullStr: '', flowCollectionPadding: false }));
  return names.filter((name) => answers[name] !== undefined);
}
