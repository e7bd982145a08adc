import { grouped } from '@hengjian/documents';
import { counted, dictionary, type Words, words } from '@hengjian/standard';
import type { Attention } from '../balance.ts';
import { messagesName, messagesWords } from '../messages.ts';
import { causeWords, oddityWords, quarantineReasons, reasonWords } from '../reasons.ts';
import type { Mend, Quality, Verdict } from './types.ts';

/** How many things to mend are told. */
const fewThings = 5;

/** How many fields to ask for are among them. */
const mostAsked = 3;

type Measured = Omit<Quality, 'verdict'>;

/** A thing to mend with its urgency, 0 the most urgent. */
type Urgent = Mend & { readonly urgency: number };

const tableWords = (name: string): Words => {
  if (name === messagesName) return messagesWords;
  const table = dictionary.tables.get(name);
  return table === undefined ? words(name, name) : words(table.name_zh, table.name_en);
};
const fieldWords = (table: string, name: string): Words => {
  const field = dictionary.tables.get(table)?.fields.get(name);
  return field === undefined ? words(name, name) : words(field.name_zh, field.name_en);
};

const unusable = ({ table, why, refusals }: Attention): Urgent => {
  const name = tableWords(table);
  const [first] = refusals;
  const rows = refusals.reduce((sum, one) => sum + one.rows, 0);
  return {
    urgency: 0,
    what: words(`${name.zh}：${why.zh}`, `${name.en}: ${why.en}`),
    detail:
      first === undefined
        ? name
        : words(
            `${fieldWords(table, first.field).zh}：${first.says.zh}，例如 ${first.sample.zh}`,
            `${fieldWords(table, first.field).en}: ${first.says.en}, for example ${first.sample.en}`,
          ),
    rows,
    remedy: first?.remedy ?? words('请检查文件', 'check the file'),
  };
};

/** From this share of the rows of a batch on, what was not read comes first. */
const unreadShare = 0.01;

/** Parts of the delivery that nobody reads. */
function unread({ unread: parts, tables }: Measured): Urgent[] {
  const left = parts.filter(({ table }) => table === undefined);
  if (left.length === 0) return [];
  const all = Object.values(tables).reduce((sum, { rows_in }) => sum + rows_in, 0);
  const rows = left.reduce((sum, one) => sum + (one.rows ?? 0), 0);
  const isMuch = left.some((one) => one.rows === undefined) || rows >= all * unreadShare;
  const places = left.slice(0, 3).map(({ file, sheet }) => (sheet === undefined ? file : `${file} / ${sheet}`));
  return [
    {
      urgency: isMuch ? 1 : 4,
      what: words(`${left.length} 个工作表或文件未读`, `${counted(left.length, 'sheet or file', 'sheets or files')} not read`),
      detail: words(places.join('、'), places.join(', ')),
      rows,
      remedy: words('若含数据，请写入映射；汇总、说明页可不理会', 'name them in the mapping if they hold data'),
    },
  ];
}

/** From this share of its rows on, a file repeats what was there. */
const repeatedShare = 0.5;

/** Files whose rows were in other files already. */
const repeated = ({ files }: Measured): Urgent[] =>
  files
    .filter(({ table, accepted, duplicate }) => table === 'fee_list_d' && duplicate > 0 && duplicate >= accepted * repeatedShare)
    .map(({ file, sheet, accepted, duplicate }): Urgent => {
      const place = sheet === undefined ? file : `${file} / ${sheet}`;
      return {
        urgency: 3,
        what: words('与已有费用明细重复', 'fee lines that were there already'),
        detail: words(
          duplicate === accepted
            ? `${place} 的行全在别的文件中`
            : `${place} 的 ${grouped(accepted)} 行中有 ${grouped(duplicate)} 行已在别的文件中`,
          duplicate === accepted
            ? `all rows of ${place} are in other files too`
            : `${grouped(duplicate)} of ${grouped(accepted)} rows of ${place} are in other files too`,
        ),
        rows: duplicate,
        remedy: words('已只计一份，不必处理', 'counted once; nothing to do'),
      };
    });

