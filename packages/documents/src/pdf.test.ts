import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { page } from './markup.ts';
import { findBrowser, printPdf } from './pdf.ts';

it.skipIf(findBrowser() === undefined)(
  'every page prints on A4',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hengjian-pdf-'));
    const html = join(folder, 'page.html');
    writeFileSync(html, page('清算单', '<h1>清算单</h1>'));
    await printPdf(html, join(folder, 'page.pdf'));
    const box = /\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/.exec(readFileSync(join(folder, 'page.pdf'), 'latin1'));
    const [width, height] = [Number(box?.[1]), Number(box?.[2])];
    expect([Math.round(width), Math.round(height)]).toEqual([595, 842]);
    rmSync(folder, { recursive: true });
  },
  60_000,
);
