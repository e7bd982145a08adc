import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { runAudit } from '@hengjian/audit';
import { ingest } from '@hengjian/lake';
import { simulate } from '@hengjian/simulate';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The rows of a table are written by one template: what holds for the first thirty holds for all. */
const rowsLikeTheFirst = 'tbody tr:nth-child(n + 31)';

/** Debian's Chromium; where it is not installed the browser tests say so and skip. */
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (executablePath === undefined) process.stderr.write('no Chromium is installed: the browser tests skip\n');

const folder = mkdtempSync(join(tmpdir(), 'hengjian-e2e-'));
let browser: Browser;
let page: Page;
const requests: string[] = [];
const faults: string[] = [];

beforeAll(async () => {
  if (executablePath === undefined) return;
  const [city, lake, result] = ['city', 'lake', 'result'].map((name) => join(folder, name)) as [string, string, string];
  await simulate({ persons: 400, year: 2025, seed: 7, out: city });
  await ingest({ paths: [city], lake, report: result });
  await runAudit({ lake, out: result, report: true });
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
  const context = await browser.newContext({ offline: true });
  page = await context.newPage();
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
}, 300_000);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(executablePath === undefined)('the audit report in a browser', () => {
  it('opens without a network and asks for nothing but itself', async () => {
    await page.goto(pathToFileURL(join(folder, 'result', 'report.html')).href);
    expect(await page.locator('h1').innerText()).toContain('医保基金审核报告');
    expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('shows each chart with a table beside it', async () => {
    expect(await page.locator('svg[role=img]').count()).toBeGreaterThanOrEqual(3);
    expect(await page.locator('table').count()).toBeGreaterThanOrEqual(await page.locator('svg[role=img]').count());
    expect(await page.locator('table tbody tr').count()).toBeGreaterThan(20);
  });

  it('switches to English and back by the keyboard', async () => {
    await page.locator('#en').focus();
    await page.keyboard.press('Space');
    expect(await page.locator('h1').innerText()).toContain('Fund audit report');
    await page.keyboard.press('Space');
    expect(await page.locator('h1').innerText()).toContain('医保基金审核报告');
  });

  it('can be read by everybody', async () => {
    const { violations } = await new AxeBuilder({ page })
      .options({ resultTypes: ['violations'] })
      .exclude(rowsLikeTheFirst)
      .analyze();
    expect(violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html ?? ''}`)).toEqual([]);
  });

  it('opens the quality report the same way', async () => {
    await page.goto(pathToFileURL(join(folder, 'result', 'quality.html')).href);
    expect(await page.locator('h1').count()).toBe(1);
    expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
    expect(faults).toEqual([]);
  });
});
