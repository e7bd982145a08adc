import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { columnFinder } from '@hengjian/sources';
import {
  blanked,
  codePatterns,
  csvCell,
  isCatalogueCode,
  libraryText,
  parseCsvRecords,
  RefusedInput,
  replaceFile,
} from '@hengjian/standard';
import { identifier, integer, openTables, optional, type Tables, text } from '@hengjian/table';
import { discover, type FoundFile, reachOf } from '../files.ts';
import { matching, plansOf, wantedBy } from '../mapped.ts';
import { type ColumnSpec, type Mapping, parseMapping, type TableSource } from '../mapping.ts';
import { rolesOf } from '../roles.ts';
import { splitStaged } from '../split.ts';
import { type Staged, stage, stagedSql } from '../stage.ts';
import { typedName, valuesSelect } from '../typed.ts';
import type { Accepted, Proposal } from './proposal.ts';

interface Named {
  readonly code: string;
  readonly name: string;
  readonly plain: string;
}

const romans: Readonly<Record<string, string>> = { Ⅰ: 'I', Ⅱ: 'II', Ⅲ: 'III', Ⅳ: 'IV', Ⅴ: 'V' };

/** A name as it is compared: half-width, without what stands in brackets, without blanks and signs. */
export const normalName = (name: string): string =>
  name
    .replaceAll(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replaceAll(/[ⅠⅡⅢⅣⅤ]/g, (sign) => romans[sign] ?? sign)
    .replaceAll(/[([［【〔][^)\]］】〕]*[)\]］】〕]/g, '')
    .replaceAll(/[\s·、，,。.:：;；'"“”\-—_/*^]/g, '')
    .toLowerCase();

const catalogueOf = (file: string, code: string, name: string): Named[] =>
  parseCsvRecords(libraryText(`codes/${file}.csv`), `codes/${file}.csv`).map((row) => ({
    code: row[code] ?? '',
    name: row[name] ?? '',
    plain: normalName(row[name] ?? ''),
  }));

/** Names of the library for a field that has codes of its own. */
function namesFor(field: string): readonly Named[] {
  if (field === 'diag_code' || field === 'dscg_maindiag_code') return catalogueOf('diagnoses', 'diag_code', 'diag_name');
  if (field === 'oprn_oprt_code') return catalogueOf('operations', 'oprn_oprt_code', 'oprn_oprt_name');
  return ['services', 'drugs', 'consumables'].flatMap((file) => catalogueOf(file, 'hilist_code', 'hilist_name'));
}

/** Whether a text is a code of the library, or has the form of a national one: the library holds few of them. */
function isCodeOf(field: string, code: string): boolean {
  if (namesFor(field).some((one) => one.code === code)) return true;
  if (field === 'diag_code' || field === 'dscg_maindiag_code') return codePatterns.diagnosis.test(code);
  return field === 'oprn_oprt_code' ? codePatterns.operation.test(code) : isCatalogueCode(code);
}

/** Codes whose name is the text, else those whose name holds it or is held by it, the nearest in length first. */
export function candidatesOf(local: string, names: readonly Named[]): readonly Named[] {
  const plain = normalName(local);
  if (plain.length < 2) return [];
  const same = names.filter((one) => one.plain === plain);
  if (same.length > 0) return same;
  const near = names.filter((one) => one.plain.length >= 2 && (one.plain.includes(plain) || plain.includes(one.plain)));
  return near.sort((left, right) => Math.abs(left.plain.length - plain.length) - Math.abs(right.plain.length - plain.length));
}

/**
 * The code that is written beside a text for somebody to confirm: that of the same name. One that is only alike (急性胆囊炎 for
 * 胆囊结石伴急性胆囊炎) may be another disease, so it is shown, and whoever takes it has to write it.
 */
function proposedCode(local: string, [nearest]: readonly Named[]): { readonly national: string; readonly national_name: string } {
  if (nearest === undefined) return { national: '', national_name: '' };
  const { code, name, plain } = nearest;
  return plain === normalName(local) ? { national: code, national_name: name } : { national: '', national_name: `≈ ${code} ${name}` };
}

interface LocalText {
  readonly local: string;
  readonly name: string;
  readonly rows: number;
}

interface Work {
  readonly engine: Tables;
  readonly mapping: Mapping;
  readonly files: readonly FoundFile[];
  readonly scratch: string;
  readonly number: () => number;
  /** Tables that were staged, by file and layout. */
  readonly known: Map<string, readonly Staged[]>;
}

/** The columns of a table without the crosswalks, so that local texts stay what they are. */
const bareOf = (source: TableSource): TableSource => ({
  ...source,
  columns: Object.fromEntries(
    Object.entries(source.columns).map(([field, { crosswalk: _, ...spec }]): [string, ColumnSpec] => [field, spec]),
  ),
});

const namedBy: Readonly<Record<string, string>> = { med_list_codg: 'medins_list_name', hilist_code: 'hilist_name' };

interface Seen {
  readonly texts: readonly LocalText[];
  readonly first: string | undefined;
}

/** Local texts of a field, and the first day of the table. */
async function textsOf(work: Work, source: TableSource, field: string): Promise<Seen> {
  const { engine, mapping, files, scratch, number, known } = work;
  const bare = bareOf(source);
  const counts = new Map<string, { name: string; rows: number }>();
  let first: string | undefined;
  for (const file of matching(files, source.files)) {
    const key = JSON.stringify([file.path, source.layout, wantedBy(bare)]);
    const job = { engine, file, layout: source.layout, wanted: wantedBy(bare), roles: rolesOf(bare), scratch, number };
    const tables = known.get(key) ?? (await stage(job)).tables;
    known.set(key, tables);
    for (const whole of tables) {
      const staged = await splitStaged(engine, bare, whole, scratch);
      const plans = plansOf(bare, { ...mapping, patient: undefined }, staged, file.name).map((plan) => ({ ...plan, loose: true }));
      const select = valuesSelect(source.table, plans, [], `(${stagedSql([staged])})`);
      const has = (name: string): boolean => plans.some((plan) => plan.field === name);
      const nameField = namedBy[field] ?? '';
      const name = has(nameField) ? `max(CAST(${typedName(nameField)} AS VARCHAR))` : 'NULL';
      const day = ['fee_ocur_time', 'begntime'].find(has);
      const since = day === undefined ? 'NULL' : `CAST(CAST(min(${typedName(day)}) AS DATE) AS VARCHAR)`;
      if (!has(field)) continue;
      const rows = await engine.rows(
        `SELECT CAST(${typedName(field)} AS VARCHAR) AS local, ${name} AS name, count(*) AS "rows", ${since} AS since FROM (${select})
         WHERE ${typedName(field)} IS NOT NULL GROUP BY 1 ORDER BY 3 DESC, 1`,
        { local: optional(text), name: optional(text), rows: integer, since: optional(text) },
      );
      for (const row of rows) {
        const local = row.local ?? '';
        counts.set(local, { name: row.name ?? '', rows: row.rows + (counts.get(local)?.rows ?? 0) });
        if (row.since !== null && row.since !== undefined && (first === undefined || row.since < first)) first = row.since;
      }
    }
  }
  const texts = [...counts].map(([local, { name, rows }]) => ({ local: blanked(local), name: blanked(name), rows }));
  return { texts, first };
}

/** Names of the catalogue that the delivery itself brings. */
async function deliveredNames(work: Work): Promise<readonly Named[]> {
  const { engine, files, scratch, number } = work;
  const out: Named[] = [];
  for (const file of files.filter(({ table }) => table === 'hilist_b')) {
    const { tables } = await stage({ engine, file, layout: {}, wanted: ['hilist_code', 'hilist_name'], scratch, number });
    for (const staged of tables) {
      const column = columnFinder(staged.columns);
      const [code, name] = [column('hilist_code'), column('hilist_name')];
      if (code === undefined || name === undefined) continue;
      const select = `SELECT DISTINCT ${identifier(code)} AS code, ${identifier(name)} AS name FROM (${stagedSql([staged])})`;
      const rows = await engine.rows(select, { code: optional(text), name: optional(text) });
      out.push(...rows.map((row) => ({ code: row.code ?? '', name: row.name ?? '', plain: normalName(row.name ?? '') })));
    }
  }
  return out;
}

/** Fields that are read through a crosswalk. */
const usesOf = ({ tables }: Mapping): readonly { readonly source: TableSource; readonly field: string; readonly crosswalk: string }[] =>
  tables.flatMap((source) =>
    Object.entries(source.columns).flatMap(([field, { crosswalk }]) =>
      crosswalk === undefined || source.query !== undefined ? [] : [{ source, field, crosswalk }],
    ),
  );

/** The first day of the delivery: from then on a code that is confirmed holds. */
async function firstDay(work: Work): Promise<string> {
  const days: string[] = [];
  for (const source of work.mapping.tables) {
    const field = ['fee_ocur_time', 'begntime'].find((name) => source.columns[name]?.from !== undefined);
    if (field === undefined || source.query !== undefined) continue;
    const { first } = await textsOf(work, source, field);
    if (first !== undefined) days.push(first);
  }
  return days.sort()[0] ?? '';
}

/** Proposes national codes for the local texts that a mapping reads through crosswalks; those that are decided stay as they are. */
export async function proposeCrosswalks(file: string, paths: readonly string[]): Promise<readonly Proposal[]> {
  const { mapping } = parseMapping(file);
  const scratch = mkdtempSync(join(tmpdir(), 'hengjian-crosswalk-'));
  const engine = await openTables({ ...reachOf([...paths, scratch]), spill: scratch, memory: '1GB' });
  try {
    let tables = 0;
    const number = (): number => ++tables;
    const { files } = await discover(paths, scratch);
    const work = { engine, mapping, files, scratch, number, known: new Map<string, readonly Staged[]>() };
    const delivered = await deliveredNames(work);
    const since = await firstDay(work);
    const out = new Map<string, Proposal>();
    for (const { source, field, crosswalk } of usesOf(mapping)) {
      const names = [...new Map([...namesFor(field), ...delivered].map((one) => [one.code, one])).values()];
      for (const { local, name, rows } of (await textsOf(work, source, field)).texts) {
        const called = name === '' ? local : name;
        const found = candidatesOf(called, names);
        const before = out.get(`${crosswalk}|${local}`);
        out.set(`${crosswalk}|${local}`, {
          ...{ crosswalk, local, name, rows: rows + (before?.rows ?? 0), normalised: normalName(called), candidates: found.length },
          ...{ ...proposedCode(called, found), valid_from: since, valid_to: '', confirmed_by: '' },
        });
      }
    }
    return [...out.values()];
  } finally {
    engine.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Writes what a person has decided into the crosswalk files of a mapping. */
export function acceptCrosswalks(file: string, rows: readonly Readonly<Record<string, string>>[]): readonly Accepted[] {
  const { mapping, problems } = parseMapping(file);
  const damaged = problems.filter(({ code }) => code === 'file-damaged');
  if (damaged.length > 0) throw new RefusedInput(damaged);
  const columns = ['local', 'national', 'valid_from', 'valid_to', 'confirmed_by'] as const;
  return mapping.crosswalks.flatMap(({ name, file: target }) => {
    const own = rows.filter((row) => row.crosswalk === name && (row.local ?? '') !== '');
    if (own.length === 0) return [];
    const lines = own.map((row) => columns.map((column) => csvCell((row[column] ?? '').trim())).join(','));
    replaceFile(target, `${columns.join(',')}\n${lines.join('\n')}\n`);
    const confirmed = own.filter((row) => (row.confirmed_by ?? '').trim() !== '' && (row.national ?? '').trim() !== '');
    const fields = usesOf(mapping).flatMap((use) => (use.crosswalk === name ? [use.field] : []));
    const codes = [...new Set(confirmed.map((row) => (row.national ?? '').trim()))];
    const foreign = codes.filter((code) => !fields.some((field) => isCodeOf(field, code)));
    return [{ file: target, rows: own.length, confirmed: confirmed.length, foreign: fields.length === 0 ? [] : foreign }];
  });
}
