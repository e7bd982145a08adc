import { counted, formatYuan, lineAmount, multiplyDivide, words } from '@hengjian/standard';
import { choice, Fields, flag, list, money, type Read, text, whole } from '../parameter-reader.ts';
import { rateText, ratioText, type Step, step } from '../step.ts';
import { type BedDays, type DayStage, fitsLevel, type Level, levelOf, levels, scaleOf, type Tariff } from '../tariff.ts';
import { moneyPrice, type PaymentForm, type PriceToExplain, pointsLine, type ShapeBuilder } from './form.ts';
import { unpaid } from './unpaid.ts';

/** Days of a stay at one daily standard. */
interface StageDays {
  readonly days: number;
  readonly day_fen: number;
}

/** The stages that a stay of `days` days goes through; undefined when a day has no standard. */
function dayStages(tariff: Tariff, level: Level, days: number): readonly StageDays[] | undefined {
  const stages = (tariff.bed_days?.stages ?? []).filter((stage) => fitsLevel(stage.levels, level));
  const parts = stages
    .map((stage) => ({ days: Math.min(days, stage.to ?? days) - stage.from + 1, day_fen: stage.day_fen }))
    .filter((each) => each.days > 0);
  return parts.reduce((sum, each) => sum + each.days, 0) === days ? parts : undefined;
}

/** Points of one bed day at a daily standard (4 decimals): standard ÷ mean cost of the pool × points of a mean stay. */
const dayPoints = (tariff: Tariff, day_fen: number): number => multiplyDivide(day_fen, scaleOf[tariff.method], tariff.mean_fen);

const stageSchema = (type: ShapeBuilder) =>
  type.Object({
    levels: type.Optional(type.Array(type.Enum(levels))),
    from: type.Integer(),
    to: type.Optional(type.Integer()),
    day_fen: type.Integer(),
  });
export const bedDaySchemas = (type: ShapeBuilder) => ({
  bed_days: type.Optional(
    type.Object({ clr_ways: type.Array(type.String()), stages: type.Array(stageSchema(type)), in_points: type.Boolean() }),
  ),
});

const dayStage: Read<DayStage> = (at) => {
  const fields = new Fields(at, ['levels', 'from', 'to', 'day']);
  return {
    ...fields.maybe('levels', list(choice(levels))),
    from: fields.get('from', whole),
    ...fields.maybe('to', whole),
    day_fen: fields.get('day', money),
  };
};
const bedDays: Read<BedDays> = (at) => {
  const fields = new Fields(at, ['clr_ways', 'in_points', 'stages']);
  return {
    clr_ways: fields.get('clr_ways', list(text)),
    in_points: fields.or('in_points', flag, false),
    stages: fields.get('stages', list(dayStage)),
  };
};

function steps({ stay, price, tariff }: PriceToExplain): readonly Step[] {
  const stages = dayStages(tariff, levelOf(stay.hosp_lv), stay.ipt_days) ?? [];
  const ofStage = ({ days, day_fen }: StageDays): Step => {
    if (price.points === 0)
      return step(`${days} 天 × 床日标准 ${formatYuan(day_fen)}`, `${counted(days, 'day')} × ${formatYuan(day_fen)}`, days * day_fen);
    const points = dayPoints(tariff, day_fen);
    const [zh, en] = [`${days} 天 × 床日点数 ${ratioText(points)}`, `${counted(days, 'day')} × ${ratioText(points)} points`];
    return step(zh, en, days * points, 'ten_thousandth');
  };
  if (price.points === 0) return stages.map(ofStage);
  const [points, value] = [ratioText(price.points), rateText(price.rate)];
  return [...stages.map(ofStage), step(`点数 ${points} × 点值 ${value}`, `points ${points} × ${value}`, price.pay_fen)];
}

/** Stays of settlement ways that are paid per diem, in money or in points of their pool. */
export const bedDayForm: PaymentForm = {
  words: words('床日', 'bed day'),
  consequence: words('按床日付费', 'paid by day'),
  turn: 20,
  styles: { days: words('按床日', 'by day') },
  reasons: { no_day_standard: words('有住院日没有床日标准', 'a day of the stay has no daily standard') },
  lines: { bed_day: { words: words('床日付费', 'bed days') } },
  ownMoney: true,
  parameters: {
    bed_days: {
      words: words('床日标准', 'daily standards'),
      schema: (type) => bedDaySchemas(type).bed_days,
      read: bedDays,
      absent: 'left out',
    },
  },
  check: (tariff, check) => {
    for (const [index, stage] of (tariff.bed_days?.stages ?? []).entries())
      check.whole(`bed_days.stages.${index}.day_fen`, stage.day_fen, 0);
    if (tariff.bed_days?.in_points === true) check.whole('mean_fen', tariff.mean_fen, 1);
  },
  prepare: ({ tariff, bears }) => {
    const ways = new Set(tariff.bed_days?.clr_ways ?? []);
    const inPoints = tariff.bed_days?.in_points === true;
    return ({ stay, pool, level }) => {
      if (!ways.has(stay.clr_way)) return undefined;
      const parts = dayStages(tariff, level, stay.ipt_days);
      if (parts === undefined || parts.length === 0) return unpaid(stay, pool.id, 'no_day_standard');
      const sum = (value: (day_fen: number) => number): number => parts.reduce((all, each) => all + each.days * value(each.day_fen), 0);
      const points = inPoints ? sum((day_fen) => dayPoints(tariff, day_fen)) : 0;
      const pay_fen = inPoints ? lineAmount(points, pool.rate) : sum((day_fen) => day_fen);
      const price = moneyPrice(stay, pool.id, { form: 'bed_day', style: 'days', pay_fen, fund_fen: bears(pool, stay, pay_fen) });
      return inPoints ? { ...price, points, rate: pool.rate } : price;
    };
  },
  lineOf: ({ points }) => (points > 0 ? pointsLine : 'bed_day'),
  steps,
};
