import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { extraColumns, type Message, messageTables, type Part, type PlacedMessage } from '@hengjian/messages';
import { tableOf } from '@hengjian/standard';
import { identifier, parquetOf, pathOf, quoted, type Tables } from '@hengjian/table';
import { isFreeText, withoutNumbersSql } from './free-text.ts';
import { answerMarks } from './message-answers.ts';
import { forgedSql, normalPersonSql, type PersonKeys, pseudonymSql, shownSql } from './pseudonym.ts';

/** Columns that say where a part of a row comes from. */
const origins = ['_file', '_row', '_place', '_node', '_shape', '_role', '_side', '_link', '_time'] as const;

/** What messages say, by table: parts of rows, cancelled lines, and the messages themselves. */
const ledgers: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries([...messageTables].map(([table, columns]) => [table, [...origins, ...columns]])),
  cancel: [...origins, 'mdtrt_id', 'feedetl_sn', 'chrg_bchno'],
  message: [...origins, 'infno', 'outcome', 'reason', 'institution'],
};
export const ledgerNames: readonly string[] = Object.keys(ledgers);

const flushAt = 1 << 20;

/** A file of JSON lines that is written as it grows. */
class Lines {
  readonly path: string;
  readonly #handle: number;
  #text = '';

  constructor(path: string) {
    this.path = path;
    this.#handle = openSync(path, 'w', 0o600);
  }

  add(record: Readonly<Record<string, string | undefined>>): void {
    this.#text += `${JSON.stringify(record)}\n`;
    if (this.#text.length >= flushAt) this.#flush();
  }

  #flush(): void {
    writeSync(this.#handle, this.#text);
    this.#text = '';
  }

  close(): void {
    this.#flush();
    closeSync(this.#handle);
  }
}

/** Writes messages aside, one file of lines for each ledger that has any. */
export class MessageWriter {
  readonly #folder: string;
  readonly #lines = new Map<string, Lines>();
  /** Rows that a file has brought so far, by file and ledger. */
  readonly #rows = new Map<string, number>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  #to(ledger: string): Lines {
    const lines = this.#lines.get(ledger) ?? new Lines(join(this.#folder, `messages-${ledger}.ndjson`));
    this.#lines.set(ledger, lines);
    return lines;
  }

  #row(file: string, ledger: string): string {
    const row = (this.#rows.get(`${ledger}|${file}`) ?? 0) + 1;
    this.#rows.set(`${ledger}|${file}`, row);
    return String(row);
  }

  add(file: string, message: PlacedMessage): void {
    const { infno, outcome, reason, institution, untold, link } = message satisfies Message;
    const placed = { _file: file, _place: String(message.place), _time: message.time, _side: message.side };
    const own = untold === undefined ? link : `${answerMarks.byContent}${link ?? `|${untold.number}`}`;
    this.#to('message').add({ ...placed, _link: own, infno, outcome, reason, institution });
    // An object is one row of its table, in however many ways it is read.
    const rows = new Map<string, string>();
    const add = (parts: readonly Part[], _link: string | undefined): void => {
      for (const { table, cells, node, shape, role } of parts) {
        const _row = rows.get(`${table}|${node}`) ?? this.#row(file, table);
        rows.set(`${table}|${node}`, _row);
        this.#to(table).add({ ...cells, ...placed, _link, _row, _node: node, _shape: shape, _role: role });
      }
    };
    add(message.parts, own);
    for (const reading of untold?.readings ?? []) {
      const other = `${answerMarks.other}${reading.infno}|${untold?.number ?? ''}`;
      this.#to('message').add({ ...placed, _link: other, infno: reading.infno, outcome: 'rows', institution });
      add(reading.parts, other);
    }
    for (const cells of message.cancels) this.#to('cancel').add({ ...cells, ...placed, _link: own });
  }

  /** The files by ledger. */
  close(): ReadonlyMap<string, string> {
    for (const lines of this.#lines.values()) lines.close();
    return new Map([...this.#lines].map(([ledger, { path }]) => [ledger, path]));
  }
}

/** SQL of a cell: who somebody is becomes a pseudonym in the form that only this program can write, and leaves free texts. */
function cellSql(ledger: string, column: string, keys: PersonKeys): string {
  const name = identifier(column);
  const field = messageTables.has(ledger) ? tableOf(ledger).fields.get(column) : undefined;
  if (field !== undefined && isFreeText(field)) return `${withoutNumbersSql(name)} AS ${name}`;
  if (column !== '_patient' && field?.privacy !== 'pseudonym') return name;
  // The number of a patient holds its institution and is taken as it stands, as where a source names both.
  const patient = `contains(${name}, '|')`;
  const plain = `CASE WHEN ${patient} THEN ${name} ELSE ${normalPersonSql(name)} END`;
  const shown = shownSql(keys, `(${pseudonymSql(keys.key, plain)})`);
  return `CASE WHEN ${name} IS NULL OR ${forgedSql(keys, name)} THEN ${name} ELSE ${shown} END
    AS ${name}`;
}

const named = (ledger: string): readonly string[] => ledgers[ledger] ?? [];

/** What makes a part the same as another: everything but the file and place it was found at. */
const contentOf = (ledger: string): string => {
  const columns = named(ledger).filter((column) => !['_file', '_row', '_place', '_node'].includes(column));
  return `md5(CAST(row(${columns.map(identifier).join(', ')}) AS VARCHAR))`;
};

interface LedgerInput {
  readonly keys: PersonKeys;
  readonly batch: number;
  /** Lines of this batch. */
  readonly fresh: string | undefined;
  /** Parquet files of earlier batches. */
  readonly old: readonly string[];
}

/**
 * Makes the tables `fresh_<ledger>` (of this batch, with repetitions) and `raw_<ledger>` (everything, each part once, from the
 * first place by the names of the files and with the first batch that brought it).
 */
export async function openLedger(engine: Tables, ledger: string, { keys, batch, fresh, old }: LedgerInput): Promise<void> {
  const columns = named(ledger);
  const types = columns.map((column) => `${quoted(column)}: 'VARCHAR'`).join(', ');
  const none = `SELECT ${columns.map((column) => `CAST(NULL AS VARCHAR) AS ${identifier(column)}`).join(', ')} WHERE false`;
  const source =
    fresh === undefined ? none : `SELECT * FROM read_json(${pathOf(fresh)}, format = 'newline_delimited', columns = {${types}})`;
  const cells = columns.map((column) => cellSql(ledger, column, keys)).join(', ');
  await engine.run(`CREATE OR REPLACE TEMP TABLE fresh_${ledger} AS SELECT *, ${contentOf(ledger)} AS _id
    FROM (SELECT ${cells} FROM (${source}))`);
  const stored = parquetOf(old);
  const own = `SELECT *, ${batch} AS _batch FROM fresh_${ledger}`;
  const all = stored === undefined ? own : `SELECT * FROM ${stored} UNION ALL BY NAME ${own}`;
  await engine.run(`CREATE OR REPLACE TEMP TABLE raw_${ledger} AS
    SELECT * REPLACE (min(_batch) OVER (PARTITION BY _id) AS _batch) FROM (${all})
    QUALIFY row_number() OVER (PARTITION BY _id ORDER BY _file, TRY_CAST(_place AS BIGINT), TRY_CAST(_row AS BIGINT), _node) = 1`);
}

/** Whether a ledger of messages has columns of a row of a national table, and which. */
export const rowColumns = (table: string): readonly string[] =>
  (messageTables.get(table) ?? []).filter((column) => !extraColumns.some((one) => one === column));
