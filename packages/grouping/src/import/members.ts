import { words } from '@hengjian/standard';
import { groupingProblems } from '../problems.ts';
import type { Journal } from './journal.ts';
import type { RawMember } from './raw.ts';

const diagnosisForm = /^[A-Z]\d{2}/;
const procedureForm = /^\d{2}($|[.*])/;

export type CodeKind = 'diagnosis' | 'procedure';

/** What the form of a code says it is: ICD-10 begins with a letter and two digits, ICD-9-CM-3 with two digits. */
export const kindOfCode = (code: string): CodeKind | undefined =>
  diagnosisForm.test(code) ? 'diagnosis' : procedureForm.test(code) ? 'procedure' : undefined;

export interface GatheredSet {
  readonly codes: readonly string[];
  readonly kinds: ReadonlySet<CodeKind>;
}

/** Which kind of code most members of each type have; a type says nothing where there is no majority. */
function kindsOfTypes(members: readonly RawMember[]): ReadonlyMap<string, CodeKind> {
  const balance = new Map<string, number>();
  for (const { type, code } of members) {
    const kind = kindOfCode(code);
    if (type !== '' && kind !== undefined) balance.set(type, (balance.get(type) ?? 0) + (kind === 'diagnosis' ? 1 : -1));
  }
  return new Map([...balance].filter(([, value]) => value !== 0).map(([type, value]) => [type, value > 0 ? 'diagnosis' : 'procedure']));
}

/**
 * Gathers members into lists by name, each code once, in order of the code. Rows without code or list are dropped, codes
 * that are neither diagnosis nor procedure are problems, members whose form is not that of their type are notices.
 */
export function gatherMembers(members: readonly RawMember[], journal: Journal): ReadonlyMap<string, GatheredSet> {
  const types = kindsOfTypes(members);
  const lists = new Map<string, Set<string>>();
  for (const { set, code, type, place, part } of members) {
    if (set === '' || code === '') {
      journal.dropped({ code: 'member-empty', zh: '缺少集合编号或编码', en: 'no list or no code' }, place);
      continue;
    }
    const kind = kindOfCode(code);
    if (kind === undefined) {
      const expected = words('诊断（A00.000）或手术操作（47.0100）', 'a diagnosis (A00.000) or a procedure (47.0100)');
      journal.problem(groupingProblems.problem('code-form', { code, expected }, { ...place, field: place.field ?? 'code' }));
      continue;
    }
    const list = lists.get(set) ?? new Set<string>();
    lists.set(set, list);
    if (list.has(code)) {
      const twice = { code: 'duplicate-member', zh: '集合内重复的编码', en: 'code stands twice in the list' };
      if (part === true) journal.correction(twice, place);
      else journal.dropped(twice, place);
      continue;
    }
    list.add(code);
    const expected = types.get(type);
    if (expected !== undefined && expected !== kind) {
      journal.notice({ code: 'member-type', zh: '编码与其类型编号不符', en: 'the code is not of the kind that its type says' }, place);
    }
  }
  return new Map(
    [...lists].map(([name, codes]) => [
      name,
      { codes: [...codes].sort(), kinds: new Set([...codes].flatMap((code) => kindOfCode(code) ?? [])) },
    ]),
  );
}
