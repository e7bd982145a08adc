import { type Lake, readSegment } from '@hengjian/lake';
import {
  type BoundRulebook,
  compileKernel,
  type Explanation,
  peerFigures,
  type Reduced,
  reduceEvents,
  type SegmentRow,
} from '@hengjian/rulespec';
import { deadMask, kernelColumns } from './session.ts';
import { peerFormula } from './statistic-evidence.ts';

export interface WideAnswer {
  readonly verdict: string;
  readonly text: readonly string[];
}

/** Judges the rules of a small rulebook over the whole lake in this thread. */
function judgeLake(bound: BoundRulebook, lake: Lake): Reduced {
  const kernel = compileKernel(bound);
  const columns = kernelColumns(bound);
  for (const [index, handle] of lake.segments().entries()) {
    kernel.run(readSegment(handle, columns), { hit: () => undefined }, deadMask(handle), index);
  }
  return reduceEvents(bound, kernel.takeEvents());
}

function peerAnswer(bound: BoundRulebook, { peers }: Reduced, counted: string): WideAnswer {
  const rule = bound.rules[0];
  const own = peers.find(({ entity, period }) => `${entity}|${period}` === counted);
  if (own === undefined || rule === undefined)
    return { verdict: 'not applicable', text: [`${counted} is not judged: the rule looks at other months`] };
  const figures = peerFigures(bound, own);
  const why = own.verdict === 'unknown' ? ` (${own.cause})` : '';
  const compared = own.comparison === undefined ? [] : [peerFormula(rule, figures).zh, peerFormula(rule, figures).en];
  const sums = `${figures['numerator'] ?? ''} ÷ ${figures['denominator'] ?? ''} = ${figures['value'] ?? 'no value'}, over ${own.size} rows`;
  return { verdict: own.verdict, text: [`${counted}: ${own.verdict}${why}`, sums, ...compared] };
}

function groupAnswer({ groups }: Reduced, at: SegmentRow): WideAnswer {
  const own = groups.find(({ rows }) => rows.some(({ segment, row }) => segment === at.segment && row === at.row));
  if (own === undefined)
    return { verdict: 'clear', text: ['it belongs to no group that is large enough, or to a month that the data cover only in part'] };
  return {
    verdict: 'hit',
    text: [`it belongs to a group of ${own.persons} persons with ${own.rows.length} rows on ${own.days} days: ${own.key}`],
  };
}

/**
 * What became of a row that a rule of shape peer or group counted or gathered: the verdict over the whole lake. Undefined
 * for other rules and for rows that were left out.
 */
export function whyNotWide(bound: BoundRulebook, lake: Lake, explanation: Explanation, at: SegmentRow): WideAnswer | undefined {
  const counted = explanation.steps.find(({ step }) => step === 'counted')?.detail;
  const gathered = explanation.steps.some(({ step }) => step === 'gathered');
  if (counted === undefined && !gathered) return undefined;
  const reduced = judgeLake(bound, lake);
  const answer = counted === undefined ? groupAnswer(reduced, at) : peerAnswer(bound, reduced, counted);
  return { verdict: answer.verdict, text: [...answer.text, ...explanation.text.slice(1)] };
}
