import { cpSync, lstatSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { libraryFolder, RefusedInput } from '@hengjian/standard';
import { openTables, quoted, text } from '@hengjian/table';
import {
  auditLake,
  draftSettlement,
  explainAuditFinding,
  explainStay,
  groupCasesBy,
  importGroupingScheme,
  importPoints,
  listKnowledge,
  listRules,
  scoreAudit,
  settle,
  showGroup,
  type WorkbenchPorts,
} from '@hengjian/workbench';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type City, makeCity } from './city.ts';
import { portsFor } from './ports.ts';

/** Damages per kind of stored folder; `npm run proof` does more. */
const tries = Number(process.env.HENGJIAN_DAMAGES ?? 12);

/** A folder that the program stored, and what is read from it. */
interface Stored {
  readonly folder: string;
  read(): Promise<string>;
}

const ports: WorkbenchPorts = portsFor(new AbortController().signal, () => undefined);
let city: City;
let stored: Readonly<Record<string, () => Stored>>;
const at = (name: string): string => join(city.folder, name);
const said = (value: unknown): string => JSON.stringify(value);

/** Numbers that are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => lstatSync(path).isFile() && realpathSync(path) === join(realpathSync(folder), relative(folder, path)))
    .sort();

const damages: Readonly<Record<string, (file: string, other: string, next: (below: number) => number) => void>> = {
  'a block of zeros': (file, _other, next) => {
    const bytes = readFileSync(file);
    const from = next(bytes.length);
    writeFileSync(file, bytes.fill(0, from, Math.min(from + 64, bytes.length)));
  },
  'a flipped bit': (file, _other, next) => {
    const bytes = readFileSync(file);
    const place = next(bytes.length);
    bytes[place] = (bytes[place] ?? 0) ^ (1 << next(8));
    writeFileSync(file, bytes);
  },
  'a changed digit': (file, _other, next) => {
    const bytes = readFileSync(file);
    const digits = [...bytes.keys()].filter((place) => (bytes[place] ?? 0) >= 48 && (bytes[place] ?? 0) <= 57);
    const place = digits[next(digits.length)];
    if (place !== undefined) bytes[place] = 48 + (((bytes[place] ?? 48) - 47) % 10);
    writeFileSync(file, bytes);
  },
  'a cut': (file, _other, next) => truncateSync(file, next(lstatSync(file).size)),
  'a missing file': (file) => rmSync(file),
  'swapped files': (file, other) => {
    if (file === other) return rmSync(file);
    renameSync(file, `${file}.aside`);
    renameSync(other, file);
    renameSync(`${file}.aside`, other);
  },
};

/** What a reading came to: its result, or the codes of a refusal. Anything else is a fault of the program. */
async function outcome(read: () => Promise<string>): Promise<string> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RefusedInput) return `refused ${error.problems.map(({ code }) => code).join()}`;
    return `fault ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}

/** A finding, a stay that is paid by its group, and that group. */
async function firsts(): Promise<{ readonly finding: string; readonly stay: string; readonly group: string }> {
  const tables = await openTables({ folders: [at('result')], memory: '256MB' });
  try {
    const rows = `SELECT min(finding_id) AS id FROM read_parquet(${quoted(at('result/findings.parquet'))})`;
    const finding = (await tables.row(rows, { id: text }))?.id ?? '';
    const [stay = '', group = ''] =
      /"mdtrt_id":"([^"]+)"[^\n]*"grp_code":"([A-Z]{2}\d\d)"/.exec(readFileSync(at('settlement/cases.jsonl'), 'utf8'))?.slice(1) ?? [];
    return { finding, stay, group };
  } finally {
    tables.close();
  }
}

beforeAll(async () => {
  city = await makeCity(400);
  const place = { lake: city.lake, scheme: 'demonstration', schemes: at('schemes') };
  await draftSettlement(ports)({ ...place, year: 2025, out: at('parameters.yaml'), method: 'drg_rate' });
  await settle(ports)({ ...place, parameters: at('parameters.yaml'), out: at('settlement') });
  const unset = {
    rules: undefined,
    knowledge: undefined,
    from: undefined,
    to: undefined,
    threads: 1,
    memory: undefined,
    previous: undefined,
  };
  const more = { operations: undefined, asOf: undefined, spark: undefined };
  const record = await auditLake(ports)({
    lake: city.lake,
    out: at('result'),
    settlement: at('settlement'),
    report: true,
    ...unset,
    ...more,
  });
  expect(record.findings).toBeGreaterThan(0);
  writeFileSync(at('重复收费.csv'), '从项编码,从项名称,主项编码,主项名称,频度,序号\n001102000030000,乙,001103000010000,甲,单日,1\n');
  await importPoints(ports)({
    paths: [at('重复收费.csv')],
    library: at('library'),
    validFrom: 18_000,
    childAge: undefined,
    region: '000000',
  });
  await importGroupingScheme(ports)({ path: join(libraryFolder, 'schemes/demonstration'), schemes: at('schemes'), options: { id: 'own' } });
  const value = await firsts();
  stored = {
    'an audit': () => ({
      folder: at('result'),
      read: async () =>
        said([
          await explainAuditFinding(ports)({ run: at('result'), id: value.finding }),
          await scoreAudit(ports)({ run: at('result'), truth: join(city.city, 'truth.parquet') }),
        ]),
    }),
    'a settlement': () => ({
      folder: at('settlement'),
      read: async () => said(await explainStay(ports)({ lake: city.lake, run: at('settlement'), mdtrt_id: value.stay })),
    }),
    'a scheme': () => ({
      folder: at('schemes'),
      read: async () => said(await showGroup(ports)({ id: 'own', schemes: at('schemes'), code: value.group })),
    }),
    'a knowledge library': () => ({
      folder: at('library'),
      read: async () =>
        said([
          await listKnowledge(ports)({ library: at('library') }),
          (await listRules(ports)({ paths: [], knowledge: at('library'), search: undefined, inClass: undefined })).length,
        ]),
    }),
    'the groups of a lake': () => ({
      folder: join(city.lake, 'grouping'),
      read: async () => {
        const nothing = {
          cases: undefined,
          mapping: undefined,
          out: undefined,
          trace: false,
          whatIf: false,
          ids: undefined,
          language: 'zh' as const,
        };
        const grouped = await groupCasesBy(ports)({ ...nothing, ...place, lake: city.lake });
        return said([grouped.lake?.statuses, grouped.lake?.groups]);
      },
    }),
  };
}, 600_000);
afterAll(() => city.remove());

describe('a file that was damaged', () => {
  it.each(['an audit', 'a settlement', 'a scheme', 'a knowledge library', 'the groups of a lake'])(
    'of %s is refused or was not needed: it is never read as something else',
    async (name) => {
      const made = stored[name]?.();
      if (made === undefined) throw new Error(`nothing is stored as ${name}`);
      const whole = await outcome(made.read);
      expect(whole).not.toMatch(/^(?:refused|fault) /);
      cpSync(made.folder, `${made.folder}.whole`, { recursive: true, verbatimSymlinks: true });
      const next = numbers(7);
      let refused = 0;
      for (let index = 0; index < tries; index += 1) {
        const files = filesIn(made.folder);
        const [kind = '', damage] = Object.entries(damages)[index % Object.keys(damages).length] ?? [];
        const [file = '', other = ''] = [files[next(files.length)], files[next(files.length)]];
        damage?.(file, other, next);
        const found = await outcome(made.read);
        const what = `${kind} in ${relative(made.folder, file)}`;
        expect(found, what).not.toMatch(/^fault /);
        if (found.startsWith('refused ')) refused += 1;
        else expect(found, what).toBe(whole);
        rmSync(made.folder, { recursive: true });
        cpSync(`${made.folder}.whole`, made.folder, { recursive: true, verbatimSymlinks: true });
      }
      expect(refused).toBeGreaterThan(0);
    },
    600_000,
  );
});
