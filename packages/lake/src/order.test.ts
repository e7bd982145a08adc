import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { city, type Records, type Tables, temporary, writeTables } from './fixture.ts';
import { ingest, openLake, stateHash } from './index.ts';

/** The same row has the same name and number in every part, as in overlapping extracts of one system. */
describe('order of ingestion', () => {
  it('does not matter for any split of corrections, refunds, conflicts and late settlements', async () => {
    const row = fc.record({
      visit: fc.integer({ min: 1, max: 6 }),
      line: fc.integer({ min: 0, max: 2 }),
      kind: fc.constantFrom('line', 'newer', 'conflict', 'refund', 'unlinked', 'reversal', 'invalid'),
      part: fc.integer({ min: 0, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 12 }),
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 60, maxLength: 60 }),
        fc.constantFrom([0, 1, 2], [2, 1, 0], [1, 0, 2]),
        async (changes, cuts, order) => {
          const root = temporary();
          const base = city(3, 2);
          const extra = changes.flatMap((change, index) => variants(base, change, index));
          const fees: Records = [...(base.fee_list_d ?? []), ...extra.filter((one) => one.table === 'fee_list_d').map((one) => one.record)];
          const setls: Records = [...(base.setl_d ?? []), ...extra.filter((one) => one.table === 'setl_d').map((one) => one.record)];
          const cut = (records: Records, part: number): Records =>
            records.filter((_, index) => (cuts[index % cuts.length] as number) === part);
          const part = (number: number): Tables =>
            Object.fromEntries(
              Object.entries({ ...base, fee_list_d: fees, setl_d: setls }).map(([name, records]) => [name, cut(records, number)]),
            );
          const folders = [0, 1, 2].map((number) => writeTables(join(root, 'parts'), part(number), `-${number}`)) && join(root, 'parts');
          process.env.HENGJIAN_KEY_FILE = join(root, 'key');
          const files = (number: number): string[] =>
            Object.entries(part(number)).flatMap(([name, records]) => (records.length > 0 ? [join(folders, `${name}-${number}.csv`)] : []));
          await ingest({ paths: [folders], lake: join(root, 'once') });
          for (const number of order) if (files(number).length > 0) await ingest({ paths: files(number), lake: join(root, 'parts-lake') });
          expect(stateHash(await openLake(join(root, 'parts-lake')))).toBe(stateHash(await openLake(join(root, 'once'))));
        },
      ),
      { numRuns: Number(process.env.HENGJIAN_RUNS ?? 4), endOnFailure: true },
    );
  });
});

function variants(
  base: Tables,
  change: { visit: number; line: number; kind: string },
  index: number,
): { table: string; record: Readonly<Record<string, string>> }[] {
  const fees = base.fee_list_d ?? [];
  const fee = fees[(change.visit * 3 + change.line) % fees.length];
  const setl = (base.setl_d ?? [])[change.visit % (base.setl_d ?? []).length];
  if (fee === undefined || setl === undefined) return [];
  const line = (record: Readonly<Record<string, string>>) => [{ table: 'fee_list_d', record }];
  const back = { cnt: '-1', det_item_fee_sumamt: '-10.50', inscp_amt: '-10.50' };
  switch (change.kind) {
    case 'newer':
      return line({ ...fee, cnt: '3', det_item_fee_sumamt: '31.50', updt_time: `2025-06-0${1 + (index % 5)} 00:00:00` });
    case 'conflict':
      return line({ ...fee, cnt: String(4 + index) });
    case 'refund':
      return line({ ...fee, ...back, bkkp_sn: `R${index}`, feedetl_sn: `RF${index}`, init_feedetl_sn: fee.feedetl_sn ?? '' });
    case 'unlinked':
      return line({ ...fee, ...back, bkkp_sn: `U${index}`, feedetl_sn: `UF${index}`, fee_ocur_time: '2025-03-20 10:00:00' });
    case 'invalid':
      return line({ ...fee, vali_flag: '0', updt_time: '2025-07-01 00:00:00' });
    case 'reversal':
      return [
        {
          table: 'setl_d',
          record: {
            ...setl,
            setl_id: `V${index}`,
            init_setl_id: setl.setl_id ?? '',
            refd_setl_flag: '1',
            medfee_sumamt: `-${setl.medfee_sumamt}`,
          },
        },
      ];
    default:
      return line({ ...fee, bkkp_sn: `N${index}`, feedetl_sn: `NF${index}`, setl_id: `LATE${index}` });
  }
}
