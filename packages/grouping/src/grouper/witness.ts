import type { GroupingCase } from '../case/case.ts';
import { isCategory, stemOf } from '../scheme/codes.ts';
import { type CodeField, type Condition, type NumberField, numberFields } from '../scheme/condition.ts';
import type { Adrg, Drg, Mdc, Scheme } from '../scheme/scheme.ts';
import { compileGrouper } from './compile.ts';
import type { Grouper } from './grouper.ts';

/** Bounds of a number as far as conditions have narrowed it. */
interface Range {
  readonly low: number;
  readonly high: number;
}

/** What a witness must have so far. Codes may still be open: each asks for a member of some sets and of none of others. */
interface Sketch {
  readonly principal: readonly Asked[];
  readonly main: readonly Asked[];
  readonly otherDx: readonly Asked[];
  readonly otherProcedures: readonly Asked[];
  readonly numbers: Readonly<Partial<Record<NumberField, Range>>>;
  readonly department: string;
  readonly discharge: string;
}
interface Asked {
  readonly sets: readonly string[];
}

const empty: Sketch = { principal: [], main: [], otherDx: [], otherProcedures: [], numbers: {}, department: '', discharge: '' };
const place = {
  principal_dx: 'principal',
  other_dx: 'otherDx',
  main_procedure: 'main',
  other_procedure: 'otherProcedures',
} as const satisfies Record<CodeField, keyof Sketch>;

const narrow = (sketch: Sketch, field: NumberField, low: number, high: number): readonly Sketch[] => {
  const old = sketch.numbers[field] ?? { low: 0, high: Number.POSITIVE_INFINITY };
  const range = { low: Math.max(old.low, low), high: Math.min(old.high, high) };
  return range.low > range.high ? [] : [{ ...sketch, numbers: { ...sketch.numbers, [field]: range } }];
};

const ask = (sketch: Sketch, field: CodeField, sets: readonly string[]): Sketch => ({
  ...sketch,
  [place[field]]: [...sketch[place[field]], { sets }],
});

/** Ways to make a condition hold, few of them. What must not hold is left to the trial. */
function ways(condition: Condition, sketch: Sketch): readonly Sketch[] {
  switch (condition.op) {
    case 'always':
    case 'not':
    case 'severity':
      return [sketch];
    case 'and':
      return condition.of.reduce<readonly Sketch[]>((sketches, part) => sketches.flatMap((one) => ways(part, one)).slice(0, 24), [sketch]);
    case 'or':
      return condition.of.flatMap((part) => ways(part, sketch));
    case 'in':
      return condition.fields.map((field) => ask(sketch, field, condition.sets));
    case 'count': {
      const field = condition.fields.at(-1) ?? 'other_dx';
      const needed = condition.compare === '>' ? condition.value + 1 : condition.value;
      return [Array.from({ length: Math.min(needed, 5) }).reduce<Sketch>((one) => ask(one, field, condition.sets), sketch)];
    }
    case 'sets': {
      const [head = 'principal_dx', ...rest] = condition.fields;
      const tail = rest.at(-1) ?? head;
      const needed = Math.max(1, condition.compare === '>' ? condition.value + 1 : condition.value);
      return condition.sets.map((_, start) => {
        const turned = [...condition.sets.slice(start), ...condition.sets.slice(0, start)];
        return Array.from({ length: needed }).reduce<Sketch>((one, _unused, index) => {
          const at = index % turned.length;
          return ask(one, index === 0 ? head : tail, turned.slice(at, at + 1));
        }, sketch);
      });
    }
    case 'compare':
      switch (condition.compare) {
        case '=':
          return narrow(sketch, condition.field, condition.value, condition.value);
        case '<':
          return narrow(sketch, condition.field, 0, condition.value - 1);
        case '<=':
          return narrow(sketch, condition.field, 0, condition.value);
        case '>':
          return narrow(sketch, condition.field, condition.value + 1, Number.POSITIVE_INFINITY);
        default:
          return narrow(sketch, condition.field, condition.value, Number.POSITIVE_INFINITY);
      }
    case 'one_of':
      return condition.values.map((value) => ({ ...sketch, [condition.field === 'department' ? 'department' : 'discharge']: value }));
  }
}

/** Members of sets, those of all sets asked for at one place. Categories stand for a code of their own kind. */
class Members {
  readonly #scheme: Scheme;
  readonly #catalogue: { readonly diagnoses: readonly string[]; readonly procedures: readonly string[] };
  readonly #known = new Map<string, readonly string[]>();

  constructor(scheme: Scheme) {
    this.#scheme = scheme;
    this.#catalogue = { diagnoses: Object.keys(scheme.diagnoses), procedures: Object.keys(scheme.procedures) };
  }

