import { blank, dictionary, type Words, words } from '@hengjian/standard';
import { integer, optional, quoted, type Tables, text } from '@hengjian/table';
import { numberCheckSql } from './identity.ts';
import type { Load } from './land.ts';
import type { Manifest } from './manifest.ts';
import { blankedSql, shownTextSql } from './quarantine.ts';

/** The table of lists that other authorities send. */
export const listTable = 'psn_list_d';

/** What is answered to a row of a list. */
export const listAnswers = {
  registered: words('已登记', 'registered'),
  already: words('此前已登记', 'already there'),
  refused: words('拒收', 'refused'),
} as const satisfies Readonly<Record<string, Words>>;
export type ListAnswer = keyof typeof listAnswers;

interface Reason {
  readonly says: Words;
  readonly remedy: Words;
}

const reason = (says: Words, remedy: Words): Reason => ({ says, remedy });
const sendNumber = words('请填写本人的居民身份证号码', 'send the identity number of the person');

/** Why a row of a list is refused, with what its sender should do. */
export const listReasons = {
  'number-missing': reason(words('没有证件号码', 'no identity number'), sendNumber),
  'number-form': reason(words('身份证号码的位数或字符不对', 'the identity number has the wrong length or characters'), sendNumber),
  'number-date': reason(words('身份证号码中的出生日期不存在', 'the day of birth in the identity number does not exist'), sendNumber),
  'number-digit': reason(words('身份证号码校验码不对', 'the check digit of the identity number is wrong'), sendNumber),
  'list-unknown': reason(
    words('名单类型缺失或未知', 'the kind of list is missing or unknown'),
    words('请按代码表 psn_list_type 填写', 'use a code of the table psn_list_type'),
  ),
  'category-unknown': reason(
    words('人员身份类别缺失或未知', 'the category is missing or unknown'),
    words('请按代码表 psn_idet_type 填写', 'use a code of the table psn_idet_type'),
  ),
  'begin-missing': reason(words('没有开始日期', 'no start date'), words('请填写开始日期', 'fill the start date')),
  'period-reversed': reason(words('结束日期早于开始日期', 'the end lies before the start'), words('请更正日期', 'correct the dates')),
  'person-unknown': reason(
    words('本地参保人员中没有此人', 'the person is not among those known here'),
    words('请核对号码；此人如在本地参保，请向医保经办机构核实', 'check the number; if the person is insured here, ask the agency'),
  ),
  'not-insured': reason(
    words('此人没有参保记录', 'the person has no enrolment'),
    words('请先办理参保登记', 'have the person enrolled first'),
  ),
  'person-dead': reason(
    words('开始日期之前此人已死亡', 'the person died before the start'),
    words('请核实此人是否在世', 'find out whether the person is alive'),
  ),
  duplicate: reason(words('与本名单前面的行重复', 'it repeats an earlier row of the list'), words('请删除重复行', 'take the row out')),
  'newer-known': reason(
    words('与日期更新的名单矛盾', 'it contradicts a row of a newer date'),
    words('请发送最新情况', 'send the newest state'),
  ),
  unreadable: reason(words('该行有无法读取的值', 'the row has a value that cannot be read'), words('请更正该值', 'correct the value')),
} as const satisfies Readonly<Record<string, Reason>>;
export type ListReason = keyof typeof listReasons;

/** What stays of the numbers that the sender gives its rows, by field. */
const ownNumbers: Readonly<Record<string, (value: string) => string>> = {
  list_sn: (value) => blankedSql(value),
  psn_list_id: (value) => shownTextSql(listTable, 'psn_list_id', value),
};

/**
 * The load of a list with what can only be told from the numbers themselves: they are pseudonyms afterwards. A serial of
 * the sender that is a number of a person stays out, and so do words in the place of one, such as a signature below the list.
 */
