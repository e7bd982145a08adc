import type { Store } from '@hengjian/operations';
import type { InForce } from './audit/in-force.ts';
import { lazily } from './lazily.ts';

export type { AuditInput } from './audit/audit-lake.ts';
export type { Crosswalked, CrosswalkInput } from './audit/crosswalks.ts';
export type { WhyNotInput } from './audit/findings.ts';
export type { InForce } from './audit/in-force.ts';
export type { AnswerInput, CheckInput, IngestInput, MappingDraftInput, ProposedMapping, SimulateInput } from './audit/intake.ts';
export type { LakeInput, LookedUp, LookUpInput } from './audit/lake.ts';
export type { DemoInput, DemoResult, DemoStep } from './demo.ts';
export type { AddPersonInput, InStore, Signed } from './operations/store.ts';
export type { SignIn, WorkbenchPorts } from './ports.ts';
export { workbenchProblems } from './problems.ts';
export type { Filtered, FilterInput, KernelFilesInput, KernelRules } from './rules/kernel.ts';
export type { ImportKnowledgeInput, KnowledgeListed } from './rules/knowledge.ts';
export type { ListInput, RuleListing, RulesChecked, RulesInput, RulesTested } from './rules/library.ts';
export type {
  DecideInput,
  ExportInput,
  ImportLibraryInput,
  PublishInput,
  RuleHistory,
  SubmitInput,
} from './rules/life-cycle.ts';
export type { BacktestInput, CoverageInput, DryRunInput, RuleDiffInput, RulesCovered, StudyPeriod } from './rules/study.ts';
export type { Grouped, GroupInput, Told } from './schemes/group.ts';
export type {
  CheckSchemeInput,
  DiffSchemesInput,
  FormInput,
  ImportSchemeInput,
  ListedScheme,
  SchemeImported,
  SchemeList,
  SchemeRow,
  SchemesCompared,
} from './schemes/schemes.ts';
export type { Evaluated, EvaluateInput, ListsInput } from './settlement/evaluate.ts';
export type { PublicPageInput } from './settlement/public-page.ts';
export type { DraftInput, Settled, SettleInput } from './settlement/settle.ts';
export type { PrintInput } from './settlement/statements.ts';
export type { ExplainedStay, RepriceInput, StayInput } from './settlement/stay.ts';

/** What an audit takes from an operations store. */
export const inForceIn = async (store: Store, asOf: number | undefined): Promise<InForce> =>
  (await import('./audit/in-force.ts')).inForceIn(store, asOf);

export const auditLake = lazily(async () => (await import('./audit/audit-lake.ts')).auditLake);
export const explainAuditFinding = lazily(async () => (await import('./audit/findings.ts')).explainAuditFinding);
export const explainSilence = lazily(async () => (await import('./audit/findings.ts')).explainSilence);
export const auditReports = lazily(async () => (await import('./audit/findings.ts')).auditReports);
export const scoreAudit = lazily(async () => (await import('./audit/findings.ts')).scoreAudit);

export const ingestFiles = lazily(async () => (await import('./audit/intake.ts')).ingestFiles);
export const verifyWholeLake = lazily(async () => (await import('./audit/lake.ts')).verifyWholeLake);
export const answerAuthority = lazily(async () => (await import('./audit/intake.ts')).answerAuthority);
export const showLake = lazily(async () => (await import('./audit/lake.ts')).showLake);
export const decideAboutHeld = lazily(async () => (await import('./audit/lake.ts')).decideAboutHeld);
export const lookUpPersons = lazily(async () => (await import('./audit/lake.ts')).lookUpPersons);
export const proposeMapping = lazily(async () => (await import('./audit/intake.ts')).proposeMapping);
export const answerMapping = lazily(async () => (await import('./audit/intake.ts')).answerMapping);
export const listCrosswalks = lazily(async () => (await import('./audit/crosswalks.ts')).listCrosswalks);
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

