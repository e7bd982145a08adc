import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  approveExemption,
  decide,
  draft,
  findVersion,
  importLibrary,
  inForceOn,
  listExemptions,
  listPublications,
  listReviews,
  listVersions,
  proposeExemption,
  publicationName,
  publish,
  readInForce,
  retire,
  type SubjectKind,
  subjectKinds,
  submit,
} from '@hengjian/operations';
import { readRulebook } from '@hengjian/rulebook';
import type { DayRange } from '@hengjian/rulespec';
import { formatDay, libraryFolder, RefusedInput } from '@hengjian/standard';
import { type Command, Option } from 'commander';
import { define, parseDayOption } from '../command.ts';
import { inStore, type SignedOptions, type StoreOptions, signedIn, signInAs, withSignIn, withStore } from '../operations.ts';

/** Splits `ID@V`. */
export function parseVersion(text: string): { readonly rule: string; readonly version: number } {
  const match = /^([^@]+)@(\d{1,9})$/.exec(text);
  if (match !== null) return { rule: match[1] as string, version: Number(match[2]) };
  throw new RefusedInput({ code: 'rule-version-name', message: `${text} names no version of a rule`, remedy: 'write ID@VERSION, for example N07@2' });
}

/** Splits `ID` or `ID@V`. */
export function parseName(text: string): { readonly rule: string; readonly version?: number } {
  return text.includes('@') ? parseVersion(text) : { rule: text };
}

/** Knowledge tables by which rules are checked. */
export function tablesOf(knowledge: string | undefined): ReturnType<typeof readRulebook>['tables'] {
  return readRulebook({ ids: [], ...(knowledge === undefined ? {} : { knowledge }) }).tables;
}

const daysText = ({ from, to }: DayRange): string => `${formatDay(from)} – ${to === undefined ? '' : formatDay(to)}`;

interface KnowledgeOptions extends SignedOptions {
  readonly knowledge?: string;
}

interface WhyOptions extends SignedOptions {
  readonly why: string;
}

interface DaysOptions extends KnowledgeOptions {
  readonly from: string;
  readonly to?: string;
  readonly area?: string;
  readonly reason?: string;
}

function declaredDays(options: DaysOptions): { readonly from: number; readonly to?: number; readonly area?: string; readonly reason?: string } {
  const to = parseDayOption('--to', options.to);
  return {
    from: parseDayOption('--from', options.from) as number,
    ...(to === undefined ? {} : { to }),
    ...(options.area === undefined ? {} : { area: options.area }),
    ...(options.reason === undefined ? {} : { reason: options.reason }),
  };
}

function draftCommand(program: Command): void {
  const command = withSignIn(program.command('draft').description('keeps a rule file as the next version of its rule')).argument('<file>', 'rule file');
  define<SignedOptions>(command, 'hengjian rules draft N07.yaml --data operations --as author', async ({ output }, options, [file]) => {
    const text = readFileSync(file as string, 'utf8');
    const { text: _, ...kept } = await signedIn(options, (store, person) => draft(store, person, text, file as string));
    output.line(`${kept.rule_id}@${kept.version} drafted (${kept.hash.slice(0, 12)}); next: hengjian rules submit ${kept.rule_id}`);
    output.result(kept);
    return 0;
  });
}

function submitCommand(program: Command): void {
  const command = withSignIn(program.command('submit').description('checks a draft and its cases; a draft with a problem stays a draft'))
    .argument('<rule>', 'rule id, or ID@VERSION')
    .option('--knowledge <folder>', 'knowledge tables (default: the library)');
  define<KnowledgeOptions>(command, 'hengjian rules submit N07 --data operations --as author', async ({ output }, options, [name]) => {
    const { rule, version } = parseName(name as string);
    const { text: _, ...kept } = await signedIn(options, (store, person) => submit(store, person, rule, version, tablesOf(options.knowledge)));
    output.line(`${kept.rule_id}@${kept.version} checked; next: hengjian rules backtest ${kept.rule_id} --lake LAKE`);
    output.result(kept);
    return 0;
  });
}

function decideCommand(program: Command, which: 'approve' | 'reject'): void {
  const does = which === 'approve' ? 'approves a back-tested version' : 'rejects a version';
  const command = withSignIn(program.command(which).description(`a second person ${does}`))
    .argument('<version>', 'ID@VERSION')
    .requiredOption('--why <text>', 'why, for the record');
  define<WhyOptions>(command, `hengjian rules ${which} N07@2 --why 已核对目录 --data operations --as approver`, async ({ output }, options, [name]) => {
    const { rule, version } = parseVersion(name as string);
    const { text: _, ...kept } = await signedIn(options, (store, person) => decide(store, person, which, rule, version, options.why));
    output.line(
      `${kept.rule_id}@${kept.version} ${kept.state}${which === 'approve' ? `; next: hengjian rules publish ${kept.rule_id}@${kept.version} --from DAY` : ''}`,
    );
    output.result(kept);
    return 0;
  });
}

