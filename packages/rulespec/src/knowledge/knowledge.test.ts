import { expect, test } from 'vitest';
import { parseKnowledge, parseWindow } from './knowledge.ts';

const tail = 'basis:text,source:text,region:area,valid_from:date,valid_to:date';
const table = (columns: string, ...rows: string[]): string => [`point_id:id,${columns},${tail}`, ...rows].join('\n');

test('a table keeps exact values, sets and which columns have holes', () => {
  const parsed = parseKnowledge(
    table('items:items,max:quantity', 'p1,A|B*,1.5,b,s,000000,2020-01-01,', 'p2,C,,b,s,,,2020-12-31'),
    'x/points.csv',
  );
  expect(parsed.problems).toEqual([]);
  expect(parsed.table?.name).toBe('points');
  expect(parsed.table?.rows[0]?.cells.slice(0, 3)).toEqual(['p1', ['A', 'B*'], 15_000]);
  expect(parsed.table?.columns[2]).toEqual({ name: 'max', type: 'quantity', nullable: true });
  expect(parsed.table?.rows[1]).toMatchObject({ region: '000000', row: 3 });
});

test.each([
  ['no fixed columns', 'a:text,b:text\n1,2', 'knowledge-header'],
  ['an unknown type', table('x:thing'), 'knowledge-header'],
  ['an unknown dictionary', table('x:code(thing)'), 'knowledge-header'],
  ['a name that stands twice', table('x:text,x:text'), 'column-twice'],
  ['too few cells', table('x:text', 'p1,2'), 'row-width'],
  ['a bad number', table('x:money', 'p1,1.234,b,s,000000,2020-01-01,'), 'value-invalid'],
  ['31 February', table('x:text', 'p1,a,b,s,000000,2020-02-31,'), 'value-invalid'],
  ['a bad area', table('x:text', 'p1,a,b,s,41,2020-01-01,'), 'value-invalid'],
  ['a bad window', table('x:window', 'p1,week,b,s,000000,2020-01-01,'), 'value-invalid'],
  ['no id', table('x:text', ',a,b,s,000000,2020-01-01,'), 'value-missing'],
  ['one id twice for the same time', table('x:text', 'p1,a,b,s,000000,2020-01-01,', 'p1,b,b,s,000000,2021-01-01,'), 'point-twice'],
  ['dates out of order', table('x:text', 'p1,a,b,s,000000,2020-01-01,2019-01-01'), 'dates-reversed'],
  ['an open quote', table('x:text', 'p1,"a'), 'quote-open'],
])('refuses %s', (_name, text, code) => {
  const { problems } = parseKnowledge(text, 'points.csv');
  expect(problems.map((problem) => problem.code)).toContain(code);
  expect(problems[0]?.remedy).not.toBe('');
});

test('one id may stand for several times', () => {
  const text = table('x:text', 'p1,a,b,s,000000,2020-01-01,2020-12-31', 'p1,b,b,s,000000,2021-01-01,');
  expect(parseKnowledge(text, 'points.csv').problems).toEqual([]);
});

test('windows are read in their units', () => {
  expect(['visit', 'history', '6h', '30min', '2d', 'x'].map(parseWindow)).toEqual([0, 5, 1_000_360, 1_000_030, 2_000_002, undefined]);
});
