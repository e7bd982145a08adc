import type { Line, Visit } from '../model.ts';
import type { Sketch } from './scene.ts';

const diagnoses = ['K29.500', 'J18.900', 'N10.x00', 'D64.900', 'H81.100'] as const;

/** Visits too often, stays too close. */
export const frequencyPlants: readonly Sketch[] = [
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const from = studio.random.between(20, 120);
      const visits = Array.from({ length: 8 }, (_, index) => scene.clinic({ day: from + index, kind: 'primary', caty: 'A02' }));
      for (const last of [6, 7])
        scene.hitVisits(
          'N50',
          [visits[last], ...visits.slice(0, last)].filter((visit) => visit !== undefined),
          `7 天内第 ${last === 6 ? 7 : 8} 次门诊`,
        );
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      scene.clearVisits(
        'N50',
        Array.from({ length: 6 }, (_, index) => scene.clinic({ day: 40 + index, kind: 'primary', caty: 'A02' })),
        '7 天内恰为 6 次',
      );
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visits = Array.from({ length: 7 }, (_, index) => {
        const visit = scene.clinic({ day: 40 + index, diagnoses: ['N18.900'] });
        scene.add(visit, '血液透析');
        return visit;
      });
      scene.clearVisits('N50', visits, '规律透析');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const place = scene.institution('pharmacy');
      const from = studio.random.between(20, 120);
      const visits = Array.from({ length: 8 }, (_, index) => {
        const visit = scene.purchase(from + index, place, 8 + scene.random.int(10));
        scene.supply(visit, scene.freeDrug(index), 1, 1, true);
        return visit;
      });
      for (const last of [6, 7])
        scene.hitVisits(
          'N51',
          [visits[last], ...visits.slice(0, last)].filter((visit) => visit !== undefined),
          '7 天内购药超过 6 次',
        );
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const from = studio.random.between(20, 120);
      const visits = Array.from({ length: 6 }, (_, index) => {
        const visit = scene.purchase(from + index, undefined, 8 + scene.random.int(10));
        scene.supply(visit, scene.freeDrug(index), 1, 1, true);
        return visit;
      });
      scene.clearVisits('N51', visits, '7 天内恰为 6 次');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const onOneDay = (day: number, times: number): Visit[] =>
        Array.from({ length: times }, (_, index) => {
          const visit = scene.purchase(day, scene.city.byKind.pharmacy[index], 9 + 3 * index);
          scene.supply(visit, scene.freeDrug(index), 1, 1, true);
          return visit;
        });
      scene.hitVisits('N51D', onOneDay(40, 4).reverse(), '一日购药 4 次');
      scene.clearVisits('N51D', onOneDay(90, 3), '一日恰为 3 次');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const drug = scene.freeDrug(studio.turn);
      const prescribed = (day: number, hour: number): { readonly visit: Visit; readonly line: Line } => {
        const visit = scene.clinic({ day, hour, kind: 'primary', caty: 'A02' });
        return { visit, line: scene.supply(visit, drug, 5) };
      };
      prescribed(40, 9);
      const again = prescribed(40, 15);
      scene.hit('N69D', again.visit, [again.line], '同日再次开具同一药品');
      prescribed(90, 9);
      const later = prescribed(96, 9);
      scene.clear('N69D', later.visit, [later.line], '用完之后再开');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const from = studio.random.between(10, 100);
      const visits = diagnoses.map((code, index) =>
        scene.stay({ from: from + index * 21, days: 3, diagnoses: [code], kind: index % 2 === 0 ? 'secondary' : 'tertiary', lines: 30 }),
      );
      const last = visits[4];
      if (last !== undefined) scene.hitVisits('N52', [last, ...visits.slice(0, 4)], '90 天内第 5 次住院');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const from = studio.random.between(10, 100);
      const visits = diagnoses
        .slice(0, 4)
        .map((code, index) => scene.stay({ from: from + index * 21, days: 3, diagnoses: [code], kind: 'secondary', lines: 30 }));
      scene.clearVisits('N52', visits, '90 天内恰为 4 次');
    },
  }),
  (studio) => ({
    wish: { age: studio.random.between(50, 60) },
    play: (scene) => {
      const place = scene.institution('tertiary');
      const from = studio.random.between(10, 120);
      const visits = [0, 1, 2, 3, 4].map((index) => {
        const visit = scene.stay({
          from: from + index * 14,
          days: 3,
          caty: 'A19',
          diagnoses: ['C34.900', 'Z51.100'],
          institution: place,
          lines: 30,
        });
        scene.add(visit, '顺铂', { on: 1 });
        return visit;
      });
      const last = visits[4];
      if (last === undefined) return;
      scene.clearVisits('N52', [last, ...visits.slice(0, 4)], '化疗周期');
      scene.clearVisits('N49', [last, ...visits.slice(3, 4)], '化疗周期，同院 11 天后再入院');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const place = scene.institution('secondary');
      const from = studio.random.between(10, 100);
      const first = scene.stay({ from, days: 6, institution: place });
      const second = scene.stay({ from: from + 6 + studio.random.between(1, 14), days: 6, institution: place, hour: 12 });
      scene.hitVisits('N49', [second, first], '同院同病 15 天内再入院');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const place = scene.institution('secondary');
      const from = studio.random.between(10, 100);
      const first = scene.stay({ from, days: 6, institution: place });
      scene.clearVisits('N49', [scene.stay({ from: from + 22, days: 6, institution: place }), first], '间隔恰为 16 天');
      const other = scene.stay({ from: from + 80, days: 6, institution: place, diagnoses: ['K29.500'] });
      scene.clearVisits('N49', [scene.stay({ from: from + 90, days: 6, institution: place, diagnoses: ['N10.x00'] }), other], '另一种疾病');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const first = scene.stay({ from: 20, days: 6, institution: scene.city.byKind.secondary[0] ?? scene.institution('secondary') });
      const other = scene.city.byKind.tertiary[1] ?? scene.institution('tertiary');
      scene.hitVisits(
        'IB02',
        [scene.stay({ from: 26 + studio.random.between(1, 7), days: 6, institution: other, hour: 13 }), first],
        '7 天内异院同病再入院',
      );
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const from = studio.random.between(10, 80);
      const first = scene.stay({ from, days: 3, kind: 'secondary' });
      first.dischargeWay = '2';
      scene.clearVisits('IB02', [scene.stay({ from: from + 3, days: 6, kind: 'tertiary', hour: 13 }), first], '医嘱转院');
      const later = scene.stay({ from: from + 80, days: 6, kind: 'secondary', diagnoses: ['K29.500'] });
      scene.clearVisits(
        'IB02',
        [scene.stay({ from: from + 94, days: 6, kind: 'tertiary', diagnoses: ['K29.500'] }), later],
        '间隔恰为 8 天',
      );
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const first = scene.stay({ from: 20, days: 8, kind: 'secondary' });
      const second = scene.stay({ from: 24, days: 8, kind: 'tertiary', diagnoses: ['K29.500'], daily: false, lines: 30 });
      scene.hitVisits('IB04', [second, first], '两院住院时间重叠');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const first = scene.stay({ from: 20, days: 4, kind: 'secondary' });
      first.dischargeWay = '2';
      scene.clearVisits('IB04', [scene.stay({ from: 24, days: 6, kind: 'tertiary', hour: 14, diagnoses: ['K29.500'] }), first], '当日转院');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const stay = scene.stay({ from: 20, days: 8, kind: 'tertiary' });
      const inside = scene.purchase(20 + studio.random.between(1, 7));
      scene.supply(inside, scene.freeDrug(studio.random.int(8)), 3, 2, true);
      scene.hitVisits('IB05', [inside, stay], '住院期间药店购药');
      const before = scene.purchase(20, undefined, 8);
      scene.supply(before, scene.freeDrug(3), 3, 1, true);
      scene.clearVisits('IB05', [before, stay], '入院当日');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const stay = scene.stay({ from: 20, days: 8, kind: 'tertiary' });
      scene.hitVisits('IB05', [scene.clinic({ day: 24, kind: 'secondary' }), stay], '住院期间门诊');
      scene.clearVisits('IB05', [scene.clinic({ day: 28, hour: 15, kind: 'secondary' }), stay], '出院当日');
    },
  }),
];
