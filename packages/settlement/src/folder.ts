import { closeSync, existsSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  canonicalJson,
  contentHash,
  type DipCatalogue,
  type GroupedLakeStay,
  groupStatuses,
  parseStored,
  type Scheme,
} from '@hengjian/grouping';
import { contradictedCost, totalNotLines, words } from '@hengjian/standard';
import { draftPublication, jsonReader, openPublication, type Publication, type PublishedKind } from '@hengjian/stored';
import { Type } from 'typebox';
import type { Ruling } from './forms/form.ts';
import { settlementProblems } from './problems.ts';
import type { SettlementRun } from './run.ts';
import { cityHtml } from './statement/city-html.ts';
import { type StatementData, statementsOf } from './statement/data.ts';
import { weightsHtml } from './statement/weights-html.ts';
import type { StatementTask } from './statement/write.ts';
import type { CaseLine } from './tally.ts';
import type { Tariff } from './tariff.ts';
import { parseTariff } from './tariff-file.ts';

export const settlementKind: PublishedKind = { id: 'settlement', format: 2, name: words('结算', 'settlement') };

/** What a settlement says about prices: by which scheme stays were grouped, the tariff, and what was decided of single stays. */
export interface GroupPricing {
  readonly scheme: { readonly id: string; readonly hash: string };
  readonly tariff: Tariff;
  readonly rulings: Readonly<Record<string, Ruling>>;
  /** Groups that an objection or a list sent again gave stays in place of those the lake has. */
  readonly groups?: Readonly<Record<string, Pick<GroupedLakeStay, 'grp_code' | 'status'>>>;
}

/** What a settlement folder holds, by whoever reads it. */
export interface Settlement {
  readonly contents: SettlementContents;
  readonly pricing: GroupPricing;
  /** The scheme that grouped the stays; `undefined` when the settlement keeps none. */
  readonly scheme: Scheme | DipCatalogue | undefined;
  /** The bureau's own table of the charges of procedures, as text; `undefined` when that of the library holds. */
  readonly charges: string | undefined;
  /** Codes of the hospitals that have a statement. */
  readonly hospitals: readonly string[];
  /** Path of the page of a hospital. Throws a refusal when it has none. */
  statementPage(hospital: string): string;
}

const names = {
  contents: 'settlement.json',
  prices: 'prices.json',
  rulings: 'rulings.json',
  scheme: 'scheme.json',
  charges: 'procedure-charges.csv',
  city: 'year.html',
} as const;
const statements = 'statements';
const months = 'months';

const contentsSchema = Type.Object({
  id: Type.String(),
  title: Type.Object({ zh: Type.String(), en: Type.String() }),
  months: Type.Array(Type.String()),
  year: Type.Optional(Type.Integer()),
  hospitals: Type.Array(Type.String()),
  left_out: Type.Integer(),
  /** Cases whose cost is contradicted by the lines of the stay; absent where there is none. */
  total_not_lines: Type.Optional(Type.Integer()),
});
export type SettlementContents = Type.Static<typeof contentsSchema>;

const review = Type.Union([
  Type.Object({ outcome: Type.Literal('pass'), by: Type.Literal('item') }),
  Type.Object({ outcome: Type.Literal('pass'), by: Type.Literal('standard'), standard_fen: Type.Integer() }),
  Type.Object({ outcome: Type.Literal('fail') }),
]);
const ruling = Type.Object({
  review: Type.Optional(review),
  beyond_high_share: Type.Optional(Type.Boolean()),
  readmission_share: Type.Optional(Type.Integer()),
  auxiliary: Type.Optional(Type.Integer()),
});
const given = Type.Object({ grp_code: Type.String(), status: Type.Enum(groupStatuses) });
const rulingsSchema = Type.Object({
  scheme: Type.Object({ id: Type.String(), hash: Type.String() }),
  rulings: Type.Record(Type.String(), ruling),
  groups: Type.Optional(Type.Record(Type.String(), given)),
});

