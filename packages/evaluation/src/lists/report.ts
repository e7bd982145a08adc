import { both, type Cell, type Column, escapeHtml, grouped, page, table, workbookWriter } from '@hengjian/documents';
import { counted, formatScaled } from '@hengjian/standard';
import { valueBars } from '../report/charts.ts';
import { percent } from '../report/words.ts';
import { type Dimension, dimensions } from './checks.ts';
import type { ListFinding, ListHospital, ListQuality } from './quality.ts';

const dimensionNames: Readonly<Record<Dimension, readonly [string, string]>> = {
  timeliness: ['及时性', 'timeliness'],
  completeness: ['完整性', 'completeness'],
  accuracy: ['准确性', 'accuracy'],
};
const shownRows = 50;

type Names = Readonly<Record<string, string>>;

const rateOf = (hospital: ListHospital, dimension: Dimension): ListHospital['dimensions'][number] | undefined =>
  hospital.dimensions.find((one) => one.dimension === dimension);

function hospitalColumns(names: Names): readonly Column<ListHospital>[] {
  return [
    { zh: '机构', en: 'institution', cell: (row) => escapeHtml(names[row.fixmedins_code] ?? row.fixmedins_code) },
    { zh: '清单', en: 'lists', number: true, cell: (row) => grouped(row.lists) },
    ...dimensions.map(
      (dimension): Column<ListHospital> => ({
        zh: `${dimensionNames[dimension][0]}合格率`,
        en: `${dimensionNames[dimension][1]}: right`,
        number: true,
        cell: (row) => {
          const one = rateOf(row, dimension);
          return one === undefined ? '—' : `${percent(one.rate)}<br><small class="note">${one.right} / ${one.checked}</small>`;
        },
      }),
    ),
  ];
}

function findingColumns(names: Names): readonly Column<ListFinding>[] {
  return [
    { zh: '机构', en: 'institution', cell: (row) => escapeHtml(names[row.fixmedins_code] ?? row.fixmedins_code) },
    { zh: '方面', en: 'dimension', cell: (row) => `<span style="white-space:nowrap">${both(...dimensionNames[row.dimension])}</span>` },
    { zh: '字段', en: 'field', cell: (row) => `<code>${escapeHtml(row.field)}</code>` },
    { zh: '检查', en: 'check', cell: (row) => both(row.name.zh, row.name.en) },
    {
      zh: '不合格',
      en: 'wrong',
      number: true,
      cell: (row) => `${percent(row.rate)}<br><small class="note">${row.wrong} / ${row.checked}</small>`,
    },
    { zh: '无法判断', en: 'unknown', number: true, cell: (row) => grouped(row.unknown) },
    {
      zh: '举例',
      en: 'examples',
      cell: (row) => row.examples.map(({ list, what }) => `<code>${escapeHtml(list)}</code> ${both(what.zh, what.en)}`).join('<br>'),
    },
  ];
}

/** The report on the quality of lists: by hospital, then by field, worst first. Visits are masked. */
export function listQualityPage(quality: ListQuality, names: Names = {}): string {
  const wrong = quality.findings.filter((row) => row.wrong > 0).map((row, index) => ({ row, index }));
  const worst = wrong
    .sort((left, right) => (right.row.rate ?? 0) - (left.row.rate ?? 0) || right.row.wrong - left.row.wrong || left.index - right.index)
    .map(({ row }) => row);
  const shown = worst.slice(0, shownRows);
  const caption = both(
    `不合格 ${worst.length} 项，列出不合格率最高的 ${shown.length} 项，全部见工作簿；就诊号已遮盖`,
    `${worst.length} with wrong lists, the ${shown.length} worst shown, all of them in the workbook; visits are masked`,
  );
  const accuracy = quality.hospitals.slice(0, 20).flatMap((hospital) => {
    const rate = rateOf(hospital, 'accuracy')?.rate ?? null;
    return rate === null
      ? []
      : [{ label: names[hospital.fixmedins_code] ?? hospital.fixmedins_code, value: rate, shown: `${formatScaled(rate, 2)}%` }];
  });
  const body = `
<h1>${both('结算清单质量', 'Quality of settlement lists')}</h1>
<p class="note">${both(
    `共 ${quality.lists} 份清单；上传时限为出院后 ${quality.parameters.upload_days} 天`,
    `${counted(quality.lists, 'list')}; to be uploaded within ${counted(quality.parameters.upload_days, 'day')}`,
  )}</p>
<h2>${both('医疗机构', 'Hospitals')}</h2>
<p class="note">${both('准确性合格率', 'accuracy: share of right lists')}</p>
${valueBars('准确性合格率 / accuracy', accuracy)}
${table(both('合格：该方面各项检查都没有不合格', 'right: no check of the dimension fails'), hospitalColumns(names), quality.hospitals)}
<h2>${both('机构与字段', 'Hospital and field')}</h2>
${table(caption, findingColumns(names), shown, both('没有不合格', 'nothing wrong'))}
<p>${both('缺少数据而无法判断的不算不合格，由完整性检查列出。', 'What cannot be judged because a field is empty is not wrong here; completeness lists it.')}</p>
`;
  return page('结算清单质量', body);
}

const four = (value: number | null): Cell => (value === null ? null : { decimal: formatScaled(value, 4) });

/** Writes all rows of a report on lists as a workbook. */
export function writeListWorkbook(quality: ListQuality, names: Names, path: string): void {
  const book = workbookWriter(path);
  try {
    const hospitals = book.sheet('机构', [
      '机构编码',
      '机构名称',
      '清单',
      ...Object.values(dimensionNames).flatMap(([zh]) => [`${zh}合格`, `${zh}检查`, `${zh}合格率`]),
    ]);
    for (const hospital of quality.hospitals) {
      hospitals.row([
        hospital.fixmedins_code,
        names[hospital.fixmedins_code] ?? '',
        hospital.lists,
        ...hospital.dimensions.flatMap(({ right, checked, rate }) => [right, checked, four(rate)]),
      ]);
    }
    hospitals.end();
    const findings = book.sheet('机构与字段', [
      '机构编码',
      '机构名称',
      '方面',
      '字段',
      '检查',
      '检查数',
      '不合格',
      '不合格率',
      '无法判断',
      '举例',
    ]);
    for (const row of quality.findings) {
      const examples = row.examples.map(({ list, what }) => `${list} ${what.zh}`).join('；');
      findings.row([
        row.fixmedins_code,
        names[row.fixmedins_code] ?? '',
        dimensionNames[row.dimension][0],
        row.field,
        row.name.zh,
        row.checked,
        row.wrong,
        four(row.rate),
        row.unknown,
        examples,
      ]);
    }
    findings.end();
  } finally {
    book.close();
  }
}
