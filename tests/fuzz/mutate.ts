import type { Random } from './random.ts';

/** Texts that have broken readers before. */
export const nasty: readonly [string, ...string[]] = [
  '"',
  '""',
  '"a"b',
  "'",
  '\\',
  '\\"',
  ',',
  '\t',
  ' ',
  '\u3000',
  '\ufeff',
  '\u200b',
  '\ue0f1',
  '\ufffd',
  '﷽',
  '𠮷',
  'é',
  '输液器',
  '＝１',
  '=1+1',
  '-',
  '-0',
  '1e308',
  '1e-9',
  '9'.repeat(40),
  '0x10',
  'NaN',
  'Infinity',
  'null',
  'NULL',
  '1900-01-01',
  '9999-12-31 23:59:59',
  '2025-02-30',
  '2025-03-01T08:00:00+08:00',
  '45678.375',
  '{}',
  '[]',
  '__proto__',
  'constructor',
  "'; DROP TABLE x; --",
  '$\u007bx}',
  '{x}',
  '%s%n',
  '\u001f',
  'a'.repeat(300),
];

const bytesOf = (random: Random, length: number): Buffer => Buffer.from(Array.from({ length }, () => random.below(256)));
const tokens: readonly [Buffer, ...Buffer[]] = [
  Buffer.from([0]),
  Buffer.from([0, 0, 0, 0]),
  Buffer.from([0xff]),
  Buffer.from([0xb0]),
  Buffer.from([0xe5, 0xbc]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from('"'),
  Buffer.from('\n'),
  Buffer.from('\r'),
  Buffer.from('\r\n'),
  Buffer.from(','),
  Buffer.from([0xef, 0xbb, 0xbf]),
  Buffer.from([0xff, 0xfe]),
  Buffer.from([0x1a]),
  Buffer.from([0x84, 0x31, 0xa4, 0x37]),
];

type Change = (bytes: Buffer, random: Random) => Buffer;

const put = (bytes: Buffer, at: number, part: Buffer, replaced = 0): Buffer =>
  Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at + replaced)]);

const changes: readonly [Change, ...Change[]] = [
  (bytes, random) => {
    const out = Buffer.from(bytes);
    const at = random.below(out.length);
    out[at] = (out[at] ?? 0) ^ (1 << random.below(8));
    return out;
  },
  (bytes, random) => put(bytes, random.below(bytes.length), random.from(tokens)),
  (bytes, random) => put(bytes, random.below(bytes.length), random.from(tokens), 1),
  (bytes, random) => put(bytes, random.below(bytes.length), Buffer.alloc(0), 1 + random.below(40)),
  (bytes, random) => put(bytes, random.below(bytes.length), bytesOf(random, 1 + random.below(12))),
  (bytes, random) => put(bytes, random.below(bytes.length), Buffer.alloc(1 + random.below(64)), random.below(2) * 32),
  (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  (bytes, random) => {
    const [from, length] = [random.below(bytes.length), 1 + random.below(200)];
    return put(bytes, random.below(bytes.length), bytes.subarray(from, from + length));
  },
  (bytes, random) => {
    const out = Buffer.from(bytes);
    for (let times = 0; times < 8; times += 1) out[random.below(out.length)] = random.below(256);
    return out;
  },
  (bytes, random) => put(bytes, random.below(bytes.length), Buffer.from(random.from(nasty))),
];

/** Bytes with up to `most` changes. */
export function damaged(bytes: Buffer, random: Random, most = 3): Buffer {
  let out = bytes;
  for (let times = 1 + random.below(most); times > 0 && out.length > 0; times -= 1) out = random.from(changes)(out, random);
  return out;
}

/** A value in which some parts are of another type, missing, or more than there should be. */
export function reshaped(value: unknown, random: Random, depth = 0): unknown {
  if (random.chance(depth === 0 ? 0.02 : 0.06)) return oddValue(random);
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const out = items.map((item) => reshaped(item, random, depth + 1));
    return random.chance(0.05) ? [...out, ...out, oddValue(random)] : out;
  }
  if (typeof value !== 'object' || value === null) return random.chance(0.04) ? oddValue(random) : value;
  const entries = Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
    if (random.chance(0.03)) return [];
    const name = random.chance(0.02) ? random.from(nasty) : random.chance(0.02) ? key.toUpperCase() : key;
    return [[name, reshaped(item, random, depth + 1)]];
  });
  return Object.fromEntries(entries);
}

function oddValue(random: Random): unknown {
  const deep = (): unknown => {
    let value: unknown = 1;
    for (let level = 0; level < 2000; level += 1) value = [value];
    return value;
  };
  const makers = [
    () => null,
    () => true,
    () => -1,
    () => 1e300,
    () => '',
    () => random.from(nasty),
    () => [],
    () => ({}),
    () => [[[]]],
    () => ({ data: { data: [{ data: null }] } }),
    () => 123_456_789_012_345_680_000,
    deep,
  ] as const;
  return random.from(makers)();
}
