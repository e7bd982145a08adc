import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { city, temporary, writeTables } from './fixture.ts';
import { ingest, openLake, readSegment } from './index.ts';

describe('ingest', () => {
  it('brings national tables into the working form', async () => {
    const root = temporary();
    const source = writeTables(join(root, 'c'), city(20, 3));
    const result = await ingest({ paths: [source], lake: join(root, 'l') });
    expect(result.persons).toBe(20);
    expect(result.visits).toBe(60);
    const lake = await openLake(join(root, 'l'));
    const context = lake.context();
    expect(context.absent).toContain('drug_trac_d');
    const handle = lake.segments()[0];
    if (handle === undefined) throw new Error('no segment');
    const segment = readSegment(handle);
    expect(segment.lines.length).toBe(handle.lines);
    expect(segment.lines.columns['det_item_fee_sumamt']?.length).toBe(handle.lines);
    const again = await ingest({ paths: [source], lake: join(root, 'l') });
    expect(again.unchanged).toBe(true);
  });
});
