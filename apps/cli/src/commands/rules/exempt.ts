import { subjectKinds } from '@hengjian/operations';
import { words } from '@hengjian/standard';
import { proposeRuleExemption } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { choiceOr, day, required, text } from '../../options.ts';
import { signedOf, signedOptions } from '../../store-options.ts';

export const command = defineCommand({
  says: words('提议某规则在若干日内不适用于某对象', 'proposes that a rule does not concern somebody for some days'),
  arguments: [{ name: 'rule', says: words('规则编号', 'rule id') }],
  options: {
    ...signedOptions,
    kind: choiceOr(subjectKinds, 'institution', words('对象类型', 'who')),
    code: required(text('code', words('fixmedins_code、科室代码或医师代码', 'fixmedins_code, department code or practitioner code'))),
    from: required(day(words('行为发生的起始日', 'first day of the acts'))),
    to: day(words('截止日', 'last day')),
    reason: required(text('text', words('理由', 'why'))),
  },
  example: 'hengjian rules exempt N07 --code H41050000001 --from 2026-01-01 --to 2026-06-30 --reason 试点 --data operations --as author',
  async run({ ports, output }, options, [rule = '']) {
    const { kind, code, from, to, reason } = options;
    const wanted = { rule, kind, code, from, ...(to === undefined ? {} : { to }), reason };
    const found = await proposeRuleExemption(ports)({ ...(await signedOf(options, output)), wanted });
    const next = `hengjian rules approve-exemption ${found.id}`;
    output.say(
      words(`已提议 ${found.id}；第二人批准后生效：${next}`, `${found.id} proposed; it applies once a second person says: ${next}`),
    );
    output.result(found);
    return 0;
  },
});
