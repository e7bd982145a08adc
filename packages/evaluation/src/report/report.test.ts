import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readContentsNow } from '@hengjian/documents';
import { libraryText } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { cluesOf } from '../clues.ts';
import { type EvaluationInput, evaluate } from '../evaluate.ts';
import { publishEvaluation } from '../folder.ts';
import { parseForm } from '../form.ts';
import { mixedGroups, mixedStays } from '../testing.ts';
import { funnelPlot } from './charts.ts';
import { evaluationPage } from './html.ts';

/** Compares with a golden file; `HENGJIAN_GOLDEN=write` writes it anew, to be read as a diff before it is committed. */
function expectGolden(name: string, text: string): void {
  const file = fileURLToPath(new URL(`./golden/${name}`, import.meta.url));
  if (process.env['HENGJIAN_GOLDEN'] === 'write') writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
}

const { weights, groups } = mixedGroups();
const input: EvaluationInput = {
  stays: mixedStays(3000, 11, 4),
  weights,
  groups,
  payments: (stay) => (weights.get(stay.grp_code) ?? 0) * 130,
  period: { from: 20_366, to: 20_730 },
  formerPeriod: { from: 20_000, to: 20_365 },
  form: parseForm(libraryText('forms/evaluation-nine-aspects.yaml'), 'evaluation-nine-aspects.yaml'),
  names: new Map([['H0', '演示 & <一院>']]),
};
const result = evaluate(input);
const clues = cluesOf(result, input);

describe('the evaluation page', () => {
  const page = evaluationPage(result);

  it('is as the golden file says', () => {
    expectGolden('evaluation.html', page);
  });

  it('escapes what comes from the data, loads nothing and runs nothing', () => {
    expect(page).toContain('演示 &amp; &lt;一院&gt;');
    expect(page).not.toContain('<一院>');
    expect(page).not.toMatch(/<script|https?:\/\/|src=/);
  });

  it('has a table after every picture', () => {
    const parts = page.split('<svg').slice(1);
    expect(parts.length).toBeGreaterThanOrEqual(4);
    for (const part of parts) expect(part.split('<svg')[0]).toContain('<table>');
  });

  it('can be made of nothing', () => {
    const empty = evaluationPage(evaluate({ stays: [], weights, payments: () => null, period: { from: 1, to: 2 } }));
    expect(empty).toContain('没有记录');
    expect(empty).toContain('没有提示');
  });
});

describe('the funnel plot', () => {
  it('names only what lies outside the alarm limits', () => {
    const plot = funnelPlot(
      't',
      [
        { label: '甲院', cases: 100, value: 15_000, position: 'very_high' },
        { label: '乙院', cases: 100, value: 10_000, position: 'inside' },
      ],
      5000,
      { across: ['例', 'stays'], up: ['指数', 'index'] },
    );
    expect(plot).toContain('甲院');
    expect(plot).not.toContain('乙院');
    expect(plot.match(/<circle/g)).toHaveLength(2);
  });

  it('keeps names apart and inside the picture', () => {
    const label = '某市第三人民医院';
    const points = [100, 180, 181, 182, 183].map((cases) => ({
      label: `${label}${cases}`,
      cases,
      value: 15_000 + cases,
      position: 'very_high' as const,
    }));
    const plot = funnelPlot('t', points, 5000, { across: ['例', 'stays'], up: ['指数', 'index'] });
    const names = [...plot.matchAll(/<text x="([\d.]+)" y="([\d.]+)"( text-anchor="end")?>某市第三人民医院\d+</g)].map(([, x, y, end]) => {
      const width = label.length * 12 + 3 * 7;
      const left = Number(x) - (end === undefined ? 0 : width);
      return { left, right: left + width, base: Number(y) };
    });
    expect(names).toHaveLength(5);
    for (const [index, one] of names.entries()) {
      expect(one.left).toBeGreaterThan(0);
      expect(one.right).toBeLessThan(920);
      for (const other of names.slice(index + 1))
        expect(
          one.right <= other.left || other.right <= one.left || Math.abs(one.base - other.base) >= 12,
          JSON.stringify([one, other]),
        ).toBe(true);
    }
  });
});

describe('the files of an evaluation', () => {
  it('hold every row, and the same bytes each time', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hengjian-evaluation-'));
    try {
      const { files, clues_file } = publishEvaluation(folder, { evaluation: result, clues });
      expect(files.map((file) => file.slice(folder.length + 1))).toEqual(['evaluation.html', 'evaluation.xlsx', 'evaluation.json']);
      const first = files.map((file) => readFileSync(file));
      publishEvaluation(folder, { evaluation: result, clues });
      expect(JSON.parse(readFileSync(clues_file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(clues)));
      for (const [index, file] of files.entries()) expect(readFileSync(file).equals(first[index] as Buffer)).toBe(true);
      expect(JSON.parse(readFileSync(files[2] as string, 'utf8'))).toEqual(JSON.parse(JSON.stringify({ ...result, clues })));
      const contents = readContentsNow(
        files[1] as string,
        new Set(['规则', '就诊', '病组', '权重', '机构编码', '病例', '筛查', 'ADRG', '同行']),
      );
      if (contents.kind !== 'sheets') throw new Error('no sheets');
      const rows = new Map(contents.sheets.map((sheet) => [sheet.sheet, sheet.rows.length]));
      expect(rows.get('机构')).toBe(result.hospitals.length + 1);
      expect(clues.length).toBeGreaterThan(0);
      expect(rows.get('线索病例')).toBe(clues.reduce((sum, { mdtrt_id }) => sum + mdtrt_id.length, 0));
      expect(rows.get('病组')).toBe(result.groups.length);
      expect(rows.get('筛查')).toBe(result.screens.length);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
