import * as xlsx from '@e965/xlsx';
import { gunzipSync, gzipSync, strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import iconv from 'iconv-lite';
import { visit } from '../../packages/lake/src/fixture.ts';
import { damaged, nasty, reshaped } from './mutate.ts';
import { Random } from './random.ts';

/** Rows that a file must come out with, by the count of the one who wrote it. */
export interface Counted {
  readonly least: number;
  readonly most: number;
}

/** A damaged delivery: files by name, the arguments that name a mapping, and what is known of it. */
export interface FuzzInput {
  readonly kind: string;
  readonly files: Readonly<Record<string, Buffer>>;
  /** Name of the mapping among the files. */
  readonly mapping?: string;
  readonly counted?: Counted;
}

type Row = Readonly<Record<string, string>>;
const tables = ['fee_list_d', 'fee_list_d', 'setl_d', 'mdtrt_d', 'setl_list_diag_d'] as const;

function rowsOf(random: Random): { readonly table: string; readonly rows: readonly Row[] } {
  const table = random.from(tables) ?? 'fee_list_d';
  const all = Array.from({ length: 2 + random.below(3) }, (_, index) => visit(index + 1, index + 1, 1 + index, 2 + random.below(5)));
  const rows = all.flatMap((one) => one[table] ?? []);
  const odd = rows.map((row) => (random.chance(0.2) ? { ...row, [random.from(Object.keys(row)) ?? '']: random.from(nasty) } : row));
  return { table, rows: random.chance(0.5) ? rows : odd };
}

const lineEnds = ['\n', '\r\n', '\r'] as const;

interface Style {
  readonly delimiter: string;
  readonly ends: readonly string[];
  readonly quoteAll: boolean;
}
const styleOf = (random: Random): Style => ({
  delimiter: random.from([',', ',', ',', '\t', '|', ';', '，']),
  ends: random.chance(0.7) ? [random.from(lineEnds)] : lineEnds,
  quoteAll: random.chance(0.2),
});

/** Lines of a table, each a text without its end; what was changed among them may be no record any more. */
function linesOf(rows: readonly Row[], { delimiter, quoteAll }: Style): string[] {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (text: string): string =>
    quoteAll || text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))].map((cells) => cells.map(cell).join(delimiter));
}

type LineChange = (line: string, random: Random, style: Style) => string;
const lineChanges: readonly [LineChange, ...LineChange[]] = [
  (line, random, { delimiter }) => line.split(delimiter).slice(random.below(4)).join(delimiter),
  (line, random, { delimiter }) => `${line}${delimiter.repeat(1 + random.below(3))}${random.from(nasty)}`,
  (line, random) => {
    const at = random.below(line.length);
    return `${line.slice(0, at)}"${line.slice(at)}`;
  },
  (line, random, { delimiter }) =>
    line
      .split(delimiter)
      .map((cell, index) => (index === random.below(20) ? random.from(nasty) : cell))
      .join(delimiter),
  () => '',
  (_line, random, { delimiter }) => delimiter.repeat(random.below(30)),
  (line, random) => `${line}${'x'.repeat(random.below(3000))}`,
  (line) => line.replaceAll(/\d/g, '０'),
  () => '合计,,,,,,',
];

/** Physical lines of a text: what `\n`, `\r\n` and `\r` end, and a last one that nothing ends. */
function physical(text: string): number {
  const ends = text.match(/\r\n|\n|\r/g)?.length ?? 0;
  return ends + (text === '' || /[\r\n]$/.test(text) ? 0 : 1);
}

/** The text behind bytes as far as its line ends go: both encodings of one or more bytes keep them as they are. */
function asText(bytes: Buffer, encoding: string): string {
  if (!encoding.startsWith('utf-16')) return bytes.toString('latin1');
  const units = Array.from({ length: Math.floor(bytes.length / 2) }, (_, at) =>
    encoding === 'utf-16le' ? bytes.readUInt16LE(2 * at) : bytes.readUInt16BE(2 * at),
  );
  const text = units.map((unit) => (unit < 0x80 ? String.fromCharCode(unit) : 'x')).join('');
  return bytes.length % 2 === 0 ? text : `${text}x`;
}

