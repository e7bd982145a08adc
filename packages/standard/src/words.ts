/** Languages of the program. Everything a user sees exists in both; Chinese comes first. */
export const languages = ['zh', 'en'] as const;
export type Language = (typeof languages)[number];

/** One text in both languages. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

export const words = (zh: string, en: string): Words => ({ zh, en });

/** Names in a sentence. `none` is what to say, and what to do next, when there are none: a message never ends in a colon. */
export const listed = (names: readonly string[], none: Words = words('无', 'none')): Words =>
  names.length === 0 ? none : words(names.join('、'), names.join(', '));

/** A number with the English name of what is counted: `1 file`, `2 files`. The only place where English counts are made. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
