import type { DryRun, DryRunFigures, Reason } from '@hengjian/audit';
import { versionName } from '@hengjian/rulebook';
import type { DayRange } from '@hengjian/rulespec';
import { counted, formatDay, formatYuan, type Words, words } from '@hengjian/standard';
import type { Output } from '../output.ts';

export const daysText = ({ from, to }: DayRange): string => `${formatDay(from)} – ${to === undefined ? '…' : formatDay(to)}`;

const differenceWords = {
  added: words('新增', 'added'),
  removed: words('消失', 'removed'),
  changed: words('变化', 'changed'),
  same: words('不变', 'same'),
} as const;

function figures({ findings, persons, institutions, charge_fen, fund_fen, fund_estimated }: DryRunFigures): Words {
  const marked = fund_estimated === 0 ? words('', '') : words(`（含估算 ${fund_estimated} 条）`, ` (${fund_estimated} estimated)`);
  const [charge, fund] = [formatYuan(charge_fen), formatYuan(fund_fen)];
  return words(
    `${findings} 条发现，${persons} 人，${institutions} 家机构，费用 ${charge} 元，基金 ${fund} 元${marked.zh}`,
    [
      counted(findings, 'finding'),
      counted(persons, 'person'),
      counted(institutions, 'institution'),
      `charge ${charge} yuan, fund ${fund} yuan${marked.en}`,
    ].join(', '),
  );
}

function headLine(result: DryRun): Words {
  const name = versionName(result.rule_id, result.version);
  const others = result.against.map(({ version }) => versionName(result.rule_id, version)).join(', ');
  const period = `${result.from ?? '…'} – ${result.to ?? '…'}`;
  return words(
    `${name} ${others === '' ? '是新规则' : `对比 ${others}`}，结算期 ${period}，${result.lines} 行明细`,
    `${name} ${others === '' ? 'is a new rule' : `against ${others}`}, settled ${period}, ${counted(result.lines, 'line')}`,
  );
}

/** Prints what a draft would change. */
export function printDryRun(output: Output, result: DryRun): void {
  const line = (name: Words, own: DryRunFigures): void => {
    const text = figures(own);
    output.say(words(`  ${name.zh}：${text.zh}`, `  ${name.en}: ${text.en}`));
  };
  output.say(headLine(result));
  line(words('草案', 'draft'), result.draft);
  line(words('在用', 'in force'), result.in_force);
  for (const name of ['added', 'removed', 'changed', 'same'] as const) line(differenceWords[name], result.differences[name]);
  const unknown = Object.entries(result.unknown).map(([cause, count]) => `${cause} ${count}`);
  if (unknown.length > 0) output.say(words(`  无法判断：${unknown.join('，')}`, `  unknown: ${unknown.join(', ')}`));
  const compared = result.compared_rules.length;
  const none = result.overlaps.length === 0;
  output.say(
    words(
      `  与涉及相同项目的 ${compared} 条规则比较：${none ? '没有共同的明细' : '以下规则有共同的明细'}`,
      [
        `  compared with ${counted(compared, 'rule that reaches', 'rules that reach')} the same items`,
        none ? 'no shared lines' : 'these share lines',
      ].join(': '),
    ),
  );
  for (const { rule_id, findings, lines, charge_fen } of result.overlaps) {
    const charge = formatYuan(charge_fen);
    output.say(
      words(
        `    ${rule_id}：${findings} 条发现共 ${lines} 行，费用 ${charge} 元`,
        `    ${rule_id}: ${counted(findings, 'finding')} with ${counted(lines, 'shared line')}, charge ${charge} yuan`,
      ),
    );
  }
  for (const { change, finding_id, occurred_on, charge_fen, evidence } of result.sample) {
    const [name, message] = [differenceWords[change], evidence.message];
    const head = `${finding_id.slice(0, 12)} ${occurred_on} ${formatYuan(charge_fen)}`;
    output.say(
      words(
        `  ${name.zh} ${head} 元：${message.zh}；${evidence.arithmetic}`,
        `  ${name.en} ${head} yuan: ${message.en}; ${evidence.arithmetic}`,
      ),
    );
  }
}

/** Why a point has findings or none. */
export const reasonWords: Readonly<Record<Reason, Words>> = {
  fired: words('有发现', 'fired'),
  silent: words('无发现', 'silent'),
  no_code: words('数据中没有其编码', 'no code of the lake'),
  not_valid: words('不在有效期', 'not valid in the time of the lake'),
  no_area: words('没有其地区', 'no such area in the lake'),
  shadowed: words('被另一条覆盖', 'shadowed'),
};
