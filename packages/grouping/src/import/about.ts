import { type Place, type Problem, parseDay, RefusedInput, type Words, words } from '@hengjian/standard';
import { parseCondition } from '../language/parse.ts';
import { groupingProblems } from '../problems.ts';
import type { Condition } from '../scheme/condition.ts';
import type { Adrg, Switches, Variant } from '../scheme/scheme.ts';
import type { RegisteredAmendment } from './amend.ts';
import { parseAmendments } from './amend.ts';
import type { About } from './raw.ts';
import { kindOfAdrg } from './rows.ts';

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

export interface TemplateAbout {
  readonly about: Omit<About, 'source'>;
  /** Reads the variants once the names of the sets are known. */
  readonly variantsOf: (sets: ReadonlySet<string>) => readonly Variant[];
  readonly amendments: readonly RegisteredAmendment[];
}

const topFields = [
  'id',
  'name',
  'area',
  'effective',
  'code_edition',
  'demonstration',
  'switches',
  'valid_procedures',
  'not_principal',
  'gray',
  'variants',
  'amendments',
];
const entered: readonly Switches['entered_without_group'][] = ['next_mdc', 'stop'];
const weights: readonly Switches['premature_weight'][] = ['birth', 'admission'];

const isNow = (path: string, value: string): Words => words(`${path} 为 \`${value}\``, `${path} is \`${value}\``);

/** Reads fields of the description and gathers what is wrong with them. */
class AboutReader {
  readonly problems: Problem[] = [];
  private readonly root: Fields;
  private readonly file: string;

  constructor(root: Fields, file: string) {
    this.root = root;
    this.file = file;
  }

  problem(field: string, what: Words, expected: Words): void {
    this.problems.push(groupingProblems.problem('scheme-about', { what, expected }, { file: this.file, field }));
  }

  at(path: string): unknown {
    return path.split('.').reduce<unknown>((value, name) => (isFields(value) ? value[name] : undefined), this.root);
  }

  text(path: string, example: string, form = /./): string {
    const value = this.optional(path);
    const expected = words(` ${path}，例如 ${example}`, `${path} as ${example}`);
    if (value === undefined) this.problem(path, words(`缺少 ${path}`, `${path} is missing`), expected);
    else if (!form.test(value)) this.problem(path, isNow(path, value), expected);
    return value ?? '';
  }

  optional(path: string): string | undefined {
    const value = this.at(path);
    return value === undefined || value === null || value === '' ? undefined : String(value).trim();
  }

  day(path: string): string {
    const value = this.text(path, '2026-01-01');
    if (value !== '' && parseDay(value) === undefined) {
      const what = words(`${path} 为 \`${value}\`，不是日期`, `${path} is \`${value}\`, which is no day`);
      this.problem(path, what, words('成 2026-01-01 的形式', 'it as 2026-01-01'));
    }
    return value;
  }

  choice<Value extends string>(path: string, values: readonly Value[], usual: Value): Value {
    const written = this.optional(path);
    const value = written === undefined ? usual : values.find((one) => one === written);
    if (value === undefined)
      this.problem(path, isNow(path, written ?? ''), words(` ${values.join('、')} 之一`, `one of ${values.join(', ')}`));
    return value ?? usual;
  }

  yes(path: string): boolean {
    return this.choice(path, ['true', 'false', '是', '否'], 'false') === 'true' || this.optional(path) === '是';
  }

  /** A misspelt field would otherwise be passed over in silence. */
  unknownFields(): void {
    for (const name of Object.keys(this.root)) {
      if (topFields.includes(name)) continue;
      const known = words(` ${topFields.join('、')} 之一`, `one of ${topFields.join(', ')}`);
      this.problem(name, words(`没有字段 ${name}`, `there is no field ${name}`), known);
    }
  }
}

const conditions = (value: unknown, place: Place, sets: ReadonlySet<string>): Readonly<Record<string, Condition>> | undefined =>
  isFields(value)
    ? Object.fromEntries(Object.entries(value).map(([code, rule]) => [code, parseCondition(String(rule), { ...place, field: code }, sets)]))
    : undefined;

