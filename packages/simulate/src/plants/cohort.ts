import { type Care, minutesPerDay } from '../care.ts';
import { fillStay, type Pools } from '../content.ts';
import type { Department, Doctor, Institution, Visit } from '../model.ts';
import { settlementKey, visitKey } from '../rows.ts';
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

export interface CohortContext {
  readonly block: number;
  readonly blocks: number;
  readonly rows: CohortRow[];
  /** Persons that joined so far. */
  joined: number;
}

interface Cohort {
  readonly rule: 'IF06' | 'IB08';
  readonly expect: 'hit' | 'clear';
  readonly size: number;
}

const doctorVisits = { hit: 130, clear: 120 } as const;
/** Stays of nine days: five are 45 bed days, four are 36; one bed allows 37.2. */
const bedStays = { hit: 5, clear: 4 } as const;

/** Which cohort a block holds: every tenth block each, and the first blocks of a small city. */
function cohortOf(context: CohortContext): Cohort | undefined {
  const turn = context.blocks < 10 ? context.block % 4 : context.block % 10;
  if (turn === 0) return { rule: 'IF06', expect: 'hit', size: doctorVisits.hit };
  if (turn === 1) return { rule: 'IB08', expect: 'hit', size: bedStays.hit };
  if (turn === 2) return { rule: 'IF06', expect: 'clear', size: doctorVisits.clear };
  if (turn === 3) return { rule: 'IB08', expect: 'clear', size: bedStays.clear };
  return undefined;
}

const rowFor = (context: CohortContext, cohort: Cohort, institution: Institution, day: number, note: string): CohortRow => {
  const known = context.rows[0];
  if (known !== undefined) return known;
  const row: CohortRow = {
    plant_id: `B${String(context.block).padStart(7, '0')}-01`,
    expect: cohort.expect,
    rule_id: cohort.rule,
    psn_no: '',
    fixmedins_code: institution.code,
    setl_id: [],
    line_key: [],
    mdtrt_id: [],
    occurred_on: day,
    charge_fen: 0,
    note,
  };
  context.rows.push(row);
  return row;
};

function join(row: CohortRow, care: Care, visit: Visit): void {
  care.close(visit);
  row.mdtrt_id.push(visitKey(care.person.index, visit.serial));
  for (const settlement of visit.settlements) row.setl_id.push(settlementKey(care.person.index, settlement.serial));
}

/** Adds the visit this person makes as one of many: to a doctor on one day, or to a hospital with one bed. */
export function cohortVisits(care: Care, pools: Pools, calendar: Calendar, context: CohortContext, to: number): void {
  const cohort = cohortOf(context);
  if (cohort === undefined || context.joined >= cohort.size) return;
  const { city } = care;
  const turn = Math.floor(context.block / 10);
  if (cohort.rule === 'IF06') doctorDay(care, pools, calendar, context, cohort, city.firstDay + 30 + ((turn * 7) % 300), to);
  else bedMonth(care, pools, calendar, context, cohort, turn, to);
}

function doctorDay(care: Care, pools: Pools, calendar: Calendar, context: CohortContext, cohort: Cohort, day: number, to: number): void {
  if (day + 1 > to) return;
  const { city } = care;
  const kinds = city.byKind.secondary;
  const turn = Math.floor(context.block / 10) + (cohort.expect === 'clear' ? 1 : 0);
  const institution = kinds[turn % kinds.length];
  const clinic = institution?.departments.find((department) => department.caty === 'A21');
  const doctor = clinic?.doctors[Math.floor(turn / kinds.length) % (clinic.doctors.length || 1)];
  if (institution === undefined || clinic === undefined || doctor === undefined) return;
  const begin = day * minutesPerDay + 480 + context.joined * 4;
  const visit = outpatient(care, institution, clinic, doctor, begin);
  care.line(visit, pools.visitFee);
  calendar.take(day - 1, day + 1);
  context.joined += 1;
  join(rowFor(context, cohort, institution, day, `一名医师一日 ${cohort.size} 人次`), care, visit);
}

function outpatient(care: Care, institution: Institution, clinic: Department, doctor: Doctor, begin: number): Visit {
  return care.open({
    institution,
    medType: '11',
    setting: 'outpatient',
    begin,
    end: begin + 30,
    caty: clinic.caty,
    diagnosis: care.catalogue.diagnosis('M79.100'),
    doctor,
  });
}

function bedMonth(care: Care, pools: Pools, calendar: Calendar, context: CohortContext, cohort: Cohort, turn: number, to: number): void {
  const { city } = care;
  const half = city.bedCases.length / 2;
  const institution = city.bedCases[(cohort.expect === 'hit' ? 0 : half) + (Math.floor(turn / 10) % half)];
  const first = city.firstDay + 3 + (turn % 10) * 31;
  const day = first + context.joined * 2;
  if (institution === undefined || day + 12 > to) return;
  const years = Math.floor((day - care.person.birth) / 365.25);
  if (years < 16) return;
  const visit = care.open({
    institution,
    medType: '21',
    setting: 'inpatient',
    begin: day * minutesPerDay + 600,
    end: (day + 9) * minutesPerDay + 600,
    caty: 'A03',
    diagnosis: care.catalogue.diagnosis('I63.900'),
  });
  fillStay(care, pools, visit, 3_000 * 10_000, { lines: 60 });
  calendar.take(day - 20, day + 30);
  context.joined += 1;
  join(rowFor(context, cohort, institution, day, `一张核定床位当月 ${cohort.size * 9} 个床日`), care, visit);
}
