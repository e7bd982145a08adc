import { type Care, minutesPerDay } from '../care.ts';
import { fillStay, type Pools } from '../content.ts';
import type { Doctor, Institution, Visit } from '../model.ts';
import { lineKey, settlementKey, visitKey } from '../rows.ts';
import { firstOfMonth } from '../stock.ts';
import type { Calendar } from '../year.ts';

/** One truth row that many persons of a block share. */
export interface CohortRow {
  plant_id: string;
  expect: 'hit' | 'clear';
  rule_id: string;
  psn_no: string;
  fixmedins_code: string;
  setl_id: string[];
  line_key: string[];
  mdtrt_id: string[];
  occurred_on: number;
  charge_fen: number;
  note: string;
}

/** What one cohort of a block has come to. */
interface Gathering {
  readonly kind: Kind;
  joined: number;
  row: CohortRow | undefined;
  /** Rows about single members, for a second rule that the cohort breaks. */
  readonly beside: CohortRow[];
  /** Trace codes that the members share. */
  readonly traces: string[];
}

/** The cohorts of one block. */
export interface CohortContext {
  readonly block: number;
  /** Which block of its kind this is: cohorts of two turns share neither place nor day. */
  readonly turn: number;
  readonly gatherings: readonly Gathering[];
}

/** What a member sees: where and when the cohort meets. */
interface Stage {
  readonly care: Care;
  readonly pools: Pools;
  readonly calendar: Calendar;
  readonly turn: number;
  readonly gathering: Gathering;
  /** Day numbers count from 0 at the begin of the year. */
  readonly free: (from: number, to: number) => boolean;
  readonly adult: boolean;
}

interface Kind {
  readonly rule: string;
  readonly expect: 'hit' | 'clear';
  readonly size: number;
  readonly note: string;
  /** Makes the visits of one more member, the first of them at the place of the case; none when this person has no time. */
  readonly join: (stage: Stage) => readonly Visit[];
}

const rotate = <T>(values: readonly T[], index: number): T | undefined => values[index % values.length];

/** Days for cases of a turn: two months are never shared by the first six turns at a place. */
const dayOf = (turn: number, base: number): number => base + (turn % 5) * 14;

function see(stage: Stage, institution: Institution, day: number, minute: number, doctor: Doctor): Visit {
  const { care, calendar } = stage;
  const begin = (care.city.firstDay + day) * minutesPerDay + minute;
  const visit = care.open({
    institution,
    medType: '11',
    setting: 'outpatient',
    begin,
    end: begin + 30,
    caty: 'A21',
    diagnosis: care.catalogue.diagnosis('M79.100'),
    doctor,
  });
  care.line(visit, stage.pools.visitFee);
  calendar.take(care.city.firstDay + day - 1, care.city.firstDay + day + 1);
  return visit;
}

function buy(stage: Stage, institution: Institution, day: number, minute: number, item: string, doctor?: Doctor): Visit {
  const { care, calendar } = stage;
  const begin = (care.city.firstDay + day) * minutesPerDay + minute;
  const visit = care.open({ institution, medType: '41', setting: 'pharmacy', begin, end: begin });
  care.line(visit, care.catalogue.item(item), {
    rx: care.prescription(),
    prdDays: 5,
    trace: care.trace(),
    ...(doctor === undefined ? {} : { doctor }),
  });
  calendar.take(care.city.firstDay + day, care.city.firstDay + day);
  return visit;
}

interface StayCase {
  readonly institution: Institution;
  readonly day: number;
  readonly days: number;
  readonly diagnosis?: string;
  readonly employer?: string;
  readonly cost?: number;
  readonly lines?: number;
}

