import { inputProblems, words } from '@hengjian/standard';
import type { Plain } from '../source/vocabulary.ts';

type PlainRecord = Readonly<Record<string, Plain>>;

const isRecord = (value: Plain | undefined): value is PlainRecord => value !== null && typeof value === 'object' && !Array.isArray(value);
const most = 1000;

function countOf(record: PlainRecord): number {
  const { copies } = record;
  const count = typeof copies === 'string' && /^\d{1,4}$/.test(copies) ? Number(copies) : 0;
  if (count >= 1 && count <= most) return count;
  const value = typeof copies === 'string' ? copies : '';
  throw inputProblems.refused(
    'value-invalid',
    { value, expected: words(`1 至 ${most} 的整数`, `a whole number from 1 to ${most}`) },
    { field: 'copies' },
  );
}

function numberedVisit(visit: PlainRecord, number: number): PlainRecord {
  const suffix = (value: Plain | undefined): Plain | undefined => (typeof value === 'string' ? `${value}-${number}` : value);
  const lines = Array.isArray(visit['lines'])
    ? {
        lines: visit['lines'].map((line) =>
          isRecord(line) && line['key'] !== undefined ? { ...line, key: suffix(line['key']) ?? null } : line,
        ),
      }
    : {};
  const id = suffix(visit['mdtrt_id']);
  return { ...visit, ...(id === undefined ? {} : { mdtrt_id: id }), ...lines };
}

/** The visits of a history, one with `copies: N` as N visits whose ids and line keys end in -1 … -N. */
export function copiedVisits(visits: readonly PlainRecord[]): readonly PlainRecord[] {
  return visits.flatMap((visit) => {
    if (visit['copies'] === undefined) return [visit];
    const { copies: _copies, ...own } = visit;
    return Array.from({ length: countOf(visit) }, (_, index) => numberedVisit(own, index + 1));
  });
}

/** The persons of a history, one with `copies: N` as N persons whose ids, and those of what is theirs, end in -1 … -N. */
export function copiedPersons(persons: readonly PlainRecord[]): readonly PlainRecord[] {
  return persons.flatMap((person, index) => {
    if (person['copies'] === undefined) return [person];
    const { copies: _copies, ...own } = person;
    const psn = typeof person['psn'] === 'string' ? person['psn'] : `P${index + 1}`;
    const visits = Array.isArray(person['visits']) ? copiedVisits(person['visits'].filter(isRecord)) : [];
    return Array.from({ length: countOf(person) }, (_, at) => ({
      ...own,
      psn: `${psn}-${at + 1}`,
      visits: visits.map((visit) => numberedVisit(visit, at + 1)),
    }));
  });
}
