import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { columnFinder, plainName, type Unread } from '@hengjian/sources';
import { blanked, Cancelled, clippedNames, clippedReason, listed, type Place, RefusedInput, tableOf, words } from '@hengjian/standard';
import { checkedSelect, identifier, openTables, quoted, quotedList, type Tables } from '@hengjian/table';
import { ahead } from './ahead.ts';
import { engineName, sourceName } from './engine-names.ts';
import { type FoundFile, hashFile } from './files.ts';
import { type InstitutionFacts, institutionRow } from './institution.ts';
import type { Load } from './land.ts';
import type { Crosswalk, Mapping, Query, TableSource } from './mapping.ts';
import { defaultPersonKeys } from './plan.ts';
import { lakeProblems } from './problems.ts';
import type { Readings } from './readings.ts';
import { rolesOf } from './roles.ts';
import { crosswalkTable, partColumn, splitStaged } from './split.ts';
import { readAhead, type Staged, type StageJob, stage, stagedSql } from './stage.ts';
import { type FieldPlan, inCalendar1904 } from './typed.ts';

interface Input {
  readonly engine: Tables;
  readonly mapping: Mapping;
  readonly files: readonly FoundFile[];
  readonly scratch: string;
  readonly readings: Readings;
  readonly firstSeq: number;
  readonly signal: AbortSignal | undefined;
  readonly memory: string | undefined;
  readonly threads: number | undefined;
}

export interface MappedLoads {
  readonly loads: readonly Load[];
  readonly hashes: ReadonlyMap<number, string>;
  readonly contents: ReadonlyMap<number, string>;
  /** Names of files that the mapping reads. */
  readonly used: ReadonlySet<string>;
  readonly unread: readonly NotRead[];
  /** Sheets that some part of the mapping reads, as `file|sheet`. */
  readonly readSheets: ReadonlySet<string>;
}

const globbed = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    'i',
  );
/** Files that some pattern matches by their path or name; a pattern that begins with `!` takes files out again. */
export function matching(files: readonly FoundFile[], patterns: readonly string[]): FoundFile[] {
  const hits = (file: FoundFile, pattern: string): boolean =>
    [file.name, file.name.split('/').at(-1) ?? ''].some((name) => globbed(pattern).test(name));
  const [out, into] = [patterns.filter((pattern) => pattern.startsWith('!')), patterns.filter((pattern) => !pattern.startsWith('!'))];
  return files.filter((file) => into.some((pattern) => hits(file, pattern)) && !out.some((pattern) => hits(file, pattern.slice(1))));
}

/** Whether a query reads an optional source that has no file in this batch. */
function readsAbsentSource({ sql }: Query, mapping: Mapping, files: readonly FoundFile[]): boolean {
  return Object.entries(mapping.sources).some(
    ([name, source]) => source.optional && new RegExp(`\\b${name}\\b`).test(sql) && matching(files, source.files).length === 0,
  );
}

/** Source columns that a table reads. */
export const wantedBy = ({ columns, refunds }: TableSource): string[] => [
  ...new Set(
    [
      ...Object.values(columns).flatMap(({ from = '', across = [from], with: second = '' }) => [...across, second]),
      refunds?.column ?? '',
    ].filter((name) => name !== '' && name !== partColumn),
  ),
];

