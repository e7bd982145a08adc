import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRemark } from './remark.ts';

describe('a catalogue remark', () => {
  it.each([
    ['限二级及以上医疗机构。', { min_rank: 2 }],
    ['限三级医疗机构使用', { min_rank: 3 }],
    ['限工伤保险。', { scheme: 'work-injury' }],
    ['限生育保险', { scheme: 'maternity' }],
    ['限二线用药。', { second_line: true }],
    ['限新生儿使用', { newborn: true }],
    ['限儿童使用。', { age_max: 18 }],
    ['限14岁及以下儿童。', { age_max: 15 }],
    ['支付不超过14天。', { max_days: 14 }],
    ['支付不超过12个月', { max_days: 365 }],
    ['限住院患者', { setting: 'inpatient' }],
    ['限急诊或住院患者。', { setting: 'emergency|inpatient' }],
  ])('%s', (remark, expected) => expect(readRemark(remark)).toEqual(expected));

  it('reads an age that is said twice once, and months as days that are never more', () => {
    expect(readRemark('限13岁和13岁以上重度免疫缺陷患者。')).toMatchObject({ age_min: 13, days_min: 13 * 365 });
    expect(readRemark('限3岁及3岁以上患者。')).toMatchObject({ age_min: 3 });
    expect(readRemark('限3月龄及以上的轻度至中度特应性皮炎患者。')).toMatchObject({ days_min: 89 });
    expect(readRemark('限急诊或住院患者。')).toEqual({ setting: 'emergency|inpatient' });
  });

  it('keeps the condition of the patient beside what can be typed, word for word', () => {
    expect(readRemark('限二级及以上医疗机构癌症患者。')).toEqual({ min_rank: 2, indication: '限二级及以上医疗机构癌症患者' });
    expect(readRemark('限12岁及以上患者预防发作。')).toEqual({ age_min: 12, days_min: 12 * 365, indication: '限12岁及以上患者预防发作' });
    expect(readRemark('限急性缺血性脑血管疾病，支付不超过14天。')).toMatchObject({
      max_days: 14,
      indication: expect.stringContaining('缺血性'),
    });
    expect(readRemark('限抢救患者，果糖总量每日不超过50g。')).toMatchObject({ max_dose: '50g/日' });
    expect(readRemark('限绝经后女性骨质疏松症。')).toMatchObject({ sex: '2' });
  });

  it('does not guess an age or a sex when several groups of patients are named', () => {
    expect(readRemark('限成人和12岁及以上青少年患者。')).not.toHaveProperty('age_min');
    expect(readRemark('限：1.女性乳腺疾病；2.男性前列腺疾病。')).not.toHaveProperty('sex');
    expect(readRemark('限首次处方时需由二级及以上医疗机构专科医师开具处方。')).not.toHaveProperty('min_rank');
  });

  it('reads nothing from marks and descriptions', () => {
    expect(readRemark('◇')).toBeUndefined();
    expect(readRemark('温阳化饮，健脾利湿。用于中阳不足之痰饮。')).toBeUndefined();
  });

  it('never throws and never invents a number that is not in the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'限二三级及以上医疗机构岁儿童成人女男性支付不超过天0123456789，。；') }), (text) => {
        const found = readRemark(text);
        for (const days of [found?.max_days]) if (days !== undefined) expect(text).toContain(String(days));
      }),
    );
  });
});