function held({ held: groups }: Measured): Urgent[] {
  const byCause = Map.groupBy(groups, ({ table, cause }) => `${table}|${cause}`);
  return [...byCause].map(([key, own]): Urgent => {
    const [table = '', cause = ''] = key.split('|');
    const [name, why] = [tableWords(table), causeWords(cause)];
    return {
      urgency: 2,
      what: words(`${name.zh}存疑暂不计：${why.zh}`, `${name.en} held: ${why.en}`),
      detail: words(
        own
          .slice(0, 2)
          .map((one) => `${one.held} ${one.institution} ${one.month}`)
          .join('、'),
        own
          .slice(0, 2)
          .map((one) => `${one.held} ${one.institution} ${one.month}`)
          .join(', '),
      ),
      rows: own.reduce((sum, one) => sum + one.rows, 0),
      amount_fen: own.reduce((sum, one) => sum + one.amount_fen, 0),
      remedy: words(
        '同一批则不必处理；确为两次收费用 hengjian lake decide … --count',
        'nothing to do for copies; hengjian lake decide … --count where both are true',
      ),
    };
  });
}

const refused = ({ quarantine }: Measured): Urgent[] =>
  [...Map.groupBy(quarantine, ({ table, reason, field }) => `${table}|${reason}|${field}`).values()].map((own): Urgent => {
    const [{ table, reason, field, file }] = own as [(typeof own)[number]];
    const [says, name] = [reasonWords(reason), fieldWords(table, field)];
    return {
      urgency: 2,
      what: words(field === '' ? says.zh : `${name.zh}：${says.zh}`, field === '' ? says.en : `${name.en}: ${says.en}`),
      detail: words(
        `${file}${own.length > 1 ? ` 等 ${own.length} 个文件` : ''}`,
        `${file}${own.length > 1 ? ` and ${own.length - 1} more` : ''}`,
      ),
      rows: own.reduce((sum, one) => sum + one.rows, 0),
      remedy: quarantineReasons[reason],
    };
  });

/** What brings rows that wait out of their wait. */
const waits: Readonly<Record<string, Words>> = {
  pending: words('请补送所缺的结算、就诊或原单', 'send the settlement, visit or original they wait for'),
  conflict: words('请由送数方确认哪一份为准，或补上更新时间', 'let the sender say which is right, or give the time of update'),
  unmatched: words('请补送被冲销的原单', 'send the originals that were taken back'),
};

const waiting = ({ states }: Measured): Urgent[] =>
  Object.entries(states).flatMap(([table, row]) =>
    Object.entries(waits).flatMap(([status, remedy]): Urgent[] => {
      const rows = row[status] ?? 0;
      if (rows === 0) return [];
      const name = tableWords(table);
      const zh: Readonly<Record<string, string>> = { pending: '待定', conflict: '互相矛盾', unmatched: '退费找不到原单' };
      const en: Readonly<Record<string, string>> = {
        pending: 'waiting',
        conflict: 'contradicting each other',
        unmatched: 'refunds without original',
      };
      const said = words(`${name.zh}：${zh[status] ?? status}`, `${name.en}: ${en[status] ?? status}`);
      return [{ urgency: status === 'conflict' ? 2 : 3, what: said, detail: words('全湖', 'whole lake'), rows, remedy }];
    }),
  );

/** Tables that wait for a crosswalk, with the rows that do where they were counted. */
function openTexts({ tables, unread: parts }: Measured): ReadonlyMap<string, number> {
  const waiting = Object.entries(tables).flatMap(([table, { waiting: rows }]) => (rows === 0 ? [] : [[table, rows] as const]));
  return new Map([...parts.flatMap(({ table }) => (table === undefined ? [] : [[table, 0] as const])), ...waiting]);
}

/** Rows whose texts nobody has confirmed. */
const unconfirmed = (measured: Measured): Urgent[] =>
  [...openTexts(measured)].map(([table, rows]): Urgent => {
    const name = tableWords(table);
    return {
      urgency: 2,
      what: words(`${name.zh}：文字待对照成编码`, `${name.en}: texts wait for their codes`),
      detail: words('确认之前不计入', 'not counted until somebody confirms them'),
      rows,
      remedy: words('请用 hengjian mapping crosswalk 列出、确认、读回', 'list, confirm and read them back: hengjian mapping crosswalk'),
    };
  });

