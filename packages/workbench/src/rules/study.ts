import { existsSync } from 'node:fs';
import { type Coverage, coverage, type DryRun, dryRun, type LakeCoverage, lakeCoverage } from '@hengjian/audit';
import { findVersion, type Location, locationOf, readInForce, recordBacktest } from '@hengjian/operations';
import { versionName } from '@hengjian/rulebook';
import { type CheckedRule, checkRules, diffRules, parseRule } from '@hengjian/rulespec';
import { RefusedInput, readText, type UseCase, words } from '@hengjian/standard';
import type { Signed } from '../operations/store.ts';
import { inStore, signedIn, type WorkbenchPorts } from '../ports.ts';
import { workbenchProblems } from '../problems.ts';
import { parseName, parseVersion, tablesOf } from './life-cycle.ts';

/** The claims that a rule is tried on. */
export interface StudyPeriod {
  readonly lake: string;
  readonly knowledge: string | undefined;
  /** First and last settlement day; default the last 365 days of the lake. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly threads: number | undefined;
}

export interface DryRunInput extends StudyPeriod {
  readonly file: string;
  /** Operations store whose versions are in force; default the rules of the program. */
  readonly operations: string | undefined;
  readonly out: string;
}

const versionsIn = async (ports: WorkbenchPorts, place: string | undefined) =>
  place === undefined ? undefined : (await inStore(ports, locationOf(place), (store) => readInForce(store))).versions;

/** What a draft would change on the claims of the last year. */
export const tryRule: UseCase<DryRunInput, DryRun, WorkbenchPorts> = (ports) => async (input) => {
  const { file, operations, ...study } = input;
  const draft = { text: readText(file), file };
  return dryRun({ ...study, draft, inForce: await versionsIn(ports, operations), signal: ports.signal, progress: ports.progress });
};

export interface BacktestInput extends StudyPeriod, Signed {
  /** Rule id, or ID@VERSION. */
  readonly name: string;
  /** Folder of the result; default `backtest-ID-VERSION`. */
  readonly out: string | undefined;
}

/** Dry-runs a checked version and keeps the result with it. */
export const backtestRule: UseCase<BacktestInput, DryRun, WorkbenchPorts> = (ports) => (input) =>
  signedIn(ports, input, async (store, person) => {
    const { rule, version } = parseName(input.name);
    const found = await findVersion(store, rule, version);
    const file = versionName(found.rule_id, found.version);
    if (found.state !== 'checked' && found.state !== 'backtested') {
      const next = found.state === 'draft' ? words('先检查：hengjian rules submit', 'check it first: hengjian rules submit') : nextDraft;
      throw workbenchProblems.refused('rule-not-checked', { rule: file, state: found.state, next });
    }
    const { lake, knowledge, from, to, threads } = input;
    const { versions } = await readInForce(store);
    const tried = await dryRun({
      ...{ lake, knowledge, from, to, threads },
      out: input.out ?? `backtest-${found.rule_id}-${found.version}`,
      draft: { text: found.text, file },
      inForce: versions,
      signal: ports.signal,
      progress: ports.progress,
    });
    const { sample: _, ...summary } = tried;
    await recordBacktest(store, person, found.rule_id, found.version, found.hash, summary);
    return tried;
  });

const nextDraft = words('起草该规则的下一版本：hengjian rules draft', 'draft the next version of the rule: hengjian rules draft');

export interface CoverageInput {
  readonly lake: string;
  /** An audit of that lake: then its findings are told by point, too. */
  readonly run: string | undefined;
  readonly operations: string | undefined;
  readonly knowledge: string | undefined;
  readonly threads: number | undefined;
}

/** Which rules can fire on a lake, and of an audit of it which points have findings. */
export interface RulesCovered extends LakeCoverage {
  readonly points?: Coverage;
}

/** Which rules can fire on a lake and why the others cannot; with an audit which points have findings and which could not. */
export const ruleCoverage: UseCase<CoverageInput, RulesCovered, WorkbenchPorts> = (ports) => async (input) => {
  const published = await versionsIn(ports, input.operations);
  const { lake, run, threads, knowledge } = input;
  const rulebook = { ...(published === undefined ? {} : { published }), ...(knowledge === undefined ? {} : { knowledge }) };
  const covered = await lakeCoverage({ lake, rulebook, signal: ports.signal });
  if (run === undefined) return covered;
  return { ...covered, points: await coverage({ lake, run, threads, rulebook, signal: ports.signal, progress: ports.progress }) };
};

export interface RuleDiffInput {
  /** Rule files, or ID@VERSION of the store. */
  readonly before: string;
  readonly after: string;
  readonly knowledge: string | undefined;
  /** Needed where a version of a store is named. */
  readonly store: () => Location;
}

/** A rule file, or ID@VERSION of the operations store, as the checker reads it. */
async function readSide(ports: WorkbenchPorts, name: string, input: RuleDiffInput): Promise<CheckedRule> {
  const version = /^[^/\\]+@\d+$/.test(name) && !existsSync(name) ? parseVersion(name) : undefined;
  const text =
    version === undefined
      ? readText(name)
      : (await inStore(ports, input.store(), (store) => findVersion(store, version.rule, version.version))).text;
  const parsed = parseRule(text, name);
  if (parsed.rule === undefined || parsed.problems.length > 0) throw new RefusedInput(parsed.problems);
  const { rules, problems } = checkRules([parsed.rule], tablesOf(input.knowledge));
  const [rule] = rules;
  if (rule === undefined || problems.length > 0) throw new RefusedInput(problems);
  return rule;
}

/** Compares two rules field by field and says which changes alter verdicts. */
export const compareRules: UseCase<RuleDiffInput, ReturnType<typeof diffRules>, WorkbenchPorts> = (ports) => async (input) =>
  diffRules(await readSide(ports, input.before, input), await readSide(ports, input.after, input));
