import { describe, expect, it } from 'vitest';
import { applyVariants } from '../scheme/variants.ts';
import { hasShared, publishedAnswers, publishedScheme } from '../testing/shared.ts';
import { compileGrouper } from './compile.ts';
import { witnesses } from './witness.ts';
import { explainTrace } from './words.ts';

describe.skipIf(!hasShared)('the tables of 1.1', () => {
  it('give the group of the three published programs for every record', () => {
    const grouper = compileGrouper(publishedScheme());
    const wrong = publishedAnswers().filter(({ one, groups }) => groups.some((group) => grouper.group(one).drg !== group));
    expect(wrong.map(({ one }) => one.id)).toEqual([]);
  });

  it('are walked to the same end by the explanation', () => {
    const scheme = publishedScheme();
    const grouper = compileGrouper(scheme);
    for (const { one } of publishedAnswers(10)) {
      const traced = grouper.trace(one);
      const last = traced.steps.findLast((step) => step.outcome === 'taken');
      expect(last?.level === 'drg' ? last.code : scheme.ungrouped, one.id).toBe(traced.drg);
    }
  });

  it('have a witness for every group', () => {
    const scheme = publishedScheme();
    const { found, missing } = witnesses(scheme);
    expect(missing).toEqual([]);
    expect(found.size).toBeGreaterThanOrEqual(628);
  });

  it('call cases ambiguous by the main procedure or by any, as chosen, and only where a medical group or none was', () => {
    const scheme = publishedScheme();
    const off = compileGrouper(scheme);
    const kinds = new Map(scheme.adrgs.map((row) => [row.adrg, row.kind]));
    const counted = new Map<string, number>();
    for (const name of ['qy-main', 'qy-any']) {
      const on = compileGrouper(applyVariants(scheme, [name]));
      let ambiguous = 0;
      for (const { one } of publishedAnswers()) {
        const before = off.group(one);
        const after = on.group(one);
        if (after.status === 'ambiguous') {
          ambiguous += 1;
          expect(after.drg).toBe(`${after.mdc}QY`);
          if (before.mdc === after.mdc && before.adrg !== '') expect(kinds.get(before.adrg)).toBe('medical');
        } else expect(after.drg).toBe(before.drg);
      }
      counted.set(name, ambiguous);
    }
    expect(counted.get('qy-any')).toBeGreaterThan(counted.get('qy-main') as number);
    expect(counted.get('qy-main')).toBeGreaterThan(1000);
  });

  it('take PV1 by its published list when asked, and nothing else moves', () => {
    const scheme = publishedScheme();
    const before = compileGrouper(scheme);
    const after = compileGrouper(applyVariants(scheme, ['pv1-listed']));
    const moved = publishedAnswers().filter(({ one }) => before.group(one).drg !== after.group(one).drg);
    expect(moved.length).toBeGreaterThan(0);
    for (const { one } of moved) expect(before.group(one).adrg).toBe('PV1');
  });

  it('explain a case in both languages from the first row to the group', () => {
    const scheme = publishedScheme();
    const grouper = compileGrouper(scheme);
    const answer = publishedAnswers().find(({ one }) => one.id === 'R001603');
    if (answer === undefined) throw new Error('the record is gone');
    const zh = explainTrace(grouper.trace(answer.one), answer.one, scheme, 'zh');
    expect(zh.join('\n')).toContain('为 MCC');
    expect(zh.at(-1)).toMatch(/^结果：入组 IU31 /);
    expect(explainTrace(grouper.trace(answer.one), answer.one, scheme, 'en').at(-1)).toMatch(/^result: grouped IU31 /);
  });
});
