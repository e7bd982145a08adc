import type { CodeField, Condition } from '../scheme/condition.ts';
import type { Adrg, Drg, Mdc, Scheme } from '../scheme/scheme.ts';
import { setBit } from './code-table.ts';
import type { ConditionCompiler } from './conditions.ts';
import type { Test } from './truth.ts';

interface CompiledDrg {
  readonly row: Drg;
  readonly test: Test;
}

/** An MDC or an ADRG at its place in the order of trial. */
export interface Candidate {
  readonly mdc: Mdc;
  /** Absent for the entry of the MDC. */
  readonly adrg: Adrg | undefined;
  readonly test: Test;
  readonly drgs: readonly CompiledDrg[];
  /** Place of the entry of the MDC. */
  readonly entry: number;
  /** First candidate of the next MDC. */
  readonly next: number;
  /** Bits without which it cannot hold, -1 for none. */
  readonly principalBit: number;
  readonly mainBit: number;
}

/** Sets one of which must hold the code of the field, or the condition cannot hold. */
function required(condition: Condition, field: CodeField): readonly string[] | undefined {
  if (condition.op === 'in') return condition.fields.length === 1 && condition.fields[0] === field ? condition.sets : undefined;
  if (condition.op !== 'and') return undefined;
  for (const part of condition.of) {
    const found = required(part, field);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The MDCs and ADRGs of a scheme in the order of trial, with compiled conditions. */
export function candidatesOf(scheme: Scheme, compiler: ConditionCompiler): readonly Candidate[] {
  const drgsOf = Map.groupBy(scheme.drgs, (row) => row.adrg);
  const adrgsOf = Map.groupBy(scheme.adrgs, (row) => row.mdc);
  const candidates: Candidate[] = [];
  for (const mdc of scheme.mdcs) {
    const adrgs = adrgsOf.get(mdc.mdc) ?? [];
    const entry = candidates.length;
    const next = entry + 1 + adrgs.length;
    for (const adrg of [undefined, ...adrgs]) {
      const { condition } = adrg ?? mdc;
      const principal = required(condition, 'principal_dx');
      const main = required(condition, 'main_procedure');
      const test = compiler.compile(condition);
      const drgs = adrg === undefined ? [] : (drgsOf.get(adrg.adrg) ?? []);
      candidates.push({
        mdc,
        adrg,
        test,
        drgs: drgs.map((row) => ({ row, test: compiler.compile(row.condition) })),
        entry,
        next,
        principalBit: principal === undefined ? -1 : compiler.diagnosisBit(principal),
        mainBit: main === undefined ? -1 : compiler.procedureBit(main),
      });
    }
  }
  return candidates;
}

/** Finds which candidates a row of bits leaves possible. The array is used again. */
export type Possible = (rows: Uint32Array, offset: number, bitWords: number) => Uint32Array;

/** Each candidate needs one bit or none. */
function needing(bits: readonly number[], maskWords: number): Possible {
  const always = new Uint32Array(maskWords);
  const byBit = new Map<number, number[]>();
  bits.forEach((bit, place) => {
    if (bit < 0) setBit(always, 0, place);
    else byBit.set(bit, [...(byBit.get(bit) ?? []), place]);
  });
  const possible = new Uint32Array(maskWords);
  return (rows, offset, bitWords) => {
    possible.set(always);
    for (let word = 0; word < bitWords; word += 1) {
      for (let rest = rows[offset + word] ?? 0; rest !== 0; rest &= rest - 1) {
        const bit = word * 32 + 31 - Math.clz32(rest & -rest);
        for (const place of byBit.get(bit) ?? []) setBit(possible, 0, place);
      }
    }
    return possible;
  };
}

/** A candidate is possible when its own bit and that of the entry of its MDC are there. */
export function possibleBy(candidates: readonly Candidate[], maskWords: number, bitOf: (one: Candidate) => number): Possible {
  const own = needing(candidates.map(bitOf), maskWords);
  const entries = candidates.map(({ entry }) => candidates[entry]).map((one) => (one === undefined ? -1 : bitOf(one)));
  const entry = needing(entries, maskWords);
  return (rows, offset, bitWords) => {
    const possible = own(rows, offset, bitWords);
    const entered = entry(rows, offset, bitWords);
    for (let word = 0; word < maskWords; word += 1) possible[word] = ((possible[word] ?? 0) & (entered[word] ?? 0)) >>> 0;
    return possible;
  };
}
