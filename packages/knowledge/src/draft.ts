import type { Problem } from '@hengjian/standard';
import { type PointDraft, pointId } from './point.ts';
import type { KeptReason } from './problems.ts';
import type { SourceRecord } from './records.ts';

export interface ResolveOptions {
  /** First day of points whose source names none, yyyy-MM-dd. */
  readonly validFrom: string;
  /** First age in completed years that "child" no longer covers; set locally. */
  readonly childAge: number;
  readonly region: string;
}

/** What a row of a source came to. */
export type RowResult =
  | { readonly kind: 'points'; readonly drafts: readonly PointDraft[] }
  | { readonly kind: 'text'; readonly record: SourceRecord; readonly why: KeptReason }
  | { readonly kind: 'part' }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** What other rows say that a record leaves open. */
export interface Supplements {
  readonly codes: ReadonlyMap<string, readonly string[]>;
  readonly sex: ReadonlyMap<string, string>;
  readonly windows: ReadonlyMap<string, string>;
  readonly counts: ReadonlyMap<string, SourceRecord>;
  readonly rates: ReadonlyMap<string, string>;
  /** Class and name, class and code of what the files of the classes themselves hold. */
  readonly published: ReadonlySet<string>;
  /** Names that have drug codes, ascending. */
  readonly drugNames: readonly string[];
}

export const key = (...parts: readonly string[]): string => parts.join('\u001f');
export const sexCode: Readonly<Record<string, string>> = { 男: '1', 女: '2' };

export const refused = (problem: Problem): RowResult => ({ kind: 'refused', problem });
export const kept = (record: SourceRecord, why: KeptReason): RowResult => ({ kind: 'text', record, why });

export type Cells = Readonly<Record<string, string>>;

function basisOf(record: SourceRecord): string {
  if (record.rule_class.startsWith('项目')) return `公开的规则模型：${record.rule_class}`;
  return `国家医保局公开的智能监管知识点：${record.rule_class}`;
}

function sourceOf(record: SourceRecord): string {
  const { file, row } = record.place;
  return [file, row === undefined ? '' : `第${row}行`, record.batch ?? ''].filter((part) => part !== '').join(' ');
}

/** The first and last day of a catalogue row, `2025年1月1日至2026年12月31日`. */
function agreement(valid: string | undefined): { from: string; to: string } | undefined {
  const match = /^(\d{4})年(\d{1,2})月(\d{1,2})日至(\d{4})年(\d{1,2})月(\d{1,2})日$/.exec((valid ?? '').replace(/\s/g, ''));
  if (match === null) return undefined;
  const day = (year: number): string =>
    `${match[year]}-${String(match[year + 1]).padStart(2, '0')}-${String(match[year + 2]).padStart(2, '0')}`;
  return { from: day(1), to: day(4) };
}

/**
 * First day of a published point. The day of a batch is that of the news and not of the norm: what a batch repeats of the drug
 * catalogue holds since the edition that was in force then, which begins with its year; anything else since the day that the import
 * is told.
 */
function inForce({ published }: SourceRecord, validFrom: string): string | undefined {
  if (published === undefined) return undefined;
  const year = `${published.slice(0, 4)}-01-01`;
  return year < validFrom ? validFrom : year;
}

/** A point of a table from a record; its subject says what a later point replaces. */
export function draftOf(table: string, record: SourceRecord, options: ResolveOptions, values: Cells, subject: string): PointDraft {
  const period = agreement(record.valid);
  return {
    table,
    point_id: record.id ?? pointId(table, subject, JSON.stringify(values), record.published ?? period?.from ?? options.validFrom),
    subject: key(table, subject),
    values,
    basis: record.rule_class === 'catalogue' ? '国家基本医疗保险、工伤保险和生育保险药品目录 备注' : basisOf(record),
    source: sourceOf(record),
    region: options.region,
    valid_from: inForce(record, options.validFrom) ?? period?.from ?? options.validFrom,
    valid_to: period?.to ?? '',
    place: record.place,
    ...(record.supersedes === undefined ? {} : { supersedes: record.supersedes }),
  };
}
