import { dictionary, libraryText, parseCsvRecords } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { meaningsOf } from './headers.ts';

const endings = ['代码', '编码', '编号', '号码', '号', 'ID', 'id'];
const ending = /^(?<stem>.*?\p{Script=Han})(?:代码|编码|编号|号码|号|ID|id)$/u;
const fieldsOf = (header: string): readonly string[] => meaningsOf(header).map(({ field }) => field);

describe('headers of numbers and codes', () => {
  it.each([
    ['医疗机构代码', 'fixmedins_code'],
    ['定点医疗机构代码', 'fixmedins_code'],
    ['医疗机构　编号', 'fixmedins_code'],
    ['就诊ＩＤ', 'mdtrt_id'],
    ['住院号码', 'mdtrt_id'],
    ['病案编号', 'mdtrt_id'],
    ['人员ID', 'psn_no'],
    ['项目编号', 'medins_list_codg'],
    ['药品代码', 'medins_list_codg'],
    ['医保项目代码', 'med_list_codg'],
    ['诊断编号', 'diag_code'],
    ['结算编码', 'setl_id'],
  ])('%s means %s whatever its end', (header, field) => {
    expect(fieldsOf(header)).toEqual([field]);
  });

  it('that tell different things by their ends keep them apart', () => {
    expect([fieldsOf('医保号'), fieldsOf('医保编码'), fieldsOf('医保编号')]).toEqual([['psn_no'], ['med_list_codg'], []]);
    expect([fieldsOf('费用编码'), fieldsOf('费用ID'), fieldsOf('费用编号')]).toEqual([['medins_list_codg'], ['feedetl_sn'], []]);
    expect([fieldsOf('医保编码'), fieldsOf('项目编码')]).toEqual([['med_list_codg'], ['medins_list_codg']]);
    // They number rows, and name no disease or operation.
    expect(['诊断ID', '手术号', '手术ID'].flatMap(fieldsOf)).toEqual([]);
    expect(fieldsOf('组织机构代码')).toEqual([]);
  });

  it('mean one field of a table, or what the dictionary itself calls so', () => {
    const words = parseCsvRecords(libraryText('standard/headers.csv'), 'headers.csv').flatMap(({ header = '' }) => header.split('|'));
    const stems = new Set(words.flatMap((word) => ending.exec(word)?.groups?.stem ?? []));
    const own = new Set([...dictionary.tables.values()].flatMap(({ fields }) => [...fields.values()].map(({ name_zh }) => name_zh)));
    const twice = [...stems].flatMap((stem) =>
      endings.flatMap((end) => {
        const fields = fieldsOf(`${stem}${end}`);
        const isTwice = [...dictionary.tables.values()].some((table) => fields.filter((field) => table.fields.has(field)).length > 1);
        return isTwice && !own.has(`${stem}${end}`) ? [`${stem}${end}`] : [];
      }),
    );
    expect(stems.size).toBeGreaterThan(60);
    expect(twice).toEqual([]);
  });
});
