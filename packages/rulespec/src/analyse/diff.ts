import { formatDay } from '@hengjian/standard';
import type { CheckedRule } from '../check/checked.ts';
import type { RuleSource } from '../source/rule-source.ts';
import { canonical } from './satisfiable.ts';

/** What a change of a rule alters. `nothing`: it is written otherwise and means the same. */
export type Alters = 'verdicts' | 'dates' | 'amounts' | 'handling' | 'texts' | 'cases' | 'nothing';

export interface RuleDifference {
  readonly field: string;
  /** Text before and after; null where there was, or is, nothing. */
  readonly before: string | null;
  readonly after: string | null;
  readonly alters: Alters;
}

const alteredBy: Readonly<Partial<Record<keyof RuleSource, Alters>>> = {
  version: 'texts',
  official_code: 'texts',
  official_number: 'texts',
  name: 'texts',
  class: 'texts',
  object: 'texts',
  result: 'verdicts',
  stages: 'handling',
  scenes: 'texts',
  basis: 'texts',
  effective: 'dates',
  decisive: 'dates',
  owner: 'verdicts',
  level_scale: 'verdicts',
  payment_scope: 'verdicts',
  person_owed: 'verdicts',
  by: 'verdicts',
  reach: 'verdicts',
  needs: 'verdicts',
  where: 'verdicts',
  message: 'texts',
  knowledge: 'cases',
};

const handled: ReadonlySet<string> = new Set(['file', 'at', 'id', 'shape', 'params', 'exceptions', 'amount', 'cases']);

/** A value as a reader sees it: expressions as their texts, without positions. */
function shown(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const plain = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(plain);
    if (typeof part !== 'object' || part === null) return part;
    if ('text' in part && 'field' in part) return part.text;
    return Object.fromEntries(Object.entries(part).flatMap(([key, inner]) => (key === 'at' ? [] : [[key, plain(inner)]])));
  };
  const read = plain(value);
  return typeof read === 'string' ? read : JSON.stringify(read);
}

interface Named {
  readonly field: string;
  readonly value: string | null;
  readonly alters: Alters;
  /** What the checker made of it; equal meanings alter nothing. */
  readonly meaning?: string;
}

function partsOf(rule: CheckedRule): readonly Named[] {
  const { source } = rule;
  const plain = Object.entries(source)
    .filter(([name]) => !handled.has(name))
    .map(([name, value]): Named => {
      const alters = alteredBy[name as keyof RuleSource] ?? 'handling';
      const meaning = name === 'where' ? canonical(rule.where) : name === 'needs' ? canonical(rule.needs) : undefined;
      return { field: name, value: shown(value), alters, ...(meaning === undefined ? {} : { meaning }) };
    });
  const checked = rule.shape as unknown as Readonly<Record<string, unknown>>;
  const shape = Object.entries(source.shape).map(
    ([name, value]): Named => ({
      field: name === 'kind' ? 'shape' : name,
      value: shown(value),
      alters: 'verdicts',
      ...(name in checked ? { meaning: canonical(checked[name]) } : {}),
    }),
  );
  const params = source.params.flatMap(({ name, type, values }) => [
    { field: `params.${name}.type`, value: type, alters: 'verdicts' as const },
    ...values.map(
      ({ from, area, text }): Named => ({ field: `params.${name} ${area} from ${formatDay(from)}`, value: text, alters: 'verdicts' }),
    ),
  ]);
  const exceptions = source.exceptions.flatMap(({ when, needs, basis, effect }, index): Named[] => [
    { field: `exceptions.${index + 1}.when`, value: when.text, alters: 'verdicts', meaning: canonical(rule.exceptions[index]?.when) },
    { field: `exceptions.${index + 1}.needs`, value: shown(needs), alters: 'verdicts' },
    { field: `exceptions.${index + 1}.effect`, value: shown(effect), alters: 'verdicts' },
    { field: `exceptions.${index + 1}.basis`, value: basis, alters: 'texts' },
  ]);
  const amount = Object.entries(source.amount)
    .filter(([name]) => name !== 'at')
    .map(([name, value]): Named => ({ field: `amount.${name}`, value: shown(value), alters: 'amounts' }));
  const cases = source.cases.map(({ name, ...rest }): Named => ({ field: `case ${name}`, value: shown(rest), alters: 'cases' }));
  return [...plain, ...shape, ...params, ...exceptions, ...amount, ...cases];
}

/** Compares two rules field by field and says of each change what it alters. */
export function diffRules(before: CheckedRule, after: CheckedRule): readonly RuleDifference[] {
  const byField = (rule: CheckedRule): Map<string, Named> => new Map(partsOf(rule).map((part) => [part.field, part]));
  const [left, right] = [byField(before), byField(after)];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((field) => {
    const [old, now] = [left.get(field), right.get(field)];
    if ((old?.value ?? null) === (now?.value ?? null)) return [];
    const same = old?.meaning !== undefined && old.meaning === now?.meaning;
    return [{ field, before: old?.value ?? null, after: now?.value ?? null, alters: same ? 'nothing' : ((now ?? old)?.alters ?? 'texts') }];
  });
}
