import { loadReportLines, variantWords } from '@hengjian/grouping';
import { formatDay, inputProblems, words } from '@hengjian/standard';
import { importGroupingScheme } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { area, day, shared, text } from '../../options.ts';
import { storedLine } from '../../print/scheme.ts';

export const command = defineCommand({
  says: words('导入国家 3.0 工作簿、普通表或城市模板', 'imports the official 3.0 workbook, plain tables, or the template of a city'),
  arguments: [{ name: 'path', says: words('工作簿或文件夹', 'workbook or folder') }],
  options: {
    schemes: shared.schemes,
    id: text('id', words('方案编号（默认取自文件或文件夹）', 'id of the scheme (default: from the file or folder)')),
    name: text('text', words('中文名称', 'name in Chinese')),
    area: area(words('发布地区，六位代码', 'area that issued it, six digits')),
    from: day(words('适用的出院起始日', 'first day of discharge it is for')),
    to: day(words('适用的出院截止日', 'last day of discharge it is for')),
    amendments: text('file', words('修订登记（YAML）', 'register of amendments (YAML)')),
    validProcedures: text('text', words('参与分组的手术操作集合（工作簿）', 'set of the procedures that group (workbook)')),
    notPrincipal: text('text', words('不得作为主要诊断的集合（工作簿）', 'set of the diagnoses no case may have as principal (workbook)')),
    gray: text('text', words('灰码集合（工作簿）', 'set of the codes too general to group by (workbook)')),
  },
  example: 'hengjian scheme import chs-drg-3.0.xlsx --id chs-drg-3.0 --from 2027-01-01',
  async run({ ports, output }, options, [path = '']) {
    const { id, name, from, to, amendments, validProcedures, notPrincipal, gray } = options;
    if (to !== undefined && from === undefined) throw inputProblems.refused('option-missing', { option: '--from' });
    const imported = await importGroupingScheme(ports)({
      path,
      schemes: options.schemes,
      options: {
        ...(id === undefined ? {} : { id }),
        ...(name === undefined ? {} : { name: { zh: name, en: name } }),
        ...(options.area === undefined ? {} : { area: options.area }),
        ...(from === undefined ? {} : { effective: { from: formatDay(from), ...(to === undefined ? {} : { to: formatDay(to) }) } }),
        ...(amendments === undefined ? {} : { amendments }),
        roles: {
          ...(validProcedures === undefined ? {} : { valid_procedures: validProcedures }),
          ...(notPrincipal === undefined ? {} : { not_principal: notPrincipal }),
          ...(gray === undefined ? {} : { gray }),
        },
      },
    });
    const { scheme, hash, file, fresh, report } = imported;
    for (const line of loadReportLines(report, output.language)) output.line(line);
    output.say(storedLine(imported));
    if (scheme.variants.length > 0) output.say(words('可选变体', 'variants to choose from'));
    for (const one of scheme.variants) {
      const { zh, en } = variantWords(one);
      output.say(words(`  ${scheme.id}+${one.name}：${zh}`, `  ${scheme.id}+${one.name}: ${en}`));
    }
    output.result({ id: scheme.id, hash, file, fresh, report });
    return 0;
  },
});