/** SQL of the text of a column as its specification says. */
export function plansOf(source: TableSource, mapping: Mapping, staged: Staged, file: string): FieldPlan[] {
  const { columns, header } = staged;
  const find = columnFinder(columns.map(sourceName));
  const columnSql = (name: string, field: string): string => {
    const column = find(name);
    if (column === undefined) {
      const known = listed(clippedNames(columns.map(sourceName)));
      throw lakeProblems.refused('mapping-column', { column: name, known }, { file, row: Math.max(1, header), field });
    }
    return identifier(engineName(column));
  };
  const { refunds } = source;
  const flag = refunds === undefined ? undefined : columnSql(refunds.column, 'refunds');
  const day = source.columns.fee_ocur_time?.from ?? source.columns.begntime?.from;
  const given = Object.entries(source.columns).map(([field, spec]): FieldPlan => {
    if (spec.from === undefined) return { field, from: quoted(spec.constant ?? '') };
    const own = (spec.across ?? [spec.from]).filter((name) => name !== '').map((name) => columnSql(name, field));
    // Of the columns of a list a row has its own alone.
    let from = own.length === 1 ? (own[0] ?? '') : `coalesce(${own.join(', ')})`;
    const origin = from;
    const second = spec.with === undefined ? undefined : columnSql(spec.with, field);
    if (second !== undefined) from = withSecond(from, second, betweenOf(source.table, field));
    if (spec.decorated) from = `regexp_replace(${from}, '[,，¥￥$元 ]', '', 'g')`;
    if (spec.pad !== undefined) from = padded(from, spec.pad);
    from = translated(from, spec.codes);
    if (spec.crosswalk !== undefined) from = crosswalked(spec.crosswalk, from, day === undefined ? undefined : columnSql(day, field));
    if (spec.constant !== undefined) from = `coalesce(${from}, ${quoted(spec.constant)})`;
    const gives = flag !== undefined && isCounted(source.table, field);
    if (gives) from = givenBack(from, flag, refunds?.values ?? []);
    return {
      field,
      from,
      origin,
      columns: [...own, ...(second === undefined ? [] : [second]), ...(gives ? [flag] : [])],
      formats: spec.formats,
      ...(spec.unit === undefined ? {} : { unit: spec.unit }),
      ...(spec.share === undefined ? {} : { share: spec.share }),
      ...(spec.zone === undefined ? {} : { zone: spec.zone }),
    };
  });
  const plans = staged.calendar1904 === true ? inCalendar1904(source.table, given) : given;
  return mapping.patient === undefined || find(mapping.patient) === undefined
    ? plans
    : [...plans, { field: '_patient', from: columnSql(mapping.patient, 'patient') }];
}

/** Whether a field says how much there was of something: quantities and amounts, and no prices. */
function isCounted(table: string, field: string): boolean {
  const type = tableOf(table).fields.get(field)?.type;
  return type === 'quantity' || type === 'money';
}

/** SQL of a number that is negative where a flag says that the line gives back; one with a minus of its own stays. */
const givenBack = (from: string, flag: string, values: readonly string[]): string =>
  values.length === 0
    ? from
    : `CASE WHEN list_contains(${quotedList(values)}, trim(${flag})) AND NOT regexp_matches(${from}, '[-－−(（]')
    THEN '-' || trim(${from}) ELSE ${from} END`;

/** What stands between two cells of a field: a time of the day behind its day, the unit of an age behind its number. */
function betweenOf(table: string, field: string): string {
  const type = tableOf(table).fields.get(field)?.type;
  return type === 'datetime' ? ' ' : type === 'age' ? '' : '-';
}

/** SQL of two cells as one; without the second, or where the first says the same already, the first stands alone. */
function withSecond(first: string, second: string, between: string): string {
  const [one, two] = [`trim(${first})`, `trim(${second})`];
  const isSaid = between === '' ? `ends_with(${one}, ${two})` : 'false';
  return `CASE WHEN nullif(${two}, '') IS NULL OR ${isSaid} THEN ${first} ELSE ${one} || ${quoted(between)} || ${two} END`;
}

/** SQL of a code that got its leading zeros back; other texts stay. */
const padded = (from: string, digits: number): string =>
  `CASE WHEN regexp_full_match(trim(${from}), '[0-9]{1,${digits}}(\\.0+)?')
    THEN lpad(regexp_replace(trim(${from}), '\\.0+$', ''), ${digits}, '0') ELSE ${from} END`;

