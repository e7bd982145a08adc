import { minutesPerDay } from '../care.ts';
import type { Item } from '../catalogue.ts';
import type { Institution, Line, LineRecord, Visit } from '../model.ts';
import { firstOfMonth } from '../stock.ts';
import type { Scene, Sketch, Studio } from './scene.ts';

const fen = (line: Line, units: number): number => Math.round((line.price * units) / 100);

interface Counted {
  readonly rule: string;
  readonly items: readonly string[];
  readonly cnt: number;
  readonly note: string;
}

/** Charged more than the record shows, and exactly as much. */
const counted =
  ({ rule, items, cnt, note }: Counted, also?: string): Sketch =>
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const item = studio.random.pick(items);
      const visit = scene.stay({ from: 20 + studio.random.int(20), days: 6 });
      const line = scene.add(visit, item, { on: 1, cnt, record: { cnt: (cnt - 1) * 100 } });
      scene.hit(rule, visit, [line], `${note}，记录少 1`, fen(line, 1));
      if (also !== undefined) scene.hit(also, visit, [line], `${note}，记录少 1`, fen(line, 1));
      scene.clear(rule, visit, [scene.add(visit, item, { on: 3, cnt, record: { cnt: cnt * 100 } })], '与记录相等');
    },
  });

/** Charged for one thing where the record shows another, and where it shows the same. */
const replaced =
  (rule: string, items: readonly (readonly [string, string])[], note: string, charge?: 0): Sketch =>
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const [name, done] = studio.random.pick(items);
      const visit = scene.stay({ from: 20 + studio.random.int(20), days: 6 });
      const item = scene.catalogue.item(name);
      scene.hit(rule, visit, [scene.add(visit, item, { on: 1, record: { item: scene.catalogue.item(done).code } })], note, charge);
      scene.clear(rule, visit, [scene.add(visit, item, { on: 3, record: { item: item.code } })], '与记录相符');
    },
  });

const lines: Sketch[] = [
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.clinic({ day: 30 });
      const late = scene.add(visit, scene.pools.labs[studio.random.int(20)] ?? '血细胞分析', { hour: 14 });
      late.record = { uploaded: late.minute + minutesPerDay + 1 };
      scene.hit('N41', visit, [late], '24 小时零 1 分后上传', 0);
      const fine = scene.clinic({ day: 60 });
      const exact = scene.add(fine, '冷疗', { hour: 14 });
      exact.record = { uploaded: exact.minute + minutesPerDay };
      scene.clear('N41', fine, [exact], '恰在 24 小时上传');
    },
  }),
  nursing,
  counted({
    rule: 'IA07',
    items: ['全身麻醉每增加一小时', '椎管内麻醉每增加一小时', '神经阻滞麻醉每增加一小时'],
    cnt: 4,
    note: '麻醉加收小时',
  }),
  counted({ rule: 'IA10', items: ['一次性使用注射器', '一次性使用输液器'], cnt: 5, note: '耗材计费' }),
  counted({ rule: 'IA13', items: ['医用干式激光胶片', '数码打印胶片', 'CT胶片'], cnt: 3, note: '胶片计费' }, 'IA10'),
  replaced('IA11', [['一次性使用注射器', '一次性使用输液器']], '记录为另一种耗材'),
  replaced(
    'IA12',
    [
      ['256排螺旋CT检查', '64排螺旋CT检查'],
      ['3.0T磁共振检查', '1.5T磁共振检查'],
      ['双源CT冠脉成像', '64排螺旋CT检查'],
    ],
    '按高档设备收费，记录为低档设备',
  ),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.stay({ from: 20 + studio.random.int(20), days: 6 });
      const lab = scene.random.pick(scene.pools.labs);
      scene.hit('IA15', visit, [scene.add(visit, lab, { on: 2, record: { cnt: 0 } })], '无医嘱、无执行、无报告');
      scene.clear('IA15', visit, [scene.add(visit, '冷疗', { on: 3, record: { cnt: 100 } })], '有执行记录');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.stay({ from: 20 + studio.random.int(20), days: 6 });
      const exam = scene.catalogue.item('血细胞分析');
      const last = Math.floor(visit.end / minutesPerDay);
      const late = scene.add(visit, exam, { on: 5, record: { executed: (last + 1) * minutesPerDay + 10 } });
      scene.hit('IB06', visit, [late], '检查执行于出院次日');
      scene.clear(
        'IB06',
        visit,
        [scene.add(visit, exam, { on: 4, record: { executed: (last + 1) * minutesPerDay - 10 } })],
        '执行于出院当日',
      );
    },
  }),
];

/** The grade charged against the grade nursed. */
function nursing(studio: Studio) {
  return {
    wish: studio.adult(),
    play: (scene: Scene) => {
      const days = 6;
      const visit = scene.stay({ from: 20 + studio.random.int(20), days, daily: false });
      const [high, charged, low] = ['特级护理', 'Ⅰ级护理', 'Ⅱ级护理'].map((name) => scene.catalogue.item(name).code);
      const nurse = (on: number, item: string): Line => scene.add(visit, 'Ⅰ级护理', { on, hour: on === 0 ? 12 : 6, record: { item } });
      for (let on = 0; on < days; on += 1) scene.add(visit, scene.pools.bed, { on, hour: on === 0 ? 12 : 6 });
      scene.hit(
        'IA02',
        visit,
        [0, 1, 2].map((on) => nurse(on, low ?? '')),
        '按Ⅰ级收费，记录为Ⅱ级',
        0,
      );
      scene.clear('IA02', visit, [nurse(3, charged ?? ''), nurse(4, charged ?? ''), nurse(5, high ?? '')], '记录相同或更高');
    },
  };
}

