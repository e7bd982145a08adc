import { words } from '@hengjian/standard';
import { signedIn } from './accounts.ts';
import type { Reading } from './change.ts';
import { defineModule, type Migration } from './module.ts';
import { demandRole, type Person } from './people.ts';
import type { Store } from './store.ts';

/** What a package with tables of its own looks like: one module, a reader, and two acts. Tests open a store with it. */
export interface SampleTables {
  readonly sample_letters: {
    readonly letter_no: string;
    readonly state: string;
    readonly written_by: string;
    readonly written_at: string;
    readonly telephone: string;
  };
}

export const firstMigration: Migration = {
  number: 1,
  kind: 'schema',
  name: 'letters',
  statements: [
    `CREATE TABLE sample_letters (letter_no text PRIMARY KEY, state text NOT NULL CHECK (state IN ('written', 'sent')),
       written_by text NOT NULL REFERENCES people (login), written_at text NOT NULL, telephone text NOT NULL)`,
    'CREATE TRIGGER sample_letters_kept BEFORE DELETE ON sample_letters FOR EACH ROW EXECUTE FUNCTION refuse_change()',
    'CREATE TRIGGER sample_letters_not_emptied BEFORE TRUNCATE ON sample_letters FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()',
  ],
};

/** The module with these migrations. */
export const sampleModule = (migrations: readonly Migration[] = [firstMigration]) =>
  defineModule<SampleTables>({
    id: 'sample',
    migrations,
    tables: {
      sample_letters: {
        key: ['letter_no'],
        columns: { letter_no: 'shown', state: 'shown', written_by: 'shown', written_at: 'shown', telephone: 'sealed' },
      },
    },
  });

const letters = sampleModule();

export const listLetters = (reading: Reading): Promise<readonly SampleTables['sample_letters'][]> =>
  reading.tables(letters).selectFrom('sample_letters').selectAll().orderBy('letter_no').execute();

export function writeLetter(store: Store, actor: Person, letter_no: string, telephone: string): Promise<void> {
  return store.change(async (change) => {
    demandRole(await signedIn(change, actor), 'rule_author', words('写信', 'write letters'));
    const row = { letter_no, state: 'written', written_by: actor.login, written_at: change.now, telephone };
    await change.insert(letters, 'sample_letters', row);
    await change.record({ actor: actor.login, action: 'letter-written', subject: letter_no, details: {} });
  });
}

export function sendLetter(store: Store, actor: Person, letter_no: string): Promise<void> {
  return store.change(async (change) => {
    await change.update(letters, 'sample_letters', { letter_no, state: 'written' }, { state: 'sent' });
    await change.record({ actor: actor.login, action: 'letter-sent', subject: letter_no, details: {} });
  });
}

/** An act that forgets the journal. */
export const sendSilently = (store: Store, letter_no: string): Promise<void> =>
  store.change((change) => change.update(letters, 'sample_letters', { letter_no }, { state: 'sent' }));
