import { messageTables } from '@hengjian/messages';
import { identifier, type Tables } from '@hengjian/table';
import { rowColumns } from './message-tables.ts';

/** Columns that together are the row a part belongs to. */
const rowKeys: Readonly<Record<string, readonly string[]>> = {
  fee_list_d: ['mdtrt_id', 'feedetl_sn'],
  setl_d: ['setl_id'],
  mdtrt_d: ['mdtrt_id'],
  setl_list_d: ['mdtrt_id'],
  setl_list_diag_d: ['mdtrt_id', 'diag_code'],
  setl_list_oprn_d: ['mdtrt_id', 'oprn_oprt_code', 'oprn_oprt_date'],
  psn_info_b: ['psn_no'],
  psn_insu_d: ['psn_no', 'insutype', 'begndate'],
};

/** Key columns that may be missing. */
const mayMiss = new Set(['oprn_oprt_date', 'insutype', 'begndate']);

/** Moments that stand in for that of a message without one. */
const ownTime: Readonly<Record<string, readonly string[]>> = {
  fee_list_d: ['fee_ocur_time'],
  setl_d: ['setl_time'],
  mdtrt_d: ['endtime', 'begntime'],
};

const earliest = "TIMESTAMP '1900-01-01'";
const amount = (column: string): string => `TRY_CAST(${column} AS DECIMAL(18, 6))`;

/** The request of each number that one request alone bears, whatever file it is in: an answer that failed says no transaction. */
const requestsAlone = `SELECT substr(_link, strpos(_link, '|')) AS number, min(_link) AS request FROM m_message
  WHERE _side = 'request' AND _link IS NOT NULL GROUP BY number HAVING count(DISTINCT _link) = 1`;

/** Numbers of requests that failed and were not answered otherwise. */
const failedLinks = `SELECT _link, min(_batch) FILTER (outcome = 'failed') AS since FROM (
    SELECT coalesce(r.request, a._link) AS _link, a._batch, a.outcome FROM m_message a LEFT JOIN (${requestsAlone}) r ON r.number = a._link
    WHERE a._side = 'answer' AND a._link IS NOT NULL)
  GROUP BY _link HAVING bool_and(outcome = 'failed')`;

/** By number if there is one, else by content if only one fits. */
const linked = 'coalesce(min(by_link), CASE WHEN count(DISTINCT by_content) = 1 THEN min(by_content) END)';

/** The visit of an answer about fee lines: by the number of the request, else by a line of one visit alone that is the same. */
const visitOfFees = `SELECT _id, ${linked} AS mdtrt_id FROM (
    SELECT a._id, r.mdtrt_id AS by_link, NULL AS by_content FROM m_fee_list_d a JOIN m_fee_list_d r ON r._link = a._link
      AND r.feedetl_sn = a.feedetl_sn AND r._shape = 'fee_request' WHERE a._shape = 'fee_answer'
    UNION ALL
    SELECT a._id, NULL, r.mdtrt_id FROM m_fee_list_d a JOIN m_fee_list_d r ON r.feedetl_sn = a.feedetl_sn AND r._shape = 'fee_request'
      AND ${amount('r.cnt')} = ${amount('a.cnt')} AND ${amount('r.pric')} = ${amount('a.pric')}
      AND ${amount('r.det_item_fee_sumamt')} = ${amount('a.det_item_fee_sumamt')} WHERE a._shape = 'fee_answer'
  ) GROUP BY _id`;

/** The settlement of a request: that of its answer, else the only one of the visit with the amount, or the only refund. */
const settlementOfRequests = `SELECT _id, ${linked} AS setl_id FROM (
    SELECT q._id, a.setl_id AS by_link, NULL AS by_content FROM m_setl_d q JOIN m_setl_d a ON a._link = q._link AND a._shape = 'setl_answer'
    WHERE q._side = 'request'
    UNION ALL
    SELECT q._id, NULL, a.setl_id FROM m_setl_d q JOIN m_setl_d a ON a.mdtrt_id = q.mdtrt_id AND a._shape = 'setl_answer' AND NOT a._off
      AND (q._shape = 'refund_request') = (coalesce(a.refd_setl_flag, '0') = '1')
      AND (q._shape = 'refund_request' OR ${amount('q.medfee_sumamt')} = ${amount('a.medfee_sumamt')})
    WHERE q._side = 'request'
  ) GROUP BY _id`;

