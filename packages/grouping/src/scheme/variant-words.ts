import { type Words, words } from '@hengjian/standard';
import type { Variant } from './scheme.ts';

/** What the variants are that the importer of plain tables makes; a stored scheme has the English text only. */
const made: Readonly<Record<string, string>> = {
  'qy-main': '1.1 版原文：主要手术不属于本 MDC 任何组时为歧义病例',
  'qy-any': '各地做法：任一手术不属于本 MDC 任何组时为歧义病例',
  'hiv-any': '2.0 版：任一诊断均可进入 MDCY',
};

/** What a variant changes, in both languages; the text of others stays as its author wrote it. */
export function variantWords({ name, why }: Pick<Variant, 'name' | 'why'>): Words {
  const [, adrg] = /^([a-z]{2}\d)-listed$/.exec(name) ?? [];
  if (adrg !== undefined) return words(`${adrg.toUpperCase()} 按已公布的主要诊断列表入组，而非本 MDC 全部主要诊断`, why);
  return words(made[name] ?? why, why);
}
