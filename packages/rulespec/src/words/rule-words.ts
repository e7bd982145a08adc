import type { CheckedRule } from '../check/checked.ts';
import { type Expr, walk } from '../check/ir.ts';
import type { CheckedAmount } from '../check/parts.ts';
import { definitionOf, type ShapeDefinition, type Shapes } from '../shapes/definition.ts';
import { shapes } from '../shapes/registry.ts';
import type { ExceptionEffect, Names } from '../source/vocabulary.ts';
import { phrase } from './phrase.ts';
import { type Sentence, said } from './sentence.ts';
import { names } from './terms.ts';
import { commonCauses, lackOf, type UnknownCause, unknownCause } from './unknown.ts';

export interface ExceptionWords {
  readonly when: Names;
  readonly effect: Names;
  readonly basis: string;
}

/** A checked rule as people read it, made from the tree that both back ends run. */
export interface RuleWords {
  /** What is put together before it is judged. */
  readonly scope: Names;
  readonly logic: readonly Sentence[];
  readonly exceptions: readonly ExceptionWords[];
  readonly amount: Names;
  readonly unknown: readonly UnknownCause[];
}

function effectWords(effect: ExceptionEffect): Names {
  if (effect === 'clear') return names('不计', 'clear');
  if (effect === 'lower') return names('由明确违规降为可疑', 'lowered from violation to suspicious');
  return names(`上限乘以 ${effect.cap}`, `the limit is multiplied by ${effect.cap}`);
}

type AmountSayer = (rule: CheckedRule, amount: CheckedAmount) => Names;

/** Each method of amounts in words. One that is missing here fails to compile, by name. */
const amountSayers: { readonly [K in CheckedAmount['method']]: AmountSayer } = {
  whole: () => names('有问题的费用行全额', 'the lines at issue in full'),
  excess: (rule, amount) => {
    if (amount.excess === undefined)
      return names(
        '超出上限的部分，从最后一条有问题的费用行向前取，按各行自身单价折算',
        'what lies above the limit, taken from the latest line at issue backwards at each line’s own price',
      );
    const excess = phrase(amount.excess, rule);
    return names(`超出的数量（${excess.zh}）按该行单价折算`, `the quantity in excess (${excess.en}) at the price of the line`);
  },
  price_excess: (rule, amount) => {
    const cap = amount.cap === undefined ? names('限价', 'the cap') : phrase(amount.cap, rule);
    return names(`（单价 − 应收价）× 数量，应收价为${cap.zh}`, `(unit price − due price) × quantity, the due price being ${cap.en}`);
  },
  stay: () => names('有问题的就诊的全部费用', 'all money of the visit at issue'),
  difference: (rule, amount) => {
    const difference = amount.difference === undefined ? names('支付差额', 'the difference of payments') : phrase(amount.difference, rule);
    return names(
      `支付差额：${difference.zh}（不低于零，不占用任何费用行）`,
      `the difference of payments: ${difference.en} (not below zero, money of no line)`,
    );
  },
  none: () => names('不计金额', 'no amount'),
};

/** Spaces between Chinese and figures as the eye expects them. */
const tidied = ({ zh, en }: Names): Names =>
  names(
    zh
      .replace(/([）」])\s+(?=\p{Script=Han})/gu, '$1')
      .replace(/([\p{Script=Han}）]) (?=\p{Script=Han})/gu, '$1')
      .replace(/(\p{Script=Han})(?=[\dA-Za-z])/gu, '$1 ')
      .replace(/(\d)(?=\p{Script=Han})/gu, '$1 '),
    en,
  );

/** What a rule looks at and when it hits, sentence by sentence. */
function sentencesOf(rule: CheckedRule, { words }: ShapeDefinition): readonly Sentence[] {
  const own = words.sentences(rule, rule.shape);
  if (rule.where === undefined) return own;
  const where = phrase(rule.where, rule);
  const filter = said('filter', `只看${where.zh}的。`, `Only where ${where.en}.`);
  const at = own.findIndex(({ part }) => part === 'condition');
  return [...own.slice(0, at), filter, ...own.slice(at)];
}

/** What an ask is about, without the tests under which it matters. */
const carriedIn = (test: Expr): Expr => [...walk(test)].find(({ op }) => op === 'carried') ?? test;

/** What makes the rule unknown, in the order in which it is asked; each cause once. */
function unknownCauses(rule: CheckedRule, { words }: ShapeDefinition): readonly UnknownCause[] {
  const asksBack = rule.needs.some(({ test }) => [...walk(test)].some(({ op }) => op === 'horizon_known'));
  // Where a row can lack what its institution delivers, the rule says so once: that it is missing.
  const missing = [...rule.needs, ...words.unknown(rule, rule.shape)].map(({ cause }) => cause);
  const asks = [...rule.asks, ...(rule.beside?.asks ?? [])].filter(({ cause }) => !missing.includes(cause));
  const all = [
    ...(rule.source.payment_scope
      ? [
          unknownCause(
            'line.inscp_amt',
            '缺符合范围金额，不知是否进入医保支付',
            'the in-scope amount is missing, so that it is not known whether the fund pays',
          ),
        ]
      : []),
    ...(rule.reach === 'row' ? [] : [commonCauses.reach]),
    ...asks.map((ask) => lackOf(rule, ask.cause, carriedIn(ask.test))),
    ...rule.needs.map((need) => lackOf(rule, need.cause, need.test)),
    ...words.unknown(rule, rule.shape),
    ...(words.lookback(rule.shape) || asksBack ? [commonCauses.horizon] : []),
  ];
  return all.filter((own, index) => all.findIndex((other) => other.cause === own.cause) === index);
}

/** The logic, exceptions, amount and unknowns of a rule in Chinese and English. */
export function ruleWords(rule: CheckedRule, known: Shapes = shapes): RuleWords {
  const definition = definitionOf(rule.shape, known);
  const payment = names(
    '符合范围金额为零的费用行不判；缺该金额时，自费或未获审批的不判。',
    'Lines without in-scope money are clear; where that amount is missing, those that are own expense or not approved.',
  );
  return {
    scope: tidied(definition.words.scope(rule, rule.shape)),
    logic: [...sentencesOf(rule, definition), ...(rule.source.payment_scope ? [{ part: 'filter', words: payment } as const] : [])].map(
      ({ part, words }) => ({
        part,
        words: tidied(words),
      }),
    ),
    exceptions: rule.exceptions.map(({ when, effect, basis }) => ({
      when: tidied(phrase(when, rule)),
      effect: effectWords(effect),
      basis,
    })),
    amount: tidied(amountSayers[rule.amount.method](rule, rule.amount)),
    unknown: unknownCauses(rule, definition).map(({ cause, words }) => ({ cause, words: tidied(words) })),
  };
}
