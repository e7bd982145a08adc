import { counted, words } from '@hengjian/standard';
import { testRuleFiles } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { rulePaths, shared } from '../../options.ts';
import { exitCodes, problemJson } from '../../output.ts';

export const command = defineCommand({
  says: words('用两种后端运行规则的用例', 'runs the cases of the rules in both back ends'),
  arguments: rulePaths,
  options: { knowledge: shared.knowledge },
  example: 'hengjian rules test',
  async run({ ports, output }, options, paths) {
    const { rules, cases, passed, failures, lacking } = await testRuleFiles(ports)({ ...options, paths });
    for (const problem of [...failures.flatMap((failure) => failure.problem ?? []), ...lacking]) output.warn(problem);
    output.say(
      words(
        `${rules} 条规则的 ${cases} 个用例通过 ${passed} 个`,
        `${passed} of ${counted(cases, 'case')} of ${counted(rules, 'rule')} passed`,
      ),
    );
    output.result({ rules, cases, passed, failures, lacking: lacking.map((problem) => problemJson(problem, output.language)) });
    return failures.length + lacking.length === 0 ? exitCodes.done : exitCodes.refused;
  },
});
