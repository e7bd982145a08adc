import type { Scheme } from '@hengjian/grouping';
import { type Words, words } from '@hengjian/standard';

/** Where a scheme was stored. */
export const storedLine = ({ file, fresh }: { readonly file: string; readonly fresh: boolean }): Words =>
  fresh
    ? words(`已存为 ${file}`, `stored as ${file}`)
    : words(`内容未变：${file} 已有相同内容`, `nothing changed: ${file} has the same content`);

/** A scheme in one line. */
export function schemeLine(scheme: Scheme): Words {
  const { from, to } = scheme.effective;
  const counts = `${scheme.mdcs.length} MDC，${scheme.adrgs.length} ADRG，${scheme.drgs.length} DRG`;
  const demonstration = words(
    scheme.demonstration && !scheme.name.zh.includes('演示') ? '（示范，不得用于支付）' : '',
    scheme.demonstration ? ' (demonstration, not for payment)' : '',
  );
  const since = to === undefined ? words(`${from} 起施行`, `from ${from}`) : words(`${from} 至 ${to} 施行`, `from ${from} to ${to}`);
  return words(
    `${scheme.id} ${scheme.name.zh}${demonstration.zh}：${counts}，${since.zh}`,
    `${scheme.id} ${scheme.name.en}${demonstration.en}: ${counts.replaceAll('，', ', ')}, ${since.en}`,
  );
}

/** Layers of a DIP catalogue. */
export const layerWords: Readonly<Record<string, Words>> = {
  pre: words('先期病种', 'pre-set diseases'),
  merge: words('合并病种', 'merged diseases'),
  aided: words('辅助目录病种', 'diseases of the auxiliary catalogue'),
  core: words('核心病种', 'core diseases'),
  composite: words('综合病种', 'composite diseases'),
};
