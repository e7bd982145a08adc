import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { merged } from '@hengjian/sources';
import { blanked, decimals, isNumericType, type Problem, RefusedInput, tableOf, type Words, words } from '@hengjian/standard';
import { identifier, integer, openTables, optional, quoted, type Tables, text } from '@hengjian/table';
import { sourceName } from '../engine-names.ts';
import { discover, type FoundFile, isMessages, reachOf } from '../files.ts';
import { loadCrosswalk, matching, noEntry, plansOf, wantedBy } from '../mapped.ts';
import type { Mapping, TableSource } from '../mapping.ts';
import { lakeProblems } from '../problems.ts';
import { shownTextSql } from '../quarantine.ts';
import { rolesOf } from '../roles.ts';
import { splitStaged } from '../split.ts';
import { type Staged, type StagedFile, stage, stagedSql } from '../stage.ts';
import { type FieldPlan, readName, typedName, valuesSelect } from '../typed.ts';

/** Rows of a table as a mapping would read them; who somebody is is not among them. */
export interface MappedRows {
  readonly table: string;
  readonly fields: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a mapping makes of files. */
export interface Probe {
  readonly problems: readonly Problem[];
  /** What is worth knowing and wrong by itself: constants, sheets and files that are not read. */
  readonly notes: readonly Words[];
  readonly shown: readonly MappedRows[];
}

/** Less than this share of the values of a column that can be read makes a question of its format. */
const readableShare = 0.95;
const [sampledRows, shownRows, shownSamples] = [20_000, 10, 3];

const hidden = '***';

class Prober {
  readonly problems: Problem[] = [];
  readonly notes: Words[] = [];
  readonly shown = new Map<string, MappedRows>();
  readonly used = new Set<string>();
  readonly #known = new Map<string, StagedFile>();
  readonly #read = new Set<string>();
  readonly #unread = new Map<string, Words>();
  readonly #engine: Tables;
  readonly #mapping: Mapping;
  readonly #files: readonly FoundFile[];
  readonly #scratch: string;
  #tables = 0;
  #hasVisits = false;

  constructor(engine: Tables, mapping: Mapping, files: readonly FoundFile[], scratch: string) {
    this.#engine = engine;
    this.#mapping = mapping;
    this.#files = files;
    this.#scratch = scratch;
  }

