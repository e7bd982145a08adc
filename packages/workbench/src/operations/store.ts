import {
  addPerson,
  disablePerson,
  initialise,
  type JournalEntry,
  type Location,
  listPeople,
  type Person,
  readStatus,
  type SignedHead,
  type StoreCheck,
  type StoreStatus,
  showJournal,
  signHead,
  signIn,
  verifyStore,
} from '@hengjian/operations';
import type { UseCase } from '@hengjian/standard';
import { inStore, type SignIn, signedIn, surroundingsOf, type WorkbenchPorts } from '../ports.ts';

export interface InStore {
  readonly store: Location;
}

export interface Signed extends InStore {
  readonly by: SignIn;
}

/** Makes an operations store, or brings an older one up to date, and tells how it stands. */
export const initialiseStore: UseCase<InStore & { readonly area: string | undefined }, StoreStatus, WorkbenchPorts> =
  (ports) => async (input) => {
    const store = await initialise(input.store, surroundingsOf(ports), input.area);
    try {
      return await readStatus(store);
    } finally {
      await store.close();
    }
  };

export const storeStatus: UseCase<InStore, StoreStatus, WorkbenchPorts> = (ports) => (input) => inStore(ports, input.store, readStatus);

/** Compares every row with the journal, the journal with its key, and both with heads that were signed earlier. */
export const verifyOperations: UseCase<InStore & { readonly heads: readonly string[] }, StoreCheck, WorkbenchPorts> = (ports) => (input) =>
  inStore(ports, input.store, (store) => verifyStore(store, input.heads));

/** Signs how far the journal goes, into a file that is kept outside the store. */
export const signJournalHead: UseCase<InStore & { readonly out: string }, SignedHead, WorkbenchPorts> = (ports) => (input) =>
  inStore(ports, input.store, (store) => signHead(store, input.out));

/** Who did what when, for the audit administrator. */
export const readJournalEntries: UseCase<Signed, readonly JournalEntry[], WorkbenchPorts> = (ports) => (input) =>
  signedIn(ports, input, showJournal);

export interface AddPersonInput extends InStore {
  /** Absent for the first person, the security administrator. */
  readonly by: SignIn | undefined;
  readonly login: string;
  readonly display_name: string;
  readonly roles: readonly string[];
  readonly password: string;
}

export const addOperator: UseCase<AddPersonInput, Person, WorkbenchPorts> = (ports) => (input) =>
  inStore(ports, input.store, async (store) => {
    const { by, login, display_name, roles, password } = input;
    const actor = by === undefined ? undefined : await signIn(store, by.login, by.password);
    return addPerson(store, actor, { login, display_name, roles, password });
  });

export const listOperators: UseCase<InStore, readonly Person[], WorkbenchPorts> = (ports) => (input) =>
  inStore(ports, input.store, listPeople);

export const disableOperator: UseCase<Signed & { readonly login: string }, Person, WorkbenchPorts> = (ports) => (input) =>
  signedIn(ports, input, (store, actor) => disablePerson(store, actor, input.login));
