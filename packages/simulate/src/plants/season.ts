import { type Care, minutesPerDay } from '../care.ts';
import type { Item } from '../catalogue.ts';
import { type Line, stayDays, type Visit } from '../model.ts';

/** Overcharging that repeats day after day: the bulk of the planted lines, spread over ordinary stays and visits. */
interface Habit {
  readonly rule: string;
  readonly item: string;
  readonly cnt: number;
  readonly note: string;
  /** Yuan above the price of the institution. */
  readonly above?: number;
  readonly inScope?: boolean;
  /** Units at issue of each line; all of them when left out. */
  readonly excess?: number;
}

const stayHabits: readonly Habit[] = [
  { rule: 'N01', item: '多磺酸粘多糖', cnt: 1, note: '每日使用限工伤保险药品' },
  { rule: 'N03', item: '珍珠粉', cnt: 3, note: '每日计收不予支付饮片' },
  { rule: 'N14', item: '冷疗', cnt: 1, above: 2, note: '每日超限价收费' },
  { rule: 'N16', item: '工伤康复评定', cnt: 1, note: '每日计收限工伤保险项目' },
  { rule: 'N27', item: '口腔护理', cnt: 4, excess: 2, note: '每日超频次' },
  { rule: 'N84', item: '血液透析器', cnt: 1, note: '每日计收血液透析器而无透析' },
  { rule: 'IA01', item: '健康宣教附加', cnt: 30, note: '每日数量异常' },
  { rule: 'IA08', item: '心电监测', cnt: 30, excess: 6, note: '每日监测超过 24 小时' },
  { rule: 'IA16', item: '陪护床费', cnt: 1, inScope: true, note: '陪护床费列入支付范围' },
];

const clinicHabits: readonly Habit[] = [
  { rule: 'N01', item: '硅凝胶瘢痕贴', cnt: 1, note: '门诊使用限工伤保险药品' },
  { rule: 'N13', item: '水溶性维生素', cnt: 1, note: '门诊使用限住院药品' },
  { rule: 'N22', item: '静脉高营养治疗', cnt: 1, note: '门诊收取限住院项目' },
  { rule: 'N14', item: '石膏固定术', cnt: 1, above: 10, note: '门诊超限价收费' },
  { rule: 'IA16', item: '特需门诊诊查费', cnt: 1, inScope: true, note: '特需诊查费列入支付范围' },
];

export const habitShare = { stay: 0.13, clinic: 0.02 } as const;

function charge(habit: Habit, line: Line): number {
  if (habit.above !== undefined) return habit.above * 100 * habit.cnt;
  return Math.round((line.price * (habit.excess ?? habit.cnt)) / 100);
}

function addLine(care: Care, visit: Visit, habit: Habit, item: Item, minute: number): Line {
  const price = item.prices[visit.institution.priceLevel] + (habit.above ?? 0) * 10_000;
  const drug = item.listType === '101' && visit.setting !== 'inpatient';
  return care.line(visit, item, {
    minute,
    cnt: habit.cnt,
    price,
    scope: habit.inScope === true ? 'in' : 'auto',
    ...(drug ? { rx: care.prescription(), prdDays: 3 } : {}),
  });
}

/** With some chance makes an ordinary visit a violating one, and says so. */
export function maybeHabit(care: Care, visit: Visit): void {
  const stay = visit.setting === 'inpatient';
  if (!care.random.chance(stay ? habitShare.stay : habitShare.clinic)) return;
  const habit = care.random.pick(stay ? stayHabits : clinicHabits);
  const item = care.catalogue.item(habit.item);
  const days = stay ? Math.min(20, stayDays(visit)) : 1;
  const base = Math.floor(visit.begin / minutesPerDay) * minutesPerDay;
  visit.keep = true;
  const lines: Line[] = [];
  for (let day = 0; day < days; day += 1) {
    const minute = stay ? base + day * minutesPerDay + 13 * 60 : visit.begin + 25;
    const line = addLine(care, visit, habit, item, minute);
    lines.push(line);
    care.truth({
      expect: 'hit',
      rule: habit.rule,
      visits: [visit],
      lines: [line],
      occurred: Math.floor(minute / minutesPerDay),
      charge: charge(habit, line),
      note: habit.note,
    });
  }
  if (habit.rule === 'IA08') beyondTheStay(care, visit, lines);
}

/** More than 24 hours a day soon are more hours than the stay has: the same lines, said of the stay. */
export function beyondTheStay(care: Care, visit: Visit, lines: readonly Line[]): void {
  const hour = 100;
  const limit = Math.ceil((visit.end - visit.begin) / 60) * hour;
  let running = 0;
  const violating = lines.filter(({ cnt }) => {
    running += cnt;
    return running > limit;
  });
  const [last] = violating;
  if (last === undefined) return;
  care.truth({
    expect: 'hit',
    rule: 'IA20',
    visits: [visit],
    lines: violating,
    occurred: Math.floor(last.minute / minutesPerDay),
    charge: Math.round(((running - limit) * last.price) / 10_000),
    note: '计费小时数超过住院时长',
  });
}