function lieIn(stage: Stage, { institution, day, days, diagnosis, employer, cost, lines }: StayCase): Visit {
  const { care, calendar, pools } = stage;
  const first = care.city.firstDay + day;
  const visit = care.open({
    institution,
    medType: '21',
    setting: 'inpatient',
    begin: first * minutesPerDay + 600,
    end: (first + days) * minutesPerDay + 600,
    caty: 'A03',
    diagnosis: care.catalogue.diagnosis(diagnosis ?? 'I63.900'),
  });
  visit.employer = employer ?? visit.employer;
  if (lines !== 0) fillStay(care, pools, visit, (cost ?? 500 * days) * 10_000, { lines: lines ?? days * 7 });
  calendar.take(first - 20, first + days + 20);
  return visit;
}

/** An outpatient practitioner whom ordinary care rarely sends to; the slot keeps two cases apart. */
function practitioner(stage: Stage, slot: number): { readonly institution: Institution; readonly doctor: Doctor } | undefined {
  const places = stage.care.city.byKind.secondary;
  const institution = rotate(places, stage.turn + slot);
  const clinic = institution?.departments.find(({ caty }) => caty === 'A21');
  const doctor =
    clinic === undefined ? undefined : rotate(clinic.doctors, Math.floor(stage.turn / places.length) + Math.floor(slot / places.length));
  return institution === undefined || doctor === undefined ? undefined : { institution, doctor };
}

const both = (
  rule: string,
  sizes: readonly [hit: number, clear: number],
  note: (size: number) => string,
  join: (expect: 'hit' | 'clear') => Kind['join'],
): Kind[] =>
  (['hit', 'clear'] as const).map((expect, index) => {
    const size = sizes[index] ?? 0;
    return { rule, expect, size, note: note(size), join: join(expect) };
  });

/** Apart by case, so that a hit and its near-miss never meet at one place. */
const slotOf = (expect: 'hit' | 'clear', slot: number): number => slot * 2 + (expect === 'hit' ? 0 : 1);

const doctorDays = both(
  'IF06',
  [130, 120],
  (size) => `一名医师一日 ${size} 人次`,
  (expect) => (stage) => {
    const day = 30 + ((stage.turn * 7) % 300);
    const who = practitioner(stage, slotOf(expect, 0));
    if (who === undefined || !stage.free(day, day)) return [];
    return [see(stage, who.institution, day, 480 + stage.gathering.joined * 4, who.doctor)];
  },
);

/** Stays of nine days: five are 45 bed days, four are 36; one bed allows 37.2. */
const bedMonths = both(
  'IB08',
  [5, 4],
  (size) => `一张核定床位当月 ${size * 9} 个床日`,
  (expect) => (stage) => {
    const { bedCases } = stage.care.city;
    const half = bedCases.length / 2;
    const institution = bedCases[(expect === 'hit' ? 0 : half) + (Math.floor(stage.turn / 10) % half)];
    const day = 3 + (stage.turn % 10) * 31 + stage.gathering.joined * 2;
    if (institution === undefined || !stage.adult || !stage.free(day, day + 12)) return [];
    return [lieIn(stage, { institution, day, days: 9, cost: 3_000, lines: 60 })];
  },
);

/** One night: two beds hold three with an extra one. */
const crowdedNights = both(
  'IB08D',
  [4, 3],
  (size) => `两张核定床位当夜 ${size} 人`,
  (expect) => (stage) => {
    const { houseCases } = stage.care.city;
    const half = houseCases.length / 2;
    const institution = houseCases[(expect === 'hit' ? 0 : half) + (Math.floor(stage.turn / 10) % half)];
    const day = 12 + (stage.turn % 10) * 31;
    if (institution === undefined || !stage.adult || !stage.free(day, day + 2)) return [];
    return [lieIn(stage, { institution, day, days: 1 })];
  },
);

/** At pharmacies that nobody else goes to, so that the count is exact. */
const busyShops = both(
  'IC14',
  [301, 300],
  (size) => `一家药店一日 ${size} 人次`,
  (expect) => (stage) => {
    const { shopCases } = stage.care.city;
    const half = shopCases.length / 2;
    const institution = shopCases[(expect === 'hit' ? 0 : half) + (Math.floor(stage.turn / 10) % half)];
    const day = 5 + (stage.turn % 10) * 31;
    if (institution === undefined || !stage.free(day, day)) return [];
    return [buy(stage, institution, day, 480 + stage.gathering.joined * 2, '干酵母')];
  },
);

