import { createHash } from 'node:crypto';
import { textHash, versionName } from '@hengjian/rulebook';
import { analyseRule, checkRules, type KnowledgeTable, parseRule, testCases } from '@hengjian/rulespec';
import { inputProblems, listed, type Problem, RefusedInput, words } from '@hengjian/standard';
import { signedIn } from './accounts.ts';
import type { Change, Reading } from './change.ts';
import { nextState, readState, type State, type Step, stateName, stepWords, transitions } from './life-cycle.ts';
import { rulesModule } from './modules/rules.ts';
import { demandRole, type Person } from './people.ts';
import { operationsProblems } from './problems.ts';
import type { Store } from './store.ts';

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
export async function listVersions(reading: Reading, rule?: string): Promise<readonly RuleVersion[]> {
  const all = reading.tables(rulesModule).selectFrom('rule_versions').selectAll().orderBy('rule_id').orderBy('version');
  const rows = await (rule === undefined ? all : all.where('rule_id', '=', rule)).execute();
  return rows.map((row) => {
    const state = readState(row.state);
    if (state !== undefined) return { ...row, state };
    const what = words(`未知状态 ${row.state}`, `its state is ${row.state}`);
    throw operationsProblems.refused('row-not-in-journal', { table: 'rule_versions', key: `${row.rule_id} ${row.version}`, what });
  });
}

/** What was decided about the versions of a rule, in order. */
export const listReviews = (reading: Reading, rule: string): Promise<readonly Review[]> =>
  reading.tables(rulesModule).selectFrom('reviews').selectAll().where('rule_id', '=', rule).orderBy('seq').execute();

const noRules = words(
  '无。请用 hengjian rules draft 起草规则，或用 hengjian rules import-library 导入规则库',
  'none yet; draft one with `hengjian rules draft`, or fill the store with `hengjian rules import-library`',
);

/** The refusal of a rule that the store does not have. */
export async function unknownRule(reading: Reading, rule: string): Promise<RefusedInput> {
  const known = listed([...new Set((await listVersions(reading)).map(({ rule_id }) => rule_id))], noRules);
  return inputProblems.refused('name-unknown', { kind: words('规则', 'rule'), name: rule, known });
}

/** One version; the newest one when no number is given. */
export async function findVersion(reading: Reading, rule: string, version?: number): Promise<RuleVersion> {
  const versions = await listVersions(reading, rule);
  if (versions.length === 0) throw await unknownRule(reading, rule);
  const found = version === undefined ? versions.at(-1) : versions.find((one) => one.version === version);
  if (found !== undefined) return found;
  const known = listed(versions.map((one) => versionName(rule, one.version)));
  throw inputProblems.refused('name-unknown', { kind: words('版本', 'version'), name: versionName(rule, version ?? 0), known });
}

export interface NewVersion {
  readonly author: string;
  readonly text: string;
  /** Name of the file, for the place of problems. */
  readonly file: string;
  readonly state: State;
}

/** Keeps a new version; used by drafting and by importing the library. */
export async function keepVersion(change: Change, { author, text, file, state }: NewVersion): Promise<RuleVersion> {
  const { rule, problems } = parseRule(text, file);
  if (rule === undefined) throw new RefusedInput(problems);
  const versions = await listVersions(change, rule.id);
  const hash = textHash(text);
  const newest = versions.at(-1);
  const same = versions.find((one) => one.hash === hash);
  if (same !== undefined) {
    const values = { version: versionName(same.rule_id, same.version), state: stateName(same.state) };
    throw operationsProblems.refused('version-same', values, { file });
  }
  if (newest !== undefined && rule.version !== newest.version + 1) {
    const values = { version: versionName(rule.id, rule.version), next: newest.version + 1 };
    throw operationsProblems.refused('version-order', values, { file, field: 'version' });
  }
  const row: RuleVersion = { rule_id: rule.id, version: rule.version, text, hash, author, state, created_at: change.now };
  await change.insert(rulesModule, 'rule_versions', row);
  return row;
}

