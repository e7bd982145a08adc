import { libraryText, parseCsvRecords } from '@hengjian/standard';

/** Terms of diseases as remarks use them, the longest first, with the families of diagnoses that they may be coded by. */
const terms: readonly (readonly [term: string, diagnoses: readonly string[]])[] = parseCsvRecords(
  libraryText('standard/disease-terms.csv'),
  'standard/disease-terms.csv',
)
  .flatMap(({ terms: names = '', diagnoses = '' }) => names.split('|').map((term) => [term, diagnoses.split('|')] as const))
  .sort(([left], [right]) => right.length - left.length);

/** Words that sound like a disease and name none: of the course of it, of the proof, of drugs and hospitals. */
const noDisease = new RegExp(
  [
    '疾病进展|疾病活动度|疾病阶段|疾病改善|疾病|转移性|病情|病毒载量|病变部位|既往病史|病理|专科医院|病眼|发病|症状|适应症|体征',
    '并发症|非甾体抗炎药|溶栓|客观炎症|炎症|炎性|降脂',
  ].join('|'),
  'g',
);
const soundsLikeDisease =
  /病|症|炎|癌|瘤|征|衰竭|感染|出血|栓|梗死|骨折|疮|疹|痛|血压|贫血|障碍|昏迷|硬化|溃疡|低下|亢进|水肿|移植|痉挛|麻痹|瘫|中毒|不孕|腹泻|呕吐|发热|缺乏|减少/;

/** How far a disease was treated before: the disease is the same. */
const treatedBefore =
  /(?:不可|无法|不能|不宜|不适合)手术(?:切除)?(?:或放疗)?|手术切除|(?:手术|放疗|手术或放疗)后(?:复发|的?辅助)|术后(?:辅助|复发)|手术治疗控制不佳/g;

/** Names of proteins and drugs that have a disease in them. */
const namedAfterDisease = /抗肿瘤|肿瘤坏死因子|淋巴瘤激酶/g;

/** Sentences that ask for something besides the disease: whoever is covered has the disease all the same. */
const furtherDemand = /(?:需经营养|应同时符合以下条件|首次处方|需由|初次申请)[^。]*(?:。|$)/g;

/** Conditions that no diagnosis shows, by which a patient may be covered whatever is coded. */
const beyondDiagnoses = /抢救|急救|手术|术中|术前|术后|孕|哺乳|预防|重症|监护|母婴|职业|接触|筛查/;

/**
 * Families of diagnoses of which a visit must have one where a remark limits payment to diseases; undefined where the remark names
 * something that no term covers, or a condition that diagnoses do not show, so that a person has to say what it means.
 *
 * @example diagnosesOf('限2型糖尿病患者。') // E11*|E13*|E14*|O24*
 */
export function diagnosesOf(remark: string): string | undefined {
  let rest = [/\s+/g, namedAfterDisease, treatedBefore, furtherDemand].reduce(
    (left, pattern) => left.replaceAll(pattern, ''),
    remark.normalize('NFKC'),
  );
  const found = new Set<string>();
  for (const [term, diagnoses] of terms) {
    if (!rest.includes(term)) continue;
    rest = rest.replaceAll(term, '□');
    for (const code of diagnoses) found.add(code);
  }
  if (found.size === 0 || beyondDiagnoses.test(rest) || soundsLikeDisease.test(rest.replaceAll(noDisease, ''))) return undefined;
  return [...found].sort().join('|');
}
