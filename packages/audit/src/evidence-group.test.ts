import type { GroupingCase, LakeStay, StayGroup, StayGrouper } from '@hengjian/grouping';
import type { StayPrice } from '@hengjian/settlement';
import { dayOf, libraryText, parseCsvRecords, RefusedInput } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import {
  chargeTable,
  judgeProcedures,
  type ProcedureCharge,
  readProcedureCharges,
  supportedGroup,
  supportReadings,
} from './evidence-group.ts';

const charge = (change: Partial<ProcedureCharge>): ProcedureCharge => ({
  point_id: 'p',
  operations: ['51.2*'],
  items: ['A'],
  name: '胆囊切除',
  region: '000000',
  valid_from: dayOf(2020, 1, 1),
  valid_to: undefined,
  ...change,
});
const place = { day: dayOf(2026, 3, 9), area: '330102' };
const bill =
  (...items: readonly string[]) =>
  (wanted: readonly string[]): boolean =>
    wanted.some((item) => items.includes(item));

describe('the procedures of a stay', () => {
  it('are billed, not billed, or named by no row', () => {
    const rows = chargeTable([charge({}), charge({ operations: ['80.5100'], items: ['B', 'C'] })]);
    expect(judgeProcedures(['51.2300', '80.5100', '80.5100', '99.2500'], rows, place, bill('C'))).toEqual({
      billed: ['80.5100'],
      unbilled: [{ operation: '51.2300', name: '胆囊切除', items: ['A'] }],
      unnamed: ['99.2500'],
    });
  });

  it('are judged by the rows of the day and the area, any item of which will do', () => {
    const unnamed = { billed: [], unbilled: [], unnamed: ['51.2300'] };
    expect(judgeProcedures(['51.2300'], chargeTable([charge({ valid_to: dayOf(2026, 3, 8) })]), place, bill())).toEqual(unnamed);
    expect(judgeProcedures(['51.2300'], chargeTable([charge({ valid_to: dayOf(2026, 3, 9) })]), place, bill('A')).billed).toEqual([
      '51.2300',
    ]);
    expect(judgeProcedures(['51.2300'], chargeTable([charge({ valid_from: dayOf(2026, 3, 10) })]), place, bill())).toEqual(unnamed);
    expect(judgeProcedures(['51.2300'], chargeTable([charge({ region: '410000' })]), place, bill())).toEqual(unnamed);
    expect(
      judgeProcedures(['51.2300'], chargeTable([charge({ region: '330000' }), charge({ items: ['B'] })]), place, bill('B')).billed,
    ).toEqual(['51.2300']);
  });
});

/** A grouper whose group is the dearest procedure of the case, and its prices in yuan. */
const prices: Readonly<Record<string, number>> = { dear: 18_000, middle: 12_000, other: 18_000, '': 8_000 };
const groupOf = (one: GroupingCase): string =>
  [...one.procedures].sort((left, right) => (prices[right] ?? 0) - (prices[left] ?? 0))[0] ?? '';
const grouper: StayGrouper = {
  id: 'g',
  hash: 'h',
  group: (one) => ({
    status: 'grouped',
    mdc: '',
    adrg: '',
    grp_code: groupOf(one),
    split: '',
    field: '',
    weight: null,
    auxiliary: null,
    problems: [],
  }),
};
const priceOf = (code: string): StayPrice =>
  ({ grp_code: code, form: code === 'unpriced' ? 'unpaid' : 'group', style: 'normal', pay_fen: (prices[code] ?? 0) * 100 }) as StayPrice;

/** What is supported when the table calls some procedures billed and some unbilled; its payment in yuan. */
function supported(billed: readonly string[], unbilled: readonly string[], unnamed: readonly string[]): number | undefined {
  const procedures = [...billed, ...unbilled, ...unnamed];
  const one = { procedures } as unknown as GroupingCase;
  const judged = { billed, unbilled: unbilled.map((operation) => ({ operation, name: '', items: ['A'] })), unnamed };
  const paid = priceOf(groupOf(one));
  const found = supportedGroup({ stay: {} as LakeStay, one, paid, price: ({ grp_code }: StayGroup) => priceOf(grp_code) }, judged, grouper);
  return found === undefined ? undefined : found.price.pay_fen / 100;
}

describe('the group that a bill supports', () => {
  it.each([
    ['the paid one when every procedure is billed', ['dear'], [], [], 18_000],
    ['that without what is not billed', ['middle'], ['dear'], [], 12_000],
    ['that of no procedure when none is billed', [], ['dear'], [], 8_000],
    ['cheaper even when an unnamed procedure is left to the stay', [], ['dear'], ['middle'], 12_000],
    ['the paid one when an unnamed procedure does not matter', ['dear'], [], ['middle'], 18_000],
    ['unknown when the paid one hangs on an unnamed procedure', ['middle'], [], ['dear'], undefined],
    ['unknown when an unnamed procedure holds the price of what is not billed', [], ['dear'], ['other'], undefined],
    ['unknown when the table names nothing', [], [], ['dear'], undefined],
    ['unknown without procedures', [], [], [], undefined],
    ['unknown when what is left has no price', ['unpriced'], ['dear'], [], undefined],
  ] as const)('is %s', (_, billed, unbilled, unnamed, expected) => {
    expect(supported(billed, unbilled, unnamed)).toBe(expected);
  });

  it('is shown with what was looked for', () => {
    const group: StayGroup = {
      status: 'grouped',
      mdc: '',
      adrg: '',
      grp_code: 'middle',
      split: '',
      field: '',
      weight: null,
      auxiliary: null,
    };
    const unbilled = [{ operation: '51.2300', name: '胆囊切除', items: ['A', 'B'] }];
    expect(supportReadings(priceOf('dear'), { unbilled, group, price: priceOf('middle') })).toEqual({
      'group.paid': 'dear',
      'group.supported': 'middle',
      'group.unbilled': '51.2300 胆囊切除（A、B）',
    });
  });
});

describe('the table of charges of procedures', () => {
  const shipped = libraryText('codes/procedure-charges.csv');

  it('names every operation of the library that has an item, and no other item', () => {
    const operations = parseCsvRecords(libraryText('codes/operations.csv'), 'operations.csv');
    const charges = readProcedureCharges(shipped, 'procedure-charges.csv');
    const table = chargeTable(charges);
    const named = operations.map((row) => [row['oprn_oprt_code'] ?? '', row['item'] ?? ''] as const).filter(([, item]) => item !== '');
    expect(named.length).toBeGreaterThan(30);
    for (const [code, item] of named) {
      expect(judgeProcedures([code], table, place, (items) => items.length === 1 && items[0] === item).billed, code).toEqual([code]);
    }
    expect(charges).toHaveLength(named.length);
    expect(new Set(charges.map(({ point_id }) => point_id)).size).toBe(charges.length);
  });

  it('is refused with the place of what is wrong', () => {
    const tail = 'basis:text,source:text,region:area,valid_from:date,valid_to:date';
    const without = `point_id:id,operations:operations,name:text,${tail}\np1,51.2*,胆囊切除,b,s,000000,2020-01-01,\n`;
    expect(() => readProcedureCharges(without, 'mine.csv')).toThrow('the column items is missing');
    const undated = `point_id:id,operations:operations,name:text,items:items,${tail}\np1,51.2*,胆囊切除,A,b,s,000000,soon,\n`;
    expect(() => readProcedureCharges(undated, 'mine.csv')).toThrow(RefusedInput);
  });
});
