import { listed } from '@hengjian/standard';
import { groupingProblems } from '../problems.ts';
import type { Adrg, AdrgKind, Scheme, Variant } from './scheme.ts';

/** Order in which the kinds of an MDC are tried. */
export const kindOrder: readonly AdrgKind[] = ['surgical', 'procedure', 'ambiguous', 'medical', 'entered'];

/** Puts a row in front of the first row of its MDC whose kind comes later. */
function insert(adrgs: readonly Adrg[], added: Adrg): readonly Adrg[] {
  const place = kindOrder.indexOf(added.kind);
  const later = adrgs.findIndex((one) => one.mdc === added.mdc && kindOrder.indexOf(one.kind) > place);
  const last = adrgs.findLastIndex((one) => one.mdc === added.mdc);
  const at = later >= 0 ? later : last >= 0 ? last + 1 : adrgs.length;
  return [...adrgs.slice(0, at), added, ...adrgs.slice(at)];
}

function applyVariant(scheme: Scheme, variant: Variant): Scheme {
  return {
    ...scheme,
    mdcs: scheme.mdcs.map((one) => ({ ...one, condition: variant.mdcs?.[one.mdc] ?? one.condition })),
    adrgs: (variant.add_adrgs ?? []).reduce(
      insert,
      scheme.adrgs.map((one) => ({ ...one, condition: variant.adrgs?.[one.adrg] ?? one.condition })),
    ),
    drgs: scheme.drgs.map((one) => ({ ...one, condition: variant.drgs?.[one.drg] ?? one.condition })),
  };
}

/** The scheme with the named changes; its id says which. Throws RefusedInput for a name the scheme does not have. */
export function applyVariants(scheme: Scheme, names: readonly string[]): Scheme {
  return names.reduce((changed, name) => {
    const variant = scheme.variants.find((one) => one.name === name);
    if (variant === undefined) {
      const known = listed(scheme.variants.map((one) => one.name));
      throw groupingProblems.refused('scheme-variant-unknown', { id: scheme.id, name, known });
    }
    return { ...applyVariant(changed, variant), id: `${changed.id}+${name}` };
  }, scheme);
}
