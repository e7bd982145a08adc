import { type Lake, readSegment, type SegmentHandle } from '@hengjian/lake';
import { fullYears, type LakeContext, minutesPerDay, missingInt, type Segment, type TextColumn } from '@hengjian/standard';
import type { GroupingCase } from '../case/case.ts';
import type { GroupedStay } from '../stay.ts';
import { type ListFacts, readLists } from './lists.ts';

/** Columns grouping and settlement read of a segment. */
const columns = {
  persons: ['psn', 'gend', 'brdy'],
  visits: [
    'mdtrt_id',
    'person',
    'fixmedins_code',
    'setting',
    'begntime',
    'endtime',
    'insutype',
    'insu_admdvs',
    'dscg_caty',
    'chfpdr_code',
    'dscg_way',
    'age',
    'ipt_days',
    'medfee_sumamt',
    'inscp_amt',
    'fund_pay_sumamt',
    'acct_pay',
    'psn_pay',
    'clr_way',
    'diagnoses_start',
    'diagnoses_end',
    'operations_start',
    'operations_end',
  ],
  diagnoses: ['diag_code'],
  operations: ['oprn_oprt_code', 'main_oprn_flag'],
} as const;

/** What is known of a stay before it is grouped. */
export type LakeStay = Omit<GroupedStay, 'status' | 'mdc' | 'adrg' | 'grp_code'>;

export interface StayOfSegment {
  /** Row of the visit in its segment. */
  readonly row: number;
  readonly stay: LakeStay;
  /** Built when asked for: settlement alone does not need it. */
  groupingCase(): GroupingCase;
}

const ints = (segment: Segment, table: 'persons' | 'visits' | 'diagnoses' | 'operations', name: string): Int32Array =>
  segment[table].columns[name] as Int32Array;
const numbers = (segment: Segment, name: string): Float64Array => segment.visits.columns[name] as Float64Array;
const fen = (value: number | undefined): number => (value === undefined || Number.isNaN(value) ? 0 : value);
/** Ages are kept in tenths of a year. */
const ageScale = 10;

/** Reads the discharged inpatient stays of segments, newest state only. */
export class StayReader {
  readonly #lake: Lake;
  readonly #context: LakeContext;
  readonly #levels: Int8Array;
  readonly #lists: ReadonlyMap<string, ListFacts>;

  /** `lists`: what only settlement lists say, as `readLists` gives it; cases are without it when left out. */
  constructor(lake: Lake, lists: ReadonlyMap<string, ListFacts> = new Map()) {
    this.#lake = lake;
    this.#lists = lists;
    this.#context = lake.context();
    this.#levels = this.#context.dimensions.institution.columns.hosp_lv as Int8Array;
  }

  segments(): readonly SegmentHandle[] {
    return this.#lake.segments();
  }

  #word(dictionary: string, id: number | undefined): string {
    return id === undefined || id < 0 ? '' : (this.#context.dictionaries[dictionary]?.[id] ?? '');
  }

