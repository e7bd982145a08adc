import { isNamePattern } from '@hengjian/standard';
import type { MergedPoint } from './merge.ts';
import { itemList } from './point.ts';

const table = 'drug-indication';

/** Codes of a point that are no patterns of names. */
const codesOf = ({ values }: MergedPoint): readonly string[] =>
  (values.items ?? '').split('|').filter((code) => code !== '' && !isNamePattern(code));

/** One point of several that were published at the same time about the same codes: each gives the drug a further indication. */
function joined(points: readonly MergedPoint[], codes: readonly string[]): MergedPoint | undefined {
  const [first] = points;
  if (first === undefined) return undefined;
  const isConfirmed = points.every(({ values }) => values.confirmed === '1');
  const diagnoses = [...new Set(points.flatMap(({ values }) => (values.diagnoses ?? '').split('|')))].filter((code) => code !== '').sort();
  return {
    ...first,
    point_id: points.map(({ point_id }) => point_id).join('+'),
    values: {
      ...first.values,
      items: itemList(codes),
      diagnoses: isConfirmed ? diagnoses.join('|') : '',
      condition: [...new Set(points.map(({ values }) => values.condition ?? ''))].join('；'),
      confirmed: isConfirmed ? '1' : '',
    },
  };
}

/**
 * Points of indications so that no two of them judge one code on one day: of those that are open, the latest published of a code
 * stand together for it, and it is confirmed when all of them are. Other points stay as they are.
 */
export function foldIndications(points: readonly MergedPoint[]): readonly MergedPoint[] {
  const own = points.filter((point) => point.table === table && point.closed === undefined && codesOf(point).length > 0);
  const byCode = new Map<string, MergedPoint[]>();
  for (const point of own) for (const code of codesOf(point)) byCode.set(code, [...(byCode.get(code) ?? []), point]);
  const groups = new Map<string, { readonly points: readonly MergedPoint[]; readonly codes: string[] }>();
  for (const [code, all] of byCode) {
    const latest = all.reduce((day, { valid_from }) => (valid_from > day ? valid_from : day), '');
    const standing = all.filter(({ valid_from }) => valid_from === latest);
    const key = standing.map(({ point_id }) => point_id).join('+');
    const group = groups.get(key) ?? { points: standing, codes: [] };
    group.codes.push(code);
    groups.set(key, group);
  }
  const folded = new Set(own);
  return [
    ...points.filter((point) => !folded.has(point)),
    ...[...groups.values()].flatMap((group) => joined(group.points, group.codes) ?? []),
  ];
}
