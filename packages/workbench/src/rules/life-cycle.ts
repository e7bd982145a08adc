import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  approveExemption,
  type DeclaredDays,
  decide,
  draft,
  type ExemptionRow,
  findVersion,
  importLibrary,
  inForceOn,
  listExemptions,
  listPublications,
  listReviews,
  listVersions,
  type NewExemption,
  type Publication,
  proposeExemption,
  publish,
  type Review,
  type RuleVersion,
  readInForce,
  retire,
  signIn,
  submit,
} from '@hengjian/operations';
import { readRulebook } from '@hengjian/rulebook';
import type { DayRange } from '@hengjian/rulespec';
import { inputProblems, makeFolder, readText, type UseCase } from '@hengjian/standard';
import type { InStore, Signed } from '../operations/store.ts';
import { inStore, type SignIn, signedIn, type WorkbenchPorts } from '../ports.ts';
import { workbenchProblems } from '../problems.ts';

/** Splits `ID@VERSION`. Throws a refusal for anything else. */
export function parseVersion(text: string): { readonly rule: string; readonly version: number } {
  const match = /^([^@]+)@(\d{1,9})$/.exec(text);
  const [, rule, version] = match ?? [];
  if (rule === undefined || version === undefined) throw workbenchProblems.refused('rule-version-name', { text });
  return { rule, version: Number(version) };
}

/** Splits `ID` or `ID@VERSION`. */
export const parseName = (text: string): { readonly rule: string; readonly version?: number } =>
  text.includes('@') ? parseVersion(text) : { rule: text };

/** Knowledge tables by which rules are checked. */
export const tablesOf = (knowledge: string | undefined): ReturnType<typeof readRulebook>['tables'] =>
  readRulebook({ ids: [], ...(knowledge === undefined ? {} : { knowledge }) }).tables;

type Kept = Omit<RuleVersion, 'text'>;
const withoutText = ({ text: _, ...kept }: RuleVersion): Kept => kept;

/** Keeps a rule file as the next version of its rule. */
export const draftRule: UseCase<Signed & { readonly file: string }, Kept, WorkbenchPorts> = (ports) => async (input) => {
  const text = readText(input.file);
  return withoutText(await signedIn(ports, input, (store, person) => draft(store, person, text, input.file)));
};

export interface SubmitInput extends Signed {
  /** Rule id, or ID@VERSION. */
  readonly name: string;
  readonly knowledge: string | undefined;
}

/** Checks a draft and its cases; a draft with a problem stays a draft. */
export const submitRule: UseCase<SubmitInput, Kept, WorkbenchPorts> = (ports) => async (input) => {
  const { rule, version } = parseName(input.name);
  return withoutText(await signedIn(ports, input, (store, person) => submit(store, person, rule, version, tablesOf(input.knowledge))));
};

export interface DecideInput extends Signed {
  readonly which: 'approve' | 'reject';
  readonly name: string;
  readonly why: string;
}

/** A second person approves a back-tested version, or rejects a version. */
export const decideRule: UseCase<DecideInput, Kept, WorkbenchPorts> = (ports) => async (input) => {
  const { rule, version } = parseVersion(input.name);
  return withoutText(await signedIn(ports, input, (store, person) => decide(store, person, input.which, rule, version, input.why)));
};

export interface PublishInput extends Signed {
  readonly name: string;
  readonly days: DeclaredDays;
  readonly knowledge: string | undefined;
}

/** Puts an approved version in force from a day on. */
export const publishRule: UseCase<PublishInput, Publication, WorkbenchPorts> = (ports) => (input) => {
  const { rule, version } = parseVersion(input.name);
  return signedIn(ports, input, (store, person) => publish(store, person, rule, version, input.days, tablesOf(input.knowledge)));
};

/** Takes a rule out of force from a day on. */
export const retireRule: UseCase<Signed & { readonly rule: string; readonly days: DeclaredDays }, Publication, WorkbenchPorts> =
  (ports) => (input) =>
    signedIn(ports, input, (store, person) => retire(store, person, input.rule, input.days));