/** The visit of an admission is in its answer. */
const visitOfAdmissions = `SELECT _link, min(mdtrt_id) AS mdtrt_id, min(_batch) AS since FROM m_mdtrt_d WHERE _shape = 'visit_answer'
  AND _link IS NOT NULL GROUP BY _link`;

/** The institution of an answer is that of its request. */
const institutionOfLinks = `SELECT _link, min(institution) AS institution, min(_batch) AS since FROM m_message
  WHERE _side = 'request' AND _link IS NOT NULL AND institution IS NOT NULL GROUP BY _link`;

/** The batch since which a part says what it says: its own, or that of the message that completed it. */
const since = (completed: string, by: string): string =>
  `CASE WHEN p.${completed} IS NULL THEN greatest(p._batch, coalesce(${by}.since, 0)) ELSE p._batch END AS _batch`;

/** Parts of a table with what other messages say of the row they belong to. */
function resolved(table: string): string {
  if (table === 'fee_list_d')
    return `SELECT p.* REPLACE (coalesce(p.mdtrt_id, v.mdtrt_id) AS mdtrt_id, coalesce(p.fixmedins_code, i.institution) AS fixmedins_code,
      ${since('fixmedins_code', 'i')}) FROM m_fee_list_d p LEFT JOIN (${visitOfFees}) v ON v._id = p._id
      LEFT JOIN (${institutionOfLinks}) i ON i._link = p._link`;
  if (table === 'setl_d')
    return `SELECT p.* REPLACE (coalesce(p.setl_id, s.setl_id) AS setl_id) FROM m_setl_d p
      LEFT JOIN (${settlementOfRequests}) s ON s._id = p._id`;
  if (table !== 'mdtrt_d' && table !== 'setl_list_diag_d') return `SELECT * FROM m_${table}`;
  return `SELECT p.* REPLACE (coalesce(p.mdtrt_id, v.mdtrt_id) AS mdtrt_id, ${since('mdtrt_id', 'v')}) FROM m_${table} p
    LEFT JOIN (${visitOfAdmissions}) v ON v._link = p._link`;
}

/** Lines that a later message of the institution takes back: one, a batch of charges, or all of the visit. */
const cancelledLines = `SELECT p._id, bool_or(c.failed = 0) AS gone, max(c.moved) AS since, count(*) + sum(c.failed) AS n
  FROM m_fee_list_d p
  JOIN (SELECT c.*, CASE WHEN f._link IS NULL THEN 0 ELSE 1 END AS failed, greatest(c._batch, coalesce(f.since, 0)) AS moved
    FROM m_cancel c LEFT JOIN failed_links f ON f._link = c._link) c
  ON c.mdtrt_id = p.mdtrt_id AND (c.feedetl_sn = p.feedetl_sn OR c.feedetl_sn = '0000'
  OR (c.feedetl_sn IS NULL AND (c.chrg_bchno IS NULL OR c.chrg_bchno = p.chrg_bchno)))
  AND TRY_CAST(c._time AS TIMESTAMP) >= TRY_CAST(p._time AS TIMESTAMP)
  WHERE p._shape = 'fee_request' GROUP BY p._id`;

/** Shapes of the parts of a settlement list, by table: a list is sent whole. */
const listShapes: Readonly<Record<string, string>> = {
  setl_list_d: 'list_head',
  setl_list_diag_d: 'list_diagnosis',
  setl_list_oprn_d: 'list_operation',
};

/** Parts of a settlement list that a later one of the same visit, whatever rows that has, takes the place of. */
const replacedParts = (table: string, shape: string): string => `SELECT p._id, bool_or(l.failed = 0) AS gone, max(l.moved) AS since,
  count(*) + sum(l.failed) AS n FROM m_${table} p
  JOIN (SELECT l.mdtrt_id, l._time, CASE WHEN f._link IS NULL THEN 0 ELSE 1 END AS failed, greatest(l._batch, coalesce(f.since, 0)) AS moved
    FROM m_setl_list_d l LEFT JOIN failed_links f ON f._link = l._link WHERE l._shape = '${listShapes.setl_list_d}') l
  ON l.mdtrt_id = p.mdtrt_id AND TRY_CAST(l._time AS TIMESTAMP) > TRY_CAST(p._time AS TIMESTAMP)
  WHERE p._shape = '${shape}' GROUP BY p._id`;

