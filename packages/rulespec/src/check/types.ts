import { decimals, type Words, words } from '@hengjian/standard';

/** Numeric types of expressions; all are exact scaled integers. */
export type Numeric = 'int' | 'money' | 'price' | 'quantity' | 'days' | 'ratio' | 'age';
/** Types of expressions. `code:x` is an id of dictionary x, `ref:x` is only compared for equality, `set:x` a set of ids. */
export type Type = 'bool' | Numeric | 'day' | 'minute' | 'text' | 'window' | `code:${string}` | `ref:${string}` | `set:${string}`;

const places: Readonly<Record<Numeric, number>> = {
  int: 0,
  money: decimals.money,
  price: decimals.price,
  quantity: decimals.quantity,
  days: decimals.days,
  ratio: decimals.ratio,
  age: decimals.age,
};

export const isNumeric = (type: Type): type is Numeric => type in places;
/** Decimals kept by a numeric type. */
export const placesOf = (type: Numeric): number => places[type];
export const isCode = (type: Type): type is `code:${string}` => type.startsWith('code:');
export const isSet = (type: Type): type is `set:${string}` => type.startsWith('set:');
export const isRef = (type: Type): type is `ref:${string}` => type.startsWith('ref:');
export const isOrdered = (type: Type): boolean => isNumeric(type) || type === 'day' || type === 'minute';
/** Dictionary of a code or set type. */
export const dictionaryOf = (type: Type): string => type.slice(type.indexOf(':') + 1);

const plainNames: Readonly<Record<Numeric | 'bool' | 'day' | 'minute' | 'text' | 'window', string>> = {
  int: '整数',
  money: '金额',
  price: '单价',
  quantity: '数量',
  days: '天数',
  ratio: '比例',
  age: '年龄',
  bool: '真假',
  day: '日期',
  minute: '时刻',
  text: '文字',
  window: '时间窗口',
};
const families = { code: '编码', set: '编码集合', ref: '引用' } as const;

const isPlain = (type: Type): type is keyof typeof plainNames => type in plainNames;

/** The type as a reader of problems knows it, in Chinese with its name in knowledge tables. */
export function typeWords(type: Type): Words {
  if (isPlain(type)) return words(`${plainNames[type]}（${type}）`, type);
  const family = isCode(type) ? 'code' : isSet(type) ? 'set' : 'ref';
  const written = `${family}<${dictionaryOf(type)}>`;
  return words(`${families[family]}（${written}）`, written);
}
