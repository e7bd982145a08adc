import { words } from '@hengjian/standard';
import { type JsonReader, jsonReader } from '@hengjian/stored';
import { Type } from 'typebox';
import { properties } from '../dip/case.ts';
import type { DipCatalogue } from '../dip/catalogue.ts';
import { ruleLayers } from '../dip/parameters.ts';
import { codeFields, comparisons, numberFields, textFields } from './condition.ts';
import type { Scheme } from './scheme.ts';

const text = Type.String();
const texts = Type.Array(text);
const whole = Type.Integer();
const byName = Type.Record(text, text);
const both = Type.Object({ zh: text, en: text });
const period = Type.Object({ from: text, to: Type.Optional(text) });
const edition = Type.Object({ diagnosis: text, procedure: text });
const sets = Type.Record(text, texts);
const severity = Type.Enum(['MCC', 'CC']);
const overCodes = {
  fields: Type.Array(Type.Enum(codeFields)),
  sets: texts,
  compare: Type.Enum(comparisons),
  value: Type.Number(),
};

const condition = Type.Cyclic(
  {
    Condition: Type.Union([
      Type.Object({ op: Type.Literal('always') }),
      Type.Object({ op: Type.Enum(['and', 'or']), of: Type.Array(Type.Ref('Condition')) }),
      Type.Object({ op: Type.Literal('not'), of: Type.Ref('Condition') }),
      Type.Object({ op: Type.Literal('in'), fields: overCodes.fields, sets: overCodes.sets }),
      Type.Object({ op: Type.Literal('count'), ...overCodes }),
      Type.Object({ op: Type.Literal('sets'), ...overCodes }),
      Type.Object({ op: Type.Literal('severity'), levels: Type.Array(severity) }),
      Type.Object({
        op: Type.Literal('compare'),
        field: Type.Enum(numberFields),
        compare: overCodes.compare,
        value: overCodes.value,
      }),
      Type.Object({ op: Type.Literal('one_of'), field: Type.Enum(textFields), values: texts }),
    ]),
  },
  'Condition',
);

const adrg = Type.Object({
  adrg: text,
  name: text,
  mdc: text,
  kind: Type.Enum(['surgical', 'procedure', 'ambiguous', 'medical', 'entered']),
  condition,
});
const conditions = Type.Optional(Type.Record(text, condition));

const schemeForm = Type.Object({
  id: text,
  kind: Type.Literal('drg'),
  name: both,
  area: text,
  effective: period,
  code_edition: edition,
  demonstration: Type.Boolean(),
  source: Type.Array(Type.Object({ file: text, sha256: text })),
  switches: Type.Object({
    entered_without_group: Type.Enum(['next_mdc', 'stop']),
    premature_weight: Type.Enum(['birth', 'admission']),
  }),
  mdcs: Type.Array(Type.Object({ mdc: text, name: text, condition })),
  adrgs: Type.Array(adrg),
  drgs: Type.Array(Type.Object({ drg: text, name: text, adrg: text, condition, split: text, weight: Type.Optional(whole) })),
  sets,
  severity: Type.Array(Type.Object({ code: text, level: severity, table: text })),
  exclusions: sets,
  diagnoses: byName,
  procedures: byName,
  other_editions: Type.Optional(Type.Object({ diagnoses: byName, procedures: byName })),
  valid_procedures: Type.Optional(text),
  not_principal: Type.Optional(text),
  gray: Type.Optional(text),
  amendments: Type.Array(Type.Object({ id: text, what: text, why: text, source: text })),
  variants: Type.Array(
    Type.Object({
      name: text,
      why: text,
      mdcs: conditions,
      adrgs: conditions,
      drgs: conditions,
      add_adrgs: Type.Optional(Type.Array(adrg)),
    }),
  ),
  ungrouped: text,
});

