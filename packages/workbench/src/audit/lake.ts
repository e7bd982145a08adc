import {
  type Decided,
  decideHeld,
  type LakeStatus,
  lakeStatus,
  openLake,
  readPersons,
  type Verification,
  verifyLake,
} from '@hengjian/lake';
import { formatDay, type UseCase } from '@hengjian/standard';

export interface LakeInput {
  readonly lake: string;
}

/** Compares every file of a lake with its manifest; lists everything that is not as it was written. */
export const verifyWholeLake: UseCase<LakeInput, Verification> = (ports) => (input) =>
  verifyLake(input.lake, { signal: ports.signal, progress: ports.progress });

export interface LookUpInput extends LakeInput {
  /** Pseudonyms. */
  readonly psn: readonly string[];
}

/** A person of a lake; days as `yyyy-MM-dd`, null where they are not known. */
export interface LookedUp {
  readonly psn: string;
  readonly gend: string | null;
  readonly brdy: string | null;
  readonly die_date: string | null;
}

/** Looks persons up; who asks and why is in the access log of the lake before anybody is read. */
export const lookUpPersons: UseCase<LookUpInput, readonly LookedUp[]> = (ports) => async (input) => {
  const lake = await openLake(input.lake);
  const day = (value: number | null): string | null => (value === null ? null : formatDay(value));
  return readPersons(lake, input.psn, { actor: ports.actor, purpose: ports.purpose ?? '', at: ports.clock() }).map((person) => ({
    ...person,
    brdy: day(person.brdy),
    die_date: day(person.die_date),
  }));
};

/** What a lake holds, by institution and month, what is pending and what is held. */
export const showLake: UseCase<LakeInput, LakeStatus> = () => (input) => lakeStatus(input.lake);

export interface DecideHeldInput extends LakeInput {
  /** Names of groups of held rows. */
  readonly held: readonly string[];
  readonly visit: string | undefined;
  /** Whether the rows count; otherwise an earlier decision is taken back. */
  readonly counts: boolean;
  readonly because: string;
}

/** Decides about held rows; who decided, when and why stays in the lake. */
export const decideAboutHeld: UseCase<DecideHeldInput, Decided> = (ports) => (input) =>
  decideHeld({ ...input, by: ports.actor, at: ports.clock(), signal: ports.signal, progress: ports.progress });
