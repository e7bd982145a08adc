import type { CodeField, Condition } from '../scheme/condition.ts';
import { codeWord, isReserved, numberWord, textWord } from './words.ts';

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const plainName = /^[A-Za-z_\u4e00-\u9fff][A-Za-z0-9_.\u4e00-\u9fff-]*$/;

const setName = (name: string): string => (plainName.test(name) && !isReserved(name) ? name : quoted(name));
const list = (names: readonly string[]): string => (names.length === 1 ? (names[0] ?? '') : `{${names.join(', ')}}`);
const setsText = (sets: readonly string[]): string => list(sets.map(setName));
const fieldsText = (fields: readonly CodeField[]): string => list(fields.map(codeWord));

/** `F in S` with the word between that says whether it is denied. */
function membershipText(condition: Condition, word: 'in' | 'not in'): string | undefined {
  switch (condition.op) {
    case 'in':
      return `${fieldsText(condition.fields)} ${word} ${setsText(condition.sets)}`;
    case 'severity':
      return `QTZD ${word} ${list(condition.levels)}`;
    case 'one_of':
      return `${textWord(condition.field)} ${word} {${condition.values.map(quoted).join(', ')}}`;
    default:
      return undefined;
  }
}

function notText(of: Condition): string {
  return membershipText(of, 'not in') ?? `not ${inner(of)}`;
}

const inner = (condition: Condition): string =>
  condition.op === 'and' || condition.op === 'or' ? `(${conditionText(condition)})` : conditionText(condition);

/**
 * Writes a condition in the rule language. Reading it gives the same condition back when every `and` and `or` has at
 * least two parts and every list at least one entry.
 */
export function conditionText(condition: Condition): string {
  switch (condition.op) {
    case 'always':
      return '1';
    case 'and':
    case 'or':
      return condition.of.map(inner).join(` ${condition.op} `);
    case 'not':
      return notText(condition.of);
    case 'count':
    case 'sets': {
      const counted = `${setsText(condition.sets)} ∩ ${fieldsText(condition.fields)}`;
      return `${condition.op === 'count' ? 'length' : 'sets'}(${counted}) ${condition.compare} ${condition.value}`;
    }
    case 'compare':
      return `${numberWord(condition.field)} ${condition.compare} ${condition.value}`;
    default:
      return membershipText(condition, 'in') ?? '';
  }
}
