import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readContentsNow } from '@hengjian/documents';
import { describe, expect, it } from 'vitest';
import { cluesOf } from './clues.ts';
import { type EvaluationInput, evaluate } from './evaluate.ts';
import { publishEvaluation } from './folder.ts';
import { type Screens, standardScreens } from './screens.ts';
import { copies } from './testing.ts';

/** One record is all that a new screen takes: what it counts, what lies behind it, and what it is called. */
const screens: Screens = {
  ...standardScreens,
  long_stay_share: {
    name: { zh: '长住院病例占比', en: 'long stays' },
    rule_id: 'ID09',
    counts: 'stays',
    among: ({ excluded }) => !excluded,
    has: ({ stay }) => stay.ipt_days > 30,
  },
};

const input: EvaluationInput = {
  stays: [
    ...copies(20, { fixmedins_code: 'H1', ipt_days: 40 }),
    ...copies(80, { fixmedins_code: 'H1', ipt_days: 6 }),
    ...copies(99, { fixmedins_code: 'H2', ipt_days: 6 }),
    ...copies(1, { fixmedins_code: 'H2', ipt_days: 40 }),
  ].map((stay, index) => ({ ...stay, mdtrt_id: `M${index}` })),
  weights: new Map([['ES25', 8000]]),
  payments: () => null,
  period: { from: 0, to: 40_000 },
};

describe('a screen', () => {
  it('is added by one record, and is counted, followed to its stays, named in page and workbook', () => {
    const result = evaluate({ ...input, screens });
    const rows = result.screens.filter(({ screen }) => screen === 'long_stay_share');
    expect(rows.map(({ fixmedins_code, own, flagged }) => [fixmedins_code, own.numerator, own.denominator, flagged])).toEqual([
      ['H1', 20, 100, true],
      ['H2', 1, 100, false],
    ]);
    const clues = cluesOf(result, { ...input, screens });
    expect(clues.map(({ rule_id, screen, mdtrt_id }) => [rule_id, screen.fixmedins_code, mdtrt_id.length])).toEqual([['ID09', 'H1', 20]]);
    const folder = mkdtempSync(join(tmpdir(), 'hengjian-screens-'));
    try {
      const { files } = publishEvaluation(folder, { evaluation: result, clues, screens });
      const [page = '', workbook = ''] = files;
      expect(readFileSync(page, 'utf8')).toContain('长住院病例占比');
      const contents = readContentsNow(workbook, new Set(['规则', '就诊', '筛查']));
      const sheet = contents.kind === 'sheets' ? contents.sheets.find((one) => one.sheet === '线索病例') : undefined;
      expect(sheet?.rows[0]?.cells.get('筛查')).toBe('长住院病例占比');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('leaves the others as they are', () => {
    const others = evaluate({ ...input, screens }).screens.filter(({ screen }) => screen !== 'long_stay_share');
    expect(others).toEqual(evaluate(input).screens);
  });
});
