import { both, type Column, escapeHtml, grouped, table, yuan } from '@hengjian/documents';
import { kindsWords, kindWords, looksAtNothing, moneyShare, rowsShare } from '../reach/words.ts';
import type { KindLookedAt, LookedAt, RuleFigures, RunRecord } from '../record.ts';

/** A rule that looks its subject up in knowledge tables. */
interface Looking {
  readonly rule: RuleFigures;
  readonly own: LookedAt;
}

/** Rules that go by knowledge points: those that look at nothing first, then by the money they do not look at. */
export function lookingRules({ rules }: Pick<RunRecord, 'rules'>): readonly Looking[] {
  return rules
    .flatMap((rule) => (rule.looked_at === null || rule.looked_at === undefined ? [] : [{ rule, own: rule.looked_at }]))
    .sort(
      (left, right) =>
        Number(looksAtNothing(right.rule)) - Number(looksAtNothing(left.rule)) ||
        (right.own.not_looked_at.fen_share ?? 0) - (left.own.not_looked_at.fen_share ?? 0) ||
        (right.own.not_looked_at.rows_share ?? 0) - (left.own.not_looked_at.rows_share ?? 0),
    );
}

const money = (fen: number | null): string => (fen === null ? '—' : yuan(fen));
const kindsText = (kinds: readonly string[]): string => both(kindsWords(kinds).zh, kindsWords(kinds).en);

const ruleColumns: readonly Column<Looking>[] = [
  { zh: '规则', en: 'rule', cell: ({ rule }) => escapeHtml(rule.rule_id) },
  { zh: '名称', en: 'name', cell: ({ rule }) => both(rule.name_zh, rule.name_en) },
  { zh: '编码种类', en: 'kind', cell: ({ own }) => kindsText(own.kinds) },
  { zh: '知识表', en: 'tables', cell: ({ own }) => escapeHtml(own.tables.join(' ')) },
  { zh: '知识点', en: 'points', number: true, cell: ({ own }) => grouped(own.points) },
  { zh: '涉及本数据', en: 'reaching', number: true, cell: ({ own }) => grouped(own.reaching) },
  { zh: '已核查（行）', en: 'looked at', number: true, cell: ({ own }) => grouped(own.looked_at.rows) },
  { zh: '未核查（行）', en: 'not looked at', number: true, cell: ({ own }) => grouped(own.not_looked_at.rows) },
  { zh: '占同类行', en: 'of rows', number: true, cell: ({ own }) => escapeHtml(rowsShare(own.not_looked_at, own.all)) },
  { zh: '未核查金额（元）', en: 'money not looked at', number: true, cell: ({ own }) => money(own.not_looked_at.fen) },
  { zh: '占同类金额', en: 'of money', number: true, cell: ({ own }) => escapeHtml(moneyShare(own.not_looked_at, own.all)) },
  { zh: '种类不明（行）', en: 'kind not told', number: true, cell: ({ own }) => grouped(own.untold.rows) },
];

const kindColumns: readonly Column<KindLookedAt>[] = [
  { zh: '编码种类', en: 'kind', cell: ({ kind }) => both(kindWords(kind).zh, kindWords(kind).en) },
  { zh: '编码', en: 'codes', number: true, cell: ({ all }) => grouped(all.codes) },
  { zh: '其中有知识点', en: 'reached', number: true, cell: ({ looked_at: own }) => grouped(own.codes) },
  { zh: '行', en: 'rows', number: true, cell: ({ all }) => grouped(all.rows) },
  { zh: '没有知识点（行）', en: 'not reached', number: true, cell: ({ not_looked_at: own }) => grouped(own.rows) },
  { zh: '占行', en: 'of rows', number: true, cell: ({ not_looked_at: own, all }) => escapeHtml(rowsShare(own, all)) },
  { zh: '没有知识点（元）', en: 'not reached (yuan)', number: true, cell: ({ not_looked_at: own }) => money(own.fen) },
  { zh: '占金额', en: 'of money', number: true, cell: ({ not_looked_at: own, all }) => escapeHtml(moneyShare(own, all)) },
];

/** The part of the report that says what nobody looked at; nothing for a run of before, which does not tell. */
export function notLookedAtPart(run: RunRecord): string {
  if (run.looked_at === undefined) return '';
  const rules = lookingRules(run);
  const nothing = rules.filter(({ rule }) => looksAtNothing(rule));
  const rest = rules.slice(nothing.length);
  const lead = both(
    '未核查不是未发现：没有知识点涉及的编码，规则什么也不会说。',
    'Not looked at is not clear: of codes that no point reaches a rule says nothing.',
  );
  const kinds = both('没有任何规则的知识点涉及的编码，按种类', 'codes that no point of any rule reaches, by kind');
  const none = both('知识点没有涉及本数据任何编码的规则', 'rules of which no point reaches a code of these data');
  const some = both(`其余 ${rest.length} 条依知识点判断的规则`, `the other ${rest.length} rules that go by points`);
  const never = both('每条规则都有知识点涉及本数据', 'points of every rule reach these data');
  return `<h2>${both('未核查', 'Not looked at')}</h2>
<p class="note">${lead}</p>
${table(kinds, kindColumns, run.looked_at)}
${table(none, ruleColumns, nothing, never)}
<details><summary>${some}</summary>${table(some, ruleColumns, rest)}</details>
`;
}
