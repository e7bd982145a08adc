import { codeKinds, counted, formatYuan, isOneOf, keysOf, type Words, words } from '@hengjian/standard';
import type { CodePart, KindLookedAt, LookedAt, RuleFigures, RunRecord } from '../record.ts';

const kinds = keysOf(codeKinds);

/** What a kind of codes is called; `untold` stands for items whose kind nobody can tell. */
export const kindWords = (kind: string): Words => (isOneOf(kinds, kind) ? codeKinds[kind] : words('种类不明', 'kind not told'));

/** Several kinds in one phrase. */
export const kindsWords = (all: readonly string[]): Words =>
  words(all.map((kind) => kindWords(kind).zh).join('、'), all.map((kind) => kindWords(kind).en).join(', '));

/** Whether no point of the rule reaches anything of its kind: what it says then is silence, and not that there is nothing. */
export const looksAtNothing = ({ looked_at }: Pick<RuleFigures, 'looked_at'>): boolean =>
  looked_at !== null && looked_at !== undefined && looked_at.looked_at.rows === 0;

/** A share in ten-thousandths as a percentage; what is not all is never shown as all, nor what is something as nothing. */
export function shareText(share: number | null, { isAll, isNone }: { readonly isAll: boolean; readonly isNone: boolean }): string {
  if (share === null) return '—';
  if (share === 10_000 && !isAll) return '> 99.99 %';
  if (share === 0 && !isNone) return '< 0.01 %';
  return `${Math.floor(share / 100)}.${String(share % 100).padStart(2, '0')} %`;
}

/** Share of the rows of a part. */
export const rowsShare = (part: CodePart, all: CodePart): string =>
  shareText(part.rows_share, { isAll: part.rows === all.rows, isNone: part.rows === 0 });

/** Share of the money of a part; a dash for codes that have no money of their own. */
export const moneyShare = (part: CodePart, all: CodePart): string =>
  shareText(part.fen_share, { isAll: part.fen === all.fen, isNone: part.fen === 0 });

const moneyOf = (part: CodePart, all: CodePart): Words =>
  part.fen === null
    ? words('', '')
    : words(`，金额 ${formatYuan(part.fen)} 元（${moneyShare(part, all)}）`, `, ${formatYuan(part.fen)} yuan (${moneyShare(part, all)})`);

/** How much of the codes of its kind a rule does not look at. */
export function notLookedAtWords({ kinds: own, tables, points, reaching, all, not_looked_at: part, untold }: LookedAt): readonly Words[] {
  const [kind, money] = [kindsWords(own), moneyOf(part, all)];
  const rest =
    untold.rows === 0
      ? []
      : [
          words(
            `另有 ${untold.rows} 行编码种类不明，也没有知识点涉及`,
            `${counted(untold.rows, 'row')} of codes of which nobody can tell the kind are not reached either`,
          ),
        ];
  return [
    words(
      `知识表 ${tables.join('、')} 有 ${points} 个知识点，其中 ${reaching} 个涉及本数据的编码`,
      `${counted(points, 'point')} in ${tables.join(', ')}, of which ${reaching} reach a code of these data`,
    ),
    words(
      `${kind.zh}共 ${all.rows} 行，未核查 ${part.rows} 行（${rowsShare(part, all)}）${money.zh}`,
      `${kind.en}: ${counted(all.rows, 'row')}, not looked at ${part.rows} (${rowsShare(part, all)})${money.en}`,
    ),
    ...rest,
  ];
}

/** What of one kind of codes no rule's points reach. */
export function kindNotLookedAtWords({ kind, all, not_looked_at: part }: KindLookedAt): Words {
  const [name, money] = [kindWords(kind), moneyOf(part, all)];
  return words(
    `${name.zh}：没有知识点涉及的 ${part.rows} 行（${rowsShare(part, all)}）${money.zh}`,
    `${name.en}: ${counted(part.rows, 'row')} that no point reaches (${rowsShare(part, all)})${money.en}`,
  );
}

/** How many rules of a run look at nothing; undefined where a run of before does not tell. */
export function rulesThatLookAtNothing({ rules }: Pick<RunRecord, 'rules'>): readonly RuleFigures[] | undefined {
  return rules.some(({ looked_at }) => looked_at !== undefined) ? rules.filter(looksAtNothing) : undefined;
}

/** What a run did not look at: how many rules, and of goods and services how much no point speaks of; nothing of a run of before. */
export function runNotLookedAtWords(run: RunRecord): readonly Words[] {
  const rules = rulesThatLookAtNothing(run);
  if (rules === undefined) return [];
  const few = counted(rules.length, 'rule has', 'rules have');
  const head = words(
    `未核查：${rules.length} 条规则没有知识点涉及本数据，不等于未发现；见 hengjian rules coverage`,
    `not looked at: ${few} no point that reaches these data, which is not clear; see hengjian rules coverage`,
  );
  const goods = (run.looked_at ?? []).filter(({ all }) => all.fen !== null).map(kindNotLookedAtWords);
  return [head, ...goods.map(({ zh, en }) => words(`  ${zh}`, `  ${en}`))];
}
