import { dirname, resolve } from 'node:path';
import { publicGroupsOfCatalogue, publicGroupsOfScheme, publicListsOfScheme, publicPage } from '@hengjian/evaluation';
import { schemeHash } from '@hengjian/grouping';
import { checkFolder, makeFolder, replaceFile, type UseCase } from '@hengjian/standard';
import { openWhole } from './stays.ts';

export interface PublicPageInput {
  readonly run: string;
  /** The page, .html. */
  readonly out: string;
}

/** One offline page for everybody: groups, logic and base rate of a settlement. */
export const writePublicPage: UseCase<PublicPageInput, { readonly file: string; readonly groups: number }> = () => async (input) => {
  const folder = dirname(resolve(input.out));
  checkFolder(folder, input.out);
  const { pricing, scheme } = openWhole(input.run);
  const { tariff, scheme: named } = pricing;
  const weights = new Map(Object.entries(tariff.groups).map(([code, { weight }]) => [code, weight]));
  const { name, effective, demonstration } = scheme.kind === 'dip' ? scheme.parameters : scheme;
  const page = publicPage({
    title: { zh: `${name.zh}分组、分组逻辑与基础费率公开`, en: `${name.en}: groups, logic and base rate` },
    scheme: named.id,
    hash: scheme.kind === 'dip' ? named.hash : schemeHash(scheme),
    effective,
    demonstration,
    unit: tariff.method === 'drg_rate' ? 'weight' : 'point',
    groups:
      scheme.kind === 'dip'
        ? publicGroupsOfCatalogue(scheme).map((one) => ({ ...one, weight: weights.get(one.code) ?? one.weight }))
        : publicGroupsOfScheme(scheme, weights),
    lists: scheme.kind === 'dip' ? [] : publicListsOfScheme(scheme),
    rates: tariff.pools.filter((pool) => pool.form === 'group').map((pool) => ({ name: { zh: pool.id, en: pool.id }, rate: pool.rate })),
  });
  makeFolder(folder);
  replaceFile(input.out, page);
  return { file: input.out, groups: weights.size };
};
