import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { longestMessage, type Reason, type Repair, readMessages, reasons, repairs } from '@hengjian/messages';
import { readJsonPieces } from '@hengjian/sources';
import { blanked, tableOf, type Words, words } from '@hengjian/standard';
import { identifier, integer, optional, pathOf, quoted, type Tables, text } from '@hengjian/table';
import { type Attention, quarantineShare } from './balance.ts';
import { type FoundFile, hashFile } from './files.ts';
import type { Load } from './land.ts';
import type { Manifest, SourceFile } from './manifest.ts';
import { freshMessages, tellAnswers, toldByContent } from './message-answers.ts';
import { joinMessages } from './message-rows.ts';
import { ledgerNames, MessageWriter, openLedger, rowColumns } from './message-tables.ts';
import { defaultPersonKeys, nationalPlan } from './plan.ts';
import type { PersonKeys } from './pseudonym.ts';
import type { Staged } from './stage.ts';
import { describeFile, type StoredFile } from './stored.ts';

/** What became of the messages of a batch: each is in exactly one of the first five counts, which add up to `messages`. */
export interface MessageAccount {
  readonly files: number;
  readonly messages: number;
  /** Its rows are whole. */
  readonly read: number;
  /** Its other half has not arrived; rows it can make by itself are in, without what the other half says. */
  readonly pending: number;
  /** An answer that failed, or a request that such an answer cancels. */
  readonly failed: number;
  readonly not_read: number;
  readonly refused: number;
  /** Why messages were not read or refused, by reason; of refused ones the first places, as file and line. */
  readonly reasons: readonly {
    readonly infno: string;
    readonly reason: string;
    readonly messages: number;
    readonly places?: readonly string[];
  }[];
  /** What pending messages wait for, with a few of the keys that the other half has to name. */
  readonly waiting: readonly {
    readonly infno: string;
    readonly waits: string;
    readonly messages: number;
    readonly keys: readonly string[];
  }[];
  /** Messages of the whole lake that wait. */
  readonly pending_in_lake: number;
  /** Fee lines that messages take back. */
  readonly cancelled_lines: number;
  /** Fee lines of which request and answer say different amounts; the newer one is taken. */
  readonly differing_lines: number;
  /** What was put right, by kind. */
  readonly repairs: Readonly<Record<string, number>>;
}

export interface TakenMessages {
  readonly loads: readonly Load[];
  /** The message files of the batch as the manifest keeps them. */
  readonly files: readonly SourceFile[];
  /** What all messages so far say, for the batches to come. */
  readonly stored: readonly StoredFile[];
  readonly account: MessageAccount;
}

interface Input {
  readonly engine: Tables;
  readonly lake: string;
  readonly scratch: string;
  readonly before: Manifest;
  readonly keys: PersonKeys;
  readonly firstSeq: number;
  readonly signal: AbortSignal | undefined;
}

/** How message files stand in the manifest, in the place of a table. */
const messageKind = 'message';

const identityOf = (content: string): string => createHash('sha256').update(`${content}|messages`).digest('hex');

interface Fresh {
  readonly file: FoundFile;
  readonly hash: string;
}

async function freshFiles(files: readonly FoundFile[], { before, signal }: Input): Promise<Fresh[]> {
  const known = new Set(before.files.map(({ hash }) => hash));
  const out: Fresh[] = [];
  for (const file of files) {
    const hash = identityOf(await hashFile(file.path, signal));
    if (known.has(hash)) continue;
    known.add(hash);
    out.push({ file, hash });
  }
  return out;
}

/** Counted where no request told the transaction of an answer. */
const byContent: Repair = 'transaction-by-content';

interface WrittenMessages {
  readonly ledgers: ReadonlyMap<string, string>;
  readonly counts: ReadonlyMap<string, number>;
  readonly repaired: Readonly<Record<string, number>>;
}

async function writeMessages(fresh: readonly Fresh[], { scratch, signal }: Input): Promise<WrittenMessages> {
  const writer = new MessageWriter(scratch);
  const counts = new Map<string, number>();
  const repaired: Record<string, number> = {};
  for (const { file, hash } of fresh) {
    signal?.throwIfAborted();
    let messages = 0;
    for await (const message of readMessages(file.name, readJsonPieces(file, longestMessage, signal))) {
      messages += 1;
      writer.add(file.name, message);
      for (const [repair, times] of Object.entries(message.repairs))
        if (repair !== byContent || message.untold === undefined) repaired[repair] = (repaired[repair] ?? 0) + times;
    }
    counts.set(hash, messages);
  }
  return { ledgers: writer.close(), counts, repaired };
}

const pathPattern = (ledger: string): RegExp => new RegExp(`^messages/${ledger}-\\d+\\.parquet$`);

