import { RefusedInput } from '@hengjian/standard';
import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly statements: readonly string[];
}

/** Every migration, in order. A released one is never changed; what follows gets the next number. */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    name: 'people, rule versions and their life cycle, journal',
    statements: [
      'CREATE TABLE settings (name text PRIMARY KEY, value text NOT NULL)',
      `CREATE TABLE people (login text PRIMARY KEY, display_name text NOT NULL, roles text NOT NULL, password_hash text NOT NULL,
         password_salt text NOT NULL, disabled boolean NOT NULL, created_at text NOT NULL)`,
      `CREATE TABLE rule_versions (rule_id text NOT NULL, version integer NOT NULL CHECK (version > 0), text text NOT NULL, hash text NOT NULL,
         author text NOT NULL REFERENCES people (login), state text NOT NULL, created_at text NOT NULL, PRIMARY KEY (rule_id, version))`,
      `CREATE TABLE reviews (seq serial PRIMARY KEY, rule_id text NOT NULL, version integer NOT NULL, kind text NOT NULL,
         by_login text NOT NULL REFERENCES people (login), at text NOT NULL, why text, summary text, summary_hash text,
         FOREIGN KEY (rule_id, version) REFERENCES rule_versions (rule_id, version))`,
      `CREATE TABLE publications (seq integer PRIMARY KEY, rule_id text NOT NULL, version integer, area text NOT NULL, from_day text NOT NULL,
         to_day text CHECK (to_day >= from_day), published_by text NOT NULL REFERENCES people (login), published_at text NOT NULL, reason text,
         FOREIGN KEY (rule_id, version) REFERENCES rule_versions (rule_id, version))`,
      `CREATE TABLE exemptions (seq integer PRIMARY KEY, rule_id text NOT NULL, subject_kind text NOT NULL, subject_code text NOT NULL,
         from_day text NOT NULL, to_day text CHECK (to_day >= from_day), reason text NOT NULL, proposed_by text NOT NULL REFERENCES people (login),
         proposed_at text NOT NULL, approved_by text REFERENCES people (login), approved_at text, CHECK (approved_by <> proposed_by))`,
      'CREATE TABLE knowledge_layers (name text NOT NULL, hash text NOT NULL, state text NOT NULL, created_at text NOT NULL, PRIMARY KEY (name, hash))',
      `CREATE TABLE journal (seq integer PRIMARY KEY, at text NOT NULL, actor text NOT NULL, action text NOT NULL, subject text NOT NULL,
         details text NOT NULL, previous_hash text NOT NULL, hash text NOT NULL UNIQUE)`,
      `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$`,
      `CREATE FUNCTION keep_rule_text() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF TG_OP = 'DELETE' OR (NEW.rule_id, NEW.version, NEW.text, NEW.hash, NEW.author, NEW.created_at)
           IS DISTINCT FROM (OLD.rule_id, OLD.version, OLD.text, OLD.hash, OLD.author, OLD.created_at) THEN
           RAISE EXCEPTION 'a version of a rule is never changed'; END IF;
         RETURN NEW; END $$`,
      'CREATE TRIGGER journal_kept BEFORE UPDATE OR DELETE ON journal FOR EACH ROW EXECUTE FUNCTION refuse_change()',
      'CREATE TRIGGER publications_kept BEFORE UPDATE OR DELETE ON publications FOR EACH ROW EXECUTE FUNCTION refuse_change()',
      'CREATE TRIGGER reviews_kept BEFORE UPDATE OR DELETE ON reviews FOR EACH ROW EXECUTE FUNCTION refuse_change()',
      'CREATE TRIGGER rule_text_kept BEFORE UPDATE OR DELETE ON rule_versions FOR EACH ROW EXECUTE FUNCTION keep_rule_text()',
    ],
  },
];

const newest = migrations.at(-1)?.version ?? 0;

/** Version of the schema of a store; 0 when it is empty. */
export async function schemaVersion(database: Kysely<Schema>): Promise<number> {
  const found = await sql<{ present: string | null }>`SELECT to_regclass('schema_migrations')::text AS present`.execute(database);
  if (found.rows[0]?.present === null || found.rows[0] === undefined) return 0;
  const rows = await database.selectFrom('schema_migrations').select('version').execute();
  return Math.max(0, ...rows.map(({ version }) => version));
}

/** Refuses a store that a newer program has changed. */
export function refuseNewer(version: number): void {
  if (version <= newest) return;
  throw new RefusedInput({
    code: 'operations-newer',
    message: `the operations store has schema ${version}, this program knows ${newest}`,
    remedy: 'use the newer program; a newer store is never opened by an older one',
  });
}

/** Brings a store to the newest schema in one transaction. Throws RefusedInput when it is newer than the program. */
export async function migrate(database: Kysely<Schema>, now: string): Promise<number> {
  return database.transaction().execute(async (transaction) => {
    await sql`SELECT pg_advisory_xact_lock(${sql.lit(storeLock)})`.execute(transaction);
    const present = await schemaVersion(transaction);
    refuseNewer(present);
    if (present === 0)
      await sql`CREATE TABLE schema_migrations (version integer PRIMARY KEY, name text NOT NULL, applied_at text NOT NULL)`.execute(transaction);
    for (const migration of migrations.filter(({ version }) => version > present)) {
      for (const statement of migration.statements) await sql.raw(statement).execute(transaction);
      await transaction.insertInto('schema_migrations').values({ version: migration.version, name: migration.name, applied_at: now }).execute();
    }
    return newest;
  });
}

/** Key of the lock that lets one change of the store happen at a time. */
export const storeLock = 4_870_113;
