import { type Words, words } from '@hengjian/standard';
import { ParseError, parse } from '@marcbachmann/cel-js';
import { rulespecProblems } from '../problems.ts';
import type { ExpressionSource } from '../source/vocabulary.ts';
import { type Complaints, complain } from './problems.ts';

/** The syntax tree of an expression as our checker reads it. */
export type Syntax =
  | {
      readonly kind: 'literal';
      readonly literal: 'string' | 'number' | 'boolean';
      readonly text: string;
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: 'path'; readonly parts: readonly string[]; readonly start: number; readonly end: number }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Syntax[]; readonly start: number; readonly end: number }
  | { readonly kind: 'list'; readonly args: readonly Syntax[]; readonly start: number; readonly end: number };

interface Shape {
  readonly op: string;
  readonly args: unknown;
  readonly start: number;
  readonly end: number;
}

class Unsupported extends Error {
  readonly reason: Words;
  readonly start: number;
  constructor(reason: Words, start: number) {
    super(reason.en);
    this.reason = reason;
    this.start = start;
  }
}

function literal(shape: Shape, source: string): Syntax {
  const { start, end } = shape;
  const value = shape.args;
  if (typeof value === 'string') return { kind: 'literal', literal: 'string', text: value, start, end };
  if (typeof value === 'boolean') return { kind: 'literal', literal: 'boolean', text: String(value), start, end };
  const written = source.slice(start, end).trim();
  if ((typeof value === 'number' || typeof value === 'bigint') && /^\d+(\.\d+)?$/.test(written)) {
    return { kind: 'literal', literal: 'number', text: written, start, end };
  }
  throw new Unsupported(words(`${written} 不是普通的数值或文本`, `${written} is no plain literal`), start);
}

const operators = new Set(['==', '!=', '<', '<=', '>', '>=', '+', '-', '*', 'in', '&&', '||', '?:', '!_', '-_']);

const isShape = (value: unknown): value is Shape =>
  typeof value === 'object' &&
  value !== null &&
  'op' in value &&
  typeof value.op === 'string' &&
  'start' in value &&
  typeof value.start === 'number' &&
  'end' in value &&
  typeof value.end === 'number';

const unknownSyntax = (what: string, start: number): Unsupported =>
  new Unsupported(words(`规则语言不支持 ${what}`, `${what} are not part of the rule language`), start);

function field(shape: Shape, source: string): Syntax {
  const { start, end, args } = shape;
  const [owner, name]: readonly unknown[] = Array.isArray(args) ? args : [];
  const inner = isShape(owner) ? convert(owner, source) : undefined;
  if (inner?.kind !== 'path' || typeof name !== 'string')
    throw new Unsupported(words('只有名称可以带字段', 'only a name can have fields'), start);
  return { kind: 'path', parts: [...inner.parts, name], start, end };
}

function convert(shape: Shape, source: string): Syntax {
  const { start, end, op, args } = shape;
  const many = (value: unknown): Syntax[] =>
    (Array.isArray(value) ? value : [value]).map((inner) => {
      if (isShape(inner)) return convert(inner, source);
      throw unknownSyntax(op, start);
    });
  if (op === 'value') return literal(shape, source);
  if (op === 'id' && typeof args === 'string') return { kind: 'path', parts: [args], start, end };
  if (op === '.') return field(shape, source);
  if (op === 'call' && Array.isArray(args) && typeof args[0] === 'string')
    return { kind: 'call', name: args[0], args: many(args[1]), start, end };
  if (op === 'list') return { kind: 'list', args: many(args), start, end };
  if (operators.has(op)) return { kind: 'call', name: op, args: many(args), start, end };
  throw unknownSyntax(op === 'rcall' ? 'method calls' : op, start);
}

const faults: Readonly<Record<string, string>> = {
  unexpected_token: '此处不应是',
  expected_token: '缺少应有的内容',
  unexpected_character: '不能识别的字符',
  reserved_identifier: '保留字不能作名称',
  invalid_number: '数字写法有误',
  invalid_exponent: '数字的指数写法有误',
  invalid_escape_sequence: '转义写法有误',
  unterminated_string: '引号没有结束',
  unterminated_triple_quoted_string: '引号没有结束',
  newline_in_string: '引号内不能换行',
  limit_exceeded: '表达式过长或嵌套过深',
};

/** Why the library refuses a text: its own words, and in Chinese those of its code with what it found. */
function syntaxReason({ code, summary }: ParseError): Words {
  const about = summary.includes(': ') ? ` ${summary.slice(summary.indexOf(': ') + 2)}` : '';
  return words(`${faults[code] ?? '写法有误'}${about.replace(/ EOF$/, '表达式结尾')}`, summary);
}

/** Parses CEL text; syntax the rule language does not have is refused with its position. */
export function parseExpression(source: ExpressionSource, to: Complaints): Syntax | undefined {
  try {
    const { ast }: { readonly ast: unknown } = parse(source.text);
    if (isShape(ast)) return convert(ast, source.text);
    throw unknownSyntax(source.text, 0);
  } catch (error) {
    if (error instanceof Unsupported)
      return complain(to, source, error.start, rulespecProblems.problem('expression-syntax', { reason: error.reason }));
    if (!(error instanceof ParseError)) throw error;
    return complain(to, source, error.range?.start ?? 0, rulespecProblems.problem('expression-syntax', { reason: syntaxReason(error) }));
  }
}
