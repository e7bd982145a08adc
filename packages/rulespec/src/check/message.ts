import { type ProblemValue, words } from '@hengjian/standard';
import { namesNear, rulespecProblems } from '../problems.ts';
import type { ShapeDefinition, ShapeFigures } from '../shapes/definition.ts';
import type { RuleSource } from '../source/rule-source.ts';
import type { ExpressionSource, Names } from '../source/vocabulary.ts';
import { infer } from './expression.ts';
import type { Role } from './ir.ts';
import type { MessagePart } from './parts.ts';
import { type Complaints, complainAt } from './problems.ts';
import type { Scope } from './scope.ts';
import { parseExpression } from './syntax.ts';

const special = new Map<string, (role: Role) => MessagePart>([
  ['item', (role) => ({ kind: 'item', role })],
  ['a.item', () => ({ kind: 'item', role: 'a' })],
  ['b.item', () => ({ kind: 'item', role: 'b' })],
  ['code', () => ({ kind: 'code' })],
  ['age_years', () => ({ kind: 'age', days: false })],
  ['age_days', () => ({ kind: 'age', days: true })],
]);

interface Place {
  readonly rule: RuleSource;
  readonly figures: ShapeFigures;
  readonly language: keyof Names;
  readonly scope: Scope;
  readonly to: Complaints;
}

const nothing: MessagePart = { kind: 'text', text: '' };

function refuse({ rule, language, to }: Place, placeholder: string, reason: ProblemValue, known: ProblemValue): MessagePart {
  complainAt(
    to,
    rule.at,
    `message.${language}`,
    rulespecProblems.problem('message-placeholder', { placeholder: `{${placeholder}}`, reason, known }),
  );
  return nothing;
}

function placeholder(text: string, place: Place): MessagePart {
  const { rule, figures, language, scope, to } = place;
  if (figures.names.includes(text)) return { kind: 'figure', name: text };
  if (figures.only)
    return refuse(place, text, words('此类规则只显示汇总值', 'a rule of this shape shows figures only'), namesNear(text, figures.names));
  const named = special.get(text);
  if (named !== undefined) return named(scope.two ? 'b' : 'self');
  const source: ExpressionSource = { text, at: rule.at, block: false, field: `message.${language}` };
  const own: Complaints = { file: to.file, problems: [] };
  const syntax = parseExpression(source, own);
  const expr = syntax === undefined ? undefined : infer(syntax, undefined, { source, scope: { ...scope, texts: true }, to: own });
  if (expr !== undefined) return { kind: 'expr', expr };
  return refuse(
    place,
    text,
    own.problems[0]?.message ?? words('没有值', 'it has no value'),
    words('字段、{item}、{code}、{age_years}', 'fields, {item}, {code}, {age_years}'),
  );
}

/** Splits a message into its texts and placeholders. */
export function checkMessage(
  rule: RuleSource,
  { figures }: ShapeDefinition,
  language: keyof Names,
  scope: Scope,
  to: Complaints,
): readonly MessagePart[] {
  const place: Place = { rule, figures, language, scope, to };
  const parts: MessagePart[] = [];
  let at = 0;
  for (const match of rule.message[language].matchAll(/\{([^{}]+)\}/g)) {
    if (match.index > at) parts.push({ kind: 'text', text: rule.message[language].slice(at, match.index) });
    parts.push(placeholder(match[1] ?? '', place));
    at = match.index + match[0].length;
  }
  const rest = rule.message[language].slice(at);
  return rest === '' ? parts : [...parts, { kind: 'text', text: rest }];
}
