import { createHmac } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blanked, RefusedInput } from '@hengjian/standard';
import { openTables, quoted, type Tables, text } from '@hengjian/table';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { byMonth, city, csv, type Records, temporary, visit, writeTables } from './fixture.ts';
import { withoutNumbersSql } from './free-text.ts';
import { ingest, openLake, readSegment, stateHash } from './index.ts';
import { forgedSql, normalPersonNumber, normalPersonSql, personKeys, pseudonymOf, pseudonymSql, readKey, shownSql } from './pseudonym.ts';

let engine: Tables;
beforeAll(async () => {
  engine = await openTables({ folders: [] });
});
afterAll(() => engine.close());

function setUp(): { root: string; source: string; lake: string; keyFile: string } {
  const root = temporary();
  const keyFile = join(root, 'key');
  process.env.HENGJIAN_KEY_FILE = keyFile;
  mkdirSync(join(root, 'in'));
  return { root, source: join(root, 'in'), lake: join(root, 'lake'), keyFile };
}

const codeOf = (error: unknown): string | undefined => (error instanceof RefusedInput ? error.problems[0]?.code : String(error));

describe('the key of the pseudonyms', () => {
  it('is refused when it is another, weak, broken, missing, or readable by others', async () => {
    const { source, lake, keyFile } = setUp();
    const paths = [writeTables(source, visit(1, 1, 1, 1))];
    const write = (content: string, mode = 0o600): void => {
      writeFileSync(keyFile, content);
      chmodSync(keyFile, mode);
    };
    const refused = (): Promise<string | undefined> => ingest({ paths, lake }).then(() => undefined, codeOf);
    const weak = [
      '00'.repeat(32),
      'ff'.repeat(32),
      '0123456789abcdef'.repeat(4),
      Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('hex'),
      Buffer.from('correct horse battery staple, ok').toString('hex'),
    ];
    for (const key of weak) {
      write(key);
      expect(await refused(), key).toBe('key-weak');
    }
    for (const key of ['', 'abc', `${'x'.repeat(64)}`]) {
      write(key);
      expect(await refused(), key).toBe('key-damaged');
    }
    expect(existsSync(join(lake, 'manifest.json'))).toBe(false);
    const good = createHmac('sha256', 'one').update('1').digest('hex');
    write(good, 0o644);
    expect(await refused()).toBe('key-readable');
    write(good, 0o640);
    expect(await refused()).toBe('key-readable');
    write(good);
    expect(await refused()).toBeUndefined();
    write(createHmac('sha256', 'one').update('2').digest('hex'));
    expect(await refused()).toBe('key-other');
    process.env.HENGJIAN_KEY_FILE = `${keyFile}-nowhere`;
    expect(await refused()).toBe('key-missing');
    process.env.HENGJIAN_KEY_FILE = keyFile;
    write(good);
    expect(await refused()).toBeUndefined();
    expect(readFileSync(join(lake, 'manifest.json'), 'utf8')).not.toContain(good.slice(0, 16));
  }, 60_000);

  it('and everything in a lake is closed to others, also after further batches', async () => {
    const { root, source, lake, keyFile } = setUp();
    const all = city(4, 2);
    const bad = { ...(all.fee_list_d?.[0] ?? {}), bkkp_sn: 'bad', cnt: 'two' };
    mkdirSync(lake, { mode: 0o755 });
    const modes = (folder: string): string[] =>
      readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap((entry) => {
        const path = join(entry.parentPath, entry.name);
        const mode = statSync(path).mode & 0o777;
        return mode === (entry.isDirectory() ? 0o700 : 0o600) ? [] : [`${path} ${mode.toString(8)}`];
      });
    for (const [index, month] of [1, 2].entries()) {
      const part = byMonth({ ...all, fee_list_d: [...(all.fee_list_d ?? []), bad] }, month);
      await ingest({ paths: [writeTables(join(source, String(index)), part, `-${index}`)], lake, report: lake });
      expect(modes(lake)).toEqual([]);
      expect(statSync(lake).mode & 0o777).toBe(0o700);
      chmodSync(join(lake, 'manifest.json'), 0o644);
      chmodSync(join(lake, 'facts'), 0o755);
    }
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(root).not.toBe('');
  }, 60_000);
});

const card = '11010119900307803X';

