import { type ExplainedFinding, explainFinding, reportFiles, type Score, score, type WhyNotAnswer, whyNot } from '@hengjian/audit';
import type { UseCase } from '@hengjian/standard';
import type { WorkbenchPorts } from '../ports.ts';

/** What a finding is made of. */
export const explainAuditFinding: UseCase<{ readonly run: string; readonly id: string }, ExplainedFinding> = () => (input) =>
  explainFinding(input.run, input.id);

export interface WhyNotInput {
  readonly rule: string;
  readonly lake: string;
  readonly line: string | undefined;
  readonly visit: string | undefined;
  readonly operations: string | undefined;
  readonly asOf: number | undefined;
}

/** Why a rule did not hit a line or a stay, by the rules of the program or by what is in force in a store. */
export const explainSilence: UseCase<WhyNotInput, WhyNotAnswer, WorkbenchPorts> = (ports) => async (input) => {
  const { operations, asOf, ...asked } = input;
  const inForce = operations === undefined ? undefined : await (await import('./in-force.ts')).inForceAt(ports, operations, asOf);
  return whyNot({ ...asked, published: inForce?.published });
};

/** Reports of an audit where people find them. */
export const auditReports: UseCase<{ readonly run: string }, readonly string[]> = () => async (input) => reportFiles(input.run);

/** Recall and precision of an audit against planted violations. */
export const scoreAudit: UseCase<{ readonly run: string; readonly truth: string }, Score> = () => (input) => score(input.run, input.truth);
