import { both, type Column, escapeHtml, grouped, page, table, yuan } from '@hengjian/documents';
import { type Condition, conditionWords, type DipCatalogue, type DipGroup, type Language, type Scheme } from '@hengjian/grouping';
import { rateText } from '@hengjian/settlement';
import { counted, formatScaled, multiplyDivide, type RefusedInput, type Words, words } from '@hengjian/standard';
import type { BothText } from './form.ts';
import { standardParameters } from './parameters.ts';
import { evaluationProblems } from './problems.ts';

/** A group as the public reads it. */
export interface PublicGroup {
  readonly code: string;
  readonly name: BothText;
  /** ADRG of a DRG, kind of a DIP disease. */
  readonly parent: string;
  /** How a stay comes into it, step by step. */
  readonly logic: readonly BothText[];
  /** Ten-thousandths; null when it has no weight. */
  readonly weight: number | null;
}

/** A list that the logic names, with its codes. */
export interface PublicList {
  readonly list: string;
  readonly codes: readonly string[];
}

/** Stays of a group in the published period. */
export interface PublicCount {
  readonly cases: number;
  readonly mean_cost_fen: number;
}

export interface PublicPageInput {
  readonly title: BothText;
  /** Id and hash of the scheme or catalogue, so that everybody can name the version. */
  readonly scheme: string;
  readonly hash: string;
  readonly effective: { readonly from: string; readonly to?: string };
  readonly demonstration: boolean;
  readonly unit: 'weight' | 'point';
  readonly groups: readonly PublicGroup[];
  readonly lists: readonly PublicList[];
  /** Base rate by pool: micro-yuan for a weight of one, or for one point, so that a standard is what a statement pays. */
  readonly rates: readonly { readonly name: BothText; readonly rate: number }[];
  readonly counts?: ReadonlyMap<string, PublicCount>;
  /** Counts below this are masked; 11 when left out. */
  readonly masked_below?: number;
}

/** How a condition is put in words; what @hengjian/grouping says when left out. */
export type ConditionWords = (condition: Condition, language: Language) => string;

/** Groups of a DRG scheme with their logic: MDC, ADRG, split. `weights` replace those of the scheme. */
export function publicGroupsOfScheme(
  scheme: Scheme,
  weights?: ReadonlyMap<string, number>,
  words: ConditionWords = conditionWords,
): PublicGroup[] {
  const mdcs = new Map(scheme.mdcs.map((mdc) => [mdc.mdc, mdc]));
  const adrgs = new Map(scheme.adrgs.map((adrg) => [adrg.adrg, adrg]));
  const step = (code: string, condition: Condition): BothText => ({
    zh: `${code}：${words(condition, 'zh')}`,
    en: `${code}: ${words(condition, 'en')}`,
  });
  return scheme.drgs.map((drg) => {
    const adrg = adrgs.get(drg.adrg);
    const mdc = adrg === undefined ? undefined : mdcs.get(adrg.mdc);
    return {
      code: drg.drg,
      name: { zh: drg.name, en: drg.name },
      parent: drg.adrg,
      logic: [
        ...(mdc === undefined ? [] : [step(`MDC${mdc.mdc}`, mdc.condition)]),
        ...(adrg === undefined ? [] : [step(adrg.adrg, adrg.condition)]),
        step(drg.drg, drg.condition),
      ],
      weight: weights?.get(drg.drg) ?? drg.weight ?? null,
    };
  });
}

/** Lists of a DRG scheme. */
export const publicListsOfScheme = (scheme: Scheme): PublicList[] =>
  Object.entries(scheme.sets)
    .map(([list, codes]) => ({ list, codes }))
    .sort((left, right) => (left.list < right.list ? -1 : 1));

