import { homeOf, importsOf, isTest, type SourceFile } from './sources.ts';

/** Packages that speak SQL, each over its own tables. Only `table` opens the engine. */
const speakSql: ReadonlySet<string> = new Set(['table', 'lake', 'audit', 'grouping', 'evaluation', 'simulate', 'operations']);
const engineOwner = 'table';
/** The national tables in every form, that of SQL among them. */
const tableForms = 'packages/standard/src/schemas.ts';
const statement =
  /[`'"]\s*(?:SELECT\s|INSERT INTO\s|UPDATE \w+ SET\s|DELETE FROM\s|COPY \(|CREATE (?:OR REPLACE )?(?:TEMP )?(?:TABLE|VIEW)\s)/;

const product = (files: readonly SourceFile[]): readonly SourceFile[] => files.filter((file) => !isTest(file));

/** Engines opened, and SQL written, outside of their owners. */
export function engineFaults(files: readonly SourceFile[]): string[] {
  return product(files).flatMap((file) => [
    ...importsOf(file).flatMap((name) =>
      name.startsWith('@duckdb/') && homeOf(file) !== engineOwner ? [`${file.path} opens an engine (${name})`] : [],
    ),
    ...(statement.test(file.text) && !speakSql.has(homeOf(file)) && file.path !== tableForms ? [`${file.path} writes SQL`] : []),
  ]);
}

/** Values that are said to be of a type without being looked at. */
export function castFaults(files: readonly SourceFile[]): string[] {
  return product(files).flatMap(({ path, text }) => [
    ...(/JSON\.parse\([^;]*?\)\s*\)?\s*as\s/.test(text) ? [`${path} casts parsed JSON`] : []),
    ...(/\bas unknown as\b/.test(text) && !castedTwice.has(path) ? [`${path} casts by way of unknown`] : []),
  ]);
}

/** Where the views of columns look at what a column is. */
const viewsOfColumns = 'packages/standard/src/column.ts';
const columnCast = /\bas\s+(?:readonly\s+)?\(?\s*(?:Int32Array|Int8Array|Float64Array|NumberColumn|TextColumn|ColumnData|StoredText)\b/;

/** Columns that are said to be stored in a way instead of being asked by a view. */
export const columnCastFaults = (files: readonly SourceFile[]): string[] =>
  product(files).flatMap(({ path, text }) =>
    path !== viewsOfColumns && columnCast.test(text) ? [`${path} casts a column; take one of the views`] : [],
  );

/** Constructions whose type the compiler cannot follow; none of them is of parsed text. */
const castedTwice: ReadonlySet<string> = new Set([
  'packages/rulespec/src/check/ir.ts',
  'packages/rulespec/src/interpret/constant.ts',
  'packages/rulespec/src/generate/rules.ts',
  'packages/rulespec/src/analyse/diff.ts',
]);

/** Names of stored files and folders, and the package that writes and reads them. */
export const fileOwners: Readonly<Record<string, string>> = {
  'findings.parquet': 'audit',
  'at_issue.parquet': 'audit',
  'exempted.parquet': 'audit',
  'changes.parquet': 'audit',
  'differences.parquet': 'audit',
  'run.json': 'audit',
  'dry-run.json': 'audit',
  'report.html': 'audit',
  'findings.xlsx': 'audit',
  'settlement.json': 'settlement',
  'prices.json': 'settlement',
  'rulings.json': 'settlement',
  'scheme.json': 'settlement',
  'tariff.json': 'settlement',
  'cases.jsonl': 'settlement',
  'weights.json': 'settlement',
  'weights.html': 'settlement',
  'year.json': 'settlement',
  'year.html': 'settlement',
  'evaluation.html': 'evaluation',
  'evaluation.json': 'evaluation',
  'evaluation.xlsx': 'evaluation',
  'list-quality.html': 'evaluation',
  'list-quality.json': 'evaluation',
  'clues.json': 'evaluation',
  'quality.html': 'lake',
  'quality.json': 'lake',
  'access.log': 'lake',
  'truth.parquet': 'standard',
  'standard/settings.csv': 'standard',
  'fields.csv': 'standard',
  'code-tables.csv': 'standard',
  'adrg.csv': 'grouping',
  'drg.csv': 'grouping',
  'mdc.csv': 'grouping',
  'scheme.yaml': 'grouping',
  'items.csv': 'rulebook',
  'journal.key': 'operations',
  '.hengjian': 'stored',
};

/** Names of stored files in packages that do not own them. */
export function foreignFileFaults(files: readonly SourceFile[]): string[] {
  return product(files).flatMap((file) =>
    Object.entries(fileOwners).flatMap(([name, owner]) => {
      if (homeOf(file) === owner) return [];
      const found = [`'${name}'`, `/${name}\``].some((written) => file.text.includes(written));
      return found ? [`${file.path} names ${name}, which is ${owner}'s`] : [];
    }),
  );
}

/** What the command line may take from the packages: use cases, and words and types to print with. */
const appsImport = new Set([
  'node:crypto',
  'node:fs',
  'node:os',
  'node:path',
  'node:process',
  'node:child_process',
  'node:readline',
  'node:url',
  'node:util',
]);

/** Work done in an app that a server would have to copy. */
export function useCaseFaults(files: readonly SourceFile[]): string[] {
  const own = product(files).filter(({ path }) => path.startsWith('apps/'));
  return own.flatMap((file) => [
    ...(/\bUseCase<|:\s*UseCase\b/.test(file.text) ? [`${file.path} has a use case of its own`] : []),
    ...importsOf(file).flatMap((name) => {
      if (name.startsWith('.') || name === '@hengjian/workbench' || name === '@hengjian/standard' || name === 'commander') return [];
      return appsImport.has(name) || wordsOnly(file.text, name) ? [] : [`${file.path} takes more than words and types from ${name}`];
    }),
  ]);
}

/** Names of values an app may take from a package to print with. */
const wordNames =
  /^(?:type |[a-zA-Z]*(?:Name|Names|Words|Lines|Reasons|Kinds|Statuses|Problems)$|roles$|caseColumns$|reasons$|locationOf$|stepValue$)/;

/** Whether a file takes only types and words from a module. */
function wordsOnly(text: string, name: string): boolean {
  const imports = [...text.matchAll(/import\s+(type\s+)?\{([^}]*)\}\s+from\s+'([^']+)'/g)].filter((match) => match[3] === name);
  return (
    imports.length > 0 &&
    imports.every(
      ([, type, names = '']) =>
        type !== undefined ||
        names
          .split(',')
          .map((one) => one.trim())
          .every((one) => one === '' || wordNames.test(one)),
    )
  );
}

/** Folders made by the recursive call of the runtime, which never returns below /proc; `makeFolder` is there for it. */
export const recursiveFolderFaults = (files: readonly SourceFile[]): string[] =>
  product(files).flatMap((file) =>
    /\bmkdir(?:Sync)?\([^;]*recursive:/.test(file.text) ? [`${file.path} makes folders recursively instead of with makeFolder`] : [],
  );

/** Clocks and chance come in through ports. */
export const clockFaults = (files: readonly SourceFile[]): string[] =>
  product(files).flatMap((file) =>
    homeOf(file) !== 'cli' && /new Date\(|Date\.now\(|Math\.random\(/.test(file.text)
      ? [`${file.path} has a clock or chance of its own`]
      : [],
  );
