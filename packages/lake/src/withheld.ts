import type { Tables } from '@hengjian/table';
import { newestExceptions } from './exceptions.ts';

// A row of the enrolments that was not accepted may be the one under which somebody was insured: who has such a row cannot be
// said to have been without insurance, whatever his other rows say.

/** The table of which it matters that a row is missing. */
export const withheldTable = 'psn_insu_d';

/** How the word on such a row is kept among the exceptions; its cause is the person and the key of the row. */
const status = 'withheld';
const pseudonymLength = 32;

/** Makes `withheld` (rid, psn, key), which takes the rows of a batch that were not accepted. */
export const makeWithheld = (engine: Tables): Promise<void> =>
  engine.run('CREATE TEMP TABLE IF NOT EXISTS withheld (rid BIGINT, psn VARCHAR, key VARCHAR)');

/** SELECT of the persons of the batch with such a row. */
export const newlyWithheld = 'SELECT psn FROM withheld';

/**
 * Joins the rows of the batch to those known before (`exceptions`, the source of earlier words), but for the files that were read
 * again and for rows that came mended, under the same key. Makes `withheld_persons` (psn) and writes the words of the rows.
 */
export async function keepWithheld(
  engine: Tables,
  known: string | undefined,
  replaced: readonly number[],
  rebuild: boolean,
): Promise<void> {
  await makeWithheld(engine);
  const start = pseudonymLength + 2;
  const before =
    known === undefined
      ? ''
      : ` UNION ALL SELECT rid, left(cause, ${pseudonymLength}), nullif(substr(cause, ${start}), ''), false FROM (${newestExceptions(
          `(SELECT * FROM ${known} WHERE tbl = '${withheldTable}' AND status = '${status}')`,
        )})`;
  const gone = replaced.length === 0 ? '' : `AND rid // 4294967296 NOT IN (${replaced.join(', ')})`;
  await engine.run(`CREATE OR REPLACE TEMP TABLE all_withheld AS SELECT w.* FROM (SELECT rid, psn, key, true AS fresh FROM withheld${before}) w
    ANTI JOIN f_${withheldTable} f ON f._key = w.key AND f._person = w.psn WHERE psn IS NOT NULL ${gone}`);
  await engine.run('CREATE OR REPLACE TEMP TABLE withheld_persons AS SELECT DISTINCT psn FROM all_withheld');
  await engine.run(`INSERT INTO exceptions SELECT '${withheldTable}', rid, '${status}', psn || '|' || coalesce(key, ''), NULL, NULL, NULL, NULL
    FROM all_withheld WHERE fresh OR ${rebuild}`);
}
