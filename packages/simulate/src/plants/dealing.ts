import { dayOf } from '@hengjian/standard';
import { minutesPerDay } from '../care.ts';
import type { City } from '../city.ts';
import type { Doctor, Institution, Visit } from '../model.ts';
import type { Sketch } from './scene.ts';

/** Moves an outpatient visit and its lines to another minute. */
function moveTo(visit: Visit, begin: number): void {
  const by = begin - visit.begin;
  visit.begin += by;
  visit.end += by;
  for (const line of visit.lines) line.minute += by;
}

const supplies: Sketch[] = [
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const pair = (day: number, days: readonly [number, number], other: boolean): readonly Visit[] => {
        const institution = scene.institution('secondary');
        const doctors = institution.departments.find(({ caty }) => caty === 'A03')?.doctors ?? [];
        const drug = scene.freeDrug(studio.random.int(8));
        return days.map((prdDays, index) => {
          const doctor = doctors[other ? index : 0];
          const visit = scene.clinic({ day: day + index, institution, ...(doctor === undefined ? {} : { doctor }) });
          scene.supply(visit, drug, prdDays, 2);
          return visit;
        });
      };
      const last = (visits: readonly Visit[]) => visits.flatMap((visit) => visit.lines.slice(-1)).reverse();
      const split = pair(30 + studio.random.int(20), [16, 15], false);
      if (split[1] !== undefined)
        scene.hit('IC03', split[1], last(split), '同一医师隔日同药共 31 天', Math.round(((last(split)[0]?.price ?? 0) * 2) / 100));
      const exact = pair(90, [15, 15], false);
      if (exact[1] !== undefined) scene.clear('IC03', exact[1], last(exact), '恰为 30 天');
      const apart = pair(130, [16, 15], true);
      if (apart[1] !== undefined) scene.clear('IC03', apart[1], last(apart), '不同医师');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const { firstDay, year } = scene.city;
      const july = dayOf(year, 7, 1) - firstDay;
      const visit = scene.purchase(july);
      scene.hit('IC05', visit, [scene.supply(visit, scene.freeDrug(studio.random.int(8)), 3, 2)], '7 月 1 日起无追溯码');
      const before = scene.purchase(july - 1);
      scene.clear('IC05', before, [scene.supply(before, scene.freeDrug(studio.random.int(8)), 3, 2)], '6 月 30 日');
      const own = scene.purchase(july + 10);
      scene.clear('IC05', own, [scene.supply(own, studio.point('no-trace-code').items ?? '', 3, 1)], '无追溯码药品');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.chronic('M01600', 30 + studio.random.int(20));
      visit.diagnoses.splice(0, 1, scene.catalogue.diagnosis('K29.500'));
      scene.supply(visit, '二甲双胍', 30, 2);
      scene.hitVisits('IC06', [visit], '糖尿病待遇而诊断为慢性胃炎');
      const fit = scene.chronic('M01600', 120);
      fit.diagnoses.push(scene.catalogue.diagnosis('K29.500'));
      scene.supply(fit, '二甲双胍', 30, 2);
      scene.clearVisits('IC06', [fit], '诊断之一相符');
    },
  }),
  (studio) => {
    const point = studio.point('rx-drug', ({ name }) => name === '左氧氟沙星' || name === '氟康唑');
    return {
      wish: { age: 45 },
      play: (scene) => {
        const visit = scene.purchase(40 + studio.random.int(20));
        scene.hit('IC09', visit, [scene.add(visit, point.items ?? '', { rx: 0, prdDays: 3, trace: scene.care.trace() })], '处方药无处方');
        const fit = scene.purchase(100);
        scene.clear('IC09', fit, [scene.supply(fit, point.items ?? '', 3, 1, true)], '有处方');
      },
    };
  },
  resale(5, 73, 3, 'hit', '180 天内自三家购得 365 天用量'),
  resale(5, 72, 3, 'clear', '恰为 360 天'),
  resale(5, 73, 2, 'clear', '只有两家'),
];

