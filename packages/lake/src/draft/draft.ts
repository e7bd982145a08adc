import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readGrids } from '@hengjian/sources';
import { blanked, RefusedInput, type Words, words } from '@hengjian/standard';
import { openTables, type Tables } from '@hengjian/table';
import { Document, isScalar, isSeq, visit, type YAMLMap } from 'yaml';
import { discover, type FoundFile, isMessages, reachOf } from '../files.ts';
import { parseMapping } from '../mapping.ts';
import { headerRoles } from '../roles.ts';
import { stage } from '../stage.ts';
import { totalWords } from '../totals.ts';
import { type DraftQuestion, hospitalQuestions, sameFormats, silenceQuestions } from './ask.ts';
import { meaningsOf, patientField } from './headers.ts';
import { type FoundTable, findTables } from './layout.ts';
import { columnQuestion, entryPath } from './missing.ts';
import { type MappedRows, messagesNote, probeMapping } from './probe.ts';
import { joined, type Profile, profilesOf, shareOf } from './profile.ts';
import {
  type Group,
  type Proposed,
  placesOf,
  proposeTables,
  proposeUndated,
  type Source,
  stayNumber,
  whyUnread,
  withoutDays,
} from './propose.ts';
import { refundQuestion } from './refunds.ts';

/** A drafted mapping. */
export interface Draft {
  readonly text: string;
  /** What was found and not used, and why. */
  readonly notes: readonly Words[];
  readonly questions: readonly DraftQuestion[];
  /** Crosswalks that the draft reads through: of items, of diagnoses. */
  readonly crosswalks: readonly string[];
  /** Ten rows of each table as the draft would read them. */
  readonly shown: readonly MappedRows[];
}

interface Looked {
  readonly source: Source;
  readonly profiles: readonly Profile[];
}

const signature = ({ found }: Source): string =>
  [...new Set([...found.columns, ...found.above].filter((name) => name !== ''))].sort().join('|');

/** Files and tables that lie in them, with what could not be opened. */
async function lookAt(files: readonly FoundFile[], folder: string, notes: Words[]): Promise<Source[]> {
  const sources: Source[] = [];
  for (const file of files) {
    try {
      const grids = file.kind === 'csv' || file.kind === 'sheet' ? await readGrids(file, { folder }) : [];
      for (const grid of grids) {
        const tables = findTables(grid);
        const place = grid.sheet === undefined ? file.name : `${file.name} / ${blanked(grid.sheet)}`;
        if (tables.length === 0 && grid.rows.length > 0)
          notes.push(words(`${place}：没有认出表头，未读`, `${place}: no header is recognised; it is not read`));
        sources.push(...tables.map((found) => ({ file, found })));
      }
      if (file.kind === 'json' || file.kind === 'parquet') sources.push({ file, found: { ...bare, columns: [] } });
    } catch (error) {
      if (!(error instanceof RefusedInput)) throw error;
      const said = error.problems[0]?.message ?? words('', '');
      notes.push(words(`${file.name}：${said.zh}`, `${file.name}: ${said.en}`));
    }
  }
  return sources;
}

const bare: FoundTable = { sheet: undefined, header: 1, headerRows: 1, until: undefined, columns: [], above: [], titles: [] };

/** Whether a table is not found again by the names of its columns alone. */
const needsLayout = ({ headerRows, until, header, above }: FoundTable): boolean =>
  headerRows > 1 || until !== undefined || header > 40 || above.length > 0;

class Drafter {
  readonly notes: Words[] = [];
  readonly #engine: Tables;
  readonly #scratch: string;
  #tables = 0;

  constructor(engine: Tables, scratch: string) {
    this.#engine = engine;
    this.#scratch = scratch;
  }

