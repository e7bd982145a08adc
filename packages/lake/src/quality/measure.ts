import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codePatterns, counted, dictionary, fieldAsks, makeFolder, readinessOf, type Words, words } from '@hengjian/standard';
import { identifier, integer, quoted, type Tables, text } from '@hengjian/table';
import { carriedFields, chargedInstitutions } from '../carriage.ts';
import { type Doubt, doubts } from '../doubts.ts';
import { keptFields } from '../facts.ts';
import { heldRows } from '../status.ts';
import { oddValues } from './odd-values.ts';
import { renderQuality } from './page.ts';
import { ruinedCodes } from './ruined.ts';
import type { Quality, QualityInput, Readiness, Share } from './types.ts';
import { verdictOf } from './verdict.ts';

async function completeness(engine: Tables): Promise<Quality['completeness']> {
  const out: { table: string; field: string; name_zh: string; rows: number; filled: number }[] = [];
  for (const table of dictionary.tables.values()) {
    const fields = keptFields(table.name);
    const counts = fields.map((name) => `count(${identifier(name)}) AS ${identifier(name)}`).join(', ');
    const shape = Object.fromEntries(['_rows', ...fields].map((name) => [name, integer]));
    const row = await engine.row(`SELECT count(*) AS _rows, ${counts} FROM n_${table.name}`, shape);
    const rows = row?._rows ?? 0;
    if (rows === 0) continue;
    for (const name of fields)
      out.push({ table: table.name, field: name, name_zh: table.fields.get(name)?.name_zh ?? '', rows, filled: row?.[name] ?? 0 });
  }
  return out;
}

/** Identity of amounts: condition over the rows where everything is known. */
const identities: readonly { name: Words; table: string; known: string; closes: string }[] = [
  {
    name: words('明细金额 = 自费 + 超限价 + 先行自付 + 符合范围', 'line amount = its four parts'),
    table: 'fee_list_d',
    known: 'fulamt_ownpay_amt IS NOT NULL AND inscp_amt IS NOT NULL',
    closes: 'abs(det_item_fee_sumamt - fulamt_ownpay_amt - coalesce(overlmt_selfpay, 0) - coalesce(preselfpay_amt, 0) - inscp_amt) <= 4',
  },
  {
    name: words('数量 × 单价 = 明细金额', 'quantity × price = line amount'),
    table: 'fee_list_d',
    known: 'pric IS NOT NULL',
    closes: 'abs(CAST(cnt AS HUGEINT) * pric - CAST(det_item_fee_sumamt AS HUGEINT) * 100000000) <= 100000000',
  },
  {
    name: words('医疗费总额 = 自费 + 超限价 + 先行自付 + 符合范围', 'settlement total = its four parts'),
    table: 'setl_d',
    known: 'fulamt_ownpay_amt IS NOT NULL AND inscp_amt IS NOT NULL',
    closes: 'abs(medfee_sumamt - fulamt_ownpay_amt - coalesce(overlmt_selfpay, 0) - coalesce(preselfpay_amt, 0) - inscp_amt) <= 4',
  },
  {
    name: words('医疗费总额 = 基金 + 个人账户 + 现金 + 医院负担', 'settlement total = fund + account + cash + hospital'),
    table: 'setl_d',
    known: 'fund_pay_sumamt IS NOT NULL AND psn_pay IS NOT NULL',
    closes:
      'abs(medfee_sumamt - fund_pay_sumamt - coalesce(acct_pay, 0) - psn_pay - coalesce(ownpay_hosp_part, 0)) <= 4 ' +
      'OR abs(medfee_sumamt - fund_pay_sumamt - psn_pay - coalesce(ownpay_hosp_part, 0)) <= 4',
  },
];

const patternSql = (column: string, ...patterns: readonly RegExp[]): string =>
  `regexp_matches(${column}, ${quoted(patterns.map((pattern) => pattern.source).join('|'))})`;
