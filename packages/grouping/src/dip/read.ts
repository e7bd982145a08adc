import { join } from 'node:path';
import { libraryFolder, type Place, parseCsvRecords, parsedYaml, type RefusedInput, readText, words } from '@hengjian/standard';
import { parse } from 'yaml';
import { parseCondition } from '../language/parse.ts';
import { groupingProblems } from '../problems.ts';
import type { Condition } from '../scheme/condition.ts';
import type { CodeSet } from '../scheme/scheme.ts';
import { properties, type TreatmentProperty } from './case.ts';
import {
  type AuxiliaryLevel,
  type AuxiliaryParameters,
  type AuxiliaryType,
  type BothNames,
  type CharlsonCondition,
  type DipParameters,
  type DipRule,
  ruleLayers,
} from './parameters.ts';
import { compileParameters } from './prepare.ts';

const anyProcedure = 'any-procedure';

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A part of a parameter file with the way to it, so that every refusal names its field. */
class Part {
  readonly #value: unknown;
  readonly #file: string;
  readonly #path: string;

  constructor(value: unknown, file: string, path: string) {
    this.#value = value;
    this.#file = file;
    this.#path = path;
  }

  get place(): Place {
    return { file: this.#file, field: this.#path };
  }

  refuse(zh: string, en: string): RefusedInput {
    const shown = JSON.stringify(this.#value);
    const found = this.#value === undefined ? words('现缺少该项', 'it is missing') : words(`现为 ${shown}`, `it is ${shown}`);
    return groupingProblems.refused('dip-parameter', { expected: words(zh, en), found }, this.place);
  }

  get given(): boolean {
    return this.#value !== undefined && this.#value !== null;
  }

  at(key: string): Part {
    if (!isFields(this.#value)) throw this.refuse('一组字段', 'a record');
    return new Part(this.#value[key], this.#file, this.#path === '' ? key : `${this.#path}.${key}`);
  }

  list(): Part[] {
    if (!Array.isArray(this.#value)) throw this.refuse('列表', 'a list');
    return this.#value.map((part: unknown, index) => new Part(part, this.#file, `${this.#path}[${index}]`));
  }

  text(): string {
    if (typeof this.#value !== 'string' || this.#value === '') throw this.refuse('文字', 'a text');
    return this.#value;
  }

  texts(): string[] {
    return this.list().map((part) => part.text());
  }

  whole(least = 0): number {
    if (typeof this.#value !== 'number' || !Number.isSafeInteger(this.#value) || this.#value < least)
      throw this.refuse(`不小于 ${least} 的整数`, `a whole number of at least ${least}`);
    return this.#value;
  }

  flag(): boolean {
    if (typeof this.#value !== 'boolean') throw this.refuse(' true 或 false', 'true or false');
    return this.#value;
  }

  oneOf<Name extends string>(names: readonly Name[]): Name {
    const found = names.find((name) => name === this.#value);
    if (found === undefined) throw this.refuse(` ${names.join('、')} 之一`, `one of ${names.join(', ')}`);
    return found;
  }

  names(): BothNames {
    return { zh: this.at('zh').text(), en: this.at('en').text() };
  }
}

type ReadCondition = (part: Part) => Condition;

function readRule(part: Part, condition: ReadCondition): DipRule {
  return {
    code: part.at('code').text(),
    layer: part.at('layer').oneOf(ruleLayers),
    name: part.at('name').names(),
    condition: condition(part.at('when')),
    by: part.at('by').oneOf(['rule', 'category', 'diagnosis']),
  };
}

function readLevel(part: Part, condition: ReadCondition): AuxiliaryLevel {
  const charlson = part.at('charlson');
  const costly = part.at('costly');
  return {
    level: part.at('level').text(),
    name: part.at('name').names(),
    ...(part.at('when').given ? { condition: condition(part.at('when')) } : {}),
    ...(charlson.given
      ? { charlson: { from: charlson.at('from').whole(), ...(charlson.at('to').given ? { to: charlson.at('to').whole() } : {}) } }
      : {}),
    ...(costly.given
      ? {
          costly: {
            times: costly.at('times').whole(1),
            part: costly.at('part').oneOf(['drug', 'treatment']),
            share: costly.at('share').whole(),
          },
        }
      : {}),
  };
}

function readType(part: Part, condition: ReadCondition): AuxiliaryType {
  const scope = part.at('scope');
  return {
    type: part.at('type').text(),
    name: part.at('name').names(),
    ...(scope.given ? { scope: condition(scope) } : {}),
    levels: part
      .at('levels')
      .list()
      .map((level) => readLevel(level, condition)),
  };
}

function readAuxiliary(part: Part, charlson: readonly CharlsonCondition[], condition: ReadCondition): AuxiliaryParameters {
  return {
    disease_cases: part.at('disease_cases').whole(1),
    subtype_cases: part.at('subtype_cases').whole(1),
    variation_fall: part.at('variation_fall').whole(),
    charlson,
    types: part
      .at('types')
      .list()
      .map((type) => readType(type, condition)),
  };
}

function readThreshold(part: Part): DipParameters['threshold'] {
  if (part.at('kind').oneOf(['cases', 'coverage']) === 'cases') return { kind: 'cases', cases: part.at('cases').whole(1) };
  return { kind: 'coverage', share: part.at('share').whole(1), least: part.at('least').whole(1) };
}

function readCharlson(text: string, file: string): CharlsonCondition[] {
  return parseCsvRecords(text, file).map((row, index) => {
    const part = new Part({ ...row, weight: Number(row['weight']) }, file, '');
    const codes = (row['codes'] ?? '').split('|').filter((code) => code !== '');
    if (codes.length === 0) {
      throw groupingProblems.refused('dip-charlson', {}, { file, row: index + 2, field: 'codes' });
    }
    return {
      condition: part.at('condition').text(),
      name: { zh: part.at('name_zh').text(), en: part.at('name_en').text() },
      weight: part.at('weight').whole(1),
      codes,
      replaced_by: row['replaced_by'] ?? '',
    };
  });
}

function readSets(text: string, file: string): Record<string, CodeSet> {
  const sets: Record<string, CodeSet> = { [anyProcedure]: ['*'] };
  for (const [index, row] of parseCsvRecords(text, file).entries()) {
    const name = row['set'] ?? '';
    if (name === '' || Object.hasOwn(sets, name)) {
      throw groupingProblems.refused('dip-set', { set: name }, { file, row: index + 2, field: 'set' });
    }
    sets[name] = (row['codes'] ?? '').split('|').filter((code) => code !== '');
  }
  return sets;
}

/** The texts that parameters are read from. */
export interface DipParameterTexts {
  readonly parameters: string;
  readonly sets: string;
  readonly charlson: string;
}

function checkUnique(rules: readonly DipRule[], file: string): void {
  const seen = new Set<string>();
  for (const [index, { code }] of rules.entries()) {
    if (seen.has(code)) throw groupingProblems.refused('dip-rule-twice', { code }, { file, field: `rules[${index}].code` });
    seen.add(code);
  }
}

/**
 * Parameters from their texts: `parameters.yaml`, `sets.csv` (set, codes separated by `|`) and `charlson.csv`. The set
 * `any-procedure` is always there. Throws RefusedInput with file and field.
 */
export function parseDipParameters(texts: DipParameterTexts, file = 'parameters.yaml'): DipParameters {
  const root = new Part(
    parsedYaml(texts.parameters, file, (text) => parse(text, { schema: 'core' })),
    file,
    '',
  );
  const sets = readSets(texts.sets, 'sets.csv');
  const known = new Set(Object.keys(sets));
  const condition: ReadCondition = (part) => parseCondition(part.text(), part.place, known);
  const effective = root.at('effective');
  const kinds = root.at('procedure_kinds');
  const value = root.at('value');
  const basic = root.at('basic');
  const deviation = root.at('deviation');
  const parameters: DipParameters = {
    id: root.at('id').text(),
    name: root.at('name').names(),
    area: root.at('area').text(),
    effective: { from: effective.at('from').text(), ...(effective.at('to').given ? { to: effective.at('to').text() } : {}) },
    code_edition: { diagnosis: root.at('code_edition').at('diagnosis').text(), procedure: root.at('code_edition').at('procedure').text() },
    demonstration: root.at('demonstration').flag(),
    years: root
      .at('years')
      .list()
      .map((part) => ({ year: part.at('year').whole(2000), weight: part.at('weight').whole(1) })),
    excluded_diagnoses: root.at('excluded_diagnoses').texts(),
    excluded_procedures: root.at('excluded_procedures').texts(),
    simple_procedures: root.at('simple_procedures').texts(),
    procedure_kinds: {
      surgery: kinds.at('surgery').texts(),
      therapeutic: kinds.at('therapeutic').texts(),
      diagnostic: kinds.at('diagnostic').texts(),
    },
    unlisted_procedure: root.at('unlisted_procedure').oneOf<TreatmentProperty>(properties),
    sets,
    rules: root
      .at('rules')
      .list()
      .map((part) => readRule(part, condition)),
    threshold: readThreshold(root.at('threshold')),
    rule_cases: root.at('rule_cases').whole(1),
    related_increase: root.at('related_increase').whole(),
    composite: { cases: root.at('composite').at('cases').whole(1), variation: root.at('composite').at('variation').whole() },
    tie: root.at('tie').oneOf(['most_cases', 'highest_cost', 'lowest_cost']),
    value: { scale: value.at('scale').whole(1), ...(value.at('reference').given ? { reference: value.at('reference').text() } : {}) },
    levels: root
      .at('levels')
      .list()
      .map((part) => ({ level: part.at('level').text(), codes: part.at('codes').texts() })),
    basic: {
      cases: basic.at('cases').whole(1),
      variation: basic.at('variation').whole(),
      share: basic.at('share').whole(),
      levels: basic.at('levels').texts(),
    },
    auxiliary: readAuxiliary(root.at('auxiliary'), readCharlson(texts.charlson, 'charlson.csv'), condition),
    deviation: {
      very_low: deviation.at('very_low').whole(),
      very_high: deviation.at('very_high').whole(1),
      level_cases: deviation.at('level_cases').whole(1),
    },
  };
  checkUnique(parameters.rules, file);
  compileParameters(parameters);
  return parameters;
}

/** The shipped demonstration parameters. */
export const demonstrationDip = (): string => join(libraryFolder, 'schemes', 'dip-demonstration');

/** Reads the three files of a folder of parameters. */
export function readDipParameters(folder: string): DipParameters {
  const text = (name: string): string => readText(join(folder, name));
  return parseDipParameters(
    { parameters: text('parameters.yaml'), sets: text('sets.csv'), charlson: text('charlson.csv') },
    join(folder, 'parameters.yaml'),
  );
}
