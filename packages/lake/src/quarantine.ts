import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blank, blanked, makeFolder, personPatterns, tableOf, type Words, words } from '@hengjian/standard';
import { identifier, integer, optional, quoted, type Tables, text } from '@hengjian/table';
import type { Refusal } from './balance.ts';
import { groupLoads, type Landed, type Load, personTextOf, sourcesOf, typedSelect } from './land.ts';
import { forgedSql, fromShownSql, isShownSql, normalPersonSql, type PersonKeys, pseudonymSql, shownSql } from './pseudonym.ts';
import { brokenText, brokenWords, quarantineReasons, reasonText, reasonWords } from './reasons.ts';
import { rowInFile } from './split.ts';
import { describeFile, type StoredFile } from './stored.ts';
import { type FieldPlan, readsColumn, typedName } from './typed.ts';

export interface QuarantineFile {
  readonly file: string;
  readonly rows: number;
  readonly stored: readonly StoredFile[];
}

const quoteCell = (value: string): string => `"${value.replaceAll('"', '""')}"`;

const isHidden = (load: Load, field: string): boolean =>
  field === '_patient' || tableOf(load.table).fields.get(field)?.privacy === 'pseudonym';

/** SQL of a person number as it may be shown; a pseudonym that somebody else brought is not, or it would be taken the next time. */
function maskedSql(load: Load, field: string, keys: PersonKeys): string {
  const raw = personTextOf(load, field);
  const pseudonym = `CASE WHEN ${isShownSql(raw)} THEN ${fromShownSql(raw)} ELSE ${pseudonymSql(keys.key, normalPersonSql(raw))} END`;
  return `CASE WHEN ${forgedSql(keys, typedName(field))} THEN NULL ELSE ${shownSql(keys, `(${pseudonym})`)} END`;
}

/** Source columns that may be shown: those the plan reads, person numbers as pseudonyms. */
function originalColumns(load: Load, keys: PersonKeys): string[] {
  const shown = new Set<string>();
  return load.plans.flatMap((plan) =>
    load.staged.columns.flatMap((name) => {
      const column = identifier(name);
      if (!readsColumn(plan, column) || shown.has(column) || isDropped(load, column)) return [];
      shown.add(column);
      const hidden = load.plans.find((one) => readsColumn(one, column) && isHidden(load, one.field));
      const value = hidden === undefined ? openSql(load, plan.field, column) : maskedSql(load, hidden.field, keys);
      return [`${value} AS ${column}`];
    }),
  );
}

/** Whether a source column also fills a field that is never kept, such as a name or a telephone number. */
function isDropped(load: Load, column: string): boolean {
  const { fields } = tableOf(load.table);
  const own = load.plans.filter((plan) => readsColumn(plan, column));
  return own.some((plan) => fields.get(plan.field)?.privacy === 'drop') && !own.some((plan) => isHidden(load, plan.field));
}

/** Fields that hold numbers of their own, which may look like those of a person by chance. */
const isSerial = (table: string, field: string): boolean => tableOf(table).key.includes(field) || /_(?:id|sn|no)$/.test(field);

/** Fields that may hold words. Words in any other are a name or an address that was pushed out of its column, or a signature. */
const holdsWords = (table: string, field: string): boolean => {
  const { type, code_table: codes } = tableOf(table).fields.get(field) ?? {};
  return type === 'string' && codes === undefined && !isSerial(table, field);
};

const wordsLike = '\\p{Han}[\\s\\x{3000}\\x{a0}·.:：]*\\p{Han}|[A-Za-z]{2,}[\\s\\x{3000}\\x{a0}·.]+[A-Za-z]{2,}';
/** Numbers, times and ages with the signs that people write behind them. */
const unitsOnly = '^[0-9０-９.,:：/\\s年月日时分秒元角岁天个周龄小点上下午-]*$';

/** SQL of a cell that is shown, without what looks like an identity card or a mobile telephone. */
export const blankedSql = (value: string, pattern: string = personPatterns.text): string =>
  `CASE WHEN regexp_matches(${value}, ${quoted(pattern)}) THEN ${quoted(blank)} ELSE ${value} END`;

/** SQL of a text that fills a field, as it may be shown. */
export function shownTextSql(table: string, field: string, value: string): string {
  const shown = blankedSql(value, isSerial(table, field) ? personPatterns.serial : personPatterns.text);
  if (holdsWords(table, field)) return shown;
  return `CASE WHEN regexp_matches(${value}, ${quoted(wordsLike)}) AND NOT regexp_matches(${value}, ${quoted(unitsOnly)})
    THEN ${quoted(blank)} ELSE ${shown} END`;
}

const openSql = (load: Load, field: string, value: string): string => shownTextSql(load.table, field, value);

/** SQL over staged rows of the text behind a field as it may be shown; undefined where nothing may be. */
export function shownCell(load: Load, field: string): string | undefined {
  const plan = load.plans.find((one) => one.field === field);
  if (plan === undefined || isHidden(load, field) || tableOf(load.table).fields.get(field)?.privacy === 'drop') return undefined;
  return openSql(load, field, plan.from);
}

interface QuarantineInput {
  readonly lake: string;
  readonly batch: number;
  readonly landed: readonly Landed[];
  readonly loads: readonly Load[];
  readonly keys: PersonKeys;
}

