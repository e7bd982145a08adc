import { normalise, type Sheet, type SheetRow } from '@hengjian/documents';
import { inputProblems, type Place, type Problem, words } from '@hengjian/standard';

/** One row of a source as its layout reads it, before it becomes points. */
export interface SourceRecord {
  /** Name of the rule class of the national book; `catalogue` for rows of the drug catalogue. */
  readonly rule_class: string;
  readonly name: string;
  readonly codes: readonly string[];
  /** Remark or description that carries the condition. */
  readonly text: string;
  /** 儿童, 男, 女, 工伤, 生育, 二级, an incision group, … where a column says it. */
  readonly limit?: string;
  readonly window?: string;
  readonly count?: string;
  readonly unit?: string;
  readonly cycle?: string;
  readonly rate?: string;
  readonly id?: string;
  readonly supersedes?: string;
  readonly published?: string;
  readonly valid?: string;
  readonly batch?: string;
  readonly place: Place;
  /** Code column had to be written in half-width signs. */
  readonly normalised?: true;
  /** From the index of all classes, which repeats points of the files of each class. */
  readonly indexed?: true;
}

/** What a row of a source became. */
export type Outcome =
  | { readonly kind: 'record'; readonly record: SourceRecord }
  /** One row of a code list. */
  | { readonly kind: 'code'; readonly code: string; readonly name: string; readonly place: Place }
  /** The row completes records of another row or sheet: codes of a drug, members of a code set. */
  | { readonly kind: 'part'; readonly rule_class: string; readonly name: string; readonly code: string; readonly place: Place }
  | { readonly kind: 'refused'; readonly problem: Problem };

const codePatterns = {
  drug: /^([XZ][A-Z]\d{2}[A-Z0-9]{7,19}|T\d{9}|[XZ][A-Z]\d{2}[A-Z]{1,3}[A-Z0-9]*)$/,
  item: /^\d{9,15}$/,
} as const;

const codeExpected = { drug: words('药品代码', 'a drug code'), item: words('医疗服务项目代码', 'a code of a service item') } as const;

type FoundCode = { readonly code: string; readonly normalised: boolean };

function codeCell(row: SheetRow, column: string, kind: keyof typeof codePatterns, file: string): FoundCode | Problem {
  const raw = row.cells.get(column) ?? '';
  const code = normalise(raw).toUpperCase();
  const place = { file, row: row.row, field: column };
  if (code === '') return inputProblems.problem('value-missing', { what: column }, place);
  if (codePatterns[kind].test(code)) return { code, normalised: code !== raw };
  return inputProblems.problem('value-invalid', { value: raw, expected: codeExpected[kind] }, place);
}

/** Header texts of the published files by meaning; the first that a sheet has is taken. */
const headers = {
  drug: ['药品通用名', '通用名', '药品名称', '品种名称'],
  drugText: ['药品说明', '检出逻辑', '逻辑依据', '备注'],
  drugCode: ['国标代码', '药品代码', '药品编码', '医保药品代码', '国家药品代码'],
  item: ['项目名称', '手术名称', '诊疗名称', '医疗服务项目名称'],
  itemCode: ['国标代码', '项目编码', '项目代码', '诊疗编码', '国家医疗服务项目代码', '项目国家编码'],
  limitKind: ['限定类型'],
  limit: ['限定对象', '限定性别', '限定值域', '同切口组别'],
  window: ['频度', '时间区间'],
  nameA: ['主项名称', '项目A名称', '项目A'],
  codeA: ['主项编码', '项目A编码', '项目A代码', '项目A国家编码'],
  nameB: ['从项名称', '项目B名称', '项目B'],
  codeB: ['从项编码', '项目B编码', '项目B代码', '项目B国家编码'],
  dayLimit: ['限制数量', '单日上限数量'],
  unit: ['数量单位'],
  cycleLimit: ['频次上限'],
  cycle: ['疗程周期', '周期(天)', '周期'],
  remark: ['备注', '说明', '逻辑依据'],
  rate: ['主次折率', '折价比例'],
  group: ['主次组别', '同切口组别'],
} as const;

/** All header texts that say a sheet is a knowledge file. */
export const knownHeaders: ReadonlySet<string> = new Set([
  ...Object.values(headers).flat(),
  ...[
    '序号',
    'section',
    'class_',
    'name',
    'note',
    '险种限制',
    '机构限制',
    '就医限制',
    '性别限制',
    '年龄限制',
    '疗程限制',
    '频次限制',
    '数量限制',
    '药品编码',
    '药品名称',
    '诊疗编码',
    '诊疗名称',
  ],
  ...['code', 'national_code'],
  ...['子项编码', '分项编码', '关联编码', '小项编码', '排查机构', '加收限制'],
]);

