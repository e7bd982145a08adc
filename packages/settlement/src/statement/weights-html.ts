import { bars, both, type Column, escapeHtml, grouped, page, table, yuan } from '@hengjian/documents';
import { multiplyDivide } from '@hengjian/standard';
import { percentText, ratioText } from '../step.ts';
import { one } from '../tariff.ts';
import type { GroupWeight, HospitalEffect, WeightRun, WeightSource } from '../weights.ts';

const sources: Readonly<Record<WeightSource, { readonly zh: string; readonly en: string }>> = {
  own: { zh: '本组病例', en: 'own cases' },
  adrg: { zh: '所属 ADRG 均值', en: 'mean of the ADRG' },
  given: { zh: '给定', en: 'given' },
  few: { zh: '病例少，仅供参考', en: 'few cases, weak' },
};

const groupColumns: readonly Column<GroupWeight>[] = [
  { zh: '病组', en: 'group', cell: ({ grp_code }) => escapeHtml(grp_code) },
  { zh: '病例', en: 'cases', number: true, cell: ({ cases }) => grouped(cases) },
  { zh: '裁剪', en: 'trimmed', number: true, cell: ({ trimmed }) => grouped(trimmed) },
  { zh: '均费（元）', en: 'mean (yuan)', number: true, cell: ({ mean_fen }) => yuan(mean_fen) },
  { zh: '来源', en: 'source', cell: ({ source }) => both(sources[source].zh, sources[source].en) },
  { zh: '基础权重', en: 'base weight', number: true, cell: ({ base_weight }) => ratioText(base_weight) },
  { zh: '调整系数', en: 'factor', number: true, cell: ({ factor }) => (factor === one ? '' : ratioText(factor)) },
  { zh: '理由', en: 'reason', cell: ({ reason }) => both(reason.zh, reason.en) },
  { zh: '校正后权重', en: 'corrected weight', number: true, cell: ({ weight }) => ratioText(weight) },
  {
    zh: '变化',
    en: 'change',
    number: true,
    cell: ({ base_weight, weight }) => (base_weight === 0 ? '' : percentText(multiplyDivide(weight - base_weight, one, base_weight))),
  },
];

type Names = Readonly<Record<string, string>>;
const nameOf = (names: Names, code: string): string => (names[code] === undefined ? code : `${names[code]}（${code}）`);

const hospitalColumns = (names: Names): readonly Column<HospitalEffect>[] => [
  { zh: '机构', en: 'hospital', cell: ({ fixmedins_code }) => escapeHtml(nameOf(names, fixmedins_code)) },
  { zh: '病例', en: 'cases', number: true, cell: ({ cases }) => grouped(cases) },
  { zh: '校正前总权重', en: 'weight before', number: true, cell: ({ weight_before }) => ratioText(weight_before) },
  { zh: '校正后总权重', en: 'weight after', number: true, cell: ({ weight_after }) => ratioText(weight_after) },
  { zh: '按均费的影响（元）', en: 'effect at the mean cost (yuan)', number: true, cell: ({ effect_fen }) => yuan(effect_fen) },
];

/** The report on weights and their correction (支付分配方案（校正）): before and after, by group and by hospital. */
export function weightsHtml(run: WeightRun, title: { readonly zh: string; readonly en: string }, names: Names = {}): string {
  const moved = run.hospitals
    .filter(({ effect_fen }) => effect_fen !== 0)
    .toSorted((a, b) => Math.abs(b.effect_fen) - Math.abs(a.effect_fen) || (a.fixmedins_code < b.fixmedins_code ? -1 : 1));
  const chart = bars(
    '影响最大的机构 / hospitals that change most',
    moved.slice(0, 20).map(({ fixmedins_code, effect_fen }) => ({
      label: `${effect_fen < 0 ? '−' : '+'} ${names[fixmedins_code] ?? fixmedins_code}`,
      first: effect_fen < 0 ? -effect_fen : 0,
      second: effect_fen > 0 ? effect_fen : 0,
    })),
  );
  return page(
    `${title.zh} 权重校正`,
    `<h1>${both(`${title.zh}：权重测算与校正`, `${title.en}: weights and their correction`)}</h1>
<p>${both(
      `全部病例均费 ${yuan(run.mean_fen)} 元；总权重校正前 ${ratioText(run.total_before)}，校正后 ${ratioText(run.total_after)}，` +
        `未能分摊的尾差 ${ratioText(run.residual)}；未入组 ${grouped(run.without_group)} 例。`,
      `Mean cost of all cases ${yuan(run.mean_fen)} yuan; total weight ${ratioText(run.total_before)} before, ` +
        `${ratioText(run.total_after)} after, ${ratioText(run.residual)} could not be shared out; ` +
        `${grouped(run.without_group)} cases without a group.`,
    )}</p>
<h2>${both('对机构的影响', 'effect on hospitals')}</h2>${chart}
${table(both('最近一年病例', 'cases of the last year'), hospitalColumns(names), run.hospitals)}
<h2>${both('病组', 'groups')}</h2>
${table(both('基础权重 = 病组均费 ÷ 全部均费 × 倍数', 'base weight = mean of the group ÷ mean of all × scale'), groupColumns, run.groups)}`,
  );
}
