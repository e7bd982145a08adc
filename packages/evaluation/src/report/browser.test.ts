import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { libraryText } from '@hengjian/standard';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate } from '../evaluate.ts';
import { parseForm } from '../form.ts';
import { publicPage } from '../public-page.ts';
import { mixedGroups, mixedStays } from '../testing.ts';
import { evaluationPage } from './html.ts';

/** The rows of a table are written by one template: what holds for the first thirty holds for all. */
const rowsLikeTheFirst = 'tbody tr:nth-child(n + 31)';

/** Debian's Chromium; where it is not installed these tests say so and skip. */
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (executablePath === undefined) process.stderr.write('no Chromium is installed: the browser tests of evaluation skip\n');

const folder = mkdtempSync(join(tmpdir(), 'hengjian-evaluation-pages-'));
const requests: string[] = [];
const faults: string[] = [];
let browser: Browser;
let page: Page;
const { weights, groups } = mixedGroups();

beforeAll(async () => {
  if (executablePath === undefined) return;
  const result = evaluate({
    stays: mixedStays(3000, 11),
    weights,
    groups,
    payments: (stay) => (weights.get(stay.grp_code) ?? 0) * 130,
    period: { from: 20_000, to: 20_999 },
    form: parseForm(libraryText('forms/evaluation-nine-aspects.yaml'), 'form'),
  });
  writeFileSync(join(folder, 'evaluation.html'), evaluationPage(result));
  const listed = [...groups].map(([code, { name }]) => ({
    code,
    name,
    parent: code.slice(0, -1),
    logic: [{ zh: `主要诊断属于目录 ${code}`, en: `principal diagnosis in list ${code}` }],
    weight: weights.get(code) ?? null,
  }));
  writeFileSync(
    join(folder, 'public.html'),
    publicPage({
      title: { zh: '公开', en: 'Public' },
      scheme: 's',
      hash: 'f'.repeat(64),
      effective: { from: '2026-01-01' },
      demonstration: true,
      unit: 'weight',
      groups: listed,
      lists: [{ list: 'F01', codes: ['J18.900'] }],
      rates: [{ name: { zh: '职工', en: 'employees' }, rate: 10_000_000_000 }],
    }),
  );
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
  page = await (await browser.newContext({ offline: true })).newPage();
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = (name: string) => page.goto(pathToFileURL(join(folder, name)).href);
const problems = async (): Promise<string[]> =>
  (
    await new AxeBuilder({ page })
      .options({ resultTypes: ['violations'] })
      .exclude(rowsLikeTheFirst)
      .analyze()
  ).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);

describe.skipIf(executablePath === undefined)('pages of an evaluation in a browser', () => {
  it('can be read by everybody, in both languages, without a network', async () => {
    await open('evaluation.html');
    expect(await page.locator('h1').innerText()).toBe('支付方式运行评价');
    expect(await problems()).toEqual([]);
    await page.locator('#en').focus();
    await page.keyboard.press('Space');
    expect(await page.locator('h1').innerText()).toBe('Evaluation of group payment');
    expect(await problems()).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('find a group by every word, and a list by a code', async () => {
    await open('public.html');
    const shown = (): Promise<string> => page.locator('#found').innerText();
    expect(await shown()).toBe('91 / 91');
    await page.locator('#search').fill('f03 F031');
    expect(await shown()).toBe('0 / 91');
    await page.locator('#search').fill('主要诊断 f31');
    expect(await shown()).toBe('1 / 91');
    await page.locator('#search').fill('j18.900');
    expect(await shown()).toBe('1 / 91');
    expect(await page.locator('table').first().locator('tbody tr').first().isVisible()).toBe(true);
    await page.locator('#search').fill('');
    expect(await problems()).toEqual([]);
    expect(faults).toEqual([]);
  });
});
