import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableOf } from '@hengjian/standard';

import type { Duck } from './duck.ts';
import { groupLoads, type Landed, type Load, typedSelect } from './land.ts';
import { pseudonymSql } from './pseudonym.ts';
import { ident, text } from './sql.ts';

/** What the sender should do about a reason. */
export const remedies: Readonly<Record<string, string>> = {
  unreadable: 'correct the value so that it reads as the type of the field',
  missing: 'fill the required field',
  'broken-row': 'give the row as many cells as the header and close its quotes',
};

export interface QuarantineFile {
  readonly file: string;
  readonly rows: number;
}

const quoteCell = (value: string): string => `"${value.replaceAll('"', '""')}"`;

/** Source columns that may be shown: those the plan reads, person numbers as `hj:` pseudonyms. */
function originalColumns(load: Load, key: Buffer): string[] {
  const { fields } = tableOf(load.table);
  return load.plans.flatMap((plan) => {
    const column = load.staged.columns.find((name) => (plan.origin ?? plan.from) === ident(name));
    if (column === undefined) return [];
    const hidden = fields.get(plan.field)?.privacy === 'pseudonym' || plan.field === '_patient';
    const masked = `CASE WHEN ${ident(column)} IS NULL OR starts_with(${ident(column)}, 'hj:') THEN ${ident(column)} ELSE 'hj:' || ${pseudonymSql(key, `trim(${ident(column)})`)} END`;
    return [`${hidden ? masked : ident(column)} AS ${ident(column)}`];
  });
}

/** Writes one CSV per source file with the rows that were not accepted; it can be mended and ingested again. */
export async function writeQuarantine(
  duck: Duck,
  lake: string,
  batch: number,
  landed: readonly Landed[],
  loads: readonly Load[],
  key: Buffer,
): Promise<QuarantineFile[]> {
  const out: QuarantineFile[] = [];
  const bad = new Set(landed.flatMap((one) => one.quarantined.map((item) => item.seq)));
  for (const load of loads) {
    if (!bad.has(load.seq) && load.staged.broken.length === 0) continue;
    const folder = join(lake, `quarantine/${batch}`);
    mkdirSync(folder, { recursive: true });
    const name = `${load.table}-${load.seq}-${load.file.replace(/[^\w.\u4e00-\u9fff-]+/g, '_')}.csv`;
    const file = join(folder, name);
    let rows = 0;
    if (bad.has(load.seq)) {
      const group = groupLoads([load])[0];
      if (group === undefined) continue;
      const value = load.plans
        .map(
          (plan) =>
            `WHEN ${text(plan.field)} THEN ${tableOf(load.table).fields.get(plan.field)?.privacy === 'pseudonym' ? "''" : plan.from}`,
        )
        .join(' ');
      const remedy = Object.entries(remedies)
        .map(([code, words]) => `WHEN ${text(code)} THEN ${text(words)}`)
        .join(' ');
      rows =
        await duck.count(`COPY (SELECT ${text(load.file)} AS _file, _row, split_part(_bad, '|', 2) AS _field, CASE split_part(_bad, '|', 2) ${value} END AS _value, split_part(_bad, '|', 1) AS _reason,
        CASE split_part(_bad, '|', 1) ${remedy} END AS _remedy, ${originalColumns(load, key).join(', ')} FROM (${typedSelect(group)}) WHERE _bad IS NOT NULL ORDER BY _row) TO ${text(file)} (FORMAT csv, HEADER true)`);
    }
    const lines = load.staged.broken.map((one) =>
      [load.file, String(one.row), '', '', 'broken-row', remedies['broken-row'] ?? ''].map(quoteCell).join(','),
    );
    if (lines.length > 0)
      writeFileSync(`${file.slice(0, -4)}-broken.txt`, `_file,_row,_field,_value,_reason,_remedy\n${lines.join('\n')}\n`);
    out.push({ file: name, rows: rows + lines.length });
  }
  return out;
}
