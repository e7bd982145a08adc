import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type City, makeCity } from '../tests/city.ts';
import { command } from '../tests/command.ts';

/** The rows of a table are written by one template: what holds for the first thirty holds for all. */
const rowsLikeTheFirst = 'tbody tr:nth-child(n + 31)';

/** Debian's Chromium; where it is not installed the browser tests say so and skip. */
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (executablePath === undefined) process.stderr.write('no Chromium is installed: the browser tests of settlement skip\n');

const folder = mkdtempSync(join(tmpdir(), 'hengjian-e2e-settlement-'));
const run = join(folder, 'settlement');
const requests: string[] = [];
const faults: string[] = [];
let city: City | undefined;
let browser: Browser | undefined;
let page: Page;

async function hengjian(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await command(args, { cwd: folder });
  if (code !== 0) throw new Error(`hengjian ${args.join(' ')}: ${err}`);
  return out;
}

beforeAll(async () => {
  if (executablePath === undefined) return;
  city = await makeCity(1500);
  const { lake } = city;
  const parameters = join(folder, 'parameters.yaml');
  await hengjian('settle', 'draft', '--lake', lake, '--scheme', 'demonstration', '--year', '2025', '--out', parameters);
  await hengjian('settle', 'run', '--lake', lake, '--scheme', 'demonstration', '--parameters', parameters, '--out', run);
  await hengjian('settle', 'evaluate', '--lake', lake, '--run', run, '--out', join(folder, 'evaluation'));
  await hengjian('settle', 'public', '--run', run, '--out', join(folder, 'public.html'));
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
  page = await (await browser.newContext({ offline: true, viewport: { width: 1200, height: 900 } })).newPage();
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
}, 300_000);

afterAll(async () => {
  await browser?.close();
  city?.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Page of the hospital with the longest statement: most months, pools and reasons. */
function statementPage(): string {
  const names = readdirSync(join(run, 'statements')).filter((name) => name.endsWith('.html'));
  const largest = names.toSorted(
    (left, right) => statSync(join(run, 'statements', right)).size - statSync(join(run, 'statements', left)).size,
  )[0];
  return join('settlement', 'statements', largest ?? '');
}

const pages: readonly (readonly [name: string, file: () => string, zh: string, en: string])[] = [
  ['statement of a hospital', statementPage, '2025', '2025'],
  ['clearing of the city', () => 'settlement/year.html', '2025 年度清算', '2025'],
  ['weights', () => 'settlement/weights.html', '权重', 'eights'],
  ['evaluation', () => 'evaluation/evaluation.html', '支付方式运行评价', 'Evaluation of group payment'],
  ['quality of lists', () => 'evaluation/lists/list-quality.html', '结算清单质量', 'Quality of settlement lists'],
  ['public page', () => 'public.html', '分组、分组逻辑与基础费率公开', 'groups, logic and base rate'],
];

const open = (file: string) => page.goto(pathToFileURL(join(folder, file)).href);
const violations = async (): Promise<string[]> =>
  (
    await new AxeBuilder({ page })
      .options({ resultTypes: ['violations'] })
      .exclude(rowsLikeTheFirst)
      .withTags(['wcag2a', 'wcag2aa'])
      .analyze()
  ).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);

/** How many texts of a language are seen. */
const seenLanguage = (language: 'zh' | 'en'): Promise<number> =>
  page.evaluate<number>(`[...document.querySelectorAll('[lang=${language}]')].filter((one) => one.getClientRects().length > 0).length`);
const overhang = (): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

describe.skipIf(executablePath === undefined)('pages of a settled city in a browser', () => {
  describe.each(pages)('%s', (_name, file, zh, en) => {
    it('opens offline without faults, and everybody can read it in both languages', async () => {
      await open(file());
      expect(await page.locator('h1').innerText()).toContain(zh);
      expect(await seenLanguage('en')).toBe(0);
      expect(await violations()).toEqual([]);
      await page.locator('#en').focus();
      await page.keyboard.press('Space');
      expect(await page.locator('h1').innerText()).toContain(en);
      expect(await seenLanguage('zh')).toBe(0);
      expect(await seenLanguage('en')).toBeGreaterThan(5);
      expect(await violations()).toEqual([]);
      expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
      expect(faults).toEqual([]);
    });

    it('fits its width in both languages, and prints', async () => {
      await open(file());
      expect(await overhang()).toBe(0);
      await page.locator('#en').focus();
      await page.keyboard.press('Space');
      expect(await overhang()).toBe(0);
      await page.keyboard.press('Space');
      const pdf = await page.pdf({ format: 'A4' });
      expect(pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-');
      expect(pdf.length).toBeGreaterThan(10_000);
    });
  });

  it('the public page finds groups by every word and lists by a code', async () => {
    await open('public.html');
    const groups = 312;
    const found = async (text: string): Promise<number> => {
      await page.locator('#search').fill(text);
      return Number((await page.locator('#found').innerText()).split(' / ')[0]);
    };
    const all = await found('');
    expect(all).toBeGreaterThan(groups);
    expect(await page.locator('#searched tbody tr').count()).toBe(groups);
    const stents = await found('冠状动脉 支架');
    expect(stents).toBeGreaterThan(0);
    expect(stents).toBeLessThan(10);
    expect(await page.locator('#searched tbody tr:visible').count()).toBe(stents);
    expect(await found('stents nobody wrote')).toBe(0);
    await found('FM11');
    const shown = await page.locator('#searched tbody tr:visible').allInnerTexts();
    expect(shown.every((text) => text.includes('FM1'))).toBe(true);
    expect(await found('')).toBe(all);
    expect(faults).toEqual([]);
  });

  it('a standard of the public page is weight times the rate a statement pays, to the fen', async () => {
    await open('public.html');
    const [, , , , weight = '', standard = ''] = await page.locator('#searched tbody tr').first().locator('td').allInnerTexts();
    const { pools } = JSON.parse(readFileSync(join(run, 'prices.json'), 'utf8')) as { pools: { form: string; rate: number }[] };
    const rate = BigInt(pools.find((pool) => pool.form === 'group')?.rate ?? 0);
    const fen = (BigInt(weight.replace('.', '')) * rate + 50_000_000n) / 100_000_000n;
    expect(BigInt(standard.replaceAll(/[.,]/g, ''))).toBe(fen);
  });

  it('statements are printed by the command', async () => {
    const code = (statementPage().split('/').at(-1) ?? '').replace(/\.html$/, '');
    expect(await hengjian('settle', 'pdf', '--run', run, '--hospital', code)).toContain('已打印 1 份');
    expect(
      readFileSync(join(run, 'pdf', `${code}.pdf`))
        .subarray(0, 5)
        .toString('latin1'),
    ).toBe('%PDF-');
  });
});
