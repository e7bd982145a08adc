import {
  type ExplainedFinding,
  explainFinding,
  openRunFolder,
  reportFiles,
  type Score,
  score,
  type WhyNotAnswer,
  whyNot,
} from '@hengjian/audit';
import { inputProblems, parseDay, type UseCase } from '@hengjian/standard';
import type { WorkbenchPorts } from '../ports.ts';

/** What a finding is made of. */
export const explainAuditFinding: UseCase<{ readonly run: string; readonly id: string }, ExplainedFinding> = () => (input) =>
  explainFinding(input.run, input.id);

export interface WhyNotInput {
  readonly rule: string;
  readonly lake: string;
  /** Folder of an audit: answers by its rules and knowledge. */
  readonly run: string | undefined;
  readonly line: string | undefined;
  readonly visit: string | undefined;
  readonly operations: string | undefined;
  readonly asOf: number | undefined;
}

/** The store that an audit judged by, and the day as of which it was known. */
function storeOf(run: string): readonly [place: string | undefined, asOf: number | undefined] {
  const { library, operations } = openRunFolder(run).record;
  const asOf = operations?.as_of ?? undefined;
  return [library?.operations ?? undefined, asOf === undefined ? undefined : parseDay(asOf)];
}

/** Why a rule did not hit a line or a stay, by the rules of the program or by what is in force in a store. */
export const explainSilence: UseCase<WhyNotInput, WhyNotAnswer, WorkbenchPorts> = (ports) => async (input) => {
  const { operations, asOf, ...asked } = input;
  if (operations !== undefined && asked.run !== undefined)
    throw inputProblems.refused('options-exclude', { first: '--operations', second: '--run' });
  const [place, known] = asked.run === undefined ? [operations, asOf] : storeOf(asked.run);
  const inForce = place === undefined ? undefined : await (await import('./in-force.ts')).inForceAt(ports, place, known);
  return whyNot({ ...asked, published: inForce?.published });
};

/** Reports of an audit where people find them. */
export const auditReports: UseCase<{ readonly run: string }, readonly string[]> = () => async (input) => reportFiles(input.run);

/** Recall and precision of an audit against planted violations. */
export const scoreAudit: UseCase<{ readonly run: string; readonly truth: string }, Score> = () => (input) => score(input.run, input.truth);
