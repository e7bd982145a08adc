import { counted } from '@hengjian/standard';
import type { Amendment } from '../scheme/scheme.ts';

/** Something an import did or saw, with the rows that it concerns. */
export interface Remark {
  /** Stable kebab-case identifier, for example `duplicate-member`. */
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  /** File or sheet of the rows. */
  readonly sheet: string;
  readonly field?: string;
  /** 1-based rows in the sheet, in order; empty when it concerns the whole. */
  readonly rows: readonly number[];
}

/** rows = kept + the rows of all `dropped`. */
export interface SheetReport {
  readonly sheet: string;
  readonly rows: number;
  readonly kept: number;
  readonly dropped: readonly Remark[];
}

export interface SchemeCounts {
  readonly mdcs: number;
  readonly adrgs: number;
  readonly drgs: number;
  readonly sets: number;
  readonly members: number;
  readonly severity: number;
  readonly exclusion_tables: number;
  readonly exclusion_members: number;
}

/** What an import read, kept, dropped and changed. Nothing is corrected without an entry here. */
export interface LoadReport {
  readonly layout: 'plain-tables' | 'workbook-3.0' | 'template';
  readonly scheme: string;
  readonly counts: SchemeCounts;
  readonly sheets: readonly SheetReport[];
  /** What was put right, such as cleaned cells and rows moved to the end of their scope. */
  readonly corrections: readonly Remark[];
  /** What was left as it is and should be looked at, such as sets that no rule names. */
  readonly notices: readonly Remark[];
  readonly amendments: readonly Amendment[];
}

const rowLimit = 12;

function rowsText(rows: readonly number[], language: 'zh' | 'en'): string {
  if (rows.length === 0) return '';
  const shown = rows.slice(0, rowLimit).join(', ');
  const more = rows.length > rowLimit ? ' …' : '';
  return language === 'zh' ? `（${rows.length} 行：${shown}${more}）` : ` (${counted(rows.length, 'row')}: ${shown}${more})`;
}

const remarkLine = (remark: Remark, language: 'zh' | 'en'): string => {
  const field = remark.field === undefined ? '' : ` ${remark.field}`;
  return `  ${remark.sheet}${field}: ${remark[language]}${rowsText(remark.rows, language)}`;
};

/** The report as lines for people. */
export function loadReportLines(report: LoadReport, language: 'zh' | 'en'): readonly string[] {
  const zh = language === 'zh';
  const { counts } = report;
  const parts = zh
    ? [
        `MDC ${counts.mdcs}`,
        `ADRG ${counts.adrgs}`,
        `DRG ${counts.drgs}`,
        `集合 ${counts.sets}（成员 ${counts.members}）`,
        `MCC/CC ${counts.severity}`,
        `排除表 ${counts.exclusion_tables}（${counts.exclusion_members}）`,
      ]
    : [
        `${counts.mdcs} MDC`,
        `${counts.adrgs} ADRG`,
        `${counts.drgs} DRG`,
        `${counted(counts.sets, 'set')} (${counted(counts.members, 'member')})`,
        `${counts.severity} MCC/CC`,
        `${counted(counts.exclusion_tables, 'exclusion table')} (${counts.exclusion_members})`,
      ];
  const total = zh ? `${report.scheme}：${parts.join('，')}` : `${report.scheme}: ${parts.join(', ')}`;
  const sheets = report.sheets.flatMap((sheet) => [
    zh
      ? `${sheet.sheet}：读入 ${sheet.rows} 行，保留 ${sheet.kept} 行`
      : `${sheet.sheet}: ${counted(sheet.rows, 'row')} read, ${sheet.kept} kept`,
    ...sheet.dropped.map((remark) => remarkLine(remark, language)),
  ]);
  const block = (title: string, remarks: readonly Remark[]): readonly string[] =>
    remarks.length === 0 ? [] : [title, ...remarks.map((remark) => remarkLine(remark, language))];
  const amendments = report.amendments.map(({ id, what, why, source }) => `  ${id}: ${what} — ${why} [${source}]`);
  return [
    total,
    ...sheets,
    ...block(zh ? '已更正' : 'Corrected', report.corrections),
    ...block(zh ? '请核对' : 'To be looked at', report.notices),
    ...(amendments.length === 0 ? [] : [zh ? '已应用的修订' : 'Amendments applied', ...amendments]),
  ];
}
