import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Lake } from '@hengjian/lake';
import { loadRulebook, type PublishedVersion, type Rulebook, type RulebookOptions } from '@hengjian/rulebook';
import { inputProblems, words } from '@hengjian/standard';
import type { AuditOptions } from './options.ts';
import { periodOf, rulebookOf } from './period.ts';
import { auditProblems } from './problems.ts';
import type { LibraryUsed, RunRecord } from './record.ts';
import { openRunFolder } from './run-folder.ts';

/** Where the rules and the knowledge of a run lie. */
export function libraryUsed({ rulebook = {}, operations }: Pick<AuditOptions, 'rulebook' | 'operations'>): LibraryUsed {
  return {
    rules: rulebook.rules === undefined ? null : rulebook.rules.map((path) => resolve(path)),
    knowledge: rulebook.knowledge === undefined ? null : resolve(rulebook.knowledge),
    operations: operations?.place === undefined ? null : /^\w+:\/\//.test(operations.place) ? operations.place : resolve(operations.place),
  };
}

/** What a run is asked with again. */
export interface AskedRun {
  /** Folder of the run. */
  readonly run: string;
  /** Versions in force in the store of the run, where it judged by one. */
  readonly published?: readonly PublishedVersion[] | undefined;
}

function optionsOf({ library, to }: RunRecord, published: AskedRun['published'], lake: Lake | undefined): RulebookOptions | undefined {
  const { rules = null, knowledge = null, operations = null } = library ?? {};
  const rulebook = { ...(rules === null ? {} : { rules }), ...(knowledge === null ? {} : { knowledge }) };
  if (operations === null) return rulebook;
  if (published === undefined || lake === undefined) return undefined;
  const options = { lake: lake.folder, out: '', rulebook: { ...rulebook, published }, to: to ?? undefined };
  return rulebookOf(options, periodOf(options, lake));
}

/**
 * The rulebook that a run judged by, read again from where its record says it lies. Refuses where a folder is not there any
 * more, and where rules or points are no longer those of the run. Undefined where versions of a store would be needed and are
 * not given: they are cut to the days of a lake.
 */
export function runRulebook({ run, published }: AskedRun, rule: string, lake?: Lake): Rulebook | undefined {
  const { record } = openRunFolder(run);
  const place = { file: run };
  if (lake !== undefined && lake.hash !== record.lake_hash) throw auditProblems.refused('run-lake-changed', { lake: lake.folder }, place);
  if (record.library === undefined) throw auditProblems.refused('run-library-untold', {}, place);
  const { rules, knowledge } = record.library;
  const gone = [...(rules ?? []), ...(knowledge === null ? [] : [knowledge])].find((path) => !path.includes('*') && !existsSync(path));
  if (gone !== undefined) throw auditProblems.refused('run-library-gone', { library: gone }, place);
  const options = optionsOf(record, published, lake);
  if (options === undefined) return undefined;
  const rulebook = loadRulebook(options.published === undefined ? { ...options, ids: [rule] } : options);
  if (rulebook.hash !== record.rulebook_hash) throw auditProblems.refused('run-library-changed', { library: knowledge ?? '' }, place);
  const own = rulebook.rules.filter(({ source }) => source.id === rule);
  if (own.length > 0) return { ...rulebook, rules: own };
  const known = words('见该审核的 run.json', 'see run.json of the audit');
  throw inputProblems.refused('name-unknown', { kind: words('规则', 'rule'), name: rule, known }, place);
}