const withDays = (command: Command): Command =>
  withSignIn(command)
    .requiredOption('--from <day>', 'first day of the acts, yyyy-MM-dd')
    .option('--area <code>', 'area it is published for (default: 000000)')
    .option('--reason <text>', 'why; needed for a day that has passed');

function publishCommand(program: Command): void {
  const command = withDays(program.command('publish').description('puts an approved version in force from a day on'))
    .argument('<version>', 'ID@VERSION')
    .option('--to <day>', 'last day; what was in force before holds again after it')
    .option('--knowledge <folder>', 'knowledge tables (default: the library)');
  define<DaysOptions>(command, 'hengjian rules publish N07@2 --from 2026-07-01 --data operations --as approver', async ({ output }, options, [name]) => {
    const { rule, version } = parseVersion(name as string);
    const declared = await signedIn(options, (store, person) => publish(store, person, rule, version, declaredDays(options), tablesOf(options.knowledge)));
    output.line(`${publicationName(declared.seq)}: ${name} is in force ${daysText(declared.days)} for ${declared.area}`);
    output.result(declared);
    return 0;
  });
}

function retireCommand(program: Command): void {
  const command = withDays(program.command('retire').description('takes a rule out of force from a day on')).argument('<rule>', 'rule id');
  define<DaysOptions>(command, 'hengjian rules retire N07 --from 2027-01-01 --data operations --as approver', async ({ output }, options, [rule]) => {
    const declared = await signedIn(options, (store, person) => retire(store, person, rule as string, declaredDays(options)));
    output.line(`${publicationName(declared.seq)}: ${rule} is retired from ${formatDay(declared.days.from)}`);
    output.result(declared);
    return 0;
  });
}

function historyCommand(program: Command): void {
  const command = withStore(program.command('history').description('shows every version of a rule, its reviews and its publications')).argument(
    '<rule>',
    'rule id',
  );
  define<StoreOptions>(command, 'hengjian rules history N07 --data operations', async ({ output }, options, [rule]) => {
    const found = await inStore(options, async (store) => {
      await findVersion(store, rule as string);
      const [versions, reviews, publications] = [
        await listVersions(store, rule),
        await listReviews(store, rule as string),
        await listPublications(store, rule),
      ];
      const in_force = (await readInForce(store)).versions.filter(({ rule_id }) => rule_id === rule).map(({ version, days }) => ({ version, days }));
      return { versions, reviews, publications, in_force };
    });
    for (const { version, state, author, created_at, hash } of found.versions) {
      output.line(`${rule}@${version} ${state}, drafted by ${author} ${created_at} (${hash.slice(0, 12)})`);
      for (const review of found.reviews.filter((one) => one.version === version)) {
        output.line(
          `  ${review.kind} by ${review.by_login} ${review.at}${review.why === null ? '' : `: ${review.why}`}${review.summary === null ? '' : ` ${review.summary}`}`,
        );
      }
      for (const { days } of found.in_force.filter((one) => one.version === version)) for (const range of days) output.line(`  in force ${daysText(range)}`);
    }
    for (const { seq, version, area, days, published_by, published_at, reason } of found.publications) {
      const what = version === null ? 'retired' : `version ${version}`;
      output.line(`${publicationName(seq)} ${what} ${daysText(days)} for ${area}, by ${published_by} ${published_at}${reason === null ? '' : `: ${reason}`}`);
    }
    output.result(found);
    return 0;
  });
}

interface ExportOptions extends StoreOptions {
  readonly on: string;
  readonly out: string;
  readonly asOf?: string;
}

function exportCommand(program: Command): void {
  const command = withStore(program.command('export').description('writes the rules in force on a day as plain files'))
    .requiredOption('--on <day>', 'day of the acts, yyyy-MM-dd')
    .requiredOption('--out <folder>', 'folder, empty or new')
    .option('--as-of <day>', 'as the store knew it on that day (default: now)');
  define<ExportOptions>(command, 'hengjian rules export --on 2026-07-01 --out rulebook --data operations', async ({ output }, options) => {
    const on = parseDayOption('--on', options.on) as number;
    const asOf = parseDayOption('--as-of', options.asOf);
    if (existsSync(options.out) && readdirSync(options.out).length > 0) {
      throw new RefusedInput({ code: 'folder-not-empty', message: 'the folder is not empty', remedy: 'name a new folder', place: { file: options.out } });
    }
    const rules = await inStore(options, async (store) => inForceOn(await readInForce(store, asOf), on));
    mkdirSync(options.out, { recursive: true });
    for (const { rule_id, text } of rules) writeFileSync(join(options.out, `${rule_id}.yaml`), text);
    output.line(`${rules.length} rules in force on ${options.on} in ${options.out}`);
    output.result(rules.map(({ text: _, ...rule }) => rule));
    return 0;
  });
}

