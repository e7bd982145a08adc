import {
  blanked,
  type CodeValue,
  dictionary,
  type Field,
  isNumericType,
  missingWords,
  type Table,
  tableOf,
  type Words,
  words,
} from '@hengjian/standard';
import type { FoundFile } from '../files.ts';
import { normalPersonNumber } from '../pseudonym.ts';
import { partColumn } from '../split.ts';
import {
  ageUnitQuestion,
  codeQuestion,
  type DraftQuestion,
  dayQuestion,
  groupedDayQuestion,
  precisionQuestion,
  typeQuestion,
  unitQuestion,
} from './ask.ts';
import { earlierDiagnoses } from './diagnosis-kinds.ts';
import { meaningsOf, plainHeader } from './headers.ts';
import type { FoundTable } from './layout.ts';
import { type Missing, missingOf, missingText } from './missing.ts';
import {
  codesOf,
  diagnosisShare,
  hasClock,
  isClock,
  joined,
  lostZeros,
  namedShare,
  nationalShare,
  type Profile,
  shareOf,
  splitPattern,
  timeFormats,
} from './profile.ts';
import { type RefundFlag, refundFlag } from './refunds.ts';
import { type Series, seriesOf } from './series.ts';
import { stateColumn, validitySpec } from './validity.ts';

/** A table of a file whose columns were looked at. */
export interface Source {
  readonly file: FoundFile;
  readonly found: FoundTable;
}

/** Tables of files with the same columns. */
export interface Group {
  readonly sources: readonly Source[];
  readonly profiles: readonly Profile[];
}

interface Chosen {
  readonly field: Field;
  readonly profile: Profile;
  readonly sense: string;
}

/** One entry of a table, without its files. */
export interface Proposed {
  readonly table: string;
  readonly columns: Readonly<Record<string, unknown>>;
  readonly meaning: Readonly<Record<string, unknown>>;
  readonly questions: readonly DraftQuestion[];
  /** What somebody should know of the columns that were chosen. */
  readonly notes: readonly Words[];
  /** Required fields whose column somebody has to name. */
  readonly missing: readonly Missing[];
  /** That numbers of stays come twice in a list of stays. */
  readonly repeats: Words | undefined;
  /** Whether these are prescriptions or orders: they say what was to be done, not what was charged. */
  readonly isOrders: boolean;
  /** The column that alone says which lines give back. */
  readonly refunds?: RefundFlag;
  /** Pattern of rows that are none of the table. */
  readonly skips?: string;
}

const isUnique = ({ unique, filled }: Profile): boolean => filled > 1 && unique;

/** A number that begins anew in each of several files tells no line from that of another one. */
const isRunning = ({ values, filled, distinct }: Profile): boolean => distinct < filled && values.some(({ value }) => value === '1');

const senses: Readonly<Record<string, number>> = { executed: 0, billed: 1, ordered: 2 };

/** Of several times the one that most lines have, and of those the time at which something was done. */
const preference = ({ field, profile, sense }: Chosen): number =>
  field.name === 'fee_ocur_time' ? (profile.filled < profile.rows * 0.95 ? 10 : 0) + (senses[sense] ?? 1) : 0;

const mostNames = 0.95;

const card = /^\d{17}[\dX]$/;
/** Headers of numbers of somebody else than the patient. */
const others = /监护|联系|家属|父|母|代|陪|经办|操作|医|护|药师|录入/;

/** The field that values of a form of their own fill: codes of items, of diagnoses, identity cards. */
function codeField(profile: Profile): string | undefined {
  if (nationalShare(profile) >= mostNames) return 'med_list_codg';
  if (!others.test(profile.column) && shareOf(profile, (value) => card.test(normalPersonNumber(value))) >= mostNames) return 'certno';
  return undefined;
}

/** Columns whose header nobody knows and whose values are names of the codes of one field alone, or speak for themselves. */
function addByNames(table: Table, profiles: readonly Profile[], chosen: Map<string, Chosen>): void {
  for (const profile of profiles) {
    if (profile.distinct < 2 || meaningsOf(profile.column).length > 0) continue;
    const fields = [...table.fields.values()].filter(
      ({ code_table, privacy }) => code_table !== undefined && privacy !== 'drop' && namedShare(code_table, profile) >= mostNames,
    );
    const [named] = fields;
    const field = fields.length === 1 ? named : table.fields.get(codeField(profile) ?? '');
    if (field !== undefined && field.privacy !== 'drop' && !chosen.has(field.name)) chosen.set(field.name, { field, profile, sense: '' });
  }
}

