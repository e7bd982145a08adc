import type { Lake } from '@hengjian/lake';
import { commonDays, type RulebookOptions, restrictToPeriod } from '@hengjian/rulebook';
import type { DayRange } from '@hengjian/rulespec';
import { formatDay } from '@hengjian/standard';
import type { AuditOptions } from './options.ts';
import { auditProblems } from './problems.ts';
import type { OperationsRecord } from './record.ts';

/** Refuses a period that ends before it begins: an audit of no days would call every earlier finding withdrawn. */
export function checkPeriod({ from, to }: Pick<AuditOptions, 'from' | 'to'>): void {
  if (from !== undefined && to !== undefined && to < from)
    throw auditProblems.refused('audit-period', { from: formatDay(from), to: formatDay(to) });
}

/** Days of the acts that a run can report: from the first day of the lake to the last settlement day asked for. */
export function periodOf(options: AuditOptions, lake: Lake): DayRange {
  const { line_from, line_to, visit_from, visit_to } = lake.context().coverage;
  const starts = [line_to >= line_from ? line_from : undefined, visit_to >= visit_from ? visit_from : undefined].filter(
    (day) => day !== undefined,
  );
  const from = starts.length === 0 ? unbounded : Math.min(...starts);
  return options.to === undefined ? { from } : { from, to: options.to };
}

const unbounded = -1_000_000;

/** The rulebook of a run: published versions are cut to the period of the run. */
export function rulebookOf(options: AuditOptions, period: DayRange | undefined): RulebookOptions {
  const { published: versions, ...others } = options.rulebook ?? {};
  return versions === undefined || period === undefined ? others : { ...others, published: restrictToPeriod(versions, period) };
}

const dayText = (day: number | undefined): string | null => (day === undefined || day <= unbounded ? null : formatDay(day));

export function operationsRecord(options: AuditOptions, rulebook: RulebookOptions, period: DayRange | undefined): OperationsRecord | null {
  if (rulebook.published === undefined || period === undefined) return null;
  const wanted = rulebook.published.filter(({ rule_id }) => rulebook.ids?.includes(rule_id) ?? true);
  const judged = new Set(wanted.map(({ rule_id, version }) => `${rule_id}@${version}`));
  return {
    as_of: options.operations?.as_of ?? null,
    versions: wanted.map(({ rule_id, version, hash, days }) => ({
      rule_id,
      version,
      hash,
      days: days.map(({ from, to }) => [dayText(from), dayText(to)]),
    })),
    publications: (options.operations?.publications ?? [])
      .filter(({ rule_id, version, days }) => judged.has(`${rule_id}@${version}`) && commonDays(days, period) !== undefined)
      .map(({ days, ...publication }) => ({ ...publication, from: formatDay(days.from), to: dayText(days.to) })),
  };
}