/** The parts of a table that other messages take back, since when, and how many messages have a say in it. */
function takenBack(table: string): string {
  const shape = listShapes[table];
  if (shape !== undefined) return replacedParts(table, shape);
  return table === 'fee_list_d' ? cancelledLines : "SELECT '' AS _id, false AS gone, 0 AS since, 0 AS n";
}

/** Tables that others, and the account, look at. */
const needed = new Set(['fee_list_d', 'setl_d', 'mdtrt_d']);

/** Why a part waits, by what its row has: NULL for one that does not. */
const waits: Readonly<Record<string, string>> = {
  fee_list_d: `CASE WHEN _shape = 'fee_request' AND NOT answered THEN 'answer' WHEN _shape = 'fee_answer' AND NOT asked THEN 'request'
    WHEN _shape = 'fee_query' AND fixmedins_code IS NULL THEN 'request' END`,
  setl_d: `CASE WHEN _side = 'request' AND NOT answered THEN 'answer' WHEN _side = 'answer' AND NOT asked THEN 'request' END`,
  mdtrt_d: `CASE WHEN _shape = 'admission' AND _k IS NULL THEN 'answer'
    WHEN _shape IN ('discharge', 'visit_answer') AND NOT carried THEN 'admission' END`,
};

/** Makes `k_<table>`: all parts with the key of their row, whether they were taken back, and what they wait for. */
async function keyParts(engine: Tables, table: string): Promise<void> {
  const keys = rowKeys[table] ?? [];
  const complete = keys.filter((key) => !mayMiss.has(key)).map((key) => `${identifier(key)} IS NOT NULL`);
  const texts = keys.map((one) => `coalesce(${identifier(one)}, '')`).join(', ');
  const key = `CASE WHEN ${complete.join(' AND ')} THEN concat_ws('|', ${texts}) END`;
  const own = (ownTime[table] ?? []).map((column) => `TRY_CAST(${identifier(column)} AS TIMESTAMP)`);
  const time = `coalesce(${['TRY_CAST(_time AS TIMESTAMP)', ...own, earliest].join(', ')})`;
  const taken = `LEFT JOIN (${takenBack(table)}) c ON c._id = p._id`;
  const within = 'OVER (PARTITION BY _k)';
  await engine.run(`CREATE OR REPLACE TEMP TABLE k_${table} AS SELECT *, ${waits[table] ?? 'CAST(NULL AS VARCHAR)'} AS _waits FROM (
    SELECT *, _k IS NOT NULL AND coalesce(bool_or(_side = 'answer' AND NOT _off) ${within}, false) AS answered,
      _k IS NOT NULL AND coalesce(bool_or(_side = 'request' AND NOT _off) ${within}, false) AS asked,
      _k IS NOT NULL AND coalesce(bool_or(_role = 'carrier' AND NOT _off) ${within}, false) AS carried,
      coalesce(bool_and(_gone) FILTER (_role = 'carrier') ${within}, false) AS _dead
    FROM (SELECT p.*, ${key} AS _k, ${time} AS _at, f.since IS NOT NULL OR coalesce(c.gone, false) OR p._off AS _gone,
      2 + p._told + coalesce(c.n, 0) + CASE WHEN f.since IS NULL THEN 0 ELSE 1 END AS _weight,
      greatest(p._batch, coalesce(f.since, 0), coalesce(c.since, 0)) AS _moved
      FROM (${resolved(table)}) p LEFT JOIN failed_links f ON f._link = p._link AND p._side = 'request' ${taken}))`);
}

const merged = (column: string): string => {
  const name = identifier(column);
  const newest = (filter: string): string =>
    `arg_max(${name}, row(_at, ${name})) FILTER (${name} IS NOT NULL AND (NOT _gone OR _dead)${filter})`;
  // The institution is part of the key of a row: once an answer has told it, its request does not change it.
  return column === 'fixmedins_code'
    ? `coalesce(${newest(" AND _side = 'answer'")}, ${newest('')}) AS ${name}`
    : `${newest('')} AS ${name}`;
};