/** One unit sold at a pharmacy, recorded one way and the other. */
const sold =
  (
    rule: string,
    wrong: (line: Line) => LineRecord,
    right: (line: Line) => LineRecord,
    notes: readonly [string, string],
    charge?: (line: Line) => number,
  ): Sketch =>
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const sell = (day: number): { visit: Visit; line: Line } => {
        const visit = scene.purchase(day, undefined, 8 + studio.random.int(10));
        return { visit, line: scene.supply(visit, scene.freeDrug(studio.random.int(8)), 3, 2, true) };
      };
      const bad = sell(40 + studio.random.int(20));
      bad.line.record = wrong(bad.line);
      scene.hit(rule, bad.visit, [bad.line], notes[0], charge?.(bad.line));
      const good = sell(80 + studio.random.int(20));
      good.line.record = right(good.line);
      scene.clear(rule, good.visit, [good.line], notes[1]);
    },
  });

const shops: Sketch[] = [
  sold(
    'IA17',
    ({ price }) => ({ cash: price - 5000 }),
    ({ price }) => ({ cash: price }),
    ['现金售价低 0.50 元', '现金售价相同'],
    () => 100,
  ),
  sold(
    'IC08',
    () => ({ item: '6900000000017' }),
    ({ item }) => ({ item: item.code }),
    ['实际售出日用品', '售出所计药品'],
  ),
  sold(
    'IC13',
    ({ price }) => ({ purchase: Math.floor(price / 5) }),
    ({ price }) => ({ purchase: Math.ceil(price / 5) + 1 }),
    ['售价达进价 5 倍', '售价不足进价 5 倍'],
    () => 0,
  ),
];

const stays: Sketch[] = [
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.stay({ from: 20 + studio.random.int(20), days: 9 });
      visit.record = { gapDays: 3 };
      scene.hitVisits('IB01', [visit], '连续 3 天无诊疗记录');
      const exact = scene.stay({ from: 90, days: 9, diagnoses: ['K29.500'] });
      exact.record = { gapDays: 2 };
      scene.clearVisits('IB01', [exact], '连续 2 天');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.stay({ from: 20 + studio.random.int(20), days: 6 });
      visit.record = { evidencePercent: 80 };
      scene.hitVisits('ID01', [visit], '所付分组高于依据支持的分组');
      const exact = scene.stay({ from: 90, days: 6, diagnoses: ['K29.500'] });
      exact.record = { evidencePercent: 100 };
      scene.clearVisits('ID01', [exact], '分组相同');
    },
  }),
  decomposed(103, 7, 'hit', '费用接近分组支付，第 7 天再入院'),
  decomposed(107, 7, 'clear', '费用只及分组支付的 93%'),
  decomposed(103, 8, 'clear', '第 8 天再入院'),
  decomposed(103, 5, 'clear', '计划内再入院', true),
];

/** A stay that costs nearly what its group pays, and another one soon after. */
function decomposed(groupPercent: number, later: number, expect: 'hit' | 'clear', note: string, planned = false): Sketch {
  return (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const institution = scene.institution('secondary');
      const from = 20 + studio.random.int(40);
      const first = scene.stay({ from, days: 5, institution });
      first.record = { groupPercent };
      const second = scene.stay({ from: from + 5 + later, days: 5 + studio.random.int(4), institution, diagnoses: ['K29.500'], hour: 14 });
      second.record = { planned };
      if (expect === 'hit') scene.hitVisits('ID03', [second, first], note);
      else scene.clearVisits('ID03', [second, first], note);
    },
  });
}

/** The place and month of a ledger that no other case uses. */
function ledgerPlace(studio: Studio): { readonly institution: Institution; readonly month: number } | undefined {
  const places = studio.city.byKind.township;
  const institution = places[studio.turn % places.length];
  const month = 1 + Math.floor(studio.turn / places.length);
  return institution === undefined || month > 6 ? undefined : { institution, month };
}

/** Two sales in a month against a ledger that covers them, or nearly. */
function ledger(rule: string, name: string, expect: 'hit' | 'clear'): Sketch {
  return (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const place = ledgerPlace(studio);
      if (place === undefined) return;
      const item: Item = scene.catalogue.item(name);
      const first = firstOfMonth(scene.city.year, place.month) - scene.city.firstDay;
      const sales = [5, 15].map((day) => {
        const visit = scene.clinic({ day: first + day, institution: place.institution, caty: 'A02' });
        return { visit, line: scene.add(visit, item, { cnt: 6 }) };
      });
      const [early, late] = sales;
      if (early === undefined || late === undefined) return;
      const supplied = expect === 'hit' ? 11 : 12;
      scene.care.ledgers.push({ institution: place.institution, item, month: place.month, supplied });
      if (expect === 'hit') scene.hit(rule, late.visit, [late.line, early.line], '当月售出 12，进销存只有 11', fen(late.line, 1));
      else scene.clear(rule, late.visit, [late.line, early.line], '当月售出与进销存相等');
    },
  });
}

export const recordPlants: readonly Sketch[] = [
  ...lines,
  ...shops,
  ...stays,
  ledger('N43', '丹红注射液', 'hit'),
  ledger('N43', '前列地尔', 'clear'),
  ledger('N48', '医用干式激光胶片', 'hit'),
  ledger('N48', '数码打印胶片', 'clear'),
];
