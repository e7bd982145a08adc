import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { RefusedInput } from '@hengjian/standard';
import type { Duck } from './duck.ts';
import { type FoundFile, hashFile } from './files.ts';
import type { Load } from './land.ts';
import type { Crosswalk, Mapping, TableSource } from './mapping.ts';
import { defaultPersonKeys } from './plan.ts';
import { ident, text } from './sql.ts';
import { type Layout, type Staged, stage, stagedSql } from './stage.ts';
import type { FieldPlan } from './typed.ts';

interface Input {
  readonly duck: Duck;
  readonly mapping: Mapping;
  readonly files: readonly FoundFile[];
  readonly scratch: string;
  readonly known: ReadonlySet<string>;
  readonly firstSeq: number;
  readonly signal: AbortSignal | undefined;
}

export interface MappedLoads {
  readonly loads: readonly Load[];
  readonly hashes: ReadonlyMap<number, string>;
  /** Names of files that the mapping reads. */
  readonly used: ReadonlySet<string>;
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
function matching(files: readonly FoundFile[], patterns: readonly string[]): FoundFile[] {
  const hits = (file: FoundFile, pattern: string): boolean =>
    [file.name, file.name.split('/').at(-1) ?? ''].some((name) => globbed(pattern).test(name));
  const [out, into] = [patterns.filter((pattern) => pattern.startsWith('!')), patterns.filter((pattern) => !pattern.startsWith('!'))];
  return files.filter((file) => into.some((pattern) => hits(file, pattern)) && !out.some((pattern) => hits(file, pattern.slice(1))));
}

/** Whether a query reads an optional source that has no file in this batch. */
function readsAbsentSource(query: string, mapping: Mapping, files: readonly FoundFile[]): boolean {
  return Object.entries(mapping.sources).some(
    ([name, source]) => source.optional && new RegExp(`\\b${name}\\b`).test(query) && matching(files, source.files).length === 0,
  );
}

/** SQL of the text of a column as its specification says. */
function plansOf(source: TableSource, mapping: Mapping, columns: readonly string[], file: string): FieldPlan[] {
  const byName = new Map(columns.map((column) => [column.toLowerCase(), column]));
  const columnSql = (name: string, field: string): string => {
    const column = byName.get(name.toLowerCase());
    if (column === undefined) {
      throw new RefusedInput({
        code: 'column-missing',
        message: `the mapping reads the column ${name}, which the file does not have`,
        remedy: `use one of ${columns.slice(0, 20).join(', ')}`,
        place: { file, row: source.layout.header ?? 1, field },
      });
    }
    return ident(column);
  };
  const day = source.columns.fee_ocur_time?.from ?? source.columns.begntime?.from;
  const plans = Object.entries(source.columns).map(([field, spec]): FieldPlan => {
    if (spec.from === undefined) return { field, from: text(spec.constant ?? '') };
    let from = columnSql(spec.from, field);
    const origin = from;
    if (spec.decorated) from = `regexp_replace(${from}, '[,，¥￥$元 ]', '', 'g')`;
    const codes = Object.entries(spec.codes);
    if (codes.length > 0)
      from = `CASE trim(${from}) ${codes.map(([local, national]) => `WHEN ${text(local)} THEN ${text(national)}`).join(' ')} ELSE ${from} END`;
    if (spec.crosswalk !== undefined) from = crosswalked(spec.crosswalk, from, day === undefined ? undefined : columnSql(day, field));
    if (spec.constant !== undefined) from = `coalesce(${from}, ${text(spec.constant)})`;
    return { field, from, origin, formats: spec.formats, inFen: spec.unit === 'fen' };
  });
  return mapping.patient === undefined || !byName.has(mapping.patient.toLowerCase())
    ? plans
    : [...plans, { field: '_patient', from: columnSql(mapping.patient, 'patient') }];
}

function crosswalked(name: string, value: string, day: string | undefined): string {
  const at =
    day === undefined
      ? ''
      : ` AND (c.valid_from IS NULL OR TRY_CAST(${day} AS DATE) >= c.valid_from) AND (c.valid_to IS NULL OR TRY_CAST(${day} AS DATE) <= c.valid_to)`;
  return `coalesce((SELECT min(c.national) FROM crosswalk_${name.replace(/\W/g, '_')} c WHERE c.local = trim(${value})${at}), ${value})`;
}

async function loadCrosswalk(duck: Duck, crosswalk: Crosswalk): Promise<void> {
  const table = `crosswalk_${crosswalk.name.replace(/\W/g, '_')}`;
  await duck.run(`CREATE TABLE ${table} (local VARCHAR, national VARCHAR, valid_from DATE, valid_to DATE)`);
  const day = (value: string): string => (value === '' ? 'NULL' : `TRY_CAST(${text(value)} AS DATE)`);
  for (let start = 0; start < crosswalk.rows.length; start += 1000) {
    const rows = crosswalk.rows
      .slice(start, start + 1000)
      .map((row) => `(${text(row.local)}, ${text(row.national)}, ${day(row.valid_from)}, ${day(row.valid_to)})`);
    await duck.run(`INSERT INTO ${table} VALUES ${rows.join(', ')}`);
  }
}

/** Runs a query over the named sources and stages its result. */
async function stageQuery(duck: Duck, query: string, seq: number, scratch: string, file: string): Promise<Staged> {
  const target = join(scratch, `stage-${seq}.parquet`);
  let described: readonly Readonly<Record<string, unknown>>[];
  try {
    described = await duck.rows(`DESCRIBE ${query}`);
  } catch (error) {
    if (error instanceof RefusedInput || (error as Error).name === 'Cancelled') throw error;
    throw new RefusedInput({
      code: 'mapping-query',
      message: `the query does not run: ${(error as Error).message.split('\n')[0]}`,
      remedy: 'mend the query; named sources are its tables',
      place: { file },
    });
  }
  const columns = described.map((row) => String(row.column_name)).filter((name) => name !== '_row' && name !== '_seq');
  const row = described.some((one) => one.column_name === '_row') ? 'CAST(_row AS BIGINT)' : 'row_number() OVER ()';
  const rows = await duck.count(
    `COPY (SELECT ${row} AS _row, ${seq} AS _seq, ${columns.map((name) => `CAST(${ident(name)} AS VARCHAR) AS ${ident(name)}`).join(', ')} FROM (${query})) TO ${text(target)} (FORMAT parquet)`,
  );
  return { path: target, columns, rows, broken: [], skipped: 0 };
}

/** Stages what a mapping reads. */
export async function mappedLoads(input: Input): Promise<MappedLoads> {
  const { duck, mapping, files, scratch, known, signal } = input;
  let seq = input.firstSeq;
  const used = new Set<string>();
  const hashes = new Map<number, string>();
  const loads: Load[] = [];
  const staged = new Map<string, Staged>();
  const read = async (file: FoundFile, layout: Layout, number: number): Promise<Staged> => {
    used.add(file.name);
    return stage(duck, file, layout, scratch, number, signal);
  };
  for (const crosswalk of mapping.crosswalks) await loadCrosswalk(duck, crosswalk);
  const contents = new Map<string, string>();
  const contentOf = async (file: FoundFile): Promise<string> => {
    const hash = contents.get(file.path) ?? (await hashFile(file.path, signal));
    contents.set(file.path, hash);
    return hash;
  };
  const identity = (parts: readonly string[]): string =>
    createHash('sha256')
      .update([...parts, mapping.content].join('|'))
      .digest('hex');
  let sourceFiles: FoundFile[] | undefined;
  const openSources = async (): Promise<FoundFile[]> => {
    const all: FoundFile[] = [];
    for (const [name, source] of Object.entries(mapping.sources)) {
      const found = matching(files, source.files);
      if (found.length === 0 && source.optional) continue;
      if (found.length === 0)
        throw new RefusedInput({
          code: 'mapping-no-file',
          message: `no file matches the source ${name} (${source.files.join(', ')})`,
          remedy: 'check the pattern or add the file',
          place: { file: mapping.file },
        });
      const parts: Staged[] = [];
      for (const file of found) {
        seq += 1;
        parts.push(await read(file, source.layout, seq));
      }
      await duck.run(`CREATE OR REPLACE TEMP VIEW ${ident(name)} AS ${parts.map((part) => stagedSql([part])).join(' UNION ALL BY NAME ')}`);
      all.push(...found);
    }
    return all;
  };
  if (mapping.tables.every((source) => source.query !== undefined && readsAbsentSource(source.query, mapping, files))) {
    throw new RefusedInput({
      code: 'mapping-no-file',
      message: 'no file matches any source of the mapping',
      remedy: 'check the patterns of sources or add the files',
      place: { file: mapping.file },
    });
  }
  for (const [index, source] of mapping.tables.entries()) {
    const rest = { table: source.table, meaning: source.meaning, personKeys: mapping.personKeys ?? defaultPersonKeys };
    if (source.query !== undefined) {
      if (readsAbsentSource(source.query, mapping, files)) continue;
      sourceFiles ??= await openSources();
      const named = Object.entries(mapping.sources).find(([one]) => new RegExp(`\\b${one}\\b`).test(source.query ?? ''))?.[1].files ?? [];
      const name = matching(files, named)[0]?.name ?? 'query';
      const hash = identity([...(await Promise.all(sourceFiles.map(contentOf))), source.table, String(index)]);
      if (known.has(hash)) continue;
      seq += 1;
      const result = await stageQuery(duck, source.query, seq, scratch, mapping.file);
      loads.push({ ...rest, staged: result, seq, file: name, plans: plansOf(source, mapping, result.columns, name) });
      hashes.set(seq, hash);
      continue;
    }
    const found = matching(files, source.files);
    if (found.length === 0)
      throw new RefusedInput({
        code: 'mapping-no-file',
        message: `no file matches ${source.files.join(', ')} of ${source.table}`,
        remedy: 'check the pattern or add the file',
        place: { file: mapping.file },
      });
    for (const file of found) {
      const hash = identity([await contentOf(file), source.table, String(index), file.name]);
      used.add(file.name);
      if (known.has(hash)) continue;
      seq += 1;
      const result = await read(file, source.layout, seq);
      staged.set(file.path, result);
      loads.push({ ...rest, staged: result, seq, file: file.name, plans: plansOf(source, mapping, result.columns, file.name) });
      hashes.set(seq, hash);
    }
  }
  return { loads, hashes, used };
}