function written(lines: readonly string[], { ends }: Style, random: Random): string {
  return lines.map((line, index) => `${line}${index === lines.length - 1 && random.chance(0.3) ? '' : ends[index % ends.length]}`).join('');
}

/** Rows that a text holds apart from its header. Only lines with quotes or without the cells of a record may be parts of one. */
function countOf(bytes: Buffer, encoding: string, delimiter: string): Counted {
  const text = asText(bytes, encoding).replace(/^\xef\xbb\xbf/, '');
  const all = physical(text);
  const [header = '', ...lines] = text.split(/\r\n|\n|\r/);
  const cells = header.split(delimiter).length;
  const parts = [header, ...lines].filter((line) => line.includes('"') || line.split(delimiter).length !== cells || cells < 5).length;
  return { least: all - 1 - (text.includes('"') ? parts : 0), most: all - 1 };
}

function csvFile(random: Random): FuzzInput {
  const { table, rows } = rowsOf(random);
  const style = styleOf(random);
  const lines = linesOf(rows, style);
  for (let times = random.below(4); times > 0; times -= 1) {
    const at = random.below(lines.length);
    lines[at] = random.from(lineChanges)(lines[at] ?? '', random, style);
  }
  if (random.chance(0.2)) lines.splice(random.below(lines.length), 0, random.from(['', lines[0] ?? '', '费用明细清单', '  ']));
  if (random.chance(0.02)) lines[1] = `${lines[1]}${'长'.repeat(random.from([1_000_000, 2_000_000]))}`;
  const text = written(lines, style, random);
  const encoding = random.from(['utf-8', 'utf-8', 'gb18030', 'gb18030', 'utf-16le', 'utf-16be', 'glued']);
  const half = Math.floor(lines.length / 2);
  const clean =
    encoding === 'glued'
      ? Buffer.concat([
          Buffer.from(written(lines.slice(0, half), style, random)),
          iconv.encode(written(lines.slice(half), style, random), 'gb18030'),
        ])
      : iconv.encode(text, encoding, { addBOM: encoding.startsWith('utf-16') || random.chance(0.1) });
  const bytes = random.chance(0.6) ? damaged(clean, random) : clean;
  const name = `${table}${random.from(['', '-1', '_x'])}.${random.from(['csv', 'txt', 'tsv'])}`;
  // What a damaged mark of the encoding makes of the rest only its reader can tell.
  const marked = encoding.startsWith('utf-16') && !bytes.subarray(0, 2).equals(clean.subarray(0, 2));
  const wide = bytes.subarray(0, 2).equals(Buffer.from([0xff, 0xfe])) || bytes.subarray(0, 2).equals(Buffer.from([0xfe, 0xff]));
  const known = !marked && wide === encoding.startsWith('utf-16');
  return { kind: `csv ${encoding}`, files: { [name]: bytes }, ...(known ? { counted: countOf(bytes, encoding, style.delimiter) } : {}) };
}

/** A text of JSON over several lines, where it is one. */
function spreadOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function jsonFile(random: Random): FuzzInput {
  const { table, rows } = rowsOf(random);
  const asNumbers = (row: Row): unknown =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [key, /^-?\d+(\.\d+)?$/.test(value) && random.chance(0.5) ? Number(value) : value]),
    );
  const texts = rows.map((row) => {
    const text = JSON.stringify(random.chance(0.3) ? reshaped(asNumbers(row), random, 1) : asNumbers(row));
    if (random.chance(0.05)) return text.replace('{', '{"__proto__":{"cnt":"9"},"constructor":1,');
    if (random.chance(0.05)) return text.replace('{', '{"cnt":"7","":"","a":{"b":[1,{"c":"x\\ny"}]},');
    if (random.chance(0.03)) return text.replace('}', `,"n":${'9'.repeat(400)}}`);
    if (random.chance(0.03)) return `${'['.repeat(20_000)}${text}`;
    return text;
  });
  const array = random.chance(0.4);
  const spread = array && random.chance(0.3);
  const whole = spread ? texts.map(spreadOut).join('\n') : array ? `[${texts.join(',\n')}]` : `${texts.join('\n')}\n`;
  const encoding = random.from(['utf-8', 'utf-8', 'gb18030']);
  const clean = iconv.encode(whole, encoding);
  const bytes = random.chance(0.6) ? damaged(clean, random) : clean;
  const lines = physical(bytes.toString('latin1'));
  const begins = bytes.find((byte) => byte > 0x20);
  const plain = !array && begins === 0x7b;
  return {
    kind: array ? 'json array' : 'json lines',
    files: { [`${table}.${random.from(['json', 'jsonl', 'ndjson'])}`]: bytes },
    ...(plain ? { counted: { least: lines, most: lines } } : {}),
  };
}

