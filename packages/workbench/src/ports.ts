import { type Location, openStore, type Person, type Store, type Surroundings, signIn } from '@hengjian/operations';
import type { Ports } from '@hengjian/standard';

/** Ports of use cases that decide something, or judge by what was decided. */
export interface WorkbenchPorts extends Ports {
  readonly stores: {
    /** File of the key of the journal, for stores on a server. */
    readonly journalKey: string | undefined;
  };
}

/** Who acts, as the operations store knows them. */
export interface SignIn {
  readonly login: string;
  readonly password: string;
}

export const surroundingsOf = (ports: WorkbenchPorts): Surroundings => ({
  now: ports.clock,
  random: ports.random,
  ...(ports.stores.journalKey === undefined ? {} : { keyFile: ports.stores.journalKey }),
  // No case is open as long as there is no casework.
  cases: { openCasesCiting: () => Promise.resolve([]) },
});

/** Opens a store for some work and closes it whatever happens. */
export async function inStore<Result>(ports: WorkbenchPorts, location: Location, work: (store: Store) => Promise<Result>): Promise<Result> {
  const store = await openStore(location, surroundingsOf(ports));
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Opens a store and signs somebody in. */
export const signedIn = <Result>(
  ports: WorkbenchPorts,
  { store, by }: { readonly store: Location; readonly by: SignIn },
  work: (store: Store, person: Person) => Promise<Result>,
): Promise<Result> => inStore(ports, store, async (opened) => work(opened, await signIn(opened, by.login, by.password)));
