import type { CarriedColumn, Words } from '@hengjian/standard';
import type * as FastCheck from 'fast-check';
import type { BoundRules } from '../bind/bound.ts';
import type { CheckedRule } from '../check/checked.ts';
import type { Expr, Role } from '../check/ir.ts';
import type { CheckedAmount, Dispatch } from '../check/parts.ts';
import type { RuleChecker } from '../check/rule-checker.ts';
import type { ScopeBases, Scopes } from '../check/scope.ts';
import type { Judge, Walk } from '../interpret/judge.ts';
import type { Calls } from '../kernel/calls.ts';
import type { Program } from '../kernel/writer.ts';
import type { EventBlock, EventPart, Gatherer } from '../keyed/block.ts';
import type { KnowledgeTable } from '../knowledge/knowledge.ts';
import type { Entries, Reader, YamlNode } from '../source/reader.ts';
import type { RuleSource } from '../source/rule-source.ts';
import type { Schema } from '../source/schema-parts.ts';
import type { ExpressionSource, Names, Reach, Walk as RuleWalk } from '../source/vocabulary.ts';
import type { Sentence } from '../words/sentence.ts';
import type { UnknownCause } from '../words/unknown.ts';
import type { GroupVerdict } from './group/judge.ts';
import type { PeerVerdict } from './peer/judge.ts';
import type { Entity } from './peer/types.ts';
import type { CheckedShape, ShapeSource } from './types.ts';

/** What every shape has in common, as its file says it and as the checker leaves it. */
export interface Kinded {
  readonly kind: string;
}

/** How a rule of the shape is written in its file. */
export interface ShapeForm<Source extends Kinded> {
  /** Its own keys with their JSON Schema; `where` and `needs` belong to all shapes. */
  readonly keys: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
  /** Reads the keys; what is wrong with them is reported, and something of the right form stands in its place. */
  parse(reader: Reader, entries: Entries, node: YamlNode): Source;
  /** The knowledge table whose rows are the points of the rule, and the key that names it. */
  table(source: Source): { readonly name: string | undefined; readonly field: string };
  /** Causes of unknown that may stay open in a case which expects no hit. */
  settles(source: Source): readonly string[];
}

/** What the checker hands to a shape. */
export interface Checking {
  readonly checker: RuleChecker;
  readonly table: KnowledgeTable | undefined;
  readonly scopes: Scopes;
  /** Values that `needs` and `where` prove to be there. */
  readonly known: ReadonlySet<string>;
}

/** What the checker asks of a shape. */
export interface ShapeCheck<Source extends Kinded, Checked extends Kinded> {
  scopes(bases: ScopeBases, source: Source, rule: RuleSource): Scopes;
  shape(checking: Checking, source: Source): Checked;
  /** A filter of its own beside `where`. */
  filter(source: Source): ExpressionSource | undefined;
  methods(shape: Checked): readonly CheckedAmount['method'][];
  /** Whether amounts speak of what `when` speaks of, or of what limits speak of. */
  readonly amounts: 'when' | 'limit';
  /** Whether it has a limit: then excess is what lies above it, and an exception may raise it. */
  readonly limited: boolean;
  /** How far the person key must reach; undefined where the point decides. */
  reach(shape: Checked): Reach | undefined;
}

/** What a rule of the shape looks at. */
export interface ShapeRows<Checked extends Kinded> {
  of(shape: Checked): 'line' | 'visit';
  /** Columns by which points reach items; undefined where the rule looks at every item. */
  items(shape: Checked): readonly Dispatch[] | undefined;
  /** Column by which points reach the codes of `each`. */
  codes(shape: Checked): Dispatch | undefined;
  /** Whether it judges each diagnosis or operation of a visit. */
  each(shape: Checked): 'diagnosis' | 'operation' | undefined;
  /** Conditions beside `where` without which nothing is hit. */
  must(shape: Checked): readonly Expr[];
  /** Conditions of rows that are summed up. */
  counted(shape: Checked): readonly (Expr | undefined)[];
  /** Whether every line it hits has passed the payment scope. */
  scoped(shape: Checked): boolean;
  /** Whether rows of days on which the rule does not judge count for subjects on which it does. */
  readonly looksBack: boolean;
  /** Whether rows that `where` leaves out would be counted beside others that it does not. */
  readonly beside?: boolean;
  /** Columns that its judgement reads beside its expressions. */
  reads?(shape: Checked): readonly CarriedColumn[];
}

