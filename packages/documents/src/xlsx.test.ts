import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { workbookWriter } from './xlsx.ts';

const folder = mkdtempSync(join(tmpdir(), 'hengjian-xlsx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string): void {
  const book = workbookWriter(path);
  const sheet = book.sheet('机构 & <科室>', ['名称', '金额']);
  sheet.row(['=1+1', { decimal: '12.30' }]);
  sheet.row(['<script> & "x" \u0001', 7]);
  sheet.row([null, '']);
  sheet.end();
  book.close();
}

describe('the workbook writer', () => {
  it('writes exact decimals, escapes markup and quotes what looks like a formula', () => {
    const path = join(folder, 'a.xlsx');
    write(path);
    const files = unzipSync(readFileSync(path));
    const sheet = new TextDecoder().decode(files['xl/worksheets/sheet1.xml']);
    expect(sheet).toContain('<c r="B2"><v>12.30</v></c>');
    expect(sheet).toContain('<c r="A2" t="inlineStr" s="2"><is><t xml:space="preserve">=1+1</t></is></c>');
    expect(sheet).toContain('&lt;script&gt; &amp; "x" </t>');
    expect(sheet).not.toContain('<f>');
    expect(new TextDecoder().decode(files['xl/workbook.xml'])).toContain('机构 &amp; &lt;科室&gt;');
  });

  it('gives the same bytes for the same rows', () => {
    write(join(folder, 'b.xlsx'));
    write(join(folder, 'c.xlsx'));
    expect(readFileSync(join(folder, 'b.xlsx')).equals(readFileSync(join(folder, 'c.xlsx')))).toBe(true);
  });
});