export const initialiseStore = lazily(async () => (await import('./operations/store.ts')).initialiseStore);
export const storeStatus = lazily(async () => (await import('./operations/store.ts')).storeStatus);
export const verifyOperations = lazily(async () => (await import('./operations/store.ts')).verifyOperations);
export const signJournalHead = lazily(async () => (await import('./operations/store.ts')).signJournalHead);
export const readJournalEntries = lazily(async () => (await import('./operations/store.ts')).readJournalEntries);
export const addOperator = lazily(async () => (await import('./operations/store.ts')).addOperator);
export const listOperators = lazily(async () => (await import('./operations/store.ts')).listOperators);
export const disableOperator = lazily(async () => (await import('./operations/store.ts')).disableOperator);

export const listRules = lazily(async () => (await import('./rules/library.ts')).listRules);
export const showRule = lazily(async () => (await import('./rules/library.ts')).showRule);
export const checkRuleFiles = lazily(async () => (await import('./rules/library.ts')).checkRuleFiles);
export const testRuleFiles = lazily(async () => (await import('./rules/library.ts')).testRuleFiles);
export const writeCatalogue = lazily(async () => (await import('./rules/library.ts')).writeCatalogue);

export const draftRule = lazily(async () => (await import('./rules/life-cycle.ts')).draftRule);
export const submitRule = lazily(async () => (await import('./rules/life-cycle.ts')).submitRule);
export const decideRule = lazily(async () => (await import('./rules/life-cycle.ts')).decideRule);
export const publishRule = lazily(async () => (await import('./rules/life-cycle.ts')).publishRule);
export const retireRule = lazily(async () => (await import('./rules/life-cycle.ts')).retireRule);
export const ruleHistory = lazily(async () => (await import('./rules/life-cycle.ts')).ruleHistory);
export const exportRules = lazily(async () => (await import('./rules/life-cycle.ts')).exportRules);
export const importRuleLibrary = lazily(async () => (await import('./rules/life-cycle.ts')).importRuleLibrary);
export const proposeRuleExemption = lazily(async () => (await import('./rules/life-cycle.ts')).proposeRuleExemption);
export const approveRuleExemption = lazily(async () => (await import('./rules/life-cycle.ts')).approveRuleExemption);
export const ruleExemptions = lazily(async () => (await import('./rules/life-cycle.ts')).ruleExemptions);

export const tryRule = lazily(async () => (await import('./rules/study.ts')).tryRule);
export const backtestRule = lazily(async () => (await import('./rules/study.ts')).backtestRule);
export const ruleCoverage = lazily(async () => (await import('./rules/study.ts')).ruleCoverage);
export const compareRules = lazily(async () => (await import('./rules/study.ts')).compareRules);

export const importPoints = lazily(async () => (await import('./rules/knowledge.ts')).importPoints);
export const undoImport = lazily(async () => (await import('./rules/knowledge.ts')).undoImport);
export const listKnowledge = lazily(async () => (await import('./rules/knowledge.ts')).listKnowledge);
export const compareKnowledge = lazily(async () => (await import('./rules/knowledge.ts')).compareKnowledge);

export const writeKernelFiles = lazily(async () => (await import('./rules/kernel.ts')).writeKernelFiles);
export const kernelSchema = lazily(async () => (await import('./rules/kernel.ts')).kernelSchema);
export const filterRecords = lazily(async () => (await import('./rules/kernel.ts')).filterRecords);

export const importGroupingScheme = lazily(async () => (await import('./schemes/schemes.ts')).importGroupingScheme);
export const formDipCatalogue = lazily(async () => (await import('./schemes/schemes.ts')).formDipCatalogue);
export const listSchemes = lazily(async () => (await import('./schemes/schemes.ts')).listSchemes);
export const showGroup = lazily(async () => (await import('./schemes/schemes.ts')).showGroup);
export const checkGroupingScheme = lazily(async () => (await import('./schemes/schemes.ts')).checkGroupingScheme);
export const compareSchemes = lazily(async () => (await import('./schemes/schemes.ts')).compareSchemes);

export const groupCasesBy = lazily(async () => (await import('./schemes/group.ts')).groupCasesBy);
