import { createHash } from 'node:crypto';
import { formatYuan } from '@hengjian/standard';

/** Escapes text for HTML. */
export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');

/** A text in both languages; CSS shows one of them. */
export const both = (zh: string, en: string): string => `<span lang="zh">${escapeHtml(zh)}</span><span lang="en">${escapeHtml(en)}</span>`;

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
export function table<Row>(caption: string, columns: readonly Column<Row>[], rows: readonly Row[], empty = both('没有记录', 'nothing to show')): string {
  if (rows.length === 0) return `<p class="empty">${empty}</p>`;
  const head = columns.map((column) => `<th scope="col"${column.number === true ? ' class="n"' : ''}>${both(column.zh, column.en)}</th>`).join('');
  const body = rows
    .map((row) => `<tr>${columns.map((column) => `<td${column.number === true ? ' class="n"' : ''}>${column.cell(row)}</td>`).join('')}</tr>`)
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
    return `<text x="${labelWidth - 8}" y="${top + 14}" text-anchor="end">${escapeHtml(label)}</text><rect class="v" x="${labelWidth}" y="${top}" width="${first}" height="18"/><rect class="s" x="${labelWidth + first}" y="${top}" width="${second}" height="18"/><text x="${labelWidth + first + second + 6}" y="${top + 14}">${barLabel(bar)}</text>`;
  });
  return `<svg role="img" viewBox="0 0 ${chartWidth} ${data.length * 26 + 8}" aria-label="${escapeHtml(title)}"><title>${escapeHtml(title)}</title>${rows.join('')}</svg>`;
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
    return `<rect class="v" x="${x.toFixed(1)}" y="${200 - first}" width="${width.toFixed(1)}" height="${first}"/><rect class="s" x="${x.toFixed(1)}" y="${200 - first - second}" width="${width.toFixed(1)}" height="${second}"/><text x="${(x + width / 2).toFixed(1)}" y="218" text-anchor="middle">${escapeHtml(bar.label)}</text>`;
  });
  return `<svg role="img" viewBox="0 0 ${chartWidth} 226" aria-label="${escapeHtml(title)}"><title>${escapeHtml(title)}</title>${parts.join('')}</svg>`;
}

const style = `
:root{--ink:#1d2733;--soft:#5c6b7a;--line:#d8dee6;--v:#b3261e;--s:#e8a33d;--bg:#fff}
*{box-sizing:border-box}body{margin:0 auto;max-width:1080px;padding:24px;color:var(--ink);background:var(--bg);font:15px/1.6 system-ui,"Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif}
h1{font-size:26px;margin:0 0 4px}h2{font-size:19px;margin:36px 0 10px;border-bottom:2px solid var(--ink);padding-bottom:4px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(220px,1fr));gap:14px;margin:18px 0}.card{border:1px solid var(--line);border-radius:8px;padding:12px 16px}
.card b{display:block;font-size:22px}.card small{color:var(--soft);display:block}.card.v{border-left:6px solid var(--v)}.card.s{border-left:6px solid var(--s)}
table{border-collapse:collapse;width:100%;margin:8px 0 18px;font-size:13.5px}caption{text-align:left;color:var(--soft);padding:4px 0}th,td{border-bottom:1px solid var(--line);padding:5px 8px;text-align:left;vertical-align:top}th{background:#f3f5f8}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
svg{width:100%;height:auto;font:12px system-ui,"Noto Sans CJK SC",sans-serif}svg text{fill:var(--ink)}.v{fill:var(--v)}.s{fill:var(--s)}
.legend i{display:inline-block;width:12px;height:12px;margin:0 6px 0 14px}.empty,.note{color:var(--soft)}details summary{cursor:pointer;color:var(--soft)}
#en:not(:checked)~.body [lang=en],#en:checked~.body [lang=zh]{display:none}.switch{float:right;cursor:pointer;color:var(--soft);border:1px solid var(--line);border-radius:6px;padding:2px 10px}#en{position:absolute;opacity:0}#en:focus-visible~.switch{outline:2px solid #1763c6}
@media print{.switch{display:none}body{max-width:none;padding:0;font-size:11px}h2{break-after:avoid}tr,svg,.card{break-inside:avoid}details{display:block}details>*{display:block}}
`;

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
