import { isMap } from 'yaml';
import { choice, date, type Entries, list, plain, positionOf, type Reader, record, report, text, type YamlNode } from './reader.ts';
import { type CaseSource, caseKinds, type Plain } from './rule-source.ts';

const keys = ['name', 'kind', 'expect', 'history', 'coverage_from', 'absent', 'institutions', 'practitioners', 'stock', 'practitioner_stays', 'knowledge'];

function expectation(reader: Reader, node: YamlNode, field: string): CaseSource['expect'] {
  if (!isMap(node)) return list(reader, node, field).map((item) => text(reader, item, field) ?? '');
  const entries = record(reader, node, field, ['unknown'], ['unknown']);
  return { unknown: text(reader, entries.get('unknown'), `${field}.unknown`) ?? '' };
}

function demands(reader: Reader, node: YamlNode, field: string, kind: CaseSource['kind'], expect: CaseSource['expect']): void {
  const unknown = 'unknown' in expect;
  if (kind === 'unknown' && !unknown) report(reader, node, field, 'case-expect', 'an unknown case expects a cause', 'write expect: {unknown: <cause>}');
  if (kind === 'hit' && (unknown || expect.length === 0)) report(reader, node, field, 'case-expect', 'a hit case expects what is hit', 'write expect: [L1]');
  if (kind === 'clear' && (unknown || expect.length > 0))
    report(reader, node, field, 'case-expect', 'a clear case expects no hit', 'write expect: [] or make it a boundary case');
}

/** The extra knowledge rows of a case or of all cases of a rule. */
export function caseTables(entries: Entries): Readonly<Record<string, Plain>> {
  const value = entries.has('knowledge') ? plain(entries.get('knowledge')) : {};
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Readonly<Record<string, Plain>>) : {};
}

const plainList = (entries: Entries, key: string): readonly Plain[] => {
  const value = entries.has(key) ? plain(entries.get(key)) : [];
  return Array.isArray(value) ? value : [value as Plain];
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
