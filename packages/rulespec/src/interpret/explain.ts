import {
  columnNamed,
  dimensionTableNames,
  isOneOf,
  type Language,
  type Segment,
  type Words,
  words,
  workingTableNames,
} from '@hengjian/standard';
import type { BoundRulebook } from '../bind/rulebook.ts';
import type { CheckedRule } from '../check/checked.ts';
import type { Hit } from '../kernel/hit.ts';
import { isKeyed } from '../keyed/block.ts';
import { collectEvents } from '../keyed/events.ts';
import { interpretEvents } from '../keyed/interpret.ts';
import { eventPlans } from '../keyed/plan.ts';
import { definitionOf } from '../shapes/definition.ts';
import { ruleWords } from '../words/rule-words.ts';
import { codeName, columnName, roleNames } from '../words/terms.ts';
import { gatheringOf, judgeRule, newTallies } from './interpreter.ts';
import { nothingMore, reasons, type StepName, type SubjectKey, stepWords, type Trace } from './trace.ts';
import { codeAt, range, raw, textAt } from './world.ts';

/** The line or the visit that is asked about, as a row of the segment. */
export type Subject = { readonly line: number } | { readonly visit: number };

export interface ExplanationStep {
  readonly step: StepName;
  readonly detail: Words;
  /** The cause of an unknown; entity and period that a row is counted for; '' else. */
  readonly key: string;
  /** Point that was weighed, '' without. */
  readonly point: string;
  /** Values read since the step before, each once, by name. */
  readonly read: readonly ReadValue[];
}

export interface ReadValue {
  readonly name: string;
  readonly value: string | null;
  /** What people call it, and its value with the meaning of a code. */
  readonly label: Words;
  readonly meaning: Words;
  /** What it is counted in, where it says so. */
  readonly unit?: 'yuan' | 'days' | 'years' | undefined;
}

export interface Explanation {
  readonly rule: string;
  readonly verdict: Verdict;
  /** Why it is unknown, clear or not applicable. */
  readonly reason: Words;
  /** Cause of an unknown, '' else. */
  readonly cause: string;
  readonly steps: readonly ExplanationStep[];
  /** The same as lines of text; lines that say the same stand once. */
  readonly text: readonly Words[];
}

const rank = ['not looked at', 'not applicable', 'clear', 'unknown', 'hit'] as const;
type Verdict = (typeof rank)[number];

const bothOf = (say: (language: Language) => string): Words => words(say('zh'), say('en'));
const marks = {
  zh: { colon: '：', comma: '，', open: '（', close: '）' },
  en: { colon: ': ', comma: ', ', open: ' (', close: ')' },
} as const;

const unitWords = {
  yuan: words(' 元', ' yuan'),
  days: words(' 天', ' days'),
  years: words(' 岁', ' years'),
} as const;

const unitOf = (unit: ReadValue['unit']): Words => (unit === undefined ? words('', '') : unitWords[unit]);

const columnTables = [...workingTableNames, ...dimensionTableNames];

/** A value that was read: what people call it, and its type or the dictionary of its codes. */
function termOf({ params, table }: CheckedRule, rulebook: BoundRulebook, name: string): { readonly of: string; readonly label: Words } {
  const [role, of = '', column = ''] = ['', ...name.split('.')].slice(-3);
  if (of === 'point') {
    const type = rulebook.table(table ?? '').columns.find((one) => one.name === column)?.type ?? '';
    const { zh, en } = columnName(column);
    return { of: type.replace(/^code:/, ''), label: words(`知识点${zh}`, `${en} of the point`) };
  }
  if (of === 'param')
    return { of: params.find((one) => one.name === column)?.type ?? '', label: words(`参数 ${column}`, `parameter ${column}`) };
  const found = isOneOf(columnTables, of) ? columnNamed(of, column) : undefined;
  const own = found?.words ?? words(name, name);
  const whose = role === 'a' || role === 'b' ? roleNames[role] : roleNames.self;
  return { of: found?.kind === 'hash' ? '' : (found?.of ?? ''), label: words(`${whose.zh}${own.zh}`, `${whose.en}${own.en}`) };
}

const units: Readonly<Record<string, ReadValue['unit']>> = { money: 'yuan', price: 'yuan', days: 'days', age: 'years' };

