import { createHash } from 'node:crypto';
import { formatYuan } from '@hengjian/standard';
import { escapeHtml } from './escape.ts';
import { style } from './style.ts';

/** A text in both languages; CSS shows one of them. */
export const both = (zh: string, en: string): string => `<span lang="zh">${escapeHtml(zh)}</span><span lang="en">${escapeHtml(en)}</span>`;

/** Clauses as one text in both languages: Chinese ones follow each other, English ones have a space between them. */
export const prose = (clauses: readonly (readonly [zh: string, en: string])[]): string =>
  both(clauses.map(([zh]) => zh).join(''), clauses.map(([, en]) => en).join(' '));

export const grouped = (value: number): string =>
  Math.trunc(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** 元 with two decimals and thousands separators. */
export function yuan(fen: number): string {
  const [whole = '0', rest = '00'] = formatYuan(Math.abs(fen)).split('.');
  return `${fen < 0 ? '-' : ''}${grouped(Number(whole))}.${rest}`;
}

export interface Column<Row> {
  readonly zh: string;
  readonly en: string;
  readonly number?: boolean;
  readonly cell: (row: Row) => string;
}

/** A table with a caption; an empty one says so. */
export function table<Row>(
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  empty = both('没有记录', 'nothing to show'),
): string {
  if (rows.length === 0) return `<p class="empty">${empty}</p>`;
  const head = columns
    .map((column) => `<th scope="col"${column.number === true ? ' class="n"' : ''}>${both(column.zh, column.en)}</th>`)
    .join('');
  const body = rows
    .map(
      (row) => `<tr>${columns.map((column) => `<td${column.number === true ? ' class="n"' : ''}>${column.cell(row)}</td>`).join('')}</tr>`,
    )
    .join('\n');
  return `<table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table>`;
}

export interface Bar {
  readonly label: string;
  readonly first: number;
  readonly second: number;
}

/** Violations and suspicions are never added up, so a bar that has both shows both. */
const barLabel = (bar: Bar): string =>
  [bar.first, bar.second]
    .filter((fen) => fen !== 0)
    .map(yuan)
    .join(' | ');

const chartWidth = 920;
const labelWidth = 250;

/** Horizontal bars of two stacked amounts (violations dark, suspicions light), as SVG without scripts. */
export function bars(title: string, data: readonly Bar[]): string {
  if (data.length === 0) return '';
  const largest = Math.max(1, ...data.map((bar) => bar.first + bar.second));
  const room = chartWidth - labelWidth - 200;
  const rows = data.map((bar, index) => {
    const top = index * 26 + 4;
    const first = Math.round((bar.first / largest) * room);
    const second = Math.round((bar.second / largest) * room);
    const label = bar.label.length > 17 ? `${bar.label.slice(0, 16)}…` : bar.label;
    return [
      `<text x="${labelWidth - 8}" y="${top + 14}" text-anchor="end">`,
      `${escapeHtml(label)}</text><rect class="v" x="${labelWidth}" y="${top}" width="${first}" height="18"/>`,
      `<rect class="s" x="${labelWidth + first}" y="${top}" width="${second}" height="18"/>`,
      `<text x="${labelWidth + first + second + 6}" y="${top + 14}">`,
      `${barLabel(bar)}</text>`,
    ].join('');
  });
  return [
    `<svg role="img" viewBox="0 0 ${chartWidth} ${data.length * 26 + 8}" aria-label="${escapeHtml(title)}">`,
    `<title>${escapeHtml(title)}</title>${rows.join('')}</svg>`,
  ].join('');
}

/** Vertical bars over time. */
export function columns(title: string, data: readonly Bar[]): string {
  if (data.length === 0) return '';
  const largest = Math.max(1, ...data.map((bar) => bar.first + bar.second));
  const step = chartWidth / data.length;
  const width = Math.min(60, step * 0.6);
  const parts = data.map((bar, index) => {
    const x = index * step + (step - width) / 2;
    const first = Math.round((bar.first / largest) * 180);
    const second = Math.round((bar.second / largest) * 180);
    return [
      `<rect class="v" x="${x.toFixed(1)}" y="${200 - first}" width="${width.toFixed(1)}" height="${first}"/>`,
      `<rect class="s" x="${x.toFixed(1)}" y="${200 - first - second}" width="${width.toFixed(1)}" height="${second}"/>`,
      `<text x="${(x + width / 2).toFixed(1)}" y="218" text-anchor="middle">`,
      `${escapeHtml(bar.label)}</text>`,
    ].join('');
  });
  return [
    `<svg role="img" viewBox="0 0 ${chartWidth} 226" aria-label="${escapeHtml(title)}">`,
    `<title>${escapeHtml(title)}</title>${parts.join('')}</svg>`,
  ].join('');
}

/**
 * A self-contained page: Chinese first, English by a switch that needs no script, ready to print. A script, when there
 * is one, stands in the page; the policy lets only this text run.
 */
export function page(title: string, body: string, script = ''): string {
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; style-src 'unsafe-inline'${script === '' ? '' : `; script-src 'sha256-${hash}'`}`;
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><main><input type="checkbox" id="en"><label class="switch" for="en">中文 / English</label><div class="body">
${body}
</div></main>${script === '' ? '' : `<script>${script}</script>`}</body></html>
`;
}
