import { minutesPerDay } from '../care.ts';
import type { Line, Visit } from '../model.ts';
import type { Scene, Sketch } from './scene.ts';
import { beyondTheStay } from './season.ts';

const charges: Sketch[] = [
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.stay({ from: 20, days: 6 });
      scene.hit(
        'IA01',
        visit,
        [1, 2, 3].map((on) => scene.add(visit, '健康宣教附加', { on, cnt: 30 + on })),
        '单条数量 30 以上',
      );
      scene.clear('IA01', visit, [scene.add(visit, '康复指导附加', { on: 2, cnt: 29 })], '数量 29');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.clinic({ day: 40 + studio.random.int(20) });
      const parts = scene.add(visit, '骨密度测定', { cnt: 2 });
      scene.hit('IA01S', visit, [parts], '两个部位计两次', Math.round(parts.price / 100));
      const fit = scene.clinic({ day: 120 });
      scene.clear('IA01S', fit, [scene.add(fit, '骨密度测定')], '计一次');
      const stay = scene.stay({ from: 180, days: 6, daily: false, hour: 15 });
      scene.add(stay, '特级护理', { on: 1, hour: 6 });
      const care = scene.add(stay, '一般专项护理(口腔护理)', { on: 1, hour: 14 });
      scene.hit('IA02S', stay, [care], '特级护理当日另收口腔护理');
      scene.clear('IA02S', stay, [scene.add(stay, '一般专项护理(口腔护理)', { on: 3, hour: 14 })], '当日不是特级护理');
      const first = scene.add(stay, '心电监测', { hour: 16, cnt: 24 });
      scene.hit(
        'IA08P',
        stay,
        [scene.add(stay, '心电监测', { on: 1, hour: 0, minute: 10, cnt: 24 }), first],
        '入院至次日零时两笔各 24 小时',
        0,
      );
      const early = scene.stay({ from: 240, days: 6, hour: 9, diagnoses: ['K29.500'] });
      const booked = [
        scene.add(early, '心电监测', { hour: 10, cnt: 14 }),
        scene.add(early, '心电监测', { on: 1, hour: 0, minute: 10, cnt: 24 }),
      ];
      scene.clear('IA08P', early, booked, '不超过入院以来的时数');
    },
  }),
  (studio) => {
    const point = studio.point('plain-and-enhanced');
    return {
      wish: { age: 50 },
      play: (scene) => {
        const visit = scene.stay({ from: 20, days: 6 });
        scene.add(visit, point.item_a ?? '', { on: 1, hour: 10 });
        scene.hit('IA04', visit, [scene.add(visit, point.item_b ?? '', { on: 1, hour: 10 })], '同日增强与平扫');
        scene.clear('IA04', visit, [scene.add(visit, point.item_b ?? '', { on: 3, hour: 10 })], '不同日');
      },
    };
  },
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.stay({ from: 20, days: 7 });
      const item = scene.catalogue.item('心电监测');
      for (const on of [1, 2, 3])
        scene.hit('IA08', visit, [scene.add(visit, item, { on, cnt: 26 })], '一日 26 小时', Math.round((item.prices[3] * 2) / 100));
      scene.clear('IA08', visit, [scene.add(visit, item, { on: 5, cnt: 24 })], '恰为 24 小时');
      // a standing order bills 24 hours on the day of admission and on that of discharge; the night has 14 and a half
      const night = { days: 1, hour: 20, kind: 'secondary', cost: 600 } as const;
      const brief = scene.stay({ ...night, from: 90, diagnoses: ['K29.500'] });
      const ordered = [scene.add(brief, item, { hour: 21, cnt: 24 }), scene.add(brief, item, { on: 1, hour: 9, cnt: 24 })];
      beyondTheStay(scene.care, brief, ordered);
      const exact = scene.stay({ ...night, from: 150 });
      const given = [scene.add(exact, item, { hour: 21, cnt: 4 }), scene.add(exact, item, { on: 1, hour: 9, cnt: 11 })];
      scene.clear('IA20', exact, given, '十四个半小时，不足一小时按一小时计');
    },
  }),
  ...(['IA09', 'IA09N'] as const).map(
    (rule): Sketch =>
      (studio) => ({
        wish: studio.adult(),
        play: (scene) => {
          const days = 6;
          const visit = scene.stay({ from: 20, days, daily: false });
          const [bed, nursing] = [scene.pools.bed, scene.catalogue.item('Ⅱ级护理')];
          const charged = rule === 'IA09' ? bed : nursing;
          const other = rule === 'IA09' ? nursing : bed;
          const lines: Line[] = [];
          for (let on = 0; on <= days; on += 1) lines.push(scene.add(visit, charged, { on, hour: on === 0 ? 12 : 6 }));
          for (let on = 0; on < days; on += 1) scene.add(visit, other, { on, hour: on === 0 ? 12 : 6 });
          const what = rule === 'IA09' ? '床位' : '护理';
          scene.hit(rule, visit, lines.slice(days), `${what} ${days + 1} 日，住院 ${days} 天`);
          const exact = scene.stay({ from: 90, days: 5, daily: false, diagnoses: ['K29.500'] });
          scene.clear(
            rule,
            exact,
            [0, 1, 2, 3, 4].map((on) => scene.add(exact, charged, { on, hour: on === 0 ? 12 : 6 })),
            '等于住院天数',
          );
        },
      }),
  ),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const item = scene.random.pick(scene.catalogue.pool('class-c').filter((candidate) => candidate.chargeType !== '06'));
      const visit = scene.clinic({ day: 30 });
      scene.hit('IA16', visit, [scene.add(visit, item, { scope: 'in' })], '丙类费用列入范围内');
      const own = scene.clinic({ day: 100 });
      scene.clear('IA16', own, [scene.add(own, item)], '丙类全自费');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = checkup(scene, 20 + studio.random.int(40), 2);
      scene.hitVisits('IB03', [visit], '检查检验占比高、无治疗的短期住院', 0);
      scene.clearVisits('IB03', [checkup(scene, 90 + studio.random.int(40), 4)], '住院超过 3 天');
    },
  }),
];

