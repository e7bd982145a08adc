import { counted, dictionary, formatYuan, type Words, words } from '@hengjian/standard';
import type { RuleCoverage, Standing, TableLoad } from './rule-coverage.ts';
import { kindWords, moneyShare, rowsShare } from './words.ts';

/** What it means that a rule stands so, and what is to be done. */
export const standingWords: Readonly<Record<Standing, Words>> = {
  no_rows: words('知识表没有任何知识点，须由本地提供', 'the table has no points at all: bring your own'),
  no_code: words(
    '有知识点，但没有一个的编码（成对的须两项都有）在本数据中，须由本地补充',
    'there are points, but of none the code, or both codes of a pair, are in the lake: bring your own',
  ),
  waiting: words('知识点等待专家确认', 'the points wait for an expert to confirm them'),
  demonstration: words(
    '只有演示知识点涉及本数据，不能据以追款',
    'only points of the demonstration city reach the lake: no ground to recover money',
  ),
  no_column: words('没有机构报送所需的字段', 'no institution delivers a field that it needs'),
  not_in_force: words('在数据的任何一天都未施行', 'not in force on any day of the lake'),
  fires: words('可以命中', 'can fire'),
};

/** A national field as people call it. */
function fieldWords(field: string): Words {
  const [table = '', name = ''] = field.split('.');
  const found = dictionary.tables.get(table)?.fields.get(name);
  return found === undefined ? words(field, field) : words(`${found.name_zh}（${field}）`, `${found.name_en} (${field})`);
}

function lookedAtText({ looked_at: own }: RuleCoverage): readonly Words[] {
  if (own === null) return [];
  const { not_looked_at: part, all } = own;
  const [rows, money] = [rowsShare(part, all), moneyShare(part, all)];
  const hasMoney = part.fen !== null;
  return [
    words(
      `未核查 ${part.rows} 行（${rows}）${hasMoney ? `、${formatYuan(part.fen ?? 0)} 元（${money}）` : ''}`,
      `not looked at ${part.rows} rows (${rows})${hasMoney ? `, ${formatYuan(part.fen ?? 0)} yuan (${money})` : ''}`,
    ),
  ];
}

/** One rule in a line: what it is, which tables or fields it lacks, and how much it does not look at. */
export function ruleCoverageWords(rule: RuleCoverage): Words {
  const { rule_id, name_zh, name_en, tables, missing, waiting, also } = rule;
  const fields = missing.map(fieldWords);
  const parts = [
    ...(tables.length === 0 ? [] : [words(`知识表 ${tables.join('、')}`, `table ${tables.join(', ')}`)]),
    ...(fields.length === 0
      ? []
      : [words(`缺 ${fields.map(({ zh }) => zh).join('、')}`, `lacks ${fields.map(({ en }) => en).join(', ')}`)]),
    ...(waiting === 0 ? [] : [words(`${waiting} 个知识点待确认`, `${counted(waiting, 'point waits', 'points wait')}`)]),
    ...lookedAtText(rule),
    ...also.map((standing) => standingWords[standing]),
  ];
  return words(
    `${rule_id.padEnd(6)} ${name_zh}：${parts.map(({ zh }) => zh).join('；')}`,
    `${rule_id.padEnd(6)} ${name_en}: ${parts.map(({ en }) => en).join('; ')}`,
  );
}

/** What one column of a knowledge table reaches, in a line. */
export function tableLoadWords(load: TableLoad): Words {
  const { table, column, dictionary: of, points, reaching, codes, reaching_codes, all, reached, demonstration } = load;
  const share = rowsShare(reached, all);
  const money = reached.fen === null ? words('', '') : words(`，${formatYuan(reached.fen)} 元`, `, ${formatYuan(reached.fen)} yuan`);
  const demo =
    demonstration === 0 ? words('', '') : words(`，其中演示 ${demonstration} 个`, `, ${demonstration} of the demonstration city`);
  const kind = of === 'item' ? words('项目', 'items') : kindWords(of);
  const zh = [
    `${table}.${column}（${kind.zh}）：知识点 ${points} 个，涉及 ${reaching} 个${demo.zh}`,
    `编码 ${codes} 个，涉及 ${reaching_codes} 个`,
    `${reached.rows} 行（${share}）${money.zh}`,
  ];
  const en = [
    `${table}.${column} (${kind.en}): ${counted(points, 'point')}, ${reaching} reaching${demo.en}`,
    `${counted(codes, 'code')}, ${reaching_codes} reaching`,
    `${counted(reached.rows, 'row')} (${share})${money.en}`,
  ];
  return words(zh.join('；'), en.join('; '));
}