/** At least two decimals, as money is written. */
const twoDecimals = (text: string): string => text.replace(/^-?\d+$/, '$&.00').replace(/\.\d$/, '$&0');

/** What was read of a rule, each value once. */
class Reading {
  #read: ReadValue[] = [];
  readonly #term: (name: string) => ReturnType<typeof termOf>;

  constructor(term: (name: string) => ReturnType<typeof termOf>) {
    this.#term = term;
  }

  add(name: string, value: string | null): void {
    const { of, label } = this.#term(name);
    const unit = value === null ? undefined : units[of];
    const shown = value === null ? { zh: '缺失', en: 'missing' } : codeName(of, value);
    const text = unit === 'yuan' && value !== null ? twoDecimals(value) : value;
    const one: ReadValue = {
      name,
      value: text,
      label,
      meaning: unit === undefined ? shown : words(text ?? '', text ?? ''),
      ...(unit === undefined ? {} : { unit }),
    };
    if (!this.#read.some((former) => former.name === one.name && former.value === one.value)) this.#read.push(one);
  }

  take(): readonly ReadValue[] {
    const read = this.#read;
    this.#read = [];
    return read;
  }
}

function describe(step: ExplanationStep): Words {
  return bothOf((language) => {
    const { colon, comma, open, close } = marks[language];
    const read = step.read
      .map(({ label, meaning, unit }) => `${label[language]} = ${meaning[language]}${unitOf(unit)[language]}`)
      .join(comma);
    const detail = step.detail[language];
    return [
      step.point === '' ? '' : `[${step.point}] `,
      stepWords[step.step][language],
      detail === '' ? '' : `${colon}${detail}`,
      read === '' ? '' : `${open}${read}${close}`,
    ].join('');
  });
}

/** Lines that say the same stand once, with how often they were said. */
function eachOnce(lines: readonly Words[]): Words[] {
  return [...Map.groupBy(lines, ({ zh }) => zh).values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    return [same.length === 1 ? first : words(`${first.zh}（共 ${same.length} 次）`, `${first.en} (${same.length} times)`)];
  });
}

const isAbout = (subject: Subject, key: SubjectKey): boolean =>
  'line' in subject ? key.line === subject.line : key.visit === subject.visit;
const concerns = (subject: Subject, hit: Hit): boolean =>
  'line' in subject
    ? hit.lines.slice(0, hit.violating).includes(subject.line)
    : hit.visit === subject.visit || hit.visits.slice(0, hit.violating).includes(subject.visit);

const isVerdict = (step: StepName): step is Verdict => rank.some((one) => one === step);

function conclude(rulebook: BoundRulebook, rule: number, steps: readonly ExplanationStep[], found: boolean): Explanation {
  const id = rulebook.rules[rule]?.source.id ?? '';
  const judged = steps.flatMap((one) => (one.step !== 'hit' && isVerdict(one.step) ? [{ ...one, step: one.step }] : []));
  const best = judged.reduce<(typeof judged)[number] | undefined>(
    (left, right) => (left === undefined || rank.indexOf(right.step) > rank.indexOf(left.step) ? right : left),
    undefined,
  );
  const verdict = found ? 'hit' : (best?.step ?? 'clear');
  const reason = found ? nothingMore : (best?.detail ?? reasons.involved);
  const head = bothOf((language) => {
    const { colon, open, close } = marks[language];
    return `${id}${colon}${stepWords[verdict][language]}${reason[language] === '' ? '' : `${open}${reason[language]}${close}`}`;
  });
  const cause = found || verdict !== 'unknown' ? '' : (best?.key ?? '');
  return { rule: id, verdict, reason, cause, steps, text: [head, ...eachOnce(steps.map(describe))] };
}

