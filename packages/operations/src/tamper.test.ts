import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDay, RefusedInput } from '@hengjian/standard';
import { type Kysely, sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { disablePerson, signIn } from './accounts.ts';
import { engines, type Place } from './engines.ts';
import { approvedExemptions, approveExemption, proposeExemption } from './exemptions.ts';
import { password, ruleText, staff, type TestSurroundings, tables, testSurroundings } from './fixture.ts';
import { entryHash, readJournal } from './journal.ts';
import type { JournalTables } from './modules/journal.ts';
import { publish, readInForce } from './publishing.ts';
import { groundOf, initialise, openStore, type Store, signHead, verifyStore } from './store.ts';
import { verifyTables } from './verify.ts';
import { decide, draft, recordBacktest, submit } from './versions.ts';

const day = (text: string): number => parseDay(text) as number;

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (error instanceof RefusedInput) return error.problems[0]?.code ?? '';
    throw error;
  }
}

class Undone extends Error {}

/** A store with rows in every table: people, versions, reviews, publications, exemptions. */
async function busy(store: Store): Promise<void> {
  const { security, author, approver, second } = await staff(store);
  for (const [rule, from] of [['T01', '2025-07-01'] as const, ['T02', '2025-08-01'] as const]) {
    const { hash } = await draft(store, author, ruleText(rule, 1), 'rule.yaml');
    await submit(store, author, rule, 1, tables);
    await recordBacktest(store, author, rule, 1, hash, { added: 1 });
    await decide(store, approver, 'approve', rule, 1, '已核对');
    await publish(store, approver, rule, 1, { from: day(from), to: day('2025-12-31') }, tables);
  }
  const wanted = {
    rule: 'T01',
    kind: 'institution',
    code: 'H41050000001',
    from: day('2025-01-01'),
    to: day('2025-12-31'),
    reason: '试点',
  } as const;
  const { id } = await proposeExemption(store, author, wanted);
  await approveExemption(store, approver, id);
  await proposeExemption(store, second, wanted);
  await disablePerson(store, security, 'second');
}

