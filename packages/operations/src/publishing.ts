import { type PublishedVersion, textHash, versionName } from '@hengjian/rulebook';
import { type DayRange, inRegion, type KnowledgeTable, parseRule } from '@hengjian/rulespec';
import { formatDay, inputProblems, RefusedInput, words } from '@hengjian/standard';
import { signedIn } from './accounts.ts';
import type { Change, Reading } from './change.ts';
import { demandOrder, storedDay } from './days.ts';
import { daysInForce, type Statement } from './in-force.ts';
import { rulesModule } from './modules/rules.ts';
import { demandRole, type Person } from './people.ts';
import { operationsProblems } from './problems.ts';
import { demandWhole, type Store } from './store.ts';
import { checkText, demandStep, findVersion, keepVersion, listVersions, step, unknownRule } from './versions.ts';

/** A publication or a retirement as it was declared. It is never changed; a later one may say otherwise about its days. */
export interface Publication extends Statement {
  readonly area: string;
  readonly published_by: string;
  readonly published_at: string;
  readonly reason: string | null;
}

/** Every declaration about rules, in the order in which they were made. */
export async function listPublications(reading: Reading, rule?: string): Promise<readonly Publication[]> {
  const all = reading.tables(rulesModule).selectFrom('publications').selectAll().orderBy('seq');
  const rows = await (rule === undefined ? all : all.where('rule_id', '=', rule)).execute();
  const day = (text: string, seq: number): number => storedDay(text, 'publications', publicationName(seq));
  return rows.map(({ from_day, to_day, ...row }) => {
    const from = day(from_day, row.seq);
    return { ...row, days: to_day === null ? { from } : { from, to: day(to_day, row.seq) } };
  });
}

/** Name of a publication in the records of runs. */
export const publicationName = (seq: number): string => `P${String(seq).padStart(6, '0')}`;

export interface DeclaredDays {
  readonly area?: string;
  readonly from: number;
  readonly to?: number;
  /** Needed when the first day lies before today. */
  readonly reason?: string;
}

function refuseDays(store: Store, now: string, { area, from, to, reason }: DeclaredDays): void {
  demandOrder(from, to);
  if (area !== undefined && !inRegion(area, store.area)) {
    const expected = words(`${store.area}、其所在省市或 000000`, `${store.area}, the province or city around it, or 000000`);
    throw inputProblems.refused('option-invalid', { option: '--area', value: area, expected });
  }
  const today = now.slice(0, 10);
  if (formatDay(from) < today && (reason ?? '').trim() === '') {
    throw operationsProblems.refused('publication-backdated', { from: formatDay(from), today });
  }
}

async function declare(change: Change, actor: string, rule: string, version: number | null, days: DeclaredDays): Promise<Publication> {
  const last = await change.tables(rulesModule).selectFrom('publications').select('seq').orderBy('seq', 'desc').limit(1).executeTakeFirst();
  const row = {
    seq: (last?.seq ?? 0) + 1,
    rule_id: rule,
    version,
    area: days.area ?? '000000',
    published_by: actor,
    published_at: change.now,
    reason: days.reason ?? null,
  };
  const written = { from_day: formatDay(days.from), to_day: days.to === undefined ? null : formatDay(days.to) };
  await change.insert(rulesModule, 'publications', { ...row, ...written });
  return { ...row, days: days.to === undefined ? { from: days.from } : { from: days.from, to: days.to } };
}

const daysText = (days: DeclaredDays): object => ({
  area: days.area ?? '000000',
  from: formatDay(days.from),
  to: days.to === undefined ? null : formatDay(days.to),
  reason: days.reason ?? null,
});

/** Puts an approved version in force on some days. The author of the version cannot; nothing is published halfway. */
export async function publish(
  store: Store,
  actor: Person,
  rule: string,
  version: number,
  days: DeclaredDays,
  tables: ReadonlyMap<string, KnowledgeTable>,
): Promise<Publication> {
  return store.change(async (change) => {
    const found = await findVersion(change, rule, version);
    const name = versionName(rule, version);
    await demandStep(change, actor, found, 'publish');
    refuseDays(store, change.now, days);
    const problems = checkText(found.text, name, tables);
    if (problems.length > 0) throw new RefusedInput(problems);
    const until = parseRule(found.text, name).rule?.effective.to;
    if (until !== undefined && until < days.from) {
      const expected = words(`不晚于该版本自定的末日 ${formatDay(until)}`, `a day up to ${formatDay(until)}, when the version itself ends`);
      throw inputProblems.refused('option-invalid', { option: '--from', value: formatDay(days.from), expected });
    }
    const declared = await declare(change, actor.login, rule, version, days);
    await step(change, actor, found, { step: 'publish', details: { hash: found.hash, ...daysText(days) } });
    return declared;
  });
}

