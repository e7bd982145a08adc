import { type CheckedRule, definitionOf, shapes, termColumn } from '@hengjian/rulespec';
import { type Asked, keysOf, nationalFieldOf } from '@hengjian/standard';

export type ReadTable = 'lines' | 'visits' | 'persons' | 'settlements' | 'institution' | 'practitioner' | 'diagnoses' | 'operations';
/** Fields of the working form a rule reads, by table, in order of their names. */
export type RuleReads = Readonly<Partial<Record<ReadTable, readonly string[]>>>;

/** Operators that read a whole table instead of one of its fields. */
const tableOperators: Readonly<Record<string, readonly [ReadTable, string]>> = {
  age_years: ['persons', 'brdy'],
  age_days: ['persons', 'brdy'],
  age_known: ['persons', 'brdy'],
  diagnosed_point: ['diagnoses', 'diag_code'],
  diagnosed_table: ['diagnoses', 'diag_code'],
  diagnoses_known: ['diagnoses', 'diag_code'],
  operated_point: ['operations', 'oprn_oprt_code'],
  operated_table: ['operations', 'oprn_oprt_code'],
  signature: ['lines', 'med_list_codg'],
  readmitted_within: ['visits', 'endtime'],
  operations_known: ['operations', 'oprn_oprt_code'],
  diagnosed_with: ['diagnoses', 'diag_code'],
};

const fieldsOf = (value: unknown): ReadonlyMap<string, unknown> =>
  new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);

function collect(value: unknown, found: Map<string, Set<string>>): void {
  const parts = fieldsOf(value);
  const op = parts.get('op');
  const data = fieldsOf(parts.get('data'));
  const [table, column, of] = [data.get('table'), data.get('column'), data.get('of')];
  const main = data.get('main') === true;
  const add = (name: string, field: string): void => {
    found.set(name, (found.get(name) ?? new Set()).add(field));
  };
  if (op === 'field' && typeof table === 'string' && typeof column === 'string') add(table, column);
  if (op === 'recorded' && of === 'diagnoses') add('diagnoses', main ? 'maindiag_flag' : 'diag_code');
  if (op === 'recorded' && of === 'operations') add('operations', main ? 'main_oprn_flag' : 'oprn_oprt_code');
  const whole = typeof op === 'string' && Object.hasOwn(tableOperators, op) ? tableOperators[op] : undefined;
  if (whole !== undefined) add(...whole);
  for (const part of parts.values()) collect(part, found);
}

const entityFields: Readonly<Record<string, readonly [ReadTable, string]>> = {
  institution: ['visits', 'fixmedins_code'],
  department: ['lines', 'bilg_dept_codg'],
  item: ['lines', 'med_list_codg'],
};

/** What a peer rule reads beside its conditions: entity, sums, and what comparable entities have in common. */
function peerFields(rule: CheckedRule): readonly (readonly [ReadTable, string])[] {
  const { shape } = rule;
  if (shape.kind !== 'peer') return [];
  const table: ReadTable = shape.of === 'line' ? 'lines' : 'visits';
  const practitioner: readonly [ReadTable, string] = shape.of === 'line' ? ['lines', 'bilg_dr_code'] : ['visits', 'chfpdr_code'];
  const sums = [shape.numerator, shape.denominator].flatMap((term) =>
    term === undefined ? [] : (termColumn(shape.of, term.measure)?.column ?? []),
  );
  const peers = shape.peers.flatMap(({ table: own, column }) =>
    own === 'institution' || own === 'practitioner' ? [[own, column] as const] : [],
  );
  return [entityFields[shape.entity] ?? practitioner, ...sums.map((column) => [table, column] as const), ...peers];
}

/** Which fields the conditions of a rule read. */
export function ruleReads(rule: CheckedRule): RuleReads {
  const found = new Map<string, Set<string>>();
  collect([rule.where, rule.needs, rule.shape, rule.exceptions, rule.amount], found);
  for (const [table, column] of peerFields(rule)) found.set(table, (found.get(table) ?? new Set()).add(column));
  if (rule.source.payment_scope) found.set('lines', (found.get('lines') ?? new Set()).add('inscp_amt'));
  return Object.fromEntries([...found].map(([table, columns]) => [table, [...columns].sort()]));
}

/** What a rule needs of a lake, for the readiness part of the quality report. */
export interface RuleNeeds {
  readonly id: string;
  readonly name: string;
  readonly name_en: string;
  /** National `table.field` names. */
  readonly needs: readonly string[];
  /** What the audit asks of an institution's deliveries before it judges the rule there: columns of which one is enough. */
  readonly asks: readonly Asked[];
  readonly reach?: 'city' | 'institution';
}

/**
 * What the deliveries of an institution must carry for a rule to be judged there, from the same record as the audit: what
 * it asks of every subject. What it asks of some only does not keep it from running.
 */
export function ruleAsks(rule: CheckedRule): readonly Asked[] {
  const lines: readonly Asked[] =
    definitionOf(rule.shape, shapes).rows.of(rule.shape) === 'line' ? [[{ table: 'lines', column: 'med_list_codg' }]] : [];
  const asked = rule.asks.flatMap(({ test }): readonly Asked[] => (test.op === 'carried' ? [test.data.any] : []));
  const all = [...lines, ...asked];
  return all.filter((any, at) => all.findIndex((other) => JSON.stringify(other) === JSON.stringify(any)) === at);
}

/** Registers behind what a rule may lack, by the words of `needs`. */
const registers: Readonly<Record<string, string>> = {
  enrolments: 'psn_insu_d.begndate',
  stock: 'stoc_chg_d.inv_chg_type',
  practitioner_stays: 'dr_info_b.psn_no',
};
const walkKeys: Readonly<Record<string, string>> = { trace_code: 'fee_list_d.drug_trac_codg', invoice: 'setl_d.invono' };

export function ruleNeeds(rules: readonly CheckedRule[]): RuleNeeds[] {
  return rules.map((rule) => {
    const reads = ruleReads(rule);
    const fields = keysOf(reads).flatMap((table) => (reads[table] ?? []).map((column) => nationalFieldOf(table, column)));
    const others = [walkKeys[rule.source.by], ...rule.needs.map((need) => registers[need.cause])];
    const needs = [...new Set([...fields, ...others].filter((field) => field !== undefined))].sort();
    const { reach } = rule;
    return {
      id: rule.source.id,
      name: rule.source.name.zh,
      name_en: rule.source.name.en,
      needs,
      asks: ruleAsks(rule),
      ...(reach === 'city' || reach === 'institution' ? { reach } : {}),
    };
  });
}
