import { type Place, type RefusedInput, type Words, words } from '@hengjian/standard';
import { groupingProblems } from '../problems.ts';
import {
  type CodeField,
  type Comparison,
  type Condition,
  comparisons,
  type NumberField,
  type Severity,
  type TextField,
} from '../scheme/condition.ts';
import { nearest } from './nearest.ts';
import { type Token, tokensOf } from './tokens.ts';
import { codeWords, fieldWords, numberWords, severityWords, textWords } from './words.ts';

const always: Condition = { op: 'always' };
const turned: Readonly<Record<Comparison, Comparison>> = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
const numberForm = /^\d{1,9}(\.\d{1,4})?$/;
const isComparison = (text: string): text is Comparison => comparisons.some((one) => one === text);

/** Reads one rule from left to right; every method takes tokens and gives the part of the tree that they stand for. */
class RuleReader {
  private readonly tokens: readonly Token[];
  private readonly place: Place;
  private readonly known: ReadonlySet<string> | undefined;
  private index = 0;

  constructor(text: string, place: Place, known: ReadonlySet<string> | undefined) {
    this.tokens = tokensOf(text, place);
    this.place = place;
    this.known = known;
  }

  read(): Condition {
    if (this.next().kind === 'end') return always;
    const condition = this.either();
    if (this.next().kind !== 'end') throw this.unexpected('`and`、`or` 或规则结束', '`and`, `or` or the end of the rule');
    return condition;
  }

  private next(): Token {
    return this.tokens[this.index] ?? { kind: 'end', text: '', at: 0 };
  }

  private take(): Token {
    const token = this.next();
    this.index += 1;
    return token;
  }

  private isWord(word: string): boolean {
    return this.next().kind === 'name' && this.next().text.toUpperCase() === word;
  }

  private isSign(sign: string): boolean {
    return this.next().kind === 'sign' && this.next().text === sign;
  }

  private expectSign(sign: string): void {
    if (!this.isSign(sign)) throw this.unexpected(` \`${sign}\``, `\`${sign}\``);
    this.index += 1;
  }

  private syntax(what: Words, hint: Words, at = this.next().at): RefusedInput {
    return groupingProblems.refused('rule-syntax', { at, what, hint }, this.place);
  }

  /** What stands next is not what the rule may go on with, as it is called in Chinese and in English. */
  private unexpected(zh: string, en: string): RefusedInput {
    const { kind, text } = this.next();
    const [found_zh, found_en] = kind === 'end' ? ['规则到此结束', 'the rule ends here'] : [`此处为 \`${text}\``, `found \`${text}\``];
    const near = kind === 'name' ? nearest(text, ['and', 'or', 'not', 'in', 'length', 'sets']) : undefined;
    const hint =
      near === undefined ? words(`此处写${zh}`, `write ${en}`) : words(`是否应为 \`${near}\``, `write \`${near}\` if that is meant`);
    return this.syntax(words(`${found_zh}，应为${zh}`, `${found_en}, expected ${en}`), hint);
  }

  private either(): Condition {
    return this.joined('or', () => this.both());
  }

  private both(): Condition {
    return this.joined('and', () => this.one());
  }

  private joined(op: 'and' | 'or', part: () => Condition): Condition {
    const first = part();
    if (!this.isWord(op.toUpperCase())) return first;
    const of = [first];
    while (this.isWord(op.toUpperCase())) {
      this.index += 1;
      of.push(part());
    }
    return { op, of };
  }

  private one(): Condition {
    if (this.isWord('NOT')) {
      this.index += 1;
      return { op: 'not', of: this.one() };
    }
    if (this.isSign('(')) {
      this.index += 1;
      const inner = this.either();
      this.expectSign(')');
      return inner;
    }
    if (this.next().kind === 'number') return this.numberFirst();
    if (this.isWord('LENGTH') || this.isWord('SETS')) return this.compareWith(this.counted());
    return this.fieldFirst();
  }

  private number(): number {
    const token = this.next();
    if (token.kind !== 'number' || !numberForm.test(token.text))
      throw this.unexpected('最多九位、四位小数的数', 'a number of at most nine digits and four decimals');
    this.index += 1;
    return Number(token.text);
  }

  private comparison(): Comparison {
    const { text } = this.next();
    if (this.next().kind !== 'sign' || !isComparison(text))
      throw this.unexpected(` ${comparisons.join(' ')} 之一`, `one of ${comparisons.join(' ')}`);
    this.index += 1;
    return text;
  }

