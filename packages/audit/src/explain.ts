import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { openLake, readSegment } from '@hengjian/lake';
import { loadRulebook, type PublishedVersion } from '@hengjian/rulebook';
import { bindRulebook, type Explanation, explainSubject } from '@hengjian/rulespec';
import { formatYuan, RefusedInput, type Segment, type TextColumn } from '@hengjian/standard';
import type { Evidence } from './finding.ts';
import { quoted } from './sql.ts';
import { whyNotWide } from './why-not-wide.ts';

export interface ExplainedFinding {
  readonly finding: Record<string, unknown>;
  readonly text: readonly string[];
}

/** What a finding about an entity and a period was held against. */
function describeStatistic({ statistic }: Evidence): string[] {
  if (statistic === undefined) return [];
  const peers = Object.entries(statistic.peers).map(([name, value]) => `${name} = ${value}`);
  const earlier = statistic.earlier.map(({ period, value }) => `${period} ${value}`);
  return [
    `subject: ${statistic.entity_kind} ${statistic.entity} (${statistic.name}), ${statistic.period}, ${statistic.from} to ${statistic.to}`,
    `value: ${statistic.numerator} ÷ ${statistic.denominator} = ${statistic.value}, over ${statistic.size} rows`,
    earlier.length > 0
      ? `earlier periods: ${earlier.join(', ')}`
      : `compared with ${statistic.compared} entities${peers.length === 0 ? '' : ` of ${peers.join(', ')}`}, itself included`,
    `  ${statistic.formula.zh}`,
    `  ${statistic.formula.en}`,
  ];
}

/** The members of a group and the days on which they were together; members are pseudonyms. */
function describeGroup({ group }: Evidence): string[] {
  if (group === undefined) return [];
  return [
    `group: ${group.key === '' ? 'linked by shared values' : group.key}, ${group.persons} persons, ${group.rows} rows on ${group.days} days`,
    `  ${group.formula.zh}`,
    `  ${group.formula.en}`,
    `members: ${group.members.join(', ')}`,
    'days:',
    ...group.meetings.map(({ day, members, rows }) => `  ${day}: ${members.length} of them (${members.join(', ')}): ${rows.join(', ')}`),
  ];
}

function describe(row: Record<string, unknown>, evidence: Evidence): string[] {
  const money = (name: string): string => (row[name] === null || row[name] === undefined ? 'not known' : `${formatYuan(Number(row[name]))} 元`);
  const lines = evidence.lines.map(
    (line) =>
      `  ${line.role.padEnd(9)} ${line.fee_ocur_time} ${line.item} (${line.med_list_codg}) × ${line.cnt} = ${formatYuan(line.amount_fen)} 元, at issue ${formatYuan(line.charge_fen)} 元; ${line.file} row ${line.row}, key ${line.line_key}`,
  );
  const visits = evidence.visits.map(
    (visit) =>
      `  ${visit.role.padEnd(9)} stay ${visit.mdtrt_id} at ${visit.fixmedins_code ?? '?'}, ${visit.begntime ?? '?'} to ${visit.endtime ?? '?'}, med_type ${visit.med_type ?? '?'}`,
  );
  const read = Object.entries(evidence.read).map(([name, value]) => `${name} = ${value ?? 'missing'}`);
  return [
    `finding ${row.finding_id}: rule ${row.rule_id} version ${row.rule_version}${row.official_code === null ? '' : ` (${row.official_code})`}, ${row.result_type}`,
    `  ${evidence.message.zh}`,
    `  ${evidence.message.en}`,
    `basis: ${row.basis}`,
    ...(evidence.point === undefined
      ? []
      : [
          `knowledge point ${row.point_id}: ${Object.entries(evidence.point)
            .map(([name, value]) => `${name}=${value ?? ''}`)
            .join(', ')}`,
        ]),
    ...describeStatistic(evidence),
    ...describeGroup(evidence),
    'lines:',
    ...lines,
    'stays:',
    ...visits,
    `values read: ${read.length === 0 ? 'none besides the lines' : read.join(', ')}`,
    `exceptions weighed: ${evidence.exceptions.length === 0 ? 'the rule has none' : evidence.exceptions.map((entry) => `${entry.basis}: ${entry.held ? 'held' : 'did not hold'}`).join('; ')}`,
    `arithmetic: ${evidence.arithmetic}`,
    `money: charge ${money('charge_fen')}, in scope ${money('inscope_fen')}, fund ${money('fund_fen')}, owed to the person ${money('person_fen')} (${row.amount_method}, ${row.amount_grade})`,
    `hashes: rule ${evidence.hashes.rule}${evidence.hashes.point === undefined ? '' : `, point ${evidence.hashes.point}`}`,
  ];
}

