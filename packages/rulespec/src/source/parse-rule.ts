import { inputProblems, isBlankText, type Problem, words } from '@hengjian/standard';
import { isMap } from 'yaml';
import { invalid, missing, rulespecProblems } from '../problems.ts';
import type { ShapeDefinition, Shapes } from '../shapes/definition.ts';
import { shapes } from '../shapes/registry.ts';
import { caseTables, parseCase } from './parse-case.ts';
import {
  area,
  choice,
  date,
  type Entries,
  expression,
  flag,
  freeRecord,
  integer,
  list,
  openReader,
  optional,
  positionOf,
  type Reader,
  record,
  report,
  text,
  type YamlNode,
} from './reader.ts';
import type { AmountSource, Basis, ExceptionSource, ParameterSource, ParameterValue, RuleSource } from './rule-source.ts';
import {
  decisives,
  type ExceptionEffect,
  levelScales,
  methods,
  type Names,
  objects,
  overrides,
  owners,
  parameterTypes,
  reaches,
  results,
  stages,
  walks,
} from './vocabulary.ts';

/** Keys that every rule must have. */
export const requiredKeys: readonly string[] = [
  'id',
  'version',
  'name',
  'class',
  'object',
  'result',
  'appealable',
  'override',
  'stages',
  'scenes',
  'basis',
  'effective',
  'decisive',
  'owner',
  'shape',
  'amount',
  'message',
  'cases',
];
const optionalKeys = [
  'official_code',
  'official_number',
  'level_scale',
  'payment_scope',
  'person_owed',
  'by',
  'reach',
  'params',
  'needs',
  'where',
  'exceptions',
  'knowledge',
];
/** Keys that every rule may have, whatever its shape. */
export const commonKeys: readonly string[] = [...requiredKeys, ...optionalKeys];

function names(reader: Reader, node: YamlNode, field: string): Names {
  const entries = record(reader, node, field, ['zh', 'en'], ['zh', 'en']);
  return { zh: read(reader, entries, 'zh', field, text) ?? '', en: read(reader, entries, 'en', field, text) ?? '' };
}

function read<T>(
  reader: Reader,
  entries: Entries,
  key: string,
  parent: string,
  parse: (reader: Reader, node: YamlNode, field: string) => T | undefined,
): T | undefined {
  return entries.has(key) ? parse(reader, entries.get(key), parent === '' ? key : `${parent}.${key}`) : undefined;
}

function basis(reader: Reader, node: YamlNode, field: string): Basis {
  const keys = ['document', 'number', 'article', 'area', 'from', 'to', 'certainty'];
  const entries = record(reader, node, field, keys, ['document', 'article', 'area', 'from', 'certainty']);
  return {
    document: read(reader, entries, 'document', field, text) ?? '',
    ...optional('number', read(reader, entries, 'number', field, text)),
    article: read(reader, entries, 'article', field, text) ?? '',
    area: read(reader, entries, 'area', field, area) ?? '000000',
    from: read(reader, entries, 'from', field, date) ?? 0,
    ...optional('to', read(reader, entries, 'to', field, date)),
    certainty:
      read(reader, entries, 'certainty', field, (own, inner, name) => choice(own, inner, name, ['cited', 'inferred'] as const)) ??
      'inferred',
  };
}

function parameterValue(reader: Reader, node: YamlNode, field: string): ParameterValue {
  const entries = record(reader, node, field, ['from', 'area', 'value'], ['from', 'value']);
  return {
    from: read(reader, entries, 'from', field, date) ?? 0,
    area: read(reader, entries, 'area', field, area) ?? '000000',
    text: read(reader, entries, 'value', field, text) ?? '',
    at: positionOf(reader, node),
  };
}

function parameter(reader: Reader, name: string, node: YamlNode): ParameterSource | undefined {
  const field = `params.${name}`;
  const entries = record(reader, node, field, ['type', 'of', 'values'], ['type', 'values']);
  const type = read(reader, entries, 'type', field, (own, inner, inField) => choice(own, inner, inField, parameterTypes));
  const values = read(reader, entries, 'values', field, list) ?? [];
  if (values.length === 0) report(reader, node, field, rulespecProblems.problem('parameter-unset', { name }));
  if (type === undefined) return undefined;
  if (type === 'code' && !entries.has('of')) report(reader, node, field, missing('of'));
  const of = read(reader, entries, 'of', field, text);
  return {
    name,
    type,
    ...optional('of', of),
    values: values.map((value, index) => parameterValue(reader, value, `${field}.values.${index}`)),
    at: positionOf(reader, node),
  };
}

