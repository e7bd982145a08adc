import type { AuditOptions, Exemption } from '@hengjian/audit';
import { approvedExemptions, locationOf, publicationName, readInForce, type Store } from '@hengjian/operations';
import type { PublishedVersion } from '@hengjian/rulebook';
import { inStore, type WorkbenchPorts } from '../ports.ts';

/** What an audit takes from the operations store: versions in force, their publications, approved exemptions. */
export interface InForce extends Pick<AuditOptions, 'operations' | 'exemptions'> {
  readonly published?: readonly PublishedVersion[];
}

/** What a store had in force, as it was known on a day (default: now). */
export async function inForceIn(store: Store, asOf: number | undefined): Promise<InForce> {
  const { as_of, versions, publications } = await readInForce(store, asOf);
  const exemptions = (await approvedExemptions(store, asOf)).map(
    ({ id, rule_id, kind, code, from, to, reason }): Exemption => ({
      id,
      rule_id,
      kind,
      code,
      from,
      ...(to === undefined ? {} : { to }),
      reason,
    }),
  );
  return {
    published: versions,
    operations: {
      as_of,
      publications: publications.map(({ seq, rule_id, version, area, days, published_at }) => ({
        id: publicationName(seq),
        rule_id,
        version,
        area,
        days,
        published_at,
      })),
    },
    exemptions,
  };
}

/** The same, of a store by its folder or address. */
export async function inForceAt(ports: WorkbenchPorts, place: string, asOf: number | undefined): Promise<InForce> {
  const found = await inStore(ports, locationOf(place), (store) => inForceIn(store, asOf));
  return found.operations === undefined ? found : { ...found, operations: { ...found.operations, place } };
}