/** Reads one finding of a run and tells everything it is made of. The id may be shortened as long as it is unambiguous. */
export async function explainFinding(run: string, id: string): Promise<ExplainedFinding> {
  const file = join(run, 'findings.parquet');
  if (!existsSync(file))
    throw new RefusedInput({
      code: 'run-missing',
      message: 'this folder holds no findings',
      remedy: 'name the --out folder of an audit',
      place: { file: run },
    });
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(
      `SELECT * REPLACE (occurred_on::VARCHAR AS occurred_on) FROM read_parquet(${quoted(file)}) WHERE starts_with(finding_id, ${quoted(id)}) LIMIT 2`,
    );
    const [row, second] = reader.getRowObjectsJson() as Record<string, unknown>[];
    if (row === undefined)
      throw new RefusedInput({
        code: 'finding-unknown',
        message: `the run has no finding ${id}`,
        remedy: 'take the id from findings.parquet, the workbook or the report',
      });
    if (second !== undefined)
      throw new RefusedInput({ code: 'finding-ambiguous', message: `several findings begin with ${id}`, remedy: 'give more characters of the id' });
    const evidence = JSON.parse(String(row.evidence)) as Evidence;
    return { finding: { ...row, evidence }, text: describe(row, evidence) };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

export interface WhyNotOptions {
  readonly lake: string;
  readonly rule: string;
  readonly line?: string;
  readonly visit?: string;
  /** Versions in force to answer by; default the rule of the library. */
  readonly published?: readonly PublishedVersion[];
}

export interface WhyNotAnswer {
  readonly rule: string;
  /** Version that judges the subject. */
  readonly version: number;
  readonly subject: string;
  readonly verdict: string;
  readonly text: readonly string[];
}

function findRow(column: TextColumn, wanted: string, live: (row: number) => boolean): number {
  for (let row = 0; row < column.length; row += 1) if (column.get(row) === wanted && live(row)) return row;
  return -1;
}

/** Whether a row belongs to a person of this segment that no newer segment supersedes. */
function liveRows(segment: Segment, table: 'lines' | 'visits', dead: readonly number[]): (row: number) => boolean {
  if (dead.length === 0) return () => true;
  const owner = segment.visits.columns.person as Int32Array;
  const visits = segment.lines.columns.visit as Int32Array;
  const gone = new Set(dead);
  return (row) => !gone.has(owner[table === 'lines' ? (visits[row] as number) : row] as number);
}

/** Tells why a rule hit, cleared or could not judge one line or one stay of a lake. */
export async function whyNot(options: WhyNotOptions): Promise<WhyNotAnswer> {
  const wanted = options.line ?? options.visit;
  if (wanted === undefined)
    throw new RefusedInput({ code: 'why-not-subject', message: 'neither a line nor a stay is named', remedy: 'add --line KEY or --visit MDTRT_ID' });
  const lake = await openLake(options.lake);
  const rulebook = loadRulebook({ ids: [options.rule], ...(options.published === undefined ? {} : { published: options.published }) });
  if (rulebook.rules.length === 0)
    throw new RefusedInput({ code: 'rule-unknown', message: `there is no rule ${options.rule}`, remedy: 'see `hengjian rules list`' });
  const context = lake.context();
  const table = options.line === undefined ? 'visits' : 'lines';
  const column = options.line === undefined ? 'mdtrt_id' : 'line_key';
  for (const [index, handle] of lake.segments().entries()) {
    const keys = readSegment(handle, {
      [table]: [column],
      visits: ['person', ...(table === 'visits' ? [column] : [])],
      lines: ['visit', ...(table === 'lines' ? [column] : [])],
    });
    const row = findRow(keys[table].columns[column] as TextColumn, wanted, liveRows(keys, table, handle.dead));
    if (row < 0) continue;
    const segment = readSegment(handle);
    const answers = rulebook.rules.map((rule): WhyNotAnswer => {
      const bound = bindRulebook([rule], rulebook.tables, context);
      const explanation: Explanation = explainSubject(bound, segment, 0, options.line === undefined ? { visit: row } : { line: row });
      const { verdict, text } = whyNotWide(bound, lake, explanation, { segment: index, row }) ?? explanation;
      return { rule: options.rule, version: rule.source.version, subject: wanted, verdict, text };
    });
    // Of versions that take turns one judges the subject; where none does, the newest says why.
    return answers.find(({ verdict }) => verdict !== 'not applicable') ?? (answers.at(-1) as WhyNotAnswer);
  }
  throw new RefusedInput({
    code: 'subject-unknown',
    message: `the lake has no current ${options.line === undefined ? 'stay' : 'line'} ${wanted}`,
    remedy: 'check the key; reversed, refunded, pending and quarantined rows are not judged',
  });
}
