import { joinedHeader } from '@hengjian/sources';
import { describe, expect, it } from 'vitest';
import { meaningsOf } from './headers.ts';
import { findTables } from './layout.ts';

const grid = (rows: readonly (readonly string[] | undefined)[], sheet = 'a') => ({
  sheet,
  rows: rows.flatMap((cells, index) => (cells === undefined ? [] : [{ row: index + 1, cells }])),
  all: rows.length,
});

describe('where the tables of a sheet are', () => {
  it('is below titles, and a header that comes again goes on with its table', () => {
    const head = ['住院号', '项目名称', '金额', '计费时间'];
    const rows = [
      ['某医院费用明细表'],
      ['导出时间：2025/3/1'],
      head,
      ['Z1', '血常规', '12', '2025/1/1 8:00'],
      head,
      ['Z2', '尿常规', '9', '2025/1/2 8:00'],
    ];
    const found = findTables(grid(rows));
    expect(found).toMatchObject([{ header: 3, headerRows: 1, until: undefined, columns: head }]);
    expect(found[0]?.titles).toEqual(['某医院费用明细表', '导出时间：2025/3/1']);
  });

  it('joins a header of two rows only where the lower names need it', () => {
    const upper = ['病人信息', '', '费用', '', '自付', ''];
    const twice = ['住院号', '姓名', '金额', '数量', '金额', '日期'];
    expect(joinedHeader(upper, twice)).toEqual(['住院号', '姓名', '费用_金额', '数量', '自付_金额', '自付_日期']);
    expect(findTables(grid([upper, twice, ['Z1', '某', '1', '2', '3', '2025/1/1']]))).toMatchObject([{ header: 2, headerRows: 2 }]);
    const alone = ['住院号', '姓名', '金额', '数量', '单价', '计费时间'];
    expect(findTables(grid([upper, alone, ['Z1', '某', '1', '2', '3', '2025/1/1']]))).toMatchObject([{ header: 2, headerRows: 1 }]);
    const vertical = [
      ['住院号', '费用信息', ''],
      ['', '金额', '数量'],
      ['Z1', '1.5', '2'],
    ];
    expect(findTables(grid(vertical))).toMatchObject([{ header: 2, headerRows: 2, columns: ['住院号', '金额', '数量'] }]);
  });

  it('takes the names below cells that are merged over several columns, whether they are known or not', () => {
    const rows = [
      ['住院号', '结算日期', '基金支付', '', '', '个人支付', ''],
      ['', '', '乙类甲', '大病', '合计', '现金', '合计'],
      ['Z1', '2025/1/1', '1', '0', '1', '2', '2'],
    ];
    const columns = ['住院号', '结算日期', '乙类甲', '大病', '基金支付_合计', '现金', '个人支付_合计'];
    expect(findTables(grid(rows))).toMatchObject([{ header: 2, headerRows: 2, columns }]);
    // A row of texts below a header with a nameless column is a row.
    const data = [
      ['住院号', '项目名称', '', '金额'],
      ['Z1', '血常规', '注', '一元'],
    ];
    expect(findTables(grid(data))).toMatchObject([{ header: 1, headerRows: 1 }]);
  });

  it('ends at the blank row before the next one', () => {
    const rows = [
      ['住院号', '性别', '入院时间'],
      ['Z1', '男', '2025/1/1 8:00'],
      undefined,
      ['诊断信息'],
      ['住院号', '诊断编码', '诊断名称'],
      ['Z1', 'J18.900', '肺炎'],
    ];
    expect(findTables(grid(rows))).toMatchObject([
      { header: 1, until: 3 },
      { header: 5, until: undefined },
    ]);
  });
});

describe('words of headers', () => {
  it('tell the national code from that of the hospital, and times by what happened', () => {
    const fields = (name: string) => meaningsOf(name).map(({ field }) => field);
    expect(fields('医保编码')).toEqual(['med_list_codg']);
    expect(fields('项目编码')).toEqual(['medins_list_codg']);
    const senses = ['计费时间', '执行时间', '开嘱时间'].map((name) => meaningsOf(name)[0]?.sense);
    expect(senses).toEqual(['billed', 'executed', 'ordered']);
    expect(meaningsOf('序号')[0]?.sense).toBe('ignore');
    expect(fields('年龄（岁）')).toEqual(['age']);
    expect(fields('基金支付_合计')).toEqual(['fund_pay_sumamt']);
    expect(fields('离院_方式')).toEqual(['dscg_way']);
    expect(fields('自付_日期')).toEqual(fields('日期'));
  });
});