/** Writes one CSV per source file with the rows that were not accepted; it can be mended and ingested again. */
export async function writeQuarantine(engine: Tables, input: QuarantineInput): Promise<QuarantineFile[]> {
  const { lake, batch } = input;
  const out: QuarantineFile[] = [];
  const bad = new Set(input.landed.flatMap((one) => one.quarantined.map((item) => item.seq)));
  for (const load of input.loads) {
    const isBad = sourcesOf(load).some(({ seq }) => bad.has(seq));
    if (!isBad && load.staged.broken.length === 0) continue;
    makeFolder(join(lake, `quarantine/${batch}`));
    const name = `${load.table}-${load.seq}-${load.file.replace(/[^\w.\u4e00-\u9fff-]+/g, '_')}`;
    const path = `quarantine/${batch}/${name}.csv`;
    const stored: StoredFile[] = [];
    let rows = load.staged.broken.length;
    if (isBad) {
      rows += await engine.count(`COPY (${badRowsSql(load, input.keys)}) TO ${quoted(join(lake, path))} (FORMAT csv, HEADER true)`);
      stored.push(describeFile(lake, path));
    }
    if (load.staged.broken.length > 0) {
      const brokenPath = `quarantine/${batch}/${name}-broken.txt`;
      writeBroken(join(lake, brokenPath), load);
      stored.push(describeFile(lake, brokenPath));
    }
    out.push({ file: `${name}.csv`, rows, stored });
  }
  return out;
}

function badRowsSql(load: Load, keys: PersonKeys): string {
  const [group] = groupLoads([load]);
  if (group === undefined) throw new Error('a load without a group');
  const shows = (plan: FieldPlan): boolean => !isHidden(load, plan.field) && tableOf(load.table).fields.get(plan.field)?.privacy !== 'drop';
  const cell = (plan: FieldPlan): string => (shows(plan) ? openSql(load, plan.field, plan.from) : "''");
  const value = load.plans.map((plan) => `WHEN ${quoted(plan.field)} THEN ${cell(plan)}`).join(' ');
  const remedy = Object.keys(quarantineReasons)
    .map((code) => `WHEN ${quoted(code)} THEN ${quoted(reasonText(code))}`)
    .join(' ');
  const [code, field] = ["split_part(_bad, '|', 1)", "split_part(_bad, '|', 2)"];
  // Rows that are made of messages are found by their place there.
  const origin = load.staged.columns.includes('_origin') ? '_origin, ' : '';
  return `SELECT ${quoted(load.file)} AS _file, ${rowInFile(load.staged)} AS _row, ${origin}${field} AS _field,
    CASE ${field} ${value} END AS _value, ${code} AS _reason,
    CASE ${code} ${remedy} END AS _remedy, ${originalColumns(load, keys).join(', ')}
    FROM (${typedSelect(group, keys)}) WHERE _bad IS NOT NULL ORDER BY _row`;
}

/** How many reasons are told on the screen. */
const fewReasons = 3;

interface Asked {
  readonly table: string;
  readonly loads: readonly Load[];
  readonly landed: readonly Landed[];
  readonly keys: PersonKeys;
}

/** A value that was not accepted for a reason, as it may be shown. */
async function sampleOf(engine: Tables, load: Load, keys: PersonKeys, reason: string, field: string): Promise<Words> {
  const rows = `(${badRowsSql(load, keys)}) WHERE _reason = ${quoted(reason)} AND _field = ${quoted(field)}`;
  const row = await engine.row(`SELECT _value AS sample, _row AS place FROM ${rows} ORDER BY _row LIMIT 1`, {
    sample: optional(text),
    place: integer,
  });
  return placeWords(load.file, row?.place ?? 0, row?.sample ?? '');
}

/** A row of a file, with a value that stands there. */
const placeWords = (file: string, row: number, sample: string): Words =>
  words(`${file} 第 ${row} 行${sample === '' ? '' : `：${sample}`}`, `${file} row ${row}${sample === '' ? '' : `: ${sample}`}`);

/** The commonest reasons for which rows of a table were not accepted, each with a sample and what to do. */
export async function commonestRefusals(engine: Tables, { table, loads, landed, keys }: Asked): Promise<Refusal[]> {
  const own = loads.filter((load) => load.table === table);
  const refused = landed.flatMap((one) => (one.table === table ? one.quarantined : []));
  const byReason = Map.groupBy(refused, ({ code, field }) => `${code}|${field}`);
  const found: Refusal[] = [];
  for (const [key, items] of byReason) {
    const [first] = items;
    const load = own.find((one) => sourcesOf(one).some(({ seq }) => seq === first?.seq));
    if (first === undefined || load === undefined) continue;
    const [reason = '', field = ''] = key.split('|');
    const remedy = quarantineReasons[first.code];
    const rows = items.reduce((sum, item) => sum + item.rows, 0);
    found.push({ reason, field, rows, sample: await sampleOf(engine, load, keys, reason, field), says: reasonWords(first.code), remedy });
  }
  const broken = own.flatMap(({ file, staged }) => staged.broken.map((record) => ({ ...record, file })));
  for (const [kind, records] of Map.groupBy(broken, (record) => record.kind)) {
    const [{ file, row, column = '' } = { file: '', row: 0 }] = records;
    found.push({
      reason: kind,
      field: blanked(column),
      rows: records.length,
      sample: placeWords(file, row, ''),
      says: reasonWords('broken-row'),
      remedy: brokenWords(kind),
    });
  }
  return found.sort((left, right) => right.rows - left.rows).slice(0, fewReasons);
}

/** Rows whose cells cannot be told apart: where they are and what is wrong only, because a cell may hold a name. */
function writeBroken(file: string, load: Load): void {
  const lines = load.staged.broken.map(({ file: source = load.file, row, line, column = '', kind }) =>
    [source, String(row), String(line), blanked(column), kind, brokenText(kind)].map(quoteCell).join(','),
  );
  writeFileSync(file, `_file,_row,_line,_column,_reason,_remedy\n${lines.join('\n')}\n`);
}
