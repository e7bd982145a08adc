import { decimals, parseScaled, type Words, words } from '@hengjian/standard';
import { invalid, kindWords, notAmong, rulespecProblems, unknownName } from '../problems.ts';
import type { ParameterSource, RuleSource } from '../source/rule-source.ts';
import type { ParameterType } from '../source/vocabulary.ts';
import { closedValues, dictionaryNames, isDictionary } from './dictionaries.ts';
import type { CheckedParameter } from './parts.ts';
import { type Complaints, complainAt } from './problems.ts';
import type { Type } from './types.ts';

function parameterType(source: ParameterSource): Type {
  if (source.type === 'code') return `code:${source.of ?? ''}`;
  return source.type === 'integer' ? 'int' : source.type;
}

/** What a value of each type looks like. */
const expected: Readonly<Record<Exclude<ParameterType, 'code'>, Words>> = {
  integer: words('整数', 'a whole number'),
  money: words('金额（元，至多两位小数）', 'an amount in yuan with at most two decimals'),
  quantity: words('数量（至多四位小数）', 'a quantity with at most four decimals'),
  price: words('单价（元，至多六位小数）', 'a price in yuan with at most six decimals'),
  ratio: words('比例（至多四位小数）', 'a ratio with at most four decimals'),
  days: words('天数（至多两位小数）', 'days with at most two decimals'),
};

function readValue(source: ParameterSource, text: string): number | string | undefined {
  if (source.type !== 'code') return parseScaled(text, decimals[source.type satisfies Exclude<ParameterType, 'code'>]);
  const values = closedValues(source.of ?? '');
  return values === undefined || values.includes(text) ? text : undefined;
}

/** Reads the parameters of a rule; each must have a nation-wide value from the first day the rule is in force. */
export function checkParameters(rule: RuleSource, to: Complaints): readonly CheckedParameter[] {
  return rule.params.map((source) => {
    const field = `params.${source.name}`;
    if (source.type === 'code' && !isDictionary(source.of ?? '')) {
      complainAt(to, source.at, field, unknownName(kindWords.dictionary, source.of ?? '', dictionaryNames()));
    }
    const values = source.values.map(({ from, area, text, at }) => {
      const value = readValue(source, text);
      const known = source.type === 'code' ? (closedValues(source.of ?? '') ?? []) : [];
      if (value === undefined)
        complainAt(to, at, field, source.type === 'code' ? notAmong(text, known) : invalid(text, expected[source.type]));
      return { from, area, value: value ?? 0 };
    });
    if (!values.some(({ from, area }) => area === '000000' && from <= rule.effective.from)) {
      complainAt(to, source.at, field, rulespecProblems.problem('parameter-unset', { name: source.name }));
    }
    return { name: source.name, type: parameterType(source), values };
  });
}
