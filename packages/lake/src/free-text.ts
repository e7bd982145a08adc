import { blank, type Field, personPatterns, tableOf } from '@hengjian/standard';
import { quoted } from '@hengjian/table';
import type { Load } from './land.ts';

/** Whether a field holds words that somebody wrote, among which there may be a number of a person. */
export const isFreeText = ({ name, type, privacy, code_table }: Field): boolean =>
  type === 'string' && privacy === 'keep' && code_table === undefined && /_(?:name|dscr|info|rea)$/.test(name);

/** SQL of a text without the identity cards and mobile telephones in it; the words around them stay. */
export const withoutNumbersSql = (value: string): string =>
  `CASE WHEN regexp_matches(${value}, ${quoted(personPatterns.text)})
    THEN regexp_replace(${value}, ${quoted(personPatterns.run)}, ${quoted(`\\1${blank}`)}, 'g') ELSE ${value} END`;

/** A load whose free texts come without numbers of persons. */
export function withoutNumbers(load: Load): Load {
  const { fields } = tableOf(load.table);
  const plans = load.plans.map((plan) => {
    const field = fields.get(plan.field);
    const { from, origin = from } = plan;
    return field === undefined || !isFreeText(field) || /^(NULL|'.*')$/.test(from)
      ? plan
      : { ...plan, from: withoutNumbersSql(from), origin };
  });
  return { ...load, plans };
}
