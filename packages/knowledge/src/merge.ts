import { formatDay, inputProblems, type Problem, parseDay, words } from '@hengjian/standard';
import { itemList, type PointDraft, sameContent } from './point.ts';
import { knowledgeProblems } from './problems.ts';

/** A point of the library with the day it was closed, if a later one replaced it. */
export interface MergedPoint extends PointDraft {
  readonly closed?: string;
}

export type Placed = 'point' | 'same' | 'merged' | { readonly refused: Problem };

const dayBefore = (day: string): string => formatDay((parseDay(day) ?? 0) - 1);

/** The column whose codes join when two drafts say the same otherwise: items, and the diagnoses that belong to an operation. */
const joining = (draft: PointDraft): string => (draft.table === 'operation-diagnosis' ? 'diagnoses' : 'items');

const withoutJoined = (draft: PointDraft): string => JSON.stringify({ ...draft.values, [joining(draft)]: '' });

/**
 * The points of a library in the making. Each draft becomes a point, repeats one, adds its codes to one, or is
 * refused; a later point about the same subject closes the earlier one the day before.
 */
export class PointSet {
  readonly #points = new Map<string, MergedPoint>();
  readonly #bySubject = new Map<string, string[]>();
  #superseded = 0;

  /** Points closed by later ones. */
  get superseded(): number {
    return this.#superseded;
  }

  values(): readonly MergedPoint[] {
    return [...this.#points.values()];
  }

  add(draft: PointDraft): Placed {
    if (draft.valid_to !== '' && draft.valid_to < draft.valid_from) {
      const expected = words(`不早于 ${draft.valid_from} 的日期`, `a day on or after ${draft.valid_from}`);
      return { refused: inputProblems.problem('value-invalid', { value: draft.valid_to, expected }, draft.place) };
    }
    const known = (this.#bySubject.get(draft.subject) ?? []).flatMap((id) => this.#points.get(id) ?? []);
    const equal = known.find((point) => sameContent(point, draft));
    if (equal !== undefined) return 'same';
    const beside = known.find((point) => point.valid_from === draft.valid_from && point.valid_to === draft.valid_to);
    if (beside !== undefined) return this.#beside(beside, draft);
    const id = this.#points.has(draft.point_id) ? `${draft.point_id}-${draft.table}` : draft.point_id;
    if (this.#points.has(id)) return 'same';
    this.#points.set(id, { ...draft, point_id: id });
    this.#bySubject.set(draft.subject, [...(this.#bySubject.get(draft.subject) ?? []), id]);
    this.#close(draft, known);
    return 'point';
  }

  /** A draft for the same subject and days: its codes join, or it says something else. */
  #beside(point: MergedPoint, draft: PointDraft): Placed {
    if (withoutJoined(point) !== withoutJoined(draft)) {
      const values = { table: draft.table, name: draft.values.name ?? draft.subject, point: point.point_id };
      return { refused: knowledgeProblems.problem('contradiction', values, draft.place) };
    }
    const column = joining(draft);
    const codes = itemList(`${point.values[column] ?? ''}|${draft.values[column] ?? ''}`.split('|').filter((code) => code !== ''));
    if (codes === point.values[column]) return 'same';
    this.#points.set(point.point_id, { ...point, values: { ...point.values, [column]: codes } });
    return 'merged';
  }

  #close(draft: PointDraft, known: readonly MergedPoint[]): void {
    const named = draft.supersedes === undefined ? [] : [draft.supersedes];
    for (const id of new Set([...known.map((point) => point.point_id), ...named])) {
      const point = this.#points.get(id);
      if (point === undefined || point.valid_from >= draft.valid_from || point.closed !== undefined) continue;
      if (point.valid_to !== '' && point.valid_to < draft.valid_from) continue;
      this.#points.set(id, { ...point, closed: dayBefore(draft.valid_from) });
      this.#superseded += 1;
    }
  }
}
