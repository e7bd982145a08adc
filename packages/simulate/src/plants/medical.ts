import { covers, matching } from './drugs.ts';
import type { Sketch } from './scene.ts';

/** A limit by sex: the wrong one hits, the right one is clear. */
const bySex = (rule: string, table: string): Sketch[] =>
  (['hit', 'clear'] as const).map((expect) => (studio) => {
    const point = studio.point(table);
    const female = expect === 'hit' ? point.sex === '1' : point.sex === '2';
    return {
      wish: { age: 40, female },
      play: (scene) => {
        const visit = scene.clinic({ day: 30, caty: 'A03' });
        const line = scene.add(visit, point.items ?? '');
        if (expect === 'hit') scene.hit(rule, visit, [line], `${point.name} 与性别不符`);
        else scene.clear(rule, visit, [line], '性别相符');
      },
    };
  });

/** A limit by age: hit on the birthday, clear the day before it; `at` names the column of the limit. */
const byAge = (rule: string, table: string, column: string, hitLater: number, clearLater: number, shift = 0): Sketch[] =>
  [hitLater, clearLater].map((later, index) => (studio) => {
    const point = studio.point(table);
    return {
      wish: { birth: studio.birth(studio.day(70), Number(point[column]) + shift, later) },
      play: (scene) => {
        const visit = scene.clinic({ day: 70, caty: 'A03' });
        const line = scene.add(visit, point.items ?? '');
        if (index === 0) scene.hit(rule, visit, [line], `年龄不符，界限 ${point[column]}`);
        else scene.clear(rule, visit, [line], `恰在界限 ${point[column]} 之内`);
      },
    };
  });

/** A drug below its payable age, counted in days, and one on the day from which it is payable. */
const fromDays: Sketch[] = [1, 0].map((short, index) => (studio) => {
  const point = studio.point('drug-age-from');
  const days = Number(point['days_min']);
  return {
    wish: { birth: studio.day(70) - days + short },
    play: (scene) => {
      const visit = scene.clinic({ day: 70, caty: 'A03' });
      const line = scene.add(visit, point.items ?? '');
      if (index === 0) scene.hit('N08A', visit, [line], `出生未满 ${days} 天`);
      else scene.clear('N08A', visit, [line], `出生恰满 ${days} 天`);
    },
  };
});

/** Contraindication: a listed diagnosis hits, another one is clear. */
const contra =
  (rule: string, table: string): Sketch =>
  (studio) => {
    const point = studio.point(table, (one) => covers(studio, one.diagnoses ?? ''));
    const wrong = matching(studio, point.diagnoses ?? '');
    return {
      wish: { age: 50 },
      play: (scene) => {
        const caty = point.name === '电休克治疗' ? { caty: 'A15' } : {};
        const visit = scene.clinic({ ...caty, day: 30, diagnoses: ['J06.900', wrong] });
        scene.hit(rule, visit, [scene.add(visit, point.items ?? '')], `禁忌诊断 ${wrong}`);
        const fine = scene.clinic({ ...caty, day: 120 });
        scene.clear(rule, fine, [scene.add(fine, point.items ?? '')], '没有禁忌诊断');
      },
    };
  };

const supplies: Sketch[] = [
  (studio) => {
    const point = studio.point('service-needs-drug');
    return {
      wish: { age: 50 },
      play: (scene) => {
        const visit = scene.clinic({ day: 30 });
        scene.hit('N64', visit, [scene.add(visit, point.items ?? '')], '没有需要该药的检查');
        const fit = scene.clinic({ day: 100 });
        scene.add(fit, (point.services ?? '').split('|')[0] ?? '');
        scene.clear('N64', fit, [scene.add(fit, point.items ?? '')], '同次有相应检查');
      },
    };
  },
  (studio) => {
    const point = studio.point('drug-daily-dose');
    const max = Number(point.max_per_day);
    return {
      wish: studio.adult(),
      play: (scene) => {
        const visit = scene.clinic({ day: 30 });
        const line = scene.supply(visit, point.items ?? '', 7, max * 7 + 3);
        scene.hit('N68', visit, [line], `7 天 ${max * 7 + 3}，上限 ${max * 7}`, Math.round((line.price * 3) / 100));
        const exact = scene.clinic({ day: 100 });
        scene.clear('N68', exact, [scene.supply(exact, point.items ?? '', 7, max * 7)], '恰为最大日量');
      },
    };
  },
  (studio) => {
    const point = studio.point('drug-group');
    const other = studio.point('drug-group', (candidate) => candidate.drug_class === point.drug_class && candidate.items !== point.items);
    const disease = point.drug_class === 'A10BB' ? { diagnoses: ['E11.900'] } : {};
    return {
      wish: studio.adult(),
      play: (scene) => {
        scene.supply(scene.clinic({ day: 45, ...disease }), point.items ?? '', 14);
        const second = scene.clinic({ day: 58, ...disease });
        scene.hit('N69', second, [scene.supply(second, other.items ?? '', 14)], `${point.name} 尚余一天，又开 ${other.name}`);
        scene.supply(scene.clinic({ day: 120, ...disease }), point.items ?? '', 14);
        const after = scene.clinic({ day: 134, ...disease });
        scene.clear('N69', after, [scene.supply(after, other.items ?? '', 14)], '前药恰好用完');
      },
    };
  },
];

