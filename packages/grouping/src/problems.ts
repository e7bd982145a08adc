import { defineProblems, type Problem, type Words, words } from '@hengjian/standard';
import type { CaseProblem } from './case/case.ts';

/** The refusals of grouping, and what it finds about a case. */
export const groupingProblems = defineProblems({
  'case-no-diagnosis': {
    says: { zh: '病例没有诊断', en: 'the case has no diagnosis' },
    remedy: { zh: '请填写主要诊断', en: 'fill in the principal diagnosis' },
    status: 422,
  },
  'case-value': {
    says: { zh: '{field} {value} 不可能', en: '{field} {value} is impossible' },
    remedy: { zh: '请更正；不知道时留空，不要填 0', en: 'correct it, or leave it blank when it is not known' },
    status: 422,
  },
  'case-weight': {
    says: { zh: '{field} {value} 不在 {least} 至 {most} 克之间', en: '{field} {value} is not between {least} and {most} grams' },
    remedy: {
      zh: '请以克为单位填写（2.1 千克写 2100）；不知道时留空',
      en: 'write grams (2100 for 2.1 kg), or leave it blank when it is not known',
    },
    status: 422,
  },
  'case-dates': {
    says: { zh: '出院日期早于入院日期 {days} 天', en: 'the discharge lies before the admission (days between them: {days})' },
    remedy: { zh: '请更正入院或出院日期', en: 'correct the day of admission or of discharge' },
    status: 422,
  },
  'case-age': {
    says: { zh: '年龄 {age} 岁与日龄 {days} 天矛盾', en: 'age {age} and age in days {days} contradict each other' },
    remedy: { zh: '请更正年龄或日龄', en: 'correct the age or the days of age' },
    status: 422,
  },
  'case-gender': {
    says: { zh: '性别 {value} 不能识别', en: 'gender {value} is not known' },
    remedy: { zh: '请写 1 或男、2 或女；不知道时留空', en: 'write 1 or 男, 2 or 女, or leave it blank' },
    status: 422,
  },
  'case-number': {
    says: { zh: '{value} 不是数字', en: '{value} is no number' },
    remedy: { zh: '请写数字；不知道时留空', en: 'write digits, or leave it blank when it is not known' },
    status: 422,
  },
  'case-principal-blank': {
    says: { zh: '第一个编码为空', en: 'the first code is blank' },
    remedy: { zh: '请把主要诊断或主要手术写在第一位', en: 'put the principal diagnosis or main procedure first' },
    status: 422,
  },
  'case-id': {
    says: { zh: '病例没有编号', en: 'the case has no id' },
    remedy: { zh: '请为每个病例填写编号', en: 'give every case an id' },
    status: 422,
  },
  'case-field-needed': {
    says: { zh: '本例的分组取决于{field}，而它为空', en: 'the group of this case depends on {field}, which is missing' },
    remedy: { zh: '请补填后重新分组；空白不作 0 处理', en: 'fill it in and group again; a blank is not taken for 0' },
    status: 422,
  },
  'case-no-mdc': {
    says: { zh: '没有主要诊断大类接收主要诊断 {code}', en: 'no MDC takes a case with the principal diagnosis {code}' },
    remedy: {
      zh: '请核对是否应填更具体的编码或其他主要诊断；加 --trace 可看每个大类',
      en: 'check whether a more specific code, or another diagnosis, is the principal one; the trace shows every MDC',
    },
    status: 422,
  },
  'case-no-group': {
    says: { zh: '进入 MDC {mdc}，但没有符合的病组', en: 'the case enters MDC {mdc} and no group there fits' },
    remedy: {
      zh: '请核对主要诊断与主要手术是否相符；加 --trace 可看每个病组',
      en: 'check principal diagnosis and main procedure against each other; the trace shows every group',
    },
    status: 422,
  },
  'code-unknown': {
    says: { zh: '{code} 不是本版编码（{edition}）', en: '{code} is no code of {edition}' },
    remedy: { zh: '请更正编码；它不参与分组', en: 'correct the code; it takes no part in grouping' },
    status: 422,
  },
  'code-lost-zeros': {
    says: { zh: '{code} 可能是 {whole}，被电子表格当作数字去掉了零', en: '{code} may be {whole}, which a spreadsheet took for a number' },
    remedy: {
      zh: '请把编码列设为文本格式后重新导出；核对后改用 {whole}',
      en: 'format the column of codes as text and export again, or use {whole} after a look at the record',
    },
    foreign: ['code'],
    status: 422,
  },
  'code-other-edition': {
    says: {
      zh: '{code} 是其他版本的编码，在本版（{edition}）为 {counterpart}',
      en: '{code} is of another edition; in {edition} it is {counterpart}',
    },
    remedy: { zh: '请核对病历后改用 {counterpart}', en: 'use {counterpart} after a look at the record' },
    status: 422,
  },
  'code-gray': {
    says: { zh: '{code} 过于笼统，不能用于分组（灰码）', en: '{code} is too general to group by (gray code)' },
    remedy: { zh: '请改用具体编码', en: 'choose the specific code' },
    status: 422,
  },
  'code-not-principal': {
    says: { zh: '{code} 不得作为主要诊断', en: '{code} may not be the principal diagnosis' },
    remedy: { zh: '请选择导致本次住院的诊断', en: 'choose the diagnosis that led to the stay' },
    status: 422,
  },
  'dip-no-principal-diagnosis': {
    says: { zh: '病例没有主要诊断', en: 'the stay has no principal diagnosis' },
    remedy: { zh: '请补全结算清单后重新上传', en: 'complete the settlement list and hand it in again' },
    status: 422,
  },
  'scheme-not-in-force': {
    says: {
      zh: '{scheme} 适用于 {period}出院的病例，本例 {day} 出院',
      en: '{scheme} is for stays discharged {period}, this one ended on {day}',
    },
    remedy: {
      zh: '结算请用当年的方案；比较不同版本时无妨',
      en: 'settle with the scheme of the year; to compare versions this is as it should be',
    },
    status: 422,
  },
  'rule-character': {
    says: { zh: '规则第 {at} 个字符 `{sign}` 不属于规则语言', en: 'character {at} of the rule: `{sign}` is no sign of the rule language' },
    remedy: {
      zh: '请只用单词、数字、"引号中的文字"、圆括号、花括号、逗号、∩ 和 = < <= > >=；不等于写作 `not (a = b)`',
      en: 'use words, numbers, "quoted text", brackets, braces, commas, ∩ and = < <= > >= ; write `not (a = b)` for unequal',
    },
    status: 422,
  },
  'rule-open-quote': {
    says: { zh: '规则第 {at} 个字符：引号没有配对', en: 'character {at} of the rule: the quote is never closed' },
    remedy: { zh: '请补上后引号', en: 'add the closing quote' },
    status: 422,
  },
  'rule-syntax': {
    says: { zh: '规则第 {at} 个字符：{what}', en: 'character {at} of the rule: {what}' },
    remedy: { zh: '请更正规则：{hint}', en: 'correct the rule: {hint}' },
    status: 422,
  },
  'rule-severity': {
    says: {
      zh: '规则第 {at} 个字符：{levels} 取决于主要诊断，只用于其他诊断，也不能计数',
      en: 'character {at} of the rule: {levels} holds for other diagnoses only and cannot be counted',
    },
    remedy: {
      zh: '请写 `QTZD in MCC`；若集合名就叫这个，请加引号',
      en: 'write `QTZD in MCC`, or quote the name of a set that is called so',
    },
    status: 422,
  },
  'rule-set-unknown': {
    says: { zh: '规则第 {at} 个字符：没有集合 `{set}`', en: 'character {at} of the rule: there is no set `{set}`' },
    remedy: { zh: '请补上集合成员，或更正集合名{meant}', en: 'add the members of the set, or correct its name{meant}' },
    status: 422,
  },
  'rule-field-unknown': {
    says: { zh: '规则第 {at} 个字符：没有字段 `{field}`', en: 'character {at} of the rule: there is no field `{field}`' },
    remedy: { zh: '可用字段：{known}{meant}', en: 'the fields are {known}{meant}' },
    status: 422,
  },
  'rule-set-kind': {
    says: {
      zh: '规则在 {set} 中查找{kinds}编码，而它只有{has}编码',
      en: 'the rule looks for {kinds} codes in {set}, which holds only {has} codes',
    },
    remedy: { zh: '请更正规则的字段或集合', en: 'correct the field or the set of the rule' },
    status: 422,
  },
  'scheme-id': {
    says: { zh: '{id} 不能作为方案编号', en: '{id} cannot be the id of a scheme' },
    remedy: {
      zh: '请只用小写字母、数字、点和连字符，例如 chs-drg-3.0',
      en: 'use small letters, digits, points and hyphens, for example chs-drg-3.0',
    },
    status: 422,
  },
  'scheme-unknown': {
    says: { zh: '没有方案 {id}', en: 'there is no scheme {id}' },
    remedy: {
      zh: '现有方案：{known}；也可用 hengjian scheme import 导入',
      en: 'choose one of {known}, or import it: hengjian scheme import PATH',
    },
    status: 404,
  },
  'scheme-version-unknown': {
    says: { zh: '方案 {id} 没有版本 {hash}', en: 'scheme {id} has no version {hash}' },
    remedy: { zh: '现有版本：{known}', en: 'choose one of {known}' },
    status: 404,
  },
  'scheme-version-ambiguous': {
    says: { zh: '方案 {id} 有 {count} 个版本以 {hash} 开头', en: '{count} versions of scheme {id} begin with {hash}' },
    remedy: { zh: '请多写几位；现有版本：{known}', en: 'give more digits; there are {known}' },
    status: 409,
  },
  'scheme-changed': {
    says: { zh: '方案内容与其校验值不符', en: 'the content of the scheme does not have the hash of its name' },
    remedy: { zh: '请重新导入该方案，或从备份恢复', en: 'import the scheme anew, or restore it from a backup' },
    status: 422,
  },
  'scheme-is-dip': {
    says: { zh: '{id} 是 DIP 病种目录', en: '{id} is a DIP catalogue' },
    remedy: { zh: '请指定 DRG 方案', en: 'name a DRG scheme here' },
    status: 400,
  },
  'scheme-variant-unknown': {
    says: { zh: '方案 {id} 没有变体 {name}', en: 'scheme {id} has no variant {name}' },
    remedy: { zh: '请去掉，或改用现有变体：{known}', en: 'leave it out, or choose one of: {known}' },
    status: 404,
  },
  'scheme-layout': {
    says: { zh: '不是已知格式的分组方案', en: 'this is no scheme in a known layout' },
    remedy: {
      zh: '请提供 3.0 版格式的工作簿、方案模板（文件夹或 xlsx）或平表文件夹；见 docs/schemes.md',
      en: 'give a workbook of the 3.0 layout, a scheme template (folder or xlsx), or a folder of plain tables; see docs/schemes.md',
    },
    status: 422,
  },
  'scheme-about': {
    says: { zh: '方案说明有误：{what}', en: 'the description of the scheme is wrong: {what}' },
    remedy: { zh: '请写{expected}', en: 'write {expected}' },
    status: 422,
  },
  'scheme-rule': {
    says: { zh: '{row}：{what}', en: '{row}: {what}' },
    remedy: { zh: '请按 docs/schemes.md 所列写法更正', en: 'write it with the terms named in docs/schemes.md' },
    status: 422,
  },
  'sheet-missing': {
    says: { zh: '缺少工作表 {sheet}，或其前几行没有表头', en: 'the sheet {sheet} is missing, or its first rows hold no header' },
    remedy: { zh: '请补上该工作表，列为：{columns}', en: 'add the sheet with the columns {columns}' },
    status: 422,
  },
  'table-missing': {
    says: { zh: '缺少表 {table}，或其没有表头', en: 'the table {table} is missing, or has no header' },
    remedy: { zh: '请补上该表，列为：{columns}', en: 'add the table with the columns {columns}' },
    status: 422,
  },
  'rows-more': {
    says: { zh: '另有 {count} 行有同样问题', en: '{count} more rows like the ones before' },
    remedy: { zh: '请先更正所列各行，再次导入会列出其余', en: 'correct the rows that are named; the next import names the others' },
    status: 422,
  },
  'row-code': {
    says: { zh: '`{code}` 不是行编码', en: '`{code}` is no code of a row' },
    remedy: { zh: '请写例如 {example} 的编码', en: 'write a code such as {example}' },
    status: 422,
  },
  'row-order': {
    says: { zh: '排序号 `{order}` 不是整数', en: 'the order `{order}` is no whole number' },
    remedy: { zh: '请给各行编号', en: 'number the rows' },
    status: 422,
  },
  'row-duplicate': {
    says: { zh: '{code} 已见于第 {row} 行', en: '{code} stands already in row {row}' },
    remedy: { zh: '请只保留一行，或改用另一编码', en: 'keep one of the rows, or give one another code' },
    status: 422,
  },
  'fallback-twice': {
    says: { zh: '{code} 无条件成立，同一范围内另有一行也是', en: '{code} always holds, and so does another row of its scope' },
    remedy: { zh: '请写出该行的规则，或删去其一', en: 'write the rule of the row, or remove one of them' },
    status: 422,
  },
  'mdc-without-rule': {
    says: {
      zh: 'MDC {mdc} 没有规则，所有病例都会进入，之后的 MDC 轮不到',
      en: 'MDC {mdc} has no rule, so every case would enter it and no later MDC would be reached',
    },
    remedy: { zh: '请写出该 MDC 的规则', en: 'write the rule of the MDC' },
    status: 422,
  },
  'adrg-mdc-unknown': {
    says: { zh: '{adrg} 所属的 MDC `{mdc}` 没有行', en: '{adrg} belongs to MDC `{mdc}`, which has no row' },
    remedy: { zh: '请补上该 MDC，或更正其字母', en: 'add the MDC, or correct its letter' },
    status: 422,
  },
  'adrg-kind': {
    says: { zh: '从编码 {adrg} 看不出 ADRG 的类别', en: 'the code {adrg} does not say of what kind the ADRG is' },
    remedy: {
      zh: '第二位 A 至 J 为外科手术，K 至 Q 为非手术室操作，R 至 Z 为内科',
      en: 'the second letter is A to J for operations, K to Q for procedures, R to Z for medical groups',
    },
    status: 422,
  },
  'adrg-without-drg': {
    says: { zh: '{adrg} 没有 DRG，其病例会落空', en: 'no DRG belongs to {adrg}, so its cases would fall through' },
    remedy: { zh: '请补上一行，例如 {adrg}9，规则留空', en: 'add a row such as {adrg}9 with an empty rule' },
    status: 422,
  },
  'drg-adrg-unknown': {
    says: { zh: '{drg} 所属的 ADRG `{adrg}` 没有行', en: '{drg} belongs to ADRG `{adrg}`, which has no row' },
    remedy: { zh: '请补上该 ADRG，或更正其编码', en: 'add the ADRG, or correct its code' },
    status: 422,
  },
  'drg-mdc-other': {
    says: {
      zh: '{drg} 写明属于 MDC {said}，而其 ADRG {adrg} 属于 MDC {mdc}',
      en: '{drg} is said to belong to MDC {said}, its ADRG {adrg} to MDC {mdc}',
    },
    remedy: { zh: '请更正其中一个', en: 'correct one of the two' },
    status: 422,
  },
  'drg-weight': {
    says: { zh: '权重 `{weight}` 不是最多四位小数的数', en: 'the weight `{weight}` is no decimal with at most four places' },
    remedy: { zh: '请写成 1.2345 的形式', en: 'write it as 1.2345' },
    status: 422,
  },
  'severity-level': {
    says: { zh: '{code} 的级别 `{level}` 既不是 MCC 也不是 CC', en: 'the level `{level}` of {code} is neither MCC nor CC' },
    remedy: { zh: '请写 MCC 或 CC', en: 'write MCC or CC' },
    status: 422,
  },
  'severity-conflict': {
    says: {
      zh: '{code} 在前面的行为 {before}（排除表 `{before_table}`），此处为 {level}（排除表 `{table}`）',
      en: '{code} is {before} with table `{before_table}` in an earlier row, here {level} with table `{table}`',
    },
    remedy: { zh: '请保留正确的一行', en: 'keep the row that is right' },
    status: 422,
  },
  'code-form': {
    says: { zh: '`{code}` 不是{expected}编码', en: '`{code}` is no code of {expected}' },
    remedy: {
      zh: '请按编码版本填写，单元格设为文本而不是数字',
      en: 'write the code as the edition has it, as text and not as a number',
    },
    status: 422,
  },
  'code-range': {
    says: { zh: '`{text}` 不是类目范围', en: '`{text}` is no range of categories' },
    remedy: {
      zh: '请写 J12-J18、45-48 或 47.0-47.2：两端字母相同，小的在前',
      en: 'write J12-J18, 45-48 or 47.0-47.2: both ends of one letter, the lower one first',
    },
    status: 422,
  },
  'set-missing': {
    says: { zh: '{role} 指定的集合 {set} 没有成员', en: '{role} names the set {set}, which has no members' },
    remedy: { zh: '请补上成员，或去掉该项', en: 'add the members, or leave it out' },
    status: 422,
  },
  'amendment-form': {
    says: { zh: '修订登记有误：{what}', en: 'the register of amendments is wrong: {what}' },
    remedy: {
      zh:
        '请写 id、what、why、source 和 change：add_members 或 remove_members（写 set、codes），add_exclusions（写 table、codes），' +
        'replace_rule（写 mdc、adrg 或 drg 之一，以及 rule）',
      en:
        'write id, what, why, source and change: add_members or remove_members with set and codes, add_exclusions with table and ' +
        'codes, replace_rule with mdc, adrg or drg, and rule',
    },
    status: 422,
  },
  'amendment-without-effect': {
    says: { zh: '{what}，因此该修订不起作用', en: '{what}, so the amendment changes nothing' },
    remedy: {
      zh: '请更正修订；若发布方已更正原文，请删去',
      en: 'correct the amendment, or remove it when the publisher has mended the source',
    },
    status: 422,
  },
  'lake-not-grouped': {
    says: { zh: '数据湖尚未按 {scheme} 分组', en: 'the lake is not grouped by {scheme}' },
    remedy: {
      zh: '请执行 hengjian group --lake {lake} --scheme {scheme}',
      en: 'run: hengjian group --lake {lake} --scheme {scheme}',
    },
    status: 409,
  },
  'lake-grouping-old': {
    says: { zh: '数据湖按 {scheme} 分组后又有新数据', en: 'the lake has taken in data since it was grouped by {scheme}' },
    remedy: {
      zh: '请再次执行 hengjian group --lake {lake} --scheme {scheme}',
      en: 'group the new data: hengjian group --lake {lake} --scheme {scheme}',
    },
    status: 409,
  },
  'grouping-damaged': {
    says: { zh: '数据湖的分组结果已损坏：{reason}', en: 'the groups of the lake are damaged: {reason}' },
    remedy: { zh: '请删除 {folder} 后重新分组', en: 'remove {folder} and group the lake anew' },
    status: 422,
  },
  'dip-parameter': {
    says: { zh: '应为{expected}；{found}', en: 'expected {expected}; {found}' },
    remedy: { zh: '请更正该参数；docs/dip.md 说明了全部参数', en: 'correct the parameter; docs/dip.md describes all of them' },
    status: 422,
  },
  'dip-charlson': {
    says: { zh: '该疾病没有编码', en: 'the illness has no codes' },
    remedy: { zh: '请列出编码，以 | 分隔', en: 'list its codes, separated by |' },
    status: 422,
  },
  'dip-set': {
    says: { zh: '集合名“{set}”为空或出现两次', en: 'the set "{set}" is empty or stands twice' },
    remedy: { zh: '请为每个集合写一行，并有名称', en: 'give each set one row with a name' },
    status: 422,
  },
  'dip-rule-twice': {
    says: { zh: '规则编码 {code} 出现两次', en: 'the rule code {code} stands twice' },
    remedy: { zh: '请为每条规则写不同的编码', en: 'give each rule a code of its own' },
    status: 422,
  },
  'dip-set-unknown': {
    says: { zh: '条件使用的集合 {set} 不在参数中', en: 'the condition names the set {set}, which the parameters do not have' },
    remedy: { zh: '请在 `sets` 中补上，或改用已有的集合', en: 'add the set under `sets`, or name one that is there' },
    status: 422,
  },
  'dip-severity': {
    says: {
      zh: 'DIP 目录的条件使用了 CC 或 MCC，它们只属于 DRG 方案',
      en: 'a condition of a DIP catalogue asks for CC or MCC, which belong to DRG schemes',
    },
    remedy: { zh: '请改写为辅助目录类型', en: 'write an auxiliary type instead' },
    status: 422,
  },
  'dip-duplicate': {
    says: { zh: '目录中病种 {code} 出现两次', en: 'the disease {code} is in the catalogue twice' },
    remedy: { zh: '请为每条规则写不同的编码，并重新生成目录', en: 'give each rule a code of its own and form the catalogue anew' },
    status: 422,
  },
  'dip-no-cases': {
    says: { zh: '没有可用于生成目录的病例', en: 'no stay can be used to form the catalogue' },
    remedy: {
      zh: '请提供成组年份内有主要诊断和费用的病例',
      en: 'hand in stays of the forming years with a principal diagnosis and a cost',
    },
    status: 422,
  },
  'dip-reference-missing': {
    says: { zh: '这些病例没有形成基准病种 {code}', en: 'the reference disease {code} is not formed by these stays' },
    remedy: {
      zh: '请在 value.reference 指定目录中的病种，或去掉该项以全部病例均值为准',
      en: 'name a disease of the catalogue under value.reference, or leave it out to take the mean of all stays',
    },
    status: 422,
  },
});