function effect(reader: Reader, node: YamlNode, field: string): ExceptionEffect | undefined {
  if (!isMap(node)) return choice(reader, node, field, ['clear', 'lower'] as const);
  const cap = read(reader, record(reader, node, field, ['cap'], ['cap']), 'cap', field, integer);
  return cap === undefined ? undefined : { cap };
}

function exception(reader: Reader, node: YamlNode, field: string): ExceptionSource | undefined {
  const entries = record(reader, node, field, ['when', 'needs', 'basis', 'effect'], ['when', 'basis', 'effect']);
  const when = read(reader, entries, 'when', field, expression);
  const result = read(reader, entries, 'effect', field, effect);
  const needs = entries.has('needs') ? expressions(reader, entries.get('needs'), `${field}.needs`) : [];
  const why = read(reader, entries, 'basis', field, text) ?? '';
  return when === undefined || result === undefined ? undefined : { when, needs, basis: why, effect: result };
}

const expressions = (reader: Reader, node: YamlNode, field: string) =>
  list(reader, node, field)
    .map((item) => expression(reader, item, field))
    .filter((item) => item !== undefined);

function amount(reader: Reader, node: YamlNode): AmountSource {
  const entries = record(reader, node, 'amount', ['method', 'excess', 'cap', 'difference'], ['method']);
  return {
    method: read(reader, entries, 'method', 'amount', (own, inner, field) => choice(own, inner, field, methods)) ?? 'none',
    ...optional('excess', read(reader, entries, 'excess', 'amount', expression)),
    ...optional('cap', read(reader, entries, 'cap', 'amount', expression)),
    ...optional('difference', read(reader, entries, 'difference', 'amount', expression)),
    at: positionOf(reader, node),
  };
}

function choices<T extends string>(reader: Reader, node: YamlNode, field: string, values: readonly T[]): T[] {
  return list(reader, node, field)
    .map((item) => choice(reader, item, field, values))
    .filter((item) => item !== undefined);
}

function head(reader: Reader, entries: Entries) {
  const classes = record(reader, entries.get('class'), 'class', ['category', 'group'], ['category', 'group']);
  return {
    id: read(reader, entries, 'id', '', text) ?? '',
    version: read(reader, entries, 'version', '', integer) ?? 0,
    ...optional('official_code', read(reader, entries, 'official_code', '', text)),
    ...optional('official_number', read(reader, entries, 'official_number', '', integer)),
    name: names(reader, entries.get('name'), 'name'),
    class: { category: read(reader, classes, 'category', 'class', text) ?? '', group: read(reader, classes, 'group', 'class', text) ?? '' },
    object: read(reader, entries, 'object', '', (own, node, field) => choice(own, node, field, objects)) ?? 'item',
    result: read(reader, entries, 'result', '', (own, node, field) => choice(own, node, field, results)) ?? 'suspicious',
    appealable: read(reader, entries, 'appealable', '', flag) ?? true,
    override: read(reader, entries, 'override', '', (own, node, field) => choice(own, node, field, overrides)) ?? 'never',
    stages: choices(reader, entries.get('stages'), 'stages', stages),
    scenes: list(reader, entries.get('scenes'), 'scenes')
      .map((node) => text(reader, node, 'scenes'))
      .filter((scene) => scene !== undefined),
    basis: list(reader, entries.get('basis'), 'basis').map((node, index) => basis(reader, node, `basis.${index}`)),
  };
}

function timing(reader: Reader, entries: Entries) {
  const effective = record(reader, entries.get('effective'), 'effective', ['from', 'to'], ['from']);
  return {
    effective: {
      from: read(reader, effective, 'from', 'effective', date) ?? 0,
      ...optional('to', read(reader, effective, 'to', 'effective', date)),
    },
    decisive: read(reader, entries, 'decisive', '', (own, node, field) => choice(own, node, field, decisives)) ?? 'service',
    owner: read(reader, entries, 'owner', '', (own, node, field) => choice(own, node, field, owners)) ?? 'treatment',
    ...optional(
      'level_scale',
      read(reader, entries, 'level_scale', '', (own, node, field) => choice(own, node, field, levelScales)),
    ),
    payment_scope: read(reader, entries, 'payment_scope', '', flag) ?? false,
    person_owed: read(reader, entries, 'person_owed', '', flag) ?? false,
    by: read(reader, entries, 'by', '', (own, node, field) => choice(own, node, field, walks)) ?? 'person',
    ...optional(
      'reach',
      read(reader, entries, 'reach', '', (own, node, field) => choice(own, node, field, reaches)),
    ),
  };
}