/** A stay of tests and imaging and little else; no two have the same bill. */
function checkup(scene: Scene, from: number, days: number): Visit {
  const visit = scene.stay({ from, days, kind: 'secondary', diagnoses: ['K29.500'], lines: 0, cost: 1 });
  visit.lines.length = 0;
  for (let on = 0; on < days; on += 1) {
    scene.add(visit, scene.pools.bed, { on, hour: on === 0 ? 12 : 6 });
    scene.add(visit, scene.catalogue.item('Ⅲ级护理'), { on, hour: on === 0 ? 12 : 6 });
  }
  const first = scene.random.int(scene.pools.labs.length - 20);
  for (const item of scene.pools.labs.slice(first, first + 12 + scene.random.int(8))) scene.add(visit, item, { on: 0, hour: 11 });
  const exams = scene.catalogue.pool('exam-once');
  for (const item of exams.slice(0, exams.length - scene.random.int(2))) scene.add(visit, item, { on: 1, hour: 10 });
  return visit;
}

const supply: Sketch[] = [
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const drug = scene.freeDrug(studio.turn);
      const institution = scene.institution('secondary');
      const weekly = (day: number): Visit => {
        const visit = scene.clinic({ day, institution });
        scene.supply(visit, drug, 7, 1);
        return visit;
      };
      weekly(40);
      weekly(41);
      const third = weekly(42);
      scene.hit('IC03W', third, third.lines.slice(-1), '连续三日各开七天');
      weekly(100);
      weekly(107);
      const apart = weekly(114);
      scene.clear('IC03W', apart, apart.lines.slice(-1), '用完再开');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const drug = scene.freeDrug(studio.random.int(8));
      const visit = scene.clinic({ day: 30 });
      scene.hit('IC01', visit, [scene.supply(visit, drug, 31, 3)], '门诊开药 31 天');
      const exact = scene.clinic({ day: 100 });
      scene.clear('IC01', exact, [scene.supply(exact, drug, 30, 3)], '恰为 30 天');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.chronic('M01600', 20);
      scene.hit('IC01', visit, [scene.supply(visit, '二甲双胍', 91, 4)], '慢特病开药 91 天');
      const exact = scene.chronic('M01600', 125);
      scene.clear('IC01', exact, [scene.supply(exact, '二甲双胍', 90, 4)], '恰为 90 天');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const drug = scene.freeDrug(studio.random.int(8));
      scene.supply(scene.clinic({ day: 70, kind: 'tertiary' }), drug, 30, 2);
      const second = scene.clinic({ day: 92, kind: 'secondary' });
      scene.hit('IC02', second, [scene.supply(second, drug, 30, 2)], '两院重复配药，重叠 8 天');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const drug = scene.freeDrug(studio.random.int(8));
      scene.supply(scene.clinic({ day: 70, kind: 'tertiary' }), drug, 30, 2);
      const second = scene.clinic({ day: 93, kind: 'secondary' });
      scene.clear('IC02', second, [scene.supply(second, drug, 30, 2)], '重叠恰为 7 天');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const drug = scene.freeDrug(studio.random.int(8));
      const first = scene.purchase(40, scene.city.byKind.pharmacy[0]);
      const sold = scene.supply(first, drug, 3, 1, true);
      const second = scene.purchase(60, scene.city.byKind.pharmacy[1]);
      const again = scene.supply(second, drug, 3, 1);
      again.trace = sold.trace;
      scene.hit('IC04', second, [again, sold], '同一追溯码两次结算', Math.round((again.cnt * again.price) / 10_000));
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const drug = scene.freeDrug(studio.random.int(8));
      const place = scene.institution('pharmacy');
      const first = scene.purchase(40, place);
      const sold = scene.supply(first, drug, 3, 1, true);
      scene.care.close(first);
      const settlement = first.settlements[0];
      if (settlement !== undefined) scene.care.reverse(first, settlement, first.end + 60);
      const second = scene.purchase(60, place);
      const again = scene.supply(second, drug, 3, 1);
      again.trace = sold.trace;
      scene.clear('IC04', second, [again], '退货后再次售出');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const [place, other] = [
        scene.city.byKind.pharmacy[2] ?? scene.institution('pharmacy'),
        scene.city.byKind.pharmacy[3] ?? scene.institution('pharmacy'),
      ];
      const first = scene.purchase(40, place, 10);
      scene.supply(first, scene.freeDrug(0), 3, 1, true);
      const second = scene.purchase(40, place, 11);
      scene.supply(second, scene.freeDrug(1), 3, 1, true);
      scene.hitVisits('IC12', [second, first], '同日同店两次结算');
      const third = scene.purchase(80, place, 10);
      scene.supply(third, scene.freeDrug(2), 3, 1, true);
      const fourth = scene.purchase(80, other, 16);
      scene.supply(fourth, scene.freeDrug(3), 3, 1, true);
      scene.clearVisits('IC12', [fourth, third], '同日不同药店');
    },
  }),
];

