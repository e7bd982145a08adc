import { type Words, words } from '@hengjian/standard';
import { isMap } from 'yaml';
import { invalid } from '../problems.ts';
import { choice, date, type Entries, list, plain, positionOf, type Reader, record, report, text, type YamlNode } from './reader.ts';
import type { CaseSource } from './rule-source.ts';
import { caseKinds, type Plain } from './vocabulary.ts';

const keys = [
  'name',
  'kind',
  'expect',
  'history',
  'coverage_from',
  'absent',
  'institutions',
  'practitioners',
  'stock',
  'practitioner_stays',
  'knowledge',
];

function expectation(reader: Reader, node: YamlNode, field: string): CaseSource['expect'] {
  if (!isMap(node)) return list(reader, node, field).map((item) => text(reader, item, field) ?? '');
  const entries = record(reader, node, field, ['unknown'], ['unknown']);
  return { unknown: text(reader, entries.get('unknown'), `${field}.unknown`) ?? '' };
}

/** What a case of each kind must expect; a boundary case expects what it likes. */
const expectations: Readonly<
  Record<CaseSource['kind'], { readonly fits: (expect: CaseSource['expect']) => boolean; readonly words: Words }>
> = {
  hit: {
    fits: (expect) => !('unknown' in expect) && expect.length > 0,
    words: words('命中的费用或就诊，如 [L1]', 'what is hit, for example [L1]'),
  },
  clear: { fits: (expect) => !('unknown' in expect) && expect.length === 0, words: words('空列表 []', 'an empty list []') },
  unknown: { fits: (expect) => 'unknown' in expect, words: words('{unknown: 原因}', '{unknown: cause}') },
  boundary: { fits: () => true, words: words('预期结果', 'what is expected') },
};

function demands(reader: Reader, node: YamlNode, field: string, kind: CaseSource['kind'], expect: CaseSource['expect']): void {
  const wanted = expectations[kind];
  if (!wanted.fits(expect))
    report(reader, node, field, invalid('unknown' in expect ? `{unknown: ${expect.unknown}}` : `[${expect.join(', ')}]`, wanted.words));
}

const isPlainList = (value: Plain): value is readonly Plain[] => Array.isArray(value);
const isPlainRecord = (value: Plain): value is Readonly<Record<string, Plain>> =>
  value !== null && typeof value === 'object' && !isPlainList(value);

/** The extra knowledge rows of a case or of all cases of a rule. */
export function caseTables(entries: Entries): Readonly<Record<string, Plain>> {
  const value = entries.has('knowledge') ? plain(entries.get('knowledge')) : {};
  return isPlainRecord(value) ? value : {};
}

const plainList = (entries: Entries, key: string): readonly Plain[] => {
  const value = entries.has(key) ? plain(entries.get(key)) : [];
  return isPlainList(value) ? value : [value];
};

/** Reads one case of a rule file. */
export function parseCase(reader: Reader, node: YamlNode, field: string): CaseSource {
  const entries = record(reader, node, field, keys, ['name', 'kind', 'expect', 'history']);
  const kind = choice(reader, entries.get('kind'), `${field}.kind`, caseKinds) ?? 'clear';
  const expect = expectation(reader, entries.get('expect'), `${field}.expect`);
  demands(reader, node, `${field}.expect`, kind, expect);
  const from = entries.has('coverage_from') ? date(reader, entries.get('coverage_from'), `${field}.coverage_from`) : undefined;
  return {
    name: text(reader, entries.get('name'), `${field}.name`) ?? '',
    kind,
    expect,
    history: plainList(entries, 'history'),
    ...(from === undefined ? {} : { coverage_from: from }),
    absent: plainList(entries, 'absent').filter((item) => typeof item === 'string'),
    institutions: plainList(entries, 'institutions'),
    practitioners: plainList(entries, 'practitioners'),
    stock: plainList(entries, 'stock'),
    practitioner_stays: plainList(entries, 'practitioner_stays'),
    knowledge: caseTables(entries),
    at: positionOf(reader, node),
  };
}
