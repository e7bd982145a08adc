import { isCategory, stemOf } from '../scheme/codes.ts';
import type { CodeSet } from '../scheme/scheme.ts';

/** Says whether a code is a member of a set. */
export type CodeTest = (code: string) => boolean;

/** Answers kept by one set: more than the codes of any edition, so that damaged input cannot fill the memory. */
const rememberedCodes = 65_536;

/**
 * Compiles a code set: exact codes by one look-up, categories (`J18*`) by one look-up for each length that occurs; `*`
 * holds every code.
 */
export function compileCodes(members: CodeSet): CodeTest {
  const exact = new Set<string>();
  const beginnings = new Map<number, Set<string>>();
  for (const member of members) {
    if (!isCategory(member)) exact.add(member);
    else {
      const start = stemOf(member);
      const same = beginnings.get(start.length) ?? new Set<string>();
      beginnings.set(start.length, same.add(start));
    }
  }
  const byLength = [...beginnings];
  const decide = (code: string): boolean =>
    code !== '' && (exact.has(code) || byLength.some(([length, starts]) => code.length >= length && starts.has(code.slice(0, length))));
  const known = new Map<string, boolean>();
  return (code) => {
    const answer = known.get(code);
    if (answer !== undefined) return answer;
    const decided = decide(code);
    if (known.size < rememberedCodes) known.set(code, decided);
    return decided;
  };
}
