import { columnNamed, fullYears, type LakeContext, type Segment, type WorkingTable } from '@hengjian/standard';
import { columnAt } from '../bind/codes.ts';
import type { BoundRulebook } from '../bind/rulebook.ts';
import { type Expr, type Role, walk } from '../check/ir.ts';
import type { MessagePart } from '../check/parts.ts';
import { isNumeric, isRef } from '../check/types.ts';
import type { Hit } from '../kernel/hit.ts';
import type { Frame } from '../operators/operator.ts';
import { evaluate } from '../operators/table.ts';
import { shownField } from '../operators/values.ts';
import { definitionOf } from '../shapes/definition.ts';
import { type Candidate, frameOf, type Judge } from './judge.ts';
import { dash, showValue } from './show-value.ts';
import { codeAt, ownerOf, raw, textAt } from './world.ts';

function textOf(expr: Expr, frame: Frame): string {
  if (expr.op === 'field' && expr.type === 'text') {
    const owner = ownerOf(frame, expr.data.table, expr.data.role);
    return textAt(owner.table, expr.data.column, owner.row) ?? dash;
  }
  if (expr.op === 'field' && isRef(expr.type)) return shownField(expr, frame, evaluate(expr, frame)) ?? dash;
  if (expr.op === 'point' && !isNumeric(expr.type) && expr.type !== 'day') {
    const table = frame.world.bound.table(frame.rule.table ?? '');
    const cell = table.rows[frame.point]?.cells[columnAt(table, expr.data.column).index] ?? null;
    return cell === null ? dash : Array.isArray(cell) ? cell.join('|') : String(cell);
  }
  return showValue(evaluate(expr, frame), expr.type, frame.world.bound);
}

function itemName(frame: Frame, role: Role): string {
  const { segment, bound } = frame.world;
  const line = frame.line[role] >= 0 ? frame.line[role] : frame.line.self;
  const id = codeAt(segment.lines, 'med_list_codg', line);
  if (id === null) return dash;
  return textAt(bound.context.dimensions.item, 'hilist_name', id) ?? bound.codes.values('item')[id] ?? dash;
}

function ageText(frame: Frame, days: boolean): string {
  const person = ownerOf(frame, 'persons', 'self');
  const birth = raw(person.table, 'brdy', person.row);
  if (birth !== null) return String(days ? frame.day - birth : fullYears(birth, frame.day));
  const recorded = raw(frame.world.segment.visits, 'age', frame.visit.self);
  return recorded === null ? dash : String(Math.floor(recorded / 10) * (days ? 365 : 1));
}

/** Texts of what a rule worked out over many histories, by the names of its placeholders. */
export type Figures = Readonly<Record<string, string>>;

/** A column that is not loaded is shown as missing: a message must never stop a run. */
function forgiving(read: () => string): string {
  try {
    return read();
  } catch {
    return dash;
  }
}

function partText(part: MessagePart, frame: Frame, code: string, figures: Figures): string {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'item':
      return itemName(frame, part.role);
    case 'code':
      return code;
    case 'age':
      return ageText(frame, part.days);
    case 'figure':
      return figures[part.name] ?? dash;
    case 'expr':
      return textOf(part.expr, frame);
  }
}

function candidates(hit: Hit, segment: Segment): { subject: Candidate; other: Candidate | undefined } {
  const visitOf = (line: number): number => raw(segment.lines, 'visit', line) ?? -1;
  const base = { row: -1, code: hit.code, point: hit.point, day: Math.floor(hit.occurred / 1440), area: -1 };
  const [line = -1, involved] = hit.lines;
  const visit = line >= 0 ? visitOf(line) : hit.visit >= 0 ? hit.visit : (hit.visits[0] ?? -1);
  const subject: Candidate = { ...base, line, visit };
  if (involved !== undefined) return { subject, other: { ...base, line: involved, visit: visitOf(involved) } };
  const stay = hit.visits[1];
  return { subject, other: stay === undefined ? undefined : { ...base, line: -1, visit: stay } };
}

/**
 * The message of a finding in one language. The segment needs the columns of `messageColumns`; what is not loaded is
 * shown as —.
 */
export function renderMessage(
  rulebook: BoundRulebook,
  hit: Hit,
  segment: Segment,
  context: LakeContext,
  language: 'zh' | 'en',
  figures: Figures = {},
): string {
  const rule = rulebook.rules[hit.rule];
  if (rule === undefined) return '';
  const judge: Judge = {
    world: { segment, bound: rulebook, watch: undefined },
    rule,
    index: hit.rule,
    tally: { evaluated: 0, hit: 0, clear: 0, unknown: new Map() },
    emit: () => undefined,
    trace: undefined,
  };
  const { subject, other } = candidates(hit, segment);
  const dictionary = definitionOf(rule.shape, rulebook.shapes).rows.each(rule.shape) ?? 'diagnosis';
  const code = context.dictionaries[dictionary]?.[hit.code] ?? dash;
  const frame = frameOf(judge, subject, { measure: hit.measure, limit: hit.limit }, other);
  return rule.message[language].map((part) => forgiving(() => partText(part, frame, code, figures))).join('');
}

/** Segment columns that the messages of a rulebook read. */
export function messageColumns(rulebook: BoundRulebook): Partial<Record<WorkingTable, readonly string[]>> {
  const found: Record<string, Set<string>> = {
    lines: new Set(['visit', 'med_list_codg', 'settlement', 'bilg_dr_code']),
    visits: new Set(['person', 'fixmedins_code', 'chfpdr_code', 'age']),
    persons: new Set(['brdy']),
  };
  const add = (table: string, column: string): void => {
    if (table !== 'institution' && table !== 'practitioner') found[table] = (found[table] ?? new Set()).add(column);
  };
  for (const rule of rulebook.rules) {
    for (const part of [...rule.message.zh, ...rule.message.en]) {
      if (part.kind !== 'expr') continue;
      for (const expr of walk(part.expr)) {
        if (expr.op !== 'field') continue;
        add(expr.data.table, expr.data.column);
        const said = columnNamed(expr.data.table, expr.data.column)?.said;
        if (said !== undefined) add(expr.data.table, said);
      }
    }
  }
  return Object.fromEntries(Object.entries(found).map(([table, columns]) => [table, [...columns].sort()]));
}