const has = (sheet: Sheet, texts: readonly string[]): string | undefined => texts.find((text) => sheet.header.includes(text));

/** Class of a drug or item by what the published sheets call its kind of limit. */
function classOf(kind: string, limit: string, object: 'drug' | 'item', text: string): string | undefined {
  const drug = object === 'drug';
  switch (kind) {
    case '限定性别对象':
      return drug ? '药品区分性别使用' : '医疗服务项目区分性别使用';
    case '限定年龄对象':
      if (!drug) return '医疗服务项目儿童专用';
      return /^限/.test(text) ? '药品限儿童使用' : '药品儿童专用';
    case '限定保险类型':
      return limit === '工伤' ? '药品限工伤保险' : limit === '生育' ? '药品限生育保险' : undefined;
    case '限定就医方式':
      return '药品限就医方式';
    case '限定机构等级':
      return '药品限医疗机构级别';
    case '限定支付疗程':
      return '药品限支付疗程';
    case '限定主次操作':
      return '手术项目未按规定折价收费';
    default:
      return undefined;
  }
}

type RowReader = (row: SheetRow) => Outcome;

const cell = (row: SheetRow, column: string | undefined): string => (column === undefined ? '' : normalise(row.cells.get(column) ?? ''));
const refused = (problem: Problem): Outcome => ({ kind: 'refused', problem });
const isProblem = (value: object): value is Problem => 'remedy' in value;

function unknownKind(sheet: Sheet, row: SheetRow, kind: string): Outcome {
  const expected = words('已知的限定类型', 'a known kind of limit');
  return refused(inputProblems.problem('value-invalid', { value: kind, expected }, { file: sheet.file, row: row.row, field: '限定类型' }));
}

function drugReader(sheet: Sheet): RowReader | undefined {
  const [name, kind, text, code, limit] = [
    has(sheet, headers.drug),
    has(sheet, headers.limitKind),
    has(sheet, headers.drugText),
    has(sheet, headers.drugCode),
    has(sheet, headers.limit),
  ];
  if (name === undefined || kind === undefined) return undefined;
  if (code !== undefined && limit === undefined) {
    return (row) => {
      const found = codeCell(row, code, 'drug', sheet.file);
      if (isProblem(found)) return refused(found);
      return {
        kind: 'part',
        rule_class: cell(row, kind),
        name: cell(row, name),
        code: found.code,
        place: { file: sheet.file, row: row.row },
      };
    };
  }
  if (text === undefined || limit === undefined) return undefined;
  return (row) => {
    const own = classOf(cell(row, kind), cell(row, limit), 'drug', cell(row, text));
    if (own === undefined) return unknownKind(sheet, row, cell(row, kind));
    return {
      kind: 'record',
      record: {
        rule_class: own,
        name: cell(row, name),
        codes: [],
        text: cell(row, text),
        limit: cell(row, limit),
        batch: cell(row, kind),
        place: { file: sheet.file, row: row.row },
      },
    };
  };
}

function itemReader(sheet: Sheet): RowReader | undefined {
  const [name, code, kind, limit] = [
    has(sheet, headers.item),
    has(sheet, headers.itemCode),
    has(sheet, headers.limitKind),
    has(sheet, headers.limit),
  ];
  const [dayLimit, unit, cycleLimit, cycle, remark] = [
    has(sheet, headers.dayLimit),
    has(sheet, headers.unit),
    has(sheet, headers.cycleLimit),
    has(sheet, headers.cycle),
    has(sheet, headers.remark),
  ];
  if (name === undefined || code === undefined) return undefined;
  const read = (row: SheetRow, rule_class: string, more: Partial<SourceRecord>): Outcome => {
    const found = codeCell(row, code, 'item', sheet.file);
    if (isProblem(found)) return refused(found);
    const place = { file: sheet.file, row: row.row };
    return {
      kind: 'record',
      record: {
        rule_class,
        name: cell(row, name),
        codes: [found.code],
        text: cell(row, remark),
        place,
        ...(found.normalised ? { normalised: true as const } : {}),
        ...more,
      },
    };
  };
  if (kind !== undefined && limit !== undefined) {
    return (row) => {
      const own = classOf(cell(row, kind), cell(row, limit), 'item', '');
      return own === undefined ? unknownKind(sheet, row, cell(row, kind)) : read(row, own, { limit: cell(row, limit) });
    };
  }
  if (dayLimit !== undefined) return (row) => read(row, '医疗服务项目限定频次', { count: cell(row, dayLimit), unit: cell(row, unit) });
  if (cycleLimit !== undefined && cycle !== undefined)
    return (row) => read(row, '医疗服务项目周期超频次', { count: cell(row, cycleLimit), cycle: cell(row, cycle) });
  if (remark !== undefined) return (row) => read(row, /年龄/.test(cell(row, remark)) ? '医疗服务项目限年龄' : '医疗服务项目限支付疗程', {});
  return undefined;
}