/** A header of serials that does not say what it numbers: visits, receipts, or lines. */
const isAnySerial = ({ column }: Profile): boolean => /^流水(?:号码?|编[号码]|代码|id)$/.test(plainHeader(column));

/** Whether the columns of a group tell of items that were charged, a row each. */
function isOfLines(profiles: readonly Profile[]): boolean {
  const meant = new Set(profiles.flatMap(({ column, filled }) => (filled > 0 ? meaningsOf(column).map(({ field }) => field) : [])));
  const has = (...names: readonly string[]): boolean => names.some((name) => meant.has(name));
  return has('cnt', 'pric', 'det_item_fee_sumamt') && has('med_list_codg', 'medins_list_codg', 'medins_list_name', 'hilist_name');
}

/** The column that names the visit; `open` where only somebody who knows the files can say which of these it is. */
interface VisitColumn {
  readonly chosen: Chosen | undefined;
  readonly open: readonly Profile[];
}

/**
 * Of the columns that may name the visit, the surest first: in a table of lines one that never repeats beside one that does
 * numbers the lines, and a mere 流水号 is the visit only where nothing else says so or can.
 */
function visitColumn(table: Table, profiles: readonly Profile[], found: readonly Chosen[]): VisitColumn {
  const [first] = found;
  const serial = found.find(({ profile }) => isAnySerial(profile));
  if (!isOfLines(profiles)) {
    // A number of a patient comes again in a list of visits, where each has a serial of its own.
    const isFiner = table.name === 'mdtrt_d' && first !== undefined && !isUnique(first.profile) && serial !== undefined;
    return { chosen: isFiner && isUnique(serial.profile) ? serial : first, open: [] };
  }
  const chosen = found.find(({ profile }) => !isUnique(profile)) ?? first;
  if (chosen === undefined || serial === undefined) return { chosen, open: [] };
  const alone = chosen === serial && isUnique(serial.profile);
  const other = chosen !== serial && !isUnique(serial.profile) && serial.profile.distinct !== chosen.profile.distinct;
  return { chosen, open: alone ? [serial.profile] : other ? [chosen.profile, serial.profile] : [] };
}

/** Columns of which somebody has to say whether they name the visit. */
const openVisits = (table: Table, group: Group): readonly Profile[] =>
  visitColumn(
    table,
    group.profiles,
    foundIn(table, group).filter(({ field }) => field.name === 'mdtrt_id'),
  ).open;

/** What columns may mean for a table, the surest word of each field first. */
function foundIn(table: Table, { profiles }: Group): readonly Chosen[] {
  const found = profiles.flatMap((profile) =>
    meaningsOf(profile.column).flatMap(({ field: name, sense, rank }) => {
      const field = table.fields.get(name);
      const isTime = field?.type === 'date' || field?.type === 'datetime';
      return field === undefined || field.privacy === 'drop' || sense === 'ignore' || profile.filled === 0 || (isTime && isClock(profile))
        ? []
        : [{ field, profile, sense, rank }];
    }),
  );
  return found.sort((left, right) => preference(left) - preference(right) || left.rank - right.rank);
}

/** The column of each field of a table: of several the one whose word is the surest. */
function choose(table: Table, group: Group): Map<string, Chosen> {
  const { profiles } = group;
  const found = foundIn(table, group);
  const chosen = new Map<string, Chosen>();
  for (const one of found) if (!chosen.has(one.field.name)) chosen.set(one.field.name, one);
  const visits = found.filter(({ field }) => field.name === 'mdtrt_id');
  const { chosen: visit, open } = visitColumn(table, profiles, visits);
  if (visit !== undefined) chosen.set('mdtrt_id', visit);
  if (open.length > 0) chosen.delete('mdtrt_id');
  const others = visits.filter(({ profile }) => profile !== visit?.profile && !open.includes(profile));
  const serial = table.fields.get('feedetl_sn');
  // A running number beside the number of the stay is that of the line.
  const line = others.find(({ profile }) => isUnique(profile) && !isRunning(profile));
  if (serial !== undefined && line !== undefined && !chosen.has('feedetl_sn')) chosen.set('feedetl_sn', { ...line, field: serial });
  const own = chosen.get('feedetl_sn');
  if (own !== undefined && (!isUnique(own.profile) || isRunning(own.profile))) chosen.delete('feedetl_sn');
  addByNames(table, profiles, chosen);
  const valid = table.fields.get('vali_flag');
  const state = table.name === 'fee_list_d' ? stateColumn(profiles) : undefined;
  if (valid !== undefined && state !== undefined && !chosen.has(valid.name))
    chosen.set(valid.name, { field: valid, profile: state, sense: '' });
  // Without what it is counted in nobody knows an age: 3 may be years, months or days.
  const unit = ageUnit({ profiles, sources: [] });
  if (unit !== undefined && shareOf(unit, (value) => ageUnits.test(value)) < 1) chosen.delete('age');
  return chosen;
}

