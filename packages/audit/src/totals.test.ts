import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onceStatements } from './totals.ts';

interface Row {
  readonly result_type: string;
  readonly mdtrt_id: string;
  readonly line_key: string;
  readonly charge_fen: number;
  readonly fund_fen?: number;
  readonly joint_fund_fen?: number;
}

/** Makes `at_issue` from rows and returns the charges, or the fund's losses, that are counted once, by result type. */
async function once(rows: readonly Row[], money: 'charge_fen' | 'fund_fen' = 'charge_fen'): Promise<Record<string, number>> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(
      `CREATE TABLE at_issue (finding_id VARCHAR, rule_id VARCHAR, result_type VARCHAR, fixmedins_code VARCHAR, mdtrt_id VARCHAR,
        line_key VARCHAR, charge_fen BIGINT, inscope_fen BIGINT, fund_fen BIGINT, joint_fund_fen BIGINT)`,
    );
    for (const row of rows) {
      await connection.run(
        `INSERT INTO at_issue VALUES ('f', 'r', '${row.result_type}', 'H', '${row.mdtrt_id}', '${row.line_key}',
          ${row.charge_fen}, ${row.charge_fen}, ${row.fund_fen ?? 'NULL'}, ${row.joint_fund_fen ?? 'NULL'})`,
      );
    }
    for (const statement of onceStatements) await connection.run(statement);
    const reader = await connection.runAndReadAll(`SELECT result_type, sum(${money})::BIGINT AS charge FROM at_issue_once GROUP BY ALL`);
    return Object.fromEntries(reader.getRows().map(([type, charge]) => [String(type), Number(charge)]));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const line = (result_type: string, mdtrt_id: string, line_key: string, charge_fen: number): Row => ({
  result_type,
  mdtrt_id,
  line_key,
  charge_fen,
});

describe('counting each fen once', () => {
  it('takes the maximum of a line that several rules hit', async () => {
    expect(await once([line('violation', 'V', 'L', 500), line('violation', 'V', 'L', 800), line('violation', 'V', 'M', 100)])).toEqual({
      violation: 900,
    });
  });

  it('lets a whole-stay finding absorb its lines', async () => {
    expect(await once([line('suspicious', 'V', '', 10_000), line('suspicious', 'V', 'L', 800), line('suspicious', 'W', 'M', 300)])).toEqual(
      {
        suspicious: 10_300,
      },
    );
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
        const rows = drawn.map(({ result, key, share }) =>
          line(result, 'V', key, key === '' ? 390 : Math.ceil(((amounts[key] as number) * share) / 100)),
        );
        const counted = await once(rows);
        const sum = Object.values(counted).reduce((left, right) => left + right, 0);
        expect(sum).toBeLessThanOrEqual(390);
        expect(sum).toBeGreaterThanOrEqual(Math.max(...rows.map((entry) => entry.charge_fen)));
      }),
      { numRuns: 40 },
    );
  });

  const lost = (result_type: string, line_key: string, fund_fen: number, joint_fund_fen: number): Row => ({
    ...line(result_type, 'V', line_key, 100_000),
    fund_fen,
    joint_fund_fen,
  });

  it('counts of a group-paid stay at most what all its lines cost the fund together', async () => {
    // Each line alone brings a very high stay to its standard, and so do both.
    expect(await once([lost('violation', 'L', 42_000, 42_000), lost('violation', 'M', 42_000, 42_000)], 'fund_fen')).toEqual({
      violation: 42_000,
    });
    // Below the joint loss nothing is taken off.
    expect(await once([lost('violation', 'L', 10_000, 42_000), lost('violation', 'M', 20_000, 42_000)], 'fund_fen')).toEqual({
      violation: 30_000,
    });
    // Of 50,000 for everything 42,000 are violations.
    expect(await once([lost('violation', 'L', 42_000, 42_000), lost('suspicious', 'M', 42_000, 50_000)], 'fund_fen')).toEqual({
      violation: 42_000,
      suspicious: 8_000,
    });
    // A stay at issue as a whole has no joint loss and keeps its own.
    expect(
      await once([{ ...line('violation', 'V', '', 100_000), fund_fen: 70_000 }, lost('suspicious', 'M', 42_000, 50_000)], 'fund_fen'),
    ).toEqual({
      violation: 70_000,
    });
  });

  it('closes every joint loss to the fen, however many lines share it', async () => {
    const losses = fc.array(fc.integer({ min: 0, max: 1_000_000_000 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        losses,
        losses,
        fc.integer({ min: 0, max: 1_000_000_000 }),
        fc.integer({ min: 0, max: 1_000_000_000 }),
        async (first, second, joint, more) => {
          const rows = [
            ...first.map((fund_fen, index) => lost('violation', `L${index}`, fund_fen, joint)),
            ...second.map((fund_fen, index) => lost('suspicious', `M${index}`, fund_fen, joint + more)),
          ];
          const sum = (list: readonly number[]): number => list.reduce((left, right) => left + right, 0);
          const violation = Math.min(sum(first), joint);
          expect(await once(rows, 'fund_fen')).toEqual({ violation, suspicious: Math.min(sum(second), joint + more - violation) });
        },
      ),
      { numRuns: 30 },
    );
  });
});