/** Purchases of a drug that is easily sold on. */
function resale(times: number, prdDays: number, shops: number, expect: 'hit' | 'clear', note: string): Sketch {
  return (studio) => {
    const point = studio.point('resale-drug');
    return {
      wish: studio.adult(),
      play: (scene) => {
        const pharmacies = scene.city.byKind.pharmacy;
        const first = studio.random.int(pharmacies.length);
        const from = 10 + studio.random.int(20);
        const visits = Array.from({ length: times }, (_, index) => {
          const visit = scene.purchase(from + index * 30, pharmacies[(first + (index % shops)) % pharmacies.length]);
          scene.supply(visit, point.items ?? '', prdDays, 6, true);
          return visit;
        });
        const last = visits[times - 1];
        if (last === undefined) return;
        const lines = visits.flatMap((visit) => visit.lines).reverse();
        if (expect === 'hit') scene.hit('IE07', last, lines, note, 0);
        else scene.clear('IE07', last, lines, note);
        // so much cannot be bought without overlap, and the shops differ
        for (const visit of visits.slice(1)) scene.hit('IC02', visit, visit.lines, '两店重复购药，重叠超过 7 天');
      },
    };
  };
}

const persons: Sketch[] = [
  () => ({
    wish: { age: 40, female: false },
    play: (scene) => {
      const visit = scene.clinic({ day: 30 });
      const lines = ['经阴道B超检查', '阴道镜检查'].map((name) => scene.add(visit, name));
      scene.hit('IE01', visit, lines, '一次就诊两种女性项目', 0);
      const one = scene.clinic({ day: 90 });
      const single = scene.add(one, '阴道镜检查', { cnt: 2 });
      scene.clear('IE01', one, [single], '只有一种');
      // each of them is against the sex of the person as well
      scene.hit('N81', visit, lines, '与性别不符');
      scene.hit('N81', one, [single], '与性别不符');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const meet = (day: number, minutes: number, same = false): readonly [Visit, Visit] => {
        const first = scene.clinic({ day, kind: 'tertiary' });
        const second = scene.clinic({ day, ...(same ? { institution: first.institution, caty: 'A04' } : { kind: 'secondary' }) });
        moveTo(second, first.begin + minutes);
        return [second, first];
      };
      scene.hitVisits('IE02', meet(30 + studio.random.int(20), 30), '30 分钟内在两家机构');
      scene.clearVisits('IE02', meet(80, 31), '相隔 31 分钟');
      scene.clearVisits('IE02', meet(120, 10, true), '同一机构');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const invoice = (visit: Visit, from: Visit): void => {
        const [settlement, origin] = [visit.settlements[0], from.settlements[0]];
        if (settlement !== undefined && origin !== undefined) settlement.invoice = origin.invoice;
      };
      const first = scene.clinic({ day: 30 + studio.random.int(20) });
      const second = scene.clinic({ day: 80 });
      for (const visit of [first, second]) scene.care.close(visit);
      invoice(second, first);
      const paid = second.lines.reduce((sum, line) => sum + Math.round((line.cnt * line.price) / 10_000), 0);
      scene.hit('IE04', second, [...second.lines, ...first.lines], '同一发票号两次结算', paid);
      const third = scene.clinic({ day: 110 });
      scene.care.close(third);
      const [booked] = third.settlements;
      if (booked === undefined) return;
      scene.care.reverse(third, booked, third.end + 60);
      const again = scene.clinic({ day: 111 });
      scene.care.close(again);
      invoice(again, third);
      scene.clear('IE04', again, again.lines, '前一笔已冲正');
    },
  }),
  (studio) => ({
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.clinic({ day: 30 + studio.random.int(20), diagnoses: ['S93.400'] });
      visit.thirdParty = true;
      scene.hitVisits('IE05', [visit], '外伤有第三方支付');
      scene.clearVisits('IE05', [scene.clinic({ day: 80, diagnoses: ['S93.400'] })], '外伤而无第三方');
      const other = scene.clinic({ day: 120 });
      other.thirdParty = true;
      scene.clearVisits('IE05', [other], '不是外伤');
      scene.hitVisits('IE05V', [scene.clinic({ day: 100, diagnoses: ['S93.400', 'V03.100'] })], '外部原因是与他人车辆碰撞');
      scene.clearVisits('IE05V', [scene.clinic({ day: 140, diagnoses: ['V03.100'] })], '有外部原因而无外伤');
    },
  }),
  (studio) => ({
    wish: { age: 45, insutype: '390' },
    alone: true,
    play: (scene) => {
      // a case costs as much as forty stays, so two of three are cheap
      const costly = studio.turn % 3 === 0;
      const stay = (from: number, lines: number, diagnosis: string): Visit => {
        const visit = scene.stay({ from, days: 12, kind: 'tertiary', diagnoses: [diagnosis] });
        for (let on = 0; on < lines; on += 1) scene.add(visit, '贝伐珠单抗', { on, cnt: 29 });
        return visit;
      };
      const from = 4 + studio.random.int(6);
      const first = stay(from, costly ? 4 : 2, 'K29.500');
      if (!costly) scene.clearVisits('IE06', [first], '年度基金支付远不及限额');
      else scene.hitVisits('IE06', [stay(from + 60, 4, 'D64.900'), stay(from + 30, 5, 'N10.x00'), first], '年度基金支付超过限额九成');
    },
  }),
];

