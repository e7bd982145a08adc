import { codePatterns } from './validate.ts';
import { type Words, words } from './words.ts';

/** Kinds of codes that knowledge points speak of, with what people call them. */
export const codeKinds = {
  drug: words('药品', 'drugs'),
  service: words('医疗服务项目', 'medical services'),
  consumable: words('医用耗材', 'consumables'),
  diagnosis: words('诊断', 'diagnoses'),
  operation: words('手术操作', 'operations'),
  disease: words('门诊慢特病病种', 'diseases of the chronic benefit'),
  group: words('病组', 'groups'),
} as const satisfies Readonly<Record<string, Words>>;

export type KindOfCode = keyof typeof codeKinds;

/** Kinds of items of the catalogue. */
export const itemKinds = ['drug', 'service', 'consumable'] as const satisfies readonly KindOfCode[];
export type ItemKind = (typeof itemKinds)[number];

/** Kinds by the first digit of `list_type`. */
const ofListType: Readonly<Record<string, ItemKind>> = { '1': 'drug', '2': 'service', '3': 'consumable' };

const { westernMedicine, patentMedicine, herbalPiece, consumable, service } = codePatterns;

const ofShape: readonly (readonly [RegExp, ItemKind])[] = [
  [westernMedicine, 'drug'],
  [patentMedicine, 'drug'],
  [herbalPiece, 'drug'],
  [consumable, 'consumable'],
  [service, 'service'],
];

/** Kind of an item by its `list_type`, else by the shape of a national code; `undefined` where neither tells it. */
export function itemKindOf(listType: string | undefined, code: string): ItemKind | undefined {
  return ofListType[listType?.slice(0, 1) ?? ''] ?? ofShape.find(([pattern]) => pattern.test(code))?.[1];
}

/**
 * Kind of the items that a code, a prefix of codes (`XA01*`) or names of articles of a knowledge table mean; `undefined` for
 * patterns of names of any item.
 */
export function writtenItemKind(text: string): ItemKind | undefined {
  if (text.startsWith('article:')) return 'consumable';
  if (!text.endsWith('*')) return itemKindOf(undefined, text);
  if (/^[XZT][A-Z0-9]*\*$/.test(text)) return 'drug';
  if (/^C\d*\*$/.test(text)) return 'consumable';
  return /^0\d*\*$/.test(text) ? 'service' : undefined;
}
