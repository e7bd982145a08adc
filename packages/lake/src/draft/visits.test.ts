import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporary } from '../fixture.ts';
import { answerQuestions, draftMapping, ingest, probeMapping } from '../index.ts';

const root = temporary();
beforeAll(() => {
  process.env.HENGJIAN_KEY_FILE = join(root, 'key');
});

/** Drafts a mapping of texts in the encoding of most exports. */
async function drafted(name: string, files: Readonly<Record<string, readonly string[]>>) {
  const folder = join(root, name);
  mkdirSync(folder);
  for (const [file, lines] of Object.entries(files)) writeFileSync(join(folder, file), iconv.encode(`${lines.join('\n')}\n`, 'gb18030'));
  const draft = await draftMapping([folder]);
  const file = join(root, `${name}.yaml`);
  writeFileSync(file, draft.text);
  const open = draft.questions.filter(({ id }) => id === 'mdtrt_id-column').map(({ choices, required }) => [choices, required]);
  /** Cells of the lines as the answers make the mapping read them. */
  const read = async (answers: Readonly<Record<string, string>>, ...fields: readonly string[]) => {
    await answerQuestions(file, { code: 'H41010200009', ...answers });
    const { problems, shown } = await probeMapping(file, [folder]);
    expect(problems).toEqual([]);
    const fees = shown.find(({ table }) => table === 'fee_list_d');
    return fees?.rows.map((row) => fields.map((field) => row[fees.fields.indexOf(field)]).join('/'));
  };
  const taken = () => ingest({ paths: [folder], lake: join(root, `${name}-lake`), mapping: file });
  return { draft, open, read, taken };
}

const tail = '项目名称,医保编码,数量,单价,金额,收费日期';
const fee = (code: string, pric: string, at: string): string => `检查,${code},1,${pric},${pric},2025-03-0${at}:00`;
const [call, drip] = [fee('001102000010000', '12.00', '1 08:10'), fee('001204000060000', '8.50', '1 08:20')];
const back = fee('001204000060000', '8.50', '1 09:20');

describe('a number that is another one on each line', () => {
  it('is the serial of the line where another number names the visit, so that what is given back finds its charge', async () => {
    const lines = [
      `门诊号,病人ID,${tail},退费标志,流水号`,
      `M1,A1,${call},正常,9001`,
      `M1,A1,${drip},正常,9002`,
      `M1,A1,${back},退费,9003`,
      `M2,A2,${call},正常,9004`,
      `M3,A1,${call},正常,9005`,
    ];
    const { draft, open, read, taken } = await drafted('outpatients', { '收费明细.csv': lines });
    expect(open).toEqual([]);
    expect(draft.text).toContain('patient: 病人ID');
    expect(draft.notes.map(({ zh }) => zh).join()).not.toContain('未用到的列');
    const cells = await read({ refunds: '退费' }, 'mdtrt_id', 'feedetl_sn', 'det_item_fee_sumamt');
    expect(cells).toEqual(['M1/9001/12.0', 'M1/9002/8.5', 'M1/9003/-8.5', 'M2/9004/12.0', 'M3/9005/12.0']);
    const result = await taken();
    expect(result).toMatchObject({ persons: 2, visits: 3, lines: 3 });
    expect(result.states.fee_list_d).toMatchObject({ accepted: 5, refund: 1, refunded: 1, current: 3 });
  });

  it.each(['就诊流水号', '就诊号'])('is no visit even where it is called one: %s', async (header) => {
    const lines = [`${header},门诊号,${tail}`, `1,M1,${call}`, `2,M1,${drip}`, `3,M2,${call}`];
    const { read } = await drafted(`called-${header}`, { '收费明细.csv': lines });
    expect(await read({}, 'mdtrt_id')).toEqual(['M1', 'M1', 'M2']);
  });

  it('is asked about where nothing else names the visit and its header does not', async () => {
    const { open, read } = await drafted('alone', { '收费明细.csv': [`流水号,${tail}`, `9001,${call}`, `9002,${drip}`] });
    expect(open).toEqual([[['流水号', 'skip'], true]]);
    expect(await read({ 'mdtrt_id-column': '流水号' }, 'mdtrt_id')).toEqual(['9001', '9002']);
  });

  it('is the visit where its header says so and nothing else does', async () => {
    const { open, read } = await drafted('called', { '收费明细.csv': [`门诊流水号,${tail}`, `9001,${call}`, `9002,${drip}`] });
    expect(open).toEqual([]);
    expect(await read({}, 'mdtrt_id')).toEqual(['9001', '9002']);
  });
});

describe('two numbers that come again from line to line', () => {
  const head = `门诊号,流水号,${tail}`;

  it('are asked about where one is a mere serial and they differ', async () => {
    const lines = [head, `M1,1,${call}`, `M1,1,${drip}`, `M1,2,${call}`, `M2,3,${call}`];
    const { open, read } = await drafted('two', { '收费明细.csv': lines });
    expect(open).toEqual([[['门诊号', '流水号', 'skip'], true]]);
    expect(await read({ 'mdtrt_id-column': '流水号' }, 'mdtrt_id')).toEqual(['1', '1', '2', '3']);
  });

  it('are not where they say the same', async () => {
    const { open, read } = await drafted('same', { '收费明细.csv': [head, `M1,1,${call}`, `M1,1,${drip}`, `M2,3,${call}`] });
    expect(open).toEqual([]);
    expect(await read({}, 'mdtrt_id')).toEqual(['M1', 'M1', 'M2']);
  });
});

describe('the number of a patient', () => {
  it.each(['病人ID', '患者ID', '病人编号', '患者编号', '病人号', '患者编码'])('tells the persons of several visits: %s', async (header) => {
    const visits = [
      `门诊号,${header},性别,就诊时间`,
      'M1,A1,男,2025-03-01 08:00',
      'M2,A2,女,2025-03-01 08:00',
      'M3,A1,男,2025-03-01 09:00',
    ];
    const lines = [`门诊号,${tail}`, `M1,${call}`, `M1,${drip}`, `M2,${call}`, `M3,${call}`];
    const { draft, read, taken } = await drafted(`patients-${header}`, { '就诊.csv': visits, '收费明细.csv': lines });
    expect(draft.text).toContain(`patient: ${header}`);
    await read({ med_type: '11' }, 'mdtrt_id');
    expect(await taken()).toMatchObject({ persons: 2, visits: 3, lines: 4 });
  });

  it('is not where rows have none', async () => {
    const visits = ['门诊号,病人ID,就诊时间', 'M1,A1,2025-03-01 08:00', 'M2,,2025-03-01 08:00'];
    const { draft } = await drafted('without', { '就诊.csv': visits });
    expect(draft.text).toContain('patient: 门诊号');
  });
});