const partChanges: readonly ((xml: string, random: Random) => string)[] = [
  (xml) => xml.replace(/<dimension ref="[^"]*"/, '<dimension ref="A1:XFD1048576"'),
  (xml) => xml.replace(/<dimension ref="[^"]*"/, '<dimension ref="A1"'),
  (xml) => xml.replace(/<dimension[^>]*>/, ''),
  (xml, random) =>
    xml.replaceAll(/<v>(\d+)<\/v>/g, (all) =>
      random.chance(0.1) ? `<v>${random.from(['-1', '99999999', '1e400', '', 'x', '330000120250300123'])}</v>` : all,
    ),
  (xml, random) => xml.replaceAll(/ t="s"/g, (all) => random.from([all, all, all, ' t="n"', ' t="e"', ' t="d"', ' t="zzz"'])),
  (xml, random) =>
    xml.replaceAll(/ r="([A-Z]+)(\d+)"/g, (all) =>
      random.chance(0.03) ? ` r="${random.from(['A0', 'XFE1', 'A1048577', '1A', ''])}"` : all,
    ),
  (xml, random) =>
    xml.replaceAll(/<t[^>]*>([^<]*)<\/t>/g, (all) => (random.chance(0.1) ? `<t>${'&amp;'.repeat(random.below(50))}</t>` : all)),
  (xml) => xml.replace('<?xml', '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><?xml'),
  (xml) => xml.replace(/<workbookPr[^>]*\/?>/, '<workbookPr date1904="true"/>'),
  (xml) => xml.replaceAll('</row>', '').replaceAll('</c>', ''),
  (xml, random) => damaged(Buffer.from(xml), random).toString('latin1'),
];

function sheetFile(random: Random): FuzzInput {
  const { table, rows } = rowsOf(random);
  const typed = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]): [string, unknown] => {
        if (/^\d{4}-\d\d-\d\d/.test(value) && random.chance(0.3)) return [key, new Date(value.replace(' ', 'T'))];
        return [key, /^-?\d+(\.\d+)?$/.test(value) && random.chance(0.5) ? Number(value) : value];
      }),
    ),
  );
  const sheet = xlsx.utils.json_to_sheet(typed);
  const book = xlsx.utils.book_new();
  for (let before = random.below(2); before > 0; before -= 1)
    xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet([['说明'], [1, 'x']]), '说明');
  xlsx.utils.book_append_sheet(book, sheet, random.from(['Sheet1', table, '费用']));
  const bookType = random.from(['xlsx', 'xlsx', 'xlsx', 'xls'] as const);
  const made: unknown = xlsx.write(book, { type: 'buffer', bookType, bookSST: random.chance(0.5) });
  let bytes = Buffer.isBuffer(made) ? made : Buffer.alloc(1);
  if (bookType === 'xlsx' && random.chance(0.7)) {
    const parts = unzipSync(bytes);
    for (let times = 1 + random.below(3); times > 0; times -= 1) {
      const name = random.from(Object.keys(parts).filter((part) => /sheet|shared|workbook|styles/.test(part))) ?? '';
      parts[name] = strToU8((random.from(partChanges) ?? String)(strFromU8(parts[name] ?? new Uint8Array()), random));
    }
    bytes = Buffer.from(zipSync(parts));
  }
  if (random.chance(0.4)) bytes = damaged(bytes, random);
  return { kind: bookType, files: { [`${table}.${random.from([bookType, bookType, bookType, 'csv', 'xls'])}`]: bytes } };
}

