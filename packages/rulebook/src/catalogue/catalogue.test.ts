import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { libraryFolder } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { loadRulebook } from '../load.ts';
import { catalogueFiles } from './catalogue.ts';
import { loadProblemList } from './problem-list.ts';

const { rules, tables } = loadRulebook({ cases: true });
const problems = loadProblemList();
const folder = join(libraryFolder, '..', 'docs', 'rules');
const files = catalogueFiles({ rules, tables, problems, link: '../../library/knowledge/' });
const page = (name: string): string => files.get(name) ?? '';

describe('the catalogue of rules', () => {
  it('is up to date in docs/rules (npm run generate)', () => {
    const stale = [...files]
      .filter(([name, text]) => !existsSync(join(folder, name)) || readFileSync(join(folder, name), 'utf8') !== text)
      .map(([name]) => name);
    expect(stale).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual([...files.keys()].sort());
  });

  it('is the same every time it is made', () => {
    expect([...catalogueFiles({ rules, tables, problems, link: '../../library/knowledge/' })]).toEqual([...files]);
  });

  it('names basis, logic, cases and what is unknown on the page of every rule', () => {
    for (const { source } of rules) {
      const text = page(`${source.id}.md`);
      for (const heading of ['依据 Basis', '逻辑 Logic', '原文 As written', '金额 Amount', '何时未知', '所需数据', '用例 Cases'])
        expect(text, source.id).toContain(`## ${heading}`);
      expect(text, source.id).toContain(source.basis[0]?.document);
      for (const { name } of source.cases) expect(text.replaceAll('\\', ''), source.id).toContain(`| ${name} |`);
      for (const { name } of source.params) expect(text, source.id).toContain(name);
      if (source.official_code !== undefined) expect(text).toContain(source.official_code);
    }
  });

  it('shows small tables whole and links large ones', () => {
    for (const [name, table] of tables) {
      const user = rules.find((rule) => rule.table === name);
      if (user === undefined) continue;
      const text = page(`${user.source.id}.md`);
      expect(text, name).toContain(`[${name}.csv](../../library/knowledge/${name}.csv)：${table.rows.length} 个知识点`);
      const shown = table.rows.filter(({ point_id }) => text.includes(`| ${point_id} |`)).length;
      expect(shown, name).toBe(table.rows.length <= 30 ? table.rows.length : 8);
    }
  });

  it('lists every rule and every item of the problem lists in both indexes', () => {
    for (const { source } of rules) {
      expect(page('README.md')).toContain(`[${source.id}](${source.id}.md)`);
      expect(page('index.html')).toContain(`id="${source.id}"`);
    }
    for (const { list, number } of problems) expect(page('index.html')).toContain(`id="${list}-${number}"`);
    expect(
      page('README.md')
        .split('\n')
        .filter((line) => /^\| 定点(医疗机构|零售药店) \d+ \|/.test(line)),
    ).toHaveLength(202);
    expect(page('README.md')).toContain(`共 ${rules.length} 条规则`);
  });

  it('asks no network and runs no script but its own', () => {
    const html = page('index.html');
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/(?:src|href)="https?:|@import|url\(/);
    expect(html).not.toMatch(/undefined|\[object|NaN/);
  });

  it('names tables without links where there is nothing to link to', () => {
    const own = catalogueFiles({ rules: rules.slice(0, 8), tables, problems: [] });
    expect(own.size).toBe(10);
    expect([...own.values()].join('\n')).not.toContain('](../../library');
  });
});
