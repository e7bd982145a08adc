import { formatDay, parseDay, RefusedInput } from '@hengjian/standard';
import type { Kysely } from 'kysely';
import { signedIn } from './accounts.ts';
import { record } from './journal.ts';
import { demandRole, type Person } from './people.ts';
import type { Schema } from './schema.ts';
import { change, type Store } from './store.ts';
import { findVersion } from './versions.ts';

export const subjectKinds = ['institution', 'department', 'practitioner'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

/** Somebody whom a rule does not concern on some days. */
export interface ExemptionRow {
  readonly id: string;
  readonly rule_id: string;
  readonly kind: SubjectKind;
  readonly code: string;
  readonly from: number;
  readonly to?: number;
  readonly reason: string;
  readonly proposed_by: string;
  readonly proposed_at: string;
  readonly approved_by: string | null;
  readonly approved_at: string | null;
}

export const exemptionName = (seq: number): string => `E${String(seq).padStart(6, '0')}`;
const day = (text: string): number => parseDay(text) as number;

export async function listExemptions(database: Kysely<Schema>): Promise<readonly ExemptionRow[]> {
  const rows = await database.selectFrom('exemptions').selectAll().orderBy('seq').execute();
  return rows.map(({ seq, subject_kind, subject_code, from_day, to_day, ...row }) => ({
    ...row,
    id: exemptionName(seq),
    kind: subject_kind as SubjectKind,
    code: subject_code,
    from: day(from_day),
    ...(to_day === null ? {} : { to: day(to_day) }),
  }));
}

/** Exemptions that were approved by the end of `asOf`. */
export async function approvedExemptions(store: Store, asOf?: number): Promise<readonly ExemptionRow[]> {
  const all = await listExemptions(store.database);
  return all.filter(({ approved_at }) => approved_at !== null && (asOf === undefined || approved_at.slice(0, 10) <= formatDay(asOf)));
}

export interface NewExemption {
  readonly rule: string;
  readonly kind: SubjectKind;
  readonly code: string;
  readonly from: number;
  readonly to?: number;
  readonly reason: string;
}

/** Proposes an exemption; it applies once a second person has approved it. */
export async function proposeExemption(store: Store, actor: Person, wanted: NewExemption): Promise<ExemptionRow> {
  return change(store, async (transaction) => {
    demandRole(await signedIn(transaction, actor), 'rule_author', 'propose an exemption');
    await findVersion(transaction, wanted.rule);
    if (wanted.reason.trim() === '') throw new RefusedInput({ code: 'exemption-reason', message: 'an exemption needs a reason', remedy: 'give --reason' });
    if (wanted.to !== undefined && wanted.to < wanted.from) {
      throw new RefusedInput({ code: 'exemption-days', message: 'the exemption ends before it begins', remedy: 'put --to on or after --from' });
    }
    const last = await transaction.selectFrom('exemptions').select('seq').orderBy('seq', 'desc').limit(1).executeTakeFirst();
    const seq = (last?.seq ?? 0) + 1;
    const at = store.surroundings.now();
    const days = { from_day: formatDay(wanted.from), to_day: wanted.to === undefined ? null : formatDay(wanted.to) };
    const row = { seq, rule_id: wanted.rule, subject_kind: wanted.kind, subject_code: wanted.code, ...days, reason: wanted.reason };
    await transaction
      .insertInto('exemptions')
      .values({ ...row, proposed_by: actor.login, proposed_at: at, approved_by: null, approved_at: null })
      .execute();
    await record(transaction, { at, actor: actor.login, action: 'exemption-proposed', subject: exemptionName(seq), details: row });
    const { rule, ...others } = wanted;
    return { ...others, rule_id: rule, id: exemptionName(seq), proposed_by: actor.login, proposed_at: at, approved_by: null, approved_at: null };
  });
}

/** A second person approves an exemption. */
export async function approveExemption(store: Store, actor: Person, id: string): Promise<ExemptionRow> {
  return change(store, async (transaction) => {
    demandRole(await signedIn(transaction, actor), 'rule_approver', 'approve an exemption');
    const found = (await listExemptions(transaction)).find((one) => one.id === id);
    if (found === undefined)
      throw new RefusedInput({ code: 'exemption-unknown', message: `there is no exemption ${id}`, remedy: 'see `hengjian rules exemptions`' });
    if (found.approved_at !== null) {
      throw new RefusedInput({ code: 'exemption-state', message: `${id} was approved by ${found.approved_by}`, remedy: 'nothing is left to do' });
    }
    if (found.proposed_by === actor.login) {
      throw new RefusedInput({
        code: 'rule-two-people',
        message: `${actor.login} proposed ${id} and may not approve it: that takes a second person`,
        remedy: 'let another person with the role rule_approver do it',
      });
    }
    const at = store.surroundings.now();
    await transaction
      .updateTable('exemptions')
      .set({ approved_by: actor.login, approved_at: at })
      .where('seq', '=', Number(id.slice(1)))
      .execute();
    await record(transaction, { at, actor: actor.login, action: 'exemption-approved', subject: id, details: {} });
    return { ...found, approved_by: actor.login, approved_at: at };
  });
}
