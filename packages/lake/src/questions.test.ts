import { describe, expect, it } from 'vitest';
import { withAnswers } from './questions.ts';

const asked = (answer: string, several: boolean): unknown => ({
  tables: { fee_list_d: [{ refunds: { column: '状态' } }] },
  questions: [{ id: 'refunds', choices: ['1', '2', '3', 'skip'], several, answer, sets: ['tables', 'fee_list_d', 0, 'refunds', 'values'] }],
});
const codesOf = (content: unknown): readonly string[] => withAnswers(content).problems.map(({ problem }) => problem.code);

describe('a question that several choices may answer', () => {
  it('takes any of them together, and nothing that is no choice', () => {
    expect(withAnswers(asked('2|3', true)).content).toMatchObject({ tables: { fee_list_d: [{ refunds: { values: '2|3' } }] } });
    for (const answer of ['2|4', '2|skip', '2|', '4']) expect(codesOf(asked(answer, true)), answer).toEqual(['value-invalid']);
  });

  it('is no other question', () => {
    expect(codesOf(asked('2|3', false))).toEqual(['value-invalid']);
    expect(codesOf(asked('2', false))).toEqual([]);
  });
});
