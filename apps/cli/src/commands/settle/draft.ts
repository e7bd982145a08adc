import { counted, words } from '@hengjian/standard';
import { draftSettlement } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { choice, count, required, shared, text } from '../../options.ts';
import { exitCodes, problemJson } from '../../output.ts';

export const command = defineCommand({
  says: words('由数据湖起草一份结算参数', 'drafts the parameters of a settlement from a lake'),
  options: {
    lake: shared.lake,
    scheme: required(text('id', words('DRG 方案或 DIP 目录', 'DRG scheme or DIP catalogue'))),
    schemes: shared.schemes,
    year: required(count(words('结算年度', 'year of the settlement'))),
    out: required(text('file', words('写出的参数（YAML），不覆盖已有文件', 'the parameters (YAML); an existing file is not overwritten'))),
    method: choice(
      ['drg_rate', 'drg_points', 'dip_points'],
      words(
        '病组折算成金额的方式；默认 drg_rate，DIP 目录为 dip_points',
        'how groups become money; drg_rate, for a DIP catalogue dip_points',
      ),
    ),
  },
  example: 'hengjian settle draft --lake lake --scheme demonstration --year 2025 --out parameters.yaml',
  async run({ ports, output }, options) {
    const drafted = await draftSettlement(ports)(options);
    output.settle();
    output.say(
      words(
        `由 ${drafted.stays} 例拟出参数 ${drafted.file}，请逐项核定后再用`,
        `drafted from ${counted(drafted.stays, 'stay')}: ${drafted.file}; check every figure before use`,
      ),
    );
    for (const problem of drafted.open) output.warn(problem);
    output.result({ ...drafted, open: drafted.open.map((problem) => problemJson(problem, output.language)) });
    return drafted.open.length === 0 ? exitCodes.done : exitCodes.needsPerson;
  },
});
