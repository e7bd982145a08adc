import { minutesPerDay } from '../care.ts';
import type { Operation } from '../catalogue.ts';
import type { Sketch, Studio } from './scene.ts';

const operationOf = (studio: Studio, sex: string): Operation => {
  const codes = studio.catalogue
    .knowledge('operation-sex')
    .filter((point) => point.sex === sex && !(point.operations ?? '').startsWith('7'));
  const operation = studio.catalogue.operations.get(studio.random.pick(codes).operations ?? '');
  if (operation === undefined) throw new Error('an operation of the sex table is not in the catalogue');
  return operation;
};

const codes: Sketch[] = [
  ...(['hit', 'clear'] as const).map(
    (expect): Sketch =>
      (studio) => {
        const operation = operationOf(studio, '1');
        return {
          wish: { age: 50, female: expect === 'hit' },
          play: (scene) => {
            const visit = scene.stay({ from: 20, days: 5, caty: 'A04', diagnoses: ['K29.500'] });
            visit.operations.push({ operation, day: scene.city.firstDay + 21 });
            scene.add(visit, '胃造瘘术', { on: 1 });
            if (expect === 'hit') scene.hitVisits('N39', [visit], `${operation.name} 与性别不符`);
            else scene.clearVisits('N39', [visit], '性别相符');
          },
        };
      },
  ),
  (studio) => {
    const operation = operationOf(studio, '2');
    return {
      wish: { age: 50, female: false },
      play: (scene) => {
        const visit = scene.stay({ from: 20, days: 5, caty: 'A04', diagnoses: ['K29.500'] });
        visit.operations.push({ operation, day: scene.city.firstDay + 21 });
        scene.add(visit, '胃造瘘术', { on: 1 });
        scene.hitVisits('N39', [visit], `${operation.name} 与性别不符`);
      },
    };
  },
  // a living donor and a recipient: nothing about them is a contradiction
  ...(['Z52.400', 'Z94.000'] as const).map(
    (code): Sketch =>
      () => ({
        wish: { age: 42, female: true },
        play: (scene) => {
          const visit = scene.stay({ from: 30, days: 9, caty: 'A04', diagnoses: [code], cost: 30_000 });
          const operation = scene.catalogue.operations.get(code === 'Z52.400' ? '55.5100' : '55.6900');
          if (operation !== undefined) visit.operations.push({ operation, day: scene.city.firstDay + 31 });
          scene.add(visit, '胃造瘘术', { on: 1 });
          scene.clearVisits('N39', [visit], code === 'Z52.400' ? '供肾者' : '肾移植受者');
        },
      }),
  ),
  ...(['N41.100', 'N45.900', 'N43.300'] as const).map(
    (code): Sketch =>
      () => ({
        wish: { age: 45, female: true },
        play: (scene) => {
          const visit = scene.clinic({ day: 40, diagnoses: [code] });
          scene.hitVisits('N54', [visit], '男性疾病诊断于女性');
        },
      }),
  ),
  () => ({
    wish: { age: 45, female: false },
    play: (scene) => {
      scene.clearVisits('N54', [scene.clinic({ day: 40, diagnoses: ['N41.100'] })], '男性');
    },
  }),
  () => ({
    wish: { age: 30, female: false },
    play: (scene) => {
      scene.hitVisits('N54', [scene.clinic({ day: 40, diagnoses: ['N76.000'] })], '女性疾病诊断于男性');
    },
  }),
  ...(
    [
      ['P59.900', 30],
      ['H25.900', 20],
      ['F84.000', 50],
      ['M81.900', -1],
    ] as const
  )
    .filter(([, age]) => age > 0)
    .map(
      ([code, age]): Sketch =>
        () => ({
          wish: { age },
          play: (scene) => {
            scene.hitVisits('N55', [scene.clinic({ day: 40, diagnoses: [code] })], `诊断 ${code} 与年龄不符`);
          },
        }),
    ),
  (studio) => ({
    wish: { birth: studio.birth(studio.day(60), 40), female: false },
    play: (scene) => {
      scene.clearVisits('N55', [scene.clinic({ day: 60, diagnoses: ['H25.900'] })], '恰满 40 岁');
    },
  }),
];