/** The practitioner whom the turn-th case about a patient is about; each has one case. */
export function patientOf(city: City, turn: number): { readonly institution: Institution; readonly doctor: Doctor } | undefined {
  const places = city.byKind.tertiary;
  const institution = places[turn % places.length];
  const doctor = institution?.patients[Math.floor(turn / places.length)];
  return institution === undefined || doctor === undefined ? undefined : { institution, doctor };
}

/** A practitioner in hospital who goes on ordering. */
export const ownPatient: Sketch = (studio) => ({
  wish: studio.adult(),
  play: (scene) => {
    const who = patientOf(studio.city, studio.turn);
    if (who === undefined) return;
    const { institution, doctor } = who;
    const visit = scene.stay({ from: 30 + studio.random.int(30), days: 7, institution });
    const order = (on: number, hour: number) => scene.add(visit, scene.freeDrug(on), { on, hour, doctor });
    scene.hit('IF02', visit, [order(2, 10), order(4, 10)], '医师住院期间开具', 0);
    scene.clear('IF02', visit, [order(0, 12), order(7, 9)], '入院当日与出院当日');
  },
});

/** One practitioner in two places. */
const places: Sketch = (studio) => ({
  wish: studio.adult(),
  play: (scene) => {
    const home = studio.city.byKind.tertiary[studio.turn % studio.city.byKind.tertiary.length];
    const doctor = home?.patients.at(-1 - Math.floor(studio.turn / studio.city.byKind.tertiary.length));
    if (home === undefined || doctor === undefined) return;
    const away = scene.institution('secondary');
    const day = (offset: number): number => (scene.city.firstDay + offset) * minutesPerDay;
    const visitAt = (offset: number, institution: Institution, minute: number): Visit => {
      const visit = scene.clinic({ day: offset, institution, doctor });
      moveTo(visit, day(offset) + minute);
      return visit;
    };
    const from = 30 + studio.random.int(20);
    const near = [visitAt(from, home, 540), visitAt(from, away, 590)] as const;
    const late = scene.add(near[0], '冷疗', { hour: 9, minute: 45 });
    scene.hit('IF05', near[1], [...near[1].lines, late], '同一医师 5 分钟后在另一机构', 0);
    const apart = [visitAt(100, home, 540), visitAt(100, away, 581)] as const;
    scene.clear('IF05', apart[1], [...apart[1].lines, ...apart[0].lines], '相隔 31 分钟');
  },
});

/** The agreement of the pharmacy ends on the 181st day of the year. */
const ended: Sketch = (studio) => ({
  wish: studio.adult(),
  play: (scene) => {
    const { endedShop } = scene.city;
    const bought = (day: number): Visit => {
      const visit = scene.purchase(day, endedShop);
      scene.supply(visit, scene.freeDrug(studio.turn), 5, 1, true);
      return visit;
    };
    scene.hitVisits('IC14D', [bought(182 + studio.random.int(60))], '定点期满后结算');
    scene.clearVisits('IC14D', [bought(100 + studio.random.int(60))], '定点期内');
  },
});

const scopes: Sketch = (studio) => {
  const point = studio.point('item-scope');
  return {
    wish: studio.adult(),
    play: (scene) => {
      const visit = scene.clinic({ day: 30 + studio.random.int(20), caty: 'A03' });
      scene.hit('IF07', visit, [scene.add(visit, point.items ?? '')], `内科医师开展 ${point.name}`, 0);
      const fit = scene.clinic({ day: 90, caty: point.caty ?? 'A03' });
      if (fit.department?.caty === point.caty) scene.clear('IF07', fit, [scene.add(fit, point.items ?? '')], '执业范围之内');
    },
  };
};

export const dealingPlants: readonly Sketch[] = [...supplies, ...persons, ownPatient, places, ended, scopes];
