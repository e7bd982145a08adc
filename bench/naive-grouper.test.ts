import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileGrouper, importScheme, readCases, witnesses } from '@hengjian/grouping';
import { describe, expect, it } from 'vitest';
import { naiveGroup } from './naive-grouper.ts';

const folder = fileURLToPath(new URL('../../shared/data/drg/', import.meta.url));

describe.skipIf(!existsSync(`${folder}chs-drg-1.1`))('the list-scanning interpreter', () => {
  const { scheme } = importScheme(`${folder}chs-drg-1.1`);
  const grouper = compileGrouper(scheme);

  it('agrees with the grouper on published records', async () => {
    let row = 0;
    for await (const { one } of readCases(`${folder}chs11_answers.csv.gz`)) {
      row += 1;
      if (row % 40 === 0) expect(naiveGroup(scheme, one), one.id).toBe(grouper.group(one).drg);
    }
    expect(row).toBe(10_000);
  });

  it('sends the witness of every group to that group', () => {
    const { found } = witnesses(scheme);
    for (const [group, one] of found) expect(naiveGroup(scheme, one)).toBe(group);
  });
});
