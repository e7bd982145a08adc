import { initialise, readStatus, type StoreStatus, showJournal, signHead, verifyStore } from '@hengjian/operations';
import { describeProblem } from '@hengjian/standard';
import type { Command } from 'commander';
import { define } from '../command.ts';
import { exitCodes, type Output } from '../io.ts';
import { inStore, type SignedOptions, type StoreOptions, signedIn, storeLocation, surroundings, withSignIn, withStore } from '../operations.ts';

function printStatus(output: Output, status: StoreStatus): void {
  output.line(`${status.kind} ${status.server} at ${status.place}, area ${status.area}`);
  output.line(`  ${status.crash_text.en}`);
  output.line(
    `  ${status.people} people, ${status.rule_versions} versions of rules, ${status.publications} publications, ${status.exemptions} exemptions, ${status.journal.entries} journal entries`,
  );
  const { fault, last_hash } = status.journal;
  output.line(fault === null ? `  the journal is whole (${last_hash.slice(0, 12)})` : `  the journal is NOT WHOLE: ${fault.en}`);
}

interface InitOptions extends StoreOptions {
  readonly area?: string;
}

function init(program: Command): void {
  const command = withStore(program.command('init').description('makes an operations store, or brings an older one up to date')).option(
    '--area <code>',
    'area of the bureau, for example 410500; publications for other areas do not apply (default: 000000)',
  );
  define<InitOptions>(command, 'hengjian operations init --data operations --area 410500', async ({ output }, options) => {
    const store = await initialise(storeLocation(options), surroundings, options.area);
    try {
      const status = await readStatus(store);
      printStatus(output, status);
      if (status.people === 0) output.line('  next: hengjian people add LOGIN --role security_admin');
      output.result(status);
    } finally {
      await store.close();
    }
    return 0;
  });
}

function status(program: Command): void {
  const command = withStore(program.command('status').description('tells what the store holds and whether its journal is whole'));
  define<StoreOptions>(command, 'hengjian operations status --data operations', async ({ output }, options) => {
    const found = await inStore(options, readStatus);
    printStatus(output, found);
    output.result(found);
    return found.journal.broken_at === null ? exitCodes.done : exitCodes.refused;
  });
}

function journal(program: Command): void {
  const command = withSignIn(program.command('journal').description('shows who did what when, to the audit administrator'));
  define<SignedOptions>(command, 'hengjian operations journal --data operations --as auditor', async ({ output }, options) => {
    const entries = await signedIn(options, showJournal);
    for (const { seq, at, actor, action, subject, details } of entries)
      output.line(`${seq} ${at} ${actor === '' ? '-' : actor} ${action} ${subject} ${details}`);
    output.result(entries);
    return 0;
  });
}

interface VerifyOptions extends StoreOptions {
  readonly head?: readonly string[];
}

function verify(program: Command): void {
  const command = withStore(program.command('verify').description('compares every row with the journal, the journal with its key and signed heads')).option(
    '--head <files...>',
    'heads signed earlier; each must still be in the journal',
  );
  define<VerifyOptions>(command, 'hengjian operations verify --data operations --head 2026-06-30.json', async ({ output }, options) => {
    const found = await inStore(options, (store) => verifyStore(store, options.head));
    for (const fault of found.faults) output.line(describeProblem(fault));
    output.line(`${found.entries} journal entries, ${found.rows} rows, ${found.faults.length} faults (${found.head.slice(0, 12)})`);
    output.result(found);
    return found.faults.length === 0 ? exitCodes.done : exitCodes.refused;
  });
}

interface SignOptions extends StoreOptions {
  readonly out: string;
}

function sign(program: Command): void {
  const command = withStore(program.command('sign-head').description('signs how far the journal goes, to be kept outside the store')).requiredOption(
    '--out <file>',
    'new file; verify --head compares with it later',
  );
  define<SignOptions>(command, 'hengjian operations sign-head --out 2026-06-30.json --data operations', async ({ output }, options) => {
    const head = await inStore(options, (store) => signHead(store, options.out));
    output.line(`${head.entries} entries up to ${head.head.slice(0, 12)} signed in ${options.out}`);
    output.result(head);
    return exitCodes.done;
  });
}

export function operationsCommand(program: Command): void {
  const operations = program.command('operations').description('the operations store: people, publications, exemptions, journal');
  for (const add of [init, status, verify, sign, journal]) add(operations);
}