  /** `1` alone holds always; `17 >= NL` is read as `NL <= 17`; `1500 <= XSRTZ < 2000` as both. */
  private numberFirst(): Condition {
    const { text, at } = this.next();
    const value = this.number();
    if (this.next().kind !== 'sign' || !isComparison(this.next().text)) {
      if (text === '1') return always;
      throw this.syntax(
        words(`数 ${text} 单独出现`, `the number ${text} stands alone`),
        words('与字段比较；只有 1 可单独写，表示无条件成立', 'compare it with a field; only 1 stands alone and holds always'),
        at,
      );
    }
    const compare = turned[this.comparison()];
    const measured = this.measured();
    const low = measured(compare, value);
    if (this.next().kind !== 'sign' || !isComparison(this.next().text)) return low;
    const upper = this.comparison();
    return { op: 'and', of: [low, measured(upper, this.number())] };
  }

  private measured(): (compare: Comparison, value: number) => Condition {
    if (this.isWord('LENGTH') || this.isWord('SETS')) return this.counted();
    const field = this.next().kind === 'name' ? numberWords[this.next().text.toUpperCase()] : undefined;
    if (field === undefined) {
      const known = Object.keys(numberWords).join(' ');
      throw this.unexpected(`数值字段（${known}）、\`length\` 或 \`sets\``, `a number field (${known}), \`length\` or \`sets\``);
    }
    this.index += 1;
    return (compare, value) => ({ op: 'compare', field, compare, value });
  }

  private compareWith(measured: (compare: Comparison, value: number) => Condition): Condition {
    return measured(this.comparison(), this.number());
  }

  /** `length(SET ∩ {F, G})` counts codes, `sets({S1, S2} ∩ F)` counts sets. The fields may stand on either side. */
  private counted(): (compare: Comparison, value: number) => Condition {
    const op = this.isWord('LENGTH') ? 'count' : 'sets';
    this.index += 1;
    this.expectSign('(');
    const leftFirst = this.next().at;
    const left = this.list();
    this.expectSign('∩');
    const right = this.list();
    this.expectSign(')');
    const leftFields = codeFieldsOf(left);
    const rightFields = codeFieldsOf(right);
    const fields = leftFields ?? rightFields;
    if (fields === undefined || (leftFields !== undefined && rightFields !== undefined)) {
      const known = Object.keys(codeWords).join(' ');
      throw this.syntax(
        words('∩ 的一边须为字段，另一边须为集合', 'one side of ∩ must be fields, the other sets'),
        words(`∩ 一边写字段（${known}），另一边写集合`, `write fields (${known}) on one side of ∩ and sets on the other`),
        leftFirst,
      );
    }
    const sets = this.namedSets(leftFields === undefined ? left : right);
    return (compare, value) => ({ op, fields, sets, compare, value });
  }

  /** One name, or names in braces. */
  private list(): readonly Token[] {
    if (!this.isSign('{')) return [this.item()];
    this.index += 1;
    const items = [this.item()];
    while (this.isSign(',')) {
      this.index += 1;
      items.push(this.item());
    }
    this.expectSign('}');
    return items;
  }

  private item(): Token {
    const { kind, text } = this.next();
    if (
      (kind === 'name' || kind === 'text' || kind === 'number') &&
      !['AND', 'OR', 'NOT', 'IN'].includes(kind === 'name' ? text.toUpperCase() : '')
    )
      return this.take();
    throw this.unexpected('名称', 'a name');
  }

  private namedSets(items: readonly Token[]): readonly string[] {
    for (const { text, kind, at } of items) {
      if (kind === 'name' && Object.hasOwn(severityWords, text.toUpperCase())) {
        throw groupingProblems.refused('rule-severity', { at, levels: text }, this.place);
      }
      if (this.known !== undefined && !this.known.has(text)) {
        throw groupingProblems.refused('rule-set-unknown', { at, set: text, meant: meantBy(text, this.known) }, this.place);
      }
    }
    return items.map(({ text }) => text);
  }

