import { formatDay, inputProblems, listed, words } from '@hengjian/standard';
import { signedIn } from './accounts.ts';
import type { Reading } from './change.ts';
import { demandOrder, storedDay } from './days.ts';
import { exemptionsModule } from './modules/exemptions.ts';
import { demandRole, type Person } from './people.ts';
import { operationsProblems } from './problems.ts';
import { demandWhole, type Store } from './store.ts';
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

const exemptionWord = words('豁免', 'exemption');

function kindOf(text: string, key: string): SubjectKind {
  const kind = subjectKinds.find((one) => one === text);
  if (kind !== undefined) return kind;
  throw operationsProblems.refused('row-not-in-journal', {
    table: 'exemptions',
    key,
    what: words(`对象 ${text} 无效`, `${text} is no subject`),
  });
}

/** All exemptions, proposed and approved, in order. */
export async function listExemptions(reading: Reading): Promise<readonly ExemptionRow[]> {
  const rows = await reading.tables(exemptionsModule).selectFrom('exemptions').selectAll().orderBy('seq').execute();
  return rows.map(({ seq, subject_kind, subject_code, from_day, to_day, ...row }) => {
    const id = exemptionName(seq);
    const to = to_day === null ? {} : { to: storedDay(to_day, 'exemptions', id) };
    return { ...row, id, kind: kindOf(subject_kind, id), code: subject_code, from: storedDay(from_day, 'exemptions', id), ...to };
  });
}

/** Exemptions that were approved by the end of `asOf`. Refused when the store does not follow from its journal. */
export async function approvedExemptions(store: Store, asOf?: number): Promise<readonly ExemptionRow[]> {
  await demandWhole(store);
  const all = await listExemptions(store);
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
  return store.change(async (change) => {
    demandRole(await signedIn(change, actor), 'rule_author', words('提出豁免', 'propose an exemption'));
    await findVersion(change, wanted.rule);
    if (wanted.reason.trim() === '') throw inputProblems.refused('option-missing', { option: '--reason' });
    demandOrder(wanted.from, wanted.to);
    const last = await change
      .tables(exemptionsModule)
      .selectFrom('exemptions')
      .select('seq')
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    const seq = (last?.seq ?? 0) + 1;
    const days = { from_day: formatDay(wanted.from), to_day: wanted.to === undefined ? null : formatDay(wanted.to) };
    const row = { seq, rule_id: wanted.rule, subject_kind: wanted.kind, subject_code: wanted.code, ...days, reason: wanted.reason };
    const proposed = { proposed_by: actor.login, proposed_at: change.now, approved_by: null, approved_at: null };
    await change.insert(exemptionsModule, 'exemptions', { ...row, ...proposed });
    await change.record({ actor: actor.login, action: 'exemption-proposed', subject: exemptionName(seq), details: row });
    const { rule, ...others } = wanted;
    return { ...others, rule_id: rule, id: exemptionName(seq), ...proposed };
  });
}

/** A second person approves an exemption. */
export async function approveExemption(store: Store, actor: Person, id: string): Promise<ExemptionRow> {
  return store.change(async (change) => {
    demandRole(await signedIn(change, actor), 'rule_approver', words('批准豁免', 'approve an exemption'));
    const all = await listExemptions(change);
    const found = all.find((one) => one.id === id);
    if (found === undefined) {
      const none = words('无。请先用 hengjian rules exempt 提出豁免', 'none yet; propose one with `hengjian rules exempt`');
      const known = listed(
        all.map((one) => one.id),
        none,
      );
      throw inputProblems.refused('name-unknown', { kind: exemptionWord, name: id, known });
    }
    if (found.approved_at !== null) throw operationsProblems.refused('exemption-approved', { id, login: found.approved_by ?? '' });
    if (found.proposed_by === actor.login) throw operationsProblems.refused('two-people', { login: actor.login, subject: id });
    const approved = { approved_by: actor.login, approved_at: change.now };
    await change.update(exemptionsModule, 'exemptions', { seq: Number(id.slice(1)) }, approved);
    await change.record({ actor: actor.login, action: 'exemption-approved', subject: id, details: {} });
    return { ...found, ...approved };
  });
}
