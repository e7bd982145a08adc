import { lazily } from './lazily.ts';

export type { AuditInput } from './audit/audit-lake.ts';
export type { WhyNotInput } from './audit/findings.ts';
export type { IngestInput, SimulateInput } from './audit/intake.ts';
export type { DemoInput, DemoResult, DemoStep } from './demo.ts';
export type { WorkbenchPorts } from './ports.ts';
export { workbenchProblems } from './problems.ts';
export type { Evaluated, EvaluateInput, ListsInput } from './settlement/evaluate.ts';
export type { PublicPageInput } from './settlement/public-page.ts';
export type { DraftInput, Settled, SettleInput } from './settlement/settle.ts';
export type { PrintInput } from './settlement/statements.ts';
export type { ExplainedStay, RepriceInput, StayInput } from './settlement/stay.ts';

export const auditLake = lazily(async () => (await import('./audit/audit-lake.ts')).auditLake);
export const explainAuditFinding = lazily(async () => (await import('./audit/findings.ts')).explainAuditFinding);
export const explainSilence = lazily(async () => (await import('./audit/findings.ts')).explainSilence);
export const scoreAudit = lazily(async () => (await import('./audit/findings.ts')).scoreAudit);

export const ingestFiles = lazily(async () => (await import('./audit/intake.ts')).ingestFiles);
export const proposeMapping = lazily(async () => (await import('./audit/intake.ts')).proposeMapping);
export const checkMappingFile = lazily(async () => (await import('./audit/intake.ts')).checkMappingFile);
export const simulateCity = lazily(async () => (await import('./audit/intake.ts')).simulateCity);
export const demonstrate = lazily(async () => (await import('./demo.ts')).demonstrate);

export const draftSettlement = lazily(async () => (await import('./settlement/settle.ts')).draftSettlement);
export const settle = lazily(async () => (await import('./settlement/settle.ts')).settle);
export const explainStay = lazily(async () => (await import('./settlement/stay.ts')).explainStay);
export const repriceStay = lazily(async () => (await import('./settlement/stay.ts')).repriceStay);
export const printStatements = lazily(async () => (await import('./settlement/statements.ts')).printStatements);
export const evaluateSettlement = lazily(async () => (await import('./settlement/evaluate.ts')).evaluateSettlement);
export const checkLists = lazily(async () => (await import('./settlement/evaluate.ts')).checkLists);
export const writePublicPage = lazily(async () => (await import('./settlement/public-page.ts')).writePublicPage);
