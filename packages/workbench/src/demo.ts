import { join, resolve } from 'node:path';
import { type RunRecord, reportFiles, type Score } from '@hengjian/audit';
import { type IngestResult, qualityPage } from '@hengjian/lake';
import { type SettlementRun, settlementPages } from '@hengjian/settlement';
import type { SimulationResult } from '@hengjian/simulate';
import { answersFile, type UseCase, words } from '@hengjian/standard';
import { takeListedFolder } from '@hengjian/stored';
import { auditLake } from './audit/audit-lake.ts';
import { scoreAudit } from './audit/findings.ts';
import { ingestFiles, simulateCity } from './audit/intake.ts';
import type { WorkbenchPorts } from './ports.ts';
import { draftSettlement, settle } from './settlement/settle.ts';

const demoYear = 2025;
const scheme = 'demonstration';
/** Lists every file that a demonstration made, so that the next one removes these and nothing else. */
const list = { file: '.hengjian-demo.json', title: words('演示文件清单', 'list of a demonstration') };

export interface DemoInput {
  readonly persons: number;
  readonly seed: number;
  /** Folder for everything the demonstration makes: new, empty, or that of an earlier demonstration. */
  readonly out: string;
  /** Told of each step when it is done, so that a person sees how it goes. */
  readonly step: (step: DemoStep) => void;
}

export type DemoStep =
  | { readonly kind: 'begin'; readonly step: 1 | 2 | 3 | 4; readonly count: number }
  | { readonly kind: 'simulated'; readonly result: SimulationResult }
  | { readonly kind: 'taken'; readonly result: IngestResult }
  | { readonly kind: 'settled'; readonly result: SettlementRun }
  | { readonly kind: 'audited'; readonly result: RunRecord };

export interface DemoResult {
  readonly city: string;
  readonly lake: string;
  readonly result: string;
  readonly settlement: string;
  readonly record: RunRecord;
  readonly score: Score;
  /** Pages to open, the most important first. */
  readonly pages: readonly string[];
}

interface Places {
  readonly city: string;
  readonly lake: string;
  readonly quality: string;
  readonly result: string;
  readonly settlement: string;
  readonly schemes: string;
  readonly parameters: string;
}

const placesIn = (out: string): Places => ({
  city: join(out, 'city'),
  lake: join(out, 'lake'),
  quality: join(out, 'quality'),
  result: join(out, 'result'),
  settlement: join(out, 'settlement'),
  schemes: join(out, 'schemes'),
  parameters: join(out, 'parameters.yaml'),
});

async function settleCity(ports: WorkbenchPorts, places: Places): Promise<SettlementRun> {
  const { lake, schemes, parameters } = places;
  await draftSettlement(ports)({ lake, scheme, schemes, year: demoYear, out: parameters, method: 'drg_rate' });
  return (await settle(ports)({ lake, scheme, schemes, parameters, out: places.settlement })).run;
}

async function auditCity(ports: WorkbenchPorts, { lake, result, settlement }: Places): Promise<RunRecord> {
  const none = {
    rules: undefined,
    knowledge: undefined,
    from: undefined,
    to: undefined,
    threads: undefined,
    memory: undefined,
    previous: undefined,
  };
  return auditLake(ports)({
    lake,
    out: result,
    settlement,
    report: true,
    ...none,
    operations: undefined,
    asOf: undefined,
    spark: undefined,
  });
}

async function runSteps(ports: WorkbenchPorts, input: DemoInput, places: Places): Promise<DemoResult> {
  const { step, persons, seed } = input;
  const { city, lake, quality, result, settlement } = places;
  step({ kind: 'begin', step: 1, count: persons });
  const simulated = await simulateCity(ports)({ persons, year: demoYear, seed, out: city, threads: undefined });
  step({ kind: 'simulated', result: simulated });
  step({ kind: 'begin', step: 2, count: simulated.lines });
  const taken = await ingestFiles(ports)({
    paths: [city],
    lake,
    mapping: undefined,
    report: quality,
    threads: undefined,
    memory: undefined,
  });
  step({ kind: 'taken', result: taken });
  step({ kind: 'begin', step: 3, count: 0 });
  step({ kind: 'settled', result: await settleCity(ports, places) });
  step({ kind: 'begin', step: 4, count: simulated.lines });
  const record = await auditCity(ports, places);
  step({ kind: 'audited', result: record });
  const score = await scoreAudit(ports)({ run: result, truth: join(city, answersFile) });
  const pages = [...reportFiles(result), qualityPage(quality), settlementPages(settlement).city];
  return { city, lake, result, settlement, record, score, pages };
}

/** The main job on a simulated small city: simulate, take in, group and settle, audit, report, score. */
export const demonstrate: UseCase<DemoInput, DemoResult, WorkbenchPorts> = (ports) => async (input) => {
  const out = resolve(input.out);
  const folder = takeListedFolder(out, list);
  try {
    return await runSteps(ports, input, placesIn(out));
  } finally {
    folder.close();
  }
};
