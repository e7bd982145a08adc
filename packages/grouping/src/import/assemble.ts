import { words } from '@hengjian/standard';
import { groupingProblems } from '../problems.ts';
import type { Scheme, SeverityCode, Variant } from '../scheme/scheme.ts';
import type { Journal } from './journal.ts';
import { type GatheredSet, gatherMembers, kindOfCode } from './members.ts';
import type { About, RawScheme, RawSeverity } from './raw.ts';
import type { LoadReport } from './report.ts';
import { readRows } from './rows.ts';

export interface ImportedScheme {
  readonly scheme: Scheme;
  readonly report: LoadReport;
}

/** Severity by code; the same row twice counts once, two rows that disagree are a problem. */
function severityOf(rows: readonly RawSeverity[], journal: Journal): readonly SeverityCode[] {
  const found = new Map<string, SeverityCode>();
  for (const { code, level, table, place } of rows) {
    const at = { ...place, field: code };
    if (level !== 'MCC' && level !== 'CC') {
      journal.problem(groupingProblems.problem('severity-level', { code, level }, at));
      continue;
    }
    if (kindOfCode(code) !== 'diagnosis') {
      journal.problem(groupingProblems.problem('code-form', { code, expected: words('诊断（A00.000）', 'a diagnosis (A00.000)') }, at));
      continue;
    }
    const before = found.get(code);
    if (before === undefined) found.set(code, { code, level, table });
    else if (before.level === level && before.table === table)
      journal.dropped({ code: 'duplicate-severity', zh: '重复的 MCC/CC 编码', en: 'severity code stands twice' }, place);
    else {
      const values = { code, before: before.level, before_table: before.table, level, table };
      journal.problem(groupingProblems.problem('severity-conflict', values, at));
    }
  }
  return [...found.values()].sort((left, right) => (left.code < right.code ? -1 : 1));
}

const record = (lists: ReadonlyMap<string, GatheredSet>): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries([...lists].sort(([left], [right]) => (left < right ? -1 : 1)).map(([name, { codes }]) => [name, codes]));

/** Tables that severity names and nobody filled: their codes are never excluded. Members of tables that no code names do nothing. */
function noticeTables(
  raw: RawScheme,
  severity: readonly SeverityCode[],
  exclusions: ReadonlyMap<string, GatheredSet>,
  journal: Journal,
): void {
  const file = raw.severity[0]?.place.file ?? '';
  const named = new Set(severity.map(({ table }) => table));
  const empty = [...named].filter((table) => table !== '' && !exclusions.has(table)).sort();
  if (empty.length > 0) {
    const list = empty.join(', ');
    journal.notice(
      {
        code: 'table-missing',
        zh: `排除表 ${list} 没有内容，其编码永不被排除`,
        en: `exclusion tables ${list} are empty; their codes are never excluded`,
      },
      { file },
    );
  }
  const unused = [...exclusions.keys()].filter((table) => !named.has(table)).sort();
  if (unused.length === 0) return;
  const list = unused.join(', ');
  journal.notice(
    { code: 'table-unused', zh: `没有编码使用排除表 ${list}`, en: `no severity code names exclusion tables ${list}` },
    { file },
  );
}

function noticeUnused(raw: RawScheme, used: ReadonlySet<string>, sets: ReadonlyMap<string, GatheredSet>, journal: Journal): void {
  const unused = [...sets.keys()].filter((name) => !used.has(name)).sort();
  if (unused.length === 0) return;
  const list = unused.join(', ');
  journal.notice(
    { code: 'set-unused', zh: `没有规则使用集合 ${list}`, en: `no rule names the sets ${list}` },
    { file: raw.members[0]?.place.file ?? '' },
  );
}

function checkRoles(about: About, sets: ReadonlyMap<string, GatheredSet>, journal: Journal): readonly string[] {
  const roles = (['valid_procedures', 'not_principal', 'gray'] as const).flatMap((role) => {
    const name = about[role];
    return name === undefined ? [] : [{ role, name }];
  });
  for (const { role, name } of roles) {
    if (sets.has(name)) continue;
    journal.problem(groupingProblems.problem('set-missing', { role, set: name }, { field: role }));
  }
  return roles.map(({ name }) => name);
}

const memberCount = (lists: ReadonlyMap<string, GatheredSet>): number =>
  [...lists.values()].reduce((sum, { codes }) => sum + codes.length, 0);

/**
 * Makes a scheme of its rows: members gathered, rules read, tree checked, order settled, everything that was dropped or put
 * right written down.
 * @throws {RefusedInput} all problems of all sheets together.
 */
export function assembleScheme(
  raw: RawScheme,
  about: About,
  layout: LoadReport['layout'],
  journal: Journal,
  variantsOf: (sets: ReadonlySet<string>) => readonly Variant[] = () => [],
): ImportedScheme {
  const sets = gatherMembers(raw.members, journal);
  const exclusions = gatherMembers(raw.exclusions, journal);
  const rows = readRows(raw, sets, journal);
  const severity = severityOf(raw.severity, journal);
  const roles = checkRoles(about, sets, journal);
  const variants = journal.attempt(() => variantsOf(new Set(sets.keys()))) ?? [];
  noticeTables(raw, severity, exclusions, journal);
  noticeUnused(raw, new Set([...rows.used, ...roles]), sets, journal);
  journal.refuseProblems();
  const { mdcs, adrgs, drgs, ungrouped } = rows;
  const { diagnoses, procedures, amendments } = raw;
  const scheme: Scheme = {
    ...about,
    kind: 'drg',
    mdcs,
    adrgs,
    drgs,
    sets: record(sets),
    severity,
    exclusions: record(exclusions),
    diagnoses,
    procedures,
    amendments,
    variants,
    ungrouped,
  };
  const counts = {
    mdcs: mdcs.length,
    adrgs: adrgs.length,
    drgs: drgs.length,
    sets: sets.size,
    members: memberCount(sets),
    severity: severity.length,
    exclusion_tables: exclusions.size,
    exclusion_members: memberCount(exclusions),
  };
  const report: LoadReport = {
    layout,
    scheme: about.id,
    counts,
    sheets: journal.sheets(),
    corrections: journal.corrections(),
    notices: journal.notices(),
    amendments,
  };
  return { scheme, report };
}