/** Fields that another one fills where no column does: a name of the hospital's own is its code. */
const standIns: Readonly<Record<string, readonly string[]>> = {
  bilg_dept_codg: ['bilg_dept_name', 'acord_dept_name'],
  bilg_dept_name: ['acord_dept_name'],
  dscg_dept_codg: ['dscg_dept_name'],
  adm_dept_codg: ['adm_dept_name'],
  hilist_name: ['medins_list_name'],
  medins_list_name: ['hilist_name'],
  psn_no: ['certno'],
  med_list_codg: ['medins_list_codg', 'medins_list_name'],
};

function addStandIns(table: Table, chosen: Map<string, Chosen>): void {
  for (const [name, from] of Object.entries(standIns)) {
    const field = table.fields.get(name);
    const other = from.flatMap((one) => chosen.get(one) ?? [])[0];
    if (field !== undefined && other !== undefined && !chosen.has(name)) chosen.set(name, { ...other, field });
  }
}

/** Whether the columns of a group make rows of a table. */
function makes(table: Table, chosen: ReadonlyMap<string, Chosen>): boolean {
  const has = (...names: readonly string[]): boolean => names.some((name) => chosen.has(name));
  switch (table.name) {
    case 'psn_info_b':
      return has('psn_no', 'certno') && has('gend', 'brdy') && !has('fee_ocur_time');
    case 'mdtrt_d':
      return has('mdtrt_id') && has('begntime');
    case 'setl_list_d':
      return has('mdtrt_id') && has('nwb_age', 'nwb_bir_wt', 'nwb_adm_wt', 'vent_used_dura', 'scs_cutd_sum_dura');
    case 'setl_list_diag_d':
      return has('mdtrt_id') && has('diag_code', 'diag_name');
    default:
      return [...table.fields.values()].every((field) => field.nullable || chosen.has(field.name) || field.name === 'psn_no');
  }
}

const drafted = [
  ...(['psn_info_b', 'mdtrt_d', 'fee_list_d', 'setl_list_d', 'setl_list_diag_d', 'setl_list_oprn_d', 'setl_d', 'hilist_b'] as const),
  'drord_d',
] as const;

interface Made {
  readonly spec: unknown;
  readonly questions: readonly DraftQuestion[];
}

/** The column with the times of the day of a column of days: its header means the same. */
function clockOf({ field, profile }: Chosen, { profiles }: Group): Profile | undefined {
  if (field.type !== 'datetime' || hasClock(profile)) return undefined;
  return profiles.find((one) => isClock(one) && meaningsOf(one.column).some((meaning) => meaning.field === field.name));
}

/** Words that stand where there is no day yet, or none that is known. */
const noDays = new Set(['在院', '未出院', '住院中', '仍在院', '在院中', '至今', '长期', ...missingWords]);

/** Codes of the texts of a column of times that name none. */
function withoutDay({ values }: Profile): { readonly codes?: Readonly<Record<string, string>> } {
  const found = values.filter(({ value }) => noDays.has(value)).map(({ value }): [string, string] => [value, '']);
  return found.length === 0 ? {} : { codes: Object.fromEntries(found) };
}

