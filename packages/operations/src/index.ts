export { addPerson, disablePerson, listPeople, type NewPerson, signIn } from './accounts.ts';
export type { Change, Reading, TableReader } from './change.ts';
export * from './exemptions.ts';
export type { SignedHead } from './head.ts';
export { daysInForce, type Statement, versionOn } from './in-force.ts';
export type { Act, JournalCheck } from './journal.ts';
export { type State, type Step, stateName, states, transitions } from './life-cycle.ts';
export {
  type ColumnShown,
  type DataMigration,
  defineModule,
  type Migration,
  type SchemaMigration,
  type StoreModule,
  type TableDefinition,
} from './module.ts';
export type { JournalEntry } from './modules/journal.ts';
export { type Person, type Role, roles } from './people.ts';
export { operationsProblems } from './problems.ts';
export * from './publishing.ts';
export { readStatus, type StoreStatus, showJournal } from './status.ts';
export {
  type CasePort,
  initialise,
  type Location,
  locationOf,
  openStore,
  placeOf,
  type Store,
  type Surroundings,
  signHead,
  verifyStore,
} from './store.ts';
export type { StoreCheck } from './verify.ts';
export {
  checkText,
  decide,
  draft,
  findVersion,
  listReviews,
  listVersions,
  type Review,
  type RuleVersion,
  recordBacktest,
  submit,
} from './versions.ts';
