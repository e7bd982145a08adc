import { RefusedInput } from '@hengjian/standard';
import type { Kysely } from 'kysely';
import { record } from './journal.ts';
import { demandRole, hashPassword, type Person, passwordFits, type Role, readRoles, signInRefused } from './people.ts';
import type { Schema } from './schema.ts';
import { change, type Store } from './store.ts';

const toPerson = (row: Schema['people']): Person => ({
  login: row.login,
  display_name: row.display_name,
  roles: row.roles.split(',') as Role[],
  disabled: row.disabled,
});

/** Everybody who may sign in or once could, without their passwords. */
export async function listPeople(database: Kysely<Schema>): Promise<readonly Person[]> {
  const rows = await database.selectFrom('people').selectAll().orderBy('login').execute();
  return rows.map(toPerson);
}

/** Signs a person in. A refusal is written into the journal and says the same whatever was wrong. */
export async function signIn(store: Store, login: string, password: string): Promise<Person> {
  const row = await store.database.selectFrom('people').selectAll().where('login', '=', login).executeTakeFirst();
  if (passwordFits(password, row) && row !== undefined && !row.disabled) return toPerson(row);
  await change(store, (transaction) =>
    record(transaction, { at: store.surroundings.now(), actor: '', action: 'sign-in-refused', subject: login, details: {} }),
  );
  throw new RefusedInput(signInRefused);
}

export interface NewPerson {
  readonly login: string;
  readonly display_name: string;
  readonly roles: readonly string[];
  readonly password: string;
}

/**
 * Adds a person. The security administrator does it; the first person of a store is the security administrator and is
 * added by whoever made the store, which the journal says.
 */
export async function addPerson(store: Store, actor: Person | undefined, person: NewPerson): Promise<Person> {
  const held = readRoles(person.roles);
  if (!/^[a-z][a-z0-9._-]{1,31}$/.test(person.login)) {
    throw new RefusedInput({
      code: 'people-login',
      message: `${person.login} is no usable login`,
      remedy: 'use 2 to 32 small letters, digits, dots, dashes or underscores, a letter first',
    });
  }
  const secret = hashPassword(person.password, store.surroundings.random(16));
  return change(store, async (transaction) => {
    const people = await listPeople(transaction);
    if (people.some(({ login }) => login === person.login)) {
      throw new RefusedInput({
        code: 'people-exists',
        message: `${person.login} is there already`,
        remedy: 'choose another login; logins are never used again',
      });
    }
    if (people.length > 0) demandRole(await signedIn(transaction, actor), 'security_admin', 'add people');
    else if (!held.includes('security_admin')) {
      throw new RefusedInput({
        code: 'people-first',
        message: 'the first person of a store is its security administrator',
        remedy: 'add --role security_admin first; that person adds the others',
      });
    }
    const at = store.surroundings.now();
    const row = { login: person.login, display_name: person.display_name, roles: held.join(','), ...secret, disabled: false, created_at: at };
    await transaction.insertInto('people').values(row).execute();
    const details = { display_name: person.display_name, roles: held, bootstrap: people.length === 0 };
    await record(transaction, { at, actor: actor?.login ?? '', action: 'person-added', subject: person.login, details });
    return toPerson(row);
  });
}

/** Disables a person for good. The last security administrator stays, or nobody could add another. */
export async function disablePerson(store: Store, actor: Person, login: string): Promise<Person> {
  return change(store, async (transaction) => {
    demandRole(await signedIn(transaction, actor), 'security_admin', 'disable people');
    const people = await listPeople(transaction);
    const person = people.find((one) => one.login === login);
    if (person === undefined) throw new RefusedInput({ code: 'people-unknown', message: `there is no person ${login}`, remedy: 'see `hengjian people list`' });
    const active = people.filter(({ disabled, roles }) => !disabled && roles.includes('security_admin'));
    if (active.length === 1 && active[0]?.login === login) {
      throw new RefusedInput({ code: 'people-last-administrator', message: `${login} is the last security administrator`, remedy: 'add another one first' });
    }
    await transaction.updateTable('people').set({ disabled: true }).where('login', '=', login).execute();
    await record(transaction, { at: store.surroundings.now(), actor: actor.login, action: 'person-disabled', subject: login, details: {} });
    return { ...person, disabled: true };
  });
}

/** The person as the store has them now: somebody disabled since signing in is refused. */
export async function signedIn(database: Kysely<Schema>, actor: Person | undefined): Promise<Person> {
  const row = actor === undefined ? undefined : await database.selectFrom('people').selectAll().where('login', '=', actor.login).executeTakeFirst();
  if (row === undefined || row.disabled) throw new RefusedInput(signInRefused);
  return toPerson(row);
}
