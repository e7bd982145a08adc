import { describe, expect, it } from 'vitest';
import type { PointDraft } from './point.ts';
import { withFirstLine } from './shipped.ts';

const point = (items: string, more: Readonly<Record<string, string>> = {}): PointDraft => ({
  table: 'drug-second-line',
  point_id: 'KP-1',
  subject: items,
  values: { items, name: '甲', first_line: '', days: '90', confirmed: '', ...more },
  basis: 'b',
  source: 's',
  region: '000000',
  valid_from: '2025-01-01',
  valid_to: '',
  place: { file: 'f', row: 1 },
});

describe('second-line drugs that wait for their first line', () => {
  it('take that of the shipped row which covers all their codes, and say so', () => {
    const [found] = withFirstLine([point('XJ01XAT037B001010101066|XJ01XAT037B001010104251')]);
    expect(found?.values['first_line']).toContain('XJ01XAW*');
    expect(found?.values['confirmed']).toBe('1');
    expect(found?.source).toMatch(/drug-second-line-\d{4}$/);
  });

  it.each([
    ['a drug that no row covers', point('XA12AAC067A001010100548')],
    ['a point of which a row covers one code only', point('XJ01XAT037B001010101066|XA12AAC067A001010100548')],
    ['a point that reaches items by name', point('name:恩他卡朋*')],
    ['a confirmed point', point('XJ01XAT037B001010101066', { first_line: 'XJ01C*', confirmed: '1' })],
    ['a point of another table', { ...point('XJ01XAT037B001010101066'), table: 'drug-level' }],
  ])('stay as they are: %s', (_, one) => {
    expect(withFirstLine([one])).toEqual([one]);
  });
});
