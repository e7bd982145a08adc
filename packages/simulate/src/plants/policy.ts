import type { Point } from '../catalogue.ts';
import type { Line, Visit } from '../model.ts';
import { covers, matching } from './drugs.ts';
import type { Scene, Sketch, Studio } from './scene.ts';

/** Fen of so many ten-thousandths of a yuan. */
const fen = (price: number): number => Math.round(price / 100);

/** Diseases that the second-line drugs of the city and their first lines are for. */
const ofSecondLine = ['E11.900', 'E78.500'];

/** A second-line drug: without a first-line drug before it, with one too long ago, and with one just in time. */
const secondLine: Sketch[] = [
  (studio) => {
    const point = studio.point('drug-second-line');
    return {
      wish: { age: 45, female: false },
      play: (scene) => {
        const visit = scene.clinic({ day: 100 + scene.random.int(20), diagnoses: ofSecondLine });
        scene.hit('N05', visit, [scene.add(visit, point.items ?? '')], `${point.name} 前 90 天无一线药`);
        const own = scene.clinic({ day: 140, diagnoses: ofSecondLine });
        scene.clear('N05', own, [scene.add(own, point.items ?? '', { scope: 'own' })], '自费');
      },
    };
  },
  (studio) => {
    const point = studio.point('drug-second-line');
    const first = (point.first_line ?? '').split('|')[0] ?? '';
    return {
      wish: { age: 45, female: false },
      play: (scene) => {
        scene.add(scene.clinic({ day: 60, diagnoses: ofSecondLine }), first);
        const late = scene.clinic({ day: 151, diagnoses: ofSecondLine });
        scene.hit('N05', late, [scene.add(late, point.items ?? '')], '一线药已是 91 天之前');
        scene.add(scene.clinic({ day: 154, diagnoses: ofSecondLine }), first);
        const exact = scene.clinic({ day: 230, diagnoses: ofSecondLine });
        scene.clear('N05', exact, [scene.add(exact, point.items ?? '')], '90 天内用过一线药');
      },
    };
  },
  (studio) => {
    const point = studio.point('drug-second-line');
    const first = (point.first_line ?? '').split('|')[0] ?? '';
    return {
      wish: { age: 45, female: false },
      play: (scene) => {
        scene.add(scene.clinic({ day: 60, diagnoses: ofSecondLine }), first);
        const exact = scene.clinic({ day: 150, diagnoses: ofSecondLine });
        scene.clear('N05', exact, [scene.add(exact, point.items ?? '')], '一线药恰在 90 天之前');
      },
    };
  },
];

/** Two operations through one incision; the operation is coded, so that the fee is not without one. */
function incision(scene: Scene, from: number, halved: boolean): { visit: Visit; first: Line; second: Line } {
  const visit = scene.stay({ from, days: 6, caty: 'A04', diagnoses: ['K80.500'] });
  scene.operate(visit, '54.1100', 1);
  const item = scene.catalogue.item('胆总管探查术');
  const full = item.prices[visit.institution.priceLevel];
  const first = scene.add(visit, '胆囊切除术（开腹）', { on: 1, hour: 11 });
  return { visit, first, second: scene.add(visit, item, { on: 1, hour: 11, price: halved ? full / 2 : full }) };
}

/** Items that are one price together, more of them or fewer. */
const bundled = (rule: string, names: readonly string[], few: readonly string[], price: number, single: string): Sketch[] => [
  (studio) => ({
    wish: { age: 45, female: studio.random.chance(0.5) },
    play: (scene) => {
      const visit = scene.clinic({ day: 30 + scene.random.int(20) });
      const lines = names.map((name, index) => scene.add(visit, name, { hour: 14, minute: index * 5 }));
      const sum = lines.reduce((total, line) => total + fen(line.price), 0);
      scene.hit(rule, visit, [...lines].reverse(), `分解为 ${names.length} 项，合计高于打包价`, sum - price);
    },
  }),
  (studio) => ({
    wish: { age: 45, female: studio.random.chance(0.5) },
    play: (scene) => {
      const visit = scene.clinic({ day: 30 + scene.random.int(20) });
      scene.clear(
        rule,
        visit,
        few.map((name) => scene.add(visit, name)),
        '合计不高于打包价',
      );
      const one = scene.clinic({ day: 80 });
      scene.clear(rule, one, [scene.add(one, single, { cnt: 4 })], '只收其中一项');
    },
  }),
];

