import { describe, expect, it } from 'vitest';
import {
  type AskingRule,
  askedField,
  type Carriage,
  carries,
  deliveringInstitutions,
  feedersOf,
  fieldAsks,
  readinessOf,
} from './carriage.ts';
import { columnNamed, dictionary } from './index.ts';
import { columnsOf, dimensionTableNames, workingTableNames } from './working-form.ts';

const carriage: Carriage = {
  '': ['psn_info_b.brdy'],
  H1: ['mdtrt_d.med_type', 'fee_list_d.pric', 'fee_list_d.med_list_codg'],
  H2: ['setl_d.med_type', 'fee_list_d.med_list_codg'],
  H3: ['medins_info_b.hosp_lv'],
};
const lake = { carriage, absent: [] };
const price = { table: 'lines', column: 'pric' } as const;
const type = { table: 'visits', column: 'med_type' } as const;

describe('carriage', () => {
  it('asks each institution for itself, and all of them for a register', () => {
    expect(carries(lake, price, 'H1')).toBe(true);
    expect(carries(lake, price, 'H2')).toBe(false);
    expect(carries(lake, type, 'H2')).toBe(true);
    expect(carries(lake, { table: 'persons', column: 'brdy' }, 'H2')).toBe(true);
    expect(carries(lake, { table: 'institution', column: 'hosp_lv' }, 'H1')).toBe(true);
  });

  it('asks nothing of an institution that delivers nothing about visits, nor for what ingest makes itself', () => {
    expect(carries(lake, price, 'H3')).toBe(true);
    expect(carries(lake, { table: 'lines', column: 'time_precision' }, 'H2')).toBe(true);
    expect(deliveringInstitutions(carriage)).toEqual(['H1', 'H2']);
  });

  it('takes a lake without a record for one that carries all but its absent tables and fields', () => {
    expect(carries({ absent: [] }, price, 'H2')).toBe(true);
    expect(carries({ absent: ['fee_list_d'] }, price, 'H2')).toBe(false);
    expect(carries({ absent: ['fee_list_d.pric'] }, price, 'H2')).toBe(false);
    expect(carries({ absent: ['mdtrt_d'] }, type, 'H2')).toBe(true);
  });

  it('knows for every column only fields of the dictionary', () => {
    for (const table of [...workingTableNames, ...dimensionTableNames]) {
      for (const { name } of columnsOf(table)) {
        for (const field of feedersOf({ table, column: name })) {
          const [own = '', column = ''] = field.split('.');
          expect(dictionary.tables.get(own)?.fields.has(column), `${table}.${name} ← ${field}`).toBe(true);
        }
      }
    }
    expect(columnNamed('lines', 'pric')?.carriedBy).toEqual(['fee_list_d.pric']);
    expect(askedField({ table: 'visits', column: 'setting' })).toBe('mdtrt_d.med_type');
  });
});

describe('readiness', () => {
  const rules: readonly AskingRule[] = [
    { id: 'A', asks: [[price]] },
    { id: 'B', asks: [[price], [type]] },
    { id: 'C', asks: [[price], [{ table: 'visits', column: 'nwb_flag' }]] },
    {
      id: 'D',
      asks: [
        [
          { table: 'persons', column: 'gend' },
          { table: 'persons', column: 'brdy' },
        ],
      ],
    },
  ];
  const places = [
    { institution: 'H1', charge_fen: 300 },
    { institution: 'H2', charge_fen: 100 },
  ];

  it('counts institutions and charge, and names what is missing', () => {
    expect(readinessOf(rules, lake, places).map(({ id, runs, missing, charge_fen }) => [id, runs, missing, charge_fen])).toEqual([
      ['A', 1, ['fee_list_d.pric'], 300],
      ['B', 1, ['fee_list_d.pric'], 300],
      ['C', 0, ['mdtrt_d.nwb_flag', 'fee_list_d.pric'], 0],
      ['D', 2, [], 400],
    ]);
  });

  it('says the other way round what a field unlocks by itself and with others', () => {
    expect(fieldAsks(rules, lake, places)).toEqual([
      { field: 'fee_list_d.pric', rules: 2, with_others: 1, charge_fen: 100, institutions: ['H2'] },
      { field: 'mdtrt_d.nwb_flag', rules: 1, with_others: 0, charge_fen: 300, institutions: ['H1', 'H2'] },
    ]);
  });
});
