import type { Expr } from '../check/ir.ts';
import type { CheckedParameter } from '../check/parts.ts';
import { isCode, isOrdered } from '../check/types.ts';
import type { KnowledgeTable } from '../knowledge/knowledge.ts';

/** What is known of the values that conditions read. */
export interface Facts {
  readonly params: readonly CheckedParameter[];
  /** The table whose rows are the points. */
  readonly table: KnowledgeTable | undefined;
}

interface Literal {
  readonly expr: Expr;
  readonly truth: boolean;
}

type Conjunction = readonly Literal[];

interface Range {
  readonly low: number;
  readonly high: number;
}

const anything: Range = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
const meet = (left: Range, right: Range): Range => ({ low: Math.max(left.low, right.low), high: Math.min(left.high, right.high) });

/** Beyond so many alternatives nothing is proven any more. */
const mostAlternatives = 512;

/** A node without positions; plain names and b mean the same line. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) =>
    key === 'start' || key === 'end' ? undefined : key === 'role' && part === 'b' ? 'self' : part,
  );
}

function product(left: readonly Conjunction[], right: readonly Conjunction[]): readonly Conjunction[] | undefined {
  if (left.length * right.length > mostAlternatives) return undefined;
  return left.flatMap((one) => right.map((other) => [...one, ...other]));
}

function both(parts: readonly (readonly Conjunction[] | undefined)[]): readonly Conjunction[] | undefined {
  return parts.reduce<readonly Conjunction[] | undefined>(
    (sum, part) => (sum === undefined || part === undefined ? undefined : product(sum, part)),
    [[]],
  );
}

function either(parts: readonly (readonly Conjunction[] | undefined)[]): readonly Conjunction[] | undefined {
  const all: Conjunction[] = [];
  for (const part of parts) {
    if (part === undefined || all.length + part.length > mostAlternatives) return undefined;
    all.push(...part);
  }
  return all;
}

/** The alternatives under which an expression is true (or false), each a conjunction of literals; undefined when there are too many. */
function alternatives(expr: Expr, truth: boolean): readonly Conjunction[] | undefined {
  const [first, second, third] = expr.args;
  if (expr.op === 'boolean') return expr.data.value === truth ? [[]] : [];
  if (expr.op === 'not' && first !== undefined) return alternatives(first, !truth);
  if (expr.op === 'and' || expr.op === 'or') {
    const parts = expr.args.map((argument) => alternatives(argument, truth));
    return (expr.op === 'and') === truth ? both(parts) : either(parts);
  }
  if (expr.op === 'cond' && first !== undefined && second !== undefined && third !== undefined) {
    const yes = both([alternatives(first, true), alternatives(second, truth)]);
    return either([yes, both([alternatives(first, false), alternatives(third, truth)])]);
  }
  return [[{ expr, truth }]];
}

const opposite = { lt: 'ge', ge: 'lt', gt: 'le', le: 'gt', eq: 'ne', ne: 'eq' } as const;
type Comparison = keyof typeof opposite;
const isComparison = (op: string): op is Comparison => op in opposite;

function numbersRange(values: readonly unknown[]): Range {
  const numbers = values.filter((value): value is number => typeof value === 'number');
  return numbers.length === 0 ? anything : { low: Math.min(...numbers), high: Math.max(...numbers) };
}

/** What one alternative says about each value; `fails` once it contradicts itself. */
class Knowledge {
  readonly #facts: Facts;
  readonly #ranges = new Map<string, Range>();
  readonly #allowed = new Map<string, ReadonlySet<string>>();
  readonly #excluded = new Map<string, Set<string>>();
  readonly #prefixes = new Map<string, readonly string[]>();
  readonly #truths = new Map<string, boolean>();
  fails = false;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  /** The values an expression can have, by its form and by what was learnt. */
  #rangeOf(expr: Expr): Range {
    return meet(this.#shapeRange(expr), this.#ranges.get(canonical(expr)) ?? anything);
  }