  async table(source: TableSource): Promise<void> {
    const found = matching(this.#files, source.files);
    if (found.length === 0) {
      const patterns = source.files.join(', ');
      this.problems.push(lakeProblems.problem('mapping-no-file', { patterns }, { file: this.#mapping.file, field: source.table }));
    }
    for (const file of found) {
      this.used.add(file.name);
      try {
        const { tables, unread } = await this.#staged(file, source);
        for (const { name, sheet = '', why } of unread) this.#unread.set(`${name}|${sheet}`, why);
        for (const staged of tables) {
          this.#read.add(`${staged.file}|${staged.sheet ?? ''}`);
          await this.#part(source, file, staged);
        }
      } catch (error) {
        if (!(error instanceof RefusedInput)) throw error;
        this.problems.push(...error.problems);
      }
    }
  }

  /** The tables of a file; one that was read in the same way for another table is not read again. */
  async #staged(file: FoundFile, source: TableSource): Promise<StagedFile> {
    const wanted = wantedBy(source);
    const roles = rolesOf(source);
    const key = JSON.stringify([file.path, source.layout, wanted.filter(roles.isAmount), roles.keys]);
    const before = this.#known.get(key);
    const has = ({ columns }: Staged): boolean => wanted.every((name) => columns.some((column) => sourceName(column) === name));
    if (before?.tables.every(has) === true) return before;
    const number = (): number => ++this.#tables;
    const staged = await stage({ engine: this.#engine, file, layout: source.layout, wanted, roles, scratch: this.#scratch, number });
    this.#known.set(key, staged);
    return staged;
  }

  async #part(source: TableSource, file: FoundFile, whole: Staged): Promise<void> {
    const staged = await splitStaged(this.#engine, source, whole, this.#scratch);
    const plans = plansOf(source, this.#mapping, staged, file.name).map((plan) => ({ ...plan, loose: true }));
    const select = valuesSelect(source.table, plans, [], `(SELECT * FROM (${stagedSql([staged])}) LIMIT ${sampledRows})`);
    await this.#formats(source, file, plans, select);
    if (plans.some(({ field }) => field === 'mdtrt_id')) await this.#keepVisits(source, select);
    if (!this.shown.has(source.table) && staged.rows > 0) this.shown.set(source.table, await this.#rows(source, plans, select));
  }

  /** Fields of which many values cannot be read, with samples. */
  async #formats({ table }: TableSource, file: FoundFile, plans: readonly FieldPlan[], select: string): Promise<void> {
    const { fields } = tableOf(table);
    const read = plans.filter(({ field: name }) => {
      const field = fields.get(name);
      return field !== undefined && (isNumericType(field.type) || field.type === 'date' || field.type === 'datetime');
    });
    if (read.length === 0) return;
    // An amount of several rows is read by no format.
    const filled = ({ from }: FieldPlan): string => `nullif(trim(${from}), '') IS NOT NULL AND NOT contains(${from}, ${quoted(merged)})`;
    const bad = (plan: FieldPlan): string => `${filled(plan)} AND ${readName(plan.field)} IS NULL`;
    const counts = read.flatMap((plan, index) => [
      `count(*) FILTER (${filled(plan)}) AS filled_${index}`,
      `count(*) FILTER (${bad(plan)}) AS bad_${index}`,
    ]);
    const shape = Object.fromEntries(read.flatMap((_, index) => [`filled_${index}`, `bad_${index}`]).map((name) => [name, integer]));
    const row = await this.#engine.row(`SELECT ${counts.join(', ')} FROM (${select})`, shape);
    for (const [index, plan] of read.entries()) {
      const [all, wrong] = [row?.[`filled_${index}`] ?? 0, row?.[`bad_${index}`] ?? 0];
      if (wrong === 0 || wrong <= all * (1 - readableShare)) continue;
      const samples = await this.#engine.rows(
        `SELECT DISTINCT ${shownTextSql(table, plan.field, plan.from)} AS sample FROM (${select}) WHERE ${bad(plan)}
         ORDER BY 1 LIMIT ${shownSamples}`,
        { sample: optional(text) },
      );
      const share = `${Math.round(((all - wrong) / all) * 1000) / 10} %`;
      const values = { field: plan.field, share, samples: samples.map(({ sample }) => sample ?? '').join(', ') };
      this.problems.push(lakeProblems.problem('mapping-format', values, { file: file.name, field: plan.field }));
    }
  }

  async #keepVisits({ table }: TableSource, select: string): Promise<void> {
    const number = typedName('mdtrt_id');
    await this.#engine.run('CREATE TEMP TABLE IF NOT EXISTS visit_numbers (source VARCHAR, number VARCHAR, plain VARCHAR, shown VARCHAR)');
    await this.#engine.run(`INSERT INTO visit_numbers SELECT DISTINCT ${quoted(table)}, ${number},
      CASE WHEN regexp_full_match(${number}, '[0-9]+(\\.0+)?') THEN ltrim(regexp_replace(${number}, '\\.0+$', ''), '0') END,
      ${shownTextSql(table, 'mdtrt_id', number)} FROM (${select}) WHERE ${number} IS NOT NULL`);
    this.#hasVisits ||= table === 'mdtrt_d';
  }

  /** Tables whose rows find no visit: a spreadsheet took the zeros before the number of the visit away, or nobody knows why. */
  async visits(): Promise<void> {
    if (!this.#hasVisits) return;
    const found = await this.#engine.rows(
      `WITH visits AS (SELECT DISTINCT number, plain, shown FROM visit_numbers WHERE source = 'mdtrt_d')
       SELECT l.source, count(DISTINCT l.number) AS numbers, count(DISTINCT l.number) FILTER (e.number IS NOT NULL) AS exact,
         count(DISTINCT l.number) FILTER (e.number IS NULL AND v.number IS NOT NULL) AS near, (SELECT count(*) FROM visits) AS visits,
         coalesce(max(greatest(length(v.number), length(l.number))) FILTER (e.number IS NULL AND v.number IS NOT NULL), 0) AS digits,
         coalesce(bool_and(length(l.number) < length(v.number)) FILTER (e.number IS NULL AND v.number IS NOT NULL), false)::INTEGER AS lost,
         coalesce(min(l.shown) FILTER (e.number IS NULL AND v.number IS NOT NULL), '') AS own,
         coalesce(arg_min(v.shown, l.shown) FILTER (e.number IS NULL AND v.number IS NOT NULL), '') AS visit
       FROM visit_numbers l LEFT JOIN visits e ON e.number = l.number LEFT JOIN visits v ON v.plain = l.plain
       WHERE l.source <> 'mdtrt_d' GROUP BY l.source ORDER BY l.source`,
      {
        source: text,
        numbers: integer,
        exact: integer,
        near: integer,
        visits: integer,
        digits: integer,
        lost: integer,
        own: text,
        visit: text,
      },
    );
    for (const { source, numbers, exact, near, visits, digits, lost, own, visit } of found) {
      if (near > numbers * (1 - readableShare)) {
        const values = { source, own, visit, count: near, digits, short: lost === 1 ? source : 'mdtrt_d' };
        this.problems.push(lakeProblems.problem('mapping-visit-zeros', values, { file: this.#mapping.file, field: `${source}.mdtrt_id` }));
      } else if (exact === 0 && visits < sampledRows)
        this.notes.push(
          words(
            `${source} 的 ${numbers} 个就诊号没有一个在 mdtrt_d 中，其各行会等待就诊；请核对 mdtrt_id 取自哪一列`,
            `none of the ${numbers} visit numbers of ${source} is in mdtrt_d, so its rows will wait; check which column fills mdtrt_id`,
          ),
        );
    }
  }

  async #rows({ table }: TableSource, plans: readonly FieldPlan[], select: string): Promise<MappedRows> {
    const { fields } = tableOf(table);
    const kept = plans.flatMap(({ field: name }) => {
      const field = fields.get(name);
      return field === undefined || field.privacy === 'drop' ? [] : [field];
    });
    const cells = kept.map((field) => {
      const value = typedName(field.name);
      const shownAs = identifier(field.name);
      if (field.privacy === 'pseudonym') return `CASE WHEN ${value} IS NOT NULL THEN ${quoted(hidden)} END AS ${shownAs}`;
      if (isNumericType(field.type)) return `CAST(${value} / 1e${decimals[field.type]} AS VARCHAR) AS ${shownAs}`;
      return `${shownTextSql(table, field.name, `CAST(${value} AS VARCHAR)`)} AS ${shownAs}`;
    });
    const shape = Object.fromEntries(kept.map(({ name }) => [name, optional(text)]));
    const rows = await this.#engine.rows(`SELECT ${cells.join(', ')} FROM (${select}) LIMIT ${shownRows}`, shape);
    return { table, fields: kept.map(({ name }) => name), rows: rows.map((row) => kept.map(({ name }) => row[name] ?? '')) };
  }

  /** What of the files nobody reads. */
  left(): void {
    const left = this.#files.filter(({ name }) => !this.used.has(name));
    this.notes.push(...messagesNote(left.filter(isMessages)));
    for (const file of left)
      if (!isMessages(file)) this.notes.push(words(`未读：${file.name}：${noEntry.zh}`, `not read: ${file.name}: ${noEntry.en}`));
    for (const [place, why] of this.#unread) {
      if (this.#read.has(place)) continue;
      const name = blanked(place.replace('|', ' / '));
      this.notes.push(words(`未读：${name}：${why.zh}`, `not read: ${name}: ${why.en}`));
    }
  }

  constants(): void {
    const told = new Set<string>();
    for (const { table, columns } of this.#mapping.tables) {
      const fixed = Object.entries(columns).flatMap(([field, { from, constant }]) =>
        from === undefined ? [`${field} = ${constant ?? ''}`] : [],
      );
      const said = words(`${table} 的常量：${fixed.join('，')}`, `constants of ${table}: ${fixed.join(', ')}`);
      if (fixed.length > 0 && !told.has(said.zh)) this.notes.push(said);
      told.add(said.zh);
    }
  }
}

/** Says that messages are read without a mapping; nothing where there are none. */
export function messagesNote(files: readonly FoundFile[]): readonly Words[] {
  const [first] = files;
  if (first === undefined) return [];
  return [
    words(
      `${files.length} 个接口报文文件（如 ${first.name}）由 ingest 直接读取，不需映射`,
      `${files.length} files of messages of the interface (such as ${first.name}) are read by ingest without a mapping`,
    ),
  ];
}

/** Holds a mapping against files: what it reads is read as an ingest would, and nothing is kept. */
export async function probeMapping(mapping: Mapping, paths: readonly string[]): Promise<Probe> {
  const scratch = mkdtempSync(join(tmpdir(), 'hengjian-probe-'));
  const engine = await openTables({ ...reachOf([...paths, scratch]), spill: scratch, memory: '1GB' });
  try {
    const found = await discover(paths, scratch);
    const prober = new Prober(engine, mapping, found.files, scratch);
    for (const crosswalk of mapping.crosswalks) await loadCrosswalk(engine, crosswalk);
    const patterns = Object.values(mapping.sources).flatMap((source) => source.files);
    for (const file of matching(found.files, patterns)) prober.used.add(file.name);
    for (const source of mapping.tables) if (source.query === undefined) await prober.table(source);
    await prober.visits();
    prober.left();
    prober.constants();
    return { problems: prober.problems, notes: prober.notes, shown: [...prober.shown.values()] };
  } finally {
    engine.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}
