import type { Visit } from '../model.ts';
import type { Scene, Sketch } from './scene.ts';

const times = (visit: Visit): number => visit.lines.reduce((sum, line) => sum + (line.cnt * line.price) / 100, 0);

/** A stay of bed, nursing and ward rounds alone. */
export function bareStay(scene: Scene, from: number, days: number, diagnoses: readonly string[]): Visit {
  const visit = scene.stay({ from, days, kind: 'secondary', diagnoses, daily: false, lines: 0, cost: 1 });
  visit.lines.length = 0;
  for (let on = 0; on < days; on += 1) {
    const hour = on === 0 ? 12 : 6;
    for (const item of [scene.pools.bed, scene.catalogue.item('Ⅲ级护理'), scene.pools.wardFee]) scene.add(visit, item, { on, hour });
  }
  return visit;
}

/** A stay for a light illness with tests and nearly no treatment; its bill differs from others. */
function lightStay(scene: Scene, from: number, days: number, drugs: number): Visit {
  const visit = bareStay(scene, from, days, [scene.random.pick(['J06.900', 'J00.x00', 'R51.x00', 'L50.900', 'M79.100'])]);
  const first = scene.random.int(scene.pools.labs.length);
  for (let index = 0; index < 12; index += 1) {
    const item = scene.pools.labs[(first + index * 3) % scene.pools.labs.length];
    if (item !== undefined) scene.add(visit, item, { on: 0, hour: 11 });
  }
  if (drugs > 0) scene.add(visit, '前列地尔', { on: 1, price: Math.round((times(visit) * drugs) / (1 - drugs)) });
  return visit;
}

const settlementLists: Sketch[] = [
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.stay({ from: 20 + scene.random.int(15), days: 5 });
      visit.mainDiagnosis = false;
      scene.hitVisits('N35', [visit], '结算清单没有主要诊断');
      const long = scene.stay({ from: 70, days: 5, diagnoses: ['K29.500'] });
      long.reportedDays = 7;
      scene.hitVisits('N35', [long], '上报住院天数多 2 天');
      const exact = scene.stay({ from: 110, days: 5, diagnoses: ['N10.x00'] });
      exact.reportedDays = 6;
      scene.clearVisits('N35', [exact], '上报住院天数多 1 天');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.clinic({ day: 30 });
      const line = scene.add(visit, '冷疗', { cnt: 3 });
      line.skew = 6;
      scene.hit('N36', visit, [line], '金额与单价乘数量相差 6 分', 0);
      const exact = scene.clinic({ day: 90 });
      const near = scene.add(exact, '冷疗', { cnt: 3 });
      near.skew = -5;
      scene.clear('N36', exact, [near], '恰差 5 分');
    },
  }),
  ...(['G47.300', 'Z43.300'] as const).map(
    (code): Sketch =>
      (studio) => ({
        wish: { age: 50, female: studio.random.chance(0.5) },
        play: (scene) => {
          const point = scene.catalogue
            .knowledge('diagnosis-needs-service')
            .find(({ diagnoses }) => (diagnoses ?? '').startsWith(code.slice(0, 5)));
          const visit = scene.stay({ from: 20 + scene.random.int(15), days: 5, diagnoses: ['K29.500', code] });
          scene.hitVisits('N37', [visit], `诊断 ${code} 而无相应服务`);
          const fit = scene.stay({ from: 80, days: 5, diagnoses: ['N10.x00', code] });
          scene.add(fit, (point?.items ?? '').split('|')[0] ?? '', { on: 1 });
          scene.clearVisits('N37', [fit], '有相应服务');
        },
      }),
  ),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.stay({ from: 20 + scene.random.int(15), days: 6, caty: 'A04', diagnoses: ['K29.500'] });
      scene.add(visit, '胃造瘘术', { on: 1, price: 5_000_000 });
      scene.hitVisits('N38', [visit], '手术费 500 元而无手术编码');
      const small = scene.stay({ from: 70, days: 6, caty: 'A04', diagnoses: ['N10.x00'] });
      scene.add(small, '胃造瘘术', { on: 1, price: 4_999_900 });
      scene.clearVisits('N38', [small], '手术费 499.99 元');
    },
  }),
  (studio) => ({
    wish: { age: 45, female: false },
    play: (scene) => {
      const visit = scene.stay({ from: 20 + studio.random.int(15), days: 6, caty: 'A04', diagnoses: ['K40.900'] });
      visit.mainOperation = false;
      scene.hitVisits('N38', [visit], '没有主要手术');
      const coded = scene.stay({ from: 70, days: 6, caty: 'A04', diagnoses: ['N10.x00'] });
      scene.add(coded, '胃造瘘术', { on: 1 });
      scene.operate(coded, '54.1100', 1);
      scene.clearVisits('N38', [coded], '手术费有编码');
    },
  }),
  (studio) => ({
    wish: { age: 45, female: false },
    play: (scene) => {
      const visit = scene.stay({ from: 20 + studio.random.int(15), days: 6, caty: 'A04', diagnoses: ['K29.500'] });
      scene.operate(visit, studio.random.pick(['47.0100', '51.2300', '53.0000']), 1);
      scene.hitVisits('N40', [visit], '主要手术与诊断不符');
      scene.hitVisits('N38B', [visit], '编码了手术而没有手术收费');
      const fit = scene.stay({ from: 70, days: 6, caty: 'A04', diagnoses: ['K40.900'] });
      scene.operate(fit, '51.2300', 2);
      scene.clearVisits('N40', [fit], '主要手术相符，次要手术不论');
      scene.clearVisits('N38B', [fit], '有手术收费');
    },
  }),
  (studio) => ({
    wish: { age: 45, female: false },
    play: (scene) => {
      const visit = scene.stay({ from: 20 + studio.random.int(15), days: 6, caty: 'A04', diagnoses: ['K29.500'] });
      const line = scene.add(visit, '甲状腺部分切除术', { on: 1 });
      scene.operate(visit, '54.1100', 1);
      scene.hit('N38F', visit, [line], '收甲状腺切除而编码剖腹探查', 0);
      const fit = scene.stay({ from: 70, days: 6, caty: 'A04', diagnoses: ['N10.x00'] });
      const own = scene.add(fit, '甲状腺部分切除术', { on: 1 });
      for (const code of ['06.3900', '88.5500']) scene.operate(fit, code, 1);
      scene.clear('N38F', fit, [own], '编码相符');
      scene.clearVisits('N38M', [fit], '治疗性手术为主要手术');
      const turned = scene.stay({ from: 110, days: 6, caty: 'A04', diagnoses: ['D64.900'] });
      scene.add(turned, '甲状腺部分切除术', { on: 1 });
      for (const code of ['88.5500', '06.3900']) scene.operate(turned, code, 1);
      scene.hitVisits('N38M', [turned], '造影作为主要手术');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const code = studio.random.pick(['Z95.000', 'Z96.600']);
      const visit = scene.stay({ from: 20 + studio.random.int(15), days: 5, diagnoses: [code, 'K29.500'] });
      scene.hitVisits('ID02', [visit], `主要诊断 ${code} 不参与分组`);
      const fit = scene.stay({ from: 70, days: 5, diagnoses: ['N10.x00', code] });
      scene.clearVisits('ID02', [fit], '只是次要诊断');
    },
  }),
];