const shop = (stage: Stage, expect: 'hit' | 'clear', slot: number): Institution | undefined =>
  rotate(stage.care.city.byKind.pharmacy, stage.turn * 7 + slotOf(expect, slot));

/** Late in the evening nobody else comes. */
const queues = both(
  'IC07',
  [10, 9],
  (size) => `十分钟内 ${size} 人结算`,
  (expect) => (stage) => {
    const institution = shop(stage, expect, 0);
    const day = dayOf(stage.turn, 52);
    if (institution === undefined || !stage.free(day, day)) return [];
    return [buy(stage, institution, day, 1320 + stage.gathering.joined, '肌苷')];
  },
);

const prescribed = (rule: string, sizes: readonly [number, number], slot: number, base: number, item: string, note: string): Kind[] =>
  both(
    rule,
    sizes,
    (size) => `${note} ${size} 人`,
    (expect) => (stage) => {
      const institution = shop(stage, expect, slot);
      const who = practitioner(stage, slotOf(expect, slot));
      const day = dayOf(stage.turn, base);
      if (institution === undefined || who === undefined || !stage.adult || !stage.free(day, day)) return [];
      return [buy(stage, institution, day, 540 + stage.gathering.joined * 20, item, who.doctor)];
    },
  );

const quickVisits = both(
  'IF04',
  [8, 7],
  (size) => `五分钟内接诊 ${size} 人`,
  (expect) => (stage) => {
    const who = practitioner(stage, slotOf(expect, 3));
    const day = dayOf(stage.turn, 61);
    if (who === undefined || !stage.free(day - 1, day + 1)) return [];
    return [see(stage, who.institution, day, 1140 + (stage.gathering.joined % 5), who.doctor)];
  },
);

const companions = both(
  'IG01',
  [3, 3],
  () => '三人多日前后脚到同一家药店',
  (expect) => (stage) => {
    const institution = shop(stage, expect, 4);
    const days = [0, 11, 22, 33].slice(0, expect === 'hit' ? 4 : 3).map((later) => dayOf(stage.turn, 64) + later);
    if (institution === undefined || days.some((day) => !stage.free(day, day))) return [];
    return days.map((day, index) =>
      buy(stage, institution, day, 1290 + stage.gathering.joined * 7, ['谷维素', '维生素E', '叶酸', '硫糖铝'][index] ?? '叶酸'),
    );
  },
);

const travellers = both(
  'IG02',
  [3, 3],
  () => '三人两次同日入院、同日出院',
  (expect) => (stage) => {
    const institution = rotate(stage.care.city.byKind.secondary, stage.turn + slotOf(expect, 0));
    const day = dayOf(stage.turn, 20);
    if (institution === undefined || !stage.adult || !stage.free(day, day + 70)) return [];
    // in the near-miss each stays a different time on the second occasion
    const second = expect === 'hit' ? 5 : 4 + stage.gathering.joined;
    return [
      lieIn(stage, { institution, day, days: 4, diagnosis: 'K29.500' }),
      lieIn(stage, { institution, day: day + 50, days: second, diagnosis: 'I63.900' }),
    ];
  },
);

