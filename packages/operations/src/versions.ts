import { createHash } from 'node:crypto';
import { textHash, versionName } from '@hengjian/rulebook';
import { analyseRule, checkRules, type KnowledgeTable, parseRule, testCases } from '@hengjian/rulespec';
import { type Problem, RefusedInput } from '@hengjian/standard';
import type { Kysely, Transaction } from 'kysely';
import { signedIn } from './accounts.ts';
import { record } from './journal.ts';
import { nextState, type State, type Step, transitions } from './life-cycle.ts';
import { demandRole, type Person } from './people.ts';
import type { Schema } from './schema.ts';
import { change, type Store } from './store.ts';

/** One version of a rule, its text unchanged since it was drafted. */
export interface RuleVersion {
  readonly rule_id: string;
  readonly version: number;
  readonly text: string;
  readonly hash: string;
  readonly author: string;
  readonly state: State;
  readonly created_at: string;
}

export interface Review {
  readonly rule_id: string;
  readonly version: number;
  readonly kind: string;
  readonly by_login: string;
  readonly at: string;
  readonly why: string | null;
  readonly summary: string | null;
  readonly summary_hash: string | null;
}

/** All versions of a rule, or of all rules, in order. */
export async function listVersions(database: Kysely<Schema>, rule?: string): Promise<readonly RuleVersion[]> {
  const all = database.selectFrom('rule_versions').selectAll().orderBy('rule_id').orderBy('version');
  const rows = await (rule === undefined ? all : all.where('rule_id', '=', rule)).execute();
  return rows as readonly RuleVersion[];
}

export async function listReviews(database: Kysely<Schema>, rule: string): Promise<readonly Review[]> {
  return database.selectFrom('reviews').selectAll().where('rule_id', '=', rule).orderBy('seq').execute();
}

export const unknownRule = (rule: string): RefusedInput =>
  new RefusedInput({
    code: 'rule-unknown',
    message: `the operations store has no rule ${rule}`,
    remedy: 'see `hengjian rules history`, or draft it: hengjian rules draft',
  });

/** One version; the newest one when no number is given. */
export async function findVersion(database: Kysely<Schema>, rule: string, version?: number): Promise<RuleVersion> {
  const versions = await listVersions(database, rule);
  if (versions.length === 0) throw unknownRule(rule);
  const found = version === undefined ? versions.at(-1) : versions.find((one) => one.version === version);
  if (found !== undefined) return found;
  throw new RefusedInput({
    code: 'rule-version-unknown',
    message: `rule ${rule} has no version ${version}`,
    remedy: `its versions are ${versions.map((one) => one.version).join(', ')}`,
  });
}

/** Keeps a new version; used by drafting and by importing the library. */
export async function keepVersion(
  transaction: Transaction<Schema>,
  store: Store,
  author: string,
  text: string,
  file: string,
  state: State,
): Promise<RuleVersion> {
  const { rule, problems } = parseRule(text, file);
  if (rule === undefined) throw new RefusedInput(problems);
  const versions = await listVersions(transaction, rule.id);
  const hash = textHash(text);
  const newest = versions.at(-1);
  const same = versions.find((one) => one.hash === hash);
  const name = versionName(rule.id, rule.version);
  if (same !== undefined) {
    throw new RefusedInput({
      code: 'rule-version-same',
      message: `this text is ${versionName(same.rule_id, same.version)} already, which is ${same.state}`,
      remedy: 'change something, or go on with that version',
      place: { file },
    });
  }
  if (newest !== undefined && rule.version !== newest.version + 1) {
    const kept = versions.some((one) => one.version === rule.version);
    throw new RefusedInput({
      code: kept ? 'rule-version-immutable' : 'rule-version-order',
      message: kept ? `${name} is kept as it was drafted and never changes` : `${name} does not follow version ${newest.version}`,
      remedy: `write version: ${newest.version + 1} to make it the next version`,
      place: { file, field: 'version' },
    });
  }
  const row: RuleVersion = { rule_id: rule.id, version: rule.version, text, hash, author, state, created_at: store.surroundings.now() };
  await transaction.insertInto('rule_versions').values(row).execute();
  return row;
}