/** Takes a rule out of force from a day on. Refused while an open case cites it. */
export async function retire(store: Store, actor: Person, rule: string, days: DeclaredDays): Promise<Publication> {
  const cases = await store.surroundings.cases.openCasesCiting(rule);
  if (cases.length > 0) throw operationsProblems.refused('rule-cited', { rule, cases: cases.join(', ') });
  return store.change(async (change) => {
    refuseDays(store, change.now, days);
    const versions = await listVersions(change, rule);
    const newest = versions.at(-1);
    if (newest === undefined) throw await unknownRule(change, rule);
    const published = versions.filter(({ state }) => state === 'published');
    const ending = published.length > 0 ? published : [newest];
    for (const found of ending) await demandStep(change, actor, found, 'retire');
    const declared = await declare(change, actor.login, rule, null, days);
    for (const found of ending) {
      await step(change, actor, found, { step: 'retire', details: daysText(days) });
    }
    return declared;
  });
}

export interface LibraryFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Publishes the rules of a library as the first publication of a store. A second person, an approver, publishes what the
 * first, an author, brings in. Without a second person only an empty store can be filled, and the journal says so.
 */
export async function importLibrary(
  store: Store,
  author: Person,
  approver: Person | undefined,
  files: readonly LibraryFile[],
  days: DeclaredDays,
  tables: ReadonlyMap<string, KnowledgeTable>,
): Promise<{ readonly rules: number; readonly bootstrap: boolean; readonly hash: string }> {
  return store.change(async (change) => {
    demandRole(await signedIn(change, author), 'rule_author', words('导入规则库', 'import a library'));
    if (approver !== undefined) demandRole(await signedIn(change, approver), 'rule_approver', words('发布规则库', 'publish a library'));
    if (approver?.login === author.login) {
      throw operationsProblems.refused('two-people', { login: author.login, subject: words('规则库', 'the library') });
    }
    if ((await listPublications(change)).length > 0) throw operationsProblems.refused('library-imported', {});
    refuseDays(store, change.now, days);
    const problems = files.flatMap(({ path, text }) => checkText(text, path, tables));
    if (problems.length > 0) throw new RefusedInput(problems);
    const publisher = approver?.login ?? author.login;
    for (const { path, text } of files) {
      const kept = await keepVersion(change, { author: author.login, text, file: path, state: 'published' });
      await declare(change, publisher, kept.rule_id, kept.version, days);
    }
    const hash = textHash(files.map(({ text }) => textHash(text)).join('\n'));
    const bootstrap = approver === undefined;
    const details = { rules: files.length, hash, bootstrap, author: author.login, approver: approver?.login ?? null, ...daysText(days) };
    await change.record({ actor: publisher, action: 'library-imported', subject: '', details });
    return { rules: files.length, bootstrap, hash };
  });
}

export interface InForce {
  /** Day up to which declarations were heard; null for all. */
  readonly as_of: string | null;
  readonly versions: readonly PublishedVersion[];
  /** Declarations that were heard and that put a version in force. */
  readonly publications: readonly (Publication & { readonly version: number })[];
}

/**
 * The versions in force with their days, as the store knew them at the end of `asOf`. What was declared later, also about
 * earlier days, is not heard. Refused when the store does not follow from its journal.
 */
export async function readInForce(store: Store, asOf?: number): Promise<InForce> {
  await demandWhole(store);
  const known = (publication: Publication): boolean =>
    inRegion(publication.area, store.area) && (asOf === undefined || publication.published_at.slice(0, 10) <= formatDay(asOf));
  const heard = (await listPublications(store)).filter(known);
  const texts = new Map((await listVersions(store)).map((one) => [versionName(one.rule_id, one.version), one]));
  const versions = [...new Set(heard.map(({ rule_id }) => rule_id))].sort().flatMap((rule) => {
    const days = daysInForce(heard.filter(({ rule_id }) => rule_id === rule));
    return [...days].flatMap(([version, ranges]) => {
      const kept = texts.get(versionName(rule, version));
      return kept === undefined ? [] : [{ rule_id: rule, version, text: kept.text, hash: kept.hash, days: ranges }];
    });
  });
  const publications = heard.flatMap((publication) =>
    publication.version === null ? [] : [{ ...publication, version: publication.version }],
  );
  return { as_of: asOf === undefined ? null : formatDay(asOf), versions, publications };
}

/** The versions in force on one day. */
export function inForceOn({ versions }: InForce, on: number): readonly PublishedVersion[] {
  const holds = ({ from, to }: DayRange): boolean => from <= on && (to === undefined || on <= to);
  return versions.filter(({ days }) => days.some(holds));
}
