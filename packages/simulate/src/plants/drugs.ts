import type { Point } from '../catalogue.ts';
import type { InstitutionKind } from '../model.ts';
import type { Scene, Sketch, Studio } from './scene.ts';

const codeOf = (point: Point): string => point.items ?? '';
const numberOf = (point: Point, column: string): number => Number(point[column]);
/** Diagnoses of the catalogue that a cell like `C83*|C85*` covers, for people of any age but newborns and mothers. */
function candidates(studio: Studio, cell: string, sex?: '1' | '2') {
  const prefixes = cell.split('|').map((part) => part.replace('*', ''));
  return studio.catalogue.diagnoses.filter(
    (diagnosis) =>
      prefixes.some((prefix) => diagnosis.code.startsWith(prefix)) &&
      (diagnosis.sex === '' || diagnosis.sex === sex) &&
      !/^[OP]/.test(diagnosis.code),
  );
}

/** Whether the catalogue has a diagnosis that the cell covers. */
export const covers = (studio: Studio, cell: string): boolean => candidates(studio, cell).length > 0;

/** A diagnosis of the catalogue that the cell covers. */
export function matching(studio: Studio, cell: string, sex?: '1' | '2'): string {
  return studio.random.pick(candidates(studio, cell, sex)).code;
}

/** One or two restricted lines of a stay, spread over its days. */
function dose(scene: Scene, code: string, days: number, extra = {}) {
  const visit = scene.stay({ days });
  const lines = Array.from({ length: days - 1 }, (_, on) => scene.add(visit, code, { on, hour: 11, ...extra }));
  return { visit, lines };
}

/** Payable only by another insurance: work injury, maternity. */
const otherInsurance = (rule: string, table: string): Sketch[] => [
  (studio) => {
    const point = studio.point(table);
    return {
      wish: studio.adult(),
      play: (scene) => {
        const { visit, lines } = dose(scene, codeOf(point), 6);
        scene.hit(rule, visit, lines, `${point.name} 由基本医疗保险结算`);
      },
    };
  },
  (studio) => {
    const point = studio.point(table);
    return {
      wish: studio.adult(),
      play: (scene) => {
        const visit = scene.clinic();
        scene.clear(rule, visit, [scene.add(visit, codeOf(point), { approval: '2' })], '自费，不在支付范围');
      },
    };
  },
];

const maternityStay: Sketch = (studio) => {
  const point = studio.point('drug-maternity');
  return {
    wish: { female: true, age: 28 },
    play: (scene) => {
      const visit = scene.stay({ days: 4, medType: '52', caty: 'A05', diagnoses: ['O80.000'] });
      visit.maternityType = '1';
      scene.clear('N02', visit, [scene.add(visit, codeOf(point), { on: 1 })], '生育住院');
    },
  };
};

const herbs: Sketch[] = [
  (studio) => {
    const point = studio.point('herb-never-payable');
    return {
      wish: studio.adult(),
      play: (scene) => {
        const visit = scene.clinic({ caty: 'A50' });
        const rx = scene.care.prescription();
        for (const name of ['白术', '茯苓', '陈皮']) scene.add(visit, name, { cnt: 8, rx, prdDays: 5 });
        const line = scene.add(visit, codeOf(point), { cnt: 6, rx, prdDays: 5 });
        scene.hit('N03', visit, [line], `${point.name} 单复方均不予支付`);
        const own = scene.clinic({ day: 190, caty: 'A50' });
        scene.clear(
          'N03',
          own,
          [scene.add(own, codeOf(point), { cnt: 6, rx: scene.care.prescription(), prdDays: 5, scope: 'own' })],
          '自费购买',
        );
      },
    };
  },
  (studio) => {
    const point = studio.point('herb-not-alone');
    return {
      wish: studio.adult(),
      play: (scene) => {
        const visit = scene.clinic({ caty: 'A50', day: 30 });
        scene.hit(
          'N04',
          visit,
          [scene.add(visit, codeOf(point), { cnt: 10, rx: scene.care.prescription(), prdDays: 7, herbalUse: '2' })],
          `${point.name} 单方使用`,
        );
        const formula = scene.clinic({ caty: 'A50', day: 60 });
        const rx = scene.care.prescription();
        for (const name of ['当归', '白芍', '川芎', '熟地黄']) scene.add(formula, name, { cnt: 8, rx, prdDays: 5 });
        scene.clear('N04', formula, [scene.add(formula, codeOf(point), { cnt: 8, rx, prdDays: 5 })], '复方使用');
        scene.clearVisits('N04V', [formula], '复方使用');
        const bag = scene.clinic({ caty: 'A50', day: 90 });
        scene.add(bag, codeOf(point), { cnt: 10, rx: scene.care.prescription(), prdDays: 7 });
        scene.hitVisits('N04V', [bag], `只有 ${point.name}`);
      },
    };
  },
];

