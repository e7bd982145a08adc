import { describe, expect, it } from 'vitest';
import { describeProblem } from './errors.ts';
import { defineProblems } from './problems.ts';
import { type Words, words } from './words.ts';

const registry = defineProblems({
  'tin-open': {
    says: { zh: '{tin} 已打开，{what}', en: '{tin} is open, {what}' },
    remedy: { zh: '请盖上 {tin}', en: 'close {tin}' },
    status: 409,
  },
  'tin-gone': { says: { zh: '没有罐头', en: 'there is no tin' }, remedy: { zh: '请取一个', en: 'take one' }, status: 404, exit: 3 },
});

describe('a registry of problems', () => {
  it('fills the values into both languages, texts of the user unchanged and words by language', () => {
    const problem = registry.problem(
      'tin-open',
      { tin: 'a{what}.tin', what: words('里面有{tin}', 'with {tin} in it') },
      { file: 'f', row: 3 },
    );
    expect(describeProblem(problem, 'zh')).toBe('f:3：a{what}.tin 已打开，里面有{tin} → 请盖上 a{what}.tin');
    expect(describeProblem(problem, 'en')).toBe('f:3: a{what}.tin is open, with {tin} in it → close a{what}.tin');
    expect(problem).toMatchObject({ code: 'tin-open', status: 409, exit: 2 });
  });

  it('leaves no hole where a value is an empty text, and cuts what comes from somebody else', () => {
    const { en, zh } = registry.problem('tin-open', { tin: '', what: '' }).message as Words;
    expect([en, zh]).toEqual(['(empty) is open, (empty)', '（空） 已打开，（空）']);
    const foreign = defineProblems({
      'tin-odd': { says: words('{tin}', '{tin}'), remedy: words('', ''), status: 422, foreign: ['tin'] },
    }).problem('tin-odd', { tin: 'x'.repeat(100) });
    expect(JSON.stringify(foreign)).not.toContain('x'.repeat(41));
  });

  it('makes errors to throw whose problems are plain data', () => {
    const refused = registry.refused('tin-gone', {});
    expect(refused.message).toBe('there is no tin → take one');
    expect(structuredClone(refused.problems)).toEqual([registry.problem('tin-gone', {})]);
    expect(refused.problems[0]?.exit).toBe(3);
  });

  it('does not compile when a value is missing or a code is unknown', () => {
    // @ts-expect-error the value `what` is missing
    expect(describeProblem(registry.problem('tin-open', { tin: 'x' }))).toContain('{what}');
    // @ts-expect-error no such code
    expect(() => registry.problem('tin-lost', {})).toThrow();
  });
});
