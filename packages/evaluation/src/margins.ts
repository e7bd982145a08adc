import type { Collected } from './collect.ts';

/** Payment against cost of stays with a known payment, by hospital, department or group; the other codes are empty. */
export interface Margin {
  readonly by: 'hospital' | 'department' | 'group' | 'hospital_group';
  readonly fixmedins_code: string;
  readonly dscg_caty: string;
  readonly grp_code: string;
  readonly cases: number;
  readonly payment_fen: number;
  readonly cost_fen: number;
  /** payment − cost. */
  readonly margin_fen: number;
}

/** Margins, the largest loss first; ties by code. Every division adds up to the same sum where stays name a department. */
export function marginsOf({ entities, cells, groups }: Collected): Margin[] {
  const sums = new Map<string, { -readonly [Field in keyof Margin]: Margin[Field] }>();
  const add = (
    by: Margin['by'],
    fixmedins_code: string,
    dscg_caty: string,
    grp_code: string,
    cell: (typeof cells.hospital)[number],
  ): void => {
    const key = `${by}|${fixmedins_code}|${dscg_caty}|${grp_code}`;
    const known = sums.get(key) ?? { by, fixmedins_code, dscg_caty, grp_code, cases: 0, payment_fen: 0, cost_fen: 0, margin_fen: 0 };
    known.cases += cell.paid;
    known.payment_fen += cell.payment_fen;
    known.cost_fen += cell.paid_cost_fen;
    known.margin_fen = known.payment_fen - known.cost_fen;
    sums.set(key, known);
  };
  for (const cell of cells.hospital) {
    const hospital = entities.hospital[cell.entity]?.fixmedins_code ?? '';
    const group = groups[cell.group]?.code ?? '';
    if (cell.paid === 0) continue;
    add('hospital', hospital, '', '', cell);
    add('group', '', '', group, cell);
    add('hospital_group', hospital, '', group, cell);
  }
  for (const cell of cells.department) {
    const entity = entities.department[cell.entity];
    if (cell.paid > 0 && entity !== undefined) add('department', entity.fixmedins_code, entity.dscg_caty, '', cell);
  }
  const rows = [...sums].sort(([leftKey, left], [rightKey, right]) => left.margin_fen - right.margin_fen || (leftKey < rightKey ? -1 : 1));
  return rows.map(([, row]) => row);
}
