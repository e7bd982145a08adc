import { RefusedInput } from '@hengjian/standard';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engines, type Place } from './engines.ts';
import { staff, type TestSurroundings, testSurroundings } from './fixture.ts';
import { readJournal } from './journal.ts';
import type { Migration } from './module.ts';
import { firstMigration, listLetters, sampleModule, sendLetter, sendSilently, writeLetter } from './sample-module.ts';
import { groundOf, initialise, openStore, verifyStore } from './store.ts';

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (error instanceof RefusedInput) return error.problems[0]?.code ?? '';
    throw error;
  }
}

const addColumn: Migration = {
  number: 2,
  kind: 'schema',
  name: 'when it was sent',
  statements: ['ALTER TABLE sample_letters ADD COLUMN sent_in text'],
};
const renumber: Migration = {
  number: 2,
  kind: 'data',
  name: 'letters by year',
  table: 'sample_letters',
  statement: `UPDATE sample_letters SET written_at = '2025 ' || written_at WHERE letter_no IN
    (SELECT letter_no FROM sample_letters WHERE written_at NOT LIKE '2025 %' ORDER BY letter_no LIMIT 2) RETURNING letter_no`,
};

for (const [engine, make] of engines) {
  describe(`a module of another package in ${engine}`, () => {
    let place: Place;
    let around: TestSurroundings;

    beforeEach(async () => {
      place = await make();
      around = testSurroundings('2025-01-02', place.keyFile);
    }, 180_000);
    afterEach(() => place.remove());

    it('brings a table, an act and a state, all proven by the journal', async () => {
      const store = await initialise(place.location, around, '410500', [sampleModule()]);
      const { author } = await staff(store);
      await writeLetter(store, author, 'L1', '13800000000');
      await writeLetter(store, author, 'L2', '13900000000');
      await sendLetter(store, author, 'L1');
      expect((await listLetters(store)).map(({ letter_no, state }) => [letter_no, state])).toEqual([
        ['L1', 'sent'],
        ['L2', 'written'],
      ]);
      await expect(sendLetter(store, author, 'L1')).rejects.toThrow('0 rows');
      await expect(sendSilently(store, 'L2')).rejects.toThrow('no journal entry');
      const { database } = groundOf(store);
      const entries = await readJournal(database);
      expect(entries.slice(-3).map(({ action }) => action)).toEqual(['letter-written', 'letter-written', 'letter-sent']);
      expect(JSON.stringify(entries)).not.toContain('13800000000');
      expect((await verifyStore(store)).faults).toEqual([]);
      await sql`UPDATE sample_letters SET telephone = '1' WHERE letter_no = 'L2'`.execute(database);
      expect((await verifyStore(store)).faults.map(({ code, values }) => [code, values?.table, values?.key])).toEqual([
        ['row-not-in-journal', 'sample_letters', 'L2'],
      ]);
      await store.close();
    }, 180_000);

    it('is asked for where it is missing, and refused where it is changed or unknown', async () => {
      const plain = await initialise(place.location, around, '410500');
      expect(() => plain.tables(sampleModule())).toThrow('without the module');
      await plain.close();
      expect(await codeOf(openStore(place.location, around, [sampleModule()]))).toBe('operations-older');
      await (await initialise(place.location, around, undefined, [sampleModule()])).close();
      expect(await codeOf(openStore(place.location, around))).toBe('operations-newer');
      expect(await codeOf(initialise(place.location, around))).toBe('operations-newer');
      const changed: Migration = { ...firstMigration, name: 'other letters' };
      expect(await codeOf(openStore(place.location, around, [sampleModule([changed])]))).toBe('migration-changed');
      expect(await codeOf(openStore(place.location, around, [sampleModule([firstMigration, addColumn])]))).toBe('operations-older');
      const newer = await initialise(place.location, around, undefined, [sampleModule([firstMigration, addColumn])]);
      expect((await verifyStore(newer)).faults).toEqual([]);
      await newer.close();
      expect(await codeOf(openStore(place.location, around, [sampleModule()]))).toBe('operations-newer');
    }, 180_000);

    it('changes rows part by part, and goes on where it was interrupted', async () => {
      const store = await initialise(place.location, around, '410500', [sampleModule()]);
      const { author } = await staff(store);
      for (const number of ['L1', 'L2', 'L3', 'L4', 'L5']) await writeLetter(store, author, number, '1');
      await store.close();
      const modules = [sampleModule([firstMigration, renumber])];
      let times = 0;
      const stopping = {
        ...around,
        now: () => {
          times += 1;
          if (times > 2) throw new Error('the machine stopped');
          return around.now();
        },
      };
      await expect(initialise(place.location, stopping, undefined, modules)).rejects.toThrow('stopped');
      expect(await codeOf(openStore(place.location, around, modules))).toBe('operations-older');
      const again = await initialise(place.location, around, undefined, modules);
      expect((await listLetters(again)).map(({ written_at }) => written_at)).toEqual(
        Array.from({ length: 5 }, () => '2025 2025-01-02 09:00:00'),
      );
      const parts = (await readJournal(groundOf(again).database)).filter(({ subject }) => subject === 'sample 2');
      expect(parts.map(({ rows }) => (JSON.parse(rows) as unknown[]).length)).toEqual([2, 2, 1, 0]);
      expect((await verifyStore(again)).faults).toEqual([]);
      await again.close();
    }, 180_000);
  });
}