const together: Sketch[] = [
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const { visit, first, second } = incision(scene, 20 + scene.random.int(20), false);
      scene.hit('N15', visit, [second, first], '同一切口第二项手术按全价收取', fen(second.price / 2));
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const { visit, first, second } = incision(scene, 20 + scene.random.int(20), true);
      scene.clear('N15', visit, [second, first], '第二项手术恰按一半收取');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const halved = studio.turn % 2 === 1;
      const visit = scene.stay({ from: 60 + scene.random.int(20), days: 6, caty: 'A04', diagnoses: ['K40.900'] });
      scene.operate(visit, '53.0000', 1);
      const first = scene.add(visit, '无张力疝修补术', { on: 1, hour: 10 });
      const item = scene.catalogue.item('乳腺肿物切除术');
      const full = item.prices[visit.institution.priceLevel];
      const second = scene.add(visit, item, { on: 1, hour: 11, price: halved ? full / 2 : full });
      if (halved) scene.clear('N15G', visit, [second, first], '同组第二项手术已折价');
      else scene.hit('N15G', visit, [second, first], '同组两项手术都按全价收取');
    },
  }),
  ...bundled('N26', ['输液穿刺附加', '输液观察附加', '输液拔针附加'], ['输液观察附加', '输液拔针附加'], 900, '输液穿刺附加'),
  ...bundled(
    'IA03',
    ['血清γ-谷氨酰转移酶测定', '血清总胆汁酸测定', '血清碱性磷酸酶测定'],
    ['血清游离三碘甲状腺原氨酸测定', '血清甲状腺素测定'],
    2000,
    '血清总胆汁酸测定',
  ),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const names = ['血清γ-谷氨酰转移酶测定', '血清总胆汁酸测定', '血清碱性磷酸酶测定'];
      const tested = (day: number, count: number): [Visit, Line[]] => {
        const visit = scene.clinic({ day });
        return [visit, names.slice(0, count).map((name, index) => scene.add(visit, name, { hour: 14, minute: index * 5 }))];
      };
      scene.hit('IA03W', ...tested(30 + scene.random.int(20), 3), '组套的三个单项全部分别收取', 0);
      scene.clear('IA03W', ...tested(90, 2), '少收一项');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.clinic({ day: 40 });
      const first = scene.add(visit, '头颅CT平扫', { hour: 14 });
      const second = scene.add(visit, '胸部CT平扫', { hour: 14, minute: 10 });
      scene.hit('IA05', visit, [second, first], '同日两个部位均按全价', fen(second.price / 5));
      const fine = scene.clinic({ day: 90 });
      const head = scene.add(fine, '头颅CT平扫', { hour: 14 });
      const item = scene.catalogue.item('腹部CT平扫');
      const reduced = Math.round(item.prices[fine.institution.priceLevel] * 0.8);
      scene.clear('IA05', fine, [scene.add(fine, item, { hour: 14, minute: 10, price: reduced }), head], '第二部位恰按八折');
      scene.add(scene.clinic({ day: 120 }), '头颅MRI平扫');
      const apart = scene.clinic({ day: 121 });
      scene.clear('IA05', apart, [scene.add(apart, '腰椎MRI平扫')], '不同日');
    },
  }),
  (studio) => {
    const point = studio.point('imaging-guidance');
    return {
      wish: studio.adult(),
      play: (scene) => {
        const visit = scene.stay({ from: 20, days: 6 });
        const guidance = scene.add(visit, point.item_a ?? '', { on: 1 });
        const exam = scene.add(visit, point.item_b ?? '', { on: 1 });
        scene.hit('IA06', visit, [exam, guidance], `${point.name_a} 同日另收 ${point.name_b}`, fen(exam.price));
        scene.clear('IA06', visit, [scene.add(visit, point.item_b ?? '', { on: 3 })], '不同日');
      },
    };
  },
];

/** Antibiotics around a clean operation. */
const prophylaxis: Sketch[] = [
  (studio) => {
    const point = studio.point('antibiotic-prophylaxis');
    return {
      wish: { age: 45, female: false },
      play: (scene) => {
        const visit = scene.stay({ from: 20, days: 7, caty: 'A04', diagnoses: ['K40.900'] });
        const lines = [0, 1, 2, 3, 4].map((on) => scene.add(visit, point.items ?? '', { on, hour: 12 }));
        scene.hit('N44', visit, [...lines].reverse(), 'Ⅰ类切口预防用药 5 天', 2 * fen(lines[0]?.price ?? 0));
      },
    };
  },
  (studio) => {
    const point = studio.point('antibiotic-prophylaxis');
    return {
      wish: { age: 45, female: false },
      play: (scene) => {
        const visit = scene.stay({ from: 20, days: 7, caty: 'A04', diagnoses: ['K40.900'] });
        scene.clear(
          'N44',
          visit,
          [0, 1, 2].map((on) => scene.add(visit, point.items ?? '', { on, hour: 12 })),
          '恰为 3 天',
        );
        const strong = scene.stay({ from: 45, days: 5, caty: 'A04', diagnoses: ['K40.900'] });
        scene.hit(
          'N44D',
          strong,
          [scene.add(strong, '利奈唑胺', { on: 1, ...titled(scene, strong, ['231', '232']) })],
          '清洁手术用噁唑烷酮类',
        );
        const ill = scene.stay({ from: 70, days: 7, caty: 'A04', diagnoses: ['K40.900', 'J18.900'] });
        scene.clear(
          'N44',
          ill,
          [0, 1, 2, 3, 4].map((on) => scene.add(ill, point.items ?? '', { on, hour: 12 })),
          '有感染诊断',
        );
        scene.clear('N44D', ill, [scene.add(ill, '利奈唑胺', { on: 5, ...titled(scene, ill, ['231', '232']) })], '有感染诊断');
      },
    };
  },
];

