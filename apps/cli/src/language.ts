import { inputProblems, isOneOf, type Language, languages, words } from '@hengjian/standard';

const isLanguage = (text: string): text is Language => isOneOf(languages, text);

/** The words of `--lang` in a call; the last one counts. */
function asked(words: readonly string[]): string | undefined {
  const at = words.findLastIndex((word) => word === '--lang' || word.startsWith('--lang='));
  if (at < 0) return undefined;
  const word = words[at] ?? '';
  return word === '--lang' ? (words[at + 1] ?? '') : word.slice('--lang='.length);
}

/** Language of the environment by the first of LC_ALL, LC_MESSAGES and LANG that is set; Chinese where it says neither. */
export function environmentLanguage(environment: Readonly<Record<string, string | undefined>>): Language {
  const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || '';
  return /^en\b/i.test(locale.replace('_', '-')) ? 'en' : 'zh';
}

/** Language of a call: `--lang`, else the environment, else Chinese. Throws a refusal for a language there is not. */
export function languageOf(call: readonly string[], environment: Readonly<Record<string, string | undefined>>): Language {
  const text = asked(call);
  if (text === undefined) return environmentLanguage(environment);
  if (isLanguage(text)) return text;
  throw inputProblems.refused('option-invalid', { option: '--lang', value: text, expected: words('zh 或 en', 'zh or en') });
}
