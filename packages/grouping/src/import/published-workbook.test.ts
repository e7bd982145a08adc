import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workbookWriter } from '@hengjian/documents';
import { afterAll, describe, expect, it } from 'vitest';
import { compileGrouper } from '../grouper/compile.ts';
import { conditionText } from '../language/text.ts';
import type { Scheme } from '../scheme/scheme.ts';
import { hasShared, publishedAnswers, publishedScheme } from '../testing/shared.ts';
import { importScheme } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'hengjian-published-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a scheme as a workbook of the 3.0 layout, rows numbered in the order in which they are tried. */
function writeWorkbook(scheme: Scheme, path: string): void {
  const book = workbookWriter(path);
  const sheet = (name: string, header: readonly string[], rows: readonly (readonly (string | number)[])[]): void => {
    const writer = book.sheet(name, header);
    for (const row of rows) writer.row(row);
    writer.end();
  };
  const mdcOf = new Map(scheme.adrgs.map(({ adrg, mdc }) => [adrg, mdc]));
  sheet(
    'MDC',
    ['MDC编码', 'MDC名称', 'MDC规则', '排序'],
    scheme.mdcs.map(({ mdc, name, condition }, index) => [`MDC${mdc}`, name, conditionText(condition), index]),
  );
  sheet(
    'ADRG',
    ['ADRG编码', 'ADRG名称', 'ADRG规则', '所属MDC编码', 'MDC内排序'],
    scheme.adrgs.map(({ adrg, name, mdc, condition }, index) => [adrg, name, conditionText(condition), `MDC${mdc}`, index]),
  );
  sheet(
    'DRG',
    ['DRG', 'DRG名称', 'DRG规则', '所属ADRG编码', '所属MDC编码', '排序'],
    scheme.drgs.map(({ drg, name, adrg, condition }, index) => [drg, name, conditionText(condition), adrg, `MDC${mdcOf.get(adrg)}`, index]),
  );
  sheet(
    '集合',
    ['集合编号', 'ICD编码', 'ICD名称', '类型编号'],
    Object.entries(scheme.sets).flatMap(([set, codes]) => codes.map((code) => [set, code, '', /^[A-Z]/.test(code) ? '1' : '2'])),
  );
  sheet(
    'CC',
    ['疾病编码', '疾病名称', '排除表', '类型'],
    scheme.severity.map(({ code, table, level }) => [code, '', table, level]),
  );
  sheet(
    '排除表',
    ['集合编号', 'ICD编码', 'ICD名称'],
    Object.entries(scheme.exclusions).flatMap(([table, codes]) => codes.map((code) => [table, code, ''])),
  );
  book.close();
}

describe.skipIf(!hasShared)('the tables of 1.1 written as a workbook of the 3.0 layout', () => {
  it('import whole and give every published answer', () => {
    const published = publishedScheme();
    const path = join(folder, 'rules.xlsx');
    writeWorkbook(published, path);
    const { scheme, report } = importScheme(path, { id: 'chs-drg-1.1', switches: published.switches });
    expect(report.counts).toMatchObject({ mdcs: 26, adrgs: 376, drgs: 628, sets: Object.keys(published.sets).length });
    expect(report.sheets.find(({ sheet }) => sheet.endsWith('集合'))?.rows).toBeGreaterThan(95_000);
    expect(scheme.adrgs).toEqual(published.adrgs);
    const grouper = compileGrouper(scheme);
    const wrong = publishedAnswers().filter(({ one, groups }) => groups.some((group) => grouper.group(one).drg !== group));
    expect(wrong.map(({ one }) => one.id)).toEqual([]);
  });
});