function addedAdrg(value: unknown, place: Place, sets: ReadonlySet<string>): Adrg {
  const fields = isFields(value) ? value : {};
  const [adrg = '', name = '', mdc = '', rule = ''] = ['adrg', 'name', 'mdc', 'rule'].map((field) => String(fields[field] ?? ''));
  const kind = kindOfAdrg(adrg);
  if (kind === undefined || mdc === '') {
    const what = words(`\`${adrg}\` 不是可加的行`, `\`${adrg}\` is no row to add`);
    const expected = words(' adrg、name、mdc 和 rule', 'adrg, name, mdc and rule');
    throw groupingProblems.refused('scheme-about', { what, expected }, { ...place, field: 'add_adrgs' });
  }
  return { adrg, name, mdc, kind, condition: parseCondition(rule, { ...place, field: adrg }, sets) };
}

function variantOf(value: unknown, file: string, sets: ReadonlySet<string>): Variant {
  const fields = isFields(value) ? value : {};
  const name = String(fields.name ?? '');
  const why = String(fields.why ?? '');
  const place = { file, field: `variants ${name}` };
  if (!/^[a-z0-9-]+$/.test(name) || why === '') {
    const what = words('变体缺少名称或理由', 'a variant has no name or no reason');
    const expected = words(' name（小写字母、数字、-）和 why', 'name (small letters, digits, -) and why');
    throw groupingProblems.refused('scheme-about', { what, expected }, place);
  }
  const mdcs = conditions(fields.mdcs, place, sets);
  const adrgs = conditions(fields.adrgs, place, sets);
  const drgs = conditions(fields.drgs, place, sets);
  const added = isList(fields.add_adrgs) ? fields.add_adrgs.map((row) => addedAdrg(row, place, sets)) : undefined;
  return { name, why, ...(mdcs && { mdcs }), ...(adrgs && { adrgs }), ...(drgs && { drgs }), ...(added && { add_adrgs: added }) };
}

/** Nests `name.zh` style keys of a two-column sheet. */
export function nested(pairs: readonly (readonly [string, string])[]): Fields {
  const root: Record<string, unknown> = {};
  for (const [key, value] of pairs) {
    const names = key.split('.');
    const last = names.pop() ?? key;
    let at = root;
    for (const name of names) {
      const next = isFields(at[name]) ? { ...at[name] } : {};
      at[name] = next;
      at = next;
    }
    at[last] = value;
  }
  return root;
}

/**
 * Reads the description of a scheme (scheme.yaml, or the sheet of the same name).
 * @throws {RefusedInput} scheme-about for every field that is missing or wrong; amendment-form.
 */
export function readAbout(content: unknown, file: string): TemplateAbout {
  const reader = new AboutReader(isFields(content) ? content : {}, file);
  reader.unknownFields();
  const to = reader.optional('effective.to');
  const roles = (['valid_procedures', 'not_principal', 'gray'] as const).flatMap((role) => {
    const name = reader.optional(role);
    return name === undefined ? [] : [[role, name] as const];
  });
  const about = {
    id: reader.text('id', 'city-drg-1', /^[a-z0-9][a-z0-9.-]*$/),
    name: { zh: reader.text('name.zh', '某市 DRG 分组方案'), en: reader.text('name.en', 'DRG scheme of the city') },
    area: reader.text('area', '330100', /^\d{6}$/),
    effective: { from: reader.day('effective.from'), ...(to === undefined ? {} : { to: reader.day('effective.to') }) },
    code_edition: {
      diagnosis: reader.text('code_edition.diagnosis', 'ICD-10 医保 2.0 版'),
      procedure: reader.text('code_edition.procedure', 'ICD-9-CM-3 医保 2.0 版'),
    },
    demonstration: reader.yes('demonstration'),
    switches: {
      entered_without_group: reader.choice('switches.entered_without_group', entered, 'next_mdc'),
      premature_weight: reader.choice('switches.premature_weight', weights, 'birth'),
    },
    ...Object.fromEntries(roles),
  };
  if (reader.problems.length > 0) throw new RefusedInput(reader.problems);
  const variants = reader.at('variants');
  const amendments = reader.at('amendments');
  return {
    about,
    variantsOf: (sets) => (isList(variants) ? variants.map((value) => variantOf(value, file, sets)) : []),
    amendments: amendments === undefined ? [] : parseAmendments(amendments, file),
  };
}