/** Keeps a rule file as the next version of its rule. It need not pass the check yet, only be readable. */
export async function draft(store: Store, actor: Person, text: string, file: string): Promise<RuleVersion> {
  return store.change(async (change) => {
    demandRole(await signedIn(change, actor), 'rule_author', words('起草规则', 'draft rules'));
    const kept = await keepVersion(change, { author: actor.login, text, file, state: 'draft' });
    const subject = versionName(kept.rule_id, kept.version);
    await change.record({ actor: actor.login, action: 'rule-drafted', subject, details: { hash: kept.hash } });
    return kept;
  });
}

/** What keeps a text from passing: the checker's problems, that it can never hit, cases that do not pass in both back ends. */
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

/** One step that a person takes with a version. */
export interface StepTaken {
  readonly step: Step;
  /** The review to keep, for steps that are reviews. */
  readonly review?: { readonly kind: string; readonly why?: string; readonly summary?: string };
  readonly details: unknown;
}

async function keepReview(change: Change, found: RuleVersion, by_login: string, review: NonNullable<StepTaken['review']>): Promise<void> {
  const last = await change.tables(rulesModule).selectFrom('reviews').select('seq').orderBy('seq', 'desc').limit(1).executeTakeFirst();
  const summary = review.summary ?? null;
  const { rule_id, version } = found;
  await change.insert(rulesModule, 'reviews', {
    seq: (last?.seq ?? 0) + 1,
    rule_id,
    version,
    kind: review.kind,
    by_login,
    at: change.now,
    why: review.why ?? null,
    summary,
    summary_hash: summary === null ? null : createHash('sha256').update(summary).digest('hex'),
  });
}

/** The state after a step. Throws RefusedInput when that person may not take it, or not from there. */
export async function demandStep(reading: Reading, actor: Person, found: RuleVersion, wanted: Step): Promise<State> {
  const name = versionName(found.rule_id, found.version);
  const { zh, en } = stepWords[wanted];
  demandRole(await signedIn(reading, actor), transitions[wanted].role, words(`${zh} ${name}`, `${en} ${name}`));
  return nextState(wanted, found.state, name, found.author, actor.login);
}

/** One step of a version: the state changes, the review and the journal say who, when and why, all at once. */
export async function step(change: Change, actor: Person, found: RuleVersion, taken: StepTaken): Promise<RuleVersion> {
  const { rule_id, version } = found;
  const name = versionName(rule_id, version);
  const state = await demandStep(change, actor, found, taken.step);
  await change.update(rulesModule, 'rule_versions', { rule_id, version }, { state });
  if (taken.review !== undefined) await keepReview(change, found, actor.login, taken.review);
  await change.record({ actor: actor.login, action: `rule-${taken.step}`, subject: name, details: taken.details });
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
  return store.change(async (change) => {
    const found = await findVersion(change, rule, version);
    const problems = checkText(found.text, versionName(found.rule_id, found.version), tables);
    if (problems.length > 0) throw new RefusedInput(problems);
    return step(change, actor, found, { step: 'check', review: { kind: 'checked' }, details: { hash: found.hash } });
  });
}

/** Records the result of a back-test of a version, `summary` as it is to be kept. */
export async function recordBacktest(
  store: Store,
  actor: Person,
  rule: string,
  version: number,
  hash: string,
  summary: unknown,
): Promise<RuleVersion> {
  return store.change(async (change) => {
    const found = await findVersion(change, rule, version);
    if (found.hash !== hash) throw operationsProblems.refused('backtest-stale', {});
    const review = { kind: 'backtested', summary: JSON.stringify(summary) };
    return step(change, actor, found, { step: 'backtest', review, details: { hash, summary } });
  });
}

/** A second person approves or rejects a version. */
export async function decide(
  store: Store,
  actor: Person,
  which: 'approve' | 'reject',
  rule: string,
  version: number,
  why: string,
): Promise<RuleVersion> {
  return store.change(async (change) => {
    const found = await findVersion(change, rule, version);
    const kind = which === 'approve' ? 'approved' : 'rejected';
    return step(change, actor, found, { step: which, review: { kind, why }, details: { hash: found.hash, why } });
  });
}
