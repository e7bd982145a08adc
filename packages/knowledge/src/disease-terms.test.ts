import { describe, expect, it } from 'vitest';
import { diagnosesOf } from './disease-terms.ts';

describe('diagnoses of a remark', () => {
  it('are the families of the diseases that it names', () => {
    expect(diagnosesOf('限2型糖尿病患者。')).toBe('E11*|E13*|E14*|O24*');
    expect(diagnosesOf('限活动性强直性脊柱炎成人患者；限类风湿关节炎')?.split('|')).toEqual(expect.arrayContaining(['M05*', 'M45*']));
    expect(diagnosesOf('限骨关节炎。')?.split('|')).toContain('M17*');
  });

  it.each([
    ['限血管新生障碍', 'a disease that no term covers'],
    ['限骨关节炎或罕见肌纤维综合征', 'one of two that no term covers'],
    ['限2型糖尿病患者手术期间', 'a condition that no diagnosis shows'],
    ['限抢救使用', 'no disease'],
    ['', 'nothing'],
  ])('are unknown in %s: %s', (remark) => {
    expect(diagnosesOf(remark)).toBe(undefined);
  });
});