export function withListChecks(load: Load): Load {
  if (load.table !== listTable) return load;
  const from = (field: string): string | undefined => load.plans.find((plan) => plan.field === field)?.from;
  const certno = from('certno');
  const check = certno === undefined ? quoted('none') : numberCheckSql(certno, from('psn_cert_type'));
  const plans = load.plans
    .filter(({ field }) => field !== 'certno_chk')
    .map((plan) => {
      const { field, from, origin = from } = plan;
      const shown = ownNumbers[field]?.(from);
      return shown === undefined ? plan : { ...plan, from: `nullif(${shown}, ${quoted(blank)})`, origin };
    });
  return { ...load, plans: [...plans, { field: 'certno_chk', from: check }] };
}

const codes = (table: string): string => `(${[...(dictionary.codeTables.get(table)?.keys() ?? [])].map(quoted).join(', ')})`;

/** Numbers by which persons of the lake are found. */
const personNumbers = `SELECT number, min(psn) AS psn FROM (SELECT psn_no AS number, psn_no AS psn FROM f_psn_info_b
  UNION ALL SELECT certno, psn_no FROM f_psn_info_b UNION ALL SELECT psn_no, psn_no FROM f_psn_insu_d)
  WHERE number IS NOT NULL AND psn IS NOT NULL GROUP BY number`;

const known = (table: string): string => `(SELECT count(*) > 0 FROM f_${table})`;

/** Rows of all lists with the person, and what is wrong with a row by itself. */
const looked = `SELECT l.*, l._rid // 4294967296 AS seq, coalesce(a.psn, b.psn) AS psn,
    CASE WHEN l.psn_no IS NULL AND l.certno_chk = 'none' THEN 'number-missing'
      WHEN l.certno_chk = 'form' THEN 'number-form' WHEN l.certno_chk = 'date' THEN 'number-date'
      WHEN l.certno_chk = 'digit' THEN 'number-digit'
      WHEN l.list_type IS NULL OR l.list_type NOT IN ${codes('psn_list_type')} THEN 'list-unknown'
      WHEN l.psn_idet_type IS NULL OR l.psn_idet_type NOT IN ${codes('psn_idet_type')} THEN 'category-unknown'
      WHEN l.begndate IS NULL THEN 'begin-missing' WHEN l.enddate < l.begndate THEN 'period-reversed'
      WHEN coalesce(a.psn, b.psn) IS NULL THEN 'person-unknown'
      WHEN ${known('psn_insu_d')} AND NOT EXISTS (SELECT 1 FROM f_psn_insu_d i WHERE i.psn_no = coalesce(a.psn, b.psn)
        AND coalesce(i.vali_flag, '1') <> '0') THEN 'not-insured' END AS fault
  FROM f_psn_list_d l LEFT JOIN list_numbers a ON a.number = l.psn_no LEFT JOIN list_numbers b ON b.number = l.certno`;

/** The day of death of persons, as far as registers, visits and lists of deaths say. */
const deaths = `SELECT psn, min(died) AS died FROM (SELECT psn_no AS psn, die_date AS died FROM f_psn_info_b UNION ALL
  SELECT psn_no, die_date FROM f_mdtrt_d UNION ALL
  SELECT psn, begndate FROM list_looked WHERE list_type = '03' AND fault IS NULL AND coalesce(vali_flag, '1') <> '0')
  WHERE psn IS NOT NULL AND died IS NOT NULL GROUP BY psn`;

const entry = "psn, list_type, psn_idet_type, begndate, coalesce(enddate, DATE '9999-12-31'), coalesce(vali_flag, '1')";
const newest = 'coalesce(n.updt_time, CAST(n.list_date AS TIMESTAMP)) > coalesce(d.updt_time, CAST(d.list_date AS TIMESTAMP))';