/** What walks by another key than the person ask of a shape. */
export interface ShapeKeys<Checked extends Kinded> {
  /** Conditions of which each line it looks at meets one, with the role in which the line stands there. */
  conditions(rule: CheckedRule, shape: Checked): readonly { readonly expr: Expr | undefined; readonly role: Role }[];
  /** Whether it asks for prescriptions, which belong to the history of one person. */
  prescriptions(shape: Checked): boolean;
  /** Kernel text of what must differ between two lines of a key for a hit; undefined where nothing must. */
  differs(program: Program, rule: CheckedRule, index: number, shape: Checked): string | undefined;
}

/** Gathers rows while persons are walked; they are judged when all histories have been seen. */
export interface Gathering extends Gatherer {
  add(judge: Judge, walk: Walk): void;
}

/** The oracle of a shape: it judges each walk, or gathers over many. */
export type Interpretation<Checked extends Kinded> =
  | { readonly kind: 'walk'; judge(judge: Judge, shape: Checked, walk: Walk): void }
  | {
      readonly kind: 'gather';
      gathering(index: number, rule: CheckedRule, shape: Checked): Gathering;
      /** Judges one part of what a rule gathered, out of the events of all segments. */
      judge(bound: BoundRules, rule: number, parts: readonly EventPart[]): Statistics;
      /** The same once more, plainly and over all that was gathered; undefined where the judge is plain itself. */
      readonly oracle: ((bound: BoundRules, rule: number, blocks: readonly EventBlock[]) => Statistics) | undefined;
    };

/** What rules that judge many histories at once find. */
export interface Statistics {
  readonly peers: readonly PeerVerdict[];
  readonly groups: readonly GroupVerdict[];
}

/** What messages of the shape can show beside fields. */
export interface ShapeFigures {
  readonly names: readonly string[];
  /** Whether messages show nothing else. */
  readonly only: boolean;
}

/** A rule of the shape in words. */
export interface ShapeWords<Checked extends Kinded> {
  sentences(rule: CheckedRule, shape: Checked): readonly Sentence[];
  /** What is put together before it is judged. */
  scope(rule: CheckedRule, shape: Checked): Names;
  /** Causes of unknown of its own, in the order in which they are asked. */
  unknown(rule: CheckedRule, shape: Checked): readonly UnknownCause[];
  /** Whether a look-back can begin before the data. */
  lookback(shape: Checked): boolean;
}

/** Texts that a finding can be named by: those of its first violating line and visit, its person, code and group. */
export interface NamedFinding {
  readonly line: string;
  readonly visit: string;
  /** Undefined where the finding is of no one person. */
  readonly person: string | undefined;
  readonly code: string | undefined;
  /** `Hit.group`, the key of a group of persons, or an entity with its period. */
  readonly group: string;
}

/** What a finding is about; the same in every run. */
export interface FindingSubject {
  readonly kind: 'line' | 'visit' | 'group' | 'diagnosis' | 'operation' | Entity;
  readonly subject: string;
}

/** Keys of a random rule as its file would have them. */
export type RandomKeys = Record<string, unknown>;

/**
 * All there is to say of one rule shape: how it is written, checked, interpreted, compiled, said in words, what its
 * findings are about, and how random rules of it are made. Everything else asks this record.
 */
export interface ShapeDefinition<Source extends Kinded = ShapeSource, Checked extends Kinded = CheckedShape> {
  readonly kind: string;
  /** What lists of rules call it. */
  readonly name: Words;
  readonly form: ShapeForm<Source>;
  readonly check: ShapeCheck<Source, Checked>;
  readonly rows: ShapeRows<Checked>;
  /** Undefined where it walks persons only. */
  readonly keys: ShapeKeys<Checked> | undefined;
  readonly interpret: Interpretation<Checked>;
  /** Writes the functions of a rule and what calls them. */
  write(program: Program, calls: Calls, rule: CheckedRule, index: number, shape: Checked): void;
  readonly figures: ShapeFigures;
  readonly words: ShapeWords<Checked>;
  subject(named: NamedFinding, by: RuleWalk, shape: Checked): FindingSubject;
  /** Random keys of a rule, for tests that compare both back ends; fast-check is handed in. */
  generate(fc: typeof FastCheck): FastCheck.Arbitrary<RandomKeys>;
}

/** The shapes a rulebook may use, by kind. */
export type Shapes = Readonly<Record<string, ShapeDefinition>>;

/** The record of a shape; the parser has seen to it that it exists. */
export function definitionOf({ kind }: Kinded, shapes: Shapes): ShapeDefinition {
  const found = Object.hasOwn(shapes, kind) ? shapes[kind] : undefined;
  if (found === undefined) throw new Error(`there is no shape ${kind}`);
  return found;
}
