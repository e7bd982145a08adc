import { type Words, words } from '@hengjian/standard';

/** Parts of one line in both languages, with the separator of each between them. */
export const joined = (parts: readonly Words[], zh = '，', en = ', '): Words =>
  words(parts.map((part) => part.zh).join(zh), parts.map((part) => part.en).join(en));