function diseaseLogic(group: DipGroup, catalogue: DipCatalogue, words: ConditionWords): BothText[] {
  const rule = catalogue.parameters.rules.find(({ code }) => code === group.rule);
  if (rule !== undefined) {
    const of = group.diagnosis === '' ? [] : [{ zh: `主要诊断 ${group.diagnosis}`, en: `principal diagnosis ${group.diagnosis}` }];
    return [...of, { zh: words(rule.condition, 'zh'), en: words(rule.condition, 'en') }];
  }
  if (group.kind === 'composite')
    return [
      { zh: `主要诊断类目 ${group.diagnosis}，治疗方式 ${group.property}`, en: `category ${group.diagnosis}, treatment ${group.property}` },
    ];
  const main =
    group.procedure === ''
      ? { zh: '保守治疗', en: 'conservative' }
      : { zh: `主要手术操作 ${group.procedure}`, en: `main procedure ${group.procedure}` };
  const related =
    group.related.length === 0
      ? []
      : [{ zh: `相关手术操作 ${group.related.join('、')}`, en: `related procedures ${group.related.join(', ')}` }];
  return [{ zh: `主要诊断 ${group.diagnosis}`, en: `principal diagnosis ${group.diagnosis}` }, main, ...related];
}

/** Diseases of a DIP catalogue with their logic. */
export function publicGroupsOfCatalogue(catalogue: DipCatalogue, words: ConditionWords = conditionWords): PublicGroup[] {
  const names = new Map(catalogue.parameters.rules.map(({ code, name }) => [code, name]));
  return catalogue.groups.map((group) => ({
    code: group.code,
    name: names.get(group.rule) ?? { zh: group.code, en: group.code },
    parent: group.kind,
    logic: diseaseLogic(group, catalogue, words),
    weight: group.value,
  }));
}

/** Rows are found by every word; the count says how many are left. No library, no network. */
const script = `
var box=document.getElementById('search'),count=document.getElementById('found');
var rows=[].slice.call(document.querySelectorAll('#searched tbody tr, details.list'));
var texts=rows.map(function(row){return row.textContent.toLowerCase()});
function find(){var words=box.value.toLowerCase().split(/\\s+/).filter(Boolean),shown=0;
rows.forEach(function(row,at){var fits=words.every(function(word){return texts[at].indexOf(word)>=0});row.hidden=!fits;if(fits)shown+=1});
count.textContent=shown+' / '+rows.length}
box.addEventListener('input',find);find();
`;

const searchStyle = [
  '<style>#search{font:inherit;width:100%;max-width:520px;padding:6px 10px;border:1px solid #5c6b7a;border-radius:6px}',
  'details.list{margin:2px 0}.codes{word-break:break-word}</style>',
].join('');

const searchBox = [
  `<p><label for="search">${both('查找编码、名称、诊断或手术', 'find a code, name, diagnosis or procedure')}</label>`,
  '<br><input id="search" type="search" autocomplete="off"> <span id="found" role="status"></span> ',
  `${both('条（病组与目录）', 'entries (groups and lists)')}</p>`,
].join('');

function rateYuan(rate: number): string {
  const [whole = '0', rest = '00'] = rateText(rate).split('.');
  return `${grouped(Number(whole))}.${rest}`;
}

function checkInput({ groups, rates, masked_below }: PublicPageInput): void {
  const refuse = (field: string, what: Words, expected: Words): RefusedInput =>
    evaluationProblems.refused('public-page', { what, expected }, { field });
  if (groups.length === 0)
    throw refuse('groups', words('没有病组', 'there is no group'), words('方案或目录的病组', 'the groups of a scheme or catalogue'));
  if (rates.length === 0) throw refuse('rates', words('没有基础费率', 'there is no base rate'), words('至少一个费率', 'at least one rate'));
  if (rates.some(({ rate }) => !Number.isSafeInteger(rate) || rate < 0)) {
    const what = words('费率不是以微元为单位的整数', 'a rate is no whole number of micro-yuan');
    throw refuse('rates', what, words('每一权重（分值）的微元数', 'micro-yuan for a weight of one, or for one point'));
  }
  if (masked_below !== undefined && (!Number.isSafeInteger(masked_below) || masked_below < 1)) {
    const what = words('遮盖界限不是不小于 1 的整数', 'the bound is no whole number of at least 1');
    throw refuse('masked_below', what, words('可以列出的最小病例数', 'the smallest count that may be shown'));
  }
}

function listDetails({ list, codes }: PublicList): string {
  const summary = `<summary>${escapeHtml(list)}（${codes.length}）</summary>`;
  return `<details class="list">${summary}<p class="codes">${codes.map(escapeHtml).join(' ')}</p></details>`;
}

