import type { InstitutionKind } from '../model.ts';
import { matching } from './drugs.ts';
import type { Scene, Sketch } from './scene.ts';

const restricted =
  (rule: string, table: string, note: string): Sketch =>
  (studio) => {
    const point = studio.point(table);
    return {
      wish: studio.adult(),
      play: (scene) => {
        const visit = scene.stay({ days: 6 });
        scene.hit(
          rule,
          visit,
          [1, 2, 3, 4].map((on) => scene.add(visit, point.items ?? '', { on, hour: 15 })),
          note,
        );
        const own = scene.clinic({ day: 150 });
        scene.clear(rule, own, [scene.add(own, point.items ?? '', { scope: 'own' })], '自费项目');
      },
    };
  };

const price: Sketch[] = [
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.stay({ from: 20, days: 6, kind: studio.random.pick(['tertiary', 'secondary', 'primary'] as const) });
      const item = scene.catalogue.item('冷疗');
      const cap = item.prices[visit.institution.priceLevel];
      const lines = [1, 2, 3, 4].map((on) => scene.add(visit, item, { on, price: cap + 15_000 }));
      scene.hit('N14', visit, lines, '单价高于最高限价 1.50 元', 4 * 150);
      const exact = scene.clinic({ day: 100 });
      scene.clear('N14', exact, [scene.add(exact, '石膏固定术')], '恰为最高限价');
    },
  }),
  (studio) => ({
    wish: { birth: studio.birth(studio.day(60), 6, 1), insutype: '390' },
    play: (scene) => {
      const item = scene.catalogue.item('清创缝合术');
      const visit = scene.clinic({ day: 60, medType: '13', caty: 'A20', diagnoses: ['S01.900'] });
      const cap = item.prices[visit.institution.priceLevel];
      scene.clear('N14', visit, [scene.add(visit, item, { price: Math.round(cap * 1.3) })], '6 周岁以下手术加收 30%');
      const next = scene.clinic({ day: 80, medType: '13', caty: 'A20', diagnoses: ['S01.900'] });
      const over = scene.catalogue.item('清创缝合术').prices[next.institution.priceLevel];
      scene.hit(
        'N14',
        next,
        [scene.add(next, item, { price: Math.round(over * 1.3) })],
        '满 6 周岁仍加收 30%',
        Math.round(over * 0.3) / 100,
      );
    },
  }),
];

const age: Sketch[] = [
  (studio) => {
    const point = studio.point('item-newborn');
    return {
      wish: { birth: studio.day(40) - 40, insutype: '390' },
      play: (scene) => {
        const visit = scene.stay({ from: 40, days: 5, caty: 'A07', diagnoses: ['J12.900'] });
        scene.hit(
          'N18',
          visit,
          [0, 1, 2].map((on) => scene.add(visit, point.items ?? '', { on, hour: 12 })),
          '已满 28 天',
        );
      },
    };
  },
  (studio) => {
    const point = studio.point('item-newborn');
    return {
      wish: { birth: studio.day(40) - 20, insutype: '390' },
      play: (scene) => {
        const visit = scene.stay({ from: 40, days: 5, caty: 'A07', diagnoses: ['P59.900'] });
        scene.clear('N18', visit, [scene.add(visit, point.items ?? '', { on: 2 })], '新生儿本人');
      },
    };
  },
  ...[0, 1].map(
    (later): Sketch =>
      (studio) => {
        const point = studio.point('item-child-payment');
        return {
          wish: { birth: studio.birth(studio.day(70), Number(point.age_max), later), insutype: '390' },
          play: (scene) => {
            const visit = scene.clinic({ day: 70, caty: 'A07', diagnoses: ['J06.900', 'H91.200'] });
            const line = scene.add(visit, point.items ?? '');
            if (later === 0) scene.hit('N19', visit, [line], `满 ${point.age_max} 岁当日`);
            else scene.clear('N19', visit, [line], `差一天满 ${point.age_max} 岁`);
          },
        };
      },
  ),
  ...[0, 1].map(
    (later): Sketch =>
      (studio) => {
        const point = studio.point('item-age', (candidate) => Number(candidate.age_max) < 100);
        return {
          wish: { birth: studio.birth(studio.day(70), Number(point.age_max) + 1, later) },
          play: (scene) => {
            const visit = scene.clinic({ day: 70, caty: 'A21' });
            const line = scene.add(visit, point.items ?? '');
            if (later === 0) scene.hit('N29', visit, [line], `满 ${Number(point.age_max) + 1} 岁当日`);
            else scene.clear('N29', visit, [line], `差一天满 ${Number(point.age_max) + 1} 岁`);
          },
        };
      },
  ),
];