const { westernMedicine, patentMedicine, herbalPiece, consumable, service } = codePatterns;
const codeChecks: readonly { name: Words; table: string; field: string; good: string }[] = [
  {
    name: words('医疗目录编码', 'catalogue codes'),
    table: 'fee_list_d',
    field: 'med_list_codg',
    good: patternSql('med_list_codg', westernMedicine, patentMedicine, herbalPiece, consumable, service),
  },
  {
    name: words('诊断代码', 'diagnosis codes'),
    table: 'setl_list_diag_d',
    field: 'diag_code',
    good: patternSql('diag_code', codePatterns.diagnosis),
  },
  {
    name: words('手术操作代码', 'operation codes'),
    table: 'setl_list_oprn_d',
    field: 'oprn_oprt_code',
    good: patternSql('oprn_oprt_code', codePatterns.operation),
  },
  {
    name: words('机构编号', 'institution codes'),
    table: 'mdtrt_d',
    field: 'fixmedins_code',
    good: patternSql('fixmedins_code', codePatterns.institution),
  },
  {
    name: words('开单医师代码', 'practitioner codes'),
    table: 'fee_list_d',
    field: 'bilg_dr_code',
    good: patternSql('bilg_dr_code', codePatterns.practitioner),
  },
  {
    name: words('追溯码', 'trace codes'),
    table: 'fee_list_d',
    field: 'drug_trac_codg',
    good: patternSql('drug_trac_codg', codePatterns.traceCode),
  },
];

/** Fields whose values should be codes of a national table. */
const codedFields: ReadonlySet<string> = new Set([
  'gend',
  'insutype',
  'med_type',
  'list_type',
  'med_chrgitm_type',
  'chrgitm_lv',
  'clr_way',
  'dscg_way',
  'hosp_lv',
]);

interface ShareCheck {
  readonly name: Words;
  readonly table: string;
  readonly known: string;
  readonly good: string;
}

const tableChecks: readonly ShareCheck[] = [...dictionary.tables.values()].flatMap(({ name: table, fields }) =>
  [...fields.values()].flatMap(({ name: field, name_zh, name_en, code_table: codes }) => {
    const values = codes === undefined ? [] : [...(dictionary.codeTables.get(codes)?.keys() ?? [])];
    if (values.length === 0 || !codedFields.has(field)) return [];
    const name = words(`${name_zh} ${table}.${field}`, `${name_en} ${table}.${field}`);
    return [{ name, table, known: `${field} IS NOT NULL`, good: `${field} IN (${values.map(quoted).join(', ')})` }];
  }),
);

/** Shares of good values; checks that find nothing to check are left out. */
async function sharesOf(engine: Tables, checks: readonly ShareCheck[]): Promise<Share[]> {
  const out: Share[] = [];
  for (const { name, table, known, good } of checks) {
    const counted = `SELECT count(*) AS checked, count(*) FILTER (${good}) AS good FROM n_${table} WHERE ${known}`;
    const row = await engine.row(counted, { checked: integer, good: integer });
    if (row !== undefined && row.checked > 0) out.push({ name, ...row });
  }
  return out;
}

/** Settlements whose lines have arrived: whether the total is what its net lines add up to. */
async function totalsShare(engine: Tables): Promise<Share[]> {
  const row = await engine.row('SELECT count(*) AS checked, count(*) FILTER (good) AS good FROM visit_totals', {
    checked: integer,
    good: integer,
  });
  const name = words('医疗费总额 = 净明细合计', 'settlement total = sum of its net lines');
  return row === undefined || row.checked === 0 ? [] : [{ name, ...row }];
}

async function shares(engine: Tables): Promise<Pick<Quality, 'identities' | 'codes' | 'ruined'>> {
  const closing = identities.map(({ name, table, known, closes }) => ({ name, table, known, good: closes }));
  const codes = codeChecks.map(({ name, table, field, good }) => ({ name, table, known: `${field} IS NOT NULL`, good }));
  return {
    identities: [...(await sharesOf(engine, closing)), ...(await totalsShare(engine))],
    codes: await sharesOf(engine, [...codes, ...tableChecks]),
    ruined: await ruinedCodes(engine),
  };
}

/** Below this completeness a rule still runs, and most of its answers will be unknown. */
const weakCompleteness = 0.5;

/** Why a rule says little or nothing, in words. */
function whyOf(missing: readonly string[], weak: readonly string[], weakPersons: number): Words {
  const why = [
    ...(missing.length > 0 ? [words(`缺少：${missing.join('、')}`, `missing: ${missing.join(', ')}`)] : []),
    ...(weak.length > 0 ? [words(`不足一半：${weak.join('、')}`, `sparse: ${weak.join(', ')}`)] : []),
    ...(weakPersons > 0
      ? [words(`${weakPersons} 次就诊的人员标识较弱`, `${counted(weakPersons, 'visit has', 'visits have')} a weak person key`)]
      : []),
  ];
  return words(why.map(({ zh }) => zh).join('；'), why.map(({ en }) => en).join('; '));
}