const copies = both(
  'IG03',
  [4, 3],
  (size) => `${size} 份住院账单完全相同`,
  (expect) => (stage) => {
    const { care, pools, turn, gathering } = stage;
    const institution = rotate(care.city.byKind.secondary, turn + slotOf(expect, 1));
    const days = expect === 'hit' ? 5 : 6;
    const day = dayOf(turn, 100) + gathering.joined * 3;
    if (institution === undefined || !stage.adult || !stage.free(day - 1, day + days + 1)) return [];
    const visit = lieIn(stage, { institution, day, days, diagnosis: 'K29.500', lines: 0 });
    const first = care.city.firstDay + day;
    for (let on = 0; on < days; on += 1) {
      const minute = (first + on) * minutesPerDay + (on === 0 ? 720 : 400);
      for (const item of [pools.bed, care.catalogue.item('Ⅱ级护理'), pools.wardFee]) care.sell(visit, item, minute);
      care.sell(visit, care.catalogue.item('叶酸'), minute, 1 + (turn % 5));
    }
    care.sell(visit, care.catalogue.item('肌苷'), first * minutesPerDay + 800, 1 + (Math.floor(turn / 5) % 20));
    return [visit];
  },
);

const colleagues = both(
  'IB10',
  [5, 4],
  (size) => `同一单位 ${size} 人同日短期住院`,
  (expect) => (stage) => {
    const institution = rotate(stage.care.city.byKind.secondary, stage.turn + slotOf(expect, 2));
    const day = dayOf(stage.turn, 130);
    if (institution === undefined || !stage.adult || !stage.free(day, day + 8)) return [];
    const employer = `E4199${String(stage.turn * 2 + slotOf(expect, 0)).padStart(6, '0')}`;
    return [lieIn(stage, { institution, day, days: expect === 'hit' ? 3 + stage.gathering.joined : 7, employer })];
  },
);

const delegations = both(
  'IB10D',
  [5, 4],
  (size) => `同一单位同一病种 ${size} 人连日短期住院`,
  (expect) => (stage) => {
    const { care, gathering, turn } = stage;
    const institution = rotate(care.city.byKind.secondary, turn + slotOf(expect, 4));
    const day = dayOf(turn, 190) + Math.floor(gathering.joined / 3);
    if (institution === undefined || !stage.adult || !stage.free(day, day + 6)) return [];
    const employer = `E4197${String(turn * 2 + slotOf(expect, 0)).padStart(6, '0')}`;
    return [lieIn(stage, { institution, day, days: 3 + gathering.joined, diagnosis: 'J18.900', employer })];
  },
);

const staff = both(
  'IG04',
  [10, 9],
  (size) => `同一单位 ${size} 人当月住院`,
  (expect) => (stage) => {
    const { care, gathering, turn } = stage;
    const institution = rotate(care.city.byKind.secondary, turn + slotOf(expect, 3));
    const month = 6 + (turn % 5);
    const day = firstOfMonth(care.city.year, month) - care.city.firstDay + 1 + gathering.joined * 2;
    if (institution === undefined || !stage.adult || !stage.free(day, day + 7)) return [];
    const employer = `E4198${String(turn * 2 + slotOf(expect, 0)).padStart(6, '0')}`;
    return [lieIn(stage, { institution, day, days: 3 + (gathering.joined % 4), employer })];
  },
);

/** Three people joined by two codes, or two people by two; each second sale of a code is one of IC04 as well. */
const sharers = both(
  'IG06',
  [3, 2],
  (size) => `${size} 人共用两个追溯码`,
  (expect) => (stage) => {
    const { gathering, turn } = stage;
    const { joined, traces, beside } = gathering;
    const institution = shop(stage, expect, 5);
    const day = dayOf(turn, 150) + joined * 4;
    if (institution === undefined || !stage.free(day, day)) return [];
    const visit = buy(stage, institution, day, 600, '葡醛内酯');
    const [line] = visit.lines;
    if (line === undefined) return [];
    const extra = stage.care.line(visit, stage.care.catalogue.item('乳酶生'), { rx: line.rx, prdDays: 5, trace: stage.care.trace() });
    if (joined === 0) traces.push(line.trace, extra.trace);
    stage.care.close(visit);
    const again = expect === 'hit' ? [joined === 1 ? line : extra] : [line, extra];
    for (const one of joined === 0 ? [] : again) {
      one.trace = traces[one === line ? 0 : 1] ?? one.trace;
      beside.push(besideRow(stage, institution, day, visit, one.serial, Math.round((one.cnt * one.price) / 10_000)));
    }
    return [visit];
  },
);