/** From so many files of a ledger on, one takes their place. */
const filesTogether = 8;

async function storeLedger(input: Input, ledger: string, batch: number): Promise<readonly StoredFile[]> {
  const { engine, lake, before } = input;
  const old = (before.messages ?? []).filter(({ path }) => pathPattern(ledger).test(path));
  if ((await engine.count(`SELECT count(*) FROM fresh_${ledger}`)) === 0) return old;
  const path = `messages/${ledger}-${batch}.parquet`;
  const whole = old.length + 1 >= filesTogether;
  const all = whole ? `SELECT * FROM raw_${ledger}` : `SELECT *, ${batch} AS _batch FROM fresh_${ledger}`;
  await engine.run(`COPY (${all} ORDER BY _id) TO ${quoted(join(lake, path))}
    (FORMAT parquet, COMPRESSION zstd)`);
  return [...(whole ? [] : old), describeFile(lake, path)];
}

/** Numbers the files that the rows of a table come from: the number of a file tells also which load a row belongs to. */
async function numberSources({ engine, before }: Input, select: string, firstSeq: number): Promise<readonly SourceFile[]> {
  const found = await engine.rows(`SELECT DISTINCT _source AS name FROM (${select}) ORDER BY name`, { name: text });
  const batch = before.batch + 1;
  const sources = found.map(({ name }, index): SourceFile => {
    const seq = firstSeq + index + 1;
    return { seq, name, table: messageKind, batch, hash: identityOf(`${seq}|${name}`), content: '', rows: 0 };
  });
  await engine.run('CREATE OR REPLACE TEMP TABLE message_sources (seq BIGINT, name VARCHAR)');
  for (let start = 0; start < sources.length; start += 1000) {
    const rows = sources.slice(start, start + 1000).map((file) => `(${file.seq}, ${quoted(file.name)})`);
    await engine.run(`INSERT INTO message_sources VALUES ${rows.join(', ')}`);
  }
  return sources;
}

/** The columns of staged rows that have a value, and those that must be there. */
async function filledColumns(engine: Tables, table: string, path: string): Promise<readonly string[]> {
  const all = [...rowColumns(table), '_patient', 'updt_time', '_origin'];
  const counts = all.map((column) => `CASE WHEN count(${identifier(column)}) > 0 THEN ${quoted(column)} END`);
  const filled = await engine.rows(`SELECT unnest([${counts.join(', ')}]) AS name FROM read_parquet(${pathOf(path)})`, {
    name: optional(text),
  });
  const names = new Set(filled.map(({ name }) => name));
  const { fields } = tableOf(table);
  return all.filter((column) => names.has(column) || column === '_patient' || fields.get(column)?.nullable === false);
}

interface StagedRows {
  readonly load: Load;
  readonly sources: readonly SourceFile[];
}

async function stageRows(input: Input, table: string, select: string, firstSeq: number): Promise<StagedRows | undefined> {
  const { engine, scratch } = input;
  const seq = firstSeq + 1;
  const sources = await numberSources(input, select, seq);
  if (sources.length === 0) return undefined;
  const path = join(scratch, `stage-${seq}.parquet`);
  const rows = await engine.count(`COPY (SELECT f.seq AS _seq, r.* FROM (${select}) r JOIN message_sources f ON f.name = r._source)
    TO ${quoted(path)} (FORMAT parquet, COMPRESSION snappy)`);
  const columns = await filledColumns(engine, table, path);
  const file = `messages-${table}`;
  const counts = { header: 0, rows, skipped: 0, titles: 0, blank: 0 };
  const staged: Staged = { path, number: seq, file, columns, ...counts, broken: [], untrusted: [] };
  const plans = [...nationalPlan({ path, name: file, kind: 'json', table }, table, staged), { field: '_patient', from: '_patient' }];
  const own = sources.map((one) => ({ seq: one.seq, file: one.name }));
  return { load: { table, staged, seq, file, plans, meaning: {}, personKeys: defaultPersonKeys, sources: own }, sources };
}

/** The parts of every message of the batch, and what they wait for. */
const waitingSql = (fresh: 'all' | 'new'): string => {
  const parts = ['fee_list_d', 'setl_d', 'mdtrt_d'].map((table) => {
    const key = table === 'fee_list_d' ? "concat_ws('/', k.mdtrt_id, k.feedetl_sn)" : 'coalesce(k.mdtrt_id, k._link)';
    return fresh === 'all'
      ? `SELECT _file, _place, _side, _waits, ${key} AS waits_key FROM k_${table} k WHERE _waits IS NOT NULL AND NOT _gone`
      : `SELECT f._file, f._place, f._side, k._waits, ${key} AS waits_key FROM fresh_${table} f JOIN k_${table} k USING (_id)
         WHERE k._waits IS NOT NULL AND NOT k._gone`;
  });
  return parts.join(' UNION ALL ');
};

