import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The rows of a table are written by one template: what holds for the first thirty holds for all. */
const rowsLikeTheFirst = 'tbody tr:nth-child(n + 31)';

/** Debian's Chromium; where it is not installed the browser tests say so and skip. */
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (executablePath === undefined) process.stderr.write('no Chromium is installed: the browser tests skip\n');

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'hengjian-catalogue-'));
let browser: Browser;
let page: Page;
const requests: string[] = [];
const faults: string[] = [];
const shown = (): Promise<number> => page.locator('details.rule:visible').count();

/** Axe takes minutes for the whole catalogue, so it reads one that has a rule of each shape and the first items of the lists. */
const oneOfEachShape = ['N14', 'IB03', 'N25', 'N27', 'N31', 'IB04', 'N60', 'IG01'];

function catalogue(out: string, rules: readonly string[] = []): void {
  const args = [join(root, 'apps/cli/bin/hengjian.mjs'), 'rules', 'catalogue', '--out', out, ...rules];
  const made = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: root });
  expect(made.stderr).toBe('');
  expect(made.status).toBe(0);
}

beforeAll(async () => {
  if (executablePath === undefined) return;
  catalogue(folder);
  catalogue(
    join(folder, 'few'),
    oneOfEachShape.map((id) => `library/rules/${id}.yaml`),
  );
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
  const context = await browser.newContext({ offline: true });
  page = await context.newPage();
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(pathToFileURL(join(folder, 'index.html')).href);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(executablePath === undefined)('the catalogue of rules in a browser', () => {
  it('opens without a network, Chinese first', async () => {
    expect(await page.locator('h1').innerText()).toBe('衡鉴规则目录');
    expect(await shown()).toBeGreaterThan(150);
    expect(await page.locator('#count').innerText()).toMatch(/^显示 (\d+) 条，共 \1 条规则$/);
    expect(await page.locator('tr[data-item]').count()).toBe(202);
    expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('finds rules and items of the problem lists by words', async () => {
    await page.locator('#search').fill('追溯码 重复');
    expect(await page.locator('#IC04').isVisible()).toBe(true);
    expect(await page.locator('#N07').isVisible()).toBe(false);
    expect(await shown()).toBeLessThan(20);
    await page.locator('#search').fill('GZ10000102012000');
    expect(await shown()).toBe(1);
    await page.locator('#search').fill('没有这样的规则');
    expect(await shown()).toBe(0);
    expect(await page.locator('#count').innerText()).toContain('显示 0 条');
    await page.locator('#search').fill('');
  });

  it('filters by class, object, result, stage and shape together', async () => {
    await page.locator('#shape').selectOption('group');
    const groups = await shown();
    expect(groups).toBeGreaterThan(5);
    await page.locator('#result').selectOption('violation');
    expect(await shown()).toBe(0);
    await page.locator('#result').selectOption('');
    expect(await shown()).toBe(groups);
    await page.locator('#shape').selectOption('');
    await page.locator('#group').selectOption('统计指标监测');
    expect(await shown()).toBe(8);
    await page.locator('#group').selectOption('');
    await page.locator('#stage').selectOption('before');
    await page.locator('#object').selectOption('drug');
    expect(await shown()).toBeGreaterThan(20);
    await page.locator('#stage').selectOption('');
    await page.locator('#object').selectOption('');
  });

  it('switches to English and back by the keyboard', async () => {
    await page.locator('#language').focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('h1').innerText()).toBe('Hengjian catalogue of rules');
    await page.locator('#N25 summary').click();
    expect(await page.locator('#N25 .logic').innerText()).toContain('Line B is at issue');
    expect(await page.locator('#result option').nth(1).innerText()).toBe('violation');
    expect(await page.title()).toBe('Hengjian catalogue of rules');
    await page.locator('#language').focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('h1').innerText()).toBe('衡鉴规则目录');
  });

  it('leads from an item of the lists to its rule, even when it is filtered away', async () => {
    await page.locator('#search').fill('限定单价');
    const link = page.locator('#hospital-31 a', { hasText: 'N27' });
    expect(await page.locator('#N27').isVisible()).toBe(false);
    await page.evaluate(`location.hash = '#N27'`);
    await page.waitForFunction(`document.getElementById('N27').open`);
    expect(await page.locator('#N27').isVisible()).toBe(true);
    expect(await page.locator('#search').inputValue()).toBe('');
    expect(await link.getAttribute('href')).toBe('#N27');
  });

  it('can be read by everybody, closed, open and in English', async () => {
    await page.goto(pathToFileURL(join(folder, 'few', 'index.html')).href);
    await page.evaluate(`[...document.querySelectorAll('tr[data-item]')].slice(12).forEach((row) => row.remove())`);
    const violations = async (): Promise<string[]> =>
      (
        await new AxeBuilder({ page })
          .options({ resultTypes: ['violations'] })
          .exclude(rowsLikeTheFirst)
          .analyze()
      ).violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html ?? ''}`);
    expect(await violations()).toEqual([]);
    for (const id of oneOfEachShape) await page.locator(`#${id} summary`).click();
    await page.locator('#language').click();
    expect(await page.locator('#IG01 .logic').innerText()).toContain('meet');
    expect(await violations()).toEqual([]);
    expect(faults).toEqual([]);
  });
});