function archiveFile(random: Random): FuzzInput {
  const inner = random.from([csvFile, jsonFile, csvFile])(random);
  const [name = 'a.csv', content = Buffer.alloc(0)] = Object.entries(inner.files)[0] ?? [];
  if (random.chance(0.4)) {
    const bytes = Buffer.from(gzipSync(content));
    const packed = random.chance(0.6) ? damaged(bytes, random) : bytes;
    const whole = unpacked(packed)?.equals(content) === true;
    return { kind: 'gz', files: { [`${name}.gz`]: packed }, ...(whole && inner.counted !== undefined ? { counted: inner.counted } : {}) };
  }
  const members = {
    [name]: content,
    '../../outside.csv': Buffer.from('a,b\n1,2\n'),
    '说明.pdf': Buffer.from('%PDF'),
    'x/': Buffer.alloc(0),
  };
  const bytes = Buffer.from(zipSync(random.chance(0.5) ? members : { [name]: content }));
  return { kind: 'zip', files: { '一月.zip': random.chance(0.7) ? damaged(bytes, random) : bytes } };
}

function unpacked(bytes: Buffer): Buffer | undefined {
  try {
    return Buffer.from(gunzipSync(bytes));
  } catch {
    return undefined;
  }
}

function messageFile(random: Random): FuzzInput {
  const at = (minute: number): string => `2025-01-10 08:${String(minute).padStart(2, '0')}:00`;
  const base = { mdtrt_id: 'M1', psn_no: '4301001', med_type: '11' };
  const fee = { ...base, feedetl_sn: 'F1', fee_ocur_time: at(9), med_list_codg: 'XA01ABD00', cnt: 2, pric: 10.5, det_item_fee_sumamt: 21 };
  const request = (infno: string, minute: number, input: unknown): unknown => ({
    infno,
    msgid: `H43010000001202501100800${String(minute).padStart(2, '0')}0001`,
    inf_time: at(minute),
    insuplc_admdvs: '430100',
    fixmedins_code: 'H43010000001',
    input,
  });
  const answer = (output: unknown): unknown => ({ infcode: 0, respond_time: '20250110084001000', output });
  const setlinfo = {
    ...base,
    setl_id: 'S1',
    setl_time: at(40),
    insutype: '310',
    medfee_sumamt: 21,
    fund_pay_sumamt: 10,
    psn_part_amt: 11,
    acct_pay: 0,
  };
  const messages = [
    request('2203', 5, { mdtrtinfo: { ...base, begntime: at(5) }, diseinfo: [{ diag_code: 'I10.x00', maindiag_flag: '1' }] }),
    answer({}),
    request('2301', 10, { feedetail: [fee, { ...fee, feedetl_sn: 'F2' }] }),
    answer({ result: [fee] }),
    request('2207', 40, { data: { ...base, medfee_sumamt: 21 } }),
    answer({ setlinfo, setldetail: [] }),
    request('2302', 41, { data: [{ feedetl_sn: 'F2', mdtrt_id: 'M1', psn_no: '4301001' }] }),
  ].map((message) => (random.chance(0.7) ? reshaped(message, random) : message));
  const text = random.from([
    messages.map((message) => JSON.stringify(message)).join(random.from(lineEnds)),
    messages.map((message) => JSON.stringify(message, null, 2)).join('\n'),
    JSON.stringify(messages),
    JSON.stringify(messages, null, 1),
  ]);
  const clean = iconv.encode(text, random.from(['utf-8', 'utf-8', 'gb18030', 'utf-16le']));
  const bytes = random.chance(0.5) ? damaged(clean, random) : clean;
  return { kind: 'messages', files: { [`接口-${random.below(9)}.${random.from(['json', 'jsonl'])}`]: bytes } };
}

const mappingText = `version: 1
absent: [setl_d, psn_insu_d]
sources:
  fees: {files: 'fees*.csv'}
tables:
  mdtrt_d:
    query: SELECT DISTINCT visit, no, min(day) AS d FROM fees GROUP BY ALL
    columns: {mdtrt_id: visit, psn_no: no, begntime: d, fixmedins_code: {constant: H1}, med_type: {constant: '11'}}
  fee_list_d:
    files: 'fees*.csv'
    skip_rows: 合计|小计
    columns: &c
      mdtrt_id: visit
      med_list_codg: {from: item, codes: {A: XA01ABD00}}
      fee_ocur_time: {from: day, formats: ['%Y/%m/%d', '%Y-%m-%d %H:%M:%S']}
      cnt: {from: cnt, decorated: true}
      pric: {from: pric, unit: yuan}
      det_item_fee_sumamt: sum
      psn_no: no
    meaning: {fee_ocur_time: billed, precision: minute}
`;

