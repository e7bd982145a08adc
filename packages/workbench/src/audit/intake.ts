import { type AnsweredList, type AnswerOptions, answerList, checkMapping, draftMapping, type IngestResult, ingest } from '@hengjian/lake';
import { readRulebook, ruleNeeds } from '@hengjian/rulebook';
import { type SimulationResult, simulate } from '@hengjian/simulate';
import type { Problem, UseCase } from '@hengjian/standard';
import { parse } from 'yaml';

export interface IngestInput {
  readonly paths: readonly string[];
  readonly lake: string;
  readonly mapping: string | undefined;
  /** Folder of the quality report; default the lake. */
  readonly report: string | undefined;
  readonly threads: number | undefined;
  readonly memory: string | undefined;
}

/** Takes files into a lake, with a quality report that says which rules can be judged. */
export const ingestFiles: UseCase<IngestInput, IngestResult> = (ports) => (input) =>
  ingest({
    ...input,
    report: input.report ?? input.lake,
    purpose: ports.purpose,
    rules: ruleNeeds(readRulebook().rules),
    signal: ports.signal,
    progress: ports.progress,
  });

/** Writes the answer to a list of another authority, row by row. */
export const answerAuthority: UseCase<AnswerOptions, AnsweredList> = () => answerList;

/** A mapping as YAML, and the same as plain data. */
export interface ProposedMapping {
  readonly text: string;
  readonly mapping: unknown;
}

export const proposeMapping: UseCase<{ readonly paths: readonly string[] }, ProposedMapping> = () => async (input) => {
  const text = await draftMapping(input.paths);
  return { text, mapping: parse(text) };
};

/** Everything that is wrong with a mapping file; empty when it is in order. */
export const checkMappingFile: UseCase<{ readonly file: string }, readonly Problem[]> = () => async (input) => checkMapping(input.file);

export interface SimulateInput {
  readonly persons: number;
  readonly year: number;
  readonly seed: number;
  readonly out: string;
  readonly threads: number | undefined;
}

export const simulateCity: UseCase<SimulateInput, SimulationResult> = (ports) => (input) =>
  simulate({ ...input, signal: ports.signal, progress: ports.progress });
