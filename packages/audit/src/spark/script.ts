import { type PlainSchema, plainTables, schemaText } from '@hengjian/lake';

/** A text literal of Spark SQL. */
export const sparkText = (value: string): string =>
  `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\t', '\\t').replaceAll('\n', '\\n')}'`;

/** Quotes a word of a shell command. */
export const shellWord = (value: string): string => (/^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`);

export interface ScriptOptions {
  /** Folder of the plain form, as the executors see it. */
  readonly tables: string;
  /** Folder the records of the kernel are written to. */
  readonly out: string;
  /** Folder for what the second pass judges across persons. */
  readonly judged: string;
  readonly schema: PlainSchema;
  /** Words of the command that runs the kernel on an executor, without `--schema`. */
  readonly kernel: readonly string[];
}

const format = "ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' LINES TERMINATED BY '\\n' NULL DEFINED AS '\\\\N'";

/** SELECT of the records of one table: person, table, values joined by tabs. */
function recordsOf(table: string, columns: PlainSchema[keyof PlainSchema]): string {
  const values = (columns ?? []).map(({ name }) => `coalesce(CAST(${name} AS STRING), '\\\\N')`);
  const joined = values.length === 0 ? "''" : `concat_ws('\\t', ${values.join(', ')})`;
  return `SELECT psn, '${table}' AS tag, ${joined} AS cells FROM ${table}`;
}

/**
 * The Spark SQL job. First pass: all records of a person go to one task in the order of the persons, the kernel judges
 * them there, and what it writes is stored. Second pass: the events of one part of a walk (keys, counters of peers, rows
 * of groups) go to one task, which judges them. A task that is repeated stores its records once.
 */
export function sparkScript(options: ScriptOptions): string {
  const tables = plainTables.filter((table) => options.schema[table] !== undefined);
  const command = [...options.kernel, '--schema', schemaText(options.schema)].map(shellWord).join(' ');
  return [
    ...tables.map(
      (table) => `CREATE OR REPLACE TEMPORARY VIEW ${table} USING parquet OPTIONS (path ${sparkText(`${options.tables}/${table}`)});`,
    ),
    `INSERT OVERWRITE DIRECTORY ${sparkText(options.out)} USING parquet`,
    `SELECT TRANSFORM (psn, tag, cells) ${format}`,
    `  USING ${sparkText(command)} AS (kind STRING, key STRING, body STRING) ${format}`,
    'FROM (',
    `  SELECT psn, tag, cells FROM (\n    ${tables.map((table) => recordsOf(table, options.schema[table])).join('\n    UNION ALL ')}\n  )`,
    '  DISTRIBUTE BY psn SORT BY psn',
    ');',
    `CREATE OR REPLACE TEMPORARY VIEW kernel_output USING parquet OPTIONS (path ${sparkText(options.out)});`,
    `INSERT OVERWRITE DIRECTORY ${sparkText(options.judged)} USING parquet`,
    `SELECT TRANSFORM (key, body) ${format}`,
    `  USING ${sparkText([...options.kernel, '--judge'].map(shellWord).join(' '))} AS (kind STRING, key STRING, body STRING) ${format}`,
    "FROM (SELECT key, body FROM kernel_output WHERE kind = 'events' DISTRIBUTE BY key SORT BY key);",
    '',
  ].join('\n');
}
