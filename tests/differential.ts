import { DuckDBInstance } from '@duckdb/node-api';
import { openLake } from '@hengjian/lake';
import { type PlainStatement, plainStatements, preparePlain } from '../bench/plain-sql/prelude.ts';

export interface Difference {
  readonly rule: string;
  readonly shape: string;
  readonly kernel: number;
  readonly plain: number;
  readonly onlyKernel: readonly string[];
  readonly onlyPlain: readonly string[];
}

const quoted = (path: string): string => `'${path.replaceAll("'", "''")}'`;

/** Violating lines of a finding, or its first stay for rules about stays. */
function subjectsSql(findings: string, statement: PlainStatement): string {
  const from = `FROM read_parquet(${quoted(findings)}) WHERE rule_id = '${statement.rule}'`;
  const aboutStays = statement.shape === 'visit' || statement.shape === 'stays' || ['N50', 'N51', 'N52'].includes(statement.rule);
  if (aboutStays) return `SELECT DISTINCT mdtrt_id[1] AS subject ${from}`;
  const lines = `SELECT line_key, role, unnest(generate_series(1, len(line_key))) AS i ${from}`;
  return `SELECT DISTINCT line_key[i] AS subject FROM (${lines}) WHERE role[i] = 'violating'`;
}

/** What a plain statement finds; lines by the serial that findings name them by, which says nothing of the institution. */
const plainSql = ({ sql }: PlainStatement): string =>
  `SELECT DISTINCT coalesce(f.bkkp_sn, p.subject) FROM (${sql}) p LEFT JOIN fee_list_d f ON f._key = p.subject`;

/** Compares the findings of a run with what the independently written plain statements find in the same lake. */
export async function comparePlain(lake: string, findings: string): Promise<Difference[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await preparePlain(connection, await openLake(lake));
    const differences: Difference[] = [];
    for (const statement of plainStatements()) {
      const subjects = async (sql: string): Promise<Set<string>> =>
        new Set((await connection.runAndReadAll(sql)).getRows().map(([subject]) => String(subject)));
      const kernel = await subjects(subjectsSql(findings, statement));
      const plain = await subjects(plainSql(statement));
      differences.push({
        rule: statement.rule,
        shape: statement.shape,
        kernel: kernel.size,
        plain: plain.size,
        onlyKernel: [...kernel].filter((subject) => !plain.has(subject)).sort(),
        onlyPlain: [...plain].filter((subject) => !kernel.has(subject)).sort(),
      });
    }
    return differences;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
