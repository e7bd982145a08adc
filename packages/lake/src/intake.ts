import type { Problem } from '@hengjian/standard';
import type { AnsweredList, AnswerOptions } from './answer-list.ts';
import type { Decided, DecideOptions } from './decide.ts';
import type { Draft } from './draft/draft.ts';
import type { Probe } from './draft/probe.ts';
import type { Accepted, Proposal } from './draft/proposal.ts';
import type { RowAsked, RowState } from './row-state.ts';
import type { LakeStatus } from './status.ts';
import type { IngestOptions, IngestResult } from './types.ts';

// What takes files in is loaded when it is called: an audit or a settlement reads a lake with a third of this package.

/**
 * Reads source files into a lake and publishes the new state at once. Throws RefusedInput when a whole file cannot be
 * accepted, or when the lake or its key is not what it was (nothing is published), and Cancelled when the signal fires.
 */
export const ingest = async (options: IngestOptions): Promise<IngestResult> => (await import('./ingest.ts')).ingest(options);

/** A mapping file (YAML) for files whose columns are not national ones, with questions for a person. */
export const draftMapping = async (paths: readonly string[]): Promise<Draft> => (await import('./draft/draft.ts')).draftOf(paths);

/** Holds a mapping against files and shows what it makes of them. */
export const probeMapping = async (file: string, paths: readonly string[]): Promise<Probe> => {
  const { mapping } = (await import('./mapping.ts')).parseMapping(file);
  return (await import('./draft/probe.ts')).probeMapping(mapping, paths);
};

/** Writes answers into the questions of a mapping. */
export const answerQuestions = async (file: string, answers: Readonly<Record<string, string>>): Promise<readonly string[]> =>
  (await import('./draft/answer.ts')).answerQuestions(file, answers);

/** Proposes national codes for local texts. */
export const proposeCrosswalks = async (file: string, paths: readonly string[]): Promise<readonly Proposal[]> =>
  (await import('./draft/crosswalk.ts')).proposeCrosswalks(file, paths);

/** Writes what a person has decided about proposals into the crosswalks of a mapping. */
export const acceptCrosswalks = async (file: string, rows: readonly Readonly<Record<string, string>>[]): Promise<readonly Accepted[]> =>
  (await import('./draft/crosswalk.ts')).acceptCrosswalks(file, rows);

/**
 * Writes the answer to a list that was ingested: one row for each of the sender's rows, in the sender's order, with the
 * serial of the sender and no number of a person. Refuses a list that the lake does not have (`list-missing`).
 */
export const answerList = async (options: AnswerOptions): Promise<AnsweredList> => (await import('./answer-list.ts')).answerList(options);

/** Everything that is wrong with a mapping file; empty when it is in order. */
export const checkMapping = async (file: string): Promise<readonly Problem[]> => (await import('./check-mapping.ts')).checkMapping(file);

/** Decides about held rows of a lake: see `decide.ts`. */
export const decideHeld = async (options: DecideOptions): Promise<Decided> => (await import('./decide.ts')).decideHeld(options);

/** What a lake holds, by institution and month, what is pending and what is held. */
export const lakeStatus = async (folder: string): Promise<LakeStatus> => (await import('./status.ts')).lakeStatus(folder);

/** What a lake says of a row that is not judged, or of a stay that contradicts itself. */
export const rowStates = async (folder: string, asked: RowAsked): Promise<readonly RowState[]> =>
  (await import('./row-state.ts')).rowStates(folder, asked);