/** Limited by age in days or years. */
const young: Sketch[] = [
  (studio) => {
    const point = studio.point('drug-newborn');
    return {
      wish: { birth: studio.day(40) - 29, insutype: '390' },
      play: (scene) => {
        const visit = scene.stay({ from: 40, days: 5, caty: 'A07', diagnoses: ['J12.900'] });
        scene.hit(
          'N06',
          visit,
          [0, 1, 2].map((on) => scene.add(visit, codeOf(point), { on, hour: 12 })),
          '29 天及以上',
        );
      },
    };
  },
  (studio) => {
    const point = studio.point('drug-newborn');
    return {
      wish: { birth: studio.day(40) - 24, insutype: '390' },
      play: (scene) => {
        const visit = scene.stay({ from: 40, days: 5, caty: 'A07', diagnoses: ['P22.000'] });
        scene.clear('N06', visit, [scene.add(visit, codeOf(point), { on: 4, hour: 8 })], '出生第 28 天');
      },
    };
  },
  ...[0, 1].map(
    (later): Sketch =>
      (studio) => {
        const point = studio.point('drug-child-payment');
        return {
          wish: { birth: studio.birth(studio.day(70), numberOf(point, 'age_max'), later), insutype: '390' },
          play: (scene) => {
            const visit = scene.clinic({ day: 70, caty: 'A07' });
            const line = scene.add(visit, codeOf(point));
            if (later === 0) scene.hit('N07', visit, [line], `满 ${point.age_max} 岁当日`);
            else scene.clear('N07', visit, [line], `差一天满 ${point.age_max} 岁`);
          },
        };
      },
  ),
];

const indication: Sketch = (studio) => {
  const point = studio.point('drug-indication');
  const right = matching(studio, point.diagnoses ?? '');
  return {
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.stay({ from: 20, days: 5 });
      scene.hit(
        'N08',
        visit,
        [0, 1, 2, 3].map((on) => scene.add(visit, codeOf(point), { on, hour: 12 })),
        '诊断中没有限定适应症',
      );
      const fit = scene.clinic({ day: 90, diagnoses: ['J06.900', right] });
      scene.clear('N08', fit, [scene.add(fit, codeOf(point))], `次要诊断 ${right} 符合`);
    },
  };
};

const limits: Sketch[] = [
  (studio) => {
    const point = studio.point('drug-max-days', (candidate) => numberOf(candidate, 'max_days') < 29);
    const max = numberOf(point, 'max_days');
    return {
      wish: studio.adult(),
      play: (scene) => {
        const visit = scene.clinic({ day: 30 });
        const line = scene.supply(visit, codeOf(point), max + 1, 4);
        const price = (line.cnt * line.price) / 10_000;
        scene.hit('N09', visit, [line], `开药 ${max + 1} 天`, Math.round(price / (max + 1)));
        const exact = scene.clinic({ day: 120 });
        scene.clear('N09', exact, [scene.supply(exact, codeOf(point), max, 4)], `恰为 ${max} 天`);
      },
    };
  },
  (studio) => {
    const point = studio.point('drug-course');
    const max = numberOf(point, 'max_days');
    return {
      wish: studio.adult(),
      play: (scene) => {
        const visit = scene.stay({ from: 20, days: max + 6, cost: 9000, lines: 120 });
        const lines = Array.from({ length: max + 4 }, (_, on) => scene.add(visit, codeOf(point), { on, hour: 12 }));
        scene.hit('N10', visit, lines.slice(max), `使用 ${max + 4} 天，限 ${max} 天`);
        const exact = scene.stay({ from: 90, days: max + 2, diagnoses: ['K29.500'], lines: 110 });
        scene.clear(
          'N10',
          exact,
          Array.from({ length: max }, (_, on) => scene.add(exact, codeOf(point), { on, hour: 12 })),
          `恰为 ${max} 天`,
        );
      },
    };
  },
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.chronic('M03900', 30);
      scene.supply(visit, '氨氯地平', 30, 1);
      scene.hit('N11', visit, [scene.supply(visit, '多烯酸乙酯', 30, 2)], '高血压慢特病结算其他病种药品');
      const fit = scene.chronic('M04600', 90);
      scene.clear('N11', fit, [scene.supply(fit, '多烯酸乙酯', 30, 2)], '该药在冠心病保障范围内');
      const other = scene.chronic('M03900', 150);
      const insulin = scene.supply(other, '甘精胰岛素', 30, 2);
      scene.hit('N11', other, [insulin], '高血压慢特病结算胰岛素');
      scene.hit('IC06D', other, [insulin], '胰岛素与高血压无关');
      const own = scene.chronic('M01600', 220);
      scene.clear('IC06D', own, [scene.supply(own, '甘精胰岛素', 30, 2)], '本病种用药');
    },
  }),
  ...(['hit', 'clear'] as const).map(
    (expect): Sketch =>
      (studio) => {
        const point = studio.point('drug-level');
        const rank = numberOf(point, 'min_rank') - (expect === 'hit' ? 1 : 0);
        const kind: InstitutionKind =
          rank === 3 ? 'tertiary' : rank === 2 ? 'secondary' : studio.random.chance(0.5) ? 'primary' : 'township';
        return {
          wish: studio.adult(),
          play: (scene) => {
            const visit = scene.stay({ days: 5, kind });
            const lines = [1, 2, 3].map((on) => scene.add(visit, codeOf(point), { on, hour: 12 }));
            if (expect === 'hit') scene.hit('N12', visit, lines, `机构等级低于 ${point.min_rank}`);
            else scene.clear('N12', visit, lines, '恰为所要求的等级');
          },
        };
      },
  ),
  (studio) => {
    const point = studio.point('drug-setting');
    return {
      wish: studio.adult(),
      play: (scene) => {
        const visit = scene.clinic({ day: 30 });
        scene.hit('N13', visit, [scene.add(visit, codeOf(point), { cnt: 2 })], '门诊使用限住院药品');
        const stay = scene.stay({ from: 60, days: 4 });
        scene.clear('N13', stay, [scene.add(stay, codeOf(point), { on: 1 })], '住院使用');
      },
    };
  },
];

export const drugPlants: readonly Sketch[] = [
  ...otherInsurance('N01', 'drug-work-injury'),
  ...otherInsurance('N02', 'drug-maternity'),
  maternityStay,
  ...herbs,
  ...young,
  indication,
  indication,
  ...limits,
];
