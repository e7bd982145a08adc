import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { RefusedInput } from '@hengjian/standard';
import type { SettlementRun } from './run.ts';
import { cityHtml } from './statement/city-html.ts';
import { statementsOf } from './statement/data.ts';
import { statementHtml } from './statement/html.ts';
import { weightsHtml } from './statement/weights-html.ts';
import { writeStatementWorkbook } from './statement/workbook.ts';
import type { CaseLine } from './tally.ts';

const marker = 'settlement.json';
const json = (value: unknown): string => `${JSON.stringify(value, undefined, 1)}\n`;

/** File name of a hospital; codes may hold anything. */
export const statementFile = (code: string): string => encodeURIComponent(code);

function caseRecord({ stay, price, fund_fen }: CaseLine): object {
  return {
    ...price,
    group_of_list: stay.grp_code,
    medfee_sumamt: stay.medfee_sumamt,
    psn_pay: stay.psn_pay,
    acct_pay: stay.acct_pay,
    dscg_day: stay.dscg_day,
    fund_fen,
    fund_at_tariff_fen: price.fund_fen,
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

function writeFiles(run: SettlementRun, folder: string): void {
  mkdirSync(join(folder, 'months'), { recursive: true });
  mkdirSync(join(folder, 'statements'));
  writeFileSync(join(folder, 'tariff.json'), json(run.tariff));
  if (run.weights !== undefined) {
    writeFileSync(join(folder, 'weights.json'), json(run.weights));
    writeFileSync(join(folder, 'weights.html'), weightsHtml(run.weights, run.title));
  }
  for (const { cases, ...month } of run.months) {
    writeFileSync(join(folder, 'months', `${month.month}.json`), json(month));
    if (run.year === undefined) writeLines(join(folder, 'months', `${month.month}.cases.jsonl`), cases);
  }
  if (run.year !== undefined) {
    const { cases, ...year } = run.year;
    writeFileSync(join(folder, 'year.json'), json(year));
    writeFileSync(join(folder, 'year.html'), cityHtml(run, run.year));
    writeLines(join(folder, 'cases.jsonl'), cases);
  }
  const hospitals: string[] = [];
  for (const data of statementsOf(run)) {
    const file = join(folder, 'statements', statementFile(data.fixmedins_code));
    writeStatementWorkbook(data, `${file}.xlsx`);
    writeFileSync(`${file}.html`, statementHtml(data));
    hospitals.push(data.fixmedins_code);
  }
  const cleared = run.year === undefined ? {} : { year: run.year.year };
  writeFileSync(
    join(folder, marker),
    json({ format: 1, id: run.id, title: run.title, months: run.months.map(({ month }) => month), ...cleared, hospitals, left_out: run.left_out }),
  );
}

/**
 * Writes a run: `settlement.json` (what there is), `tariff.json`, `weights.json` and `.html`, `months/<yyyy-MM>.json`, `year.json` and `.html`,
 * `cases.jsonl` (by month while the year is open) and `statements/<hospital>.xlsx` and `.html`. Written aside and moved into
 * place, replacing a former run. Throws RefusedInput when the folder holds something else.
 */
export function writeRun(run: SettlementRun, folder: string): void {
  const target = resolve(folder);
  if (existsSync(target) && !existsSync(join(target, marker))) {
    throw new RefusedInput({
      code: 'folder-taken',
      message: 'the folder holds something that is no settlement',
      remedy: 'name a new folder',
      place: { file: folder },
    });
  }
  const aside = `${target}.new`;
  const former = `${target}.old`;
  mkdirSync(dirname(target), { recursive: true });
  rmSync(aside, { recursive: true, force: true });
  try {
    writeFiles(run, aside);
    rmSync(former, { recursive: true, force: true });
    if (existsSync(target)) renameSync(target, former);
    renameSync(aside, target);
    rmSync(former, { recursive: true, force: true });
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}
