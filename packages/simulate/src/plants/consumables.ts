import { matching } from './drugs.ts';
import { secondOperation } from './items.ts';
import type { Sketch } from './scene.ts';

/** An article whose name says for whom it is made, on the last day of that age and after it. */
const namedUser = (rule: string, name: string, years: number, days: number): Sketch[] =>
  [1, 0].map((late, index) => (studio) => ({
    wish: { birth: years > 0 ? studio.birth(studio.day(70), years, index) : studio.day(70) - days - late, insutype: '390' },
    play: (scene) => {
      const visit = scene.clinic({ day: 70, caty: 'A07' });
      const line = scene.add(visit, name);
      if (late === 1) scene.hit(rule, visit, [line], `${name}用于超龄患者`);
      else scene.clear(rule, visit, [line], `${name}，恰在年龄之内`);
    },
  }));

const consumable: Sketch[] = [
  ...namedUser('N32N', '新生儿无创血压袖带', 0, 28),
  ...namedUser('N33N', '儿童雾化面罩', 18, 0),
  (studio) => {
    const point = studio.point('item-consumable');
    return {
      wish: studio.adult(),
      play: (scene) => {
        const visit = scene.stay({ from: 20, days: 6 });
        scene.add(visit, point.item_a ?? '', { on: 2, hour: 10 });
        scene.hit('N30', visit, [scene.add(visit, point.item_b ?? '', { on: 2, hour: 10 })], `${point.name_a} 已含 ${point.name_b}`);
        scene.clear('N30', visit, [scene.add(visit, point.item_b ?? '', { on: 4, hour: 10 })], '不在同日');
      },
    };
  },
  (studio) => {
    const point = studio.point('consumable-newborn');
    return {
      wish: { birth: studio.birth(studio.day(50), 1) },
      play: (scene) => {
        const visit = scene.stay({ from: 50, days: 5, caty: 'A07', diagnoses: ['J12.900'] });
        scene.hit(
          'N32',
          visit,
          [1, 2, 3].map((on) => scene.add(visit, point.items ?? '', { on })),
          '一岁患儿使用新生儿耗材',
        );
      },
    };
  },
  (studio) => {
    const point = studio.point('consumable-newborn');
    return {
      wish: { birth: studio.day(50) - 10, insutype: '390' },
      play: (scene) => {
        const visit = scene.stay({ from: 50, days: 5, caty: 'A07', diagnoses: ['P59.900'] });
        scene.clear('N32', visit, [scene.add(visit, point.items ?? '', { on: 1 })], '新生儿');
      },
    };
  },
  ...[0, 1].map(
    (later): Sketch =>
      (studio) => {
        const point = studio.point('consumable-child');
        return {
          wish: { birth: studio.birth(studio.day(70), Number(point.age_max), later), insutype: '390' },
          play: (scene) => {
            const visit = scene.clinic({ day: 70, caty: 'A07' });
            const line = scene.add(visit, point.items ?? '');
            if (later === 0) scene.hit('N33', visit, [line], `满 ${point.age_max} 岁当日`);
            else scene.clear('N33', visit, [line], `差一天满 ${point.age_max} 岁`);
          },
        };
      },
  ),
  (studio) => {
    const point = studio.point('consumable-ceiling');
    return {
      wish: studio.adult(),
      play: (scene) => {
        const item = scene.catalogue.item(point.items ?? '');
        const unit = Math.round(item.prices[3] * (1 - item.selfPay / 100)) / 100;
        const limit = Number(point.max_amount) * 100;
        const whole = Math.floor(limit / unit);
        const visit = scene.stay({ from: 20, days: 7, caty: 'A04' });
        for (let index = 0; index < whole; index += 1) scene.add(visit, item, { on: 1, hour: 9, minute: index });
        scene.hit('N34', visit, [scene.add(visit, item, { on: 2 })], '范围内金额超过支付上限', (whole + 1) * unit - limit);
        const under = scene.stay({ from: 90, days: 5, caty: 'A04', diagnoses: ['K29.500'] });
        scene.clear('N34', under, [scene.add(under, item, { on: 1, cnt: whole })], '少一件，未超上限');
      },
    };
  },
  (studio) => {
    const point = studio.point('consumable-needs-service');
    return {
      wish: studio.adult(),
      play: (scene) => {
        const visit = scene.stay({ from: 20, days: 5 });
        scene.hit('N84', visit, [scene.add(visit, point.items ?? '', { on: 1 })], '没有对应的服务项目');
        const fit = scene.stay({ from: 90, days: 5, diagnoses: ['K29.500'] });
        const service = scene.add(fit, (point.services ?? '').split('|')[0] ?? '', { on: 1, hour: 10 });
        if (service.item.chargeType === '06') scene.operate(fit, '54.1100', 1);
        scene.clear('N84', fit, [scene.add(fit, point.items ?? '', { on: 1 })], '有对应的服务项目');
      },
    };
  },
  (studio) => {
    const point = studio.point('consumable-department');
    return {
      wish: { age: 30, female: true },
      play: (scene) => {
        const visit = scene.clinic({ day: 30, caty: 'A03' });
        scene.hit('N85', visit, [scene.add(visit, point.items ?? '')], `内科使用 ${point.name}`);
        const fit = scene.clinic({ day: 120, caty: point.caty ?? 'A03' });
        if (fit.department?.caty === point.caty) scene.clear('N85', fit, [scene.add(fit, point.items ?? '')], '允许的科室');
      },
    };
  },
  (studio) => {
    const point = studio.point('consumable-limit');
    const max = Number(point.max_cnt);
    return {
      wish: studio.adult(),
      play: (scene) => {
        const visit = scene.stay({ from: 20, days: 6, caty: 'A04' });
        scene.add(visit, point.items ?? '', { on: 1, cnt: max });
        scene.hit('N86', visit, [scene.add(visit, point.items ?? '', { on: 2 })], `一次就诊 ${max + 1}，限 ${max}`);
        const both = scene.stay({ from: 90, days: 6, caty: 'A04', diagnoses: ['K40.900'], cost: 9000 });
        secondOperation(scene, both);
        scene.clear('N86', both, [scene.add(both, point.items ?? '', { on: 1, cnt: max * 2 })], '双侧手术，上限加倍');
        const exact = scene.stay({ from: 150, days: 5, caty: 'A04', diagnoses: ['K29.500'] });
        scene.clear('N86', exact, [scene.add(exact, point.items ?? '', { on: 1, cnt: max })], '恰为上限');
      },
    };
  },
  (studio) => {
    const point = studio.point('consumable-sex');
    return {
      wish: { age: 45, female: point.sex === '1' },
      play: (scene) => {
        const visit = scene.clinic({ day: 30 });
        scene.hit('N87', visit, [scene.add(visit, point.items ?? '')], '耗材与性别不符');
      },
    };
  },
  (studio) => {
    const point = studio.point('consumable-sex');
    return {
      wish: { age: 45, female: point.sex === '2' },
      play: (scene) => {
        const visit = scene.clinic({ day: 30 });
        scene.clear('N87', visit, [scene.add(visit, point.items ?? '')], '性别相符');
      },
    };
  },
  (studio) => {
    const point = studio.point('consumable-disease');
    const right = matching(studio, point.diagnoses ?? '');
    return {
      wish: studio.adult(),
      play: (scene) => {
        const visit = scene.stay({ from: 20, days: 5 });
        scene.hit(
          'N88',
          visit,
          [1, 2, 3].map((on) => scene.add(visit, point.items ?? '', { on })),
          '诊断不在限定疾病内',
        );
        const fit = scene.clinic({ day: 100, diagnoses: ['J06.900', right] });
        scene.clear('N88', fit, [scene.add(fit, point.items ?? '')], '诊断相符');
      },
    };
  },
];

export const consumablePlants: readonly Sketch[] = consumable;
