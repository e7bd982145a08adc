import { decimals, parseScaled } from '@hengjian/standard';
import { suggestion } from '../source/reader.ts';
import type { ParameterSource, ParameterType, RuleSource } from '../source/rule-source.ts';
import type { CheckedParameter } from './checked.ts';
import { closedValues, isDictionary } from './dictionaries.ts';
import { type Complaints, complainAt } from './problems.ts';
import type { Type } from './types.ts';

function parameterType(source: ParameterSource): Type {
  if (source.type === 'code') return `code:${source.of ?? ''}`;
  return source.type === 'integer' ? 'int' : source.type;
}

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
      complainAt(to, source.at, field, 'rule-unknown-dictionary', `there is no dictionary ${source.of}`, 'name a code table of the standard');
    }
    const values = source.values.map(({ from, area, text, at }) => {
      const value = readValue(source, text);
      const known = source.type === 'code' ? (closedValues(source.of ?? '') ?? []) : [];
      if (value === undefined) {
        const remedy = source.type === 'code' ? suggestion(text, known) : 'write a plain decimal with no more decimals than the type keeps';
        complainAt(to, at, field, 'rule-parameter-value', `${text} is no ${source.type}`, remedy);
      }
      return { from, area, value: value ?? 0 };
    });
    if (!values.some(({ from, area }) => area === '000000' && from <= rule.effective.from)) {
      const message = `parameter ${source.name} has no nation-wide value on the first day of the rule`;
      complainAt(to, source.at, field, 'rule-unset-parameter', message, 'give it a value without area whose from is not after effective.from');
    }
    return { name: source.name, type: parameterType(source), values };
  });
}