const stays: Sketch[] = [
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      scene.hitVisits('N53', [lightStay(scene, 20 + studio.random.int(15), 7, 0)], '轻症住院 7 天，诊疗占比低');
      scene.clearVisits('N53', [lightStay(scene, 70, 8, 0)], '住院 8 天');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      scene.clearVisits('N53', [lightStay(scene, 20 + studio.random.int(15), 6, 0.21)], '用药占 21%');
      const moved = lightStay(scene, 70, 6, 0);
      moved.dischargeWay = '2';
      scene.clearVisits('N53', [moved], '医嘱转院');
      scene.hitVisits('N53', [lightStay(scene, 110, 5, 0.19)], '用药占 19%');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const ownShare = (from: number, share: number, diagnosis: string): Visit => {
        const visit = scene.stay({ from, days: 6, diagnoses: [diagnosis] });
        scene.add(visit, '前列地尔', { on: 1, scope: 'own', price: Math.round((times(visit) * share) / (1 - share)) });
        return visit;
      };
      scene.hitVisits('IA18', [ownShare(20 + studio.random.int(15), 0.31, 'K29.500')], '自费药品占 31%');
      scene.clearVisits('IA18', [ownShare(80, 0.29, 'N10.x00')], '自费药品占 29%');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      scene.hitVisits('IB07', [bareStay(scene, 20 + studio.random.int(15), 3 + studio.random.int(6), ['K29.500'])], '住院而无任何诊疗');
      scene.clearVisits('IB07', [bareStay(scene, 80, 2, ['N10.x00'])], '住院 2 天');
      const treated = bareStay(scene, 120, 4, ['D64.900']);
      scene.add(treated, scene.freeDrug(studio.random.int(8)), { on: 1 });
      scene.clearVisits('IB07', [treated], '有一条用药');
    },
  }),
];

export const codingPlants: readonly Sketch[] = [...settlementLists, ...stays];