function explainKeyed(rulebook: BoundRulebook, segment: Segment, rule: number, subject: Subject): Explanation {
  const { hits, counts } = interpretEvents(rulebook, collectEvents(eventPlans(rulebook, true), segment, undefined, 0));
  const rows = ({ lines, visits, hit }: (typeof hits)[number]): Hit => ({
    ...hit,
    lines: lines.map(({ row }) => row),
    visits: visits.map(({ row }) => row),
    visit: -1,
  });
  const found = hits.some((one) => one.hit.rule === rule && concerns(subject, rows(one)));
  const own = counts[rule];
  const { evaluated = 0, hit = 0 } = own ?? {};
  const by = rulebook.rules[rule]?.source.by ?? '';
  const detail = words(
    `只在本数据段内按 ${by} 判定：判定 ${evaluated} 次，命中 ${hit} 次`,
    `judged by ${by} within this segment only: evaluated ${evaluated}, hit ${hit}`,
  );
  return conclude(rulebook, rule, [{ step: found ? 'hit' : 'clear', detail, key: '', point: '', read: [] }], found);
}

/**
 * Why a rule hits a line or a visit, or why not: every value read, every point weighed, every exception, also for what
 * the rule never looked at. Of a rule that judges many histories at once it says whether the row is counted (`counted`
 * names entity and period) or gathered; what comes of it is judged over the whole lake. The segment must hold every
 * column of the rule (load it whole).
 */
export function explainSubject(rulebook: BoundRulebook, segment: Segment, rule: number, subject: Subject): Explanation {
  const checked = rulebook.rules[rule];
  const tally = newTallies(rulebook)[rule];
  if (checked === undefined || tally === undefined) throw new Error(`no rule ${rule} in the rulebook`);
  if (isKeyed(checked)) return explainKeyed(rulebook, segment, rule, subject);
  const visit = 'line' in subject ? (raw(segment.lines, 'visit', subject.line) ?? -1) : subject.visit;
  const person = raw(segment.visits, 'person', visit) ?? -1;
  const steps: ExplanationStep[] = [];
  const hits: Hit[] = [];
  const reading = new Reading((name) => termOf(checked, rulebook, name));
  const table = checked.table === undefined ? undefined : rulebook.table(checked.table);
  const causes = ruleWords(checked, rulebook.shapes).unknown;
  const trace: Trace = (about, step, detail, key = '') => {
    const why = step === 'unknown' ? (causes.find(({ cause }) => cause === key)?.words ?? words(`缺 ${key}`, `${key} is missing`)) : detail;
    const read = reading.take();
    if (isAbout(subject, about)) steps.push({ step, detail: why, key, point: table?.rows[about.point]?.point_id ?? '', read });
  };
  const world = { segment, bound: rulebook, watch: (name: string, value: string | null) => reading.add(name, value) };
  const walk = { lines: range(segment.persons, person, 'lines'), visits: range(segment.persons, person, 'visits') };
  const judge = { world, rule: checked, index: rule, tally, emit: (hit: Hit) => void hits.push(hit), trace };
  const gathering = gatheringOf(rulebook, checked, rule);
  if (gathering === undefined) judgeRule(rulebook, judge, walk);
  else gathering.add(judge, 'line' in subject ? { lines: [subject.line], visits: [] } : { lines: walk.lines, visits: [subject.visit] });
  const found = hits.find((hit) => concerns(subject, hit));
  if (found === undefined && steps.length === 0)
    steps.push({ step: 'not applicable', detail: neverLooked(rulebook, segment, rule, subject), key: '', point: '', read: [] });
  return conclude(rulebook, rule, steps, found !== undefined);
}

function neverLooked(rulebook: BoundRulebook, segment: Segment, rule: number, subject: Subject): Words {
  const shape = rulebook.rules[rule]?.shape;
  const visits = shape !== undefined && definitionOf(shape, rulebook.shapes).rows.of(shape) === 'visit';
  if ('line' in subject && visits) return reasons.looksAtVisits;
  if ('visit' in subject && !visits) return reasons.looksAtLines;
  const item = 'line' in subject ? codeAt(segment.lines, 'med_list_codg', subject.line) : null;
  const name = item === null ? '' : (rulebook.codes.values('item')[item] ?? '');
  const key = 'line' in subject ? (textAt(segment.lines, 'line_key', subject.line) ?? '') : '';
  return words(
    `规则不看${name === '' ? '它' : ` ${name}`}${key === '' ? '' : `（费用行 ${key}）`}`,
    `the rule does not look at ${name === '' ? 'it' : name}${key === '' ? '' : ` (line ${key})`}`,
  );
}