/** A row that came before in another file, is of a newer date, and says another period or flag for the same time. */
const contradicted = `EXISTS (SELECT 1 FROM list_alive n WHERE n.fault IS NULL AND n.psn = d.psn AND n.list_type = d.list_type
  AND n.psn_idet_type = d.psn_idet_type AND n.seq < d.seq AND ${newest}
  AND n.begndate <= coalesce(d.enddate, DATE '9999-12-31') AND d.begndate <= coalesce(n.enddate, DATE '9999-12-31')
  AND (n.begndate, coalesce(n.enddate, DATE '9999-12-31'), coalesce(n.vali_flag, '1')) <>
    (d.begndate, coalesce(d.enddate, DATE '9999-12-31'), coalesce(d.vali_flag, '1')))`;

/**
 * Makes the table `list_answers` (seq, row, list_sn, answer, reason) of all rows of all lists from the views `f_<table>`.
 * What is answered to a row depends on the lists that came before it and on who is known now.
 */
export async function answerLists(engine: Tables, { replaced }: Pick<Manifest, 'replaced'>): Promise<void> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE list_numbers AS ${personNumbers}`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE list_looked AS ${looked}
    ${replaced.length === 0 ? '' : `WHERE l._rid // 4294967296 NOT IN (${replaced.join(', ')})`}`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE list_alive AS SELECT l.* REPLACE (CASE WHEN l.fault IS NULL AND l.list_type <> '03'
    AND x.died < l.begndate THEN 'person-dead' ELSE l.fault END AS fault) FROM list_looked l LEFT JOIN (${deaths}) x ON x.psn = l.psn`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE list_answers AS
    WITH ranked AS (SELECT *, row_number() OVER (PARTITION BY ${entry}, fault IS NULL, seq ORDER BY _rid) AS in_file,
      min(seq) FILTER (fault IS NULL) OVER (PARTITION BY ${entry}) AS first_seq FROM list_alive)
    SELECT seq, _rid % 4294967296 AS "row", list_sn, CASE WHEN fault IS NOT NULL THEN 'refused' WHEN in_file > 1 THEN 'refused'
      WHEN first_seq < seq THEN 'already' WHEN ${contradicted} THEN 'refused' ELSE 'registered' END AS answer,
      CASE WHEN fault IS NOT NULL THEN fault WHEN in_file > 1 THEN 'duplicate' WHEN first_seq < seq THEN NULL
      WHEN ${contradicted} THEN 'newer-known' END AS reason
    FROM ranked d`);
}

/** How many rows of the lists of some files were answered how. */
export async function countAnswers(engine: Tables, seqs: readonly number[]): Promise<Readonly<Record<ListAnswer, number>>> {
  const found = await engine.rows(`SELECT answer, count(*) AS n FROM list_answers WHERE seq IN (${seqs.join(', ')}) GROUP BY answer`, {
    answer: text,
    n: integer,
  });
  const count = (answer: ListAnswer): number => found.find((row) => row.answer === answer)?.n ?? 0;
  return { registered: count('registered'), already: count('already'), refused: count('refused') };
}

/** One row of an answer. */
export interface AnsweredRow {
  /** Row of the file as it was sent. */
  readonly row: number;
  readonly list_sn: string | null;
  readonly answer: ListAnswer;
  readonly reason: ListReason | undefined;
}

const isAnswer = (code: string): code is ListAnswer => Object.hasOwn(listAnswers, code);
const isReason = (code: string | null): code is ListReason => code !== null && Object.hasOwn(listReasons, code);

/** The answers to one file, in its order. */
export async function answersOf(engine: Tables, seq: number): Promise<AnsweredRow[]> {
  const rows = await engine.rows(`SELECT "row", list_sn, answer, reason FROM list_answers WHERE seq = ${seq} ORDER BY "row"`, {
    row: integer,
    list_sn: optional(text),
    answer: text,
    reason: optional(text),
  });
  return rows.flatMap(({ answer, reason: code, ...rest }) =>
    isAnswer(answer) ? [{ ...rest, answer, reason: isReason(code) ? code : undefined }] : [],
  );
}
