import { keptReasons, type LoadReport, type RowCounts } from '@hengjian/knowledge';
import { counted, describeProblem, type Words, words } from '@hengjian/standard';
import type { Output } from '../output.ts';
import { joined } from './joined.ts';

const shownProblems = 20;

function counts({ rows, points, same, merged, part, codes, text, refused }: RowCounts): Words {
  const parts = [
    words(`${points} 知识点`, counted(points, 'point')),
    words(`${same} 相同`, `${same} same`),
    words(`${merged} 并入`, `${merged} joined`),
    words(`${part} 补充`, counted(part, 'part')),
    words(`${codes} 编码`, counted(codes, 'code')),
    words(`${text} 文本`, `${text} text`),
    words(`${refused} 拒绝`, `${refused} refused`),
  ];
  const sum = joined(parts, ' + ', ' + ');
  return words(`${rows} 行 = ${sum.zh}`, `${counted(rows, 'row')} = ${sum.en}`);
}

/** Prints what an import came to, file by file. */
export function printLoad(output: Output, report: LoadReport): void {
  for (const file of report.files) {
    const told = file.not_read === undefined ? counts(file) : words(`未读取，${file.not_read.zh}`, `not read, ${file.not_read.en}`);
    output.say(words(`${file.file}：${told.zh}`, `${file.file}: ${told.en}`));
  }
  for (const [name, own] of Object.entries(report.by_class)) {
    if (own === undefined) continue;
    const told = counts(own);
    output.say(words(`  ${name}：${told.zh}`, `  ${name}: ${told.en}`));
  }
  const problems = report.files.flatMap((file) => file.problems);
  for (const problem of problems.slice(0, shownProblems)) {
    output.say(words(`  拒绝 ${describeProblem(problem, 'zh')}`, `  refused ${describeProblem(problem, 'en')}`));
  }
  if (problems.length > shownProblems) {
    const all = `batches/${report.batch}/report.json`;
    output.say(
      words(
        `  以上为 ${problems.length} 行被拒绝中的 ${shownProblems} 行；全部见 ${all}`,
        `  ${shownProblems} of ${problems.length} refused rows shown; all are in ${all}`,
      ),
    );
  }
  const total = counts(report);
  output.say(words(`合计：${total.zh}`, `all: ${total.en}`));
  output.say(
    joined([
      words(`写入 ${report.points_out} 个知识点`, counted(report.points_out, 'point written', 'points written')),
      words(`关闭 ${report.superseded} 个旧知识点`, counted(report.superseded, 'older point closed', 'older points closed')),
      words(
        `另有 ${report.unconfirmed} 个待专家确认`,
        `${counted(report.unconfirmed, 'point of the library waits', 'points of the library wait')} for an expert`,
      ),
    ]),
  );
  output.say(
    words(
      `${report.undated} 个知识点的来源未写明日期，自给定的起始日起算`,
      `${counted(report.undated, 'point begins', 'points begin')} on the first day given, because the source names none`,
    ),
  );
  const kept = new Map(Object.entries(report.texts_by_reason));
  for (const [why, told] of Object.entries(keptReasons)) {
    const count = kept.get(why) ?? 0;
    if (count > 0) output.say(words(`  ${count} 条保留为文本：${told.zh}`, `  ${count} kept as text: ${told.en}`));
  }
  if (report.codes_in_no_list.length > 0) {
    const some = report.codes_in_no_list.slice(0, 5);
    const count = report.codes_in_no_list.length;
    output.say(
      words(
        `${count} 个服务项目编码不在任何已导入的目录中：${some.join('、')}${count > some.length ? '…' : ''}`,
        [
          `${counted(count, 'service code is', 'service codes are')} in no imported list`,
          `${some.join(', ')}${count > some.length ? '…' : ''}`,
        ].join(': '),
      ),
    );
  }
  output.say(
    words(
      `知识库现有 ${report.drug_codes} 个药品编码，${report.item_codes} 个服务项目编码，${report.charge_pairs} 对收费组合`,
      [
        `the library has ${counted(report.drug_codes, 'drug code')}`,
        counted(report.item_codes, 'service code'),
        counted(report.charge_pairs, 'charge pair'),
      ].join(', '),
    ),
  );
  output.say(
    report.changed
      ? words(`已导入为 ${report.batch}`, `imported as ${report.batch}`)
      : words(`没有变化：${report.batch} 以前已导入`, `nothing changed: ${report.batch} had been imported before`),
  );
}