  /** Codes a member of a set may be written as: the code, or what the catalogue has below a category, else an invented code of it. */
  #codes(member: string, kind: 'diagnoses' | 'procedures'): readonly string[] {
    if (!isCategory(member)) return [member];
    const stem = stemOf(member);
    const listed = this.#catalogue[kind].filter((code) => code.startsWith(stem));
    return listed.length > 0 ? listed.slice(0, 4) : [`${stem}${stem.length === 3 && kind === 'diagnoses' ? '.900' : '00'}`];
  }

  union(sets: readonly string[], kind: 'diagnoses' | 'procedures'): readonly string[] {
    const key = `${kind} ${sets.join('|')}`;
    let codes = this.#known.get(key);
    if (codes === undefined) {
      codes = [...new Set(sets.flatMap((set) => this.#scheme.sets[set] ?? []).flatMap((member) => this.#codes(member, kind)))];
      this.#known.set(key, codes);
    }
    return codes;
  }

  /** Codes that meet everything asked at one place. */
  meeting(asked: readonly Asked[], kind: 'diagnoses' | 'procedures'): readonly string[] {
    const [head, ...rest] = asked.map((one) => this.union(one.sets, kind));
    if (head === undefined) return [];
    const others = rest.map((codes) => new Set(codes));
    return head.filter((code) => others.every((codes) => codes.has(code)));
  }
}

const defaults: Readonly<Record<NumberField, number>> = {
  age: 45,
  age_days: 45 * 365,
  sex: 1,
  birth_weight: 3200,
  admission_weight: 3200,
  los: 8,
  icu_hours: 0,
  ventilator_hours: 0,
};

function numbersOf(sketch: Sketch): Record<NumberField, number> {
  const value = (field: NumberField): number => {
    const range = sketch.numbers[field];
    const usual = defaults[field];
    if (range === undefined) return usual;
    return usual < range.low ? range.low : usual > range.high ? range.high : usual;
  };
  const numbers = { ...defaults };
  for (const field of numberFields) numbers[field] = value(field);
  const young = sketch.numbers.age_days !== undefined && numbers.age_days < 365;
  if (young) numbers.age = Math.floor(numbers.age_days / 365);
  else if (sketch.numbers.age !== undefined) numbers.age_days = numbers.age === 0 ? 200 : numbers.age * 365 + Math.floor(numbers.age / 4);
  return numbers;
}

/** A limited number of codes spread over a list, so that one that an earlier row takes is not the only one tried. */
function spread(codes: readonly string[], count: number): readonly string[] {
  if (codes.length <= count) return codes;
  const taken = new Set(Array.from({ length: count }, (_, index) => Math.floor((index * codes.length) / count)));
  return codes.filter((_, at) => taken.has(at));
}

export interface Witnesses {
  /** A case for each group that was reached. */
  readonly found: ReadonlyMap<string, GroupingCase>;
  /** Groups that no tried case reaches. */
  readonly missing: readonly string[];
}

/** Codes tried at the first place of a group, from few to many. */
const efforts = [12, 400, Number.POSITIVE_INFINITY] as const;

class Search {
  readonly #scheme: Scheme;
  readonly #grouper: Grouper;
  readonly #members: Members;
  readonly #severe: Readonly<Record<'MCC' | 'CC', readonly string[]>>;
  readonly found = new Map<string, GroupingCase>();

  constructor(scheme: Scheme) {
    this.#scheme = scheme;
    this.#grouper = compileGrouper(scheme);
    this.#members = new Members(scheme);
    const severe = (level: 'MCC' | 'CC'): readonly string[] => {
      const byTable = new Map<string, string>();
      for (const one of scheme.severity) {
        if (one.level === level && !byTable.has(one.table))
          byTable.set(one.table, isCategory(one.code) ? `${stemOf(one.code)}.900` : one.code);
      }
      return [...byTable.values()].slice(0, 12);
    };
    this.#severe = { MCC: severe('MCC'), CC: severe('CC') };
  }

  /** Secondary diagnoses that bring each level of severity, and none. */
  #companions(principal: string, own: readonly string[]): readonly (readonly string[])[] {
    const tables = new Map(this.#scheme.severity.map((one) => [one.code, one.table]));
    const free = (codes: readonly string[]): readonly string[] =>
      codes.filter((code) => !(this.#scheme.exclusions[tables.get(code) ?? ''] ?? []).includes(principal)).slice(0, 2);
    const single = [...free(this.#severe.MCC), ...free(this.#severe.CC)];
    return [[...own], ...single.map((code) => [...own, code])];
  }

  #try(one: GroupingCase): void {
    const result = this.#grouper.group(one);
    if (result.status !== 'invalid' && result.drg !== '' && !this.found.has(result.drg))
      this.found.set(result.drg, { ...one, id: result.drg });
  }

  search(mdc: Mdc, adrg: Adrg, drgs: readonly Drg[], effort: number): void {
    const wanted = drgs.map((row) => row.drg);
    const reached = (): boolean => wanted.every((group) => this.found.has(group));
    for (const drg of drgs) {
      if (this.found.has(drg.drg)) continue;
      const sketches = ways(mdc.condition, empty)
        .flatMap((one) => ways(adrg.condition, one))
        .flatMap((one) => ways(drg.condition, one));
      for (const sketch of sketches.slice(0, 60)) {
        this.#fill(sketch, effort, reached);
        if (reached()) return;
      }
    }
  }

  #fill(sketch: Sketch, effort: number, reached: () => boolean): void {
    const principals =
      sketch.principal.length === 0 ? this.#anyPrincipal() : spread(this.#members.meeting(sketch.principal, 'diagnoses'), effort);
    const mains =
      sketch.main.length === 0
        ? ['']
        : spread(this.#members.meeting(sketch.main, 'procedures'), sketch.principal.length === 0 ? effort : Math.max(6, effort / 100));
    const pick = (asked: readonly Asked[], kind: 'diagnoses' | 'procedures', shift: number): string[] =>
      asked.map((one, index) => {
        const codes = this.#members.union(one.sets, kind);
        return codes[(index + shift) % Math.max(1, codes.length)] ?? '';
      });
    const numbers = numbersOf(sketch);
    const sexes: readonly (1 | 2)[] = sketch.numbers.sex === undefined ? [1, 2] : [numbers.sex === 2 ? 2 : 1];
    for (const principal of principals) {
      for (const main of mains) {
        for (const shift of [0, 7]) {
          const others = pick(sketch.otherDx, 'diagnoses', shift).filter((code) => code !== '');
          const more = pick(sketch.otherProcedures, 'procedures', shift).filter((code) => code !== '');
          for (const companions of this.#companions(principal, others)) {
            for (const gender of sexes) {
              this.#try({
                id: '',
                gender,
                age: numbers.age,
                age_days: numbers.age_days,
                birth_weight: numbers.age === 0 ? numbers.birth_weight : null,
                admission_weight:
                  numbers.age === 0 ? (sketch.numbers.birth_weight === undefined ? numbers.admission_weight : numbers.birth_weight) : null,
                department: sketch.department,
                los: numbers.los,
                discharge_mode: sketch.discharge === '' ? '1' : sketch.discharge,
                icu_hours: numbers.icu_hours,
                ventilator_hours: numbers.ventilator_hours,
                diagnoses: [principal, ...companions],
                procedures: main === '' ? more : [main, ...more],
              });
            }
          }
          if (reached()) return;
          if (sketch.otherDx.length + sketch.otherProcedures.length === 0) break;
        }
      }
    }
  }

  /** Principal diagnoses that enter some MDC by themselves. */
  #anyPrincipal(): readonly string[] {
    const sets = this.#scheme.mdcs.flatMap(({ condition }) => {
      const parts = condition.op === 'and' ? condition.of : [condition];
      return parts.flatMap((part) =>
        part.op === 'in' && part.fields.includes('principal_dx') ? [this.#members.union(part.sets, 'diagnoses')] : [],
      );
    });
    return sets.flatMap((codes) => spread(codes, 2));
  }
}

/**
 * Looks for a case that reaches each group: the coverage gate. Conditions are turned into sketches of a case, open places
 * are filled with members of the sets, and the grouper says where it goes. Deterministic; what is missing may be
 * unreachable or only not found.
 */
export function witnesses(scheme: Scheme): Witnesses {
  const search = new Search(scheme);
  const drgsOf = Map.groupBy(scheme.drgs, (row) => row.adrg);
  const mdcs = new Map(scheme.mdcs.map((row) => [row.mdc, row]));
  const groups = scheme.adrgs.map((adrg) => ({
    adrg,
    mdc: mdcs.get(adrg.mdc),
    drgs:
      adrg.kind === 'ambiguous' || adrg.kind === 'entered'
        ? [{ drg: adrg.adrg, name: adrg.name, adrg: adrg.adrg, condition: { op: 'always' as const }, split: '' }]
        : (drgsOf.get(adrg.adrg) ?? []),
  }));
  for (const effort of efforts) {
    for (const { adrg, mdc, drgs } of groups) if (mdc !== undefined) search.search(mdc, adrg, drgs, effort);
  }
  const wanted = groups.flatMap(({ drgs }) => drgs.map((row) => row.drg));
  return { found: search.found, missing: wanted.filter((group) => !search.found.has(group)) };
}
