import { type Kysely, sql } from 'kysely';
import { digestOf } from './key.ts';
import type { StoreModule } from './module.ts';
import type { JournalTables } from './modules/journal.ts';

/** What the database says about itself: each object of the store's tables by its name, as a digest of its definition. */
export type Catalogue = Readonly<Record<string, string>>;

/** Names of all tables of the modules. */
export const tableNames = (modules: readonly StoreModule[]): readonly string[] => modules.flatMap(({ tables }) => Object.keys(tables));

/**
 * Reads the structure of the tables: columns, constraints, triggers with the text of their functions and whether they are
 * on, rules and row policies. Names of numbered system triggers are left out, so that a restored backup reads the same.
 */
export async function readCatalogue(database: Kysely<JournalTables>, modules: readonly StoreModule[]): Promise<Catalogue> {
  const names = sql.join(tableNames(modules).map((name) => sql.lit(name)));
  const { rows } = await sql<{ object: string; state: string }>`
    WITH own AS (SELECT c.oid, c.relname, c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity
      FROM pg_class c WHERE c.oid IN (SELECT to_regclass(name) FROM unnest(ARRAY[${names}]) AS name))
    SELECT 'table ' || relname AS object, concat_ws('|', relkind, relpersistence, relrowsecurity, relforcerowsecurity) AS state FROM own
    UNION ALL SELECT 'column ' || relname || '.' || attname,
      concat_ws('|', format_type(atttypid, atttypmod), attnotnull, attgenerated, pg_get_expr(d.adbin, d.adrelid))
      FROM own JOIN pg_attribute a ON a.attrelid = own.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    UNION ALL SELECT 'constraint ' || conname || ' of ' || relname,
      concat_ws('|', contype, convalidated, condeferrable, regexp_replace(pg_get_constraintdef(k.oid), '"?[a-z0-9_]+"?\\.', '', 'g'))
      FROM own JOIN pg_constraint k ON k.conrelid = own.oid AND contype <> 'n'
    UNION ALL SELECT 'trigger ' || tgname || ' of ' || relname,
      concat_ws('|', tgtype, tgenabled, tgattr, tgqual IS NULL, l.lanname, p.proname, p.prosrc)
      FROM own JOIN pg_trigger t ON t.tgrelid = own.oid AND NOT t.tgisinternal JOIN pg_proc p ON p.oid = t.tgfoid
      JOIN pg_language l ON l.oid = p.prolang
    UNION ALL SELECT 'check of ' || conname || ' on ' || relname || ' ' || t.tgtype, concat_ws('|', tgenabled, p.proname)
      FROM own JOIN pg_trigger t ON t.tgrelid = own.oid AND t.tgisinternal JOIN pg_proc p ON p.oid = t.tgfoid
      LEFT JOIN pg_constraint k ON k.oid = t.tgconstraint
    UNION ALL SELECT 'rule ' || rulename || ' of ' || relname, concat_ws('|', ev_type, ev_enabled, is_instead)
      FROM own JOIN pg_rewrite r ON r.ev_class = own.oid
    UNION ALL SELECT 'policy ' || polname || ' of ' || relname, concat_ws('|', polcmd, polpermissive, pg_get_expr(polqual, polrelid))
      FROM own JOIN pg_policy p ON p.polrelid = own.oid`.execute(database);
  return Object.fromEntries(
    rows.map(({ object, state }) => [object, digestOf(state).slice(0, 16)] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
