import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { RefusedInput } from '@hengjian/standard';
import { strToU8, zipSync } from 'fflate';
import iconv from 'iconv-lite';
import { afterAll, describe, expect, it } from 'vitest';
import { cleanUp, temporary } from './fixture.ts';
import { kindOf, type Limits, readSource, type Unpacked, unpack } from './index.ts';

afterAll(cleanUp);

const csv = strToU8('a,b\n1,2\n');

async function unpacked(content: Uint8Array, name = 'x.zip', limits: Partial<Limits> = {}): Promise<Unpacked> {
  const folder = temporary();
  const path = join(folder, name);
  writeFileSync(path, content);
  return unpack({ path, name, kind: kindOf(name) }, { folder: join(folder, 'scratch'), limits });
}

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof RefusedInput) return `${error.problems[0]?.code}: ${error.message}`;
    throw error;
  }
  return 'read';
}

describe('an archive', () => {
  it('gives the files in it, which are read as others are', async () => {
    const { members, unread } = await unpacked(
      zipSync({ '明细.csv': csv, 'in/b.jsonl': strToU8('{"a":1}\n'), 'in/': new Uint8Array(), '__MACOSX/._a': csv }),
    );
    expect(members.map(({ name, kind }) => [name, kind])).toEqual([
      ['x.zip/明细.csv', 'csv'],
      ['x.zip/in/b.jsonl', 'json'],
    ]);
    expect(unread).toEqual([]);
    for (const member of members) expect((await readSource(member, {}, { folder: temporary() })).tables[0]?.records).toBe(1);
  });

  it('may name its files in GB18030', async () => {
    const name = iconv.encode('明细', 'gb18030');
    const zip = Buffer.from(zipSync({ 'AAAA.csv': csv }));
    for (let at = zip.indexOf('AAAA'); at >= 0; at = zip.indexOf('AAAA')) name.copy(zip, at);
    expect((await unpacked(zip)).members.map((member) => member.name)).toEqual(['x.zip/明细.csv']);
  });

  it('writes nothing outside of the scratch folder', async () => {
    const zip = Buffer.from(zipSync({ 'AA/AA/evil.csv': csv }));
    for (let at = zip.indexOf('AA/AA'); at >= 0; at = zip.indexOf('AA/AA')) zip.write('../..', at);
    const { members } = await unpacked(zip);
    expect(members.map(({ name }) => name)).toEqual(['x.zip/evil.csv']);
    expect(members[0]?.path).toContain('scratch');
    expect(existsSync(members[0]?.path ?? '')).toBe(true);
  });

  it('tells what in it is not read, and why', async () => {
    const encrypted = Buffer.from(zipSync({ 'a.csv': csv }));
    const directory = encrypted.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    encrypted.writeUInt16LE(encrypted.readUInt16LE(directory + 8) | 1, directory + 8);
    expect((await unpacked(encrypted)).unread).toMatchObject([{ name: 'x.zip/a.csv', why: { en: expect.stringContaining('encrypted') } }]);
    const others = await unpacked(zipSync({ 'b.zip': zipSync({ 'a.csv': csv }), 'c.pdf': csv, 'd.rar': csv }));
    expect(others.members).toEqual([]);
    expect(others.unread.map(({ name }) => name)).toEqual(['x.zip/b.zip', 'x.zip/c.pdf', 'x.zip/d.rar']);
  });

  it('that is damaged is refused with the file in it', async () => {
    const zip = Buffer.from(zipSync({ 'a.csv': [csv, { level: 0 }] }));
    expect(await refusal(unpacked(zip.subarray(0, zip.length - 30)))).toContain('file-damaged');
    zip.write('9', zip.indexOf('1,2'));
    expect(await refusal(unpacked(zip))).toMatch(/file-damaged.*a\.csv/);
    expect(await refusal(unpacked(strToU8('no archive')))).toContain('file-damaged');
  });

  it('that grows beyond the limits is refused', async () => {
    const zip = zipSync({ 'a.csv': csv, 'b.csv': csv });
    expect(await refusal(unpacked(zip, 'x.zip', { archiveBytes: 10 }))).toContain('file-too-large');
    expect(await refusal(unpacked(zip, 'x.zip', { entries: 1 }))).toContain('file-too-large');
    const spaces = zipSync({ 'a.csv': new Uint8Array(20_000_000).fill(32) });
    expect(await refusal(unpacked(spaces))).toContain('file-too-large');
  });

  it('of one file is read too', async () => {
    const { members } = await unpacked(gzipSync(csv), 'a.csv.gz');
    expect(members.map(({ name, kind }) => [name, kind])).toEqual([['a.csv.gz/a.csv', 'csv']]);
    expect(await refusal(unpacked(gzipSync(csv).subarray(0, 20), 'a.csv.gz'))).toContain('file-damaged');
    expect(await refusal(unpacked(gzipSync(csv), 'a.csv.gz', { archiveBytes: 4 }))).toContain('file-too-large');
    const spaces = gzipSync(new Uint8Array(20_000_000).fill(32));
    expect(await refusal(unpacked(spaces, 'a.csv.gz'))).toContain('file-too-large');
  });
});
