import { join } from 'node:path';
import { views } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { joinTables, type Tables, temporary, visit, writeTables } from './fixture.ts';
import { ingest } from './ingest.ts';
import { openLake, readSegment } from './lake.ts';

/** A stay over the end of a month that was settled on its way, as two visits. */
function parts(flag: Readonly<Record<string, string>>, secondBegin = '2025-03-31 12:00:00'): Tables {
  const stay = (number: number, begin: string, end: string, extra: Readonly<Record<string, string>>): Tables => {
    const one = visit(number, 1, 3, 1, 28 + number);
    const change = (records: Tables[string] | undefined, more: Readonly<Record<string, string>>): Tables[string] =>
      (records ?? []).map((record) => ({ ...record, med_type: '21', ...more }));
    return { ...one, mdtrt_d: change(one.mdtrt_d, { begntime: begin, endtime: end, ipt_days: '3' }), setl_d: change(one.setl_d, extra) };
  };
  return joinTables(stay(1, '2025-03-28 08:00:00', '2025-03-31 11:00:00', flag), stay(2, secondBegin, '2025-04-05 08:00:00', {}));
}

async function visitsOf(tables: Tables): Promise<readonly (readonly [string | null, number, number])[]> {
  const folder = temporary();
  process.env.HENGJIAN_KEY_FILE = join(folder, '..', 'joined-test.key');
  await ingest({ paths: [writeTables(join(folder, 'in'), tables)], lake: join(folder, 'lake') });
  const lake = await openLake(join(folder, 'lake'));
  return lake.segments().flatMap((handle) => {
    const { visits, lines } = readSegment(handle);
    return Array.from({ length: visits.length }, (_, row) => {
      const own = Array.from(views.words(lines, 'visit')).filter((one) => one === row).length;
      return [views.text(visits, 'mdtrt_id').get(row), views.floats(visits, 'ipt_days')[row] ?? Number.NaN, own] as const;
    });
  });
}

describe('a stay that was settled on its way', () => {
  it('is one stay with the days of both parts', async () => {
    expect(await visitsOf(parts({ mid_setl_flag: '1' }))).toEqual([['M1', 8, 2]]);
  });

  it('is two where nothing says that it goes on, or another day lies between', async () => {
    expect(await visitsOf(parts({ mid_setl_flag: '0' }))).toHaveLength(2);
    expect(await visitsOf(parts({ mid_setl_flag: '1' }, '2025-04-03 12:00:00'))).toHaveLength(2);
  });
});
