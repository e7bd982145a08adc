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
 * The Spark SQL job: all records of a person go to one task in the order of the persons, the kernel judges them there,
 * and what it writes is stored. A task that is repeated stores its records once.
 */
export function sparkScript(options: ScriptOptions): string {
  const tables = plainTables.filter((table) => options.schema[table] !== undefined);
  const command = [...options.kernel, '--schema', schemaText(options.schema)].map(shellWord).join(' ');
  return [
    ...tables.map((table) => `CREATE OR REPLACE TEMPORARY VIEW ${table} USING parquet OPTIONS (path ${sparkText(`${options.tables}/${table}`)});`),
    `INSERT OVERWRITE DIRECTORY ${sparkText(options.out)} USING parquet`,
    `SELECT TRANSFORM (psn, tag, cells) ${format}`,
    `  USING ${sparkText(command)} AS (kind STRING, body STRING) ${format}`,
    'FROM (',
    `  SELECT psn, tag, cells FROM (\n    ${tables.map((table) => recordsOf(table, options.schema[table])).join('\n    UNION ALL ')}\n  )`,
    '  DISTRIBUTE BY psn SORT BY psn',
    ');',
    '',
  ].join('\n');
}