const contradictions = ({ doubts }: Measured): Urgent[] =>
  doubts.map(({ cause, visits, amount_fen }) => ({
    urgency: 3,
    what: causeWords(cause),
    detail: words('有关的值按未知处理', 'what depends on it is unknown'),
    rows: visits,
    ...(amount_fen === 0 ? {} : { amount_fen }),
    remedy: words('请与医院核对', 'check it with the hospital'),
  }));

const ruined = ({ ruined: codes }: Measured): Urgent[] =>
  codes.map(({ table, field, rows, sample, proposal }) => {
    const name = fieldWords(table, field);
    const maybe =
      proposal === ''
        ? words(`例如 ${sample}`, `for example ${sample}`)
        : words(`例如 ${sample}，可能是 ${proposal}`, `for example ${sample}, perhaps ${proposal}`);
    return {
      urgency: 3,
      what: words(`${name.zh}被电子表格损坏`, `${name.en} ruined by a spreadsheet`),
      detail: maybe,
      rows,
      remedy: words('请把该列设为文本格式后重新导出', 'format the column as text and export again'),
    };
  });

/** Fields to ask hospitals for; what waits for a crosswalk was delivered. */
const wanted = (measured: Measured): Urgent[] => {
  const open = openTexts(measured);
  const missing = measured.asks.filter(({ field }) => !open.has(field.split('.')[0] ?? ''));
  return missing.slice(0, mostAsked).map(({ name_zh, name_en, field, rules, institutions, charge_fen }) => ({
    urgency: 4,
    what: words(`缺少${name_zh}`, `${name_en} is not delivered`),
    detail:
      institutions.length === 1
        ? words(`${field}，${rules} 条规则因此无法判断`, `${field}: ${counted(rules, 'rule')} cannot judge`)
        : words(
            `${field}，${grouped(institutions.length)} 家机构，${rules} 条规则因此无法判断`,
            `${field}, ${counted(institutions.length, 'institution')}: ${counted(rules, 'rule')} cannot judge`,
          ),
    rows: 0,
    amount_fen: charge_fen,
    remedy: words('请医院补送；映射文件中问到的可直接回答', 'ask the hospital for it, or answer what the mapping asks of it'),
  }));
};

const odd = ({ odd: values }: Measured): Urgent[] =>
  [...Map.groupBy(values, ({ table, field, oddity }) => `${table}|${field}|${oddity}`).values()].map((own): Urgent => {
    const [{ table, field, oddity, sample, file, row }] = own as [(typeof own)[number]];
    const [name, kind] = [fieldWords(table, field), oddityWords(oddity)];
    return {
      urgency: 5,
      what: words(`${name.zh}：${kind.zh}`, `${name.en}: ${kind.en}`),
      detail: words(`例如 ${sample}（${file} 第 ${row} 行）`, `for example ${sample} (${file} row ${row})`),
      rows: own.reduce((sum, one) => sum + one.rows, 0),
      remedy: words('已按未知处理；请核对来源', 'taken as unknown; check the source'),
    };
  });

/** What to think of a batch, and the first things to mend, the most urgent and then the largest first. */
export function verdictOf(measured: Measured, attention: readonly Attention[]): Verdict {
  const bad = new Set(attention.flatMap(({ refusals }) => refusals.map(({ reason, field }) => `${reason}|${field}`)));
  const rest = refused({ ...measured, quarantine: measured.quarantine.filter(({ reason, field }) => !bad.has(`${reason}|${field}`)) });
  const all = [
    ...attention.map(unusable),
    ...[unread, held, waiting, repeated, unconfirmed, contradictions, ruined, wanted, odd].flatMap((find) => find(measured)),
    ...rest,
  ].sort((left, right) => left.urgency - right.urgency || (right.amount_fen ?? 0) - (left.amount_fen ?? 0) || right.rows - left.rows);
  const mend = all.slice(0, fewThings).map(({ urgency: _, ...one }) => one);
  if (attention.length > 0) {
    const says = words(
      `${attention.length} 张表不能照此使用，请先处理`,
      `${counted(attention.length, 'table')} cannot be used as delivered`,
    );
    return { level: 'unusable', says, mend };
  }
  if (mend.length === 0) return { level: 'ready', says: words('可以使用，没有须处理的事项', 'ready for use, nothing to mend'), mend };
  const says = words(`可以使用，先看下面 ${mend.length} 件事`, `usable; first the ${counted(mend.length, 'thing')} below`);
  return { level: 'mend', says, mend };
}
