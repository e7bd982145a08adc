import { parseDay, RefusedInput } from '@hengjian/standard';
import * as fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addPerson, disablePerson, listPeople, signIn } from './accounts.ts';
import { engines, type Place } from './engines.ts';
import { approvedExemptions, approveExemption, proposeExemption } from './exemptions.ts';
import { password, ruleText, staff, type TestSurroundings, tables, testSurroundings } from './fixture.ts';
import { readJournal } from './journal.ts';
import type { State } from './life-cycle.ts';
import { peopleModule } from './modules/people.ts';
import type { Person } from './people.ts';
import { importLibrary, inForceOn, listPublications, publish, readInForce, retire } from './publishing.ts';
import { readStatus, showJournal } from './status.ts';
import { groundOf, initialise, openStore, type Store, verifyStore } from './store.ts';
import { decide, draft, findVersion, listReviews, listVersions, recordBacktest, submit } from './versions.ts';

const journalOf = (store: Store) => readJournal(groundOf(store).database);
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

for (const [engine, make] of engines) {
  describe(`an operations store in ${engine}`, () => {
    let place: Place;
    let around: TestSurroundings;
    let store: Store;
    let people: { readonly security: Person; readonly author: Person; readonly approver: Person; readonly second: Person };

    /** Takes a version from its text to approved. */
    const approved = async (text: string): Promise<{ rule: string; version: number }> => {
      const { rule_id: rule, version, hash } = await draft(store, people.author, text, 'rule.yaml');
      await submit(store, people.author, rule, version, tables);
      await recordBacktest(store, people.author, rule, version, hash, { added: 0 });
      await decide(store, people.approver, 'approve', rule, version, 'read and tested');
      return { rule, version };
    };

    beforeAll(async () => {
      place = await make();
      around = testSurroundings('2025-01-02', place.keyFile);
      store = await initialise(place.location, around, '410500');
      people = await staff(store);
    }, 180_000);
    afterAll(async () => {
      await store.close();
      await place.remove();
    });

    it('says what to do where there is no rule and no exemption yet', async () => {
      await expect(findVersion(store, 'N07')).rejects.toThrow('there is no rule N07 → check the name; there are: none yet; draft one');
      await expect(approveExemption(store, people.approver, 'E000009')).rejects.toThrow(
        'none yet; propose one with `hengjian rules exempt`',
      );
    });

    it('keeps the three administrators apart', async () => {
      const add = (roles: readonly string[], login: string) =>
        codeOf(addPerson(store, people.security, { login, display_name: login, roles, password }));
      expect(await add(['system_admin', 'audit_admin'], 'both')).toBe('roles-exclude');
      expect(await add(['security_admin', 'rule_approver'], 'judge')).toBe('roles-exclude');
      expect(await add(['king'], 'king')).toBe('option-invalid');
      expect(await add(['audit_admin', 'viewer'], 'auditor')).toBe('done');
      expect(await add(['audit_admin'], 'auditor')).toBe('login-taken');
      expect(await codeOf(addPerson(store, people.author, { login: 'friend', display_name: 'friend', roles: ['viewer'], password }))).toBe(
        'role-missing',
      );
      expect(await codeOf(addPerson(store, undefined, { login: 'friend', display_name: 'friend', roles: ['viewer'], password }))).toBe(
        'sign-in-refused',
      );
      expect(
        await codeOf(addPerson(store, people.security, { login: 'friend', display_name: 'friend', roles: ['viewer'], password: 'short' })),
      ).toBe('password-short');
      for (const { roles } of await listPeople(store)) expect(roles.filter((role) => role.endsWith('_admin')).length).toBeLessThan(2);
    });

    it('signs in who knows the password and is not disabled, and writes refusals down', async () => {
      expect(await codeOf(signIn(store, 'author', 'wrong password'))).toBe('sign-in-refused');
      expect(await codeOf(signIn(store, 'nobody', password))).toBe('sign-in-refused');
      await addPerson(store, people.security, { login: 'leaver', display_name: 'leaver', roles: ['rule_author'], password });
      const leaver = await signIn(store, 'leaver', password);
      await disablePerson(store, people.security, 'leaver');
      expect(await codeOf(signIn(store, 'leaver', password))).toBe('sign-in-refused');
      expect(await codeOf(draft(store, leaver, ruleText('L01', 1), 'rule.yaml'))).toBe('sign-in-refused');
      expect(await codeOf(disablePerson(store, people.security, 'security'))).toBe('security-admin-needed');
      expect(await codeOf(showJournal(store, people.author))).toBe('role-missing');
      const entries = await showJournal(store, await signIn(store, 'auditor', password));
      expect(entries.filter(({ action }) => action === 'sign-in-refused').map(({ subject }) => subject)).toEqual([
        'author',
        'nobody',
        'leaver',
      ]);
      const rows = await store.tables(peopleModule).selectFrom('people').selectAll().execute();
      expect(JSON.stringify([rows, entries])).not.toContain(password);
      expect(new Set(rows.map(({ password_salt }) => password_salt)).size).toBe(rows.length);
    });

    it('leads a version from draft to retired, every step by the right person', async () => {
      const text = ruleText('A01', 1);
      const kept = await draft(store, people.author, text, 'rule.yaml');
      const days = { from: day('2025-07-01') };
      expect(await codeOf(publish(store, people.approver, 'A01', 1, days, tables))).toBe('rule-state');
      expect(await codeOf(decide(store, people.approver, 'approve', 'A01', 1, 'ok'))).toBe('rule-state');
      await submit(store, people.author, 'A01', undefined, tables);
      expect(await codeOf(recordBacktest(store, people.author, 'A01', 1, 'other', {}))).toBe('backtest-stale');
      await recordBacktest(store, people.author, 'A01', 1, kept.hash, { added: 3, removed: 1 });
      expect(await codeOf(decide(store, people.author, 'approve', 'A01', 1, 'mine'))).toBe('role-missing');
      await decide(store, people.approver, 'approve', 'A01', 1, 'read');
      expect(await codeOf(publish(store, people.author, 'A01', 1, days, tables))).toBe('role-missing');
      const published = await publish(store, people.approver, 'A01', 1, days, tables);
      expect(published).toMatchObject({ version: 1, published_by: 'approver', published_at: around.now(), area: '000000' });
      expect((await findVersion(store, 'A01')).text).toBe(text);
      expect((await listReviews(store, 'A01')).map(({ kind, by_login }) => `${kind} ${by_login}`)).toEqual([
        'checked author',
        'backtested author',
        'approved approver',
      ]);
      around.cite('A01', ['AJ-2025-0007']);
      expect(await codeOf(retire(store, people.second, 'A01', { from: day('2026-01-01') }))).toBe('rule-cited');
      expect((await findVersion(store, 'A01')).state).toBe('published');
      around.cite('A01', []);
      await retire(store, people.second, 'A01', { from: day('2026-01-01') });
      expect((await findVersion(store, 'A01')).state).toBe('retired');
      expect(await codeOf(publish(store, people.approver, 'A01', 1, days, tables))).toBe('rule-state');
      const [own] = (await readInForce(store)).versions.filter(({ rule_id }) => rule_id === 'A01');
      expect(own?.days).toEqual([{ from: day('2025-07-01'), to: day('2025-12-31') }]);
    });

    it('does not let somebody who may approve approve or publish their own draft', async () => {
      const { hash } = await draft(store, people.approver, ruleText('A02', 1), 'rule.yaml');
      await submit(store, people.approver, 'A02', 1, tables);
      await recordBacktest(store, people.approver, 'A02', 1, hash, {});
      expect(await codeOf(decide(store, people.approver, 'approve', 'A02', 1, 'mine'))).toBe('two-people');
      await decide(store, people.second, 'approve', 'A02', 1, 'read');
      expect(await codeOf(publish(store, people.approver, 'A02', 1, { from: day('2025-07-01') }, tables))).toBe('two-people');
      expect(await listPublications(store, 'A02')).toEqual([]);
      expect((await findVersion(store, 'A02')).state).toBe('approved');
    });

    it('never changes a version', async () => {
      await draft(store, people.author, ruleText('A03', 1), 'rule.yaml');
      const changed = [['岁以下儿童', '岁以下的儿童']] as const;
      expect(await codeOf(draft(store, people.author, ruleText('A03', 1), 'rule.yaml'))).toBe('version-same');
      expect(await codeOf(draft(store, people.author, ruleText('A03', 1, changed), 'rule.yaml'))).toBe('version-order');
      expect(await codeOf(draft(store, people.author, ruleText('A03', 3, changed), 'rule.yaml'))).toBe('version-order');
      expect((await draft(store, people.author, ruleText('A03', 2, changed), 'rule.yaml')).version).toBe(2);
      await expect(sql`UPDATE rule_versions SET text = 'other' WHERE rule_id = 'A03'`.execute(groundOf(store).database)).rejects.toThrow(
        'never changed',
      );
      await expect(sql`DELETE FROM rule_versions WHERE rule_id = 'A03'`.execute(groundOf(store).database)).rejects.toThrow('never changed');
      await expect(sql`UPDATE journal SET actor = 'other'`.execute(groundOf(store).database)).rejects.toThrow('never changed');
      await expect(sql`DELETE FROM publications`.execute(groundOf(store).database)).rejects.toThrow(/never changed|rows of publications/);
    });

    it('refuses what the check refuses, and keeps nothing of the attempt', async () => {
      const broken: readonly (readonly [string, string, string, string])[] = [
        ['B01', 'items: drug-child-payment', 'items: no-such-table', 'name-unknown'],
        ['B02', 'when: age_years(line.fee_ocur_time) >= point.age_max', 'when: line.det_item_fee_sumamt > line.cnt', 'expression-type'],
        [
          'B03',
          'payment_scope: true',
          'payment_scope: true\nparams:\n  least:\n    type: integer\n    values:\n      - {from: 2026-01-01, value: 1}',
          'parameter-unset',
        ],
      ];
      for (const [id, from, to] of broken) {
        await draft(store, people.author, ruleText(id, 1, [[from, to]]), 'rule.yaml');
        const before = (await journalOf(store)).length;
        expect(await codeOf(submit(store, people.author, id, 1, tables))).not.toBe('done');
        expect((await findVersion(store, id)).state).toBe('draft');
        expect((await journalOf(store)).length).toBe(before);
      }
      expect(await codeOf(submit(store, people.author, 'B03', 1, tables))).toBe('parameter-unset');
      expect(await codeOf(submit(store, people.author, 'Z99', 1, tables))).toBe('name-unknown');
      expect(await codeOf(submit(store, people.author, 'B01', 7, tables))).toBe('name-unknown');
    });

    it('publishes all of it or nothing', async () => {
      const { rule, version } = await approved(ruleText('A04', 1));
      const before = [await journalOf(store), await listPublications(store)];
      const attempts = [
        { from: day('2024-06-01') },
        { from: day('2025-07-01'), to: day('2025-06-01') },
        { from: day('2025-07-01'), area: '330100' },
      ];
      const codes = [];
      for (const attempt of attempts) codes.push(await codeOf(publish(store, people.approver, rule, version, attempt, tables)));
      expect(codes).toEqual(['publication-backdated', 'option-invalid', 'option-invalid']);
      around.say('2025-01-02 09:00:00\u0000');
      await expect(publish(store, people.approver, rule, version, { from: day('2025-07-01') }, tables)).rejects.toThrow();
      around.travel('2025-01-02');
      expect([await journalOf(store), await listPublications(store)]).toEqual(before);
      expect((await findVersion(store, rule)).state).toBe('approved');
      await publish(store, people.approver, rule, version, { from: day('2024-06-01'), area: '410000', reason: '追溯' }, tables);
    });

    it('replays what was in force as known on a day', async () => {
      around.travel('2025-01-10');
      await approved(ruleText('A05', 1));
      await publish(store, people.approver, 'A05', 1, { from: day('2025-02-01') }, tables);
      around.travel('2025-06-10');
      await approved(ruleText('A05', 2, [['岁以下儿童', '岁以下的儿童']]));
      await publish(store, people.approver, 'A05', 2, { from: day('2025-07-01') }, tables);
      around.travel('2025-09-10');
      await approved(ruleText('A05', 3, [['岁以下儿童', '岁以下小儿']]));
      await publish(store, people.approver, 'A05', 3, { from: day('2025-06-01'), reason: '追溯更正' }, tables);
      const known = async (asOf: string) =>
        (await readInForce(store, day(asOf))).versions
          .filter(({ rule_id }) => rule_id === 'A05')
          .map(({ version, days }) => [version, days]);
      expect(await known('2025-01-09')).toEqual([]);
      expect(await known('2025-01-10')).toEqual([[1, [{ from: day('2025-02-01') }]]]);
      expect(await known('2025-08-01')).toEqual([
        [1, [{ from: day('2025-02-01'), to: day('2025-06-30') }]],
        [2, [{ from: day('2025-07-01') }]],
      ]);
      expect(await known('2025-12-01')).toEqual([
        [1, [{ from: day('2025-02-01'), to: day('2025-05-31') }]],
        [3, [{ from: day('2025-06-01') }]],
      ]);
      const inJune = inForceOn(await readInForce(store, day('2025-08-01')), day('2025-06-15')).find(({ rule_id }) => rule_id === 'A05');
      expect(inJune?.version).toBe(1);
    });

    it('lets an exemption apply once a second person has approved it', async () => {
      await draft(store, people.author, ruleText('A06', 1), 'rule.yaml');
      const wanted = { rule: 'A06', kind: 'institution', code: 'H41050000001', from: day('2025-01-01'), reason: '试点' } as const;
      expect(await codeOf(proposeExemption(store, people.author, { ...wanted, rule: 'Z99' }))).toBe('name-unknown');
      expect(await codeOf(proposeExemption(store, people.author, { ...wanted, reason: ' ' }))).toBe('option-missing');
      const { id } = await proposeExemption(store, people.second, wanted);
      expect(await approvedExemptions(store)).toEqual([]);
      expect(await codeOf(approveExemption(store, people.second, id))).toBe('two-people');
      await approveExemption(store, people.approver, id);
      expect(await codeOf(approveExemption(store, people.approver, id))).toBe('exemption-approved');
      expect((await approvedExemptions(store)).map((one) => one.id)).toEqual([id]);
      expect(await approvedExemptions(store, day('2025-01-01'))).toEqual([]);
    });

    it('never reaches a forbidden state, whatever is tried in whatever order', async () => {
      const actors = (): readonly Person[] => [people.author, people.approver, people.second];
      const steps = ['draft', 'submit', 'backtest', 'approve', 'reject', 'publish', 'retire'] as const;
      const next: Readonly<Partial<Record<string, (typeof steps)[number]>>> = {
        draft: 'submit',
        checked: 'backtest',
        backtested: 'approve',
        approved: 'publish',
        published: 'retire',
      };
      let rules = 0;
      const attempt = async (rule: string, which: (typeof steps)[number] | 'next', actor: Person): Promise<string> => {
        const found = (await listVersions(store, rule)).at(-1);
        const version = found?.version ?? 1;
        switch (which === 'next' ? (next[found?.state ?? ''] ?? 'draft') : which) {
          case 'draft':
            return codeOf(draft(store, actor, ruleText(rule, version + (found === undefined ? 0 : 1)), 'rule.yaml'));
          case 'submit':
            return codeOf(submit(store, actor, rule, version, tables));
          case 'backtest':
            return codeOf(recordBacktest(store, actor, rule, version, found?.hash ?? '', {}));
          case 'publish':
            return codeOf(publish(store, actor, rule, version, { from: day('2026-01-01') }, tables));
          case 'retire':
            return codeOf(retire(store, actor, rule, { from: day('2026-06-01') }));
          case 'approve':
            return codeOf(decide(store, actor, 'approve', rule, version, 'why'));
          case 'reject':
            return codeOf(decide(store, actor, 'reject', rule, version, 'why'));
        }
      };
      let published = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.tuple(
              fc.oneof({ weight: 3, arbitrary: fc.constant('next' as const) }, { weight: 1, arbitrary: fc.constantFrom(...steps) }),
              fc.nat(2),
            ),
            {
              minLength: 8,
              maxLength: 24,
            },
          ),
          async (tried) => {
            rules += 1;
            const rule = `R${rules}`;
            for (const [which, index] of [['draft', 0] as const, ...tried]) await attempt(rule, which, actors()[index] as Person);
            const reviews = await listReviews(store, rule);
            const entries = await journalOf(store);
            const allowed: Readonly<Record<State, readonly string[]>> = {
              draft: [],
              checked: ['checked'],
              backtested: ['checked', 'backtested'],
              approved: ['checked', 'backtested', 'approved'],
              published: ['checked', 'backtested', 'approved'],
              retired: ['checked', 'backtested', 'approved'],
              rejected: ['rejected'],
            };
            for (const { version, state, author } of await listVersions(store, rule)) {
              const own = reviews.filter((review) => review.version === version);
              for (const kind of allowed[state]) expect(own.map((review) => review.kind)).toContain(kind);
              for (const review of own.filter(({ kind }) => kind === 'approved' || kind === 'rejected'))
                expect(review.by_login).not.toBe(author);
              const statements = (await listPublications(store, rule)).filter((one) => one.version === version);
              expect(statements.length > 0).toBe(state === 'published' || state === 'retired');
              published += statements.length;
              for (const statement of statements) expect(statement.published_by).not.toBe(author);
              const people = new Set([
                author,
                ...entries.filter(({ subject }) => subject === `${rule}@${version}`).map(({ actor }) => actor),
              ]);
              if (statements.length > 0) expect(people.size).toBeGreaterThan(1);
            }
          },
        ),
        { numRuns: 25, seed: 20_261_122 },
      );
      expect(published).toBeGreaterThan(0);
      expect((await verifyStore(store)).faults).toEqual([]);
    }, 240_000);

    it('says how it stands', async () => {
      const status = await readStatus(store);
      expect(status).toMatchObject({ area: '410500', modules: { rules: 1 }, journal: { broken_at: null } });
      expect(status.crash_promise).toBe(engine === 'PostgreSQL');
    });
  });

  describe(`opening a store in ${engine}`, () => {
    it('refuses one that is not there, or newer than the program, and imports a library once', async () => {
      const place = await make();
      try {
        const around = testSurroundings('2025-01-02', place.keyFile);
        expect(await codeOf(openStore(place.location, around))).toBe('operations-missing');
        const store = await initialise(place.location, around);
        expect(
          await codeOf(addPerson(store, undefined, { login: 'author', display_name: 'author', roles: ['rule_author'], password })),
        ).toBe('security-admin-needed');
        const { author, approver } = await staff(store);
        const files = ['C01', 'C02'].map((id) => ({ path: `${id}.yaml`, text: ruleText(id, 1) }));
        const days = { from: day('2025-01-02') };
        expect(await codeOf(importLibrary(store, approver, approver, files, days, tables))).toBe('two-people');
        const twice = [...files, { path: 'C01.yaml', text: ruleText('C01', 1) }];
        expect(await codeOf(importLibrary(store, author, approver, twice, days, tables))).toBe('version-same');
        expect(await listVersions(store)).toEqual([]);
        expect(await importLibrary(store, author, undefined, files, days, tables)).toMatchObject({ rules: 2, bootstrap: true });
        expect(await codeOf(importLibrary(store, author, approver, files, days, tables))).toBe('library-imported');
        expect((await journalOf(store)).at(-1)).toMatchObject({ action: 'library-imported', actor: 'author' });
        await store.close();
        const again = await openStore(place.location, around);
        expect((await readInForce(again)).versions.map(({ rule_id }) => rule_id)).toEqual(['C01', 'C02']);
        await sql`INSERT INTO schema_migrations VALUES ('rules', 99, 'from the future', '', 'done', '2099-01-01 00:00:00')`.execute(
          groundOf(again).database,
        );
        await again.close();
        expect(await codeOf(openStore(place.location, around))).toBe('operations-newer');
        expect(await codeOf(initialise(place.location, around))).toBe('operations-newer');
      } finally {
        await place.remove();
      }
    }, 180_000);
  });
}
