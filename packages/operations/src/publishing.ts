import { type PublishedVersion, textHash, versionName } from '@hengjian/rulebook';
import { type DayRange, inRegion, type KnowledgeTable, parseRule } from '@hengjian/rulespec';
import { formatDay, parseDay, RefusedInput } from '@hengjian/standard';
import type { Kysely, Transaction } from 'kysely';
import { signedIn } from './accounts.ts';
import { daysInForce, type Statement } from './in-force.ts';
import { record } from './journal.ts';
import { demandRole, type Person } from './people.ts';
import type { Schema } from './schema.ts';
import { change, type Store } from './store.ts';
import { checkText, findVersion, keepVersion, listVersions, step, unknownRule } from './versions.ts';

/** A publication or a retirement as it was declared. It is never changed; a later one may say otherwise about its days. */
export interface Publication extends Statement {
  readonly area: string;
  readonly published_by: string;
  readonly published_at: string;
  readonly reason: string | null;
}

const day = (text: string): number => parseDay(text) as number;

/** Every declaration about rules, in the order in which they were made. */
export async function listPublications(database: Kysely<Schema>, rule?: string): Promise<readonly Publication[]> {
  const all = database.selectFrom('publications').selectAll().orderBy('seq');
  const rows = await (rule === undefined ? all : all.where('rule_id', '=', rule)).execute();
  return rows.map(({ from_day, to_day, ...row }) => ({ ...row, days: to_day === null ? { from: day(from_day) } : { from: day(from_day), to: day(to_day) } }));
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

function refuseDays(store: Store, { area, from, to, reason }: DeclaredDays): void {
  if (to !== undefined && to < from) {
    throw new RefusedInput({ code: 'publication-days', message: `${formatDay(to)} lies before ${formatDay(from)}`, remedy: 'put --to on or after --from' });
  }
  if (area !== undefined && !inRegion(area, store.area)) {
    throw new RefusedInput({
      code: 'publication-area',
      message: `this store is that of area ${store.area}; what is published for ${area} would never apply`,
      remedy: `publish for ${store.area}, for the province or city around it, or for 000000`,
    });
  }
  const today = store.surroundings.now().slice(0, 10);
  if (formatDay(from) < today && (reason ?? '').trim() === '') {
    throw new RefusedInput({
      code: 'publication-backdated',
      message: `${formatDay(from)} lies before today, ${today}: runs of that time were judged by other rules`,
      remedy: 'give --reason; it is kept in the journal, and --as-of still replays what was in force before',
    });
  }
}

async function declare(
  transaction: Transaction<Schema>,
  store: Store,
  actor: string,
  rule: string,
  version: number | null,
  days: DeclaredDays,
): Promise<Publication> {
  const last = await transaction.selectFrom('publications').select('seq').orderBy('seq', 'desc').limit(1).executeTakeFirst();
  const row = {
    seq: (last?.seq ?? 0) + 1,
    rule_id: rule,
    version,
    area: days.area ?? '000000',
    published_by: actor,
    published_at: store.surroundings.now(),
    reason: days.reason ?? null,
  };
  await transaction
    .insertInto('publications')
    .values({ ...row, from_day: formatDay(days.from), to_day: days.to === undefined ? null : formatDay(days.to) })
    .execute();
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
  return change(store, async (transaction) => {
    const found = await findVersion(transaction, rule, version);
    const name = versionName(rule, version);
    const stepped = await step(transaction, store, actor, 'publish', found, {}, { hash: found.hash, ...daysText(days) });
    refuseDays(store, days);
    const problems = checkText(stepped.text, name, tables);
    if (problems.length > 0) throw new RefusedInput(problems);
    const until = parseRule(stepped.text, name).rule?.effective.to;
    if (until !== undefined && until < days.from) {
      throw new RefusedInput({
        code: 'publication-never',
        message: `${name} says itself that it ends on ${formatDay(until)}, before ${formatDay(days.from)}`,
        remedy: 'publish it from an earlier day, or draft a version that is effective longer',
      });
    }
    return declare(transaction, store, actor.login, rule, version, days);
  });
}

/** Takes a rule out of force from a day on. Refused while an open case cites it. */
export async function retire(store: Store, actor: Person, rule: string, days: DeclaredDays): Promise<Publication> {
  const cases = await store.surroundings.cases.openCasesCiting(rule);
  if (cases.length > 0) {
    throw new RefusedInput({
      code: 'rule-cited',
      message: `open cases cite rule ${rule}: ${cases.join(', ')}`,
      remedy: 'close them first, or publish another version from that day: the cases keep the version they cite',
    });
  }
  return change(store, async (transaction) => {
    refuseDays(store, days);
    const versions = await listVersions(transaction, rule);
    if (versions.length === 0) throw unknownRule(rule);
    const published = versions.filter(({ state }) => state === 'published');
    const newest = versions.at(-1);
    for (const found of published.length > 0 ? published : newest === undefined ? [] : [newest]) {
      await step(transaction, store, actor, 'retire', found, {}, daysText(days));
    }
    return declare(transaction, store, actor.login, rule, null, days);
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
  return change(store, async (transaction) => {
    demandRole(await signedIn(transaction, author), 'rule_author', 'import a library');
    if (approver !== undefined) demandRole(await signedIn(transaction, approver), 'rule_approver', 'publish a library');
    if (approver?.login === author.login) {
      throw new RefusedInput({
        code: 'rule-two-people',
        message: `${author.login} cannot be the second person too`,
        remedy: 'name another person with --second',
      });
    }
    if ((await listPublications(transaction)).length > 0) {
      throw new RefusedInput({
        code: 'library-imported',
        message: 'this store has publications already',
        remedy: 'draft the new versions one by one: hengjian rules draft',
      });
    }
    refuseDays(store, days);
    const problems = files.flatMap(({ path, text }) => checkText(text, path, tables));
    if (problems.length > 0) throw new RefusedInput(problems);
    const publisher = approver?.login ?? author.login;
    for (const { path, text } of files) {
      const kept = await keepVersion(transaction, store, author.login, text, path, 'published');
      await declare(transaction, store, publisher, kept.rule_id, kept.version, days);
    }
    const hash = textHash(files.map(({ text }) => textHash(text)).join('\n'));
    const details = {
      rules: files.length,
      hash,
      bootstrap: approver === undefined,
      author: author.login,
      approver: approver?.login ?? null,
      ...daysText(days),
    };
    await record(transaction, { at: store.surroundings.now(), actor: publisher, action: 'library-imported', subject: '', details });
    return { rules: files.length, bootstrap: approver === undefined, hash };
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
 * earlier days, is not heard.
 */
export async function readInForce(store: Store, asOf?: number): Promise<InForce> {
  const known = (publication: Publication): boolean =>
    inRegion(publication.area, store.area) && (asOf === undefined || publication.published_at.slice(0, 10) <= formatDay(asOf));
  const heard = (await listPublications(store.database)).filter(known);
  const texts = new Map((await listVersions(store.database)).map((one) => [versionName(one.rule_id, one.version), one]));
  const versions = [...new Set(heard.map(({ rule_id }) => rule_id))].sort().flatMap((rule) => {
    const days = daysInForce(heard.filter(({ rule_id }) => rule_id === rule));
    return [...days].flatMap(([version, ranges]) => {
      const kept = texts.get(versionName(rule, version));
      return kept === undefined ? [] : [{ rule_id: rule, version, text: kept.text, hash: kept.hash, days: ranges }];
    });
  });
  const publications = heard.flatMap((publication) => (publication.version === null ? [] : [{ ...publication, version: publication.version }]));
  return { as_of: asOf === undefined ? null : formatDay(asOf), versions, publications };
}

/** The versions in force on one day. */
export function inForceOn({ versions }: InForce, on: number): readonly PublishedVersion[] {
  const holds = ({ from, to }: DayRange): boolean => from <= on && (to === undefined || on <= to);
  return versions.filter(({ days }) => days.some(holds));
}
