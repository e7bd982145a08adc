import { type Lake, readSegment, type SegmentHandle } from '@hengjian/lake';
import { fullYears, type LakeContext, minutesPerDay, missingInt, type Segment, type TableData, views } from '@hengjian/standard';
import type { GroupingCase } from '../case/case.ts';
import type { GroupedStay } from '../stay.ts';
import { type ListFacts, readLists } from './lists.ts';

const columnsOfPeriod = ['person', 'setting', 'begntime', 'endtime', 'early_dscg_days', 'doubted_begntime', 'doubted_endtime'] as const;

/** Columns grouping and settlement read of a segment. */
const columns = {
  persons: ['psn', 'gend', 'brdy'],
  visits: [
    'mdtrt_id',
    ...columnsOfPeriod,
    'fixmedins_code',
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
    'line_gap',
    'diagnoses_start',
    'diagnoses_end',
    'open_diagnoses',
    'operations_start',
    'operations_end',
  ],
  diagnoses: ['diag_code', 'maindiag_flag'],
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

const fen = (value: number | undefined): number => (value === undefined || Number.isNaN(value) ? 0 : value);
/** Ages are kept in tenths of a year. */
const ageScale = 10;

const periodView = (visits: TableData) => ({
  length: visits.length,
  person: views.words(visits, 'person'),
  setting: views.ids(visits, 'setting'),
  begin: views.words(visits, 'begntime'),
  end: views.words(visits, 'endtime'),
  early: views.floats(visits, 'early_dscg_days'),
  doubtedBegin: views.words(visits, 'doubted_begntime'),
  doubtedEnd: views.words(visits, 'doubted_endtime'),
});
type PeriodView = ReturnType<typeof periodView>;

/** The columns of a segment as typed arrays, looked up once. */
function viewsOf({ persons, visits, diagnoses, operations }: Segment) {
  const money = (name: string): ((row: number) => number) => {
    const values = views.floats(visits, name);
    return (row) => fen(values[row]);
  };
  return {
    ...periodView(visits),
    ids: views.text(visits, 'mdtrt_id'),
    institution: views.ids(visits, 'fixmedins_code'),
    department: views.ids(visits, 'dscg_caty'),
    practitioner: views.ids(visits, 'chfpdr_code'),
    insutype: views.ids(visits, 'insutype'),
    area: views.ids(visits, 'insu_admdvs'),
    way: views.ids(visits, 'dscg_way'),
    clr: views.ids(visits, 'clr_way'),
    age: views.floats(visits, 'age'),
    days: views.floats(visits, 'ipt_days'),
    medfee: money('medfee_sumamt'),
    inscp: money('inscp_amt'),
    fund: money('fund_pay_sumamt'),
    acct: money('acct_pay'),
    own: money('psn_pay'),
    gap: money('line_gap'),
    pseudonyms: views.text(persons, 'psn'),
    gend: views.ids(persons, 'gend'),
    born: views.words(persons, 'brdy'),
    diagnoses: {
      codes: views.ids(diagnoses, 'diag_code'),
      main: views.ids(diagnoses, 'maindiag_flag'),
      start: views.words(visits, 'diagnoses_start'),
      end: views.words(visits, 'diagnoses_end'),
      open: money('open_diagnoses'),
    },
    operations: {
      codes: views.ids(operations, 'oprn_oprt_code'),
      main: views.ids(operations, 'main_oprn_flag'),
      start: views.words(visits, 'operations_start'),
      end: views.words(visits, 'operations_end'),
      open: () => 0,
    },
  };
}
type Views = ReturnType<typeof viewsOf>;

const known = (value: number | undefined): value is number => value !== undefined && value !== missingInt;

/**
 * Minutes of admission and discharge, also where other rows contradict them: the stay is grouped and paid by what its visit says.
 * A discharge before the admission is kept, so that the stay is named and not passed over.
 */
function periodOf({ begin, end, early, doubtedBegin, doubtedEnd }: PeriodView, row: number): readonly (number | undefined)[] {
  const from = known(begin[row]) ? begin[row] : doubtedBegin[row];
  const days = early[row];
  if (known(from) && days !== undefined && !Number.isNaN(days)) return [from, from - days * minutesPerDay];
  return [from, known(end[row]) ? end[row] : doubtedEnd[row]];
}

/** Reads the discharged inpatient stays of segments, newest state only. */
export class StayReader {
  readonly #lake: Lake;
  readonly #context: LakeContext;
  readonly #levels: Int8Array | Int32Array;
  readonly #lists: ReadonlyMap<string, ListFacts>;

  /** `lists`: what only settlement lists say, as `readLists` gives it; cases are without it when left out. */
  constructor(lake: Lake, lists: ReadonlyMap<string, ListFacts> = new Map()) {
    this.#lake = lake;
    this.#lists = lists;
    this.#context = lake.context();
    this.#levels = views.ids(this.#context.dimensions.institution, 'hosp_lv');
  }

  segments(): readonly SegmentHandle[] {
    return this.#lake.segments();
  }

  #word(dictionary: string, id: number | undefined): string {
    return id === undefined || id < 0 ? '' : (this.#context.dictionaries[dictionary]?.[id] ?? '');
  }

  #codeOf(dictionary: string, word: string): number {
    return (this.#context.dictionaries[dictionary] ?? []).indexOf(word);
  }

  /** Number of current stays of a segment whose admission or discharge nothing says: those still in hospital, and those without dates. */
  undated(handle: SegmentHandle): number {
    const view = periodView(readSegment(handle, { visits: columnsOfPeriod }).visits);
    const dead = new Set(handle.dead);
    const inpatient = this.#codeOf('setting', 'inpatient');
    let count = 0;
    for (let row = 0; row < view.length; row += 1) {
      if (view.setting[row] === inpatient && !dead.has(view.person[row] ?? -1) && !periodOf(view, row).every(known)) count += 1;
    }
    return count;
  }

  /** Stays of one segment in the order of its visits. Persons that a newer segment holds are left out unless asked for. */
  *stays(handle: SegmentHandle, withDead = false): Generator<StayOfSegment> {
    const view = viewsOf(readSegment(handle, columns));
    const dead = new Set(withDead ? [] : handle.dead);
    const inpatient = this.#codeOf('setting', 'inpatient');
    for (let row = 0; row < view.length; row += 1) {
      const person = view.person[row] ?? -1;
      if (view.setting[row] !== inpatient || dead.has(person)) continue;
      const [from, to] = periodOf(view, row);
      if (!known(from) || !known(to)) continue;
      const stay = this.#stay(view, row, Math.floor(from / minutesPerDay), Math.floor(to / minutesPerDay));
      yield { row, stay, groupingCase: () => this.#case(view, row, stay) };
    }
  }

  #stay(view: Views, row: number, adm_day: number, dscg_day: number): LakeStay {
    const institution = view.institution[row] ?? -1;
    const recorded = view.days[row];
    const line_gap = view.gap(row);
    return {
      mdtrt_id: view.ids.get(row) ?? '',
      psn_no: view.pseudonyms.get(view.person[row] ?? -1) ?? '',
      fixmedins_code: this.#word('institution', institution),
      hosp_lv: institution < 0 ? '' : this.#word('hosp_lv', this.#levels[institution]),
      dscg_caty: this.#word('caty', view.department[row]),
      chfpdr_code: this.#word('practitioner', view.practitioner[row]),
      insutype: this.#word('insutype', view.insutype[row]),
      insu_admdvs: this.#word('area', view.area[row]),
      adm_day,
      dscg_day,
      ipt_days: recorded === undefined || Number.isNaN(recorded) ? Math.max(1, dscg_day - adm_day) : recorded,
      dscg_way: this.#word('dscg_way', view.way[row]),
      clr_way: this.#word('clr_way', view.clr[row]),
      medfee_sumamt: view.medfee(row),
      inscp_amt: view.inscp(row),
      fund_pay_sumamt: view.fund(row),
      acct_pay: view.acct(row),
      psn_pay: view.own(row),
      ...(line_gap === 0 ? {} : { line_gap }),
    };
  }

  /**
   * Codes of a visit in the order of their rows, blanks left out, the principal one first. Where flags say that none of them is
   * the principal one, and there are several or others are withheld, the first is blank: it is not known.
   */
  #codes(dictionary: string, { codes, main, start, end, open }: Views['diagnoses'], row: number): readonly string[] {
    const [yes, no] = [this.#codeOf('yes_no', '1'), this.#codeOf('yes_no', '0')];
    const words: string[] = [];
    let [principal, isDenied] = [-1, false];
    for (let at = start[row] ?? 0; at < (end[row] ?? 0); at += 1) {
      const code = this.#word(dictionary, codes[at]);
      if (code === '') continue;
      if (principal < 0 && main[at] === yes) principal = words.length;
      isDenied ||= main[at] === no;
      words.push(code);
    }
    if (principal < 0) return isDenied && (words.length > 1 || open(row) > 0) ? ['', ...words] : words;
    return principal === 0 ? words : words.slice(principal, principal + 1).concat(words.toSpliced(principal, 1));
  }

  #case(view: Views, row: number, stay: LakeStay): GroupingCase {
    const person = view.person[row] ?? -1;
    const gend = this.#word('gend', view.gend[person]);
    const born = view.born[person];
    const recorded = view.age[row];
    const years = known(born) ? fullYears(born, stay.adm_day) : undefined;
    const list = this.#lists.get(stay.mdtrt_id);
    const age = years ?? (recorded === undefined || Number.isNaN(recorded) ? null : Math.floor(recorded / ageScale));
    return {
      id: stay.mdtrt_id,
      gender: gend === '1' ? 1 : gend === '2' ? 2 : null,
      age,
      // Lists carry 0 days of people who are years old.
      age_days: known(born) ? stay.adm_day - born : age === null || age === 0 ? (list?.age_days ?? null) : null,
      birth_weight: list?.birth_weight ?? null,
      admission_weight: list?.admission_weight ?? null,
      department: stay.dscg_caty,
      // Days as billed; a discharge before the admission stays visible as a negative length.
      los: stay.dscg_day < stay.adm_day ? stay.dscg_day - stay.adm_day : stay.ipt_days,
      discharge_mode: stay.dscg_way,
      icu_hours: list?.icu_hours ?? null,
      ventilator_hours: list?.ventilator_hours ?? null,
      diagnoses: this.#codes('diagnosis', view.diagnoses, row),
      procedures: this.#codes('operation', view.operations, row),
    };
  }
}

/** A reader that knows the settlement lists of the lake, too. */
export async function openStayReader(lake: Lake): Promise<StayReader> {
  return new StayReader(lake, await readLists(lake));
}