const scope: Sketch[] = [
  (studio) => {
    const point = studio.point('item-indication');
    const right = matching(studio, point.diagnoses ?? '');
    return {
      wish: studio.adult(),
      play: (scene) => {
        const visit = scene.stay({ from: 20, days: 5 });
        scene.hit(
          'N20',
          visit,
          [1, 2, 3].map((on) => scene.add(visit, point.items ?? '', { on })),
          '诊断不符限定适应症',
        );
        const fit = scene.clinic({ day: 100, diagnoses: [right] });
        scene.clear('N20', fit, [scene.add(fit, point.items ?? '')], '诊断符合');
      },
    };
  },
  (studio) => {
    const point = studio.point('item-department');
    const name = point.name ?? '';
    return {
      wish: { age: 30, female: true },
      play: (scene) => {
        const visit = scene.clinic({ day: 30, caty: 'A03' });
        scene.hit('N21', visit, [scene.add(visit, point.items ?? '')], `内科开立 ${name}`);
        const allowed = (point.caty ?? '').split('|');
        const fit = scene.clinic({ day: 100, caty: allowed[0] ?? 'A03' });
        if (allowed.includes(fit.department?.caty ?? '')) scene.clear('N21', fit, [scene.add(fit, point.items ?? '')], '由允许的科室开立');
      },
    };
  },
  (studio) => {
    const point = studio.point('item-setting', (candidate) => candidate.name !== '层流洁净病房床位费');
    return {
      wish: studio.adult(),
      play: (scene) => {
        const visit = scene.clinic({ day: 30 });
        scene.hit('N22', visit, [scene.add(visit, point.items ?? '')], '门诊收取限住院项目');
        const stay = scene.stay({ from: 60, days: 4 });
        scene.clear('N22', stay, [scene.add(stay, point.items ?? '', { on: 1 })], '住院收取');
      },
    };
  },
  (studio) => {
    const point = studio.point('item-course', (candidate) => Number(candidate.max_days) <= 30);
    const max = Number(point.max_days);
    return {
      wish: studio.adult(),
      play: (scene) => {
        const visit = scene.stay({ from: 20, days: max + 6, cost: 12_000, lines: 160, caty: 'A21', diagnoses: ['I63.900'] });
        const lines = Array.from({ length: max + 4 }, (_, on) => scene.add(visit, point.items ?? '', { on, hour: 15 }));
        scene.hit('N23', visit, lines.slice(max), `治疗 ${max + 4} 天，限 ${max} 天`);
      },
    };
  },
  (studio) => {
    const point = studio.point('item-course', (candidate) => Number(candidate.max_days) <= 30);
    const max = Number(point.max_days);
    return {
      wish: studio.adult(),
      play: (scene) => {
        const visit = scene.stay({ from: 20, days: max + 6, cost: 12_000, lines: 160, caty: 'A21', diagnoses: ['I63.900'] });
        scene.clear(
          'N23',
          visit,
          Array.from({ length: max }, (_, on) => scene.add(visit, point.items ?? '', { on, hour: 15 })),
          `恰为 ${max} 天`,
        );
      },
    };
  },
  ...(['hit', 'clear'] as const).map(
    (expect): Sketch =>
      (studio) => {
        const point = studio.point('item-level');
        const rank = Number(point.min_rank) - (expect === 'hit' ? 1 : 0);
        const kind: InstitutionKind = rank === 3 ? 'tertiary' : rank === 2 ? 'secondary' : 'primary';
        return {
          wish: studio.adult(),
          play: (scene) => {
            const visit = scene.stay({ days: 5, kind });
            const lines = [scene.add(visit, point.items ?? '', { on: 1, hour: 12 })];
            if (expect === 'hit') scene.hit('N24', visit, lines, `机构等级低于 ${point.min_rank}`);
            else scene.clear('N24', visit, lines, '恰为所要求的等级');
          },
        };
      },
  ),
];

