import { codePatterns, type Words, words } from '@hengjian/standard';
import { mostParts, partColumn } from '../split.ts';
import { type DraftQuestion, principalQuestion } from './ask.ts';
import { diagnosisShare, type Profile, shareOf } from './profile.ts';
import { type Attribute, type SeriesHeader, type Subject, seriesHeader } from './series-header.ts';

/** National fields of the attributes, by table. */
const fieldsOf: Readonly<Record<Subject, Readonly<Partial<Record<Attribute, string>>>>> = {
  diagnosis: { code: 'diag_code', name: 'diag_name', condition: 'adm_cond_type' },
  operation: {
    ...{ code: 'oprn_oprt_code', name: 'oprn_oprt_name', date: 'oprn_oprt_date' },
    ...{ begin: 'oprn_oprt_begntime', end: 'oprn_oprt_endtime', anaesthesia: 'anst_way' },
  },
};

/** A column with its place. */
interface Member extends SeriesHeader {
  readonly profile: Profile;
}

/** Columns of one kind: those of each field by place, with what is not sure of them. */
export interface Series {
  readonly lists: ReadonlyMap<string, readonly (Profile | undefined)[]>;
  readonly flag: Readonly<Record<string, unknown>>;
  readonly questions: readonly DraftQuestion[];
  readonly notes: readonly Words[];
}

const codeShare: Readonly<Record<Subject, (profile: Profile) => number>> = {
  diagnosis: diagnosisShare,
  operation: (profile) => shareOf(profile, (value) => codePatterns.operation.test(value) || /^\d{1,2}\.\d{1,4}(?:x\d+)?$/i.test(value)),
};

/** Columns without an attribute, such as 其他诊断1, hold codes or names, as their values say; one without values is as most others. */
function resolved(members: readonly Member[]): readonly Member[] {
  const isCode = ({ subject, profile }: Member): boolean => codeShare[subject](profile) > 0.5;
  const filled = members.filter(({ attribute, profile }) => attribute === 'bare' && profile.filled > 0);
  const mostly = filled.filter(isCode).length * 2 > filled.length;
  return members.map((one) => {
    if (one.attribute !== 'bare') return one;
    const attribute = (one.profile.filled > 0 ? isCode(one) : mostly) ? 'code' : 'name';
    return { ...one, attribute };
  });
}

const isSame = (left: Profile, right: Profile): boolean =>
  left.filled > 0 && left.filled === right.filled && JSON.stringify(left.values) === JSON.stringify(right.values);

interface Placed {
  readonly members: ReadonlyMap<Attribute, ReadonlyMap<number, Profile>>;
  /** Whether nothing but the number 1 says which is the principal one. */
  readonly isGuess: boolean;
  readonly notes: readonly Words[];
}

/** Gives every column its place: the principal one is the first. */
function placesOf(members: readonly Member[]): Placed {
  const notes: Words[] = [];
  const text = members.filter(({ attribute }) => attribute === 'code' || attribute === 'name');
  const main = text.find(({ role, number }) => role === 'main' || (role === undefined && number === undefined));
  const others = Math.max(0, ...text.flatMap(({ role, number }) => (role !== 'main' ? (number ?? (role === 'other' ? 1 : 0)) : 0)));
  // 手术编码1 beside 主要手术编码 may be the principal one once more.
  const first = text.find(({ role, number, attribute }) => role === undefined && number === 1 && attribute === main?.attribute);
  const isTwice = main !== undefined && first !== undefined && isSame(main.profile, first.profile);
  if (isTwice)
    notes.push(
      words(
        `“${first.profile.column}”与“${main.profile.column}”内容相同，只读一次`,
        `“${first.profile.column}” holds what “${main.profile.column}” holds, and is read once`,
      ),
    );
  const isGuess = main === undefined && !text.some(({ role }) => role === 'other');
  const shift = isGuess || isTwice ? 0 : 1;
  const placed = new Map<Attribute, Map<number, Profile>>();
  for (const { role, number, attribute, profile } of members) {
    const isFirst = role === 'main' || (role === undefined && number === undefined);
    const numbers = members.filter((one) => one.attribute === attribute && one.role === undefined).flatMap((one) => one.number ?? []);
    // 入院病情1 is that of the principal diagnosis where there are as many as diagnoses and none without a number.
    const isOwn = role === undefined && shift === 1 && !members.some((one) => one.attribute === attribute && one.number === undefined);
    const own = isOwn && attribute !== 'code' && attribute !== 'name' && Math.max(...numbers) > others ? 0 : shift;
    const place = isFirst ? 1 : (number ?? 1) + own;
    const places = placed.get(attribute) ?? new Map<number, Profile>();
    placed.set(attribute, places);
    if (!places.has(place)) places.set(place, profile);
    else if (!(isTwice && place === 1))
      notes.push(
        words(
          `“${profile.column}”未用：“${places.get(place)?.column}”在同一位置`,
          `“${profile.column}” is not used: “${places.get(place)?.column}” has its place`,
        ),
      );
  }
  return { members: placed, isGuess, notes };
}

/**
 * The numbered columns of diagnoses or operations of a group; undefined where there are none. Where a row is a stay
 * (`isEachStay`) its one column of operations is a list of one: most stays have none.
 */
export function seriesOf(table: string, profiles: readonly Profile[], isEachStay = false): Series | undefined {
  const subject = table === 'setl_list_diag_d' ? 'diagnosis' : table === 'setl_list_oprn_d' ? 'operation' : undefined;
  if (subject === undefined) return undefined;
  const found = profiles.flatMap((profile): Member[] => {
    const header = seriesHeader(profile.column);
    return header?.subject === subject ? [{ ...header, profile }] : [];
  });
  const own = resolved(found);
  // A code of the principal one alone is a list of one: where it is blank there is none.
  const isSeries = own.some(
    ({ attribute, role, number }) =>
      (attribute === 'code' && (role === 'main' || (isEachStay && subject === 'operation'))) ||
      ((attribute === 'code' || attribute === 'name') && (role === 'other' || number !== undefined)),
  );
  if (!isSeries) return undefined;
  const { members, isGuess, notes } = placesOf(own);
  const last = Math.max(...[...members.values()].flatMap((places) => [...places.keys()]));
  const kept = Math.min(last, mostParts);
  const left =
    last > kept
      ? [words(`只能读 ${kept} 列，第 ${kept + 1} 至 ${last} 列未读`, `only ${kept} columns can be read; ${kept + 1} to ${last} are not`)]
      : [];
  const lists = new Map(
    [...members].flatMap(([attribute, places]) => {
      const field = fieldsOf[subject][attribute];
      return field === undefined ? [] : [[field, Array.from({ length: kept }, (_, place) => places.get(place + 1))] as const];
    }),
  );
  const flag = subject === 'diagnosis' ? 'maindiag_flag' : 'main_oprn_flag';
  const column = members.get('code')?.get(1)?.column ?? members.get('name')?.get(1)?.column ?? '';
  const questions = isGuess
    ? [
        principalQuestion(
          table,
          flag,
          column,
          subject === 'diagnosis' ? words('主要诊断', 'the principal diagnosis') : words('主要手术', 'the main operation'),
        ),
      ]
    : [];
  return { lists, flag: { [flag]: { from: partColumn, codes: { '1': '1', '*': '0' } } }, questions, notes: [...notes, ...left] };
}