function timeSpec(table: string, one: Chosen, group: Group): Made {
  const { field, profile } = one;
  const { formats, dayOrMonth } = timeFormats(profile);
  const { column } = profile;
  const clock = clockOf(one, group);
  const clocked = (all: readonly string[]): string[] =>
    clock === undefined ? [...all] : all.flatMap((format) => [`${format} %H:%M:%S`, `${format} %H:%M`, format]);
  const second = clock === undefined ? {} : { with: clock.column };
  const silent = clock === undefined ? withoutDay(profile) : {};
  if (dayOrMonth !== undefined) {
    const { dayFirst, monthFirst, isDayFirst } = dayOrMonth;
    const choices = { dayFirst: clocked([...dayFirst, ...formats]), monthFirst: clocked([...monthFirst, ...formats]) };
    const known = isDayFirst === undefined ? {} : { formats: isDayFirst ? choices.dayFirst : choices.monthFirst };
    const questions = [dayQuestion(table, field.name, column, { ...choices, isDayFirst })];
    return { spec: { from: column, ...second, ...known, ...silent }, questions };
  }
  const own = clocked(formats);
  const told = { ...second, ...(own.length === 0 ? {} : { formats: own }), ...silent };
  return { spec: Object.keys(told).length === 0 ? column : { from: column, ...told }, questions: [] };
}

const [mostOpen, longestName, mostNamed] = [20, 16, 20];

/** Codes with their names, for a question: all of a short table, of a long one those whose names are part of the text or hold it. */
function namesNear(value: string, codes: readonly CodeValue[]): string {
  const near = codes.filter(({ name_zh }) => codes.length <= mostNamed || value.includes(name_zh) || name_zh.includes(value));
  return near.map(({ code, name_zh }) => `${code} ${name_zh}`).join('，');
}

const ownCodes = (codes: readonly CodeValue[]): Record<string, string> => Object.fromEntries(codes.map(({ code }) => [code, code]));

/** The column that says in what the ages beside it are counted. */
const ageUnit = ({ profiles }: Group): Profile | undefined =>
  profiles.find(({ column, filled }) => filled > 0 && /^(?:患者|病人|就诊|入院)?年龄(?:的)?单位$|^(?:patient_)?age_?unit$/i.test(column));

/** Units of ages that are read where they stand behind a number. */
const ageUnits = /^(?:周?岁|个?月|周|天|日|小?时|分钟?)$/;

/** An age in days: of months where header or values say so, and asked for where neither says anything. */
function daysSpec(table: string, { field, profile }: Chosen): Made {
  const { column } = profile;
  const inMonths = /月/.test(column) || shareOf(profile, (value) => /月|\/\s*30/.test(value)) > 0;
  if (inMonths) return { spec: { from: column, unit: 'month' }, questions: [] };
  if (/天|日/.test(column) || shareOf(profile, (value) => /天|日/.test(value)) > 0) return { spec: column, questions: [] };
  return { spec: { from: column }, questions: [ageUnitQuestion(table, field.name, column)] };
}

/** Sexes 0 and 1 without any 2 are hardly national codes, where 0 is unknown: which is which is asked. */
function sexQuestions(
  table: string,
  field: Field,
  profile: Profile,
  choices: readonly string[],
  names: (value: string) => string,
): readonly DraftQuestion[] {
  const own = new Set(profile.values.map(({ value }) => value));
  if (field.name !== 'gend' || !own.has('0') || !own.has('1') || own.has('2') || shareOf(profile, (value) => value === '0') < 0.1)
    return [];
  return ['0', '1'].map((value) => codeQuestion(table, field.name, profile.column, value, choices, names(value)));
}

