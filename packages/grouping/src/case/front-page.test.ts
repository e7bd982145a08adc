import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { groupFile, openScheme } from '../index.ts';
import { readCases } from './file.ts';

const folder = mkdtempSync(join(tmpdir(), 'hengjian-front-page-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shared = fileURLToPath(new URL('../../../../../shared/data/his-export/', import.meta.url));
const present = existsSync(shared);
if (!present) process.stderr.write('shared/data/his-export is absent: no front pages to group\n');
const schemes = fileURLToPath(new URL('../../../../library/schemes', import.meta.url));

describe('the front page of a record', () => {
  it('is a case: words for columns, units behind numbers, names of ways to leave, one column for each code', async () => {
    const file = join(folder, '首页.csv');
    writeFileSync(
      file,
      '病案号,姓名,性别,年龄,实际住院（天）,离院方式,其他诊断编码1,主要诊断编码,其他诊断编码2,主要手术编码,其他手术编码1,新生儿出生体重(克)\n' +
        'Z1,某,女,78岁,22天,医嘱转院,I50.900,P59.900,,36.0601,47.0100,3200克\n',
    );
    const read = [];
    for await (const { one, problems } of readCases(file)) read.push([one, problems]);
    expect(read).toEqual([
      [
        expect.objectContaining({
          ...{ id: 'Z1', gender: 2, age: 78, los: 22, discharge_mode: '2', birth_weight: 3200 },
          ...{ diagnoses: ['P59.900', 'I50.900'], procedures: ['36.0601', '47.0100'] },
        }),
        [],
      ],
    ]);
  });

  it.skipIf(!present)('gives the groups of the same cases in columns of the product', async () => {
    // The front page of this export has room for three diagnoses.
    const plain = join(folder, 'cases.csv');
    const text = readFileSync(join(shared, 'cases50.csv'), 'utf8');
    writeFileSync(plain, text.replaceAll(/([A-Z]\d\d\.\w+(?:\|[A-Z]\d\d\.\w+){2})\|[A-Z]\d\d\.\w+/g, '$1'));
    const scheme = openScheme('demonstration', schemes);
    const groups: string[][] = [];
    for (const input of [plain, join(shared, 'cases50-zh.csv')]) {
      const own: string[] = [];
      const result = await groupFile({ scheme, input, each: (item, { status, drg }) => own.push(`${item.one.id} ${status} ${drg}`) });
      expect(result.cases).toBe(50);
      groups.push(own);
    }
    expect(groups[1]).toEqual(groups[0]);
  });
});