/** Which rules can be judged where, by what the audit itself asks, and what their fields are filled with. */
function readiness(input: QualityInput, filled: Quality['completeness'], weakPersons: number): Pick<Quality, 'readiness' | 'asks'> {
  const byField = new Map(filled.map((one) => [`${one.table}.${one.field}`, one.filled / one.rows]));
  const lake = { carriage: carriedFields(input.carried), absent: input.absent };
  const places = chargedInstitutions(input.carried);
  const asking = input.rules.map(({ id, asks = [] }) => ({ id, asks }));
  const ready = readinessOf(asking, lake, places);
  const rules = input.rules.map((rule, index): Readiness => {
    const fields = rule.needs.map((field) => ({ field, completeness: byField.get(field) ?? 0 }));
    const weak = fields.filter((one) => one.completeness > 0 && one.completeness < weakCompleteness).map((one) => one.field);
    const { runs = 0, institutions = 0, missing = [], charge_fen = 0, charge_all_fen = 0 } = ready[index] ?? {};
    return {
      id: rule.id,
      name: rule.name,
      ...(rule.name_en === undefined ? {} : { name_en: rule.name_en }),
      runs: runs > 0,
      institutions: { runs, all: institutions },
      charge: { runs_fen: charge_fen, all_fen: charge_all_fen },
      missing,
      fields,
      why: whyOf(missing, weak, rule.reach === 'city' ? weakPersons : 0),
    };
  });
  const asks = fieldAsks(asking, lake, places).map((ask) => {
    const [table = '', field = ''] = ask.field.split('.');
    const known = dictionary.tables.get(table)?.fields.get(field);
    return { ...ask, name_zh: known?.name_zh ?? '', name_en: known?.name_en ?? '' };
  });
  return { readiness: rules, asks };
}

const causesSql = `SELECT tbl AS "table", status, cause, count(*) AS "rows" FROM all_losers WHERE cause <> '' GROUP BY ALL ORDER BY ALL`;
const coverageSql = `SELECT fixmedins_code AS institution, tbl AS "table", string_agg(DISTINCT month, ',' ORDER BY month) AS months,
  sum(n)::BIGINT AS "rows" FROM reach GROUP BY ALL ORDER BY ALL`;

/** Held rows of the whole lake. */
async function heldNow(engine: Tables): Promise<Quality['held']> {
  await engine.run('CREATE OR REPLACE TEMP VIEW _lost AS SELECT tbl, rid, status, cause FROM all_losers');
  return heldRows(engine);
}

/** Contradictions among the visits that the batch touched. */
async function doubtsOf(engine: Tables): Promise<Quality['doubts']> {
  const out: { cause: Doubt; visits: number; amount_fen: number }[] = [];
  for (const cause of doubts) {
    const select = `SELECT count(*) AS visits, coalesce(sum(abs(${cause === 'total' ? 'det' : '0'})), 0)::BIGINT AS amount_fen
      FROM exceptions
      WHERE status = 'doubted' AND list_contains(string_split(cause, ';'), '${cause}')`;
    const row = await engine.row(select, { visits: integer, amount_fen: integer });
    if (row !== undefined && row.visits > 0) out.push({ cause, ...row });
  }
  return out;
}

/** Where people find the quality report of a folder. */
export const qualityPage = (folder: string): string => join(folder, 'quality.html');

/** Measures the quality of what a batch brought and writes `quality.json` and `quality.html`. */
export async function writeQuality(input: QualityInput, folder: string): Promise<Quality> {
  const { engine } = input;
  const filled = await completeness(engine);
  const causes = await engine.rows(causesSql, { table: text, status: text, cause: text, rows: integer });
  const reached = await engine.rows(coverageSql, { institution: text, table: text, months: text, rows: integer });
  const coverage = reached.map((row) => ({ ...row, months: row.months.split(',') }));
  const weak = await engine.count('SELECT count(*) FROM touched_visits WHERE reach > 0');
  const { batch, tables, states, files, ignored, unread, unread_columns, identical } = input.result;
  const measured = {
    ...{ batch, tables, states, files, causes, ignored, unread, unread_columns, identical, coverage },
    quarantine: input.quarantine,
    quarantine_files: input.quarantine_files,
    odd: await oddValues(engine, input.loads),
    held: await heldNow(engine),
    doubts: await doubtsOf(engine),
    proposals: input.proposals,
    estimated: input.estimated,
    completeness: filled,
    ...(await shares(engine)),
    ...readiness(input, filled, weak),
  };
  const quality: Quality = {
    ...measured,
    verdict: verdictOf(measured, input.result.attention),
  };
  makeFolder(folder);
  writeFileSync(join(folder, 'quality.json'), `${JSON.stringify(quality, null, 1)}\n`);
  writeFileSync(qualityPage(folder), renderQuality(quality));
  return quality;
}