  /** Stays of one segment in the order of its visits. Persons that a newer segment holds are left out unless asked for. */
  *stays(handle: SegmentHandle, withDead = false): Generator<StayOfSegment> {
    const segment = readSegment(handle, columns);
    const visits = segment.visits;
    const dead = new Set(withDead ? [] : handle.dead);
    const persons = ints(segment, 'visits', 'person');
    const setting = ints(segment, 'visits', 'setting');
    const inpatient = (this.#context.dictionaries.setting ?? []).indexOf('inpatient');
    const begin = ints(segment, 'visits', 'begntime');
    const end = ints(segment, 'visits', 'endtime');
    const ids = visits.columns.mdtrt_id as TextColumn;
    const pseudonyms = segment.persons.columns.psn as TextColumn;
    const institutions = ints(segment, 'visits', 'fixmedins_code');
    const clr = ints(segment, 'visits', 'clr_way');
    const days = numbers(segment, 'ipt_days');
    for (let row = 0; row < visits.length; row += 1) {
      if (setting[row] !== inpatient || dead.has(persons[row] as number)) continue;
      const from = begin[row] as number;
      const to = end[row] as number;
      if (from === missingInt || to === missingInt) continue;
      const person = persons[row] as number;
      const institution = institutions[row] as number;
      const admission = Math.floor(from / minutesPerDay);
      const discharge = Math.floor(to / minutesPerDay);
      const recorded = days[row];
      const stay: LakeStay = {
        mdtrt_id: ids.get(row) ?? '',
        psn_no: pseudonyms.get(person) ?? '',
        fixmedins_code: this.#word('institution', institution),
        hosp_lv: institution < 0 ? '' : this.#word('hosp_lv', this.#levels[institution]),
        dscg_caty: this.#word('caty', ints(segment, 'visits', 'dscg_caty')[row]),
        chfpdr_code: this.#word('practitioner', ints(segment, 'visits', 'chfpdr_code')[row]),
        insutype: this.#word('insutype', ints(segment, 'visits', 'insutype')[row]),
        insu_admdvs: this.#word('area', ints(segment, 'visits', 'insu_admdvs')[row]),
        adm_day: admission,
        dscg_day: discharge,
        ipt_days: recorded === undefined || Number.isNaN(recorded) ? Math.max(1, discharge - admission) : recorded,
        dscg_way: this.#word('dscg_way', ints(segment, 'visits', 'dscg_way')[row]),
        clr_way: this.#word('clr_way', clr[row]),
        medfee_sumamt: fen(numbers(segment, 'medfee_sumamt')[row]),
        inscp_amt: fen(numbers(segment, 'inscp_amt')[row]),
        fund_pay_sumamt: fen(numbers(segment, 'fund_pay_sumamt')[row]),
        acct_pay: fen(numbers(segment, 'acct_pay')[row]),
        psn_pay: fen(numbers(segment, 'psn_pay')[row]),
      };
      yield { row, stay, groupingCase: () => this.#case(segment, row, stay) };
    }
  }

  #case(segment: Segment, row: number, stay: LakeStay): GroupingCase {
    const person = ints(segment, 'visits', 'person')[row] as number;
    const gend = this.#word('gend', ints(segment, 'persons', 'gend')[person]);
    const born = ints(segment, 'persons', 'brdy')[person] as number;
    const recorded = numbers(segment, 'age')[row];
    const years = born === missingInt ? undefined : fullYears(born, stay.adm_day);
    const codes = (table: 'diagnoses' | 'operations', dictionary: string, name: string): string[] => {
      const values = ints(segment, table, name);
      const first = ints(segment, 'visits', `${table}_start`)[row] as number;
      const end = ints(segment, 'visits', `${table}_end`)[row] as number;
      return Array.from({ length: end - first }, (_, index) => this.#word(dictionary, values[first + index])).filter((code) => code !== '');
    };
    const procedures = codes('operations', 'operation', 'oprn_oprt_code');
    const flags = ints(segment, 'operations', 'main_oprn_flag');
    const yes = (this.#context.dictionaries.yes_no ?? []).indexOf('1');
    const start = ints(segment, 'visits', 'operations_start')[row] as number;
    const list = this.#lists.get(stay.mdtrt_id);
    const main = procedures.findIndex((_, index) => flags[start + index] === yes);
    return {
      id: stay.mdtrt_id,
      gender: gend === '1' ? 1 : gend === '2' ? 2 : null,
      age: years ?? (recorded === undefined || Number.isNaN(recorded) ? null : Math.floor(recorded / ageScale)),
      age_days: born === missingInt ? null : stay.adm_day - born,
      birth_weight: list?.birth_weight ?? null,
      admission_weight: list?.admission_weight ?? null,
      department: stay.dscg_caty,
      // Days as billed; a discharge before the admission stays visible as a negative length.
      los: stay.dscg_day < stay.adm_day ? stay.dscg_day - stay.adm_day : stay.ipt_days,
      discharge_mode: stay.dscg_way,
      icu_hours: list?.icu_hours ?? null,
      ventilator_hours: list?.ventilator_hours ?? null,
      diagnoses: codes('diagnoses', 'diagnosis', 'diag_code'),
      procedures: main <= 0 ? procedures : [procedures[main] as string, ...procedures.filter((_, index) => index !== main)],
    };
  }
}

/** A reader that knows the settlement lists of the lake, too. */
export async function openStayReader(lake: Lake): Promise<StayReader> {
  return new StayReader(lake, await readLists(lake));
}
