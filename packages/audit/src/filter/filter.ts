import { PlainDictionaries, type PlainSchema, plainSchema, SegmentBuilder, schemaText } from '@hengjian/lake';
import { loadRulebook, type Rulebook, type RulebookOptions } from '@hengjian/rulebook';
import {
  type BoundRulebook,
  bindRulebook,
  compileKernel,
  type EventBlock,
  eventPart,
  eventParts,
  type Hit,
  type RuleCounts,
} from '@hengjian/rulespec';
import { type LakeContext, type Segment, views } from '@hengjian/standard';
import { encodePart } from '../event-store.ts';
import { buildFinding } from '../finding-builder.ts';
import { type Cards, hitReader, makeCards } from '../segment-hits.ts';
import { type ColumnSelection, evidenceSelection, saidColumns, unionColumns } from '../session.ts';
import { settledWithin } from '../settled.ts';
import type { CountsRecord, FilterCounts, SegmentRecord } from './messages.ts';
import { feedPersons, schemaOr } from './records.ts';

/** What a rulebook needs to judge records: bound to the dictionaries of a context. */
export interface FilterSession {
  readonly context: LakeContext;
  readonly rulebook: Rulebook;
  readonly bound: BoundRulebook;
  readonly cards: Cards;
  /** Columns of the working form that rules and evidence read. */
  readonly columns: ColumnSelection;
  /** The records that carry them. */
  readonly schema: PlainSchema;
}

/** Columns that judge and explain findings, texts of the source included where a rule shows them or walks by them. */
export function filterColumns(bound: BoundRulebook, cards: Cards): ColumnSelection {
  const traced = bound.rules.some((rule) => rule.source.by === 'trace_code');
  const said = saidColumns(cards, bound.rules.keys());
  const wanted = unionColumns(evidenceSelection(bound, cards), said);
  return traced ? unionColumns(wanted, { lines: ['drug_trac_text'] }) : wanted;
}

export function filterSession(context: LakeContext, options: RulebookOptions): FilterSession {
  const rulebook = loadRulebook(options);
  const bound = bindRulebook(rulebook.rules, rulebook.tables, context);
  const cards = makeCards(bound);
  const columns = filterColumns(bound, cards);
  return { context, rulebook, bound, cards, columns, schema: plainSchema(columns) };
}

/** Kinds of the records a kernel writes: `kind <tab> key <tab> body`. Only events have a key, the others an empty one. */
export const outputKinds = ['finding', 'issue', 'counts', 'segment', 'events', 'judged'] as const;
export type OutputKind = (typeof outputKinds)[number];
export type WriteRecord = (kind: OutputKind, body: string, key?: string) => void;

export interface FilterOptions {
  readonly session: FilterSession;
  /** Schema argument; default the columns the rules need, in the order of `session.schema`. */
  readonly schema?: string;
  readonly input: AsyncIterable<Uint8Array | string>;
  readonly write: WriteRecord;
  /** Called after each segment; the filter reads on when it is done. */
  readonly flush?: () => Promise<void>;
  /** First and last settlement day to report. */
  readonly from: number;
  readonly to: number;
  /** Lines after which a segment is judged. */
  readonly segmentLines?: number;
}

export interface FilterResult {
  readonly records: number;
  readonly persons: number;
  readonly lines: number;
  readonly findings: number;
}

export const plainCounts = (counts: readonly RuleCounts[]): CountsRecord[] =>
  counts.map(({ evaluated, hit, clear, unknown }) => ({
    evaluated,
    hit,
    clear,
    unknown: Object.fromEntries([...unknown].sort(([a], [b]) => (a < b ? -1 : 1))),
  }));

const defaultSegmentLines = 200_000;

function segmentRecord(segment: Segment, id: string): SegmentRecord {
  const { persons } = segment;
  const psn = views.text(persons, 'psn');
  return {
    id,
    psn: Array.from({ length: persons.length }, (_, row) => psn.get(row) as string),
    visits: [...views.words(persons, 'visits_start')],
    lines: [...views.words(persons, 'lines_start')],
    visit_count: segment.visits.length,
    line_count: segment.lines.length,
  };
}

/** Writes the events of a walk part by part, under the key by which they are brought together: walk and part. */
function writeParts(block: EventBlock, id: string, write: WriteRecord): void {
  for (let part = 0; part < eventParts; part += 1) {
    const own = eventPart(block, part);
    if (Object.values(own.tables).every((table) => table.length === 0)) continue;
    write('events', JSON.stringify({ id, ...encodePart(own) }), `${block.by}/${String(part).padStart(2, '0')}`);
  }
}

/**
 * The kernel as a filter: reads records sorted by person, judges them segment by segment and writes findings, and what
 * a host needs to judge the rules that look across persons. Memory is bounded by one segment.
 */
export async function runFilter(options: FilterOptions): Promise<FilterResult> {
  const { session, write } = options;
  const { bound, context } = session;
  const kernel = compileKernel(bound);
  const schema = schemaOr(options.schema, session.schema);
  const builder = new SegmentBuilder(schema, new PlainDictionaries(context.dictionaries, true), session.columns);
  let [persons, lines, findings, number] = [0, 0, 0, 0];
  const judge = (): void => {
    const segment = builder.take();
    const id = views.text(segment.persons, 'psn').get(0) as string;
    const hits: Hit[] = [];
    kernel.run(segment, { hit: (hit) => hits.push(hit) }, undefined, number);
    const reader = hitReader({ segment, context, bound, cards: session.cards });
    const isReported = settledWithin(segment, options);
    for (const hit of hits) {
      if (!isReported(hit)) continue;
      const { finding, atIssue } = buildFinding(reader.read(hit));
      write('finding', JSON.stringify(finding));
      for (const row of atIssue) write('issue', JSON.stringify(row));
      findings += 1;
    }
    const events = kernel.takeEvents();
    if (events.length > 0) {
      write('segment', JSON.stringify(segmentRecord(segment, id)));
      for (const block of events) writeParts(block, id, write);
    }
    persons += segment.persons.length;
    lines += segment.lines.length;
    number += 1;
  };
  const { records } = await feedPersons(options.input, schema, builder, {
    segment: judge,
    limit: options.segmentLines ?? defaultSegmentLines,
    ...(options.flush === undefined ? {} : { flush: options.flush }),
  });
  const counts: FilterCounts = { persons, lines, rules: plainCounts(kernel.counts()) };
  write('counts', JSON.stringify(counts));
  return { records, persons, lines, findings };
}

/** The schema argument of a session. */
export const sessionSchema = (session: FilterSession): string => schemaText(session.schema);