const besideRow = (stage: Stage, institution: Institution, day: number, visit: Visit, serial: number, charge: number): CohortRow => ({
  plant_id: '',
  expect: 'hit',
  rule_id: 'IC04',
  psn_no: stage.care.person.no,
  fixmedins_code: institution.code,
  setl_id: [settlementKey(stage.care.person.index, visit.settlements[0]?.serial ?? 0)],
  line_key: [lineKey(stage.care.person.index, serial)],
  mdtrt_id: [visitKey(stage.care.person.index, visit.serial)],
  occurred_on: stage.care.city.firstDay + day,
  charge_fen: charge,
  note: '同一追溯码由另一人再次结算',
});

const kinds: readonly Kind[] = [
  ...doctorDays,
  ...bedMonths,
  ...crowdedNights,
  ...busyShops,
  ...queues,
  ...prescribed('IC10', [15, 14], 1, 55, '葡醛内酯', '一名医师的处方当日在一家药店结算'),
  ...prescribed('IG05', [10, 9], 2, 58, '百令胶囊', '一名医师的患者当日在一家药店购买同一高价药'),
  ...quickVisits,
  ...companions,
  ...travellers,
  ...copies,
  ...colleagues,
  ...delegations,
  ...staff,
  ...sharers,
];

/** Each cohort comes once in so many blocks; a smaller city has every one of them once, several to a block. */
const period = 20;

/** The cohorts that a block is to gather. */
export function cohortsOf(block: number, blocks: number): CohortContext {
  const cycle = Math.min(period, blocks);
  return {
    block,
    turn: Math.floor(block / cycle),
    gatherings: kinds
      .filter((_, index) => index % cycle === block % cycle)
      .map((kind) => ({ kind, joined: 0, row: undefined, beside: [], traces: [] })),
  };
}

/** The truth about cohorts that found all their members. */
export function cohortRows(context: CohortContext): CohortRow[] {
  const rows = context.gatherings.flatMap(({ kind, joined, row, beside }) =>
    row === undefined || joined < kind.size ? beside : [row, ...beside],
  );
  return rows.map((row, index) => ({
    ...row,
    plant_id: `B${String(context.block).padStart(7, '0')}-${String(index + 1).padStart(2, '0')}`,
  }));
}

const rowFor = (gathering: Gathering, visit: Visit): CohortRow => ({
  plant_id: '',
  expect: gathering.kind.expect,
  rule_id: gathering.kind.rule,
  psn_no: '',
  fixmedins_code: visit.institution.code,
  setl_id: [],
  line_key: [],
  mdtrt_id: [],
  occurred_on: Math.floor(visit.begin / minutesPerDay),
  charge_fen: 0,
  note: gathering.kind.note,
});

function enter(gathering: Gathering, care: Care, visit: Visit): void {
  care.close(visit);
  gathering.row ??= rowFor(gathering, visit);
  gathering.row.mdtrt_id.push(visitKey(care.person.index, visit.serial));
  for (const settlement of visit.settlements) gathering.row.setl_id.push(settlementKey(care.person.index, settlement.serial));
}

/** Adds the visits this person makes as one of many. */
export function cohortVisits(care: Care, pools: Pools, calendar: Calendar, context: CohortContext, to: number): void {
  const { firstDay } = care.city;
  const age = Math.floor((firstDay - care.person.birth) / 365.25);
  const free = (from: number, until: number): boolean =>
    firstDay + until < to && calendar.free(firstDay + Math.max(0, from), firstDay + until);
  for (const gathering of context.gatherings) {
    if (gathering.joined >= gathering.kind.size) continue;
    const visits = gathering.kind.join({ care, pools, calendar, turn: context.turn, gathering, free, adult: age >= 18 });
    if (visits.length === 0) continue;
    gathering.joined += 1;
    for (const visit of visits) {
      visit.keep = true;
      enter(gathering, care, visit);
    }
  }
}