/** How a field is filled from its column, and what is not sure of it. */
function specOf(table: string, one: Chosen, group: Group): Made {
  const { field, profile } = one;
  const { column } = profile;
  if (field.type === 'date' || field.type === 'datetime') return timeSpec(table, one, group);
  if (field.name === 'vali_flag') return validitySpec(table, profile);
  if (field.code_table !== undefined) {
    const { codes, open } = codesOf(field, profile);
    const known = [...(dictionary.codeTables.get(field.code_table)?.values() ?? [])];
    const names = (value: string): string => namesNear(value, known);
    const choices = known.map(({ code }) => code);
    // So many names that no code has are no names of codes, and may be anything.
    const isForeign = open.length > mostOpen || open.some((value) => value.length > longestName || /\d{6}/.test(value));
    const sexes = sexQuestions(table, field, profile, choices, names);
    const questions = isForeign
      ? sexes
      : [...sexes, ...open.map((value) => codeQuestion(table, field.name, column, value, choices, names(value)))];
    const silent = isForeign ? { '*': '' } : Object.fromEntries(open.map((value) => [value, '']));
    const all = { ...(isForeign ? ownCodes(known) : {}), ...codes, ...silent, ...(sexes.length > 0 ? { '0': '', '1': '' } : {}) };
    return { spec: Object.keys(all).length === 0 ? column : { from: column, codes: all }, questions };
  }
  if (field.name === 'med_list_codg') {
    const pad = lostZeros(profile);
    if (pad !== undefined) return { spec: { from: column, pad }, questions: [] };
    return { spec: nationalShare(profile) < 0.5 ? { from: column, crosswalk: 'items' } : column, questions: [] };
  }
  if (field.type === 'money' || field.type === 'price') {
    if (/[（(]\s*分\s*[）)]/.test(column)) return { spec: { from: column, unit: 'fen' }, questions: [] };
    if (/万元/.test(column)) return { spec: { from: column, unit: 'wan' }, questions: [] };
    const whole = shareOf(profile, (value) => /^-?\d+$/.test(value)) > 0.99 && shareOf(profile, (value) => Number(value) >= 1000) > 0.5;
    return { spec: column, questions: whole && table === 'fee_list_d' ? [unitQuestion(field.name, column)] : [] };
  }
  if (field.name === 'nwb_age') return daysSpec(table, one);
  const unit = field.type === 'age' ? ageUnit(group) : undefined;
  if (unit !== undefined) return { spec: { from: column, with: unit.column }, questions: [] };
  if (isNumericType(field.type) && field.unit === 'g' && /kg|千克|公斤/i.test(column))
    return { spec: { from: column, unit: 'kg' }, questions: [] };
  return { spec: column, questions: [] };
}

/** Diagnoses of a cell: codes as they are, texts through the crosswalk. */
function diagnoses(chosen: ReadonlyMap<string, Chosen>): Record<string, unknown> {
  const code = chosen.get('diag_code');
  const name = chosen.get('diag_name');
  const isCoded = code !== undefined && diagnosisShare(code.profile) > 0.5;
  const text = isCoded ? code : (name ?? code);
  if (text === undefined) return {};
  const { column } = text.profile;
  const split = splitPattern(text.profile);
  const parted = split === undefined && isCoded ? {} : { split: split ?? '[；;|]' };
  const isOwn = isCoded && split === undefined && name !== undefined;
  return {
    diag_code: { from: column, ...parted, ...(isCoded ? {} : { crosswalk: 'diagnoses' }) },
    ...(isCoded ? (isOwn ? { diag_name: name.profile.column } : {}) : { diag_name: { from: column } }),
    ...(chosen.has('maindiag_flag')
      ? {}
      : parted.split === undefined
        ? {}
        : { maindiag_flag: { from: partColumn, codes: { '1': '1', '*': '0' } } }),
  };
}

/** Headers that say what kind of visits a table holds. */
const visitHeaders = (chosen: ReadonlyMap<string, Chosen>): readonly string[] =>
  ['mdtrt_id', 'begntime', 'endtime', 'ipt_days', 'dscg_way'].flatMap((name) => chosen.get(name)?.profile.column ?? []);

/** The lists of a series, each field read as its columns together are. */
function seriesColumns(
  table: Table,
  series: Series,
  group: Group,
): { readonly columns: Record<string, unknown>; readonly questions: readonly DraftQuestion[] } {
  const questions: DraftQuestion[] = [];
  const columns: Record<string, unknown> = {};
  for (const [name, places] of series.lists) {
    const field = table.fields.get(name);
    if (field === undefined) continue;
    const profile = joined(places.filter((one) => one !== undefined));
    const made = specOf(table.name, { field, profile, sense: '' }, group);
    const from = places.map((one) => one?.column ?? '');
    const split = name.endsWith('_code') && shareOf(profile, (value) => /[;；|，]/.test(value)) > 0 ? { split: '[;；|，]' } : {};
    columns[name] = typeof made.spec === 'object' && made.spec !== null ? { ...made.spec, from, ...split } : { from, ...split };
    questions.push(...made.questions);
  }
  // Where no column has codes the names are read through what somebody confirms.
  const names = columns.diag_name;
  if (table.name === 'setl_list_diag_d' && columns.diag_code === undefined && typeof names === 'object')
    columns.diag_code = { ...names, crosswalk: 'diagnoses' };
  return { columns: { ...columns, ...series.flag }, questions: [...questions, ...series.questions] };
}

