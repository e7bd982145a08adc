import { answerKinds } from '@hengjian/messages';
import { quoted, type Tables } from '@hengjian/table';

// An answer mostly does not say its transaction. It is that of the request whose number it repeats, which may stand anywhere in the
// lake or come later; until then, and where two requests bear the number, its nodes tell. So each such answer is kept in every way
// it can be read: the way its nodes tell under a number marked `!`, the others under `?`.

/** Marks of the numbers of answers that do not say their transaction. */
export const answerMarks = { byContent: '!', other: '?' } as const;
const marks = `('${answerMarks.byContent}', '${answerMarks.other}')`;

/** SQL of the number behind the transaction in a link. */
const numberSql = (link: string): string => `substr(${link}, strpos(${link}, '|'))`;

/** SQL of the transaction in a link with a mark. */
const transactionSql = (link: string): string => `substr(${link}, 2, 4)`;

const isMarked = (link: string): string => `left(coalesce(${link}, ''), 1) IN ${marks}`;

/** Makes `answer_kinds` (infno, kind, reason): which answers are read alike, and why others are not read. */
async function makeKinds(engine: Tables): Promise<void> {
  const rows = [...answerKinds].map(
    ([infno, { kind, reason }]) =>
      `(${quoted(infno)}, ${kind === undefined ? 'NULL' : quoted(kind)}, ${reason === undefined ? 'NULL' : quoted(reason)})`,
  );
  await engine.run(`CREATE TEMP TABLE answer_kinds AS SELECT * FROM (VALUES ${rows.join(', ')}) AS k(infno, kind, reason)`);
}

/**
 * SELECT of the one request that bears a number, none where there are several, with what answers to it are, the batch since which
 * that is so, and how many messages told it.
 */
const toldSql = `SELECT number, CASE WHEN n = 1 THEN link END AS request, since, least(n, 2) AS weight,
    CASE WHEN n = 1 THEN k.kind END AS kind, CASE WHEN n = 1 AND k.kind IS NULL THEN coalesce(k.reason, 'no-rows') END AS reason
  FROM (SELECT number, count(*) AS n, min(link) AS link, list_sort(list(since))[least(count(*), 2)] AS since FROM (
      SELECT ${numberSql('_link')} AS number, _link AS link, min(_batch) AS since FROM raw_message
      WHERE _side = 'request' AND _link IS NOT NULL GROUP BY ALL) GROUP BY number)
    LEFT JOIN answer_kinds k ON k.infno = left(link, 4)`;

/** Parts of marked answers: those of the way that holds, and those that held in an earlier batch, which are `_off`. */
const toldParts = (ledger: string): string => `
  SELECT * EXCLUDE (mark, request, since, weight, is_known, active) REPLACE (
      CASE WHEN NOT active THEN NULL WHEN request IS NOT NULL THEN request ELSE substr(_link, 2) END AS _link,
      greatest(_batch, coalesce(since, 0)) AS _batch), NOT active AS _off, weight AS _told
  FROM (SELECT p.*, left(p._link, 1) AS mark, t.request, t.since, coalesce(t.weight, 0) AS weight, t.number IS NOT NULL AS is_known,
      CASE WHEN t.request IS NULL THEN mark = '${answerMarks.byContent}' ELSE coalesce(k.kind = t.kind, false) END AS active
    FROM raw_${ledger} p LEFT JOIN told t ON t.number = ${numberSql('p._link')}
      LEFT JOIN answer_kinds k ON k.infno = ${transactionSql('p._link')} WHERE ${isMarked('p._link')})
  WHERE active OR (is_known AND since > _batch AND (mark = '${answerMarks.byContent}' OR request IS NULL))`;

/** Messages, each once. */
const toldMessages = `SELECT m.* REPLACE (CASE WHEN NOT ${isMarked('m._link')} THEN m._link WHEN t.request IS NOT NULL THEN t.request
    WHEN NOT starts_with(m._link, '${answerMarks.byContent}|') THEN substr(m._link, 2) END AS _link)
  FROM raw_message m LEFT JOIN told t ON ${isMarked('m._link')} AND t.number = ${numberSql('m._link')}
  WHERE NOT starts_with(coalesce(m._link, ''), '${answerMarks.other}')`;

/**
 * Makes `told` and the tables `m_<ledger>` of `raw_<ledger>`: what all messages say, each answer read as that of the request whose
 * number it repeats.
 */
export async function tellAnswers(engine: Tables, ledgers: readonly string[]): Promise<void> {
  await makeKinds(engine);
  await engine.run(`CREATE TEMP TABLE told AS ${toldSql}`);
  for (const ledger of ledgers) {
    const plain = `SELECT *, false AS _off, 0 AS _told FROM raw_${ledger}`;
    const open = await engine.count(`SELECT count(*) FROM raw_${ledger} WHERE ${isMarked('_link')}`);
    if (ledger === 'message') await engine.run(`CREATE TEMP TABLE m_message AS ${toldMessages}`);
    else if (open === 0) await engine.run(`CREATE TEMP VIEW m_${ledger} AS ${plain}`);
    else
      await engine.run(`CREATE TEMP TABLE m_${ledger} AS ${plain} WHERE NOT ${isMarked('_link')} UNION ALL BY NAME ${toldParts(ledger)}`);
  }
}

/** SELECT of the messages of the batch, each once and as the transaction of its request. */
export const freshMessages = `SELECT m.* EXCLUDE (infno, outcome, reason), CASE WHEN t.request IS NULL THEN m.infno
      ELSE left(t.request, 4) END AS infno,
    CASE WHEN t.request IS NULL OR t.kind = k.kind THEN m.outcome WHEN t.kind IS NULL THEN 'not-read'
      WHEN o._place IS NULL THEN 'refused' ELSE 'rows' END AS outcome,
    CASE WHEN t.request IS NULL OR t.kind = k.kind THEN m.reason WHEN t.kind IS NULL THEN t.reason
      WHEN o._place IS NULL THEN 'node-missing' END AS reason
  FROM fresh_message m
    LEFT JOIN told t ON starts_with(m._link, '${answerMarks.byContent}') AND t.number = ${numberSql('m._link')}
    LEFT JOIN answer_kinds k ON k.infno = ${transactionSql('m._link')}
    LEFT JOIN (SELECT DISTINCT f._file, f._place, c.kind FROM fresh_message f JOIN answer_kinds c ON c.infno = ${transactionSql('f._link')}
      WHERE starts_with(f._link, '${answerMarks.other}')) o ON o._file = m._file AND o._place = m._place AND o.kind = t.kind
  WHERE NOT starts_with(coalesce(m._link, ''), '${answerMarks.other}')`;

/** SELECT of the messages of the batch whose transaction only their nodes tell. */
export const toldByContent = `SELECT 1 FROM fresh_message m LEFT JOIN told t ON t.number = ${numberSql('m._link')}
  WHERE starts_with(m._link, '${answerMarks.byContent}') AND m.infno IS NOT NULL AND t.request IS NULL`;
