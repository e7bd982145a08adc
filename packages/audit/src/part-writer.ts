import { closeSync, openSync, writeSync } from 'node:fs';
import { findingColumns } from './finding.ts';
import { type AtIssueRow, buildFinding, type HitFacts } from './finding-builder.ts';

const flushAt = 1 << 20;

/** Appends JSON lines to a file in large writes. */
class JsonLines {
  readonly #handle: number;
  #pending: string[] = [];
  #size = 0;

  constructor(path: string) {
    this.#handle = openSync(path, 'w');
  }

  add(text: string): void {
    this.#pending.push(text, '\n');
    this.#size += text.length;
    if (this.#size >= flushAt) this.#flush();
  }

  #flush(): void {
    writeSync(this.#handle, this.#pending.join(''));
    this.#pending = [];
    this.#size = 0;
  }

  close(): void {
    this.#flush();
    closeSync(this.#handle);
  }
}

/** Writes the findings of one segment, or of the keyed walks, as two parts: findings, and money by line or stay. */
export interface PartWriter {
  add(hit: HitFacts): void;
  close(): number;
}

export const findingPart = (folder: string, name: string): string => `${folder}/${name}.findings.ndjson`;
export const issuePart = (folder: string, name: string): string => `${folder}/${name}.issue.ndjson`;

export function partWriter(folder: string, name: string): PartWriter {
  const findings = new JsonLines(findingPart(folder, name));
  const issues = new JsonLines(issuePart(folder, name));
  let count = 0;
  return {
    add(hit) {
      const { finding, atIssue } = buildFinding(hit);
      findings.add(JSON.stringify(finding));
      for (const row of atIssue) issues.add(JSON.stringify(row));
      count += 1;
    },
    close() {
      findings.close();
      issues.close();
      return count;
    },
  };
}

/** DuckDB column list of the two parts, for `read_json`. */
export const findingPartColumns = `{${findingColumns.map(([name, type]) => `${name}: '${type}'`).join(', ')}}`;

const issueTypes: Readonly<Record<keyof AtIssueRow, string>> = {
  finding_id: 'VARCHAR',
  rule_id: 'VARCHAR',
  result_type: 'VARCHAR',
  fixmedins_code: 'VARCHAR',
  mdtrt_id: 'VARCHAR',
  line_key: 'VARCHAR',
  charge_fen: 'BIGINT',
  inscope_fen: 'BIGINT',
  fund_fen: 'BIGINT',
  repriced: 'VARCHAR',
};
export const issuePartColumns = `{${Object.entries(issueTypes)
  .map(([name, type]) => `${name}: '${type}'`)
  .join(', ')}}`;
