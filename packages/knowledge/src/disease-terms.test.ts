import { describe, expect, it } from 'vitest';
import { diagnosesOf } from './disease-terms.ts';

describe('diagnoses of a remark', () => {
  it('are the families of the diseases that it names', () => {
    expect(diagnosesOf('限2型糖尿病患者。')).toBe('E11*|E13*|E14*|O24*');
    expect(diagnosesOf('限活动性强直性脊柱炎成人患者；限类风湿关节炎')?.split('|')).toEqual(expect.arrayContaining(['M05*', 'M45*']));
    expect(diagnosesOf('限骨关节炎。')?.split('|')).toContain('M17*');
  });

  it('are asked for whatever else a remark demands, and however far the disease was treated before', () => {
    expect(diagnosesOf('限有明确同型半胱氨酸水平升高证据的原发性高血压。')?.split('|')).toContain('I10*');
    expect(diagnosesOf('限间变性淋巴瘤激酶(ALK)阳性的ⅠB期至ⅢA期非小细胞肺癌患者术后辅助治疗')?.split('|')).not.toContain('C85*');
    expect(diagnosesOf('限对肿瘤坏死因子α(TNF-α)拮抗剂应答不足的成年克罗恩病患者。')).toBe('K50*');
    const inFurtherWords = '限糖尿病性黄斑水肿(DME)引起的视力损害。应同时符合以下条件:1.需三级综合医院眼科医师处方;2.初次申请需有证据';
    expect(diagnosesOf(inFurtherWords)?.split('|')).toContain('H36*');
    expect(diagnosesOf('限成人便秘型肠易激综合征(IBS-C)。')).toBe('K58*');
    expect(diagnosesOf('限慢性肾脏病(CKD)引起的贫血。')?.split('|')).not.toContain('D5*');
  });

  it.each([
    ['限甲状腺手术区域淋巴结或乳腺癌前哨淋巴结的示踪', 'an operation, whatever its disease'],
    ['限有活动性乙型肝炎的明确诊断及检验证据或母婴乙肝传播阻断', 'a child that is to be kept from the disease'],
    ['限血管新生障碍', 'a disease that no term covers'],
    ['限骨关节炎或罕见肌纤维综合征', 'one of two that no term covers'],
    ['限2型糖尿病患者手术期间', 'a condition that no diagnosis shows'],
    ['限抢救使用', 'no disease'],
    ['', 'nothing'],
  ])('are unknown in %s: %s', (remark) => {
    expect(diagnosesOf(remark)).toBe(undefined);
  });
});
