import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ingest, openLake, readSegment } from '@hengjian/lake';
import { readRulebook, ruleAsks } from '@hengjian/rulebook';
import type { CheckedRule, RuleCounts } from '@hengjian/rulespec';
import { type CarriedColumn, deliveringInstitutions, feedersOf, readinessOf, tableOf } from '@hengjian/standard';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type City, makeCity } from '../city.ts';
import { columnsRead, holdsWithout } from './law.ts';
import { canLackAlone, type LoadedLake, type Where, withoutColumn } from './remove.ts';
import { countsOf, saidOf } from './verdicts.ts';

/** `all` for every rule and column, else so many of them. */
const wanted = process.env['HENGJIAN_COLUMNS'] ?? '40';
const { rules, tables } = readRulebook();

let city: City;
let lake: LoadedLake;

async function load(folder: string): Promise<LoadedLake> {
  const opened = await openLake(folder);
  return { context: opened.context(), segments: opened.segments().map((handle) => readSegment(handle)) };
}

beforeAll(async () => {
  city = await makeCity(wanted === 'all' ? 900 : 200);
  lake = await load(city.lake);
}, 120_000);

afterAll(() => city.remove());

interface Question {
  readonly rule: CheckedRule;
  readonly column: CarriedColumn;
  readonly where: Where;
}

/** Every rule with every column it reads, taken away everywhere and at one hospital. */
function questions(): readonly Question[] {
  const places = deliveringInstitutions(lake.context.carriage ?? {});
  return rules.flatMap((rule, index) =>
    columnsRead(rule, tables, lake).flatMap((column, at): readonly Question[] => {
      const institution = places[(index + at * 7) % places.length];
      // Who is compared with others is compared with other others when one of them falls out.
      const apart = institution !== undefined && canLackAlone(column) && rule.shape.kind !== 'peer';
      const alone = apart ? [{ rule, column, where: { institution } }] : [];
      return [{ rule, column, where: 'everywhere' as const }, ...alone];
    }),
  );
}

/** Some of a list, spread over it. */
function spread<T>(list: readonly T[], count: number): readonly T[] {
  const step = Math.max(1, Math.floor(list.length / count));
  return list.filter((_, index) => index % step === 3 % step);
}

const named = (counts: readonly RuleCounts[]): Readonly<Record<string, RuleCounts | undefined>> =>
  Object.fromEntries(rules.map(({ source }, index) => [source.id, counts[index]]));

/** Takes a column away from the files of a city, in the header and in every row. */
function withoutInFiles(from: string, to: string, fields: ReadonlySet<string>): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    if (statSync(source).isDirectory()) {
      withoutInFiles(source, target, fields);
      continue;
    }
    const table = [...fields].map((field) => field.split('.')[0] ?? '').find((one) => source.includes(`/${one}`));
    if (!name.endsWith('.csv') || table === undefined) {
      if (name.endsWith('.csv')) copyFileSync(source, target);
      continue;
    }
    const rows = readFileSync(source, 'utf8').split('\n');
    const header = (rows[0] ?? '').split(',');
    // A table without the column that says what its rows are is no table.
    const required = header.some((column) => fields.has(`${table}.${column}`) && !tableOf(table).fields.get(column)?.nullable);
    if (required) continue;
    const kept = header.map((column) => !fields.has(`${table}.${column}`));
    writeFileSync(
      target,
      rows
        .map((row) =>
          row === ''
            ? ''
            : row
                .split(',')
                .filter((_, at) => kept[at])
                .join(','),
        )
        .join('\n'),
    );
  }
}

describe('what a delivery does not carry', () => {
  it('accuses nobody and acquits nobody of whom nothing was known, whatever the rule and the column', () => {
    const all = questions();
    const asked = wanted === 'all' ? all : spread(all, Number(wanted));
    expect(all.length).toBeGreaterThan(900);
    const faults = [...Map.groupBy(asked, ({ rule }) => rule)].flatMap(([rule, own]) => {
      const whole = saidOf(rule, tables, lake);
      return own.flatMap(({ column, where }) =>
        holdsWithout(rule, tables, lake, column, where, whole)
          .slice(0, 3)
          .map((fault) => `${rule.source.id} without ${column.table}.${column.column}: ${fault}`),
      );
    });
    expect(faults).toEqual([]);
  }, 3_600_000);

  it('is the same taken from the files and taken from the working form', async () => {
    const columns: readonly CarriedColumn[] = [
      { table: 'lines', column: 'rx_drord_no' },
      { table: 'visits', column: 'dscg_way' },
      { table: 'operations', column: 'oprn_oprt_code' },
    ];
    // Each by itself in the proof, all at once else.
    for (const gone of wanted === 'all' ? columns.map((column) => [column]) : [columns]) {
      const name = gone.map(({ column }) => column).join('-');
      const [files, folder] = [join(city.folder, `files-${name}`), join(city.folder, `lake-${name}`)];
      withoutInFiles(city.city, files, new Set(gone.flatMap(feedersOf)));
      await ingest({ paths: [files], lake: folder });
      const fromForm = gone.reduce((own, column) => withoutColumn(own, column, 'everywhere'), lake);
      const counts = [await load(folder), fromForm].map((own) => named(countsOf(rules, tables, own)));
      expect(counts[0]).toEqual(counts[1]);
    }
  }, 300_000);
});

describe('the readiness of rules', () => {
  it('says that a rule runs nowhere exactly when the audit says neither hit nor clear for want of what it asks', () => {
    const taken: readonly (CarriedColumn | undefined)[] = [
      undefined,
      { table: 'lines', column: 'med_chrgitm_type' },
      { table: 'diagnoses', column: 'diag_code' },
      { table: 'lines', column: 'inscp_amt' },
      { table: 'visits', column: 'setting' },
      { table: 'lines', column: 'bilg_dr_code' },
      { table: 'enrolments', column: 'begndate' },
    ];
    const spoke = new Set<string>();
    for (const column of taken) {
      const own = column === undefined ? lake : withoutColumn(lake, column, 'everywhere');
      const places = deliveringInstitutions(own.context.carriage ?? {}).map((institution) => ({ institution, charge_fen: 1 }));
      const asking = rules.map((rule) => ({ id: rule.source.id, asks: ruleAsks(rule) }));
      const ready = readinessOf(asking, own.context, places);
      const counts = countsOf(rules, tables, own);
      rules.forEach((rule, index) => {
        const { hit = 0, clear = 0 } = counts[index] ?? {};
        const speaks = hit + clear > 0;
        const runs = (ready[index]?.runs ?? 0) > 0;
        if (column === undefined && speaks) spoke.add(rule.source.id);
        // A rule that found nothing to judge in the whole city says nothing of what it asks.
        if (speaks || spoke.has(rule.source.id)) expect([rule.source.id, column, runs]).toEqual([rule.source.id, column, speaks]);
      });
    }
    expect(spoke.size).toBeGreaterThan(110);
  }, 120_000);
});
