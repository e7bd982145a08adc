import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { libraryFolder } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { checkRules } from '../check/check-rules.ts';
import type { CheckedRule } from '../check/checked.ts';
import { parseKnowledge } from '../knowledge/knowledge.ts';
import { operators } from '../operators/table.ts';
import { parseRule } from '../source/parse-rule.ts';
import { saidOperators } from './phrase.ts';
import { ruleWords } from './rule-words.ts';

function library(): ReadonlyMap<string, CheckedRule> {
  const read = (folder: string, pattern: string): string[] => globSync(join(libraryFolder, folder, pattern)).sort();
  const tables = new Map(
    read('knowledge', '*.csv').flatMap((path) => {
      const { table } = parseKnowledge(readFileSync(path, 'utf8'), basename(path));
      return table === undefined ? [] : [[table.name, table] as const];
    }),
  );
  const sources = read('rules', '*.yaml').flatMap((path) => parseRule(readFileSync(path, 'utf8'), basename(path)).rule ?? []);
  return new Map(checkRules(sources, tables).rules.map((rule) => [rule.source.id, rule]));
}

const rules = library();
const logicOf = (id: string, language: 'zh' | 'en'): string =>
  ruleWords(rules.get(id) as CheckedRule)
    .logic.map(({ words }) => words[language])
    .join(' ');

describe('rules in words', () => {
  it('can say every operator', () => {
    expect([...saidOperators].sort()).toEqual(Object.keys(operators).sort());
  });

  it('says every rule of the library in both languages, without holes', () => {
    expect(rules.size).toBeGreaterThan(150);
    for (const [id, rule] of rules) {
      const { logic, amount, exceptions, unknown } = ruleWords(rule);
      const texts = [
        ...logic.map(({ words }) => words),
        amount,
        ...exceptions.map(({ when }) => when),
        ...unknown.map(({ words }) => words),
      ];
      for (const { zh, en } of texts) {
        expect(`${zh} ${en}`, id).not.toMatch(/undefined|NaN|\{\d\}|\[object/);
        expect(zh, id).toMatch(/\p{Script=Han}/u);
        expect(en, id).not.toMatch(/[、，；]/);
      }
      expect(logic.some(({ part }) => part === 'looks') && logic.some(({ part }) => part === 'condition'), id).toBe(true);
      expect(unknown.length, id).toBeGreaterThan(0);
    }
  });

  it('says a pair as the contract does', () => {
    expect(logicOf('N25', 'zh')).toContain(
      '同一患者在知识点规定的时间窗内，项目 A（甲）与项目 B（乙）都有收费，A、B 为知识表「item-duplicate」中的一对',
    );
    expect(logicOf('N25', 'zh')).toContain('甲的数量大于 0，且乙的数量大于 0 时命中。');
    expect(logicOf('N25', 'en')).toContain('Line B is at issue');
  });

  it('says the opposite of a condition instead of putting a not before it', () => {
    expect(logicOf('N08', 'zh')).toContain('本次就诊没有诊断在知识点所列诊断之中时命中。');
    expect(logicOf('IC09', 'en')).toContain('prescription/order number is missing');
  });

  it('tells parameters with the value in force and numbers with their unit', () => {
    expect(logicOf('N38', 'zh')).toContain('500 元（参数 fee）');
    expect(logicOf('N52', 'en')).toContain('the number of visits is more than 4 (parameter visits_max)');
    expect(logicOf('IC05', 'zh')).toContain('随日期或地区而变');
  });

  it('puts in brackets what would read on', () => {
    expect(logicOf('N41', 'zh')).toContain('× 60 ＋ （若费用时间精度');
    expect(logicOf('IA09', 'zh')).toContain('住院天数 − （若');
    expect(logicOf('N15', 'en')).toContain('or (A’s line amount is B’s line amount and A stands before B in order)) and');
  });

  it('says comparisons with peers and groups of persons', () => {
    expect(logicOf('N60', 'zh')).toContain('逐季度、逐机构计算');
    expect(logicOf('IC11', 'zh')).toContain('只判从 12 月开始的期间');
    expect(logicOf('IG01', 'zh')).toContain('同行');
    expect(logicOf('IG06', 'en')).toContain('linked');
  });

  it('names what leaves a rule unknown', () => {
    const causes = (id: string): string[] => ruleWords(rules.get(id) as CheckedRule).unknown.map(({ cause }) => cause);
    expect(causes('N08')).toEqual(expect.arrayContaining(['diagnoses', 'line.inscp_amt']));
    expect(causes('IC02')).toEqual(expect.arrayContaining(['person.reach', 'a.prd_days', 'horizon']));
    expect(causes('N60')).toEqual(expect.arrayContaining(['peer.few', 'peer.small', 'institution.lmtpric_hosp_lv']));
    expect(causes('N05')).toContain('horizon');
  });
});