  private fieldFirst(): Condition {
    const first = this.next();
    if (first.kind !== 'name' && !this.isSign('{'))
      throw this.unexpected('字段、`not`、`length`、`sets`、数或 `(`', 'a field, `not`, `length`, `sets`, a number or `(`');
    const items = this.list();
    const word = items.length === 1 && first.kind === 'name' ? first.text.toUpperCase() : '';
    const number = numberWords[word];
    if (number !== undefined) return this.numberField(number);
    const text = textWords[word];
    if (text !== undefined) return this.textField(text);
    const fields = codeFieldsOf(items);
    if (fields === undefined) throw this.unknownField(items);
    return this.negated(() => this.membership(fields, first.at));
  }

  private numberField(field: NumberField): Condition {
    const compare = this.comparison();
    return { op: 'compare', field, compare, value: this.number() };
  }

  private textField(field: TextField): Condition {
    if (this.isSign('=')) {
      this.index += 1;
      return { op: 'one_of', field, values: [this.item().text] };
    }
    return this.negated(() => ({ op: 'one_of', field, values: this.list().map(({ text }) => text) }));
  }

  private unknownField(items: readonly Token[]): RefusedInput {
    const wrong = items.find(({ kind, text }) => kind !== 'name' || codeWords[text.toUpperCase()] === undefined) ?? this.next();
    const word = wrong.text.toUpperCase();
    if (fieldWords.includes(word)) {
      const known = Object.keys(codeWords).join(' ');
      return this.syntax(
        words(`${wrong.text} 不含编码`, `${wrong.text} holds no codes`),
        words(`花括号中只能并列 ${known}`, `only ${known} can stand together in braces`),
        wrong.at,
      );
    }
    const meant = meantBy(wrong.text, [...fieldWords, 'length', 'sets', 'not']);
    return groupingProblems.refused(
      'rule-field-unknown',
      { at: wrong.at, field: wrong.text, known: fieldWords.join(' '), meant },
      this.place,
    );
  }

  /** Takes `in` or `not in` and what follows. */
  private negated(rest: () => Condition): Condition {
    const not = this.isWord('NOT');
    if (not) this.index += 1;
    if (!this.isWord('IN')) throw not ? this.unexpected(' `in`', '`in`') : this.unexpected(' `in` 或 `not in`', '`in` or `not in`');
    this.index += 1;
    const condition = rest();
    return not ? { op: 'not', of: condition } : condition;
  }

  private membership(fields: readonly CodeField[], at: number): Condition {
    const items = this.list();
    const isSeverity = ({ kind, text }: Token): boolean => kind === 'name' && Object.hasOwn(severityWords, text.toUpperCase());
    const levels = items.filter(isSeverity).flatMap(({ text }): readonly Severity[] => {
      const level = severityWords[text.toUpperCase()];
      return level === undefined ? [] : [level];
    });
    const named = items.filter((item) => !isSeverity(item));
    if (levels.length > 0 && (fields.length > 1 || fields[0] !== 'other_dx')) {
      throw groupingProblems.refused('rule-severity', { at, levels: levels.join(', ') }, this.place);
    }
    const severity: Condition = { op: 'severity', levels };
    if (named.length === 0) return severity;
    const inSets: Condition = { op: 'in', fields, sets: this.namedSets(named) };
    return levels.length === 0 ? inSets : { op: 'or', of: [severity, inSets] };
  }
}

/** The known name that was perhaps meant, to stand at the end of a remedy; nothing where none is near. */
function meantBy(written: string, known: Iterable<string>): Words {
  const near = nearest(written, known);
  return near === undefined ? words('', '') : words(`；是否应为 ${near}`, `; write ${near} if that is meant`);
}

function codeFieldsOf(items: readonly Token[]): readonly CodeField[] | undefined {
  const fields = items.flatMap(({ kind, text }) => (kind === 'name' ? (codeWords[text.toUpperCase()] ?? []) : []));
  return fields.length === items.length ? fields : undefined;
}

/**
 * Reads a condition written in the rule language (docs/schemes.md). Empty text and `1` hold always. `XSRTZ` becomes
 * `birth_weight`; whether that is the weight at birth or at admission is the scheme's switch.
 *
 * @param place where the rule stands; errors carry it, and the character in their message.
 * @param knownSets names of the sets; when given, any other name is refused.
 * @throws {RefusedInput} rule-character, rule-open-quote, rule-syntax, rule-field-unknown, rule-set-unknown, rule-severity.
 */
export function parseCondition(text: string, place: Place = {}, knownSets?: ReadonlySet<string>): Condition {
  return new RuleReader(text, place, knownSets).read();
}
