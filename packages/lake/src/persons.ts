import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { inputProblems, missingCode, missingInt, views, words } from '@hengjian/standard';
import type { Lake, SegmentHandle } from './lake.ts';
import { readSegment } from './lake.ts';

/** Who looks at persons, why, and when. */
export interface Access {
  readonly actor: string;
  readonly purpose: string;
  /** Local time of the reader's clock, for example `2026-03-04 10:20:30`. */
  readonly at: string;
}

/** What a lake knows of a person besides what was paid; codes as their text, days since 1970-01-01. */
export interface Person {
  readonly psn: string;
  readonly gend: string | null;
  readonly brdy: number | null;
  readonly die_date: number | null;
}

/** File of the lake that says who looked at whom: one JSON object a line, only ever longer. */
export const accessLog = 'access.log';

/** Puts an access on the disk before anything is handed out. */
function logAccess(folder: string, access: Access, persons: readonly string[]): void {
  const handle = openSync(join(folder, accessLog), 'a', 0o600);
  try {
    const { at, actor, purpose } = access;
    writeSync(handle, `${JSON.stringify({ at, actor, purpose, count: persons.length, persons })}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function personsOf(lake: Lake, handle: SegmentHandle, wanted: ReadonlySet<string>): Person[] {
  const { persons } = readSegment(handle, { persons: ['psn', 'gend', 'brdy', 'die_date'] });
  const psn = views.text(persons, 'psn');
  const gend = views.ids(persons, 'gend');
  const days = { brdy: views.words(persons, 'brdy'), die_date: views.words(persons, 'die_date') };
  const dead = new Set(handle.dead);
  const codes = lake.context().dictionaries.gend ?? [];
  const day = (name: keyof typeof days, row: number): number | null => {
    const value = days[name][row] ?? missingInt;
    return value === missingInt ? null : value;
  };
  return Array.from({ length: persons.length }, (_, row) => row).flatMap((row) => {
    const name = psn.get(row) ?? '';
    if (dead.has(row) || !wanted.has(name)) return [];
    return [{ psn: name, gend: codes[gend[row] ?? missingCode] ?? null, brdy: day('brdy', row), die_date: day('die_date', row) }];
  });
}

/**
 * Reads persons of a lake by their pseudonyms, in the order of the pseudonyms; those it does not have are left out. The
 * only reader of persons for pages, exports and commands: who asks, for whom, why and when is in the access log of the
 * lake, on the disk, before anybody is read. Refuses a reader without a name or a purpose (`value-missing`).
 */
export function readPersons(lake: Lake, psn: readonly string[], access: Access): readonly Person[] {
  if (access.actor.trim() === '') throw inputProblems.refused('value-missing', { what: words('查询人', 'the name of who asks') });
  if (access.purpose.trim() === '') throw inputProblems.refused('value-missing', { what: words('查询目的', 'the purpose') });
  const wanted = [...new Set(psn)].sort();
  logAccess(lake.folder, access, wanted);
  const names = new Set(wanted);
  const found = lake.segments().flatMap((handle) => personsOf(lake, handle, names));
  return found.sort((left, right) => (left.psn < right.psn ? -1 : 1));
}
