import type { Care } from '../care.ts';
import type { Catalogue } from '../catalogue.ts';
import type { City } from '../city.ts';
import type { Pools } from '../content.ts';
import type { PersonWish } from '../persons.ts';
import type { Random } from '../random.ts';
export interface Plant { readonly wish: PersonWish; readonly alone?: boolean; build(care: Care, pools: Pools): void }
export const plantCount = (): number => 0;
export const plantStep = (_city: City): number => 1000;
export function plantFor(_city: City, _catalogue: Catalogue, _index: number, _random: Random): Plant | undefined { return undefined; }
