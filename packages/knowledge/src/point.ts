import { createHash } from 'node:crypto';
import type { Place } from '@hengjian/standard';

/** A knowledge point in the making: a row for a table of the library. */
export interface PointDraft {
  readonly table: string;
  readonly point_id: string;
  /** What the point is about; a later point about the same supersedes it. */
  readonly subject: string;
  /** Cells by column, without id, basis, source, region and validity. */
  readonly values: Readonly<Record<string, string>>;
  readonly basis: string;
  readonly source: string;
  readonly region: string;
  readonly valid_from: string;
  readonly valid_to: string;
  /** Point id that its source says it replaces. */
  readonly supersedes?: string;
  readonly place: Place;
}

/** An id that the same content gets in every import. */
export const pointId = (table: string, ...parts: readonly string[]): string =>
  `${table}-${createHash('sha256').update(parts.join('\u001f')).digest('hex').slice(0, 12)}`;

/** Whether two drafts say the same, whatever file they come from. */
export const sameContent = (left: PointDraft, right: PointDraft): boolean =>
  left.table === right.table && left.valid_from === right.valid_from && JSON.stringify(left.values) === JSON.stringify(right.values);

/** Codes of an `items` cell, sorted and without repeats. */
export const itemList = (codes: readonly string[]): string => [...new Set(codes)].sort().join('|');