interface ImportOptions extends DaysOptions {
  readonly second?: string;
  readonly bootstrap?: boolean;
  readonly rules?: string;
}

function libraryFiles(folder: string): { readonly path: string; readonly text: string }[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return names.sort().map((name) => ({ path: basename(name), text: readFileSync(join(folder, name), 'utf8') }));
}

function importCommand(program: Command): void {
  const command = withDays(program.command('import-library').description('publishes the shipped library as the first publication of a store'))
    .option('--rules <folder>', 'another folder of rule files')
    .option('--knowledge <folder>', 'knowledge tables (default: the library)')
    .option('--second <login>', 'the second person, an approver; password in HENGJIAN_SECOND_PASSWORD')
    .option('--bootstrap', 'without a second person; the journal says so');
  define<ImportOptions>(
    command,
    'hengjian rules import-library --from 2026-01-01 --data operations --as author --second approver',
    async ({ output }, options) => {
      if ((options.second === undefined) !== (options.bootstrap === true)) {
        throw new RefusedInput({
          code: 'rule-two-people',
          message: 'publishing takes two people',
          remedy: 'name the second one with --second, or say --bootstrap to fill an empty store alone',
        });
      }
      const files = libraryFiles(options.rules ?? join(libraryFolder, 'rules'));
      const done = await signedIn(options, async (store, author) => {
        const approver = options.second === undefined ? undefined : await signInAs(store, options.second, 'HENGJIAN_SECOND_PASSWORD');
        return importLibrary(store, author, approver, files, declaredDays(options), tablesOf(options.knowledge));
      });
      output.line(`${done.rules} rules published from ${options.from}${done.bootstrap ? ', by one person (bootstrap, in the journal)' : ''}`);
      output.result(done);
      return 0;
    },
  );
}

interface ExemptOptions extends SignedOptions {
  readonly kind: SubjectKind;
  readonly code: string;
  readonly from: string;
  readonly to?: string;
  readonly reason: string;
}

function exemptCommand(program: Command): void {
  const command = withSignIn(program.command('exempt').description('proposes that a rule does not concern somebody for some days'))
    .argument('<rule>', 'rule id')
    .addOption(new Option('--kind <kind>', 'who').choices(subjectKinds).default('institution'))
    .requiredOption('--code <code>', 'fixmedins_code, department code or practitioner code')
    .requiredOption('--from <day>', 'first day of the acts')
    .option('--to <day>', 'last day')
    .requiredOption('--reason <text>', 'why');
  const example = 'hengjian rules exempt N07 --code H41050000001 --from 2026-01-01 --to 2026-06-30 --reason 试点 --data operations --as author';
  define<ExemptOptions>(command, example, async ({ output }, options, [rule]) => {
    const to = parseDayOption('--to', options.to);
    const from = parseDayOption('--from', options.from) as number;
    const { kind, code, reason } = options;
    const found = await signedIn(options, (store, person) =>
      proposeExemption(store, person, { rule: rule as string, kind, code, from, ...(to === undefined ? {} : { to }), reason }),
    );
    output.line(`${found.id} proposed; it applies once a second person says: hengjian rules approve-exemption ${found.id}`);
    output.result(found);
    return 0;
  });
}

function approveExemptionCommand(program: Command): void {
  const command = withSignIn(program.command('approve-exemption').description('a second person approves an exemption')).argument('<id>', 'for example E000001');
  define<SignedOptions>(command, 'hengjian rules approve-exemption E000001 --data operations --as approver', async ({ output }, options, [id]) => {
    const found = await signedIn(options, (store, person) => approveExemption(store, person, id as string));
    output.line(`${found.id} approved`);
    output.result(found);
    return 0;
  });
}

function exemptionsCommand(program: Command): void {
  const command = withStore(program.command('exemptions').description('lists the exemptions'));
  define<StoreOptions>(command, 'hengjian rules exemptions --data operations', async ({ output }, options) => {
    const found = await inStore(options, (store) => listExemptions(store));
    for (const one of found) {
      const approved = one.approved_by === null ? 'not approved yet' : `approved by ${one.approved_by} ${one.approved_at}`;
      output.line(`${one.id} ${one.rule_id} ${one.kind} ${one.code} ${daysText(one)}: ${one.reason} (${one.proposed_by}; ${approved})`);
    }
    output.line(`${found.length} exemptions`);
    output.result(found);
    return 0;
  });
}

/** The commands of the life cycle of rules. */
export function addVersionCommands(rules: Command): void {
  draftCommand(rules);
  submitCommand(rules);
  decideCommand(rules, 'approve');
  decideCommand(rules, 'reject');
  for (const add of [publishCommand, retireCommand, historyCommand, exportCommand, importCommand, exemptCommand, approveExemptionCommand, exemptionsCommand])
    add(rules);
}