/** SQL of the national codes of local texts. */
function translated(from: string, codes: Readonly<Record<string, string>>): string {
  const named = Object.entries(codes).filter(([local]) => local !== '*');
  const rest = codes['*'] === undefined ? from : `CASE WHEN ${from} IS NOT NULL THEN ${quoted(codes['*'])} END`;
  if (named.length === 0) return rest;
  return `CASE trim(${from}) ${named.map(([local, national]) => `WHEN ${quoted(local)} THEN ${quoted(national)}`).join(' ')}
      ELSE ${rest} END`;
}

function crosswalked(name: string, value: string, day: string | undefined): string {
  const at =
    day === undefined
      ? ''
      : ` AND (c.valid_from IS NULL OR TRY_CAST(${day} AS DATE) >= c.valid_from)
          AND (c.valid_to IS NULL OR TRY_CAST(${day} AS DATE) <= c.valid_to)`;
  return `coalesce((SELECT min(c.national) FROM ${crosswalkTable(name)} c WHERE c.local = trim(${value})${at}), ${value})`;
}

export async function loadCrosswalk(engine: Tables, crosswalk: Crosswalk): Promise<void> {
  const table = crosswalkTable(crosswalk.name);
  await engine.run(`CREATE TABLE ${table} (local VARCHAR, national VARCHAR, valid_from DATE, valid_to DATE)`);
  const day = (value: string): string => (value === '' ? 'NULL' : `TRY_CAST(${quoted(value)} AS DATE)`);
  for (let start = 0; start < crosswalk.rows.length; start += 1000) {
    const rows = crosswalk.rows
      .slice(start, start + 1000)
      .map((row) => `(${quoted(row.local)}, ${quoted(row.national)}, ${day(row.valid_from)}, ${day(row.valid_to)})`);
    await engine.run(`INSERT INTO ${table} VALUES ${rows.join(', ')}`);
  }
}

/** A file that a mapping reads, with the hash of its content. */
type ContentOf = (file: FoundFile) => Promise<string>;

function contentReader(signal: AbortSignal | undefined): ContentOf {
  const known = new Map<string, Promise<string>>();
  return (file) => {
    const hash = known.get(file.path) ?? hashFile(file.path, signal);
    known.set(file.path, hash);
    return hash;
  };
}

const noFile = (mapping: Mapping, patterns: readonly string[]): RefusedInput =>
  lakeProblems.refused(
    'mapping-no-file',
    { patterns: listed(patterns, words('（没有写出文件名模式）', '(no pattern is written)')) },
    { file: mapping.file },
  );

const hashOf = (contents: readonly string[]): string => createHash('sha256').update(contents.join('|')).digest('hex');

/** What is not read: a part of a file, or a table that waits for a crosswalk. */
export interface NotRead extends Unread {
  readonly table?: string;
}

/** Why a file is left where there is a mapping. */
export const noEntry = words('映射中没有条目读取它', 'no entry of the mapping reads it');

/** Why a table is not read at all: its values come through a crosswalk of which nothing is confirmed. */
function unconfirmed({ table, columns }: TableSource, { crosswalks }: Mapping): NotRead | undefined {
  const split = Object.values(columns).some((spec) => spec.split !== undefined || spec.across !== undefined);
  const name = Object.values(columns).find(({ crosswalk }) => crosswalk !== undefined)?.crosswalk;
  if (!split || crosswalks.find((one) => one.name === name)?.rows.length !== 0) return undefined;
  const why = words(
    `对照表 ${name} 没有已确认的行；请用 hengjian mapping crosswalk 列出、确认、读回`,
    `nothing of the crosswalk ${name} is confirmed; list, confirm and read it back with hengjian mapping crosswalk`,
  );
  return { name: table, table, why };
}

/** Stages what a mapping reads, one table after another. */
class Stager {
  readonly loads: Load[] = [];
  readonly hashes = new Map<number, string>();
  readonly contents = new Map<number, string>();
  readonly used = new Set<string>();
  readonly unread: NotRead[] = [];
  readonly readSheets = new Set<string>();
  readonly #input: Input;
  readonly #content: ContentOf;
  readonly #told = new Set<string>();
  #seq: number;
  #sources: Promise<readonly OpenSource[]> | undefined;

