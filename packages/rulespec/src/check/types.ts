import { decimals } from '@hengjian/standard';

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

/** The type as a reader of problems knows it. */
export function showType(type: Type): string {
  if (isCode(type)) return `code<${dictionaryOf(type)}>`;
  if (isSet(type)) return `set<${dictionaryOf(type)}>`;
  return isRef(type) ? `ref<${dictionaryOf(type)}>` : type;
}