/** A practitioner of the institution with one of the titles. */
function titled(scene: Scene, visit: Visit, titles: readonly string[]) {
  for (const department of visit.institution.departments) {
    const doctor = department.doctors.find(({ title }) => titles.includes(title));
    if (doctor !== undefined) return { department, doctor };
  }
  throw new Error(`${visit.institution.code} has nobody with title ${titles.join(', ')} at ${scene.city.year}`);
}

const tiers: Sketch = (studio) => {
  const point = studio.point('antibiotic-tier');
  const special = point.tier === '3';
  const [low, enough] = special
    ? [
        ['233', '234'],
        ['231', '232'],
      ]
    : [['234'], ['233']];
  return {
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.clinic({ day: 30 });
      const lines = [scene.add(visit, point.items ?? '', titled(scene, visit, low ?? []))];
      scene.hit('N45', visit, lines, `${point.name} 由职称不足的医师开具`);
      if (special) scene.hit('N45L', visit, lines, `门诊使用特殊使用级 ${point.name}`);
      const fit = scene.stay({ from: 60, days: 4 });
      const ordered = [scene.add(fit, point.items ?? '', { ...titled(scene, fit, enough ?? []), on: 1 })];
      scene.clear('N45', fit, ordered, '职称恰够');
      if (special) scene.clear('N45L', fit, ordered, '住院使用特殊使用级');
      const urgent = scene.clinic({ day: 90, medType: '13', caty: 'A20', diagnoses: ['R07.400'] });
      scene.clear('N45', urgent, [scene.add(urgent, point.items ?? '', titled(scene, urgent, low ?? []))], '急诊越级使用');
    },
  };
};

const internet: Sketch = (studio) => {
  const point = studio.point('drug-internet-barred', ({ name }) => name === '吗啡' || name === '芬太尼透皮贴');
  return {
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.internet(30);
      scene.hit('N47', visit, [scene.add(visit, point.items ?? '')], `互联网诊疗开具 ${point.name}`);
      const other = scene.internet(60);
      scene.clear('N47', other, [scene.add(other, scene.freeDrug(scene.random.int(8)))], '互联网诊疗开具普通药品');
      const clinic = scene.clinic({ day: 90 });
      scene.clear('N47', clinic, [scene.add(clinic, point.items ?? '')], '实体门诊');
    },
  };
};

/** Limited to diagnoses: none of them, and one of them. */
const indicated =
  (rule: string, table: string): Sketch =>
  (studio: Studio) => {
    const point = studio.point(table, (candidate: Point) => covers(studio, candidate.diagnoses ?? ''));
    const right = matching(studio, point.diagnoses ?? '');
    return {
      wish: { age: 45 },
      play: (scene) => {
        const visit = scene.clinic({ day: 30 });
        scene.hit(rule, visit, [scene.add(visit, point.items ?? '')], `${point.name} 没有相符诊断`);
        const fit = scene.clinic({ day: 100, diagnoses: ['J06.900', right] });
        scene.clear(rule, fit, [scene.add(fit, point.items ?? '')], `诊断 ${right} 相符`);
      },
    };
  };

/** A selected product sold above its selected price. */
const selected: Sketch = (studio) => {
  const point = studio.point('vbp-price', ({ items }) => (items ?? '').startsWith('X'));
  return {
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.clinic({ day: 30 });
      const price = Math.round(Number(point.price) * 10_000);
      const above = [scene.add(visit, point.items ?? '', { price: price + 20_000, cnt: 2 })];
      for (const rule of ['IA14', 'IA14L']) scene.hit(rule, visit, above, '高于中选价 2 元', 400);
      const fit = scene.clinic({ day: 100 });
      const exact = [scene.add(fit, point.items ?? '', { price, record: { purchase: price } })];
      for (const rule of ['IA14', 'IA14L', 'IA14M']) scene.clear(rule, fit, exact, '恰为中选价，也是购进价');
      const dear = scene.clinic({ day: 150 });
      const sold = scene.add(dear, point.items ?? '', { price, cnt: 2, record: { purchase: price - 30_000 } });
      scene.hit('IA14M', dear, [sold], '高于购进价 3 元', 600);
    },
  };
};

export const policyPlants: readonly Sketch[] = [
  ...secondLine,
  ...together,
  ...prophylaxis,
  tiers,
  internet,
  indicated('N70', 'drug-label-indication'),
  indicated('N78', 'item-test-indication'),
  indicated('N79', 'item-treatment-indication'),
  indicated('N83', 'item-label-indication'),
  selected,
];
