import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCsvRecords } from '@hengjian/standard';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasData, sharedData } from '../job.ts';
import { auditedFindings, classOf } from './judge.ts';

const present = hasData('rule-counterexamples') && hasData('two-libraries');
const source = join(sharedData, 'rule-counterexamples');
const wanted = present ? parseCsvRecords(readFileSync(join(source, 'expect.csv'), 'utf8'), 'expect.csv') : [];
const folder = mkdtempSync(join(tmpdir(), 'hengjian-counterexamples-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!present)('the counter-examples (needs ../shared/data/rule-counterexamples)', () => {
  const found = new Map<string, string[]>();
  beforeAll(async () => {
    for (const { subject, said } of await auditedFindings(join(source, 'in'), folder)) {
      const person = subject.split('-')[0] ?? '';
      found.set(person, [...(found.get(person) ?? []), said]);
    }
  });

  it.each(wanted.map((row) => [row.person ?? '', row.rule ?? '', row.want ?? '', row.why ?? '']))('%s %s %s: %s', (person, rule, want) => {
    const all = found.get(person) ?? [];
    const own = rule === 'any' ? all : all.filter((said) => classOf(said.split(' ')[0] ?? '') === classOf(rule));
    if (want === 'no') expect(own).toEqual([]);
    else expect(own.length, `found of ${person}: ${all.join(', ')}`).toBeGreaterThan(0);
  });
});