const auxiliaryLevel = Type.Object({
  level: text,
  name: both,
  condition: Type.Optional(condition),
  charlson: Type.Optional(Type.Object({ from: whole, to: Type.Optional(whole) })),
  costly: Type.Optional(Type.Object({ times: whole, part: Type.Enum(['drug', 'treatment']), share: whole })),
});

const auxiliary = Type.Object({
  disease_cases: whole,
  subtype_cases: whole,
  variation_fall: whole,
  charlson: Type.Array(Type.Object({ condition: text, name: both, weight: whole, codes: texts, replaced_by: text })),
  types: Type.Array(Type.Object({ type: text, name: both, scope: Type.Optional(condition), levels: Type.Array(auxiliaryLevel) })),
});

const dipParameters = Type.Object({
  id: text,
  name: both,
  area: text,
  effective: period,
  code_edition: edition,
  demonstration: Type.Boolean(),
  years: Type.Array(Type.Object({ year: whole, weight: whole })),
  excluded_diagnoses: texts,
  excluded_procedures: texts,
  simple_procedures: texts,
  procedure_kinds: Type.Object({ surgery: texts, therapeutic: texts, diagnostic: texts }),
  unlisted_procedure: Type.Enum(properties),
  sets,
  rules: Type.Array(
    Type.Object({
      code: text,
      layer: Type.Enum(ruleLayers),
      name: both,
      condition,
      by: Type.Enum(['rule', 'category', 'diagnosis']),
    }),
  ),
  threshold: Type.Union([
    Type.Object({ kind: Type.Literal('cases'), cases: whole }),
    Type.Object({ kind: Type.Literal('coverage'), share: whole, least: whole }),
  ]),
  rule_cases: whole,
  related_increase: whole,
  composite: Type.Object({ cases: whole, variation: whole }),
  tie: Type.Enum(['most_cases', 'highest_cost', 'lowest_cost']),
  value: Type.Object({ scale: whole, reference: Type.Optional(text) }),
  levels: Type.Array(Type.Object({ level: text, codes: texts })),
  basic: Type.Object({ cases: whole, variation: whole, share: whole, levels: texts }),
  auxiliary,
  deviation: Type.Object({ very_low: whole, very_high: whole, level_cases: whole }),
});

const dipGroup = Type.Object({
  code: text,
  kind: Type.Enum([...ruleLayers, 'core', 'composite']),
  rule: text,
  diagnosis: text,
  procedure: text,
  related: texts,
  property: Type.Enum([...properties, '']),
  order: whole,
  cases: whole,
  weighted_cases: whole,
  mean_fen: whole,
  variation: whole,
  value: whole,
  drug_value: Type.Union([whole, Type.Null()]),
  consumable_value: Type.Union([whole, Type.Null()]),
  basic: Type.Boolean(),
  levels: Type.Array(Type.Object({ level: text, cases: whole, mean_fen: whole })),
  auxiliary: Type.Array(Type.Object({ type: text, level: text, cases: whole, coefficient: whole })),
});

const catalogueForm = Type.Object({
  id: text,
  kind: Type.Literal('dip'),
  parameters: dipParameters,
  threshold: whole,
  mean_fen: whole,
  groups: Type.Array(dipGroup),
  report: Type.Object({
    cases: whole,
    outside_years: whole,
    invalid: whole,
    excluded: whole,
    by_kind: Type.Object({ pre: whole, merge: whole, aided: whole, core: whole, composite: whole }),
    not_covered: whole,
  }),
});

/** Reader of the text of a stored scheme or catalogue; which one it is decides its first look. */
export const schemeReader: JsonReader<Scheme> = jsonReader(schemeForm, words('分组方案', 'grouping scheme'));
export const catalogueReader: JsonReader<DipCatalogue> = jsonReader(catalogueForm, words('病种目录', 'DIP catalogue'));
export const kindReader = jsonReader(Type.Object({ id: text, kind: Type.Enum(['drg', 'dip']) }), words('分组方案', 'grouping scheme'));