const persons: Sketch[] = [
  (studio) => ({
    wish: { age: 75, dies: studio.day(60) },
    alone: true,
    play: (scene) => {
      scene.clearVisits('IE03', [scene.clinic({ day: 60, medType: '13', caty: 'A20', diagnoses: ['R07.400'] })], '死亡当日急诊');
      const visit = scene.purchase(80);
      scene.supply(visit, scene.freeDrug(studio.random.int(8)), 5, 2, true);
      scene.hitVisits('IE03', [visit], '死亡 20 天后购药');
      // the lines of such a visit are charges after death as well
      scene.hit('IA19', visit, visit.lines, '死亡后计费');
    },
  }),
  (studio) => ({
    wish: { age: 45, suspended: [studio.day(60), studio.day(200)] },
    alone: true,
    play: (scene) => {
      scene.clearVisits('IE08', [scene.clinic({ day: 59 })], '停保前一日');
      scene.hitVisits('IE08', [scene.clinic({ day: 60 })], '停保首日');
      scene.hitVisits('IE08', [scene.stay({ from: 100, days: 4 })], '停保期间住院');
      scene.clearVisits('IE08', [scene.clinic({ day: 201 })], '恢复参保首日');
    },
  }),
];

const suspended =
  (which: number, day: number, expect: 'hit' | 'clear', note: string, emergency = false): Sketch =>
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const place = scene.institution('tertiary');
      const doctor = place.stopped[which];
      if (doctor === undefined) return;
      const plan = emergency ? { medType: '13', caty: 'A20', diagnoses: ['R07.400'] } : {};
      const visit = scene.clinic({ day, institution: place, doctor, ...plan });
      if (emergency) scene.add(visit, '大抢救');
      if (expect === 'hit') scene.hit('IF03', visit, [...visit.lines], note);
      else scene.clear('IF03', visit, [...visit.lines], note);
    },
  });