  /** Sheets of a file with the same header are opened once. */
  async #look(sources: readonly Source[]): Promise<readonly Looked[]> {
    const [first] = sources;
    if (first === undefined) return [];
    const { file, found } = first;
    const { header, headerRows, until, columns } = found;
    const sheets = sources.flatMap((one) => one.found.sheet ?? []);
    const isOwn = needsLayout(found);
    const layout = {
      ...(isOwn ? { header, headerRows, ...(until === undefined ? {} : { until }) } : {}),
      ...(sheets.length === 0 ? {} : { sheet: sheets }),
      ...(found.above.length === 0 ? {} : { above: found.above }),
      totals: totalWords,
    };
    const number = (): number => ++this.#tables;
    const wanted = isOwn ? [] : columns.filter((name) => name !== '');
    const roles = headerRoles(columns, (column) => meaningsOf(column).map(({ field }) => field));
    const { tables } = await stage({ engine: this.#engine, file, layout, wanted, roles, scratch: this.#scratch, number });
    const looked: Looked[] = [];
    for (const [index, source] of sources.entries()) {
      const staged = tables.find((one) => one.sheet !== undefined && one.sheet === source.found.sheet) ?? tables[index];
      looked.push({ source, profiles: staged === undefined ? [] : await profilesOf(this.#engine, staged) });
    }
    return looked;
  }

  async groups(sources: readonly Source[]): Promise<readonly Group[]> {
    const looked: Looked[] = [];
    const parts = Map.groupBy(sources, (source) => {
      const { file, found } = source;
      return [file.name, signature(source), ...(needsLayout(found) ? [found.sheet ?? '', found.header] : [])].join('|');
    });
    for (const part of parts.values()) {
      try {
        looked.push(...(await this.#look(part)));
      } catch (error) {
        if (!(error instanceof RefusedInput)) throw error;
        const said = error.problems[0]?.message ?? words('', '');
        const name = part[0]?.file.name ?? '';
        this.notes.push(words(`${name}：${said.zh}`, `${name}: ${said.en}`));
      }
    }
    const alike = Map.groupBy(looked, ({ source, profiles }) => signature(source) || profiles.map(({ column }) => column).join('|'));
    return [...alike.values()].map((same) => ({
      sources: same.map(({ source }) => source),
      profiles: [...new Set(same.flatMap(({ profiles }) => profiles.map(({ column }) => column)))].map((column) =>
        joined(same.flatMap(({ profiles }) => profiles.filter((one) => one.column === column))),
      ),
    }));
  }
}

/** How the files of a group are named in an entry: by name, with a layout of their own where they need one. */
function filesOf(group: Group, others: readonly Source[]): { readonly files: readonly unknown[]; readonly continued: boolean } {
  const byFile = Map.groupBy(group.sources, ({ file }) => file.name);
  let continued = false;
  const files = [...byFile].flatMap(([name, own]): unknown[] => {
    const shares = others.some(({ file, found }) => file.name === name && own.some((one) => one.found.sheet === found.sheet));
    if (shares || own.some(({ found }) => needsLayout(found)))
      return own.map(({ found }) => ({
        file: name,
        ...(found.sheet === undefined ? {} : { sheet: found.sheet }),
        header: found.header,
        ...(found.headerRows > 1 ? { header_rows: found.headerRows } : {}),
        ...(found.until === undefined ? {} : { until: found.until }),
      }));
    if (own.length > 1) continued = true;
    return [name];
  });
  return { files, continued };
}

const plain = (items: readonly unknown[]): unknown => (items.length === 1 && typeof items[0] === 'string' ? items[0] : items);

const aboveOf = ({ sources }: Group): { readonly above?: readonly string[] } => {
  const labels = [...new Set(sources.flatMap(({ found }) => found.above))];
  return labels.length === 0 ? {} : { above: labels };
};

function entryOf(proposed: Proposed, group: Group, sources: readonly Source[]): Record<string, unknown> {
  const { files, continued } = filesOf(
    group,
    sources.filter((one) => !group.sources.includes(one)),
  );
  const dashes = group.profiles.some((one) => shareOf(one, (value) => value === '—' || value === '-') > 0);
  return {
    files: plain(files),
    ...(continued ? { continued: true } : {}),
    ...aboveOf(group),
    totals: totalWords,
    ...(proposed.skips === undefined ? {} : { skip_rows: proposed.skips }),
    ...(dashes ? { missing: ['—', '-'] } : {}),
    columns: proposed.columns,
    ...(proposed.refunds === undefined ? {} : { refunds: { column: proposed.refunds.column } }),
    ...(Object.keys(proposed.meaning).length === 0 ? {} : { meaning: proposed.meaning }),
  };
}

const hospital = /([\p{Script=Han}A-Za-z0-9]{2,30}?(?:医院|卫生院|卫生服务中心|保健院|诊所|药店))/u;

/** The hospital's name, where a title has one. */
const hospitalName = (sources: readonly Source[]): string | undefined =>
  sources.flatMap(({ found }) => found.titles).flatMap((title) => hospital.exec(title)?.[1] ?? [])[0];

const columnsOf = (specs: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.values(specs).flatMap((spec) => {
    if (typeof spec === 'string') return [spec];
    if (typeof spec !== 'object' || spec === null || !('from' in spec)) return [];
    const from = Array.isArray(spec.from) ? spec.from.map(String) : [String(spec.from)];
    return 'with' in spec ? [...from, String(spec.with)] : from;
  });

function unusedColumns(group: Group, proposed: readonly Proposed[], patient: string | undefined): Words | undefined {
  const used = new Set([patient, ...proposed.flatMap(({ columns, refunds }) => [...columnsOf(columns), refunds?.column])]);
  const dropped = new Set(['psn_name', 'tel', 'addr', 'emp_name', 'coner_name']);
  const left = group.profiles.filter(
    ({ column, filled }) =>
      filled > 0 && !used.has(column) && !meaningsOf(column).some(({ field, sense }) => dropped.has(field) || sense === 'ignore'),
  );
  const name = group.sources[0]?.file.name ?? '';
  const columns = left.map(({ column }) => column).join('、');
  return left.length === 0 ? undefined : words(`${name}：未用到的列：${columns}`, `${name}: columns that are not used: ${columns}`);
}

const usesCrosswalk = (tables: Readonly<Record<string, readonly unknown[]>>, name: string): boolean =>
  JSON.stringify(tables).includes(`"crosswalk":"${name}"`);

/** Whether a column numbers the patients of the institution: every row has one, and none names more patients than there are visits. */
const isOfPatients = ({ column, filled, rows, distinct }: Profile, visits: number): boolean =>
  filled === rows && distinct <= visits && meaningsOf(column).some(({ field }) => field === patientField);

/** The column that tells patients apart where none says who they are: the number of the patient, else that of the visit. */
function patientOf(proposals: readonly GroupTables[]): string | undefined {
  const all = proposals.flatMap(({ proposed }) => proposed);
  if (all.some(({ columns }) => columns.psn_no !== undefined || columns.certno !== undefined)) return undefined;
  const visits = all.find(({ table }) => table === 'mdtrt_d') ?? all.find(({ table }) => table === 'fee_list_d');
  const { mdtrt_id: visit } = visits?.columns ?? {};
  const [number] = columnsOf({ visit });
  const own = proposals.find(({ proposed }) => proposed.some((one) => one === visits))?.group.profiles ?? [];
  const most = own.find(({ column }) => column === number)?.distinct ?? Number.POSITIVE_INFINITY;
  return own.find((one) => isOfPatients(one, most))?.column ?? number;
}

interface Content {
  readonly isDated: boolean;
  /** Whether messages of the interface may fill any table. */
  readonly hasMessages: boolean;
  readonly patient: string | undefined;
  readonly tables: Readonly<Record<string, readonly unknown[]>>;
  readonly questions: readonly DraftQuestion[];
  readonly notes: readonly Words[];
}

/** Core tables that nothing fills are named, so that nobody waits for them. */
const coreTables = ['mdtrt_d', 'psn_info_b', 'psn_insu_d', 'setl_list_diag_d', 'setl_list_oprn_d'] as const;

function textOf({ isDated, hasMessages, tables, questions, notes, patient }: Content, crosswalks: readonly string[]): string {
  const comment = [
    '映射草稿。请逐条核对，回答 questions 中的问题（answer 留空即按 proposed），然后执行 hengjian mapping check 文件 数据文件夹',
    'Draft of a mapping. Check it, answer the questions (without an answer the proposal holds), then: hengjian mapping check FILE FOLDER',
    ...notes.map(({ zh, en }) => `${zh} | ${en}`),
  ];
  const content = {
    version: 1,
    ...(isDated ? {} : { use: 'grouping' }),
    institution: {},
    questions: questions.map(({ id, required, several, ask, why, choices, proposed, sets }) => ({
      ...{ id, ask, why },
      ...(required === true ? { required } : {}),
      ...(several === true ? { several } : {}),
      ...(choices === undefined ? {} : { choices }),
      ...(proposed === undefined ? {} : { proposed }),
      answer: null,
      sets,
    })),
    ...(patient === undefined ? {} : { person: { patient } }),
    absent: coreTables.filter((table) => !hasMessages && tables[table] === undefined),
    ...(crosswalks.length === 0
      ? {}
      : { crosswalks: Object.fromEntries(crosswalks.map((name) => [name, { file: `${name}.csv`, optional: true }])) }),
    tables,
  };
  const head = comment.map((line) => `# ${line.replaceAll(/[\r\n]+/g, ' ')}`).join('\n');
  const document = new Document(content, { aliasDuplicateObjects: false });
  // Lists of texts and blocks of codes are read at a glance on one line.
  visit(document, {
    Seq: (_key, node) => {
      if (node.items.every(isScalar)) node.flow = true;
    },
    Map: (_key, node) => {
      if (
        node.items.length < 40 &&
        node.items.every(({ value }) => isScalar(value) || isSeq(value)) &&
        !node.has('id') &&
        !node.has('files')
      )
        node.flow = isShort(node);
    },
  });
  return `${head}\n${document.toString({ lineWidth: 0, nullStr: '', flowCollectionPadding: false })}`;
}

/** Specifications and codes stand on one line; the words of a question and the columns of a table do not. */
const isShort = (node: YAMLMap): boolean =>
  node.has('from') ||
  node.has('file') ||
  (!node.has('zh') && node.items.every(({ value }) => isScalar(value) && String(value.value ?? '').length <= 2 && value.value !== null));

/** Said of the front page of records without dates. */
const groupingOnly = words(
  '没有入院和出院时间：只能用于分组（hengjian group --in 文件 --mapping 映射），不能收入数据湖',
  'no admissions and discharges: for grouping only (hengjian group --in FILE --mapping FILE), not for a lake',
);

/** What a group of files with the same columns fills. */
interface GroupTables {
  readonly group: Group;
  readonly proposed: readonly Proposed[];
}

/** Proposals for grouping only, where files have diagnoses and no days of stays; undefined where there are days. */
function undated(proposals: readonly GroupTables[]): readonly GroupTables[] | undefined {
  const has = (table: string): boolean => proposals.some(({ proposed }) => proposed.some((one) => one.table === table));
  if (has('mdtrt_d') || has('fee_list_d') || !has('setl_list_diag_d')) return undefined;
  const all = proposals.map(({ group, proposed }) => {
    const stays = proposed.some(({ table }) => table === 'setl_list_diag_d') ? proposeUndated(group) : undefined;
    return { group, stays, proposed: proposed.map(withoutDays) };
  });
  if (all.every(({ stays }) => stays === undefined)) return undefined;
  return all.map(({ group, stays, proposed }) => ({ group, proposed: stays === undefined ? proposed : [stays, ...proposed] }));
}

/** Questions with one answer are one. */
function distinct(questions: readonly DraftQuestion[]): readonly DraftQuestion[] {
  const one = new Map<string, DraftQuestion>();
  for (const question of questions) {
    const key = JSON.stringify(question.sets);
    const before = one.get(key);
    one.set(key, before === undefined ? question : sameFormats(before, question));
  }
  return [...one.values()];
}

/** Questions of the same name get a number. */
function named(questions: readonly DraftQuestion[]): readonly DraftQuestion[] {
  const seen = new Map<string, number>();
  return questions.map((one) => {
    const times = (seen.get(one.id) ?? 0) + 1;
    seen.set(one.id, times);
    return times === 1 ? one : { ...one, id: `${one.id}-${times}` };
  });
}

const filledIn =
  (tables: Readonly<Record<string, readonly unknown[]>>) =>
  (table: string, field: string): boolean =>
    JSON.stringify(tables[table] ?? []).includes(`"${field}":`);

/** What each group fills. Prescriptions and orders are no lines where charges are delivered too: all would count twice. */
function chargesOf(groups: readonly Group[], notes: Words[]): readonly GroupTables[] {
  const proposals = groups.map((group) => ({ group, proposed: proposeTables(group) }));
  const isLines = ({ table, isOrders }: Proposed): boolean => table === 'fee_list_d' && !isOrders;
  if (!proposals.some(({ proposed }) => proposed.some(isLines))) return proposals;
  const charges = proposals.filter(({ proposed }) => !proposed.some(({ isOrders }) => isOrders));
  const hasVisits = charges.some(({ proposed }) => proposed.some(({ table }) => table === 'mdtrt_d'));
  const without = new Set(hasVisits ? ['fee_list_d', 'mdtrt_d'] : ['fee_list_d']);
  return proposals.map((one) => {
    if (!one.proposed.some(({ isOrders }) => isOrders)) return one;
    const places = placesOf(one.group);
    notes.push(
      words(
        `${places.zh}：是处方或医嘱，收费另有明细，不作为费用读入`,
        `${places.en}: prescriptions or orders; what was charged is delivered apart, so they are no fee lines`,
      ),
    );
    return { group: one.group, proposed: proposeTables(one.group, without) };
  });
}

/** Numbers of patients become numbers of stays where all tables also number the stays of a patient. */
function numbered(proposals: readonly GroupTables[], notes: Words[]): readonly GroupTables[] {
  const repeats = proposals.flatMap(({ proposed }) => proposed.flatMap((one) => one.repeats ?? []));
  if (repeats.length === 0) return proposals;
  const ofStays = proposals.filter(({ proposed }) => proposed.some(({ columns }) => columns.mdtrt_id !== undefined));
  const isEach = ofStays.every(({ group, proposed }) => stayNumber(group) !== undefined && proposed.every(hasPlainStay));
  if (!isEach) {
    notes.push(...repeats);
    return proposals;
  }
  return proposals.map(({ group, proposed }) => {
    const second = stayNumber(group);
    const withSecond = (one: Proposed): Proposed =>
      one.columns.mdtrt_id === undefined
        ? one
        : { ...one, columns: { ...one.columns, mdtrt_id: { from: one.columns.mdtrt_id, with: second } } };
    return { group, proposed: proposed.map(withSecond) };
  });
}

const hasPlainStay = ({ columns }: Proposed): boolean => columns.mdtrt_id === undefined || typeof columns.mdtrt_id === 'string';

/** Codes of institutions that the files name. */
const codesIn = (groups: readonly Group[]): readonly string[] => [
  ...new Set(
    groups
      .flatMap(({ profiles }) => profiles)
      .filter(({ column }) => meaningsOf(column).some(({ field }) => field === 'fixmedins_code'))
      .flatMap(({ values }) => values.map(({ value }) => value)),
  ),
];

/** Columns that may say whose each row is and are not read so: they speak of institutions, mean no other field and have several values. */
const institutionsIn = (groups: readonly Group[]): readonly string[] => [
  ...new Set(
    groups
      .flatMap(({ profiles }) => profiles)
      .filter(({ column, distinct: values }) => values > 1 && /机构|医院|院区|hospital|institution/i.test(column))
      .filter(({ column }) => meaningsOf(column).every(({ field }) => field === 'fixmedins_name' || field === 'fixmedins_code'))
      .map(({ column }) => column),
  ),
];

/** Proposes a mapping from the names of files and columns, the values and the dictionary. */
export async function draftOf(paths: readonly string[]): Promise<Draft> {
  const scratch = mkdtempSync(join(tmpdir(), 'hengjian-draft-'));
  const engine = await openTables({ ...reachOf([...paths, scratch]), spill: scratch, memory: '1GB' });
  try {
    const drafter = new Drafter(engine, scratch);
    const { files } = await discover(paths, scratch);
    const messages = files.filter(isMessages);
    const hasMessages = messages.length > 0;
    drafter.notes.push(...messagesNote(messages));
    const others = hasMessages ? files.filter((file) => !messages.includes(file)) : files;
    const sources = await lookAt(others, join(scratch, 'sources'), drafter.notes);
    const groups = await drafter.groups(sources);
    const tables: Record<string, unknown[]> = {};
    const questions: DraftQuestion[] = [];
    const dated = numbered(chargesOf(groups, drafter.notes), drafter.notes);
    const proposals = undated(dated) ?? dated;
    const isDated = proposals === dated;
    if (!isDated) drafter.notes.push(groupingOnly);
    const hasVisits = proposals.some(
      ({ proposed }) => proposed.some(({ table }) => table === 'mdtrt_d') && !proposed.some(({ table }) => table === 'fee_list_d'),
    );
    const patient = patientOf(proposals);
    for (const { group, proposed: all } of proposals) {
      const isFees = all.some(({ table }) => table === 'fee_list_d');
      const proposed = all.filter(({ table }) => !(isFees && hasVisits && table === 'mdtrt_d'));
      const places = placesOf(group);
      if (proposed.length === 0)
        drafter.notes.push(
          whyUnread(group) ??
            words(`${places.zh}：列不足以构成任何国家标准表，未读`, `${places.en}: its columns make no national table; not read`),
        );
      else drafter.notes.push(...[unusedColumns(group, proposed, patient)].filter((note) => note !== undefined));
      for (const one of proposed) {
        const before = tables[one.table] ?? [];
        const entry = entryPath(one.table, before.length);
        tables[one.table] = [...before, entryOf(one, group, sources)];
        questions.push(...one.missing.map((missing) => columnQuestion(places, entry, missing)), ...one.questions);
        if (one.refunds !== undefined) questions.push(refundQuestion(places, entry, one.refunds));
        drafter.notes.push(...one.notes);
      }
    }
    const filled = filledIn(tables);
    const hasCode = filled('mdtrt_d', 'fixmedins_code') || filled('fee_list_d', 'fixmedins_code');
    const known = { name: hospitalName(sources), isSettled: hasMessages || tables.setl_d !== undefined };
    const isRegistered = tables.medins_info_b !== undefined;
    const own = hospitalQuestions(
      hasCode ? { ...known, codes: isRegistered ? [] : codesIn(groups) } : { ...known, unused: institutionsIn(groups) },
    );
    const silence = silenceQuestions(new Set(Object.keys(tables)), filled);
    const asked = named(distinct([...own, ...questions, ...silence]));
    const crosswalks = ['items', 'diagnoses'].filter((name) => usesCrosswalk(tables, name));
    const content = { isDated, hasMessages, tables, questions: asked, notes: drafter.notes, patient };
    const text = textOf(content, crosswalks);
    const file = join(scratch, 'mapping.yaml');
    writeFileSync(file, text);
    const { shown } = await probeMapping(parseMapping(file).mapping, paths);
    return { text, notes: drafter.notes, questions: asked, crosswalks, shown };
  } finally {
    engine.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}
