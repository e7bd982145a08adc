import type { Problem } from '@hengjian/standard';
import { type Words, words } from '@hengjian/standard';
import type { CheckedRule } from '../check/checked.ts';
import { type Expr, node, walk } from '../check/ir.ts';
import type { KnowledgeTable } from '../knowledge/knowledge.ts';
import { rulespecProblems } from '../problems.ts';
import type { Shapes } from '../shapes/definition.ts';
import { definitionOf } from '../shapes/definition.ts';
import { shapes } from '../shapes/registry.ts';
import type { ExpressionSource, Position } from '../source/vocabulary.ts';
import { type Asked, type Facts, neverTogether } from './satisfiable.ts';

/** Something proven about a rule. `never`: it can never hit. `dead`: a part of it can never matter. `note`: worth knowing. */
export interface RuleNote extends Problem {
  readonly level: 'never' | 'dead' | 'note';
}

interface Analysis {
  readonly rule: CheckedRule;
  readonly facts: Facts;
  readonly notes: RuleNote[];
}

function say({ rule, notes }: Analysis, level: RuleNote['level'], at: Position, field: string, problem: Problem): void {
  notes.push({ ...problem, level, place: { file: rule.source.file, row: at.row, column: at.column, field } });
}

const never = (reason: Words): Problem => rulespecProblems.problem('rule-never', { reason });
const dead = (part: Words): Problem => rulespecProblems.problem('part-dead', { part });
const always = (part: Words): Problem => rulespecProblems.problem('part-always', { part });

const holds = (expr: Expr): Asked => ({ expr, truth: true });
const fails = (expr: Expr): Asked => ({ expr, truth: false });

/** Money a rule of payment scope looks at: of the lines it can hit the in-scope amount is not 0. */
function scopeFacts(rule: CheckedRule, exprs: readonly Expr[], shapes: Shapes): readonly Asked[] {
  if (!rule.source.payment_scope || !definitionOf(rule.shape, shapes).rows.scoped(rule.shape)) return [];
  const inscope = exprs
    .flatMap((expr) => [...walk(expr)])
    .find((part) => part.op === 'field' && part.data.table === 'lines' && part.data.column === 'inscp_amt' && part.data.role !== 'a');
  if (inscope === undefined) return [];
  return [holds(node('ne', 'bool', [inscope, node('number', inscope.type, [], { value: 0 }, inscope)], {}, inscope))];
}

/** The parts of `a || b || c`. */
const choices = (expr: Expr): readonly Expr[] => (expr.op === 'or' ? expr.args.flatMap(choices) : [expr]);

const quote = (source: ExpressionSource, expr: Expr): string => source.text.slice(expr.start, expr.end).replace(/\s+/g, ' ').trim();

function pointsNote(analysis: Analysis): void {
  const { rule, facts } = analysis;
  const { table } = facts;
  if (table === undefined) return;
  const { from, to = Number.POSITIVE_INFINITY } = rule.source.effective;
  const usable = table.rows.filter((row) => (row.valid_to ?? Number.POSITIVE_INFINITY) >= from && row.valid_from <= to);
  if (usable.length > 0) return;
  const why =
    table.rows.length === 0
      ? words(`${table.name} 没有数据行`, `${table.name} has no rows`)
      : words(`规则生效期间 ${table.name} 没有有效的行`, `no row of ${table.name} is valid while the rule is effective`);
  say(analysis, 'never', rule.source.at, 'effective', never(why));
}

function whenNotes(analysis: Analysis, given: readonly Asked[], when: Expr, source: ExpressionSource): void {
  const { facts } = analysis;
  if (neverTogether([...given, holds(when)], facts)) {
    say(analysis, 'never', source.at, source.field, never(words('条件互相矛盾', 'its conditions contradict each other')));
    return;
  }
  const parts = choices(when);
  for (const part of parts.length > 1 ? parts : []) {
    if (!neverTogether([...given, holds(part)], facts)) continue;
    say(analysis, 'dead', source.at, source.field, dead(words(`分支 ${quote(source, part)} `, `the alternative ${quote(source, part)}`)));
  }
  if (when.op !== 'boolean' && neverTogether([...given, fails(when)], facts)) {
    say(analysis, 'note', source.at, source.field, always(words('条件', 'the condition')));
  }
}

function exceptionNotes(analysis: Analysis, given: readonly Asked[]): void {
  const { rule, facts } = analysis;
  rule.exceptions.forEach((exception, index) => {
    const source = rule.source.exceptions[index]?.when;
    if (source === undefined) return;
    const before = rule.exceptions.slice(0, index).map(({ when }) => fails(when));
    if (neverTogether([...given, ...before, holds(exception.when)], facts)) {
      const covered = before.length > 0 && !neverTogether([...given, holds(exception.when)], facts);
      const part = covered
        ? words(`例外“${exception.basis}”（已被前面的例外涵盖）`, `the exception ${exception.basis}, which an earlier one covers,`)
        : words(`例外“${exception.basis}”`, `the exception ${exception.basis}`);
      say(analysis, 'dead', source.at, source.field, dead(part));
    } else if (neverTogether([...given, ...before, fails(exception.when)], facts)) {
      const clears = exception.effect === 'clear';
      const part = words(`例外“${exception.basis}”`, `the exception ${exception.basis}`);
      say(
        analysis,
        clears ? 'never' : 'note',
        source.at,
        source.field,
        clears ? never(words(`${part.zh}总是成立`, `${part.en} always holds`)) : always(part),
      );
    }
  });
}

/**
 * What is proven about one rule: that it can never hit, or that an alternative or an exception of it can never matter.
 * Only what follows from its conditions, parameters and points is said; silence proves nothing.
 */
export function analyseRule(rule: CheckedRule, tables: ReadonlyMap<string, KnowledgeTable>, known: Shapes = shapes): readonly RuleNote[] {
  const facts: Facts = { params: rule.params, table: rule.table === undefined ? undefined : tables.get(rule.table) };
  const analysis: Analysis = { rule, facts, notes: [] };
  const { shape, source } = rule;
  pointsNote(analysis);
  const when = 'when' in shape ? shape.when : undefined;
  const written = 'when' in source.shape ? source.shape.when : undefined;
  const exprs = [rule.where, when, ...rule.exceptions.map((exception) => exception.when)].filter((expr) => expr !== undefined);
  const given = [...(rule.where === undefined ? [] : [holds(rule.where)]), ...scopeFacts(rule, exprs, known)];
  if (neverTogether(given, facts)) {
    const at = source.where ?? written;
    const why = words('where 与自身或支付范围矛盾', 'where contradicts itself or the payment scope');
    say(analysis, 'never', at?.at ?? source.at, at?.field ?? 'where', never(why));
    return analysis.notes;
  }
  if (when !== undefined && written !== undefined) whenNotes(analysis, given, when, written);
  if (!analysis.notes.some(({ level }) => level === 'never'))
    exceptionNotes(analysis, when === undefined ? given : [...given, holds(when)]);
  return analysis.notes;
}