/** A table of which a row of the file makes several rows. */
function proposeSeries(table: Table, group: Group): Proposed | undefined {
  const chosen = choose(table, group);
  const visit = chosen.get('mdtrt_id');
  const series = seriesOf(table.name, group.profiles, visit !== undefined && isUnique(visit.profile));
  if (series === undefined || visit === undefined) return undefined;
  const { columns, questions } = seriesColumns(table, series, group);
  if (columns[table.name === 'setl_list_diag_d' ? 'diag_code' : 'oprn_oprt_code'] === undefined) return undefined;
  // Numbers of stays are those of an institution: two of them may give the same.
  const institution = chosen.get('fixmedins_code');
  const stay = {
    mdtrt_id: visit.profile.column,
    ...(institution === undefined ? {} : { fixmedins_code: institution.profile.column }),
  };
  const own = { columns: { ...stay, ...columns }, questions, notes: series.notes };
  return { table: table.name, meaning: {}, repeats: undefined, missing: [], isOrders: false, ...own };
}

/** Where a table stands, for people. */
const placeOf = ({ file, found }: Source): string => (found.sheet === undefined ? file.name : `${file.name} / ${blanked(found.sheet)}`);

const shownPlaces = 3;

/** Where the tables of a group stand, the first of many by name. */
export function placesOf({ sources }: Group): Words {
  const all = sources.map(placeOf);
  const first = all.slice(0, shownPlaces);
  if (all.length <= shownPlaces) return words(first.join('、'), first.join(', '));
  return words(`${first.join('、')} 等 ${all.length} 处`, `${first.join(', ')} and ${all.length - shownPlaces} more`);
}

/** Whether columns tell of items that were charged, though some may be missing. */
function looksLikeLines(chosen: ReadonlyMap<string, Chosen>): boolean {
  const count = (...names: readonly string[]): number => names.filter((name) => chosen.has(name)).length;
  return (
    count('med_list_codg', 'medins_list_codg', 'medins_list_name') > 0 &&
    count('mdtrt_id', 'fee_ocur_time', 'cnt', 'pric', 'det_item_fee_sumamt') > 1
  );
}

/** Whether columns tell of settlements, though some may be missing. A front page has a total and no share of the fund. */
const looksLikeSettlements = (chosen: ReadonlyMap<string, Chosen>): boolean =>
  chosen.has('mdtrt_id') && chosen.has('medfee_sumamt') && ['fund_pay_sumamt', 'hifp_pay', 'acct_pay'].some((name) => chosen.has(name));

/** Tables of which somebody is asked for a column, or told which one is missing. */
const looksLike: Readonly<Record<string, (chosen: ReadonlyMap<string, Chosen>) => boolean>> = {
  fee_list_d: looksLikeLines,
  setl_d: looksLikeSettlements,
};

const mostMissing = 2;

/** Required fields of such a table whose column is among those that nobody knows; undefined where the table cannot be read at all. */
function asked(table: Table, chosen: ReadonlyMap<string, Chosen>, group: Group): readonly Missing[] | undefined {
  if (makes(table, chosen)) return [];
  if (looksLike[table.name]?.(chosen) !== true) return undefined;
  const missing = missingOf(table, new Set(chosen.keys()), group.profiles, openVisits(table, group));
  return missing.length <= mostMissing && missing.every(({ candidates }) => candidates.length > 0) ? missing : undefined;
}

/** Why a table that looks like one of lines or of settlements is not read as such. */
export function whyUnread(group: Group): Words | undefined {
  for (const [name, looks] of Object.entries(looksLike)) {
    const table = tableOf(name);
    const chosen = choose(table, group);
    addStandIns(table, chosen);
    if (looks(chosen)) return missingText(placesOf(group), table, missingOf(table, new Set(chosen.keys()), group.profiles, []));
  }
  return undefined;
}

const orderFields = ['prd_days', 'used_frqu_dscr', 'medc_way_dscr', 'sin_dos_dscr'] as const;