export interface RuleHistory {
  readonly versions: readonly RuleVersion[];
  readonly reviews: readonly Review[];
  readonly publications: readonly Publication[];
  readonly in_force: readonly { readonly version: number; readonly days: readonly DayRange[] }[];
}

/** Every version of a rule, its reviews and its publications. */
export const ruleHistory: UseCase<InStore & { readonly rule: string }, RuleHistory, WorkbenchPorts> = (ports) => (input) =>
  inStore(ports, input.store, async (store) => {
    await findVersion(store, input.rule);
    const { versions } = await readInForce(store);
    return {
      versions: await listVersions(store, input.rule),
      reviews: await listReviews(store, input.rule),
      publications: await listPublications(store, input.rule),
      in_force: versions.filter(({ rule_id }) => rule_id === input.rule).map(({ version, days }) => ({ version, days })),
    };
  });

export interface ExportInput extends InStore {
  /** Day of the acts, and the day as of which the store was known. */
  readonly on: number;
  readonly asOf: number | undefined;
  readonly out: string;
}

/** Writes the rules in force on a day as plain files into a new folder. */
export const exportRules: UseCase<
  ExportInput,
  readonly { readonly rule_id: string; readonly version: number; readonly hash: string }[],
  WorkbenchPorts
> = (ports) => async (input) => {
  if (existsSync(input.out) && readdirSync(input.out).length > 0) throw inputProblems.refused('folder-not-empty', {}, { file: input.out });
  const rules = await inStore(ports, input.store, async (store) => inForceOn(await readInForce(store, input.asOf), input.on));
  makeFolder(input.out);
  for (const { rule_id, text } of rules) writeFileSync(join(input.out, `${rule_id}.yaml`), text);
  return rules.map(({ text: _, ...rule }) => rule);
};

export interface ImportLibraryInput extends Signed {
  /** The second person; without one `bootstrap` fills an empty store alone. */
  readonly second: SignIn | undefined;
  readonly bootstrap: boolean;
  /** Folder of rule files; default the rules of the program. */
  readonly rules: string | undefined;
  readonly days: DeclaredDays;
  readonly knowledge: string | undefined;
}

function libraryFiles(folder: string): { readonly path: string; readonly text: string }[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return names.sort().map((name) => ({ path: basename(name), text: readFileSync(join(folder, name), 'utf8') }));
}

/** Publishes a library as the first publication of a store. */
export const importRuleLibrary: UseCase<ImportLibraryInput, Awaited<ReturnType<typeof importLibrary>>, WorkbenchPorts> =
  (ports) => async (input) => {
    const { second, bootstrap, days, knowledge } = input;
    if ((second === undefined) !== bootstrap) throw workbenchProblems.refused('second-person-missing', {});
    const files = libraryFiles(input.rules ?? join(ports.folders.library, 'rules'));
    return signedIn(ports, input, async (store, author) => {
      const approver = second === undefined ? undefined : await signIn(store, second.login, second.password);
      return importLibrary(store, author, approver, files, days, tablesOf(knowledge));
    });
  };

/** Proposes that a rule does not concern somebody for some days. */
export const proposeRuleExemption: UseCase<Signed & { readonly wanted: NewExemption }, ExemptionRow, WorkbenchPorts> = (ports) => (input) =>
  signedIn(ports, input, (store, person) => proposeExemption(store, person, input.wanted));

/** A second person approves an exemption. */
export const approveRuleExemption: UseCase<Signed & { readonly id: string }, ExemptionRow, WorkbenchPorts> = (ports) => (input) =>
  signedIn(ports, input, (store, person) => approveExemption(store, person, input.id));

export const ruleExemptions: UseCase<InStore, readonly ExemptionRow[], WorkbenchPorts> = (ports) => (input) =>
  inStore(ports, input.store, listExemptions);
