import type { PackageProblems } from '../../tools/registries.ts';
import { homeOf, isTest, type SourceFile } from './sources.ts';

const isRegistry = ({ path }: SourceFile): boolean => /\/(?:input-|system-)?problems\.ts$/.test(path);

/** Packages whose problems are still to be registered. It only ever gets shorter. */
export const toRegister: ReadonlySet<string> = new Set();

/** Problems made by hand instead of by a registry. */
export function unregisteredFaults(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => !isTest(file) && !isRegistry(file) && !toRegister.has(homeOf(file)))
    .flatMap(({ path, text }) =>
      /\bcode:\s*[^,{}]+,\s*message\b|\bcode,\s*message,\s*remedy\b/.test(text) ? [`${path} makes a problem without a registry`] : [],
    );
}

/** Codes that no code gives, or that several packages register. */
export function codeFaults(all: readonly PackageProblems[], files: readonly SourceFile[]): string[] {
  const codes = all.flatMap(({ home, definitions }) => Object.keys(definitions).map((code) => ({ home, code })));
  const twice = [...Map.groupBy(codes, ({ code }) => code)].filter(([, homes]) => homes.length > 1);
  const given = (code: string): boolean =>
    files.some((file) => {
      if (isTest(file)) return false;
      if (isRegistry(file)) return file.text.includes(`problem('${code}'`) || file.text.includes(`refused('${code}'`);
      return file.text.includes(`'${code}'`);
    });
  return [
    ...twice.map(([code, homes]) => `${code} is registered by ${homes.map(({ home }) => home).join(' and ')}`),
    ...codes.flatMap(({ home, code }) => (given(code) ? [] : [`${code} of ${home} is given nowhere`])),
  ];
}

/** Codes that say the same as another, in either language. */
export function sameWordsFaults(all: readonly PackageProblems[]): string[] {
  const said = all.flatMap(({ definitions }) =>
    Object.entries(definitions).flatMap(([code, { says }]) => [
      { code, text: says.zh },
      { code, text: says.en },
    ]),
  );
  const plain = (text: string): string => text.replaceAll(/\{\w+\}/g, '{}').toLowerCase();
  return [...Map.groupBy(said, ({ text }) => plain(text)).values()].flatMap((group) => {
    const codes = [...new Set(group.map(({ code }) => code))];
    return codes.length > 1 ? [`${codes.join(' and ')} say the same: ${group[0]?.text}`] : [];
  });
}
