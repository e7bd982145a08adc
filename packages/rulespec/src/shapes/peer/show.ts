import { formatScaled } from '@hengjian/standard';
import type { BoundRules } from '../../bind/bound.ts';
import type { CheckedRule } from '../../check/checked.ts';
import { textAt } from '../../interpret/world.ts';
import type { PeerVerdict } from './judge.ts';
import { roundedQuotient } from './statistics.ts';
import type { CheckedPeer, CheckedTerm, TermMeasure } from './types.ts';

const placesOf: Readonly<Record<TermMeasure, number>> = { count: 0, cnt: 4, amount: 2, inscp: 2, fund: 2, ipt_days: 0 };

/** A sum as people read it: money in 元, quantities without trailing zeros. */
function showSum(sum: number, term: CheckedTerm): string {
  const text = formatScaled(sum, placesOf[term.measure]);
  return term.measure === 'cnt' ? text.replace(/\.?0+$/, '') : text;
}

const isShare = ({ numerator, denominator }: CheckedPeer): boolean =>
  denominator !== undefined &&
  placesOf[numerator.measure] === placesOf[denominator.measure] &&
  (numerator.measure === 'count') === (denominator.measure === 'count');

/** A value ×10⁶ as people read it: a quotient of like things in per cent, money in 元, the rest with four decimals. */
function showValue(value: bigint, shape: CheckedPeer): string {
  if (isShare(shape)) return `${formatScaled(Number(roundedQuotient(value, 100n)), 2)}%`;
  const [above, below] = [placesOf[shape.numerator.measure], shape.denominator === undefined ? 0 : placesOf[shape.denominator.measure]];
  const decimals = above === 2 ? 2 : 4;
  const [up, down] = [10n ** BigInt(decimals + below), 10n ** BigInt(above) * 1_000_000n];
  const text = formatScaled(Number(roundedQuotient(value * up, down)), decimals);
  return above === 2 ? text : text.replace(/\.?0+$/, '');
}

/** A number ×10⁴ with two decimals. */
const showTenThousandth = (value: string): string => formatScaled(Number(roundedQuotient(BigInt(value), 100n)), 2);
const showLimit = (limit: number): string => formatScaled(limit, 4).replace(/\.?0+$/, '');

const nameColumns: Readonly<Record<CheckedPeer['entity'], string>> = {
  institution: 'fixmedins_name',
  department: 'dept_name',
  item: 'hilist_name',
  practitioner: '',
};

/** The name of an entity, its code where it has none. */
export function entityName(bound: BoundRules, shape: CheckedPeer, entity: string): string {
  const id = bound.codes.id(shape.entity, entity);
  return textAt(bound.context.dimensions[shape.entity], nameColumns[shape.entity], id) ?? entity;
}

/** What a verdict says, by the names of the placeholders of its message. */
export function peerFigures(bound: BoundRules, verdict: PeerVerdict): Readonly<Record<string, string>> {
  const shape = bound.rules[verdict.rule]?.shape;
  if (shape?.kind !== 'peer') return {};
  const { comparison } = verdict;
  const some = (name: string, text: string | undefined): Record<string, string> => (text === undefined ? {} : { [name]: text });
  const middle = comparison === undefined ? undefined : showValue(BigInt(comparison.middle), shape);
  return {
    entity: verdict.entity,
    name: entityName(bound, shape, verdict.entity),
    period: verdict.period,
    numerator: showSum(verdict.numerator, shape.numerator),
    denominator: shape.denominator === undefined ? '1' : showSum(verdict.denominator, shape.denominator),
    ...some('value', verdict.value === undefined ? undefined : showValue(BigInt(verdict.value), shape)),
    ...some('peers', comparison === undefined ? undefined : String(comparison.count)),
    ...some(shape.compare === 'trend' ? 'mean' : 'median', middle),
    ...some('mad', comparison?.mad === undefined ? undefined : showValue(BigInt(comparison.mad), shape)),
    ...some('score', comparison?.score === undefined ? undefined : showTenThousandth(comparison.score)),
    ...some('ratio', comparison?.ratio === undefined ? undefined : showTenThousandth(comparison.ratio)),
    ...some('limit', comparison === undefined ? undefined : showLimit(comparison.limit)),
    ...some('also', comparison?.also === undefined ? undefined : showLimit(comparison.also)),
  };
}

/** Values of earlier periods as people read them. */
export function earlierFigures(bound: BoundRules, verdict: PeerVerdict): readonly { readonly period: string; readonly value: string }[] {
  const shape = bound.rules[verdict.rule]?.shape;
  if (shape?.kind !== 'peer') return [];
  return (verdict.comparison?.earlier ?? []).map(({ period, value }) => ({ period, value: showValue(BigInt(value), shape) }));
}

/** The message of a rule whose placeholders are all figures. */
export const renderFigures = (rule: CheckedRule, language: 'zh' | 'en', figures: Readonly<Record<string, string>>): string =>
  rule.message[language]
    .map((part) => (part.kind === 'text' ? part.text : part.kind === 'figure' ? (figures[part.name] ?? '—') : '—'))
    .join('');
