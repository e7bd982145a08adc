import { counted, inputProblems, words } from '@hengjian/standard';
import { decideAboutHeld } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { flag, required, shared, text } from '../../options.ts';
import { printHeld } from '../../print/lake.ts';

export const command = defineCommand({
  says: words(
    '对存疑的行作出决定：计入，或撤回先前的决定；决定留在数据湖中，以后各批同样适用',
    'decides about held rows: they count, or an earlier decision is taken back; it is kept in the lake and holds for later batches',
  ),
  arguments: [
    { name: words('存疑组', 'group'), says: words('存疑组编号（H-…），见 lake held', 'groups (H-…) as lake held lists them'), many: true },
  ],
  options: {
    lake: shared.lake,
    count: flag(words('这些行应计入', 'the rows count as they stand')),
    hold: flag(words('撤回决定，仍暂不计入', 'takes a decision back: the rows are held again')),
    visit: text('id', words('只针对一次就诊', 'only the rows of one visit')),
    reason: required(text('text', words('理由', 'why'))),
  },
  example: 'hengjian lake decide H-3f2a90c1d4e5 --lake lake --count --reason 医院确认为两次收费',
  async run({ ports, output }, { lake, count, hold, visit, reason }, held) {
    if (count && hold) throw inputProblems.refused('options-exclude', { first: '--count', second: '--hold' });
    if (!count && !hold) throw inputProblems.refused('option-missing', { option: words('--count 或 --hold', '--count or --hold') });
    const decided = await decideAboutHeld(ports)({ lake, held, visit, counts: count, because: reason });
    output.settle();
    const rows = decided.decisions.length;
    output.say(words(`已记录 ${rows} 项决定`, `${counted(rows, 'decision')} recorded`));
    printHeld(output, decided.held, lake);
    output.result(decided);
    return 0;
  },
});