/** Newborns and twins treated on their mother's card. */
const newborns: Sketch[] = [
  () => ({
    wish: { age: 29, female: true },
    play: (scene) => {
      const place = scene.institution('tertiary');
      const from = 20 + scene.random.int(60);
      const mother = scene.stay({ from, days: 5, medType: '52', caty: 'A05', diagnoses: ['O80.000'], institution: place });
      mother.maternityType = '1';
      mother.fetuses = 1;
      const child = scene.stay({
        from: from + 1,
        days: 5,
        caty: 'A07',
        diagnoses: ['P59.900'],
        institution: place,
        daily: false,
        lines: 14,
      });
      child.newborn = true;
      scene.clearVisits('N55', [child], '新生儿随母卡就医');
      scene.clearVisits('IB04', [child, mother], '新生儿与母亲同时住院');
    },
  }),
  () => ({
    wish: { age: 31, female: true },
    play: (scene) => {
      const place = scene.institution('tertiary');
      const from = 20 + scene.random.int(60);
      const mother = scene.stay({
        from,
        days: 6,
        medType: '52',
        caty: 'A05',
        diagnoses: ['O82.000', 'O30.000'],
        institution: place,
        cost: 9000,
      });
      mother.maternityType = '3';
      mother.fetuses = 2;
      for (const offset of [0, 1]) {
        const twin = scene.stay({
          from: from + 1,
          days: 7,
          hour: 11 + offset,
          caty: 'A07',
          diagnoses: ['P07.100'],
          institution: place,
          daily: false,
          lines: 14,
        });
        twin.newborn = true;
        scene.clearVisits('IB04', [twin, mother], '双胎新生儿随母卡住院');
        scene.clearVisits('N55', [twin], '双胎新生儿');
      }
    },
  }),
];

const outside: Sketch[] = [
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.stay({ from: 30, days: 6 });
      const lines = [-2, -1].map((on) => scene.add(visit, '健康宣教附加', { on }));
      scene.hit('N42', visit, lines, '计费日早于入院日');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.stay({ from: 30, days: 6 });
      const lines = [7, 8, 9].map((on) => scene.add(visit, '康复指导附加', { on, hour: 8 }));
      visit.settlements.length = 0;
      const settlement = scene.care.settlement(visit, visit.end + 4 * minutesPerDay);
      for (const line of visit.lines) line.settlement = settlement.serial;
      scene.hit('N42', visit, lines, '计费日晚于出院日');
      scene.hit('IA19', visit, lines, '出院后计费');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.stay({ from: 30, days: 6 });
      const drug = scene.freeDrug(scene.random.int(8));
      scene.clear('N42', visit, [scene.add(visit, drug, { on: 6, hour: 10, minute: 20, takeHome: true, prdDays: 7 })], '出院带药');
      scene.clear('IA19', visit, [scene.add(visit, '健康宣教附加', { on: 6, hour: 16 })], '出院当日');
    },
  }),
  (studio) => {
    const day = studio.day(44);
    return {
      wish: { age: 70, dies: day },
      alone: true,
      play: (scene) => {
        const visit = scene.clinic({ day: 44, medType: '13', caty: 'A20', diagnoses: ['R07.400'] });
        scene.clear('IA19', visit, [scene.add(visit, '皮肤牵引', { hour: 23 })], '死亡当日');
        scene.hit(
          'IA19',
          visit,
          [scene.add(visit, '健康宣教附加', { on: 1, hour: 10 }), scene.add(visit, '冷疗', { on: 2, hour: 10 })],
          '死亡后计费',
        );
        visit.end = visit.begin + 3 * minutesPerDay;
      },
    };
  },
];

const prescriptions: Sketch = (studio) => ({
  wish: studio.adult(),
  play: (scene) => {
    const visit = scene.clinic({ day: 30 });
    const rx = scene.care.prescription();
    const lines = [0, 1, 2, 3, 4, 5].map((index) => scene.add(visit, scene.freeDrug(index), { rx, prdDays: 5 }));
    scene.hit('N46', visit, lines.slice(5).concat(lines.slice(0, 5)), '一张处方 6 种', 0);
    const exact = scene.clinic({ day: 100 });
    const one = scene.care.prescription();
    scene.clear(
      'N46',
      exact,
      [0, 1, 2, 3, 4].map((index) => scene.add(exact, scene.freeDrug(index), { rx: one, prdDays: 5 })),
      '恰为 5 种',
    );
    const split = scene.clinic({ day: 150 });
    const two = [scene.care.prescription(), scene.care.prescription()];
    scene.clear(
      'N46',
      split,
      [0, 1, 2, 3, 4, 5].map((index) => scene.add(split, scene.freeDrug(index), { rx: two[index % 2] ?? 0, prdDays: 5 })),
      '两张处方',
    );
  },
});

export const visitPlants: readonly Sketch[] = [...codes, ...newborns, ...outside, prescriptions];
