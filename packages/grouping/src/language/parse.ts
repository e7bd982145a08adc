import { type Place, RefusedInput } from '@hengjian/standard';
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
const isComparison = (text: string): text is Comparison => (comparisons as readonly string[]).includes(text);

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
    if (this.next().kind !== 'end') throw this.unexpected('`and`, `or` or the end of the rule');
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
    if (!this.isSign(sign)) throw this.unexpected(`\`${sign}\``);
    this.index += 1;
  }

  private refuse(code: string, message: string, remedy: string, at = this.next().at): RefusedInput {
    return new RefusedInput({ code, message: `character ${at} of the rule: ${message}`, remedy, place: this.place });
  }

  private unexpected(expected: string): RefusedInput {
    const { kind, text } = this.next();
    const found = kind === 'end' ? 'the rule ends here' : `found \`${text}\``;
    const near = kind === 'name' ? nearest(text, ['and', 'or', 'not', 'in', 'length', 'sets']) : undefined;
    return this.refuse(
      'rule-syntax',
      `${found}, expected ${expected}`,
      near === undefined ? 'correct the rule in this cell' : `write \`${near}\` if that is meant`,
    );
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
    if (token.kind !== 'number' || !numberForm.test(token.text)) throw this.unexpected('a number of at most nine digits and four decimals');
    this.index += 1;
    return Number(token.text);
  }

  private comparison(): Comparison {
    const { text } = this.next();
    if (this.next().kind !== 'sign' || !isComparison(text)) throw this.unexpected(`one of ${comparisons.join(' ')}`);
    this.index += 1;
    return text;
  }

  /** `1` alone holds always; `17 >= NL` is read as `NL <= 17`; `1500 <= XSRTZ < 2000` as both. */
  private numberFirst(): Condition {
    const { text, at } = this.next();
    const value = this.number();
    if (this.next().kind !== 'sign' || !isComparison(this.next().text)) {
      if (text === '1') return always;
      throw this.refuse(
        'rule-syntax',
        `the number ${text} stands alone`,
        'compare it with a field; only 1 stands alone and holds always',
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
    if (field === undefined) throw this.unexpected(`a number field (${Object.keys(numberWords).join(' ')}), \`length\` or \`sets\``);
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
      const remedy = `write fields (${Object.keys(codeWords).join(' ')}) on one side of ∩ and sets on the other`;
      throw this.refuse('rule-syntax', 'one side of ∩ must be fields, the other sets', remedy, leftFirst);
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
    throw this.unexpected('a name');
  }

  private namedSets(items: readonly Token[]): readonly string[] {
    for (const { text, kind, at } of items) {
      if (kind === 'name' && Object.hasOwn(severityWords, text.toUpperCase())) {
        throw this.refuse(
          'rule-severity',
          `${text} depends on the principal diagnosis and cannot be counted`,
          'write `QTZD in MCC`, or quote the name of a set',
          at,
        );
      }
      if (this.known !== undefined && !this.known.has(text)) {
        const near = nearest(text, this.known);
        const remedy =
          near === undefined
            ? 'add the members of the set, or correct its name'
            : `add the members of the set, or write ${near} if that is meant`;
        throw this.refuse('rule-set-unknown', `there is no set \`${text}\``, remedy, at);
      }
    }
    return items.map(({ text }) => text);
  }

  private fieldFirst(): Condition {
    const first = this.next();
    if (first.kind !== 'name' && !this.isSign('{')) throw this.unexpected('a field, `not`, `length`, `sets`, a number or `(`');
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
      return this.refuse(
        'rule-syntax',
        `${wrong.text} holds no codes`,
        `only ${Object.keys(codeWords).join(' ')} can stand together in braces`,
        wrong.at,
      );
    }
    const near = nearest(wrong.text, [...fieldWords, 'length', 'sets', 'not']);
    const remedy =
      near === undefined
        ? `the fields are ${fieldWords.join(' ')}`
        : `write ${near} if that is meant; the fields are ${fieldWords.join(' ')}`;
    return this.refuse('rule-field-unknown', `there is no field \`${wrong.text}\``, remedy, wrong.at);
  }

  /** Takes `in` or `not in` and what follows. */
  private negated(rest: () => Condition): Condition {
    const not = this.isWord('NOT');
    if (not) this.index += 1;
    if (!this.isWord('IN')) throw this.unexpected(not ? '`in`' : '`in` or `not in`');
    this.index += 1;
    const condition = rest();
    return not ? { op: 'not', of: condition } : condition;
  }

  private membership(fields: readonly CodeField[], at: number): Condition {
    const items = this.list();
    const isSeverity = ({ kind, text }: Token): boolean => kind === 'name' && Object.hasOwn(severityWords, text.toUpperCase());
    const levels = items.filter(isSeverity).map(({ text }) => text.toUpperCase() as Severity);
    const named = items.filter((item) => !isSeverity(item));
    if (levels.length > 0 && (fields.length > 1 || fields[0] !== 'other_dx')) {
      throw this.refuse(
        'rule-severity',
        `${levels.join(', ')} holds for other diagnoses only`,
        'write `QTZD in MCC`, or quote the name of a set that is called so',
        at,
      );
    }
    const severity: Condition = { op: 'severity', levels };
    if (named.length === 0) return severity;
    const inSets: Condition = { op: 'in', fields, sets: this.namedSets(named) };
    return levels.length === 0 ? inSets : { op: 'or', of: [severity, inSets] };
  }
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