/** Lines of prescriptions and orders have no other time than that of the order, and say so or how a drug is taken. */
function isOfOrders({ name }: Table, chosen: ReadonlyMap<string, Chosen>, { sources }: Group): boolean {
  const says = (text: string): boolean => /处方|医嘱|order|prescri/i.test(text);
  const isNamed = sources.every(({ file, found }) => says(file.name) || found.titles.some(says) || says(found.sheet ?? ''));
  return (
    name === 'fee_list_d' && chosen.get('fee_ocur_time')?.sense === 'ordered' && (isNamed || orderFields.some((field) => chosen.has(field)))
  );
}

/** Formats that the values of a column leave no doubt of. */
function knownFormats(profile: Profile): readonly string[] {
  const { formats, dayOrMonth } = timeFormats(profile);
  if (dayOrMonth?.isDayFirst === undefined) return formats;
  return [...(dayOrMonth.isDayFirst ? dayOrMonth.dayFirst : dayOrMonth.monthFirst), ...formats];
}

/** Formats of the columns that somebody may name for a time. */
const openColumns = (missing: readonly Missing[], { profiles }: Group): Record<string, unknown> =>
  Object.fromEntries(
    missing.flatMap(({ field, candidates }) => {
      const own = profiles.filter(({ column }) => candidates.includes(column));
      const formats = [...new Set(own.flatMap(knownFormats))];
      return field.type === 'datetime' && formats.length > 0 ? [[field.name, { formats }] as const] : [];
    }),
  );

function proposeTable(table: Table, group: Group): Proposed | undefined {
  const many = proposeSeries(table, group);
  if (many !== undefined) return many;
  const chosen = choose(table, group);
  const earlier = table.name === 'setl_list_diag_d' ? earlierDiagnoses(group.profiles) : undefined;
  if (earlier !== undefined && chosen.get('diag_type')?.profile === earlier.profile) chosen.delete('diag_type');
  addStandIns(table, chosen);
  const missing = asked(table, chosen, group);
  if (missing === undefined) return undefined;
  const made = [...chosen.values()].map((one) => [one.field.name, specOf(table.name, one, group)] as const);
  const questions = made.flatMap(([, { questions: some }]) => some);
  const own = Object.fromEntries(made.map(([name, { spec }]) => [name, spec]));
  const filled = table.name === 'setl_list_diag_d' ? { ...withoutDiagnoses(own), ...diagnoses(chosen) } : own;
  const columns = { ...filled, ...openColumns(missing, group) };
  const time = chosen.get('fee_ocur_time');
  const sense = time === undefined || time.sense === '' ? 'billed' : time.sense;
  const meaning = table.name === 'fee_list_d' ? { fee_ocur_time: sense } : {};
  const asks = [
    ...(table.name === 'fee_list_d' &&
    time !== undefined &&
    sense !== 'executed' &&
    (hasClock(time.profile) || clockOf(time, group) !== undefined)
      ? [precisionQuestion(time.profile.column)]
      : []),
    ...(table.name === 'mdtrt_d' && !chosen.has('med_type') ? [typeQuestion(visitHeaders(chosen))] : []),
  ];
  const isOrders = isOfOrders(table, chosen, group);
  const notes = [...notesOn(table, group, chosen), ...(earlier === undefined ? [] : [earlier.note])];
  const repeats = repeatsOf(table, chosen);
  const counted = ['cnt', 'det_item_fee_sumamt'].map((name) => chosen.get(name)?.profile);
  const fields = [...chosen.values()].map(({ profile }) => profile);
  const link = chosen.get('init_feedetl_sn')?.profile;
  const refunds = table.name === 'fee_list_d' ? refundFlag(group.profiles, counted, link, fields) : undefined;
  const flagged = { ...(refunds === undefined ? {} : { refunds }), ...(earlier === undefined ? {} : { skips: earlier.rows }) };
  return { table: table.name, columns, meaning, questions: [...questions, ...asks], notes, repeats, missing, isOrders, ...flagged };
}

/** Fields that need days of a stay beside them. */
const dayFields: readonly string[] = ['brdy', 'begntime', 'endtime', 'die_date'];

