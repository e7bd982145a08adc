import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { libraryFolder, listed, type RefusedInput } from '@hengjian/standard';
import type { DipCatalogue } from './dip/index.ts';
import { importTemplate, isTemplate } from './import/template.ts';
import { type StayGrouper, stayGrouperOf } from './lake/stay-grouper.ts';
import { groupingProblems } from './problems.ts';
import type { Scheme } from './scheme/scheme.ts';
import { readScheme, readStored, storedSchemes } from './scheme/store.ts';
import { applyVariants } from './scheme/variants.ts';

const shippedFolder = (id: string): string => join(libraryFolder, 'schemes', id);

/** Schemes that come with the program, as templates. */
export const shippedSchemes = ['demonstration'] as const;

/**
 * Opens a scheme by name: one stored in the folder, else one that comes with the program. Variants are joined by `+`.
 * Throws RefusedInput when there is none of that name.
 */
export function openScheme(name: string, folder: string): Scheme {
  const [stem = '', ...variants] = name.split('+');
  const [id = '', hash] = stem.split('@');
  const stored = storedSchemes([folder]).some((one) => one.id === id);
  if (!stored && hash === undefined && !existsSync(shippedFolder(id))) throw unknown(id, folder);
  if (stored || hash !== undefined || !existsSync(shippedFolder(id)) || !isTemplate(shippedFolder(id))) return readScheme([folder], name);
  return applyVariants(importTemplate(shippedFolder(id)).scheme, variants);
}

function unknown(id: string, folder: string): RefusedInput {
  const known = [...storedSchemes([folder]).map((one) => one.id), ...shippedSchemes];
  return groupingProblems.refused('scheme-unknown', { id, known: listed([...new Set(known)]) }, { file: folder });
}

/** Opens a DRG scheme or a DIP catalogue by name; throws RefusedInput as `openScheme` does. */
export function openSchemeOrCatalogue(name: string, folder: string): Scheme | DipCatalogue {
  const id = name.split(/[@+]/)[0] ?? '';
  const stored = storedSchemes([folder]).some((one) => one.id === id) ? readStored([folder], name.split('+')[0] ?? '') : undefined;
  return stored?.kind === 'dip' ? stored : openScheme(name, folder);
}

/** Opens what groups the stays of a lake: a DRG scheme or a DIP catalogue. */
export function openStayGrouper(name: string, folder: string): StayGrouper {
  return stayGrouperOf(openSchemeOrCatalogue(name, folder));
}