function pairReader(sheet: Sheet): RowReader | undefined {
  const [codeA, codeB, window] = [has(sheet, headers.codeA), has(sheet, headers.codeB), has(sheet, headers.window)];
  const [nameA, nameB, remark] = [has(sheet, headers.nameA), has(sheet, headers.nameB), has(sheet, headers.remark)];
  if (codeA === undefined || codeB === undefined || window === undefined) return undefined;
  return (row) => {
    const [a, b] = [codeCell(row, codeA, 'item', sheet.file), codeCell(row, codeB, 'item', sheet.file)];
    if (isProblem(a)) return refused(a);
    if (isProblem(b)) return refused(b);
    const name = `${cell(row, nameA)}×${cell(row, nameB)}`;
    return {
      kind: 'record',
      record: {
        rule_class: '医疗服务项目重复收费',
        name,
        codes: [a.code, b.code],
        text: cell(row, remark),
        window: cell(row, window),
        place: { file: sheet.file, row: row.row },
      },
    };
  };
}

function rateReader(sheet: Sheet): RowReader | undefined {
  const [code, name, group, rate] = [
    has(sheet, headers.codeA),
    has(sheet, headers.nameA),
    has(sheet, headers.group),
    has(sheet, headers.rate),
  ];
  if (code === undefined || group === undefined || rate === undefined) return undefined;
  return (row) => {
    const found = codeCell(row, code, 'item', sheet.file);
    if (isProblem(found)) return refused(found);
    const place = { file: sheet.file, row: row.row };
    return {
      kind: 'record',
      record: {
        rule_class: '手术项目未按规定折价收费',
        name: cell(row, name),
        codes: [found.code],
        text: '',
        limit: cell(row, group),
        rate: cell(row, rate),
        place,
      },
    };
  };
}

function catalogueReader(sheet: Sheet): RowReader | undefined {
  if (!['section', 'name', 'note'].every((text) => sheet.header.includes(text))) return undefined;
  return (row) => {
    const place = { file: sheet.file, row: row.row };
    const name = cell(row, 'name');
    if (name === '') return refused(inputProblems.problem('value-missing', { what: 'name' }, { ...place, field: 'name' }));
    return {
      kind: 'record',
      record: { rule_class: 'catalogue', name, codes: [], text: cell(row, 'note'), valid: cell(row, 'valid'), place },
    };
  };
}

/** Limits of a public model of rules: typed, but proposals until somebody confirms them. */
function limitsReader(sheet: Sheet): RowReader | undefined {
  const drug = sheet.header.includes('药品编码') && sheet.header.includes('险种限制');
  const item = sheet.header.includes('诊疗编码') && sheet.header.includes('频次限制');
  if (!drug && !item) return undefined;
  const [code, name] = drug ? ['药品编码', '药品名称'] : ['诊疗编码', '诊疗名称'];
  const limits = sheet.header.filter((text) => text.endsWith('限制'));
  return (row) => {
    const found = codeCell(row, code, drug ? 'drug' : 'item', sheet.file);
    if (isProblem(found)) return refused(found);
    const text = limits.flatMap((limit) => (cell(row, limit) === '' ? [] : [`${limit.slice(0, -2)}：${cell(row, limit)}`])).join('；');
    const codes = [drug ? `${found.code}*` : found.code];
    return {
      kind: 'record',
      record: {
        rule_class: drug ? 'drug-proposal' : 'item-proposal',
        name: cell(row, name),
        codes,
        text,
        place: { file: sheet.file, row: row.row },
      },
    };
  };
}

/** Relations between items that a public model names, by the column that only its sheet has. */
const relations: readonly (readonly [string, string, string, string])[] = [
  ['加收限制', '项目加收', '从项编码', '从项名称'],
  ['子项编码', '项目组合', '子项编码', '子项名称'],
  ['分项编码', '项目分解', '分项编码', '分项名称'],
  ['关联编码', '项目关联', '关联编码', '关联名称'],
  ['小项编码', '项目串换', '小项编码', '小项名称'],
  ['排查机构', '项目虚记', '', ''],
  ['从项编码', '项目重复', '从项编码', '从项名称'],
];