/** What the codes of case problems say in few words, for the counts of a summary. */
export const caseProblemNames: Readonly<Record<string, Words>> = {
  'case-no-diagnosis': words('没有诊断', 'no diagnosis'),
  'case-value': words('数值不可能', 'impossible value'),
  'case-weight': words('体重不是以克计的可信值', 'no plausible weight in grams'),
  'case-dates': words('出院早于入院', 'discharged before admitted'),
  'case-age': words('年龄与日龄矛盾', 'age and days of age contradict'),
  'case-gender': words('性别不能识别', 'sex not understood'),
  'case-number': words('不是数字', 'no number'),
  'case-principal-blank': words('第一个编码为空', 'the first code is blank'),
  'case-id': words('没有编号', 'no id'),
  'case-field-needed': words('缺少分组所需字段', 'a field that grouping needs is missing'),
  'code-unknown': words('不是本版编码', 'no code of this edition'),
  'code-lost-zeros': words('被电子表格去掉零的编码', 'code that lost its zeros in a spreadsheet'),
  'case-no-mdc': words('没有大类接收主要诊断', 'no MDC takes the principal diagnosis'),
  'case-no-group': words('进入大类但没有符合的病组', 'no group of its MDC fits'),
  'code-other-edition': words('其他版本的编码', 'code of another edition'),
  'code-gray': words('灰码', 'gray code'),
  'code-not-principal': words('不得作为主要诊断', 'may not be principal'),
  'row-width': words('格数与表头不符', 'another number of cells than the header'),
  'dip-no-principal-diagnosis': words('没有主要诊断', 'no principal diagnosis'),
  'scheme-not-in-force': words('出院日不在方案适用期内', 'discharged outside the days of the scheme'),
};

/** A case is no request: how a command ends does not belong to what was found about it. */
const found = ({ status, exit, ...problem }: Problem, level: CaseProblem['level']): CaseProblem => ({ ...problem, level });

/** A problem of a case that stops its grouping. */
export const invalid = (problem: Problem): CaseProblem => found(problem, 'invalid');

/** A problem of a case that grouping goes on with. */
export const notice = (problem: Problem): CaseProblem => found(problem, 'notice');
