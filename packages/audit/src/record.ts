import { words } from '@hengjian/standard';
import { jsonReader } from '@hengjian/stored';
import { Type } from 'typebox';

const nullable = <Schema extends Type.TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const count = Type.Integer();
const fen = Type.Integer();
const text = Type.String();
const byText = <Schema extends Type.TSchema>(schema: Schema) => Type.Record(Type.String(), schema);

/**
 * Money at issue as the findings say it; `fund_fen` where the fund share is known, `fund_unknown` findings where it is not,
 * `fund_estimated` findings where it is an estimate (a run of before does not count them).
 */
const amountTotals = Type.Object({
  ...{ findings: count, charge_fen: fen, inscope_fen: fen, fund_fen: fen, fund_unknown: count },
  fund_estimated: Type.Optional(count),
});
/** The same with each fen of a net line once. */
const onceTotals = Type.Object({ charge_fen: fen, inscope_fen: fen, fund_fen: fen });

export type AmountTotals = Type.Static<typeof amountTotals>;
export type OnceTotals = Type.Static<typeof onceTotals>;

/**
 * Totals by result type, which are never added up. `once`: per net line the maximum; a whole-stay finding absorbs its
 * lines; suspicions count only what no violation counts.
 */
const totals = Type.Object({ raw: byText(amountTotals), once: byText(onceTotals) });
export type Totals = Type.Static<typeof totals>;

/** A version a run judged by, with the days on which it did: [first, last] as yyyy-MM-dd, null where open. */
const versionUsed = Type.Object({
  rule_id: text,
  version: count,
  hash: text,
  days: Type.Array(Type.Tuple([nullable(text), nullable(text)])),
});
export type VersionUsed = Type.Static<typeof versionUsed>;

const publicationUsed = Type.Object({
  id: text,
  rule_id: text,
  version: count,
  area: text,
  published_at: text,
  from: text,
  to: nullable(text),
});

/** Where the rules of a run came from, when they were in force in the operations store. */
const operations = Type.Object({ as_of: nullable(text), versions: Type.Array(versionUsed), publications: Type.Array(publicationUsed) });
export type OperationsRecord = Type.Static<typeof operations>;

/** Where rules and knowledge of a run lie, as full paths; null for those of the program. */
const library = Type.Object({ rules: nullable(Type.Array(text)), knowledge: nullable(text), operations: nullable(text) });
export type LibraryUsed = Type.Static<typeof library>;

/** What exemptions set apart. */
const exempted = Type.Object({
  findings: count,
  charge_fen: fen,
  exemptions: Type.Array(Type.Object({ id: text, rule_id: text, reason: text, findings: count, charge_fen: fen })),
});
export type Exempted = Type.Static<typeof exempted>;

/** How the findings of a run differ from those of an earlier one. */
const changes = Type.Object({
  previous: text,
  new: count,
  unchanged: count,
  changed: count,
  withdrawn: count,
  withdrawn_why: byText(count),
});
export type Changes = Type.Static<typeof changes>;

/**
 * Part of the codes of a lake: how many codes, rows and fen, and its share of all rows and fen of its kind in
 * ten-thousandths, by the largest remainder, so that the shares of all parts are 10,000. Null where rows have no amount of
 * their own, or where there is nothing to share.
 */
const codePart = Type.Object({ codes: count, rows: count, fen: nullable(fen), rows_share: nullable(count), fen_share: nullable(count) });
export type CodePart = Type.Static<typeof codePart>;

/** All codes of some kinds = those a point reaches + those none reaches + those of which nobody can tell the kind. */
const lookedAt = Type.Object({
  /** Kinds of the codes that the tables speak of, as `codeKinds` names them. */
  kinds: Type.Array(text),
  tables: Type.Array(text),
  /** Rows of those tables; of them those in force that reach a code of the lake, and how many of these belong to the demonstration city. */
  points: count,
  reaching: count,
  demonstration: count,
  all: codePart,
  looked_at: codePart,
  not_looked_at: codePart,
  untold: codePart,
});
export type LookedAt = Type.Static<typeof lookedAt>;

/**
 * Figures of a rule. `evaluated` = hit + clear + unknown counts subjects over the whole history in the lake; `findings`
 * and money are those of the reported settlement days; `fund_unknown` counts findings whose fund share is not known,
 * `fund_estimated` those where it is an estimate.
 */
const ruleFigures = Type.Object({
  rule_id: text,
  rule_version: count,
  official_code: nullable(text),
  name_zh: text,
  name_en: text,
  category: text,
  result_type: text,
  shape: text,
  hash: text,
  evaluated: count,
  hit: count,
  clear: count,
  unknown: byText(count),
  findings: count,
  charge_fen: fen,
  fund_fen: fen,
  fund_unknown: count,
  fund_estimated: Type.Optional(count),
  /** What it looks at by its knowledge points; null where it looks its subject up in no table and looks at everything. */
  looked_at: Type.Optional(nullable(lookedAt)),
});
export type RuleFigures = Type.Static<typeof ruleFigures>;

/** Scheme and tariff that valued group-paid stays; `charges_hash` is null when the settlement keeps no scheme. */
const settlement = Type.Object({ scheme: text, scheme_hash: text, tariff_hash: text, charges_hash: nullable(text) });
export type SettlementUsed = Type.Static<typeof settlement>;

/** Codes of one kind: what the points of any rule reach and what none does; of `untold` nobody can tell the kind. */
const kindLookedAt = Type.Object({ kind: text, all: codePart, looked_at: codePart, not_looked_at: codePart });
export type KindLookedAt = Type.Static<typeof kindLookedAt>;

const timings = Type.Object({
  threads: count,
  setup_ms: count,
  walk_ms: count,
  keyed_ms: count,
  /** Judging the keyed rules over all threads, and looking up the rows of their findings. */
  keyed_cpu_ms: count,
  write_ms: count,
  total_ms: count,
  /** Processor time of this process over the run, all threads. */
  cpu_ms: count,
  lines_per_second: count,
  read_ms_by_segment_sum: count,
  kernel_ms_by_segment_sum: count,
  evidence_ms_by_segment_sum: count,
  peak_rss_bytes: count,
});
export type Timings = Type.Static<typeof timings>;

const runRecord = Type.Object({
  format: Type.Literal(1),
  engine: text,
  lake_hash: text,
  rulebook_hash: text,
  /** Where the rulebook can be read again; a run of before does not tell. */
  library: Type.Optional(library),
  /** Versions and publications judged by; null when the rules were read from files. */
  operations: nullable(operations),
  /** Findings set apart by exemptions; null when none were given. */
  exempted: nullable(exempted),
  settlement: nullable(settlement),
  /** Values of the lake that were assumed and not delivered: what reads them is an estimate. */
  estimated: Type.Optional(Type.Array(Type.Object({ field: text, institution: text, share: Type.Number() }))),
  /** First and last settlement day asked for. */
  from: nullable(Type.Integer()),
  to: nullable(Type.Integer()),
  segments: count,
  persons: count,
  lines: count,
  findings: count,
  findings_hash: text,
  /** Findings dropped because their trace codes share a hash but not their text. */
  trace_collisions: count,
  totals,
  rules: Type.Array(ruleFigures),
  /** The codes of the lake by kind; a run of before does not tell. */
  looked_at: Type.Optional(Type.Array(kindLookedAt)),
  changes: nullable(changes),
  timings,
});

/** `run.json`: what was read, with what, what came out. Only `timings` differ between two runs of the same input. */
export type RunRecord = Type.Static<typeof runRecord>;

export const runRecordReader = jsonReader(runRecord, words('审核记录', 'record of an audit'));
