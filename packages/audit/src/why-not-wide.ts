import { type Lake, readSegment } from '@hengjian/lake';
import {
  type BoundRulebook,
  compileKernel,
  type Explanation,
  peerFigures,
  type Reduced,
  reduceEvents,
  ruleWords,
  type SegmentRow,
  stepWords,
} from '@hengjian/rulespec';
import { type Words, words } from '@hengjian/standard';
import { deadMask, kernelColumns } from './session.ts';
import { peerFormula } from './statistic-evidence.ts';

export interface WideAnswer {
  readonly verdict: Explanation['verdict'];
  readonly text: readonly Words[];
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
  if (own === undefined || rule === undefined) {
    const other = words(`${counted} 不判定：规则看的是其他月份`, `${counted} is not judged: the rule looks at other months`);
    return { verdict: 'not applicable', text: [other] };
  }
  const figures = peerFigures(bound, own);
  const cause = own.verdict === 'unknown' ? own.cause : '';
  const why = cause === '' ? undefined : (ruleWords(rule).unknown.find((one) => one.cause === cause)?.words ?? words(cause, cause));
  const { zh, en } = stepWords[own.verdict];
  const head = words(
    `${counted}：${zh}${why === undefined ? '' : `（${why.zh}）`}`,
    `${counted}: ${en}${why === undefined ? '' : ` (${why.en})`}`,
  );
  const { numerator = '', denominator = '', value } = figures;
  const sums = words(
    `${numerator} ÷ ${denominator} = ${value ?? '无值'}，共 ${own.size} 行`,
    `${numerator} ÷ ${denominator} = ${value ?? 'no value'}, over ${own.size} rows`,
  );
  return { verdict: own.verdict, text: [head, sums, ...(own.comparison === undefined ? [] : [peerFormula(rule, figures)])] };
}

function groupAnswer({ groups }: Reduced, at: SegmentRow): WideAnswer {
  const own = groups.find(({ rows }) => rows.some(({ segment, row }) => segment === at.segment && row === at.row));
  if (own === undefined) {
    const none = words(
      '不属于任何足够大的组，或所在月份的数据不完整',
      'it belongs to no group that is large enough, or to a month that the data cover only in part',
    );
    return { verdict: 'clear', text: [none] };
  }
  const { persons, rows, days, key } = own;
  const member = words(
    `属于一个 ${persons} 人的组，共 ${rows.length} 行、${days} 天：${key}`,
    `it belongs to a group of ${persons} persons with ${rows.length} rows on ${days} days: ${key}`,
  );
  return { verdict: 'hit', text: [member] };
}

const walkWords: Readonly<Record<string, Words>> = {
  practitioner: words('医师', 'practitioner'),
  institution: words('机构', 'institution'),
  trace_code: words('药品追溯码', 'trace code'),
  invoice: words('发票', 'invoice'),
};

/** A row among the findings of a rule that walks another key than the person. What may be unknown is not called clear. */
function keyedAnswer(bound: BoundRulebook, { hits, counts }: Reduced, at: SegmentRow): WideAnswer {
  const { id = '', by = '' } = bound.rules[0]?.source ?? {};
  const isAt = ({ segment, row }: SegmentRow): boolean => segment === at.segment && row === at.row;
  const found = hits.find(({ hit, lines, visits }) => (lines.length > 0 ? lines : visits).slice(0, hit.violating).some(isAt));
  const { evaluated = 0, hit = 0, unknown } = counts[0] ?? {};
  const open = [...(unknown?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  const verdict = found !== undefined ? 'hit' : open > 0 ? 'unknown' : 'clear';
  const [said, key] = [stepWords[verdict], walkWords[by] ?? words(by, by)];
  return {
    verdict,
    text: [
      words(`${id}：${said.zh}`, `${id}: ${said.en}`),
      words(
        `按${key.zh}在全部数据中判定 ${evaluated} 次：命中 ${hit} 次，无法判断 ${open} 次`,
        `judged by ${key.en} over the whole lake ${evaluated} times: ${hit} hit, ${open} unknown`,
      ),
    ],
  };
}

/**
 * What became of a row that a rule of shape peer or group counted or gathered, or that a rule by another key than the person
 * looked at: the verdict over the whole lake. Undefined
 * for other rules and for rows that were left out.
 */
export function whyNotWide(bound: BoundRulebook, lake: Lake, explanation: Explanation, at: SegmentRow): WideAnswer | undefined {
  if ((bound.rules[0]?.source.by ?? 'person') !== 'person') return keyedAnswer(bound, judgeLake(bound, lake), at);
  const counted = explanation.steps.find(({ step }) => step === 'counted')?.key;
  const gathered = explanation.steps.some(({ step }) => step === 'gathered');
  if (counted === undefined && !gathered) return undefined;
  const reduced = judgeLake(bound, lake);
  const answer = counted === undefined ? groupAnswer(reduced, at) : peerAnswer(bound, reduced, counted);
  return { verdict: answer.verdict, text: [...answer.text, ...explanation.text.slice(1)] };
}