const classedSql = `SELECT m._file, m._place, m._side, m.infno, m.reason, CASE WHEN m.outcome <> 'rows' THEN m.outcome
    WHEN m._side = 'request' AND f._link IS NOT NULL THEN 'failed' WHEN w.waits IS NOT NULL THEN 'pending' ELSE 'read' END AS outcome,
    w.waits, w.waits_key
  FROM (${freshMessages}) m LEFT JOIN failed_links f ON f._link = m._link
  LEFT JOIN (SELECT _file, _place, _side, min(_waits) AS waits, min(waits_key) AS waits_key FROM (${waitingSql('new')}) GROUP BY ALL) w
    ON w._file = m._file AND w._place = m._place AND w._side = m._side`;

const isReason = (code: string): code is Reason => Object.hasOwn(reasons, code);
const isRepair = (code: string): code is Repair => Object.hasOwn(repairs, code);

/** Places of refused messages that are named. */
const shownPlaces = 3;

/** Texts that came as lines of one, without what may tell a person. */
const shownLines = (lines: string | null): readonly string[] =>
  blanked(lines ?? '')
    .split('\n')
    .filter((line) => line !== '');

/** Keys of lines that the batch makes or changes and whose newest request and answer differ in their amount. */
const differingSql = (batch: number): string => {
  const amount = (side: string): string =>
    `arg_max(TRY_CAST(det_item_fee_sumamt AS DECIMAL(18, 6)), _at) FILTER (_shape = 'fee_${side}' AND NOT _gone)`;
  return `SELECT _k FROM k_fee_list_d WHERE _k IS NOT NULL GROUP BY _k
    HAVING ${amount('request')} <> ${amount('answer')} AND max(_moved) = ${batch}`;
};

async function accountOf({ engine, before }: Input, fresh: readonly Fresh[], written: WrittenMessages): Promise<MessageAccount> {
  const batch = before.batch + 1;
  await engine.run(`CREATE OR REPLACE TEMP TABLE classed_messages AS ${classedSql}`);
  const byClass = await engine.rows('SELECT outcome, count(*) AS n FROM classed_messages GROUP BY ALL', { outcome: text, n: integer });
  const count = (outcome: string): number => byClass.find((row) => row.outcome === outcome)?.n ?? 0;
  const why = await engine.rows(
    `SELECT coalesce(infno, '') AS infno, reason, count(*) AS n, array_to_string(list(concat(_file, ':', _place)
       ORDER BY _file, TRY_CAST(_place AS BIGINT)) FILTER (outcome = 'refused')[:${shownPlaces}], chr(10)) AS places
     FROM classed_messages WHERE outcome IN ('failed', 'not-read', 'refused') AND reason IS NOT NULL
     GROUP BY infno, reason ORDER BY ALL`,
    { infno: text, reason: text, n: integer, places: optional(text) },
  );
  const waiting = await engine.rows(
    `SELECT coalesce(infno, '') AS infno, waits, count(*) AS n,
     array_to_string(list_sort(list_distinct(list(waits_key)))[:3], chr(10)) AS keys
     FROM classed_messages WHERE outcome = 'pending' GROUP BY infno, waits ORDER BY ALL`,
    { infno: text, waits: text, n: integer, keys: optional(text) },
  );
  const guessed = await engine.count(`SELECT count(*) FROM (${toldByContent})`);
  return {
    files: fresh.length,
    messages: byClass.reduce((sum, row) => sum + row.n, 0),
    read: count('read'),
    pending: count('pending'),
    failed: count('failed'),
    not_read: count('not-read'),
    refused: count('refused'),
    reasons: why.map(({ infno, reason, n, places }) => ({
      ...{ infno, reason, messages: n },
      ...(places === null ? {} : { places: shownLines(places) }),
    })),
    waiting: waiting.map(({ infno, waits, n, keys }) => ({ infno, waits, messages: n, keys: shownLines(keys) })),
    pending_in_lake: await engine.count(`SELECT count(*) FROM (SELECT DISTINCT _file, _place, _side FROM (${waitingSql('all')}))`),
    cancelled_lines: await engine.count(`SELECT count(*) FROM k_fee_list_d WHERE _gone AND _role = 'carrier' AND _moved = ${batch}`),
    differing_lines: await engine.count(`SELECT count(*) FROM (${differingSql(batch)})`),
    repairs: { ...written.repaired, ...(guessed === 0 ? {} : { [byContent]: (written.repaired[byContent] ?? 0) + guessed }) },
  };
}

