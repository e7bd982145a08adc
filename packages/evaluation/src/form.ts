import { formatScaled, parsedYaml, type RefusedInput, type Words, words } from '@hengjian/standard';
import { parse } from 'yaml';
import { ratio } from './exact.ts';
import type { Figures, Share } from './figures.ts';
import { evaluationProblems } from './problems.ts';

export interface BothText {
  readonly zh: string;
  readonly en: string;
}

/** Units of indicators: ten-thousandths of one (`ratio`), ten-thousandths of a weight or day (`number`), fen, whole numbers. */
export const units = ['ratio', 'number', 'fen', 'count'] as const;
export type Unit = (typeof units)[number];

export interface FormItem {
  readonly item: string;
  readonly name: BothText;
  /** Name of an indicator: one of `indicatorNames`, or one that the city hands in. */
  readonly indicator: string;
  readonly unit: Unit;
  /** Hundredths of a point. */
  readonly points: number;
  /** `higher`: more is better. */
  readonly direction: 'higher' | 'lower';
  /** Value with full marks and value with none, in the unit; between them marks go straight. */
  readonly full: number;
  readonly zero: number;
}

export interface FormAspect {
  readonly aspect: string;
  readonly name: BothText;
  readonly items: readonly FormItem[];
}

export interface EvaluationForm {
  readonly id: string;
  readonly name: BothText;
  readonly aspects: readonly FormAspect[];
}

export interface ItemScore {
  readonly aspect: string;
  readonly item: string;
  readonly name: BothText;
  readonly value: number | null;
  readonly points: number;
  /** Hundredths of a point; null when the indicator is not known. */
  readonly score: number | null;
  readonly steps: readonly { readonly zh: string; readonly en: string }[];
}

export interface FormScore {
  readonly items: readonly ItemScore[];
  readonly aspects: readonly {
    readonly aspect: string;
    readonly name: BothText;
    readonly score: number;
    readonly points: number;
    readonly unknown: number;
  }[];
  /** Sum of the known scores and of their points; items that are not known count in neither. */
  readonly score: number;
  readonly known_points: number;
  readonly points: number;
  readonly unknown: number;
  /** score ÷ known points, ten-thousandths. */
  readonly share: number | null;
}

/** Indicators that an evaluation gives by itself. */
export const indicatorNames = [
  'grouping_rate',
  'ambiguous_rate',
  'ungrouped_rate',
  'groups',
  'cmi',
  'total_weight',
  'cost_index_mean_of_ratios',
  'cost_index_ratio_of_sums',
  'time_index_mean_of_ratios',
  'time_index_ratio_of_sums',
  'mean_cost',
  'mean_days',
  'mortality',
  'low_risk_mortality',
  'middle_low_risk_mortality',
  'adjusted_mortality',
  'readmission',
  'readmission_same_group',
  'against_advice',
  'transferred',
  'low_cost',
  'high_cost',
  'margin_rate',
] as const;

/** Indicators of one entity by name; null where the figure is not known. */
export function indicatorsOf(figures: Figures): ReadonlyMap<string, number | null> {
  const rate = ({ share }: Share): number | null => share;
  const values: Readonly<Record<(typeof indicatorNames)[number], number | null>> = {
    grouping_rate: rate(figures.grouping),
    ambiguous_rate: rate(figures.ambiguous),
    ungrouped_rate: rate(figures.ungrouped),
    groups: figures.groups,
    cmi: figures.cmi,
    total_weight: figures.total_weight,
    cost_index_mean_of_ratios: figures.cost_index_mean_of_ratios,
    cost_index_ratio_of_sums: figures.cost_index_ratio_of_sums,
    time_index_mean_of_ratios: figures.time_index_mean_of_ratios,
    time_index_ratio_of_sums: figures.time_index_ratio_of_sums,
    mean_cost: figures.mean_cost_fen,
    mean_days: figures.mean_days,
    mortality: rate(figures.mortality),
    low_risk_mortality: rate(figures.low_risk_mortality),
    middle_low_risk_mortality: rate(figures.middle_low_risk_mortality),
    adjusted_mortality: figures.adjusted_mortality.ratio,
    readmission: rate(figures.readmission),
    readmission_same_group: rate(figures.readmission_same_group),
    against_advice: rate(figures.against_advice),
    transferred: rate(figures.transferred),
    low_cost: rate(figures.low_cost),
    high_cost: rate(figures.high_cost),
    margin_rate: ratio(figures.margin_fen, figures.paid_cost_fen),
  };
  return new Map(Object.entries(values));
}

