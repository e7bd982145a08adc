import { inputProblems, listed, words } from '@hengjian/standard';
import type { Reading } from './change.ts';
import { type PersonRow, peopleModule } from './modules/people.ts';
import { demandRole, hashPassword, isRole, type Person, passwordFits, readRoles, signInRefused } from './people.ts';
import { operationsProblems } from './problems.ts';
import type { Store } from './store.ts';

const toPerson = (row: PersonRow): Person => ({
  login: row.login,
  display_name: row.display_name,
  roles: row.roles.split(',').filter(isRole),
  disabled: row.disabled,
});

const findPerson = (reading: Reading, login: string): Promise<PersonRow | undefined> =>
  reading.tables(peopleModule).selectFrom('people').selectAll().where('login', '=', login).executeTakeFirst();

/** Everybody who may sign in or once could, without their passwords. */
export async function listPeople(reading: Reading): Promise<readonly Person[]> {
  const rows = await reading.tables(peopleModule).selectFrom('people').selectAll().orderBy('login').execute();
  return rows.map(toPerson);
}

/** Signs a person in. A refusal is written into the journal and says the same whatever was wrong. */
export async function signIn(store: Store, login: string, password: string): Promise<Person> {
  const row = await findPerson(store, login);
  if (passwordFits(password, row) && row !== undefined && !row.disabled) return toPerson(row);
  await store.change((change) => change.record({ actor: '', action: 'sign-in-refused', subject: login, details: {} }));
  throw signInRefused();
}

export interface NewPerson {
  readonly login: string;
  readonly display_name: string;
  readonly roles: readonly string[];
  readonly password: string;
}

const usableLogin = /^[a-z][a-z0-9._-]{1,31}$/;
const loginExpected = words(
  '2 至 32 个小写字母、数字、点、横线或下划线，以字母开头',
  '2 to 32 small letters, digits, dots, dashes or underscores, a letter first',
);

/**
 * Adds a person. The security administrator does it; the first person of a store is the security administrator and is
 * added by whoever made the store, which the journal says.
 */
export async function addPerson(store: Store, actor: Person | undefined, person: NewPerson): Promise<Person> {
  const { login, display_name } = person;
  const held = readRoles(person.roles);
  if (!usableLogin.test(login)) throw inputProblems.refused('value-invalid', { value: login, expected: loginExpected });
  const secret = hashPassword(person.password, store.surroundings.random(16));
  return store.change(async (change) => {
    const people = await listPeople(change);
    if (people.some((one) => one.login === login)) throw operationsProblems.refused('login-taken', { login });
    const first = people.length === 0;
    if (!first) demandRole(await signedIn(change, actor), 'security_admin', words('添加人员', 'add people'));
    else if (!held.includes('security_admin')) throw operationsProblems.refused('security-admin-needed', {});
    const row: PersonRow = { login, display_name, roles: held.join(','), ...secret, disabled: false, created_at: change.now };
    await change.insert(peopleModule, 'people', row);
    const details = { display_name, roles: held, bootstrap: first };
    await change.record({ actor: actor?.login ?? '', action: 'person-added', subject: login, details });
    return toPerson(row);
  });
}

/** Disables a person for good. The last security administrator stays, or nobody could add another. */
export async function disablePerson(store: Store, actor: Person, login: string): Promise<Person> {
  return store.change(async (change) => {
    demandRole(await signedIn(change, actor), 'security_admin', words('停用人员', 'disable people'));
    const people = await listPeople(change);
    const person = people.find((one) => one.login === login);
    if (person === undefined) {
      const known = listed(people.map((one) => one.login));
      throw inputProblems.refused('name-unknown', { kind: words('人员', 'person'), name: login, known });
    }
    const active = people.filter(({ disabled, roles }) => !disabled && roles.includes('security_admin'));
    if (active.length === 1 && active[0]?.login === login) throw operationsProblems.refused('security-admin-needed', {});
    await change.update(peopleModule, 'people', { login }, { disabled: true });
    await change.record({ actor: actor.login, action: 'person-disabled', subject: login, details: {} });
    return { ...person, disabled: true };
  });
}

/** The person as the store has them now: somebody disabled since signing in is refused. */
export async function signedIn(reading: Reading, actor: Person | undefined): Promise<Person> {
  const row = actor === undefined ? undefined : await findPerson(reading, actor.login);
  if (row === undefined || row.disabled) throw signInRefused();
  return toPerson(row);
}