/** Reads the message files of a batch that are new, and makes of them, and of what earlier ones said, the rows that they change. */
export async function takeMessages(files: readonly FoundFile[], input: Input): Promise<TakenMessages | undefined> {
  const fresh = await freshFiles(files, input);
  if (fresh.length === 0) return undefined;
  const { engine, lake, before, firstSeq } = input;
  const batch = before.batch + 1;
  const written = await writeMessages(fresh, input);
  for (const ledger of ledgerNames) {
    const old = (before.messages ?? []).flatMap(({ path }) => (pathPattern(ledger).test(path) ? [join(lake, path)] : []));
    await openLedger(engine, ledger, { keys: input.keys, batch, fresh: written.ledgers.get(ledger), old });
  }
  await tellAnswers(engine, ledgerNames);
  const changed = await joinMessages(engine, batch);
  let seq = firstSeq;
  const own = fresh.map(({ file, hash }): SourceFile => {
    seq += 1;
    return { seq, name: file.name, table: messageKind, batch, hash, content: '', rows: written.counts.get(hash) ?? 0 };
  });
  const loads: Load[] = [];
  const again: SourceFile[] = [];
  for (const [table, select] of changed) {
    const rows = await stageRows(input, table, select, seq);
    if (rows === undefined) continue;
    seq = rows.sources.at(-1)?.seq ?? seq;
    loads.push(rows.load);
    again.push(...rows.sources);
  }
  const account = await accountOf(input, fresh, written);
  const stored: StoredFile[] = [];
  for (const ledger of ledgerNames) stored.push(...(await storeLedger(input, ledger, batch)));
  return { loads, files: [...own, ...again], stored, account };
}

const waitWords: Readonly<Record<string, Words>> = {
  answer: words('应答', 'their answer'),
  request: words('请求', 'their request'),
  admission: words('入院登记', 'the admission'),
};

const repairWords = (code: string): Words => (isRepair(code) ? repairs[code] : words(code, code));

/** The messages of a batch, where they are named beside its tables. */
export const messagesName = 'messages';
export const messagesWords = words('接口报文', 'messages of the interface');

/** What is wrong with the messages of a batch where too many were refused; undefined when nothing is. */
export function messagesAttention({ messages, not_read, refused }: MessageAccount): Attention | undefined {
  const due = messages - not_read;
  if (refused <= due * quarantineShare) return undefined;
  const why = words(
    `${due} 条报文中 ${refused} 条被拒收，请按上面的原因处理后重送`,
    `${refused} of ${due} messages were refused; mend them as said above`,
  );
  return { table: messagesName, why, says: words(`${messagesWords.zh}：${why.zh}`, `${messagesWords.en}: ${why.en}`), refusals: [] };
}

/** The account in lines for a person. */
export function accountWords(account: MessageAccount): Words[] {
  const { messages, read, pending, failed, not_read, refused } = account;
  const head = words(
    `报文：${messages} 条，读入 ${read}，等待另一半 ${pending}，失败 ${failed}，不读 ${not_read}，拒收 ${refused}`,
    `messages: ${messages}, ${read} read, ${pending} waiting for their other half, ${failed} failed, ${not_read} not read, ` +
      `${refused} refused`,
  );
  const waiting = account.waiting.map(({ infno, waits, messages: count, keys }) => {
    const what = waitWords[waits] ?? words(waits, waits);
    return words(
      `${infno}：${count} 条等待${what.zh}（${keys.join('、')}）`,
      `${infno}: ${count} wait for ${what.en} (${keys.join(', ')})`,
    );
  });
  const why = [...Map.groupBy(account.reasons, ({ reason }) => reason)].map(([reason, rows]) => {
    const said = isReason(reason) ? reasons[reason] : words(reason, reason);
    const total = rows.reduce((sum, row) => sum + row.messages, 0);
    const names = rows.map(({ infno }) => (infno === '' ? '?' : infno)).join(', ');
    const places = rows.flatMap((row) => row.places ?? []).slice(0, shownPlaces);
    const at = places.length === 0 ? names : `${names}; ${places.join(', ')}`;
    return words(`${total} 条：${said.zh}（${at}）`, `${total}: ${said.en} (${at})`);
  });
  const mended = Object.entries(account.repairs).map(([code, times]) => {
    const said = repairWords(code);
    return words(`已修复：${said.zh}（${times} 次）`, `put right: ${said.en} (${times} times)`);
  });
  const { differing_lines: differing } = account;
  const other = words(
    `${differing} 行费用的请求与应答金额不同，取较新的一方，请核对`,
    `lines of which request and answer say different amounts: ${differing}; the newer one is taken, please check`,
  );
  return [head, ...waiting, ...why, ...(differing === 0 ? [] : [other]), ...mended];
}