describe('person numbers', () => {
  it('of one person give one pseudonym, however they are written', () => {
    const wide = [...card].map((one) => String.fromCodePoint((one.codePointAt(0) ?? 0) + 0xfee0)).join('');
    for (const written of [
      card.toLowerCase(),
      ` ${card}\t`,
      '110101 19900307 803X',
      wide,
      wide.toLowerCase(),
      '110101-19900307-803x',
      '110101－19900307–803X',
      `\u200b${card}\ufeff`,
      `110101\u00a019900307\u3000803X`,
    ])
      expect(normalPersonNumber(written), JSON.stringify(written)).toBe(card);
    for (const kept of ['P1', '4301-22', 'a-b', 'x12', '00012345', card, '110101900307803', '-10000010254618'])
      expect(normalPersonNumber(kept)).toBe(kept);
    expect(normalPersonNumber('110101-900307-803')).toBe('110101900307803');
    expect(normalPersonNumber('1-1010199030780')).toBe('1-1010199030780');
  });

  it('are seen alike by the statement and by the program within any text, in half and in full width', async () => {
    const sign = fc.constantFrom(...'0123456789123456789０１２３４５６７８９０１２３４５６７８９-－–　 \u00a0XxＸｘ号床+＋'.split(''));
    const known = fc.constantFrom(card, '13912345678', '１３９１２３４５６７８', '４１０５０２１９８００１０１９８７６', '139－1234　5678');
    const part = fc.oneof(
      fc.constantFrom('号', ' ', '床'),
      known,
      fc.array(sign, { maxLength: 3 }).map((signs) => signs.join('')),
    );
    const written = fc.array(part, { maxLength: 5 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(fc.array(written, { minLength: 40, maxLength: 40 }), async (texts) => {
        const sql = `SELECT ${withoutNumbersSql('raw')} AS shown FROM (SELECT unnest([${texts.map(quoted).join(', ')}]) AS raw)`;
        const rows = await engine.rows(sql, { shown: text });
        // What the program blanks the statement blanks too, and more where several stand side by side.
        rows.forEach(({ shown }, index) => {
          const own = blanked(texts[index] ?? '');
          if (own === texts[index]) expect(shown).toBe(own);
          else expect(blanked(shown), texts[index]).toBe(shown);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('are blanked all where many follow each other without a sign between them', async () => {
    const many = `${card}号${card}${card}４１０５０２１９８００１０１９８７６${card}+8613912345678床`;
    const [row] = await engine.rows(`SELECT ${withoutNumbersSql('raw')} AS shown FROM (SELECT ${quoted(many)} AS raw)`, { shown: text });
    expect(row?.shown).toBe('***号***床');
  });

  it('are read alike by the statement and by the program, for any text', async () => {
    const digit = fc.constantFrom(...'0123456789xX-－０１２ｘ　 \u200b\u00a0AZｚ–證'.split(''));
    const number = fc.oneof(
      fc.array(digit, { maxLength: 24 }).map((parts) => parts.join('')),
      fc.string({ unit: 'grapheme' }),
      fc.constant(card),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(number, { minLength: 40, maxLength: 40 }), async (all) => {
        const texts = all.filter((one) => !one.includes('\0'));
        const sql = `SELECT ${normalPersonSql('raw')} AS normal FROM (SELECT unnest([${texts.map(quoted).join(', ')}]) AS raw)`;
        const rows = await engine.rows(sql, { normal: text });
        expect(rows.map(({ normal }) => normal)).toEqual(texts.map(normalPersonNumber));
        for (const one of texts) expect(normalPersonNumber(normalPersonNumber(one))).toBe(normalPersonNumber(one));
      }),
      { numRuns: 40 },
    );
  });

  it('are taken for forged by the statement as their normal form says, for any text', async () => {
    const keys = personKeys(Buffer.alloc(32, 7));
    const hex = 'a0'.repeat(16);
    const genuine = `hj:${hex}-${pseudonymOf(keys.tagKey, hex).slice(0, 16)}`;
    const part = fc.constantFrom(
      hex,
      hex.toUpperCase(),
      'hj:',
      'ｈｊ：',
      '-',
      '－',
      '–',
      ' ',
      '\u200b',
      '\n',
      card,
      'ａ',
      'z',
      '1',
      genuine,
    );
    const isMade = (one: string): boolean => /^(?:hj:)?[0-9a-f]{32}(?:-.*)?$/.test(normalPersonNumber(one));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(part, { maxLength: 5 }), { minLength: 40, maxLength: 40 }), async (all) => {
        const texts = all.map((parts) => parts.join(''));
        const source = `SELECT unnest([${texts.map(quoted).join(', ')}]) AS raw`;
        const sql = `SELECT CAST(${forgedSql(keys, 'raw')} AS VARCHAR) AS forged FROM (${source})`;
        const rows = await engine.rows(sql, { forged: text });
        expect(rows.map(({ forged }) => forged)).toEqual(texts.map((one) => String(isMade(one) && one !== genuine)));
      }),
      { numRuns: 40 },
    );
  });

  it('keep the pseudonym they had', async () => {
    const keys = personKeys(Buffer.alloc(32, 7));
    const sql = `SELECT ${pseudonymSql(keys.key, normalPersonSql("'身份证1'"))} AS psn, ${shownSql(keys, "'abc'")} AS shown`;
    expect(await engine.row(sql, { psn: text, shown: text })).toEqual({
      psn: createHmac('sha256', Buffer.alloc(32, 7)).update('身份证1').digest('hex').slice(0, 32),
      shown: `hj:abc-${pseudonymOf(keys.tagKey, 'abc').slice(0, 16)}`,
    });
    const forged = (value: string): Promise<{ readonly n: string } | undefined> =>
      engine.row(`SELECT CAST(${forgedSql(keys, quoted(value))} AS VARCHAR) AS n`, { n: text });
    const psn = 'a'.repeat(32);
    const genuine = `hj:${psn}-${pseudonymOf(keys.tagKey, psn).slice(0, 16)}`;
    for (const made of [psn, `hj:${psn}`, `hj:${psn}-${'0'.repeat(16)}`, ` ${psn}\u200b`, 'ｈｊ：'.concat(psn), `${genuine}0`])
      expect(await forged(made), made).toEqual({ n: 'true' });
    for (const honest of [genuine, 'P1', card, '1'.repeat(30), `G${'1'.repeat(31)}`])
      expect(await forged(honest), honest).toEqual({ n: 'false' });
  });
});

describe('person numbers of a lake', () => {
  it('that a source brings as pseudonyms go to quarantine; those the program wrote come back as the same person', async () => {
    const { root, source, lake, keyFile } = setUp();
    const one = visit(1, 1, 1, 2);
    await ingest({ paths: [writeTables(source, one)], lake });
    const keys = readKey(lake, undefined);
    const psn = pseudonymOf(keys.key, 'P1');
    const two = visit(2, 2, 1, 3);
    const fees = (two.fee_list_d ?? []).map((row, index) =>
      index === 0 ? { ...row, psn_no: psn } : index === 1 ? { ...row, cnt: 'two' } : row,
    ) as Records;
    const forged = (two.mdtrt_d ?? []).map((row) => ({ ...row, psn_no: `hj:${psn}` }));
    const result = await ingest({ paths: [writeTables(join(root, 'next'), { ...two, mdtrt_d: forged, fee_list_d: fees })], lake });
    expect(result.tables.fee_list_d).toMatchObject({ accepted: 1, quarantined: 2 });
    expect(result.tables.mdtrt_d).toMatchObject({ accepted: 0, quarantined: 1 });
    const folder = join(lake, 'quarantine/2');
    const file = readdirSync(folder).find((name) => name.startsWith('fee_list_d')) ?? '';
    const content = readFileSync(join(folder, file), 'utf8');
    expect(content).toContain('psn_no,"",pseudonym');
    expect(content).not.toMatch(/,P2[,\n]/);
    const mended = join(root, 'fee_list_d-mended.csv');
    writeFileSync(mended, content.replaceAll('two', '2'));
    expect((await ingest({ paths: [mended], lake })).tables.fee_list_d).toMatchObject({ accepted: 2, quarantined: 0 });
    const persons = (await openLake(lake)).segments().flatMap((handle) => {
      const { psn: column } = readSegment(handle, { persons: ['psn'] }).persons.columns;
      return column !== undefined && 'get' in column ? Array.from({ length: column.length }, (_, row) => column.get(row)) : [];
    });
    expect([...new Set(persons)].sort()).toEqual([psn, pseudonymOf(keys.key, 'P2')].sort());
    expect(keyFile).not.toBe('');
  }, 60_000);

  it('written in several ways are one person of the lake', async () => {
    const { root, source, lake } = setUp();
    const plain = city(1, 2);
    const renamed = (written: (index: number) => string): typeof plain =>
      Object.fromEntries(
        Object.entries(plain).map(([table, rows]) => [
          table,
          rows.map((row, index) => ('psn_no' in row ? { ...row, psn_no: written(index) } : row)),
        ]),
      );
    const ways = [card, card.toLowerCase(), '110101 19900307 803X', '110101-19900307-803X', `\u200b${card}`];
    await ingest({
      paths: [
        writeTables(
          source,
          renamed(() => card),
        ),
      ],
      lake,
    });
    const odd = join(root, 'odd');
    mkdirSync(odd);
    for (const [table, rows] of Object.entries(renamed((index) => ways[index % ways.length] ?? card)))
      if (rows.length > 0) writeFileSync(join(odd, `${table}.csv`), csv(rows));
    const result = await ingest({ paths: [odd], lake: join(root, 'lake-odd') });
    expect(result.persons).toBe(1);
    expect(stateHash(await openLake(join(root, 'lake-odd')))).toBe(stateHash(await openLake(lake)));
  }, 60_000);
});
