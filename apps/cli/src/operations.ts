import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { AuditOptions, Exemption } from '@hengjian/audit';
import {
  approvedExemptions,
  type Location,
  locationOf,
  openStore,
  type Person,
  publicationName,
  readInForce,
  type Store,
  type Surroundings,
  signIn,
} from '@hengjian/operations';
import type { PublishedVersion } from '@hengjian/rulebook';
import { RefusedInput } from '@hengjian/standard';
import type { Command } from 'commander';

/** Options of every command that opens the operations store. */
export interface StoreOptions {
  readonly data?: string;
  readonly database?: string;
}

/** Options of every command that changes it. */
export interface SignedOptions extends StoreOptions {
  readonly as?: string;
}

export const withStore = (command: Command): Command =>
  command
    .option('--data <folder>', 'folder of the operations store (or HENGJIAN_OPERATIONS)')
    .option('--database <url>', 'PostgreSQL of the operations store, postgres://user@host/name');

export const withSignIn = (command: Command): Command =>
  withStore(command).option('--as <login>', 'who does it; the password is asked for, or read from HENGJIAN_PASSWORD or the standard input');

/** Where the store is: --database, --data, or HENGJIAN_OPERATIONS (a folder or an address). */
export function storeLocation({ data, database }: StoreOptions): Location {
  if (database !== undefined) return locationOf(database);
  const place = data ?? process.env.HENGJIAN_OPERATIONS;
  if (place !== undefined && place !== '') return locationOf(place);
  throw new RefusedInput({
    code: 'operations-place',
    message: 'no operations store is named',
    remedy: 'add --data FOLDER or --database URL, or set HENGJIAN_OPERATIONS',
  });
}

const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'medium' });

/** The civil time in China, `yyyy-MM-dd HH:mm:ss`. */
export const civilNow = (): string => clock.format(new Date());

const keyFile = process.env.HENGJIAN_OPERATIONS_KEY ?? '';

/** The clock and chance of this machine. No case is open as long as there is no casework. */
export const surroundings: Surroundings = {
  now: civilNow,
  random: (bytes) => randomBytes(bytes),
  ...(keyFile === '' ? {} : { keyFile }),
  cases: { openCasesCiting: () => Promise.resolve([]) },
};

/** Opens the store for some work and closes it whatever happens. */
export async function inStore<Result>(options: StoreOptions, work: (store: Store) => Promise<Result>): Promise<Result> {
  const store = await openStore(storeLocation(options), surroundings);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

let piped: Promise<string[]> | undefined;

/** The lines of the standard input; each password takes the next one. */
async function pipedLine(): Promise<string | undefined> {
  piped ??= (async () => {
    const lines: string[] = [];
    for await (const line of createInterface({ input: process.stdin })) lines.push(line);
    return lines;
  })();
  return (await piped).shift();
}

/** Asks on the terminal without showing what is typed. */
function asked(question: string): Promise<string> {
  return new Promise((resolve) => {
    const reader = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
    process.stderr.write(question);
    Object.assign(reader, { _writeToOutput: () => undefined });
    reader.question('', (answer) => {
      reader.close();
      process.stderr.write('\n');
      resolve(answer);
    });
  });
}

/** A password: from the environment, typed on a terminal, or the next line of the standard input. */
export async function readPassword(variable: string, question: string): Promise<string> {
  const given = process.env[variable] ?? (process.stdin.isTTY === true ? await asked(question) : await pipedLine());
  if (given !== undefined && given !== '') return given;
  throw new RefusedInput({
    code: 'password-missing',
    message: `there is no password: ${question.trim()}`,
    remedy: `set ${variable}, or give it on the standard input`,
  });
}

export async function signInAs(store: Store, login: string | undefined, variable = 'HENGJIAN_PASSWORD'): Promise<Person> {
  if (login === undefined) throw new RefusedInput({ code: 'sign-in-missing', message: 'this needs somebody who does it', remedy: 'add --as LOGIN' });
  return signIn(store, login, await readPassword(variable, `密码 password of ${login}: `));
}

/** Opens the store and signs the person of --as in. */
export const signedIn = <Result>(options: SignedOptions, work: (store: Store, person: Person) => Promise<Result>): Promise<Result> =>
  inStore(options, async (store) => work(store, await signInAs(store, options.as)));

/** What an audit takes from the store: the versions in force, the publications they come from, the approved exemptions. */
export async function auditInput(
  store: Store,
  asOf?: number,
): Promise<{ readonly published: readonly PublishedVersion[] } & Required<Pick<AuditOptions, 'operations' | 'exemptions'>>> {
  const { as_of, versions, publications } = await readInForce(store, asOf);
  const exemptions = (await approvedExemptions(store, asOf)).map(
    ({ id, rule_id, kind, code, from, to, reason }): Exemption => ({ id, rule_id, kind, code, from, ...(to === undefined ? {} : { to }), reason }),
  );
  return {
    published: versions,
    operations: {
      as_of,
      publications: publications.map(({ seq, rule_id, version, area, days, published_at }) => ({
        id: publicationName(seq),
        rule_id,
        version,
        area,
        days,
        published_at,
      })),
    },
    exemptions,
  };
}