  #shapeRange(expr: Expr): Range {
    const at = (index: number): Range => (expr.args[index] === undefined ? anything : this.#rangeOf(expr.args[index]));
    switch (expr.op) {
      case 'number':
        return { low: expr.data.value, high: expr.data.value };
      case 'param': {
        const { name } = expr.data;
        return numbersRange(this.#facts.params.find((parameter) => parameter.name === name)?.values.map(({ value }) => value) ?? []);
      }
      case 'point': {
        const { column } = expr.data;
        const index = this.#facts.table?.columns.findIndex(({ name }) => name === column) ?? -1;
        return index < 0 ? anything : numbersRange(this.#facts.table?.rows.map(({ cells }) => cells[index]) ?? []);
      }
      case 'add':
        return { low: at(0).low + at(1).low, high: at(0).high + at(1).high };
      case 'sub':
        return { low: at(0).low - at(1).high, high: at(0).high - at(1).low };
      case 'neg':
        return { low: -at(0).high, high: -at(0).low };
      case 'widen':
        return { low: at(0).low * expr.data.factor, high: at(0).high * expr.data.factor };
      case 'min':
        return { low: Math.min(at(0).low, at(1).low), high: Math.min(at(0).high, at(1).high) };
      case 'max':
        return { low: Math.max(at(0).low, at(1).low), high: Math.max(at(0).high, at(1).high) };
      default:
        return anything;
    }
  }

  #narrow(expr: Expr, range: Range): void {
    const own = meet(this.#rangeOf(expr), range);
    if (own.low > own.high) this.fails = true;
    this.#ranges.set(canonical(expr), own);
    const [inner] = expr.args;
    if (expr.op === 'widen' && inner !== undefined) {
      this.#narrow(inner, { low: Math.ceil(own.low / expr.data.factor), high: Math.floor(own.high / expr.data.factor) });
    }
  }

  // All ordered values are whole numbers in their unit, so that < is <= of the next one.
  #compare(op: Comparison, left: Expr, right: Expr): void {
    const [a, b] = [this.#rangeOf(left), this.#rangeOf(right)];
    if (canonical(left) === canonical(right)) {
      if (op === 'lt' || op === 'gt' || op === 'ne') this.fails = true;
      return;
    }
    switch (op) {
      case 'lt':
      case 'le': {
        const step = op === 'lt' ? 1 : 0;
        this.#narrow(left, { low: Number.NEGATIVE_INFINITY, high: b.high - step });
        this.#narrow(right, { low: a.low + step, high: Number.POSITIVE_INFINITY });
        return;
      }
      case 'gt':
        this.#compare('lt', right, left);
        return;
      case 'ge':
        this.#compare('le', right, left);
        return;
      case 'eq':
        this.#narrow(left, b);
        this.#narrow(right, a);
        return;
      case 'ne':
        this.#avoid(left, b);
        this.#avoid(right, a);
    }
  }

  /** The value is not the only one that `other` can be: ends move by one. */
  #avoid(expr: Expr, other: Range): void {
    if (other.low !== other.high) return;
    const own = this.#rangeOf(expr);
    if (own.low === other.low) this.#narrow(expr, { low: own.low + 1, high: Number.POSITIVE_INFINITY });
    if (own.high === other.low) this.#narrow(expr, { low: Number.NEGATIVE_INFINITY, high: own.high - 1 });
  }

  #allow(expr: Expr, texts: readonly string[]): void {
    const key = canonical(expr);
    const before = this.#allowed.get(key);
    this.#allowed.set(key, new Set(before === undefined ? texts : texts.filter((text) => before.has(text))));
    this.#checkCodes(key);
  }

  #exclude(expr: Expr, texts: readonly string[]): void {
    const key = canonical(expr);
    const excluded = this.#excluded.get(key) ?? new Set();
    for (const text of texts) excluded.add(text);
    this.#excluded.set(key, excluded);
    this.#checkCodes(key);
  }

  #checkCodes(key: string): void {
    const prefixes = this.#prefixes.get(key) ?? [];
    if (prefixes.some((one) => prefixes.some((other) => !one.startsWith(other) && !other.startsWith(one)))) this.fails = true;
    const allowed = this.#allowed.get(key);
    const excluded = this.#excluded.get(key);
    if (allowed === undefined) return;
    const left = [...allowed].filter((text) => excluded?.has(text) !== true && prefixes.every((prefix) => text.startsWith(prefix)));
    if (left.length === 0) this.fails = true;
  }

  #learnCode({ expr, truth }: Literal): boolean {
    const [first, second] = expr.args;
    if (first === undefined) return false;
    if (expr.op === 'in') {
      if (truth) this.#allow(first, expr.data.texts);
      else this.#exclude(first, expr.data.texts);
      return true;
    }
    if (expr.op === 'starts_with') {
      const key = canonical(first);
      if (truth) this.#prefixes.set(key, [...(this.#prefixes.get(key) ?? []), expr.data.prefix]);
      this.#checkCodes(key);
      return truth;
    }
    if ((expr.op !== 'eq' && expr.op !== 'ne') || second === undefined || !isCode(first.type)) return false;
    const [value, constant] = second.op === 'code' ? [first, second] : [second, first];
    if (constant.op !== 'code') return false;
    if ((expr.op === 'eq') === truth) this.#allow(value, [constant.data.text]);
    else this.#exclude(value, [constant.data.text]);
    return true;
  }

  learn(literal: Literal): void {
    const { expr, truth } = literal;
    const key = canonical(expr);
    const before = this.#truths.get(key);
    if (before !== undefined && before !== truth) this.fails = true;
    this.#truths.set(key, truth);
    const [first, second] = expr.args;
    if (this.#learnCode(literal) || first === undefined || second === undefined) return;
    if (isComparison(expr.op) && isOrdered(first.type)) this.#compare(truth ? expr.op : opposite[expr.op], first, second);
  }
}

const passes = 3;

function contradicts(conjunction: Conjunction, facts: Facts): boolean {
  const knowledge = new Knowledge(facts);
  for (let pass = 0; pass < passes; pass += 1) {
    for (const literal of conjunction) {
      knowledge.learn(literal);
      if (knowledge.fails) return true;
    }
  }
  return false;
}

/** A condition with the truth it is asked to have. */
export interface Asked {
  readonly expr: Expr;
  readonly truth: boolean;
}

/**
 * Whether conditions are proven never to hold together, by intervals of numbers and sets of codes. `false` says nothing:
 * what cannot be proven is taken as possible.
 */
export function neverTogether(asked: readonly Asked[], facts: Facts): boolean {
  const all = both(asked.map(({ expr, truth }) => alternatives(expr, truth)));
  return all?.every((conjunction) => contradicts(conjunction, facts)) ?? false;
}
