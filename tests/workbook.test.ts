import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRunFolder, reportData, runAudit, writeWorkbook } from '@hengjian/audit';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type City, makeCity } from './city.ts';

let city: City;
let result: string;

describe('the workbook', () => {
  beforeAll(async () => {
    city = await makeCity(300);
    result = join(city.folder, 'result');
    await runAudit({ lake: city.lake, out: result });
  }, 120_000);

  afterAll(() => city.remove());

  async function sheets(rowLimit: number): Promise<Map<string, number>> {
    const path = join(city.folder, `${rowLimit}.xlsx`);
    const { record, folder } = openRunFolder(result);
    await writeWorkbook(await reportData(record, folder, city.lake), folder, city.lake, path, { rowLimit });
    const files = unzipSync(readFileSync(path));
    const text = (name: string): string => new TextDecoder().decode(files[name]);
    const names = [...text('xl/workbook.xml').matchAll(/<sheet name="([^"]+)"/g)].map((match) => match[1] as string);
    return new Map(names.map((name, index) => [name, (text(`xl/worksheets/sheet${index + 1}.xml`).match(/<row /g) ?? []).length]));
  }

  it('lists every finding, and goes on in further sheets at the row limit', async () => {
    const whole = await sheets(1_048_576);
    const split = await sheets(50);
    const total = (book: ReadonlyMap<string, number>, name: string): number =>
      [...book].filter(([sheet]) => sheet.startsWith(name)).reduce((sum, [, rows]) => sum + rows - 1, 0);
    const { findings } = openRunFolder(result).record;
    expect(total(whole, '发现')).toBe(findings);
    expect(total(split, '发现')).toBe(findings);
    expect(total(split, '明细')).toBe(total(whole, '明细'));
    expect([...split.keys()]).toContain('发现（续1）');
    for (const [name, rows] of split) if (name.startsWith('发现') || name.startsWith('明细')) expect(rows).toBeLessThanOrEqual(50);
  });
});