  constructor(input: Input) {
    this.#input = input;
    this.#content = contentReader(input.signal);
    this.#seq = input.firstSeq;
  }

  #next(): number {
    this.#seq += 1;
    return this.#seq;
  }

  async #read(job: Pick<StageJob, 'file' | 'layout' | 'wanted' | 'reads' | 'roles' | 'source'>): Promise<readonly Staged[]> {
    const { engine, scratch, signal } = this.#input;
    const { file } = job;
    this.used.add(file.name);
    const { tables, unread } = await stage({ ...job, engine, scratch, number: () => this.#next(), signal });
    this.unread.push(...unread);
    for (const { sheet = '' } of tables) this.readSheets.add(`${file.name}|${sheet}`);
    return tables;
  }

  /** Tells which columns of a file some field is filled from. */
  #reads(wanted: readonly string[]): (column: string) => boolean {
    const { patient } = this.#input.mapping;
    const names = new Set([...wanted, ...(patient === undefined ? [] : [patient])].map(plainName));
    return (column) => names.has(plainName(column));
  }

  #identity(parts: readonly string[]): string {
    return createHash('sha256')
      .update([...parts, this.#input.mapping.content].join('|'))
      .digest('hex');
  }

  #remember(seq: number, hash: string, content: string): void {
    this.hashes.set(seq, hash);
    this.contents.set(seq, content);
  }

  async #keep(source: TableSource, file: string, whole: Staged): Promise<void> {
    const { mapping, engine, scratch } = this.#input;
    const staged = await splitStaged(engine, source, whole, scratch);
    const { table, meaning } = source;
    const plans = plansOf(source, mapping, staged, file);
    this.loads.push({ table, meaning, personKeys: mapping.personKeys ?? defaultPersonKeys, staged, seq: staged.number, file, plans });
  }

  async #openSources(): Promise<readonly OpenSource[]> {
    const { mapping, files } = this.#input;
    const open: OpenSource[] = [];
    for (const [name, source] of Object.entries(mapping.sources)) {
      const found = matching(files, source.files);
      if (found.length === 0 && source.optional) continue;
      if (found.length === 0) throw noFile(mapping, source.files);
      const parts: Staged[] = [];
      for (const file of found) parts.push(...(await this.#read({ file, layout: source.layout, wanted: [] })));
      open.push({ name, files: found, parts });
    }
    return open;
  }

  /** What of some sources is in no row: told by the first query that reads them. */
  #leftOf(sources: readonly OpenSource[]): Pick<Staged, 'broken' | 'skipped' | 'titles' | 'blank'> {
    const parts = sources.filter(({ name }) => !this.#told.has(name)).flatMap((one) => one.parts);
    for (const { name } of sources) this.#told.add(name);
    const sum = (count: (part: Staged) => number): number => parts.reduce((all, part) => all + count(part), 0);
    return {
      // What a query makes of their columns nobody knows.
      broken: parts.flatMap(({ broken, file }) => broken.map(({ values: _, ...one }) => ({ ...one, file }))),
      skipped: sum((part) => part.skipped),
      titles: sum((part) => part.titles),
      blank: sum((part) => part.blank),
    };
  }

  async query(source: TableSource, query: Query, index: number): Promise<void> {
    const { mapping, files, readings } = this.#input;
    if (readsAbsentSource(query, mapping, files)) return;
    this.#sources ??= this.#openSources();
    const sources = await this.#sources;
    const contents = await Promise.all(sources.flatMap((one) => one.files).map(this.#content));
    const hash = this.#identity([...contents, source.table, String(index)]);
    const read = sources.filter((one) => new RegExp(`\\b${one.name}\\b`).test(query.sql));
    const name = read[0]?.files[0]?.name ?? 'query';
    if (readings.has(hash, name)) return;
    const seq = this.#next();
    const staged = { ...(await stageQuery(this.#input, { query, seq, sources })), ...this.#leftOf(read) };
    await this.#keep(source, name, staged);
    this.#remember(seq, hash, hashOf(contents));
    readings.add(hash, name, staged.rows);
  }

  /** The row of the register of institutions that the mapping itself holds. */
  async institution(facts: InstitutionFacts): Promise<void> {
    const { engine, mapping, scratch, readings } = this.#input;
    const row = institutionRow(facts);
    const content = hashOf([facts.code, 'medins_info_b', 'mapping']);
    const hash = hashOf([JSON.stringify(row), 'institution']);
    const name = basename(mapping.file);
    if (readings.has(hash, name)) return;
    const seq = this.#next();
    const path = join(scratch, `stage-${seq}.parquet`);
    const cells = Object.entries(row).map(([field, value]) => `${quoted(value)} AS ${identifier(engineName(field))}`);
    await engine.run(`COPY (SELECT CAST(1 AS BIGINT) AS _row, ${seq} AS _seq, ${cells.join(', ')}) TO ${quoted(path)} (FORMAT parquet)`);
    const none = { broken: [], skipped: 0, titles: 0, blank: 0, header: 0, untrusted: [] };
    const staged = { path, number: seq, file: name, columns: Object.keys(row).map(engineName), rows: 1, ...none };
    const plans = Object.keys(row).map((field) => ({ field, from: identifier(engineName(field)) }));
    const table = 'medins_info_b';
    this.loads.push({ table, meaning: {}, personKeys: defaultPersonKeys, staged, seq, file: name, plans });
    this.#remember(seq, hash, content);
    readings.add(hash, name, 1);
  }

  async files(source: TableSource, index: number): Promise<void> {
    const { mapping, files, readings } = this.#input;
    const found = matching(files, source.files);
    if (found.length === 0) throw noFile(mapping, source.files);
    const open = unconfirmed(source, mapping);
    if (open !== undefined) {
      this.unread.push(open);
      return;
    }
    const wanted = wantedBy(source);
    const { layout } = source;
    const { scratch, signal } = this.#input;
    // A file is hashed and read while the one before it is copied.
    const prepare = async (file: FoundFile, at: number) => {
      const content = await this.#content(file);
      const hash = this.#identity([content, source.table, String(index)]);
      const read = readings.knows(hash) ? undefined : await readAhead({ file, layout, wanted, scratch, prefix: `${at}-`, signal });
      return { content, hash, read };
    };
    for await (const { item: file, prepared } of ahead(found, prepare)) {
      const { content, hash } = prepared;
      this.used.add(file.name);
      if (readings.has(hash, file.name)) continue;
      const read = { reads: this.#reads(wanted), roles: rolesOf(source), source: prepared.read };
      const parts = await this.#read({ file, layout, wanted, ...read });
      for (const [part, staged] of parts.entries()) {
        await this.#keep(source, part === 0 ? file.name : `${file.name}/${blanked(staged.sheet ?? '')}`, staged);
        this.#remember(staged.number, hash, content);
        readings.add(hash, file.name, staged.rows);
      }
    }
  }
}

/** A named source of a mapping, staged. */
interface OpenSource {
  readonly name: string;
  readonly files: readonly FoundFile[];
  readonly parts: readonly Staged[];
}

interface QueryJob {
  readonly query: Query;
  readonly seq: number;
  readonly sources: readonly OpenSource[];
}

/** Turns what the engine says of a query into a refusal of the mapping. */
async function orRefused<Result>(place: Place, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RefusedInput || error instanceof Cancelled || !(error instanceof Error)) throw error;
    throw lakeProblems.refused('mapping-query', { reason: clippedReason(error.message) }, place);
  }
}

/** The names of the source instead of those of the engine; columns that number rows stay what they are. */
const renamed = (columns: readonly string[]): string[] =>
  columns
    .filter((column) => sourceName(column) !== column && !sourceName(column).startsWith('_'))
    .map((column) => `${identifier(column)} AS ${identifier(sourceName(column))}`);

/** SELECTs of the parts of a source. The rows of each part are numbered after those of the ones before it. */
function numberedParts(parts: readonly Staged[]): string[] {
  let before = 0;
  return parts.map((part) => {
    const names = renamed(part.columns);
    const rename = names.length === 0 ? '' : ` RENAME (${names.join(', ')})`;
    const replace = before === 0 ? '' : ` REPLACE (_row + ${before} AS _row)`;
    before += part.header + part.rows + part.skipped + part.broken.length + part.titles + part.blank;
    return `SELECT *${replace}${rename} FROM (${stagedSql([part])})`;
  });
}

/**
 * Runs a query of a mapping over its sources and stages the result. The query is one SELECT over them, and its engine can
 * reach nothing but their staged copies and the file of the result.
 */
async function stageQuery({ scratch, signal, memory, threads }: Input, { query, seq, sources }: QueryJob): Promise<Staged> {
  const path = join(scratch, `stage-${seq}.parquet`);
  const files = [...sources.flatMap(({ parts }) => parts.map((part) => part.path)), path];
  const engine = await openTables({ folders: [], files, spill: join(scratch, `query-${seq}`), memory, threads, signal });
  try {
    const names = sources.map(({ name }) => name);
    await checkedSelect(engine, query.sql, names, query.place);
    for (const { name, parts } of sources) {
      const rows = numberedParts(parts).join(' UNION ALL BY NAME ');
      await engine.run(`CREATE TEMP VIEW ${identifier(name)} AS ${rows}`);
    }
    const select = query.sql.replace(/[;\s]+$/, '');
    const described = await orRefused(query.place, () => engine.columns(select));
    const named = described.map(({ name }) => name).filter((name) => name !== '_row' && name !== '_seq');
    const columns = named.map(engineName);
    const row = described.some(({ name }) => name === '_row') ? 'CAST(_row AS BIGINT)' : 'row_number() OVER ()';
    const cells = named.map((name) => `CAST(${identifier(name)} AS VARCHAR) AS ${identifier(engineName(name))}`);
    const numbered = `SELECT ${[`${row} AS _row`, `${seq} AS _seq`, ...cells].join(', ')} FROM (${select}\n)`;
    const rows = await orRefused(query.place, () => engine.count(`COPY (${numbered}) TO ${quoted(path)} (FORMAT parquet)`));
    const parts = sources.flatMap((source) => source.parts);
    // A query may carry a mark into any column.
    const untrusted = parts.some((part) => part.untrusted.length > 0) ? columns : [];
    const none = { broken: [], skipped: 0, titles: 0, blank: 0, header: 1 };
    return { path, number: seq, file: parts[0]?.file ?? 'query', columns, rows, untrusted, ...none };
  } finally {
    engine.close();
  }
}

/** Stages what a mapping reads. */
export async function mappedLoads(input: Input): Promise<MappedLoads> {
  const { engine, mapping, files } = input;
  for (const crosswalk of mapping.crosswalks) await loadCrosswalk(engine, crosswalk);
  if (mapping.tables.length > 0 && mapping.tables.every(({ query }) => query !== undefined && readsAbsentSource(query, mapping, files)))
    throw noFile(
      mapping,
      Object.values(mapping.sources).flatMap((source) => source.files),
    );
  const stager = new Stager(input);
  const { institution } = mapping;
  const isRegistered = mapping.tables.some(({ table }) => table === 'medins_info_b');
  if (institution !== undefined && institution.code !== '' && !isRegistered) await stager.institution(institution);
  for (const [index, source] of mapping.tables.entries()) {
    if (source.query === undefined) await stager.files(source, index);
    else await stager.query(source, source.query, index);
  }
  return stager;
}
