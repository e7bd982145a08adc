import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dictionary, type Field, type Table } from '@hengjian/standard';
import { identifier, openTables, optional, parquetOf, text } from '@hengjian/table';
import { stringify } from 'yaml';
import { sourceName } from './engine-names.ts';
import { discover, type FoundFile, reachOf } from './files.ts';
import { type StageJob, stage } from './stage.ts';

interface Sample {
  readonly column: string;
  readonly values: readonly string[];
}

/** Headers that people use for a field besides its dictionary names. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  fee_ocur_time: ['费用日期', '收费时间', '收费日期', '记账时间', '结算日期', 'settle_date', 'fee_date', 'service_date'],
  cnt: ['数量', 'qty', 'quantity', '用量'],
  pric: ['单价', 'unit_price', 'price', '价格'],
  det_item_fee_sumamt: ['金额', '总金额', 'amount', '费用金额', '总价'],
  hilist_name: ['项目名称', 'item_name', '药品名称', '收费项目'],
  med_list_codg: ['项目编码', '医保编码', 'item_code', '国家编码'],
  bilg_dept_codg: ['科室', '开单科室', 'dept', 'department'],
  bilg_dr_code: ['医生', '开单医生', 'doctor', '医师'],
  gend: ['性别', 'sex', 'gender', 'patient_sex'],
  age: ['年龄', 'patient_age'],
  drug_trac_codg: ['追溯码', 'trace_code'],
  mdtrt_id: ['就诊号', '住院号', 'visit_id', '就诊流水号', '流水号', 'row_id'],
  psn_no: ['医保号', '个人编号', 'patient_id', 'person_id'],
  fixmedins_code: ['医院编码', '机构编码', 'hospital_code'],
  begntime: ['入院时间', '入院日期', '就诊时间', 'admit_date'],
  endtime: ['出院时间', '出院日期', 'discharge_date'],
  diag_code: ['诊断编码', 'icd', 'icd10'],
};

const plain = (name: string): string => name.toLowerCase().replace(/[\s_()（）:：-]/g, '');

function namesOf(field: Field): string[] {
  return [field.name, field.name_zh, field.name_en, ...(synonyms[field.name] ?? [])].map(plain);
}

function fieldFor(table: Table, { column }: Sample): Field | undefined {
  const wanted = plain(column);
  return [...table.fields.values()].find((field) => field.privacy !== 'drop' && namesOf(field).includes(wanted));
}

/** The national table most of whose fields the header names; required fields count double. */
function tableFor(file: FoundFile, samples: readonly Sample[]): Table | undefined {
  if (file.table !== undefined) return dictionary.tables.get(file.table);
  const scored = [...dictionary.tables.values()].map((table) => {
    const found = samples.flatMap((sample) => fieldFor(table, sample) ?? []);
    return { table, score: found.reduce((sum, field) => sum + (field.nullable ? 1 : 2), 0) };
  });
  const best = scored.sort((left, right) => right.score - left.score)[0];
  return best === undefined || best.score < 2 ? undefined : best.table;
}

const sexes: Readonly<Record<string, string>> = { 男: '1', 女: '2', M: '1', F: '2' };

function specOf(field: Field, sample: Sample): unknown {
  const { values, column } = sample;
  if (field.name === 'gend' && values.some((value) => value in sexes))
    return { from: column, codes: Object.fromEntries(values.filter((value) => value in sexes).map((value) => [value, sexes[value]])) };
  if (field.type === 'date' || field.type === 'datetime') {
    if (values.some((value) => /^\d{1,2}-[A-Za-z]{3}-\d{4}$/.test(value))) return { from: column, format: '%d-%b-%Y' };
    if (values.some((value) => /^\d{1,2}\/\d{1,2}\/\d{4}$/.test(value))) return { from: column, format: '%d/%m/%Y' };
  }
  if (['money', 'price', 'quantity'].includes(field.type) && values.some((value) => /[,¥￥$元]/.test(value)))
    return { from: column, decorated: true };
  return column;
}

async function samplesOf(job: Omit<StageJob, 'layout' | 'wanted'>): Promise<Sample[]> {
  const { engine } = job;
  const [staged] = (await stage({ ...job, layout: {}, wanted: [] })).tables;
  if (staged === undefined) return [];
  const shape = Object.fromEntries(staged.columns.map((column) => [column, optional(text)]));
  const list = staged.columns.map(identifier).join(', ');
  const rows = await engine.rows(`SELECT ${list} FROM ${parquetOf([staged.path])} LIMIT 200`, shape);
  return staged.columns.map((column) => ({
    column: sourceName(column),
    values: [...new Set(rows.map((row) => row[column] ?? '').filter((value) => value !== ''))].slice(0, 50),
  }));
}

function draftTable(file: FoundFile, samples: readonly Sample[], notes: string[]): [string, unknown] | undefined {
  const table = tableFor(file, samples);
  if (table === undefined) {
    notes.push(
      `${file.name}: no national table recognised; columns ${samples
        .map((sample) => sample.column)
        .slice(0, 12)
        .join(', ')}`,
    );
    return undefined;
  }
  const columns: Record<string, unknown> = {};
  const left: string[] = [];
  for (const sample of samples) {
    const field = fieldFor(table, sample);
    if (field === undefined || columns[field.name] !== undefined) left.push(sample.column);
    else columns[field.name] = specOf(field, sample);
  }
  if (left.length > 0) notes.push(`${file.name}: not used: ${left.slice(0, 40).join(', ')}`);
  const open = [...table.fields.values()].filter((field) => !field.nullable && columns[field.name] === undefined);
  for (const field of open) notes.push(`${file.name}: required ${field.name} (${field.name_zh}) is still to be filled`);
  const dashes = samples.some((sample) => sample.values.some((value) => value === '—' || value === '-'));
  return [table.name, { files: file.name, ...(dashes ? { missing: ['—', '-'] } : {}), columns }];
}

/**
 * Proposes a mapping from the names of files and columns, a sample of the values and the dictionary. It is a draft: what
 * could not be decided stands in comments at its top.
 */
export async function draftMapping(paths: readonly string[]): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), 'hengjian-draft-'));
  const engine = await openTables({ ...reachOf(paths), spill: scratch, memory: '1GB' });
  try {
    const notes: string[] = [];
    const tables: Record<string, unknown[]> = {};
    let tablesRead = 0;
    const number = (): number => ++tablesRead;
    for (const file of (await discover(paths, scratch)).files) {
      const drafted = draftTable(file, await samplesOf({ engine, file, scratch, number }), notes);
      if (drafted !== undefined) tables[drafted[0]] = [...(tables[drafted[0]] ?? []), drafted[1]];
    }
    const absent = ['setl_d', 'mdtrt_d', 'psn_info_b'].filter((table) => tables[table] === undefined);
    const comment = ['Draft of a mapping. Check every line, then run: hengjian mapping check FILE', ...notes]
      .map((line) => `# ${line}`)
      .join('\n');
    return `${comment}\n${stringify({ version: 1, absent, tables }, { lineWidth: 140 })}`;
  } finally {
    engine.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}