/** Makes `r_<table>`: one row for each key that has a carrier, made of all its parts. */
async function mergeRows(engine: Tables, table: string): Promise<void> {
  const columns = messageTables.get(table) ?? [];
  const sent = table === 'fee_list_d' ? "_shape = 'fee_request'" : 'false';
  await engine.run(`CREATE OR REPLACE TEMP TABLE r_${table} AS SELECT _k, ${columns.map(merged).join(', ')}, max(_at) AS _at,
    sum(_weight) AS _n, max(_moved) AS _moved, bool_or(_dead) AS _dead,
    min(struct_pack(f := _file, r := CAST(_row AS BIGINT), o := _place_of)) FILTER (_role = 'carrier') AS _from,
    min(_at) FILTER (${sent}) AS _sent
    FROM (SELECT *, concat(_file, '#', _place, ' ', _node) AS _place_of FROM k_${table} WHERE _k IS NOT NULL) GROUP BY _k
    HAVING bool_or(_role = 'carrier')`);
}

/** How much later by the clock of the institution than by that of the centre a line may have been sent before its settlement. */
const clockSlack = "INTERVAL '10 minutes'";

/**
 * The settlement of each uploaded line: of the settlements of its visit that were not refunded, the one of its batch of
 * charges, else the first after it was sent.
 */
const settlementOfLines = `SELECT l._k,
  arg_min(s.setl_id, row(coalesce(l.chrg_bchno = s._bchno, false) = false, s.setl_time, s.setl_id)) AS setl_id
  FROM r_fee_list_d l JOIN r_setl_d s ON s.mdtrt_id = l.mdtrt_id AND coalesce(s.refd_setl_flag, '0') <> '1' AND NOT s._dead
    AND (l._sent IS NULL OR TRY_CAST(s.setl_time AS TIMESTAMP) >= l._sent - ${clockSlack})
    AND NOT EXISTS (SELECT 1 FROM r_setl_d x WHERE x.init_setl_id = s.setl_id)
  WHERE l.setl_id IS NULL AND l._sent IS NOT NULL GROUP BY l._k`;

/** SELECT of the rows of a table that this batch makes or changes, with `updt_time` later than any row of fewer parts. */
function changedSql(table: string, batch: number): string {
  const isFee = table === 'fee_list_d';
  const kept = rowColumns(table).filter((column) => column !== 'setl_id' || !isFee);
  const settled = isFee
    ? `LEFT JOIN (${settlementOfLines}) g USING (_k) LEFT JOIN (SELECT mdtrt_id, sum(_n) AS _n, max(_moved) AS _moved, max(_at) AS _at
       FROM r_setl_d GROUP BY mdtrt_id) v ON v.mdtrt_id = r.mdtrt_id AND r._sent IS NOT NULL`
    : 'LEFT JOIN (SELECT NULL AS _k, 0 AS _n, 0 AS _moved, NULL AS _at) v ON v._k = r._k';
  const at = `greatest(r._at, coalesce(CAST(v._at AS TIMESTAMP), r._at)) + to_microseconds(CAST(r._n + coalesce(v._n, 0) AS BIGINT))`;
  const cells = kept.map((column) =>
    column === 'vali_flag' ? `CASE WHEN r._dead THEN '0' ELSE coalesce(r.vali_flag, '1') END AS vali_flag` : `r.${identifier(column)}`,
  );
  return `SELECT ${[...cells, ...(isFee ? ['coalesce(r.setl_id, g.setl_id) AS setl_id'] : [])].join(', ')}, r._patient,
    strftime(${at}, '%Y-%m-%d %H:%M:%S.%f') AS updt_time,
    r._from.f AS _source, r._from.r AS _row, r._from.o AS _origin
    FROM r_${table} r ${settled} WHERE greatest(r._moved, coalesce(v._moved, 0)) = ${batch}
    ${kept.includes('fixmedins_code') ? 'AND r.fixmedins_code IS NOT NULL' : ''} ORDER BY r._k`;
}

/**
 * Joins what messages say, of this batch and of those before, into rows: makes `k_<table>` with every part and what it
 * waits for, and returns by table the SELECT of the rows that the batch makes or changes. What comes out depends on the
 * set of messages alone, not on their order or batches.
 */
export async function joinMessages(engine: Tables, batch: number): Promise<ReadonlyMap<string, string>> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE failed_links AS ${failedLinks}`);
  const out = new Map<string, string>();
  const used: string[] = [];
  for (const table of messageTables.keys()) {
    if (!needed.has(table) && (await engine.count(`SELECT count(*) FROM m_${table}`)) === 0) continue;
    used.push(table);
    await keyParts(engine, table);
    await mergeRows(engine, table);
  }
  for (const table of used) out.set(table, changedSql(table, batch));
  return out;
}