/** Settled, then given back: nothing is left to be wrong. */
const refunds: Sketch[] = [
  (studio) => {
    const point = studio.point('drug-work-injury');
    return {
      wish: studio.adult(),
      play: (scene) => {
        const visit = scene.clinic({ day: 30 });
        const line = scene.add(visit, point.items ?? '');
        scene.care.close(visit);
        scene.care.refund(visit, line, scene.care.settlement(visit, visit.end + (studio.random.chance(0.5) ? 40 * minutesPerDay : 120)));
        scene.clear('N01', visit, [line], '该条明细已退费');
      },
    };
  },
  (studio) => {
    const point = studio.point('item-work-injury');
    return {
      wish: studio.adult(),
      play: (scene) => {
        const visit = scene.clinic({ day: 30 });
        const line = scene.add(visit, point.items ?? '');
        scene.care.close(visit);
        const settlement = visit.settlements[0];
        if (settlement !== undefined) scene.care.reverse(visit, settlement, visit.end + 35 * minutesPerDay);
        scene.clear('N16', visit, [line], '整笔结算在次月冲正');
      },
    };
  },
  ...[0, 33].map(
    (later): Sketch =>
      (studio) => ({
        wish: studio.adult(),
        play: (scene) => {
          const visit = scene.stay({ from: 30, days: 5 });
          const line = scene.add(visit, '特殊物理降温', { on: 2, cnt: 2 });
          if (later === 0) {
            const twin = scene.add(visit, '特殊物理降温', { on: 2, hour: 18 });
            twin.cnt = -100;
            twin.refunds = line.serial;
          } else {
            scene.care.close(visit);
            scene.care.refund(visit, line, scene.care.settlement(visit, visit.end + later * minutesPerDay), 1);
          }
          scene.clear('N27', visit, [line], later === 0 ? '同次退一，回到上限之内' : '次月退一，回到上限之内');
        },
      }),
  ),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const drug = scene.freeDrug(studio.random.int(8));
      const visit = scene.clinic({ day: 30 });
      const line = scene.supply(visit, drug, 45, 3);
      scene.care.close(visit);
      scene.care.refund(visit, line, scene.care.settlement(visit, visit.end + 60));
      scene.clear('IC01', visit, [line], '超量开药已全退');
    },
  }),
  // a ward transfer: the second department may order what the first may not
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.stay({ from: 40, days: 8, kind: 'tertiary' });
      const psychiatry = visit.institution.departments.find((department) => department.caty === 'A15');
      if (psychiatry === undefined) return;
      visit.leavingDepartment = psychiatry;
      const doctor = psychiatry.doctors[0];
      scene.clear(
        'N21',
        visit,
        [scene.add(visit, '电休克治疗', { on: 5, department: psychiatry, ...(doctor === undefined ? {} : { doctor }) })],
        '转科后由精神科开立',
      );
    },
  }),
];

export const practicePlants: readonly Sketch[] = [
  ...charges,
  ...supply,
  ...persons,
  suspended(0, 80, 'hit', '医师暂停期间'),
  suspended(1, 90, 'hit', '医师死亡之后'),
  suspended(2, 90, 'hit', '医师资格终止之后'),
  suspended(0, 20, 'clear', '暂停之前'),
  suspended(0, 81, 'clear', '急诊抢救', true),
  ...refunds,
];
