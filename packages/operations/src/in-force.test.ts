import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daysInForce, type Statement, versionOn } from './in-force.ts';

const statement = (seq: number, version: number | null, from: number, to?: number): Statement => ({
  seq,
  rule_id: 'N07',
  version,
  days: to === undefined ? { from } : { from, to },
});

describe('days in force', () => {
  it('end where the next version begins, and go on after a version that was published for some days', () => {
    const days = daysInForce([statement(1, 1, 0), statement(2, 2, 100, 199), statement(3, 3, 300), statement(4, null, 400)]);
    expect([...days]).toEqual([
      [
        1,
        [
          { from: 0, to: 99 },
          { from: 200, to: 299 },
        ],
      ],
      [2, [{ from: 100, to: 199 }]],
      [3, [{ from: 300, to: 399 }]],
    ]);
    expect(versionOn(days, 250)).toBe(1);
    expect(versionOn(days, 400)).toBeUndefined();
  });

  it('join where a version is published again', () => {
    expect([...daysInForce([statement(1, 1, 0, 9), statement(2, 1, 10)])]).toEqual([[1, [{ from: 0 }]]]);
  });

  it('are on every day what the latest statement about that day says', () => {
    const some = fc.array(
      fc.tuple(fc.option(fc.integer({ min: 1, max: 4 })), fc.integer({ min: 0, max: 30 }), fc.option(fc.integer({ min: 0, max: 15 }))),
      {
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(some, (drawn) => {
        const statements = drawn.map(([version, from, length], index) =>
          statement(index + 1, version, from, length === null ? undefined : from + length),
        );
        const days = daysInForce(statements);
        for (let day = -1; day < 60; day += 1) {
          const latest = statements.findLast(({ days: { from, to } }) => from <= day && (to === undefined || day <= to));
          expect(versionOn(days, day)).toBe(latest?.version ?? undefined);
        }
        const ranges = [...days.values()].flat().sort((left, right) => left.from - right.from);
        for (const [index, range] of ranges.entries()) expect(range.from).toBeGreaterThan(ranges[index - 1]?.to ?? -1);
      }),
    );
  });
});