function content(reader: Reader, entries: Entries, node: YamlNode, { form }: ShapeDefinition) {
  const params = entries.has('params')
    ? [...freeRecord(reader, entries.get('params'), 'params')].map(([name, value]) => parameter(reader, name, value))
    : [];
  const exceptions = entries.has('exceptions')
    ? list(reader, entries.get('exceptions'), 'exceptions').map((item, index) => exception(reader, item, `exceptions.${index}`))
    : [];
  return {
    params: params.filter((item) => item !== undefined),
    needs: entries.has('needs') ? expressions(reader, entries.get('needs'), 'needs') : [],
    ...optional('where', read(reader, entries, 'where', '', expression)),
    shape: form.parse(reader, entries, node),
    exceptions: exceptions.filter((item) => item !== undefined),
    amount: amount(reader, entries.get('amount')),
    message: names(reader, entries.get('message'), 'message'),
    knowledge: caseTables(entries),
    cases: list(reader, entries.get('cases'), 'cases').map((item, index) => parseCase(reader, item, `cases.${index}`)),
  };
}

function shapeOf(reader: Reader, root: YamlNode, known: Shapes): ShapeDefinition | undefined {
  if (!isMap(root)) return report(reader, root, 'rule', invalid('', words('映射', 'a mapping')));
  const node = root.get('shape', true);
  if (node === undefined) return report(reader, root, 'shape', missing('shape'));
  const kind = choice(reader, node, 'shape', Object.keys(known));
  return kind === undefined ? undefined : known[kind];
}

/** Ids name files and stand in addresses and reports. */
const idText = /^[\p{L}\p{N}][\p{L}\p{N}_-]{0,63}$/u;

function demands(reader: Reader, root: YamlNode, rule: RuleSource, withCases: boolean): void {
  if (!idText.test(rule.id))
    report(
      reader,
      root,
      'id',
      invalid(
        rule.id,
        words(
          '以文字或数字开头的文字、数字、“_”和“-”，至多 64 个',
          'letters, digits, _ and -, at most 64, beginning with a letter or digit',
        ),
      ),
    );
  if (withCases && rule.cases.length === 0) report(reader, root, 'cases', missing('cases'));
  if (rule.basis.length === 0) report(reader, root, 'basis', missing('basis'));
  if (rule.result === 'violation' && rule.basis.length > 0 && !rule.basis.some((item) => item.certainty === 'cited'))
    report(reader, root, 'basis', rulespecProblems.problem('rule-uncited', {}));
  if (rule.effective.to !== undefined && rule.effective.to < rule.effective.from)
    report(reader, root, 'effective', rulespecProblems.problem('dates-reversed', { start: 'effective.from', end: 'effective.to' }));
}

/** The text with an empty list in place of the block under `cases:`; every other line stays where it is. */
function withoutCases(source: string): string {
  const lines = source.split('\n');
  const from = lines.findIndex((line) => /^cases:\s*$/.test(line));
  if (from < 0) return source;
  const next = lines.findIndex((line, index) => index > from && /^[A-Za-z_]/.test(line));
  const to = next < 0 ? lines.length : next;
  return lines.map((line, index) => (index === from ? 'cases: []' : index > from && index < to ? '' : line)).join('\n');
}

export interface ParseOptions {
  /** Whether cases are read and demanded; default true. They judge nothing, and are most of the text of a rule. */
  readonly cases?: boolean;
  /** Shapes that the rule may have; default those of the language. */
  readonly shapes?: Shapes;
}

/**
 * Parses one rule file.
 *
 * @example parseRule(readFileSync('library/rules/N07.yaml', 'utf8'), 'library/rules/N07.yaml').problems
 */
export function parseRule(source: string, file: string, options: ParseOptions = {}): { rule?: RuleSource; problems: readonly Problem[] } {
  const withCases = options.cases ?? true;
  if (isBlankText(source)) return { problems: [inputProblems.problem('file-empty', {}, { file })] };
  const { reader, root } = openReader(withCases ? source : withoutCases(source), file);
  if (reader.problems.length > 0) return { problems: reader.problems };
  const definition = shapeOf(reader, root, options.shapes ?? shapes);
  if (definition === undefined) return { problems: reader.problems };
  const { keys, required } = definition.form;
  const entries = record(reader, root, 'rule', [...commonKeys, ...Object.keys(keys)], [...requiredKeys, ...required]);
  if (reader.problems.length > 0) return { problems: reader.problems };
  const rule: RuleSource = {
    file,
    ...head(reader, entries),
    ...timing(reader, entries),
    ...content(reader, entries, root, definition),
    at: positionOf(reader, root),
  };
  demands(reader, root, rule, withCases);
  return reader.problems.length > 0 ? { problems: reader.problems } : { rule, problems: [] };
}