/** Codes of a cell `(a|b)`. */
const bracketed = (text: string): readonly string[] =>
  text
    .replace(/[()]/g, '')
    .split('|')
    .filter((code) => code !== '');

function relationReader(sheet: Sheet): RowReader | undefined {
  const found = relations.find(([column]) => sheet.header.includes(column));
  if (found === undefined || !['主项编码', '来源标识', '领域标识'].every((text) => sheet.header.includes(text))) return undefined;
  const [, rule_class, codes, names] = found;
  return (row) => {
    const main = cell(row, '主项编码');
    const place = { file: sheet.file, row: row.row };
    if (main === '') return refused(inputProblems.problem('value-missing', { what: '主项编码' }, { ...place, field: '主项编码' }));
    const name = cell(row, '主项名称');
    const members = [main, ...bracketed(cell(row, codes))];
    return { kind: 'record', record: { rule_class, name, codes: members, text: cell(row, names).replace(/[()]/g, ''), place } };
  };
}

function codeListReader(sheet: Sheet): RowReader | undefined {
  const code = ['code', 'national_code'].find((text) => sheet.header.includes(text));
  if (code === undefined || !sheet.header.includes('name')) return undefined;
  return (row) => {
    const place = { file: sheet.file, row: row.row };
    const own = cell(row, code);
    if (own === '') return refused(inputProblems.problem('value-missing', { what: code }, { ...place, field: code }));
    return { kind: 'code', code: own, name: cell(row, 'name'), place };
  };
}

/** How the rows of a sheet are read, by the texts of its header; undefined when it is in no known layout. */
export function readerOf(sheet: Sheet): RowReader | undefined {
  return (
    catalogueReader(sheet) ??
    limitsReader(sheet) ??
    codeListReader(sheet) ??
    pairReader(sheet) ??
    rateReader(sheet) ??
    drugReader(sheet) ??
    itemReader(sheet) ??
    relationReader(sheet)
  );
}

interface PublishedRecord {
  readonly kp_id: string;
  readonly rule_class: string;
  readonly med_codes: readonly string[];
  readonly item_name?: string | null;
  readonly constraint?: string | null;
  readonly batch_tag?: string | null;
  readonly published_at?: string | null;
  readonly supersedes?: string | null;
}

const optionalTexts = ['item_name', 'constraint', 'batch_tag', 'published_at', 'supersedes'] as const;

function isPublished(value: unknown): value is PublishedRecord {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  const codes: unknown = fields.get('med_codes');
  if (!Array.isArray(codes) || !codes.every((code: unknown) => typeof code === 'string')) return false;
  if (typeof fields.get('kp_id') !== 'string' || typeof fields.get('rule_class') !== 'string') return false;
  return optionalTexts.every((name) => ['string', 'undefined'].includes(typeof (fields.get(name) ?? undefined)));
}

function publishedOutcome(one: PublishedRecord, place: Place): Outcome {
  const bad = one.med_codes.find((code) => !codePatterns.drug.test(code) && !codePatterns.item.test(code));
  if (bad !== undefined) {
    const expected = words('药品代码或医疗服务项目代码', 'a drug code or a code of a service item');
    return refused(inputProblems.problem('value-invalid', { value: bad, expected }, { ...place, field: 'med_codes' }));
  }
  const supersedes = one.supersedes ?? undefined;
  const published = one.published_at ?? undefined;
  return {
    kind: 'record',
    record: {
      rule_class: one.rule_class,
      name: normalise(one.item_name ?? ''),
      codes: one.med_codes,
      text: normalise(one.constraint ?? ''),
      id: one.kp_id,
      batch: one.batch_tag ?? '',
      place,
      ...(supersedes === undefined ? {} : { supersedes }),
      ...(published === undefined ? {} : { published }),
    },
  };
}

/** Rows of a JSON file of published points or of a code set; undefined when it is in no known layout. */
export function jsonOutcomes(value: unknown, file: string): readonly Outcome[] | undefined {
  if (Array.isArray(value) && value.length > 0 && value.every(isPublished)) {
    return value.map((one, index) => publishedOutcome(one, { file, row: index + 1 }));
  }
  if (
    typeof value === 'object' &&
    value !== null &&
    'codeset_id' in value &&
    'codes' in value &&
    'rule_class' in value &&
    Array.isArray(value.codes)
  ) {
    const rule_class = String(value.rule_class);
    return value.codes.map(
      (code, index): Outcome => ({ kind: 'part', rule_class, name: '', code: String(code), place: { file, row: index + 1 } }),
    );
  }
  return undefined;
}
