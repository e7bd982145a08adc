import { dictionary, type Field } from '@hengjian/standard';
import { quotedTexts } from '@hengjian/table';
import { codeNames } from './code-names.ts';

// What stands where a code of a national table is due: the code without its zeros (5 for 05) or with one (01 for 1), as a data
// frame writes it (1.0), or the name of what it means (无效, 男性). Only what no other code of the table can be is taken.

/** A table of more codes would make a long statement of each row. */
const fewCodes = 20;

const noes = ['N', 'n', '否', 'F', 'False', 'false', 'FALSE', 'No', 'no'];
const yeses = ['Y', 'y', '是', 'T', 'True', 'true', 'TRUE', 'Yes', 'yes'];

/** Texts that mean a code of a table, each once. */
function otherTexts(table: string, codes: ReadonlyMap<string, { readonly name_zh: string }>): ReadonlyMap<string, string> {
  const found = new Map<string, string | undefined>();
  const add = (text: string, code: string): void => {
    if (text !== '' && !codes.has(text)) found.set(text, found.has(text) && found.get(text) !== code ? undefined : code);
  };
  for (const [code, { name_zh }] of codes) {
    const short = code.replace(/^0+(?=.)/, '');
    for (const text of [short, ...(/^\d+$/.test(code) ? [`${code}.0`, `${short}.0`, `0${short}`] : []), name_zh]) add(text, code);
  }
  for (const { table: own, name, code, isSure } of codeNames) if (isSure && own === table) add(name, code);
  if (codes.size === 2 && codes.has('0') && codes.has('1')) {
    for (const text of noes) add(text, '0');
    for (const text of yeses) add(text, '1');
  }
  return new Map([...found].flatMap(([text, code]) => (code === undefined ? [] : [[text, code] as const])));
}

interface Texts {
  readonly others: ReadonlyMap<string, string>;
  /** SQL that tells at one look that a value is written as the codes of the table are. */
  readonly usual: (value: string) => string;
}

const known = new Map<string, Texts | undefined>();

function textsOf({ code_table: name }: Field): Texts | undefined {
  if (name === undefined) return undefined;
  if (!known.has(name)) known.set(name, readTexts(name));
  return known.get(name);
}

function readTexts(name: string): Texts | undefined {
  const codes = dictionary.codeTables.get(name);
  if (codes === undefined || codes.size === 0 || codes.size > fewCodes) return undefined;
  const others = otherTexts(name, codes);
  const widths = [...new Set([...codes.keys()].map((code) => code.length))];
  const areDigits = [...codes.keys()].every((code) => /^\d+$/.test(code));
  const usual = (value: string): string =>
    areDigits ? `(strlen(${value}) IN (${widths.join(', ')}) AND ${value} >= '0' AND ${value} < ':')` : 'false';
  return others.size === 0 ? undefined : { others, usual };
}

/** SQL that tells whether a value means a code and is none; undefined where the field has no table that says so. */
export function otherCodeSql(field: Field, value: string): string | undefined {
  const texts = textsOf(field);
  if (texts === undefined) return undefined;
  const isOther = `list_contains(${quotedTexts([...texts.others.keys()])}, ${value})`;
  return `CASE WHEN ${texts.usual(value)} THEN false ELSE coalesce(${isOther}, false) END`;
}

/** SQL of the code that a value means; other values stay. */
export function codeSql(field: Field, value: string): string {
  const texts = textsOf(field);
  if (texts === undefined) return value;
  const [others, codes] = [quotedTexts([...texts.others.keys()]), quotedTexts([...texts.others.values()])];
  return `CASE WHEN ${texts.usual(value)} THEN ${value} ELSE coalesce(${codes}[list_position(${others}, ${value})], ${value}) END`;
}