export function showValue(value: number, unit: Unit): string {
  if (unit === 'ratio') return `${formatScaled(value, 2)}%`;
  if (unit === 'number') return formatScaled(value, 4);
  return unit === 'fen' ? formatScaled(value, 2) : String(value);
}

/** Marks in hundredths of a point: points × (value − zero) ÷ (full − zero), at least 0 and at most the points. */
function marks(item: FormItem, value: number): number {
  const span = BigInt(item.full - item.zero);
  const way = BigInt(value - item.zero);
  const size = span < 0n ? -span : span;
  const along = span < 0n ? -way : way;
  if (along <= 0n) return 0;
  if (along >= size) return item.points;
  return Number((BigInt(item.points) * along * 2n + size) / (size * 2n));
}

function scoreItem(aspect: FormAspect, item: FormItem, value: number | null): ItemScore {
  const base = { aspect: aspect.aspect, item: item.item, name: item.name, value, points: item.points };
  const bounds = `${showValue(item.full, item.unit)} / ${showValue(item.zero, item.unit)}`;
  if (value === null) {
    return {
      ...base,
      score: null,
      steps: [
        { zh: `指标 ${item.indicator} 没有数据，不计分也不计入满分`, en: `${item.indicator} is not known; neither score nor points count` },
      ],
    };
  }
  const score = marks(item, value);
  const shown = showValue(value, item.unit);
  return {
    ...base,
    score,
    steps: [
      { zh: `${item.name.zh} ${shown}；满分值 / 零分值 ${bounds}`, en: `${item.name.en} ${shown}; full / zero marks at ${bounds}` },
      {
        zh: `得 ${formatScaled(score, 2)} 分，满分 ${formatScaled(item.points, 2)} 分，其间按直线计`,
        en: `${formatScaled(score, 2)} of ${formatScaled(item.points, 2)} points, straight between the bounds`,
      },
    ],
  };
}

/** Scores a form. Every item says how its score came about; what is not known is neither zero nor full. */
export function scoreForm(form: EvaluationForm, indicators: ReadonlyMap<string, number | null>): FormScore {
  const items = form.aspects.flatMap((aspect) =>
    aspect.items.map((item) => scoreItem(aspect, item, indicators.get(item.indicator) ?? null)),
  );
  const sum = (list: readonly ItemScore[], field: 'score' | 'points'): number => list.reduce((total, one) => total + (one[field] ?? 0), 0);
  const aspects = form.aspects.map(({ aspect, name }) => {
    const own = items.filter((item) => item.aspect === aspect);
    const known = own.filter(({ score }) => score !== null);
    return { aspect, name, score: sum(known, 'score'), points: sum(own, 'points'), unknown: own.length - known.length };
  });
  const known = items.filter(({ score }) => score !== null);
  const score = sum(known, 'score');
  const known_points = sum(known, 'points');
  return {
    items,
    aspects,
    score,
    known_points,
    points: sum(items, 'points'),
    unknown: items.length - known.length,
    share: ratio(score, known_points),
  };
}

type Read = Readonly<Record<string, unknown>>;
const isRead = (value: unknown): value is Read => value !== null && typeof value === 'object' && !Array.isArray(value);

class FormReader {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  refuse(field: string, what: Words, hint: Words): RefusedInput {
    return evaluationProblems.refused('evaluation-form', { what, hint }, { file: this.#file, field });
  }

  record(value: unknown, field: string): Read {
    if (!isRead(value))
      throw this.refuse(field, words('此处应为一组字段', 'a record is expected'), words('写出字段和值', 'write keys with their values'));
    return value;
  }

  list(value: unknown, field: string): readonly unknown[] {
    if (!Array.isArray(value) || value.length === 0)
      throw this.refuse(
        field,
        words('此处应为至少一项的列表', 'a list with at least one entry is expected'),
        words('各项前加短横线', 'write the entries with a leading dash'),
      );
    return value;
  }

  text(value: unknown, field: string): string {
    if (typeof value !== 'string' || value === '')
      throw this.refuse(field, words('此处应为文字', 'a text is expected'), words('写非空的文字', 'write a text that is not empty'));
    return value;
  }

  names(value: unknown, field: string): BothText {
    const record = this.record(value, field);
    return { zh: this.text(record['zh'], `${field}.zh`), en: this.text(record['en'], `${field}.en`) };
  }

  whole(value: unknown, field: string, least: number): number {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) {
      const found = JSON.stringify(value);
      throw this.refuse(
        field,
        words(
          `此处应为不小于 ${least} 的整数，现为 ${found ?? '空'}`,
          `a whole number of at least ${least} is expected; it is ${found ?? 'missing'}`,
        ),
        words(
          '比率、权重和天数以万分之一计，分数以百分之一分计，金额以分计',
          'ratios, weights and days are ten-thousandths, points hundredths, money fen',
        ),
      );
    }
    return value;
  }