/** The stays of a front page without dates: for grouping only, with what their own columns say of age and days. */
export function proposeUndated(group: Group): Proposed | undefined {
  const table = dictionary.tables.get('mdtrt_d');
  if (table === undefined) return undefined;
  const chosen = choose(table, group);
  if (!chosen.has('mdtrt_id') || !chosen.has('age')) return undefined;
  for (const name of dayFields) chosen.delete(name);
  const made = [...chosen.values()].map((one) => [one.field.name, specOf(table.name, one, group)] as const);
  const columns = { ...Object.fromEntries(made.map(([name, { spec }]) => [name, spec])), begntime: { constant: '2025-01-01' } };
  const asks = [groupedDayQuestion, ...(chosen.has('med_type') ? [] : [typeQuestion(visitHeaders(chosen))])];
  const questions = [...made.flatMap(([, { questions: some }]) => some), ...asks];
  return { table: table.name, columns, meaning: {}, questions, notes: [], repeats: undefined, missing: [], isOrders: false };
}

/** Leaves out what is told by a day where there is none. */
export const withoutDays = (proposed: Proposed): Proposed => ({
  ...proposed,
  columns: Object.fromEntries(Object.entries(proposed.columns).filter(([name]) => name !== 'brdy' && name !== 'die_date')),
});

/** Numbers of stays that come twice in a list of them. */
function repeatsOf(table: Table, chosen: ReadonlyMap<string, Chosen>): Words | undefined {
  const visit = chosen.get('mdtrt_id')?.profile;
  if (table.name !== 'mdtrt_d' || visit === undefined || isUnique(visit) || visit.filled <= 1) return undefined;
  return words(
    `“${visit.column}”有重复的值：若一个病人多次住院共用一个号，请改用每次住院不同的列，或用 with 加上住院次数一列`,
    `“${visit.column}” has values that come twice: if stays of a patient share it, take a column that differs, or add one by with`,
  );
}

/** The column that numbers the stays of a patient. */
export const stayNumber = ({ profiles }: Group): string | undefined =>
  profiles.find(({ column, filled }) => filled > 0 && /^第?几?次?(住院|入院)(次数|次)$/.test(column))?.column;

/** Times beside the one that was taken. */
function notesOn(table: Table, group: Group, chosen: ReadonlyMap<string, Chosen>): readonly Words[] {
  const notes: Words[] = [];
  const time = chosen.get('fee_ocur_time');
  const others = group.profiles.filter(
    (one) =>
      one !== time?.profile && one.filled > 0 && !isClock(one) && meaningsOf(one.column).some(({ field }) => field === 'fee_ocur_time'),
  );
  if (table.name === 'fee_list_d' && time !== undefined && others.length > 0) {
    const names = others.map(({ column }) => column).join('、');
    notes.push(
      words(`费用时间取“${time.profile.column}”，另有 ${names}`, `the time of a line is “${time.profile.column}”; there are also ${names}`),
    );
  }
  return notes;
}

const withoutDiagnoses = ({ diag_code: _code, diag_name: _name, ...rest }: Record<string, unknown>): Record<string, unknown> => rest;

/** What a line says of its visit as well. */
const ofVisits = new Set(['mdtrt_id', 'setl_id', 'psn_no', 'certno', 'insutype', 'med_type', 'fixmedins_code', 'fixmedins_name']);

const sourceOf = (spec: unknown): string | undefined =>
  typeof spec === 'string' ? spec : typeof spec === 'object' && spec !== null && 'from' in spec ? String(spec.from) : undefined;

/** A visit without what differs from line to line: a department that ordered is not that of the visit. */
function withoutLines(visits: Proposed, lines: Proposed): Proposed {
  const own = new Set(Object.values(lines.columns).flatMap((spec) => sourceOf(spec) ?? []));
  const kept = Object.entries(visits.columns).filter(([name, spec]) => ofVisits.has(name) || !own.has(sourceOf(spec) ?? ''));
  return { ...visits, columns: Object.fromEntries(kept), notes: [], repeats: undefined };
}

/** The tables that files with these columns fill. A file of lines says nothing of stays unless it alone could. */
export function proposeTables(group: Group, without: ReadonlySet<string> = new Set()): readonly Proposed[] {
  const named = group.sources[0]?.file.table;
  const tables = (named === undefined ? drafted : [named]).filter((name) => !without.has(name));
  const all = tables.flatMap((name) => {
    const table = dictionary.tables.get(name);
    const proposed = table === undefined ? undefined : proposeTable(table, group);
    return proposed === undefined ? [] : [proposed];
  });
  const lines = all.find(({ table }) => table === 'fee_list_d');
  if (lines === undefined) return all;
  return all.flatMap((one) => (one === lines ? [one] : one.table === 'mdtrt_d' ? [withoutLines(one, lines)] : []));
}