/** Keeps a rule file as the next version of its rule. It need not pass the check yet, only be readable. */
export async function draft(store: Store, actor: Person, text: string, file: string): Promise<RuleVersion> {
  return change(store, async (transaction) => {
    demandRole(await signedIn(transaction, actor), 'rule_author', 'draft rules');
    const kept = await keepVersion(transaction, store, actor.login, text, file, 'draft');
    const subject = versionName(kept.rule_id, kept.version);
    await record(transaction, { at: kept.created_at, actor: actor.login, action: 'rule-drafted', subject, details: { hash: kept.hash } });
    return kept;
  });
}

/** Everything that keeps a text from passing: the checker's problems, that it can never hit, and the cases that do not pass in both back ends. */
export function checkText(text: string, file: string, tables: ReadonlyMap<string, KnowledgeTable>): readonly Problem[] {
  const parsed = parseRule(text, file);
  if (parsed.rule === undefined || parsed.problems.length > 0) return parsed.problems;
  const checked = checkRules([parsed.rule], tables);
  const [rule] = checked.rules;
  if (rule === undefined || checked.problems.length > 0) return checked.problems;
  const never = analyseRule(rule, tables).filter(({ level }) => level === 'never');
  if (never.length > 0) return never;
  return testCases(parsed.rule, tables).flatMap(({ problem }) => problem ?? []);
}

/** One step of a version: the state changes, the review and the journal say who, when and why, all at once. */
export async function step(
  transaction: Transaction<Schema>,
  store: Store,
  actor: Person,
  which: Step,
  found: RuleVersion,
  review: { readonly kind?: string; readonly why?: string; readonly summary?: string },
  details: unknown,
): Promise<RuleVersion> {
  const name = versionName(found.rule_id, found.version);
  demandRole(await signedIn(transaction, actor), transitions[which].role, `${which} ${name}`);
  const state = nextState(which, found.state, name, found.author, actor.login);
  const at = store.surroundings.now();
  await transaction.updateTable('rule_versions').set({ state }).where('rule_id', '=', found.rule_id).where('version', '=', found.version).execute();
  if (review.kind !== undefined) {
    const summary = review.summary ?? null;
    const summary_hash = summary === null ? null : createHash('sha256').update(summary).digest('hex');
    const row = {
      rule_id: found.rule_id,
      version: found.version,
      kind: review.kind,
      by_login: actor.login,
      at,
      why: review.why ?? null,
      summary,
      summary_hash,
    };
    await transaction.insertInto('reviews').values(row).execute();
  }
  await record(transaction, { at, actor: actor.login, action: `rule-${which}`, subject: name, details });
  return { ...found, state };
}

/** Checks a draft. Throws RefusedInput with every problem; then nothing has changed. */
export async function submit(
  store: Store,
  actor: Person,
  rule: string,
  version: number | undefined,
  tables: ReadonlyMap<string, KnowledgeTable>,
): Promise<RuleVersion> {
  return change(store, async (transaction) => {
    const found = await findVersion(transaction, rule, version);
    const problems = checkText(found.text, versionName(found.rule_id, found.version), tables);
    if (problems.length > 0) throw new RefusedInput(problems);
    return step(transaction, store, actor, 'check', found, { kind: 'checked' }, { hash: found.hash });
  });
}

/** Records the result of a back-test of a version, `summary` as it is to be kept. */
export async function recordBacktest(store: Store, actor: Person, rule: string, version: number, hash: string, summary: unknown): Promise<RuleVersion> {
  return change(store, async (transaction) => {
    const found = await findVersion(transaction, rule, version);
    if (found.hash !== hash) throw new RefusedInput({ code: 'rule-text-changed', message: 'the back-test was made with another text', remedy: 'run it again' });
    return step(transaction, store, actor, 'backtest', found, { kind: 'backtested', summary: JSON.stringify(summary) }, { hash, summary });
  });
}

/** A second person approves or rejects a version. */
export async function decide(store: Store, actor: Person, which: 'approve' | 'reject', rule: string, version: number, why: string): Promise<RuleVersion> {
  return change(store, async (transaction) => {
    const found = await findVersion(transaction, rule, version);
    const kind = which === 'approve' ? 'approved' : 'rejected';
    return step(transaction, store, actor, which, found, { kind, why }, { hash: found.hash, why });
  });
}