for (const [engine, make] of engines) {
  describe(`a store in ${engine} that somebody with SQL access tampers with`, () => {
    let place: Place;
    let around: TestSurroundings;
    let store: Store;

    beforeAll(async () => {
      place = await make();
      around = testSurroundings('2025-01-02', place.keyFile);
      store = await initialise(place.location, around, '410500');
      await busy(store);
    }, 240_000);
    afterAll(async () => {
      await store.close();
      await place.remove();
    });

    /** Codes of what a check finds after some statements, which are undone again. Triggers are off, as a superuser may have them. */
    async function found(
      statements: readonly string[] | ((database: Transaction<JournalTables>) => Promise<void>),
      off = true,
    ): Promise<readonly string[]> {
      const { database, key } = groundOf(store);
      let codes: readonly string[] = [];
      const work = database.transaction().execute(async (transaction) => {
        if (off) await sql`SET LOCAL session_replication_role = replica`.execute(transaction);
        if (typeof statements === 'function') await statements(transaction);
        else for (const statement of statements) await sql.raw(statement).execute(transaction);
        codes = (await verifyTables(transaction, key, store.modules)).faults.map(({ code }) => code);
        throw new Undone();
      });
      await work.catch((error: unknown) => {
        if (!(error instanceof Undone)) throw error;
      });
      return codes;
    }

    const columnsOf = async (database: Kysely<JournalTables>, table: string): Promise<readonly { name: string; type: string }[]> =>
      (
        await sql<{ name: string; type: string }>`SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
          WHERE attrelid = to_regclass(${table}) AND attnum > 0 AND NOT attisdropped`.execute(database)
      ).rows;

    const other = (name: string, type: string): string => {
      if (name.endsWith('_day')) return name === 'from_day' ? `'1999-01-01'` : `'2099-01-01'`;
      if (type === 'integer') return `coalesce(${name}, 0) + 1000`;
      return type === 'boolean' ? `NOT ${name}` : `coalesce(${name}, '') || 'x'`;
    };

    it('is whole as the program left it, and refuses to be emptied', async () => {
      const check = await verifyStore(store);
      expect(check.faults).toEqual([]);
      expect(check.rows).toBeGreaterThan(15);
      const { database } = groundOf(store);
      for (const table of store.modules.flatMap((module) => Object.keys(module.tables))) {
        await expect(sql.raw(`TRUNCATE ${table} CASCADE`).execute(database), table).rejects.toThrow(/never changed/);
        await expect(sql.raw(`DELETE FROM ${table}`).execute(database), table).rejects.toThrow(/never changed/);
      }
      expect((await verifyStore(store)).faults).toEqual([]);
    });

    it('shows each changed field of each row of every table', async () => {
      const { database } = groundOf(store);
      let tried = 0;
      for (const table of store.modules.flatMap((module) => Object.keys(module.tables))) {
        for (const { name, type } of await columnsOf(database, table)) {
          const free =
            table === 'journal_anchor' && name === 'id' ? ['ALTER TABLE journal_anchor DROP CONSTRAINT journal_anchor_id_check'] : [];
          for (const which of ['min', 'max']) {
            const row = `ctid = (SELECT ${which}(ctid) FROM ${table})`;
            const codes = await found([...free, `UPDATE ${table} SET ${name} = ${other(name, type)} WHERE ${row}`]);
            expect(codes.length, `${table}.${name} ${which}`).toBeGreaterThan(0);
            tried += 1;
          }
        }
      }
      expect(tried).toBeGreaterThan(100);
    }, 300_000);

    it('shows rows and entries that were taken out, added, or emptied', async () => {
      for (const table of store.modules.flatMap((module) => Object.keys(module.tables))) {
        expect(await found([`DELETE FROM ${table} WHERE ctid = (SELECT min(ctid) FROM ${table})`]), table).not.toEqual([]);
        expect(await found([`DELETE FROM ${table} WHERE ctid = (SELECT max(ctid) FROM ${table})`]), table).not.toEqual([]);
        expect(await found([`DELETE FROM ${table}`]), table).not.toEqual([]);
        const triggers = ['journal', 'journal_anchor', 'schema_migrations', 'settings'].includes(table);
        if (triggers) expect(await found([`TRUNCATE ${table}`]), table).not.toEqual([]);
      }
      const backdated = `INSERT INTO publications
        SELECT seq + 10, rule_id, version, area, '2024-01-01', NULL, published_by, '2024-01-01 09:00:00', 'x'
        FROM publications WHERE seq = 1`;
      expect(await found([backdated], false)).toEqual(['row-not-in-journal']);
      expect(
        await found(["UPDATE exemptions SET approved_by = 'approver', approved_at = '2024-01-01 09:00:00' WHERE seq = 2"], false),
      ).toEqual(['row-not-in-journal', 'row-not-in-journal']);
      const shorter = 'DELETE FROM journal WHERE seq > 5';
      expect(await found([shorter])).toContain('journal-not-whole');
      expect(await found([shorter, 'UPDATE journal_anchor SET entries = 5, head = (SELECT hash FROM journal WHERE seq = 5)'])).toContain(
        'journal-not-whole',
      );
      expect(await found(['DELETE FROM journal', `UPDATE journal_anchor SET entries = 0, head = repeat('0', 64)`])).toContain(
        'journal-not-whole',
      );
    }, 180_000);

    it('shows an entry made or mended without the key', async () => {
      const forged = { print: 'x', seal: () => 'f'.repeat(64), signingKey: groundOf(store).key.signingKey };
      const entries = await readJournal(groundOf(store).database);
      const last = entries.at(-1);
      if (last === undefined) throw new Error('the journal is empty');
      const entry = { ...last, seq: last.seq + 1, actor: 'approver', action: 'rule-publish', previous_hash: last.hash };
      const added = async (database: Transaction<JournalTables>): Promise<void> => {
        await database
          .insertInto('journal')
          .values({ ...entry, hash: entryHash(forged, entry) })
          .execute();
        await sql`UPDATE journal_anchor SET entries = entries + 1, head = ${'f'.repeat(64)}`.execute(database);
      };
      expect(await found(added)).toContain('journal-not-whole');
      expect(await found(['UPDATE journal SET seq = seq + 1000', 'UPDATE journal SET seq = seq - 999'])).toContain('journal-not-whole');
      const swapped = [
        'CREATE TEMP TABLE two AS SELECT * FROM journal WHERE seq IN (4, 5)',
        'DELETE FROM journal WHERE seq IN (4, 5)',
        'INSERT INTO journal SELECT 9 - seq, at, actor, action, subject, details, rows, previous_hash, hash FROM two',
      ];
      expect(await found(swapped)).toContain('journal-not-whole');
    });

    it('shows triggers, functions and tables that were dropped, switched off or changed', async () => {
      const attacks: readonly string[] = [
        'DROP TRIGGER journal_kept ON journal',
        'DROP TRIGGER journal_not_emptied ON journal',
        'ALTER TABLE publications DISABLE TRIGGER ALL',
        'ALTER TABLE publications ENABLE REPLICA TRIGGER publications_kept',
        'CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
        `CREATE OR REPLACE FUNCTION keep_rule_text() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`,
        'DROP FUNCTION refuse_change() CASCADE',
        'CREATE RULE quiet AS ON INSERT TO reviews DO INSTEAD NOTHING',
        'ALTER TABLE exemptions DROP CONSTRAINT exemptions_check1',
        'ALTER TABLE people ALTER COLUMN roles DROP NOT NULL',
        "ALTER TABLE people ALTER COLUMN roles SET DEFAULT 'security_admin'",
        'ALTER TABLE rule_versions ENABLE ROW LEVEL SECURITY',
        'ALTER TABLE people ADD COLUMN note text',
        'ALTER TABLE reviews DROP COLUMN why',
        'DROP TABLE exemptions',
        'DROP TABLE journal',
        'DROP TABLE journal_anchor',
        'CREATE TRIGGER more BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION refuse_change()',
      ];
      for (const attack of attacks) expect(await found([attack], false), attack).toContain('catalogue-changed');
    });

    it('is not judged by, and takes no change', async () => {
      const { database } = groundOf(store);
      const tampered = async (attack: string, undo: string, work: () => Promise<void>): Promise<void> => {
        await sql.raw(attack).execute(database);
        await work();
        await sql.raw(undo).execute(database);
      };
      await tampered(
        "UPDATE rule_versions SET state = 'draft' WHERE rule_id = 'T01'",
        "UPDATE rule_versions SET state = 'published' WHERE rule_id = 'T01'",
        async () => {
          expect(await codeOf(readInForce(store))).toBe('row-not-in-journal');
          expect(await codeOf(approvedExemptions(store))).toBe('row-not-in-journal');
          expect(await codeOf(signHead(store, join(tmpdir(), 'never.json')))).toBe('row-not-in-journal');
        },
      );
      await tampered('UPDATE journal_anchor SET entries = entries - 1', 'UPDATE journal_anchor SET entries = entries + 1', async () => {
        expect(await codeOf(draft(store, await signIn(store, 'author', password), ruleText('T09', 1), 'rule.yaml'))).toBe(
          'journal-not-whole',
        );
      });
      expect((await verifyStore(store)).faults).toEqual([]);
    });

    it('keeps to heads that were signed outside, and to its key', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'hengjian-head-'));
      const head = join(folder, 'head.json');
      const signed = await signHead(store, head);
      expect(await codeOf(signHead(store, head))).toBe('file-exists');
      expect((await verifyStore(store, [head])).faults).toEqual([]);
      await draft(store, await signIn(store, 'author', password), ruleText('T03', 1), 'rule.yaml');
      expect((await verifyStore(store, [head])).faults).toEqual([]);
      for (const change of [
        { head: 'a'.repeat(64) },
        { entries: signed.entries - 1 },
        { at: '2025-01-01 09:00:00' },
        { area: '410100' },
        { public_key: 'AAAA' },
      ]) {
        const file = join(folder, 'changed.json');
        writeFileSync(file, JSON.stringify({ ...signed, ...change }));
        expect(
          (await verifyStore(store, [file])).faults.map(({ code }) => code),
          JSON.stringify(change),
        ).toEqual(['journal-not-whole']);
      }
      writeFileSync(join(folder, 'cut.json'), readFileSync(head, 'utf8').slice(0, 80));
      expect(await codeOf(verifyStore(store, [join(folder, 'cut.json')]))).toBe('file-damaged');

      const key = readFileSync(place.keyFile, 'utf8');
      const use = async (text: string, mode = 0o600): Promise<string> => {
        rmSync(place.keyFile);
        writeFileSync(place.keyFile, text, { mode });
        chmodSync(place.keyFile, mode);
        await store.close();
        const code = await codeOf(openStore(place.location, around).then((again) => again.close()));
        rmSync(place.keyFile);
        writeFileSync(place.keyFile, key, { mode: 0o600 });
        store = await openStore(place.location, around);
        return code;
      };
      expect(await use(Buffer.from(Array.from({ length: 32 }, (_, index) => 200 - index)).toString('hex'))).toBe('journal-key-wrong');
      expect(await use('0'.repeat(64))).toBe('journal-key-wrong');
      expect(await use('secret')).toBe('journal-key-wrong');
      expect(await use('')).toBe('journal-key-wrong');
      expect(await use(key, 0o644)).toBe('journal-key-open');
      rmSync(place.keyFile);
      await store.close();
      expect(await codeOf(openStore(place.location, around))).toBe('journal-key-missing');
      expect(await codeOf(initialise(place.location, around))).toBe('journal-key-missing');
      writeFileSync(place.keyFile, key, { mode: 0o600 });
      store = await openStore(place.location, around);

      // A whole store that was put back to an earlier state is found by the head alone.
      const elsewhere = await make();
      const fresh = await initialise(elsewhere.location, { ...around, keyFile: place.keyFile }, '410500');
      expect((await verifyStore(fresh, [head])).faults.map(({ code }) => code)).toEqual(['journal-not-whole']);
      await fresh.close();
      await elsewhere.remove();
      rmSync(folder, { recursive: true });
    }, 240_000);

    it('refuses a clock that goes back', async () => {
      const author = await signIn(store, 'author', password);
      around.travel('2025-03-01');
      await draft(store, author, ruleText('T04', 1), 'rule.yaml');
      around.travel('2025-02-28');
      expect(await codeOf(draft(store, author, ruleText('T05', 1), 'rule.yaml'))).toBe('clock-back');
      around.travel('2025-03-01');
      await draft(store, author, ruleText('T05', 1), 'rule.yaml');
      expect((await verifyStore(store)).faults).toEqual([]);
    });
  });
}