/** The version that is published, and for which discharges it holds. */
function versionNote({ scheme, hash, effective: { from, to } }: PublicPageInput): string {
  const facts = [
    `${both('分组方案', 'scheme')} <code>${escapeHtml(scheme)}</code>`,
    `${both('版本校验', 'hash')} <code>${escapeHtml(hash.slice(0, 16))}</code>`,
    `${both('适用出院日期', 'for discharges')} ${escapeHtml(from)} ${to === undefined ? both('起', 'onwards') : `– ${escapeHtml(to)}`}`,
  ];
  return `<p class="note">${facts.join('；')}</p>`;
}

/**
 * One offline page for everybody: groups, logic and base rate (分组公开、分组逻辑公开、基础费率公开), with a search. It
 * knows counts of groups only, and masks those of few stays. Throws RefusedInput without groups or rates.
 */
export function publicPage(input: PublicPageInput): string {
  checkInput(input);
  const least = input.masked_below ?? standardParameters.masked_below;
  const unit = input.unit === 'weight' ? both('权重', 'weight') : both('分值', 'points');
  const countCell = (code: string, show: (one: PublicCount) => string): string => {
    const one = input.counts?.get(code);
    if (one === undefined || one.cases === 0) return '—';
    return one.cases < least ? both(`少于 ${least}，不列`, `under ${least}, not shown`) : show(one);
  };
  const columns: readonly Column<PublicGroup>[] = [
    { zh: '编码', en: 'code', cell: (row) => `<code>${escapeHtml(row.code)}</code>` },
    { zh: '名称', en: 'name', cell: (row) => both(row.name.zh, row.name.en) },
    { zh: '上级', en: 'parent', cell: (row) => escapeHtml(row.parent) },
    {
      zh: '分组逻辑',
      en: 'logic',
      cell: (row) => row.logic.map(({ zh, en }) => both(zh, en)).join('<br>'),
    },
    {
      zh: input.unit === 'weight' ? '权重' : '分值',
      en: input.unit,
      number: true,
      cell: (row) => (row.weight === null ? '—' : formatScaled(row.weight, 4)),
    },
    ...input.rates.map(
      ({ name, rate }): Column<PublicGroup> => ({
        zh: `${name.zh}标准（元）`,
        en: `${name.en} standard`,
        number: true,
        cell: (row) => (row.weight === null ? '—' : yuan(multiplyDivide(row.weight, rate, 100_000_000))),
      }),
    ),
    ...(input.counts === undefined
      ? []
      : [
          { zh: '病例', en: 'stays', number: true, cell: (row: PublicGroup) => countCell(row.code, ({ cases }) => grouped(cases)) },
          {
            zh: '次均费用（元）',
            en: 'mean cost',
            number: true,
            cell: (row: PublicGroup) => countCell(row.code, ({ mean_cost_fen }) => yuan(mean_cost_fen)),
          },
        ]),
  ];
  const lists = input.lists.map(listDetails);
  const rates = table(
    both('基础费率：每一权重（分值）的支付金额', 'base rate: what one weight (point) is paid'),
    [
      { zh: '基金', en: 'pool', cell: (row: (typeof input.rates)[number]) => both(row.name.zh, row.name.en) },
      { zh: '费率（元）', en: 'rate (yuan)', number: true, cell: (row) => rateYuan(row.rate) },
    ],
    input.rates,
  );
  const body = `${searchStyle}
<h1>${both(input.title.zh, input.title.en)}</h1>
${versionNote(input)}
${input.demonstration ? `<p><b>${both('示范方案，不用于支付。', 'For demonstration, not for payment.')}</b></p>` : ''}
<h2>${both('基础费率', 'Base rate')}</h2>${rates}
<p>${unit} × ${both(
    '基础费率 = 支付标准；医疗机构系数与偏差病例按当地办法另计。',
    'base rate = standard; coefficients of institutions and deviating stays follow the local rules.',
  )}</p>
<h2>${both('病组与分组逻辑', 'Groups and logic')}</h2>
${searchBox}
<div id="searched">${table(both(`共 ${input.groups.length} 个病组`, counted(input.groups.length, 'group')), columns, input.groups)}</div>
${lists.length === 0 ? '' : `<h2>${both('目录', 'Lists')}</h2>${lists.join('\n')}`}
`;
  return page(input.title.zh, body, script);
}
