import { expect, it } from 'vitest';
import { foldIndications } from './indications.ts';
import type { MergedPoint } from './merge.ts';

const point = (point_id: string, items: string, diagnoses: string, valid_from = '2025-01-01', table = 'drug-indication'): MergedPoint => ({
  ...{ table, point_id, subject: point_id, basis: 'b', source: 's', region: '000000', valid_from, valid_to: '', place: {} },
  values: { items, name: 'n', diagnoses, condition: `限${point_id}`, confirmed: diagnoses === '' ? '' : '1' },
});
const shown = (points: readonly MergedPoint[]) =>
  points.map(({ point_id, values }) => [point_id, values.items, values.diagnoses, values.confirmed]).sort();

it('indications of one drug that were published together are one point, confirmed when all of them are', () => {
  expect(
    shown(foldIndications([point('A', 'X1|X2', 'E11*'), point('B', 'X1', 'I10*'), point('C', 'X3', 'J45*'), point('D', 'X3', '')])),
  ).toEqual([
    ['A+B', 'X1', 'E11*|I10*', '1'],
    ['A', 'X2', 'E11*', '1'],
    ['C+D', 'X3', '', ''],
  ]);
});

it('a later point of a code takes the place of an earlier one, and other tables stay as they are', () => {
  const other = point('O', 'X1', '', '2025-01-01', 'drug-level');
  expect(shown(foldIndications([point('A', 'X1|X2', 'E11*'), point('B', 'X1', 'I10*', '2026-01-01'), other]))).toEqual([
    ['A', 'X2', 'E11*', '1'],
    ['B', 'X1', 'I10*', '1'],
    ['O', 'X1', '', ''],
  ]);
});
