import { initialise, readStatus, type StoreStatus, showJournal } from '@hengjian/operations';
import type { Command } from 'commander';
import { define } from '../command.ts';
import { exitCodes, type Output } from '../io.ts';
import { inStore, type SignedOptions, type StoreOptions, signedIn, storeLocation, surroundings, withSignIn, withStore } from '../operations.ts';

function printStatus(output: Output, status: StoreStatus): void {
  output.line(`${status.kind} ${status.server} at ${status.place}, area ${status.area}, schema ${status.schema}`);
  output.line(`  ${status.crash_text}`);
  output.line(
    `  ${status.people} people, ${status.rule_versions} versions of rules, ${status.publications} publications, ${status.exemptions} exemptions, ${status.journal.entries} journal entries`,
  );
  const { broken_at } = status.journal;
  output.line(broken_at === null ? `  the journal is whole (${status.journal.last_hash.slice(0, 12)})` : `  the journal is BROKEN at entry ${broken_at}`);
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

export function operationsCommand(program: Command): void {
  const operations = program.command('operations').description('the operations store: people, publications, exemptions, journal');
  for (const add of [init, status, journal]) add(operations);
}
