import { existsSync } from 'node:fs';
import {
  type AnsweredList,
  type AnswerOptions,
  answerList,
  answerQuestions,
  checkMapping,
  type Draft,
  draftMapping,
  type IngestResult,
  ingest,
  type Probe,
  probeMapping,
} from '@hengjian/lake';
import { readRulebook, ruleNeeds } from '@hengjian/rulebook';
import { type SimulationResult, simulate } from '@hengjian/simulate';
import { inputProblems, replaceFile, type UseCase, words } from '@hengjian/standard';
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
    rules: ruleNeeds(readRulebook({ cases: false }).rules),
    signal: ports.signal,
    progress: ports.progress,
  });

/** Writes the answer to a list of another authority, row by row. */
export const answerAuthority: UseCase<AnswerOptions, AnsweredList> = () => answerList;

/** A mapping as YAML and as plain data, with what it is unsure of and ten rows that it reads. */
export interface ProposedMapping extends Draft {
  readonly mapping: unknown;
  /** Where it was written. */
  readonly file: string | undefined;
}

export interface MappingDraftInput {
  readonly paths: readonly string[];
  /** Where to write it; a file that is there stays. */
  readonly out: string | undefined;
}

export const proposeMapping: UseCase<MappingDraftInput, ProposedMapping> = () => async (input) => {
  const { out } = input;
  if (out !== undefined && existsSync(out)) throw inputProblems.refused('file-exists', {}, { file: out });
  const draft = await draftMapping(input.paths);
  if (out !== undefined) replaceFile(out, draft.text);
  return { ...draft, mapping: parse(draft.text), file: out };
};

export interface CheckInput {
  readonly file: string;
  /** Files that the mapping is held against; without them only the mapping itself is read. */
  readonly paths: readonly string[];
}

/** Everything that is wrong with a mapping file; empty when it is in order. */
export const checkMappingFile: UseCase<CheckInput, Probe> =
  () =>
  async ({ file, paths }) => {
    const problems = await checkMapping(file);
    const probe = paths.length === 0 ? { problems: [], notes: [], shown: [] } : await probeMapping(file, paths);
    return { ...probe, problems: [...problems, ...probe.problems] };
  };

export interface AnswerInput {
  readonly file: string;
  /** `id=value` */
  readonly answers: readonly string[];
}

/** Answers questions of a mapping; the names of those that were answered. */
export const answerMapping: UseCase<AnswerInput, readonly string[]> =
  () =>
  ({ file, answers }) => {
    const pairs = answers.map((one) => {
      const at = one.indexOf('=');
      const expected = words('编号=值', 'id=value');
      if (at < 1) throw inputProblems.refused('option-invalid', { option: words('回答', 'answer'), value: one, expected });
      return [one.slice(0, at), one.slice(at + 1)] as const;
    });
    return answerQuestions(file, Object.fromEntries(pairs));
  };

export interface SimulateInput {
  readonly persons: number;
  readonly year: number;
  readonly seed: number;
  readonly out: string;
  readonly threads: number | undefined;
}

export const simulateCity: UseCase<SimulateInput, SimulationResult> = (ports) => (input) =>
  simulate({ ...input, signal: ports.signal, progress: ports.progress });
