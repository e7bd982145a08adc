import { diagnosesOf } from './disease-terms.ts';
import { type Cells, draftOf, kept, key, type ResolveOptions, type RowResult, type Supplements } from './draft.ts';
import { itemList } from './point.ts';
import type { KeptReason } from './problems.ts';
import type { SourceRecord } from './records.ts';

/** Drug codes of a name, also of one that lost its last sign, where only one name goes on from it. */
function codesOfDrug(name: string, { codes, drugNames }: Supplements): readonly string[] {
  const own = codes.get(key('', name));
  if (own !== undefined) return own;
  const longer = drugNames.filter((other) => other.length === name.length + 1 && other.startsWith(name));
  return longer.length === 1 ? (codes.get(key('', longer[0] ?? '')) ?? []) : [];
}

/** The tables and cells that the words of a class give, or why they give none. */
type Said = { readonly table: string; readonly cells: readonly Cells[] } | { readonly why: KeptReason };
const says = (table: string, ...cells: Cells[]): Said => ({ table, cells });

/** Classes whose drugs are given together by rule: two substances of them are no duplicate, two forms of one are. */
const combined = /^(A11|A12|B01AC|C01DA|C02K|H02A|J04A|J05A|L01|L04A|N02A|N03A|N05A|R03)|X$/;

/** The group within which two drugs do the same, by the code of a drug: its smallest class, else its substance. */
export function drugClass(code: string, name: string): string {
  const smallest = code.slice(1, 6);
  if (/(生坦|腾坦)/.test(name)) return `${smallest} 内皮素受体拮抗药`;
  return combined.test(smallest) ? code.slice(1, 10) : smallest;
}

function duplicates(name: string, codes: readonly string[]): Said {
  const groups = Map.groupBy(codes, (code) => drugClass(code, name));
  return says('drug-group', ...[...groups].map(([drug_class, own]) => ({ items: itemList(own), drug_class })));
}

/** The age above which a patient is old in the words of a label, as labels count it. */
const oldAge = '65';
/** The warning holds for those only who are ill besides. */
const ifIll =
  /(功能(低下|障碍|不全|减退)者?的?老年|老年[^，。]{0,4}功能(低下|障碍|不全|减退)者|伴[^，。]*功能|可能有[^，。]*功能|同时使用)/;

function elderly(text: string): Said {
  if (!/老|高龄/.test(text)) return { why: 'text-lost' };
  if (ifIll.test(text)) return { why: 'condition-open' };
  return /禁用|慎用|慎重|谨慎|不推荐|避免|不宜/.test(text) ? says('drug-elderly', { age_max: oldAge }) : { why: 'caution-open' };
}

/** Pregnant, and neither delivered nor after it; nursing. */
const pregnant = [
  'O1*',
  'O2*',
  'O3*',
  'O40*',
  'O41*',
  'O42*',
  'O43*',
  'O44*',
  'O45*',
  'O46*',
  'O47*',
  'O48*',
  'O98*',
  'O99*',
  'Z33*',
  'Z34*',
  'Z35*',
];
const nursing = ['Z39.1*'];

function pregnancy(text: string): Said {
  const barred = /禁用/.test(text) ? text : '';
  const states = [...(/孕/.test(barred) ? pregnant : []), ...(/哺乳/.test(barred) ? nursing : [])];
  return states.length === 0 || /妊娠头|\d/.test(text) ? { why: 'caution-open' } : says('drug-pregnancy', { diagnoses: itemList(states) });
}

const barredTogether = /禁(?:止|忌)?(?:本品)?(?:与|和)([^。；（）]+?)(?:合用|联合使用|联用|合并用药|同时使用)/g;

/** Drugs that the words bar beside one, as far as they are named and have codes. */
function interactions(text: string, { codes, drugNames }: Supplements): Said {
  const partners = [...text.matchAll(barredTogether)]
    .flatMap(([, named = '']) => named.split(/[、，]|或|和/))
    .filter((one) => one.length > 2);
  const cells = partners.flatMap((partner) => {
    const found = drugNames.filter((name) => name.includes(partner)).flatMap((name) => codes.get(key('', name)) ?? []);
    return found.length === 0 ? [] : [{ item_b: itemList(found), name_b: partner }];
  });
  return cells.length === 0 ? { why: 'partner-open' } : says('drug-interaction', ...cells);
}

/** Diseases of a label, where its words are whole and name plain diseases. */
function label(text: string): Said {
  const diagnoses = text.endsWith('。') ? diagnosesOf(text) : undefined;
  return diagnoses === undefined ? { why: 'condition-open' } : says('drug-label-indication', { diagnoses });
}

const readers: Readonly<Record<string, (record: SourceRecord, codes: readonly string[], more: Supplements) => Said>> = {
  重复开药: ({ name }, codes) => duplicates(name, codes),
  老年人用药安全: ({ text }) => elderly(text),
  妊娠期及哺乳期用药安全: ({ text }) => pregnancy(text),
  药品相互作用: ({ text }, _codes, more) => interactions(text, more),
  药品禁忌症: () => ({ why: 'condition-open' }),
  超说明书适应症用药: ({ text }) => label(text),
};

/** Points about how a drug is used; undefined for every other class. A name without a code stays a proposal. */
export function drugResult(record: SourceRecord, more: Supplements, options: ResolveOptions): RowResult | undefined {
  const read = readers[record.rule_class];
  if (read === undefined) return undefined;
  if (record.text === '') return kept(record, 'text-lost');
  const codes = codesOfDrug(record.name, more);
  if (codes.length === 0) return kept(record, 'codes-open');
  const said = read(record, codes, more);
  if ('why' in said) return kept(record, said.why);
  const drafts = said.cells.map((cells) => {
    const own: Cells =
      said.table === 'drug-interaction' ? { item_a: itemList(codes), name_a: record.name } : { items: itemList(codes), name: record.name };
    const subject = key(record.name, cells.drug_class ?? cells.name_b ?? '');
    return draftOf(said.table, record, options, { ...own, ...cells }, subject);
  });
  return { kind: 'points', drafts };
}