const contentsReader = jsonReader(contentsSchema, words('结算目录', 'contents of a settlement'));
const rulingsReader = jsonReader(rulingsSchema, words('结算裁定', 'rulings of a settlement'));

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 1)}\n`;

/** File name of a hospital without its ending; codes may hold anything. */
const statementFile = (hospital: string): string => encodeURIComponent(hospital);

function caseRecord({ stay, price, fund_fen }: CaseLine): object {
  const contradicted = contradictedCost(stay);
  return {
    ...price,
    group_of_list: stay.grp_code,
    medfee_sumamt: stay.medfee_sumamt,
    psn_pay: stay.psn_pay,
    acct_pay: stay.acct_pay,
    dscg_day: stay.dscg_day,
    fund_fen,
    fund_at_tariff_fen: price.fund_fen,
    ...(contradicted === undefined ? {} : { note: totalNotLines, lines_fen: contradicted.lines_fen }),
  };
}

/** One JSON object a line, written in pieces. */
function writeLines(path: string, cases: readonly CaseLine[]): void {
  const handle = openSync(path, 'w');
  try {
    for (let from = 0; from < cases.length; from += 2_000) {
      const lines = cases.slice(from, from + 2_000).map((line) => `${JSON.stringify(caseRecord(line))}\n`);
      writeSync(handle, lines.join(''));
    }
  } finally {
    closeSync(handle);
  }
}

/** Writes the next statement whenever a thread is free; a thread has only one hospital in memory. */
function feed(worker: Worker, waiting: Iterator<StatementData>, folder: string, written: string[]): Promise<void> {
  return new Promise((done, failed) => {
    const next = (): void => {
      const { value, done: end } = waiting.next();
      if (end === true) {
        worker.off('message', next);
        done();
        return;
      }
      written.push(value.fixmedins_code);
      worker.postMessage({ ...value, file: join(folder, statementFile(value.fixmedins_code)) } satisfies StatementTask);
    };
    worker.on('message', next);
    worker.once('error', failed);
    worker.once('exit', (code) => failed(new Error(`a thread that writes statements ended with ${code}`)));
    next();
  });
}

/** Writes the statements of all hospitals in threads and returns their codes in order. */
async function writeStatements(run: SettlementRun, folder: string): Promise<readonly string[]> {
  const waiting = statementsOf(run);
  const written: string[] = [];
  const workers = Array.from(
    { length: Math.min(4, availableParallelism()) },
    () => new Worker(new URL('./statement/worker.ts', import.meta.url)),
  );
  try {
    await Promise.all(workers.map((worker) => feed(worker, waiting, folder, written)));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return written.sort();
}

function writeFigures(run: SettlementRun, folder: string): void {
  mkdirSync(join(folder, months));
  mkdirSync(join(folder, statements));
  writeFileSync(join(folder, 'tariff.json'), json(run.tariff));
  if (run.weights !== undefined) {
    writeFileSync(join(folder, 'weights.json'), json(run.weights));
    writeFileSync(join(folder, 'weights.html'), weightsHtml(run.weights, run.title, run.names));
  }
  for (const { cases, ...month } of run.months) {
    writeFileSync(join(folder, months, `${month.month}.json`), json(month));
    if (run.year === undefined) writeLines(join(folder, months, `${month.month}.cases.jsonl`), cases);
  }
  if (run.year !== undefined) {
    const { cases, ...year } = run.year;
    writeFileSync(join(folder, 'year.json'), json(year));
    writeFileSync(join(folder, names.city), cityHtml(run, run.year));
    writeLines(join(folder, 'cases.jsonl'), cases);
  }
}

async function writeRun(run: SettlementRun, folder: string): Promise<SettlementContents> {
  writeFigures(run, folder);
  const hospitals = [...(await writeStatements(run, join(folder, statements)))];
  const cleared = run.year === undefined ? {} : { year: run.year.year };
  return {
    id: run.id,
    title: run.title,
    months: run.months.map(({ month }) => month),
    ...cleared,
    hospitals,
    left_out: run.left_out,
    ...(run.total_not_lines === 0 ? {} : { total_not_lines: run.total_not_lines }),
  };
}

/** What a settlement folder is made of. Prices may stand alone, where somebody only values findings by them. */
export interface SettlementParts {
  readonly pricing: GroupPricing;
  readonly scheme?: Scheme | DipCatalogue | undefined;
  readonly run?: SettlementRun | undefined;
  readonly charges?: string | undefined;
}

/**
 * Publishes a settlement: `settlement.json` (what there is), the tariff it opened with and the prices it ended with, the
 * weights with their page, a file for each month, the year with the page of the city, the cases, and a workbook and a page
 * for each hospital. A settlement that the folder holds is replaced as a whole. The same parts give the same bytes.
 */
export async function publishSettlement(folder: string, parts: SettlementParts, fault?: (step: string) => void): Promise<void> {
  const { pricing, run } = parts;
  const draft = draftPublication(folder, settlementKind);
  try {
    const alone: SettlementContents = {
      id: pricing.tariff.id,
      title: { zh: pricing.tariff.id, en: pricing.tariff.id },
      months: [],
      hospitals: [],
      left_out: 0,
    };
    const contents = run === undefined ? alone : await writeRun(run, draft.folder);
    const write = (name: string, text: string): void => writeFileSync(join(draft.folder, name), text);
    write(names.contents, json(contents));
    write(names.prices, canonicalJson(pricing.tariff));
    write(
      names.rulings,
      canonicalJson({
        scheme: pricing.scheme,
        rulings: pricing.rulings,
        ...(pricing.groups === undefined ? {} : { groups: pricing.groups }),
      }),
    );
    if (parts.scheme !== undefined) write(names.scheme, canonicalJson(parts.scheme));
    if (parts.charges !== undefined) write(names.charges, parts.charges);
    draft.publish(fault);
  } finally {
    draft.close();
  }
}

function schemeOf(publication: Publication, named: GroupPricing['scheme']): Scheme | DipCatalogue | undefined {
  if (!publication.has(names.scheme)) return undefined;
  const file = publication.file(names.scheme);
  const scheme = parseStored(publication.text(names.scheme), file);
  if (contentHash(scheme) !== named.hash) throw settlementProblems.refused('settlement-scheme', { scheme: named.id }, { file });
  return scheme;
}

/**
 * Opens a settlement. Throws a refusal when the folder holds none, when a file of it is damaged, and when its scheme is not
 * the one its prices are for.
 */
export function openSettlement(folder: string): Settlement {
  const publication = openPublication(folder, settlementKind);
  const contents = contentsReader.read(publication.text(names.contents), { file: publication.file(names.contents) });
  const { scheme: named, rulings, groups } = rulingsReader.read(publication.text(names.rulings), { file: publication.file(names.rulings) });
  const tariff = parseTariff(publication.text(names.prices), publication.file(names.prices));
  const pricing: GroupPricing = { scheme: named, tariff, rulings, ...(groups === undefined ? {} : { groups }) };
  return {
    contents,
    pricing,
    scheme: schemeOf(publication, named),
    charges: publication.has(names.charges) ? publication.text(names.charges) : undefined,
    hospitals: contents.hospitals,
    statementPage: (hospital) => {
      if (!contents.hospitals.includes(hospital)) throw settlementProblems.refused('statement-missing', { hospital }, { file: folder });
      return publication.file(`${statements}/${statementFile(hospital)}.html`);
    },
  };
}

/** Where people find the pages of a settlement folder. */
export interface SettlementPages {
  /** Folder of the hospitals' statements. */
  readonly statements: string;
  /** Page of the city's year, or the folder of its months while the year is open. */
  readonly city: string;
}

export function settlementPages(folder: string): SettlementPages {
  const year = join(folder, names.city);
  return { statements: join(folder, statements), city: existsSync(year) ? year : join(folder, months) };
}