/** Two dates or hours that fall inside, and outside, the window of a duplicate pair. */
const windows: Readonly<
  Record<string, { readonly inside: readonly [number, number, number]; readonly outside: readonly [number, number, number] | undefined }>
> = {
  day: { inside: [2, 9, 40], outside: [3, 11, 0] },
  hour: { inside: [2, 10, 20], outside: [2, 12, 5] },
  '6h': { inside: [2, 13, 30], outside: [2, 17, 1] },
  visit: { inside: [3, 15, 0], outside: undefined },
};

const duplicates: Sketch[] = [
  ...['day', 'hour', '6h', 'visit'].map(
    (window): Sketch =>
      (studio) => {
        const point = studio.point('item-duplicate', (candidate) => candidate.window === window);
        const times = windows[window];
        return {
          wish: studio.adult(),
          play: (scene) => {
            const visit = scene.stay({ from: 20, days: 6 });
            const [on, hour, minute] = times?.inside ?? [2, 10, 0];
            scene.add(visit, point.item_a ?? '', { on: 2, hour: 10, minute: 5 });
            scene.hit(
              'N25',
              visit,
              [scene.add(visit, point.item_b ?? '', { on, hour, minute })],
              `${window}：${point.name_a} 已含 ${point.name_b}`,
            );
            if (times?.outside === undefined) return;
            const apart = scene.stay({ from: 90, days: 6, diagnoses: ['K29.500'] });
            scene.add(apart, point.item_a ?? '', { on: 2, hour: 10, minute: 5 });
            const [day, at, past] = times.outside;
            scene.clear('N25', apart, [scene.add(apart, point.item_b ?? '', { on: day, hour: at, minute: past })], `${window} 窗口之外`);
          },
        };
      },
  ),
  () => ({
    wish: { age: 40, female: false },
    play: (scene) => {
      const visit = scene.stay({ from: 20, days: 6, caty: 'A04', diagnoses: ['K40.900'], cost: 9000 });
      secondOperation(scene, visit);
      scene.add(visit, '腹腔镜探查', { on: 1, hour: 10 });
      scene.clear('N25', visit, [scene.add(visit, '腹腔探查附加', { on: 1, hour: 11 })], '双侧手术');
    },
  }),
];

/** Adds a bilateral hernia repair to the operations of a stay. */
export function secondOperation(scene: Scene, visit: Parameters<Scene['add']>[0]): void {
  const operation = scene.catalogue.operations.get('53.1700');
  if (operation !== undefined) visit.operations.push({ operation, day: Math.floor(visit.begin / 1440) + 1 });
}

const daily: Sketch[] = [
  (studio) => {
    const point = studio.point('item-daily-limit', (candidate) => candidate.name !== '呼吸机辅助呼吸');
    const max = Number(point.max_cnt);
    return {
      wish: studio.adult(),
      play: (scene) => {
        const visit = scene.stay({ from: 20, days: 7, caty: 'A03' });
        const dialysis = point.name === '血液透析滤过';
        const lines = (dialysis ? [2, 5] : [1, 2, 3, 4]).map((on) => scene.add(visit, point.items ?? '', { on, hour: 13, cnt: max + 2 }));
        for (const line of lines) scene.hit('N27', visit, [line], `单日 ${max + 2}，上限 ${max}`, (line.price * 2) / 100);
        const exact = scene.stay({ from: 90, days: 4, diagnoses: ['K29.500'] });
        scene.clear('N27', exact, [scene.add(exact, point.items ?? '', { on: 1, cnt: max })], '恰为上限');
      },
    };
  },
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.stay({ from: 20, days: 5 });
      scene.add(visit, '特殊物理降温', { on: 2, hour: 9 });
      scene.hit('N27', visit, [scene.add(visit, '特殊物理降温', { on: 2, hour: 16 })], '同日两条明细合计超过上限');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.stay({ from: 20, days: 5, caty: 'A04', diagnoses: ['K40.900'], cost: 9000 });
      secondOperation(scene, visit);
      scene.clear('N27', visit, [scene.add(visit, '关节腔穿刺术', { on: 1, cnt: 2 })], '双侧手术，上限加倍');
      const rescue = scene.stay({ from: 90, days: 5, diagnoses: ['A41.900'] });
      scene.add(rescue, '中抢救', { on: 1 });
      scene.clear('N27', rescue, [scene.add(rescue, '特殊物理降温', { on: 1, cnt: 2 })], '抢救当日');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.clinic({ day: 40, medType: '13', caty: 'A20', diagnoses: ['N18.900'] });
      scene.add(visit, '血液透析', { hour: 10 });
      scene.clear('N27', visit, [scene.add(visit, '血液透析', { hour: 22 })], '急诊当日两次透析');
    },
  }),
];

