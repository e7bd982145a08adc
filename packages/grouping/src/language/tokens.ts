import type { Place, RefusedInput } from '@hengjian/standard';
import { groupingProblems } from '../problems.ts';

export interface Token {
  /** `name` a word, `number` digits, `text` what stood in quotes, `end` after the last one. */
  readonly kind: 'name' | 'number' | 'text' | 'sign' | 'end';
  readonly text: string;
  /** 1-based character of the rule where it begins. */
  readonly at: number;
}

const sameSigns: Readonly<Record<string, string>> = {
  '≤': '<=',
  '≥': '>=',
  '≦': '<=',
  '≧': '>=',
  '、': ',',
  '【': '[',
  '】': ']',
  '｟': '(',
  '〔': '(',
  '〕': ')',
};
const quotes: Readonly<Record<string, string>> = { '"': '"', '“': '”', '＂': '＂' };
const invisible = /[\u200b-\u200f\u2060\ufeff\u00ad]/;
const blank = /[\s\u3000]/;
const nameStart = /[\p{L}_]/u;
const namePart = /[\p{L}\p{N}_.-]/u;
const exactSigns = ['(', ')', '{', '}', ',', '∩', '&'];

const halfWidth = (sign: string): string =>
  /[\uff01-\uff5e]/.test(sign) ? String.fromCharCode(sign.charCodeAt(0) - 0xfee0) : (sameSigns[sign] ?? sign);

interface Sign {
  readonly sign: string;
  readonly at: number;
}

/**
 * The characters that count: spreadsheet escapes of line ends are blanks, invisible ones are gone, full width is half.
 * Quoted text stays as it is.
 */
function signsOf(text: string): readonly Sign[] {
  const signs: Sign[] = [];
  let closing = '';
  const source = text.replace(/_x000[DdAa9]_/g, '       ');
  let at = 0;
  for (const raw of source) {
    at += 1;
    if (closing !== '') {
      signs.push({ sign: raw === closing ? '"' : raw, at });
      if (raw === closing) closing = '';
      continue;
    }
    if (invisible.test(raw)) continue;
    closing = quotes[raw] ?? '';
    for (const sign of closing === '' ? halfWidth(raw) : '"') signs.push({ sign, at });
  }
  return signs;
}

const refuse = (at: number, found: string, place: Place): RefusedInput =>
  groupingProblems.refused('rule-character', { at, sign: found }, place);

/** Splits a rule into tokens. Two quotes inside quoted text stand for one. */
export function tokensOf(text: string, place: Place): readonly Token[] {
  const signs = signsOf(text);
  const tokens: Token[] = [];
  const at = (index: number): string => signs[index]?.sign ?? '';
  let index = 0;

  const takeWhile = (test: (sign: string) => boolean): string => {
    const begin = index;
    while (index < signs.length && test(at(index))) index += 1;
    return signs
      .slice(begin, index)
      .map(({ sign }) => sign)
      .join('');
  };
  const takeQuoted = (position: number): string => {
    let value = '';
    index += 1;
    while (index < signs.length) {
      if (at(index) !== '"') value += at(index);
      else if (at(index + 1) === '"') {
        value += '"';
        index += 1;
      } else {
        index += 1;
        return value;
      }
      index += 1;
    }
    throw groupingProblems.refused('rule-open-quote', { at: position }, place);
  };
  const takeNumber = (): Token['kind'] => (namePart.test(at(index)) ? 'name' : 'number');

  while (index < signs.length) {
    const position = signs[index]?.at ?? 0;
    const sign = at(index);
    if (blank.test(sign)) index += 1;
    else if (sign === '"') tokens.push({ kind: 'text', text: takeQuoted(position), at: position });
    else if (/[0-9]/.test(sign)) {
      const digits = takeWhile((next) => /[0-9.]/.test(next));
      const kind = takeNumber();
      tokens.push({ kind, text: digits + (kind === 'name' ? takeWhile((next) => namePart.test(next)) : ''), at: position });
    } else if (nameStart.test(sign)) tokens.push({ kind: 'name', text: takeWhile((next) => namePart.test(next)), at: position });
    else if (sign === '<' || sign === '>' || sign === '=')
      tokens.push({ kind: 'sign', text: takeWhile((next) => '<>='.includes(next)), at: position });
    else if (exactSigns.includes(sign)) {
      tokens.push({ kind: 'sign', text: sign === '&' ? '∩' : sign, at: position });
      index += 1;
    } else throw refuse(position, sign, place);
  }
  return [...tokens, { kind: 'end', text: '', at: [...text].length + 1 }];
}