const bombs: readonly [string, ...string[]] = [
  ['a: &a [x,x,x,x,x,x,x,x,x]', ...[...'bcde'].map((one, at) => `${one}: &${one} [${`*${'abcd'[at]},`.repeat(9)}x]`), ''].join('\n'),
  'x: &x {y: *x}\n',
  '<<: *nothing\n',
  '? [a, b]\n: c\n',
  '!!js/function "x"\n',
  '%YAML 9.9\n---\n...\n---\n',
  `${'['.repeat(5000)}\n`,
];
const queries: readonly [string, ...string[]] = [
  "SELECT * FROM read_text('/etc/passwd')",
  "SELECT 1 AS visit; COPY fees TO 'x.csv'",
  "SELECT * FROM 'fees.csv'",
  'PRAGMA database_list',
  'SELECT * FROM duckdb_settings()',
  "ATTACH 'x.db'",
  'WITH RECURSIVE t AS (SELECT 1 AS visit UNION ALL SELECT visit + 1 FROM t WHERE visit < 50) SELECT visit, visit AS no, visit AS d FROM t',
  'SELECT * FROM fees, fees f2, fees f3',
  'SELECT (SELECT no FROM fees) AS visit FROM fees',
  'SELECT',
  '',
  'SELECT visit, 1/0 AS no, CAST(no AS DATE) AS d FROM fees',
];
const scalars = [
  '[]',
  '{}',
  'null',
  '-1',
  '1e99',
  '""',
  '[[]]',
  '{a: {b: c}}',
  'true',
  "'%Y'",
  '&z 1',
  '*c',
  "'a'' OR 1=1'",
  '"(("',
  '|',
  '>',
  '!!binary x',
] as const;

function mappingFile(random: Random): FuzzInput {
  let text = mappingText;
  for (let times = random.below(4); times > 0; times -= 1) {
    const lines = text.split('\n');
    const at = random.below(lines.length);
    const line = lines[at] ?? '';
    const change = random.below(6);
    if (change === 0) lines[at] = line.replace(/: .*$/, `: ${random.from(scalars)}`);
    else if (change === 1) lines.splice(at, 1);
    else if (change === 2) lines.splice(at, 0, random.from(bombs));
    else if (change === 3) lines[at] = line.replace(/(query|SELECT).*$/, `query: ${JSON.stringify(random.from(queries))}`);
    else if (change === 4) lines[at] = `${line}${random.from(nasty)}`;
    else lines.splice(random.below(lines.length), 0, line);
    text = lines.join('\n');
  }
  if (random.chance(0.3)) text = damaged(Buffer.from(text), random).toString('latin1');
  const fees = Array.from({ length: 3 + random.below(6) }, (_, index) => [
    `V${index % 3}`,
    `2025/03/0${1 + index}`,
    'A',
    '1',
    '2',
    '2.00',
    `P${index % 3}`,
  ]);
  const rows = [['visit', 'day', 'item', 'cnt', 'pric', 'sum', 'no'], ...fees, ['合计', '', '', '', '', '9', '']];
  const clean = iconv.encode(`${rows.map((row) => row.join(',')).join('\n')}\n`, random.from(['utf-8', 'gb18030']));
  return {
    kind: 'mapping',
    files: { 'fees.csv': random.chance(0.4) ? damaged(clean, random) : clean, 'm.yaml': Buffer.from(text) },
    mapping: 'm.yaml',
  };
}

/** A damaged Parquet file out of a whole one. */
function parquetFile(random: Random, parquet: Buffer): FuzzInput {
  return { kind: 'parquet', files: { 'fee_list_d.parquet': damaged(parquet, random, 4) } };
}

const makers = [
  csvFile,
  csvFile,
  csvFile,
  csvFile,
  jsonFile,
  jsonFile,
  sheetFile,
  sheetFile,
  archiveFile,
  messageFile,
  mappingFile,
  parquetFile,
] as const;

/** The input of a seed. `parquet` is a whole file to be damaged. */
export function fuzzInput(seed: number, parquet: Buffer): FuzzInput {
  return (makers[seed % makers.length] ?? csvFile)(new Random(seed), parquet);
}