  oneOf<Name extends string>(value: unknown, names: readonly Name[], field: string): Name {
    const found = names.find((name) => name === value);
    if (found === undefined) {
      const what = words(`此处应为 ${names.join('、')} 之一`, `one of ${names.join(', ')} is expected`);
      throw this.refuse(field, what, words('选择其中一个', 'choose one of them'));
    }
    return found;
  }

  item(value: unknown, field: string): FormItem {
    const record = this.record(value, field);
    const item: FormItem = {
      item: this.text(record['item'], `${field}.item`),
      name: this.names(record['name'], `${field}.name`),
      indicator: this.text(record['indicator'], `${field}.indicator`),
      unit: this.oneOf(record['unit'], units, `${field}.unit`),
      points: this.whole(record['points'], `${field}.points`, 1),
      direction: this.oneOf(record['direction'], ['higher', 'lower'], `${field}.direction`),
      full: this.whole(record['full'], `${field}.full`, Number.MIN_SAFE_INTEGER),
      zero: this.whole(record['zero'], `${field}.zero`, Number.MIN_SAFE_INTEGER),
    };
    if (item.full === item.zero || item.full > item.zero !== (item.direction === 'higher')) {
      throw this.refuse(
        field,
        words(
          `满分值 ${item.full} 和零分值 ${item.zero} 与“${item.direction}”不符`,
          `full marks at ${item.full} and none at ${item.zero} do not go with "${item.direction}"`,
        ),
        words('higher 时满分值高于零分值，lower 时低于零分值', 'with higher the full value lies above the zero value, with lower below it'),
      );
    }
    return item;
  }
}

/**
 * An evaluation form from its YAML text. Points of all items must sum to `points`. Throws RefusedInput with file and
 * field; `known` are the names of indicators that are handed in beside `indicatorNames`.
 */
export function parseForm(text: string, file: string, known: readonly string[] = []): EvaluationForm {
  const reader = new FormReader(file);
  const root = reader.record(
    parsedYaml(text, file, (own) => parse(own, { schema: 'core' })),
    '',
  );
  const handedIn =
    root['indicators'] === undefined
      ? []
      : reader.list(root['indicators'], 'indicators').map((name, index) => reader.text(name, `indicators[${index}]`));
  const names = new Set<string>([...indicatorNames, ...known, ...handedIn]);
  const seen = new Set<string>();
  const aspects = reader.list(root['aspects'], 'aspects').map((value, at): FormAspect => {
    const field = `aspects[${at}]`;
    const record = reader.record(value, field);
    const items = reader.list(record['items'], `${field}.items`).map((one, index) => {
      const place = `${field}.items[${index}]`;
      const item = reader.item(one, place);
      if (!names.has(item.indicator))
        throw reader.refuse(
          `${place}.indicator`,
          words(`没有指标 ${item.indicator}`, `the indicator ${item.indicator} is not known`),
          words(
            '使用 docs/evaluation.md 所列指标，或列入 `indicators` 并另行提供',
            'name an indicator of docs/evaluation.md, or list it under `indicators` and hand it in',
          ),
        );
      if (seen.has(item.item)) {
        const what = words(`项目 ${item.item} 出现两次`, `the item ${item.item} stands twice`);
        throw reader.refuse(`${place}.item`, what, words('每个项目使用不同编码', 'give each item a code of its own'));
      }
      seen.add(item.item);
      return item;
    });
    return { aspect: reader.text(record['aspect'], `${field}.aspect`), name: reader.names(record['name'], `${field}.name`), items };
  });
  const points = reader.whole(root['points'], 'points', 1);
  const sum = aspects.flatMap(({ items }) => items).reduce((total, item) => total + item.points, 0);
  if (sum !== points)
    throw reader.refuse(
      'points',
      words(
        `各项分数合计 ${sum}（百分之一分），而表中总分为 ${points}`,
        `the items have ${sum} hundredths of a point together, the form says ${points}`,
      ),
      words('各项分数之和须等于总分', 'the points of the items sum to those of the form'),
    );
  return { id: reader.text(root['id'], 'id'), name: reader.names(root['name'], 'name'), aspects };
}
