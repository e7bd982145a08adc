import { words } from '@hengjian/standard';
import { settle } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { required, shared, text, texts } from '../../options.ts';
import { printSettlement } from '../../print/settlement.ts';

export const command = defineCommand({
  says: words(
    '测算权重与费率，按月结算并年终清算，为每家医院出具结算单',
    'weights, tariff, months and the clearing of a year, with a statement for every hospital',
  ),
  options: {
    lake: shared.lake,
    scheme: required(text('id', words('DRG 方案或 DIP 目录', 'DRG scheme or DIP catalogue'))),
    schemes: shared.schemes,
    parameters: required(
      text('file', words('结算参数（YAML），可由 settle draft 起草', 'parameters of the settlement (YAML); settle draft makes one')),
    ),
    out: required(text('folder', words('结算结果文件夹', 'folder of the settlement'))),
    past: texts(
      'folder',
      words('往年病例所在的数据湖，用于测算权重和期初费率', 'lakes with stays of past years, for weights and start rates'),
    ),
    months: texts(
      'text',
      words('要结算的月份 yyyy-MM；默认全年并清算', 'months to settle, yyyy-MM; all by default, and the year is cleared'),
    ),
    objections: text(
      'file',
      words(
        '医院异议（CSV 或 xlsx）：id、mdtrt_id、fixmedins_code、reason、outcome、answer、grp_code',
        'objections of hospitals (CSV or xlsx): id, mdtrt_id, fixmedins_code, reason, outcome, answer, grp_code',
      ),
    ),
    uploads: text(
      'file',
      words(
        '重传的清单（CSV 或 xlsx）：mdtrt_id、version、reason、diagnoses、procedures',
        'lists sent again (CSV or xlsx): mdtrt_id, version, reason, diagnoses, procedures',
      ),
    ),
    reviews: text(
      'file',
      words(
        '特例单议申请（CSV 或 xlsx）：mdtrt_id、reason、outcome、standard',
        'requests for special review (CSV or xlsx): mdtrt_id, reason, outcome, standard',
      ),
    ),
    deductions: text(
      'file',
      words(
        '已确认案件的扣款（CSV 或 xlsx）：case_id、fixmedins_code、mdtrt_id、month、fund、reason',
        'deductions from confirmed cases (CSV or xlsx): case_id, fixmedins_code, mdtrt_id, month, fund, reason',
      ),
    ),
    charges: text(
      'file',
      words('手术操作应有收费项目表（CSV），默认用随程序附带的', 'charges of procedures (CSV); those of the program by default'),
    ),
  },
  example: 'hengjian settle run --lake lake --scheme demonstration --parameters parameters.yaml --out settlement',
  async run({ ports, output }, options) {
    const { run, pricing, stays, past, pages } = await settle(ports)(options);
    output.settle();
    printSettlement(output, run);
    output.say(
      words(
        `已写入 ${options.out}；医院结算单在 ${pages.statements}，全市汇总为 ${pages.city}`,
        `written to ${options.out}; statements of the hospitals are in ${pages.statements}, the city is in ${pages.city}`,
      ),
    );
    output.result({
      id: run.id,
      scheme: pricing.scheme,
      stays,
      past,
      months: run.months.map(({ month, statements }) => ({
        month,
        statements: statements.length,
        fund_fen: statements.reduce((sum, one) => sum + one.total_fen, 0),
      })),
      pools: run.year?.pools ?? [],
      left_out: run.left_out,
      total_not_lines: run.total_not_lines,
      folder: options.out,
    });
    return 0;
  },
});
