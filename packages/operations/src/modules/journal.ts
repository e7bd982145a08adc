import { defineModule } from '../module.ts';

/** One entry of the journal. `hash` is keyed and covers all other columns, so that entries form a chain. */
export interface JournalEntry {
  readonly seq: number;
  /** Local civil time, yyyy-MM-dd HH:mm:ss. */
  readonly at: string;
  /** Login of who did it; empty when nobody was signed in. */
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  /** What was done, as JSON. */
  readonly details: string;
  /** Rows that the act made or changed, as JSON (`WrittenRow`). */
  readonly rows: string;
  readonly previous_hash: string;
  readonly hash: string;
}

/** How far the journal goes, kept apart from it and keyed, so that an emptied or shortened journal is noticed. */
export interface AnchorRow {
  readonly id: number;
  readonly entries: number;
  readonly head: string;
  /** Fingerprint of the key of the journal. */
  readonly key_print: string;
  readonly seal: string;
}

export interface AppliedMigration {
  readonly module: string;
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
  /** `running` while a data migration has rows left. */
  readonly state: string;
  readonly applied_at: string;
}

export interface JournalTables {
  readonly journal: JournalEntry;
  readonly journal_anchor: AnchorRow;
  readonly schema_migrations: AppliedMigration;
}

/** The journal itself. Its tables prove themselves by their hashes; the rows of all other modules are proven by it. */
export const journalModule = defineModule<JournalTables>({
  id: 'journal',
  migrations: [
    {
      number: 1,
      kind: 'schema',
      name: 'journal, its anchor, migrations',
      statements: [
        `CREATE TABLE schema_migrations (module text NOT NULL, number integer NOT NULL, name text NOT NULL, checksum text NOT NULL,
           state text NOT NULL, applied_at text NOT NULL, PRIMARY KEY (module, number))`,
        `CREATE TABLE journal (seq integer PRIMARY KEY, at text NOT NULL, actor text NOT NULL, action text NOT NULL, subject text NOT NULL,
           details text NOT NULL, rows text NOT NULL, previous_hash text NOT NULL, hash text NOT NULL UNIQUE)`,
        `CREATE TABLE journal_anchor (id integer PRIMARY KEY CHECK (id = 1), entries integer NOT NULL, head text NOT NULL,
           key_print text NOT NULL, seal text NOT NULL)`,
        `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$`,
        'CREATE TRIGGER journal_kept BEFORE UPDATE OR DELETE ON journal FOR EACH ROW EXECUTE FUNCTION refuse_change()',
        'CREATE TRIGGER journal_not_emptied BEFORE TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()',
        'CREATE TRIGGER anchor_kept BEFORE DELETE ON journal_anchor FOR EACH ROW EXECUTE FUNCTION refuse_change()',
        'CREATE TRIGGER anchor_not_emptied BEFORE TRUNCATE ON journal_anchor FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()',
        'CREATE TRIGGER migrations_kept BEFORE DELETE ON schema_migrations FOR EACH ROW EXECUTE FUNCTION refuse_change()',
        `CREATE TRIGGER migrations_not_emptied BEFORE TRUNCATE ON schema_migrations FOR EACH STATEMENT
           EXECUTE FUNCTION refuse_change()`,
      ],
    },
  ],
  tables: {
    journal: {
      key: ['seq'],
      columns: {
        seq: 'shown',
        at: 'shown',
        actor: 'shown',
        action: 'shown',
        subject: 'shown',
        details: 'shown',
        rows: 'shown',
        previous_hash: 'shown',
        hash: 'shown',
      },
    },
    journal_anchor: { key: ['id'], columns: { id: 'shown', entries: 'shown', head: 'shown', key_print: 'shown', seal: 'shown' } },
    schema_migrations: {
      key: ['module', 'number'],
      columns: { module: 'shown', number: 'shown', name: 'shown', checksum: 'shown', state: 'shown', applied_at: 'shown' },
    },
  },
});
