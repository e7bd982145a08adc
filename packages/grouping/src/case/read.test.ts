import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { RefusedInput } from '@hengjian/standard';
import { afterAll, describe, expect, it } from 'vitest';
import { readCases } from './file.ts';
import { caseReader } from './read.ts';

const folder = mkdtempSync(join(tmpdir(), 'hengjian-cases-'));
afterAll(() => rmSync(folder, { recursive: true }));

const header = ['id', 'gender', 'age', 'birth_weight', 'diagnoses', 'procedures'];

async function all(name: string, bytes: Buffer | string): Promise<Awaited<ReturnType<typeof collect>>> {
  writeFileSync(join(folder, name), bytes);
  return collect(join(folder, name));
}
async function collect(path: string) {
  const found = [];
  for await (const one of readCases(path)) found.push(one);
  return found;
}

describe('a row of cases', () => {
  it('keeps blanks missing and takes sex in figures, Chinese and letters', () => {
    const read = caseReader(header, 'x.csv');
    expect(read(['a', '男', '', '', 'A01.000|B02', ''], 2)).toEqual({
      one: expect.objectContaining({ gender: 1, age: null, birth_weight: null, diagnoses: ['A01.000', 'B02'], procedures: [] }),
      row: 2,
      problems: [],
    });
    expect(read(['a', 'F', '３', ' 1200 ', '\u200bA01.000', '47.0'], 2).one).toMatchObject({
      gender: 2,
      age: 3,
      birth_weight: 1200,
      diagnoses: ['A01.000'],
    });
    expect(read(['a', '1', '3', '-', 'A01', ''], 2)).toMatchObject({ one: { birth_weight: null }, problems: [] });
    expect(read(['a', '1', '0', '不详', 'A01', ''], 2)).toMatchObject({ one: { birth_weight: null }, problems: [] });
    expect(read(['a', '1', '65', '五斤', 'A01', ''], 2)).toMatchObject({ one: { birth_weight: null }, problems: [] });
    expect(read(['a', '9', '', '', 'A', ''], 2)).toMatchObject({ one: { gender: null }, problems: [] });
  });

  it.each([
    [['a', 'x', '3', '', 'A01', ''], 'gender', 'case-gender'],
    [['a', '1', 'three', '', 'A01', ''], 'age', 'case-number'],
    [['a', '1', '0', '5-', 'A01', ''], 'birth_weight', 'case-number'],
    [['a', '1', '0', '3.2', 'A01', ''], 'birth_weight', 'case-weight'],
    [['a', '1', '0', '0.9', 'A01', ''], 'birth_weight', 'case-weight'],
    [['a', '1', '3', '', '|A01', ''], 'diagnoses', 'case-principal-blank'],
    [['', '1', '3', '', 'A01', ''], 'id', 'case-id'],
  ])('says what is wrong in %j', (cells, field, code) => {
    const { problems } = caseReader(header, 'x.csv')(cells, 7);
    expect(problems).toEqual([expect.objectContaining({ code, level: 'invalid', place: { file: 'x.csv', row: 7, field } })]);
  });

  it('takes weights of newborns that can be, and any of somebody older', () => {
    const read = caseReader(header, 'x.csv');
    for (const [age, weight] of [
      ['0', '1'],
      ['0', '200'],
      ['0', '2100.5'],
      ['0', '9000'],
      ['0', '3.2kg'],
      ['1', '3.2'],
      ['40', '70'],
    ] as const) {
      const { problems } = read(['a', '1', age, weight, 'A01', ''], 2);
      expect(
        problems.map(({ code }) => code),
        weight,
      ).toEqual(weight === '3.2kg' ? ['case-number'] : []);
    }
    const [problem] = read(['a', '1', '0', '3.2', 'A01', ''], 2).problems;
    expect(problem?.message.zh).toContain('200 至 9000 克');
  });

  it('refuses a header without the needed columns', () => {
    expect(() => caseReader(['id', 'age', 'age'], 'x.csv')).toThrow(RefusedInput);
    expect(() => caseReader(['id', 'age', 'age'], 'x.csv')).toThrow(/age stands twice[\s\S]*diagnoses is missing/);
  });
});

describe('a file of cases', () => {
  it('is read with quotes over lines, a mark at the start, GB18030 and gzip, with the rows it has', async () => {
    const text = '\ufeffid,gender,diagnoses\r\n"a ""1""\nb",1,A01|A02\r\nc,2,B01\n';
    const found = await all('quoted.csv', text);
    expect(found.map(({ one }) => [one.id, one.diagnoses.length])).toEqual([
      ['a "1"\nb', 2],
      ['c', 1],
    ]);
    expect((await all('packed.csv.gz', gzipSync(text))).length).toBe(2);
    const chinese = Buffer.concat([Buffer.from('id,gender,diagnoses\na,'), Buffer.from([0xc4, 0xd0]), Buffer.from(',A01\n')]);
    expect((await all('gb.csv', chinese))[0]?.one.gender).toBe(1);
  });

  it('names the row that is too short and goes on', async () => {
    const found = await all('short.csv', 'id,gender,diagnoses\na,1\nb,1,A01\n');
    expect(found[0]?.problems[0]).toMatchObject({ code: 'row-width', place: { file: 'short.csv', row: 2 } });
    expect(found[1]?.problems).toEqual([]);
  });

  it('refuses an empty file, an open quote and a damaged archive', async () => {
    await expect(all('empty.csv', '')).rejects.toThrow(/nothing to read/);
    await expect(all('open.csv', 'id,diagnoses\n"a,1\n')).rejects.toThrow(/not closed/);
    await expect(all('damaged.csv.gz', 'no archive')).rejects.toThrow(/no valid gzip archive/);
    await expect(collect(join(folder, 'absent.csv'))).rejects.toThrow(/ENOENT/);
  });
});
