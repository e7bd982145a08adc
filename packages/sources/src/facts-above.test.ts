import { describe, expect, it } from 'vitest';
import { FactsAbove, factsIn } from './facts-above.ts';

const labels = ['住院号', '性别', '入院时间', '身份证号'];
const of = (...cells: readonly string[]) => Object.fromEntries(factsIn(cells, labels) ?? []);

describe('what is said above lines', () => {
  it('stands behind labels in a cell, or in the cell beside', () => {
    expect(of('住院号：Z1  姓名：张三　性别：男 入院时间: 2025-06-01 08:30')).toEqual({
      住院号: 'Z1',
      性别: '男',
      入院时间: '2025-06-01 08:30',
    });
    expect(of('住院号：', '', 'Z1', '入院时间：', '2025-06-01 08:30:00')).toEqual({ 住院号: 'Z1', 入院时间: '2025-06-01 08:30:00' });
  });

  it('is empty where the next label follows at once', () => {
    expect(of('身份证号：', '', '入院时间：', '2025-06-01')).toEqual({ 身份证号: '', 入院时间: '2025-06-01' });
    expect(of('性别： 姓名：张三')).toEqual({ 性别: '' });
    expect(of('身份证号：', '姓名：张三')).toEqual({ 身份证号: '' });
  });

  it('is not found in lines', () => {
    expect(factsIn(['血常规', '住院号', '病人住院号：见首页'], labels)).toBeUndefined();
  });

  it('holds for the lines below it until it is said anew, and nothing of one patient for the next', () => {
    const facts = new FactsAbove(['住院号', '性别']);
    expect(facts.take(['住院号：Z1'])).toBe(true);
    expect(facts.take(['性别：男'])).toBe(true);
    expect(facts.take(['血常规', '1'])).toBe(false);
    expect([facts.use(), facts.use()]).toEqual([
      ['Z1', '男'],
      ['Z1', '男'],
    ]);
    expect(facts.take(['住院号：Z2'])).toBe(true);
    expect(facts.use()).toEqual(['Z2', '']);
  });
});
