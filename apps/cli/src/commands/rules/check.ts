import { counted, describeProblem, words } from '@hengjian/standard';
import { checkRuleFiles } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { rulePaths, shared } from '../../options.ts';
import { exitCodes, problemJson } from '../../output.ts';

export const command = defineCommand({
  says: words(
    '检查规则文件和知识表，找出永不命中的规则、无用的部分和重叠',
    'checks rule files and knowledge tables, and finds rules that can never hit, dead parts and overlaps',
  ),
  arguments: rulePaths,
  options: { knowledge: shared.knowledge },
  example: 'hengjian rules check',
  async run({ ports, output }, options, paths) {
    const { rules, tables, problems, notes } = await checkRuleFiles(ports)({ ...options, paths });
    for (const problem of problems) output.warn(problem);
    for (const note of notes) output.say(words(`提示：${describeProblem(note, 'zh')}`, `note: ${describeProblem(note, 'en')}`));
    output.say(
      words(
        `检查了 ${rules} 条规则和 ${tables} 张知识表：${problems.length} 个问题，${notes.length} 条提示`,
        [
          `${counted(rules, 'rule')} and ${counted(tables, 'knowledge table')} checked`,
          counted(problems.length, 'problem'),
          counted(notes.length, 'note'),
        ].join(', '),
      ),
    );
    const shown = (list: typeof problems) => list.map((problem) => problemJson(problem, output.language));
    output.result({ rules, tables, problems: shown(problems), notes: shown(notes) });
    return problems.length === 0 ? exitCodes.done : exitCodes.refused;
  },
});