const pairs: Sketch[] = [
  (studio) => {
    const point = studio.random.pick(studio.catalogue.knowledge('drug-interaction'));
    return {
      wish: { age: 45, female: false },
      play: (scene) => {
        const visit = scene.clinic({ day: 30 });
        const first = scene.add(visit, point.item_a ?? '');
        scene.hit('N74', visit, [scene.add(visit, point.item_b ?? ''), first], `${point.name_a} 与 ${point.name_b} 同日`, 0);
        scene.add(scene.clinic({ day: 100 }), point.item_a ?? '');
        const later = scene.clinic({ day: 110 });
        scene.clear('N74', later, [scene.add(later, point.item_b ?? '')], '不同就诊');
      },
    };
  },
  (studio) => {
    const point = studio.random.pick(studio.catalogue.knowledge('herb-incompatible'));
    return {
      wish: studio.adult(),
      play: (scene) => {
        const visit = scene.clinic({ day: 30, caty: 'A50' });
        const rx = scene.care.prescription();
        for (const name of ['白术', '陈皮']) scene.add(visit, name, { cnt: 8, rx, prdDays: 5 });
        const first = scene.add(visit, point.item_a ?? '', { cnt: 3, rx, prdDays: 5 });
        scene.hit(
          'N75',
          visit,
          [scene.add(visit, point.item_b ?? '', { cnt: 3, rx, prdDays: 5 }), first],
          `${point.name_a} 反 ${point.name_b}`,
        );
        const apart = scene.clinic({ day: 100, caty: 'A50' });
        scene.add(apart, point.item_a ?? '', { cnt: 3, rx: scene.care.prescription(), prdDays: 5 });
        scene.clear(
          'N75',
          apart,
          [scene.add(apart, point.item_b ?? '', { cnt: 3, rx: scene.care.prescription(), prdDays: 5 })],
          '不同处方',
        );
      },
    };
  },
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const herbs = scene.pools.herbs;
      const visit = scene.clinic({ day: 30, caty: 'A50' });
      const rx = scene.care.prescription();
      const lines = herbs.slice(0, 31).map((item) => scene.add(visit, item, { cnt: 6, rx, prdDays: 5 }));
      scene.hit(
        'N76',
        visit,
        lines.slice(30).concat(lines.slice(0, 30)),
        '一张处方 31 味',
        Math.round((6 * (lines[30]?.price ?? 0)) / 100),
      );
      const exact = scene.clinic({ day: 100, caty: 'A50' });
      const other = scene.care.prescription();
      scene.clear(
        'N76',
        exact,
        herbs.slice(0, 30).map((item) => scene.add(exact, item, { cnt: 6, rx: other, prdDays: 5 })),
        '恰为 30 味',
      );
    },
  }),
  (studio) => {
    const point = studio.point('herb-max-weight');
    const max = Number(point.max_gram);
    /** Three times the pharmacopoeia, for five days. */
    const most = max * 15;
    return {
      wish: studio.adult(),
      play: (scene) => {
        const visit = scene.clinic({ day: 30, caty: 'A50' });
        const line = scene.add(visit, point.items ?? '', { cnt: most + 1, rx: scene.care.prescription(), prdDays: 5 });
        scene.hit('N77', visit, [line], `五剂 ${most + 1} 克，药典每日 ${max} 克`, Math.round(line.price / 100));
        const exact = scene.clinic({ day: 100, caty: 'A50' });
        scene.clear(
          'N77',
          exact,
          [scene.add(exact, point.items ?? '', { cnt: most, rx: scene.care.prescription(), prdDays: 5 })],
          '恰为三倍',
        );
      },
    };
  },
];

const pregnancy: Sketch = (studio) => {
  const point = studio.point('drug-pregnancy');
  return {
    wish: { age: 28, female: true },
    play: (scene) => {
      const visit = scene.clinic({ day: 40, caty: 'A05', diagnoses: ['J06.900', 'Z33.x00'] });
      scene.hit('N73', visit, [scene.add(visit, point.items ?? '')], '妊娠状态用药', 0);
      const before = scene.clinic({ day: 10 });
      scene.clear('N73', before, [scene.add(before, point.items ?? '')], '就诊没有妊娠诊断');
    },
  };
};

export const medicalPlants: readonly Sketch[] = [
  ...supplies,
  ...byAge('N65', 'drug-child-only', 'age_max', 0, 1),
  ...byAge('N66', 'drug-child-forbidden', 'age_min', 1, 0),
  ...fromDays,
  ...byAge('N66D', 'drug-child-reserved', 'age_min', 1, 0),
  ...bySex('N67', 'drug-sex'),
  contra('N71', 'drug-contraindication'),
  ...byAge('N72', 'drug-elderly', 'age_max', 0, 1, 1),
  pregnancy,
  ...pairs,
  ...byAge('N80', 'item-child-only', 'age_max', 0, 1),
  ...bySex('N81', 'item-sex'),
  contra('N82', 'item-contraindication'),
];
