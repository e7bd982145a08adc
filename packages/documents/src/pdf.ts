import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { documentsProblems } from './problems.ts';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The browser that prints, or undefined: HENGJIAN_CHROMIUM, else where the systems put it. */
export function findBrowser(): string | undefined {
  return [process.env.HENGJIAN_CHROMIUM ?? '', ...places].find((path) => path !== '' && existsSync(path));
}

/**
 * Prints a page as PDF on the paper its style sheet names: A4 for every page of `page`. The file appears whole or not at
 * all; a page is read from disk alone, without network. Throws RefusedInput when there is no browser or it prints nothing.
 */
export async function printPdf(page: string, pdf: string): Promise<void> {
  const browser = findBrowser();
  if (browser === undefined) throw documentsProblems.refused('browser-missing', {}, { file: pdf });
  const profile = mkdtempSync(join(tmpdir(), 'hengjian-print-'));
  const aside = `${resolve(pdf)}.tmp`;
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--no-pdf-header-footer',
    `--user-data-dir=${profile}`,
  ];
  try {
    const code = await new Promise<number | null>((done, failed) => {
      const child = spawn(browser, [...flags, `--print-to-pdf=${aside}`, pathToFileURL(resolve(page)).href], { stdio: 'ignore' });
      child.once('error', failed);
      child.once('close', done);
    });
    if (code !== 0 || !existsSync(aside)) throw documentsProblems.refused('print-failed', { code: code ?? '?' }, { file: page });
    renameSync(aside, pdf);
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
    rmSync(aside, { force: true });
  }
}
