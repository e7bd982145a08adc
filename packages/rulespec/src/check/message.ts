import { suggestion } from '../source/reader.ts';
import type { ExpressionSource, Names, RuleSource, ShapeName } from '../source/rule-source.ts';
import type { MessagePart } from './checked.ts';
import { infer } from './expression.ts';
import type { Role } from './ir.ts';
import { type Complaints, complainAt } from './problems.ts';
import type { Scope } from './scope.ts';
import { parseExpression } from './syntax.ts';

const special: Readonly<Record<string, (role: Role) => MessagePart>> = {
  item: (role) => ({ kind: 'item', role }),
  'a.item': () => ({ kind: 'item', role: 'a' }),
  'b.item': () => ({ kind: 'item', role: 'b' }),
  code: () => ({ kind: 'code' }),
  age_years: () => ({ kind: 'age', days: false }),
  age_days: () => ({ kind: 'age', days: true }),
};

/** What messages of rules that judge many histories at once can show. */
export const figures: Readonly<Partial<Record<ShapeName, readonly string[]>>> = {
  peer: ['entity', 'name', 'period', 'value', 'numerator', 'denominator', 'peers', 'median', 'mean', 'score', 'ratio', 'limit'],
  group: ['persons', 'rows', 'days', 'key', 'limit'],
};

function figure(text: string, rule: RuleSource, language: keyof Names, to: Complaints): MessagePart | undefined {
  const known = figures[rule.shape.kind] ?? [];
  if (known.includes(text)) return { kind: 'figure', name: text };
  if (rule.shape.kind !== 'peer') return undefined;
  complainAt(to, rule.at, `message.${language}`, 'message-placeholder', `{${text}} cannot be filled`, suggestion(text, known));
  return { kind: 'text', text: '' };
}

function placeholder(text: string, rule: RuleSource, language: keyof Names, scope: Scope, to: Complaints): MessagePart {
  const shown = figure(text, rule, language, to);
  if (shown !== undefined) return shown;
  const named = special[text];
  if (named !== undefined) return named(scope.two ? 'b' : 'self');
  const field = `message.${language}`;
  const source: ExpressionSource = { text, at: rule.at, block: false, field };
  const own: Complaints = { file: to.file, problems: [] };
  const syntax = parseExpression(source, own);
  const expr = syntax === undefined ? undefined : infer(syntax, undefined, { source, scope: { ...scope, texts: true }, to: own });
  if (expr !== undefined) return { kind: 'expr', expr };
  const remedy = `${own.problems[0]?.remedy ?? 'name a field'}; {item}, {code} and {age_years} are there too`;
  complainAt(to, rule.at, field, 'message-placeholder', `{${text}} cannot be filled: ${own.problems[0]?.message ?? 'it has no value'}`, remedy);
  return { kind: 'text', text: '' };
}

/** Splits a message into its texts and placeholders. */
export function checkMessage(rule: RuleSource, language: keyof Names, scope: Scope, to: Complaints): readonly MessagePart[] {
  const parts: MessagePart[] = [];
  let at = 0;
  for (const match of rule.message[language].matchAll(/\{([^{}]+)\}/g)) {
    if (match.index > at) parts.push({ kind: 'text', text: rule.message[language].slice(at, match.index) });
    parts.push(placeholder(match[1] ?? '', rule, language, scope, to));
    at = match.index + match[0].length;
  }
  const rest = rule.message[language].slice(at);
  return rest === '' ? parts : [...parts, { kind: 'text', text: rest }];
}
