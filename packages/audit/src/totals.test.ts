import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onceStatements } from './totals.ts';

interface Row {
  readonly result_type: string;
  readonly mdtrt_id: string;
  readonly line_key: string;
  readonly charge_fen: number;
}

/** Makes `at_issue` from rows and returns the charges that are counted once, by result type. */
async function once(rows: readonly Row[]): Promise<Record<string, number>> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(
      'CREATE TABLE at_issue (finding_id VARCHAR, rule_id VARCHAR, result_type VARCHAR, fixmedins_code VARCHAR, mdtrt_id VARCHAR, line_key VARCHAR, charge_fen BIGINT, inscope_fen BIGINT, fund_fen BIGINT, joint_fund_fen BIGINT)',
    );
    for (const row of rows) {
      await connection.run(
        `INSERT INTO at_issue VALUES ('f', 'r', '${row.result_type}', 'H', '${row.mdtrt_id}', '${row.line_key}', ${row.charge_fen}, ${row.charge_fen}, NULL, NULL)`,
      );
    }
    for (const statement of onceStatements) await connection.run(statement);
    const reader = await connection.runAndReadAll('SELECT result_type, sum(charge_fen)::BIGINT AS charge FROM at_issue_once GROUP BY ALL');
    return Object.fromEntries(reader.getRows().map(([type, charge]) => [String(type), Number(charge)]));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const line = (result_type: string, mdtrt_id: string, line_key: string, charge_fen: number): Row => ({ result_type, mdtrt_id, line_key, charge_fen });

describe('counting each fen once', () => {
  it('takes the maximum of a line that several rules hit', async () => {
    expect(await once([line('violation', 'V', 'L', 500), line('violation', 'V', 'L', 800), line('violation', 'V', 'M', 100)])).toEqual({ violation: 900 });
  });

  it('lets a whole-stay finding absorb its lines', async () => {
    expect(await once([line('suspicious', 'V', '', 10_000), line('suspicious', 'V', 'L', 800), line('suspicious', 'W', 'M', 300)])).toEqual({
      suspicious: 10_300,
    });
  });

  it('counts the difference of two payments beside the lines, and lets a whole-stay finding absorb it', async () => {
    expect(await once([line('suspicious', 'V', 'difference', 500), line('suspicious', 'V', 'L', 800)])).toEqual({ suspicious: 1300 });
    expect(await once([line('suspicious', 'V', 'difference', 500), line('suspicious', 'V', '', 10_000)])).toEqual({ suspicious: 10_000 });
  });

  it('counts of a suspicion only what no violation counts', async () => {
    expect(await once([line('violation', 'V', 'L', 300), line('suspicious', 'V', 'L', 800), line('suspicious', 'V', 'M', 50)])).toEqual({
      violation: 300,
      suspicious: 550,
    });
    expect(await once([line('violation', 'V', '', 5000), line('suspicious', 'V', 'L', 800)])).toEqual({ violation: 5000 });
    expect(await once([line('violation', 'V', 'L', 300), line('suspicious', 'V', '', 5000)])).toEqual({ violation: 300, suspicious: 4700 });
  });

  it('never counts more than the money there is', async () => {
    const amounts: Readonly<Record<string, number>> = { A: 100, B: 250, C: 40 };
    const row = fc.record({
      result: fc.constantFrom('violation', 'suspicious'),
      key: fc.constantFrom('A', 'B', 'C', ''),
      share: fc.integer({ min: 1, max: 100 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), async (drawn) => {
        const rows = drawn.map(({ result, key, share }) => line(result, 'V', key, key === '' ? 390 : Math.ceil(((amounts[key] as number) * share) / 100)));
        const counted = await once(rows);
        const sum = Object.values(counted).reduce((left, right) => left + right, 0);
        expect(sum).toBeLessThanOrEqual(390);
        expect(sum).toBeGreaterThanOrEqual(Math.max(...rows.map((entry) => entry.charge_fen)));
      }),
      { numRuns: 40 },
    );
  });
});