const totals: Sketch[] = [
  (studio) => {
    const point = studio.point('item-ceiling');
    return {
      wish: studio.adult(),
      play: (scene) => {
        const item = scene.catalogue.item(point.items ?? '');
        const visit = scene.stay({ from: 20, days: 9, caty: 'A21' });
        const limit = Number(point.max_amount) * 100;
        const unit = item.prices[3] / 100;
        const whole = Math.floor(limit / unit);
        const first = Math.ceil(whole / 2);
        scene.add(visit, item, { on: 1, cnt: first });
        scene.add(visit, item, { on: 2, cnt: whole - first });
        const lines = [3, 4, 5].map((on) => scene.add(visit, item, { on }));
        scene.hit('N28', visit, lines, '年度范围内金额超过上限', (whole + 3) * unit - limit);
      },
    };
  },
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.stay({ from: 20, days: 9, caty: 'A21' });
      scene.clear('N28', visit, [scene.add(visit, '家庭病床建床费', { on: 1, cnt: 10 })], '恰为年度上限 1000 元');
    },
  }),
  (studio) => {
    const point = studio.point('item-cycle', (candidate) => Number(candidate.max_cnt) === 1);
    const cycle = Number(point.cycle_days);
    return {
      wish: studio.adult(),
      play: (scene) => {
        const code = point.items ?? '';
        scene.add(scene.clinic({ day: 65 }), code);
        const second = scene.clinic({ day: 65 + cycle - 1 });
        scene.hit('N31', second, [scene.add(second, code)], `${cycle} 天内第二次`);
      },
    };
  },
  (studio) => {
    const point = studio.point('item-cycle', (candidate) => Number(candidate.max_cnt) === 1);
    const cycle = Number(point.cycle_days);
    return {
      wish: { age: 50 },
      play: (scene) => {
        const code = point.items ?? '';
        scene.add(scene.clinic({ day: 65 }), code);
        const second = scene.clinic({ day: 65 + cycle });
        scene.clear('N31', second, [scene.add(second, code)], `恰好相隔 ${cycle} 天`);
        const tumour = { caty: 'A19', diagnoses: ['C34.900'] };
        scene.add(scene.clinic({ day: 70 + 2 * cycle, ...tumour }), code);
        const later = scene.clinic({ day: 71 + 3 * cycle, ...tumour });
        scene.clear('N31', later, [scene.add(later, code)], '肿瘤患者在周期之外复查');
      },
    };
  },
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.stay({ from: 70, days: 8, caty: 'A21', diagnoses: ['I63.900'] });
      const lines = [1, 2, 3, 4, 5].map((on) => scene.add(visit, '构音障碍训练', { on }));
      scene.hit('N31', visit, lines.slice(3), '7 天内超过 3 次');
    },
  }),
];

export const itemPlants: readonly Sketch[] = [
  restricted('N16', 'item-work-injury', '限工伤保险项目'),
  restricted('N17', 'item-maternity', '限生育保险项目'),
  ...price,
  ...age,
  ...scope,
  ...duplicates,
  ...daily,
  ...daily.slice(0, 1),
  ...totals,
];
