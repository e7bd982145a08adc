import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { RunRecord } from '@hengjian/audit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type City, makeCity } from '../city.ts';
import { command, type Outcome } from '../command.ts';
import { limitRule } from './rule.ts';

const password = 'correct horse battery';
let city: City;

function hengjianWith(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Outcome> {
  const secrets = { HENGJIAN_PASSWORD: password, HENGJIAN_NEW_PASSWORD: password, HENGJIAN_SECOND_PASSWORD: password };
  const place = { HENGJIAN_OPERATIONS: join(city.folder, 'operations') };
  return command(args, { env: { ...secrets, ...place, ...env } });
}

const hengjian = (...args: readonly string[]): Promise<Outcome> => hengjianWith({}, ...args);

async function done<Result>(...args: readonly string[]): Promise<Result> {
  const { code, out, err } = await hengjian(...args, '--json');
  expect(code, `${args.join(' ')}\n${err}`).toBe(0);
  return JSON.parse(out) as Result;
}

function refused(outcome: Outcome, ...parts: readonly string[]): void {
  expect(outcome.code, outcome.err).toBe(2);
  expect(outcome.err).toContain('→');
  expect(outcome.err).not.toMatch(/\n\s+at /);
  for (const part of parts) expect(outcome.err).toContain(part);
}

function ruleFile(name: string, text: string): string {
  const file = join(city.folder, name);
  writeFileSync(file, text);
  return file;
}

/** Takes a text to approved through the commands. */
async function approve(id: string, version: number, text: string): Promise<void> {
  await done('rules', 'draft', ruleFile(`${id}.yaml`, text), '--as', 'author');
  await done('rules', 'submit', id, '--as', 'author');
  await done('rules', 'backtest', id, '--lake', city.lake, '--out', join(city.folder, 'backtest'), '--as', 'author');
  await done('rules', 'approve', `${id}@${version}`, '--why', '已核对', '--as', 'approver');
}

const june = ['--from', '2025-06-01', '--to', '2025-06-30'];
const audit = (out: string, ...more: readonly string[]): Promise<RunRecord> =>
  done<RunRecord>(
    'audit',
    '--lake',
    city.lake,
    '--out',
    join(city.folder, out),
    '--operations',
    join(city.folder, 'operations'),
    '--no-report',
    ...more,
  );

beforeAll(async () => {
  city = await makeCity(600);
  await done('operations', 'init', '--area', '410500');
  await done('people', 'add', 'security', '--role', 'security_admin');
  await done('people', 'add', 'author', '--role', 'rule_author', '--as', 'security');
  await done('people', 'add', 'approver', '--role', 'rule_approver', 'rule_author', '--as', 'security');
  await done('people', 'add', 'second', '--role', 'rule_approver', 'rule_author', '--as', 'security');
  mkdirSync(join(city.folder, 'rules'));
  ruleFile('rules/T01.yaml', limitRule(1, '300.00'));
}, 600_000);
afterAll(() => city.remove());

describe('the life cycle of rules, by command', () => {
  it('takes two people to publish a library, or says that one did', async () => {
    const library = ['rules', 'import-library', '--rules', join(city.folder, 'rules'), '--from', '2020-01-01', '--reason', '首次发布'];
    refused(await hengjian(...library, '--as', 'author'), '两人');
    refused(await hengjian(...library, '--as', 'approver', '--second', 'approver'), '请由另一名有 rule_approver 角色的人办理');
    expect(await done(...library, '--as', 'author', '--second', 'approver')).toMatchObject({ rules: 1, bootstrap: false });
  }, 300_000);

  it('judges June by the old version and July by the new one, and June again as before', async () => {
    const first = await audit('june-1', ...june);
    expect(first.findings).toBeGreaterThan(20);
    expect(first.operations?.versions.map(({ rule_id, version }) => `${rule_id}@${version}`)).toEqual(['T01@1']);
    const before = await audit('year-1');
    await approve('T01', 2, limitRule(2, '500.00'));
    refused(await hengjian('rules', 'publish', 'T01@2', '--from', '2025-07-01', '--as', 'approver'), '早于今天', '--reason');
    refused(await hengjian('rules', 'publish', 'T01@2', '--from', '2025-07-01', '--reason', '年中调整', '--as', 'author'), 'rule_approver');
    expect(await done('rules', 'history', 'T01')).toMatchObject({
      versions: [{ state: 'published' }, { state: 'approved' }],
      publications: [{ version: 1 }],
    });
    await done('rules', 'publish', 'T01@2', '--from', '2025-07-01', '--reason', '年中调整', '--as', 'approver');

    const again = await audit('june-2', ...june);
    expect(again.findings_hash).toBe(first.findings_hash);
    expect(again.rulebook_hash).toBe(first.rulebook_hash);
    for (const file of ['findings.parquet', 'at_issue.parquet']) {
      expect(readFileSync(join(city.folder, 'june-2', file)).equals(readFileSync(join(city.folder, 'june-1', file))), file).toBe(true);
    }
    const earlier = ['--operations', join(city.folder, 'operations'), '--as-of', '2020-01-01'];
    refused(await hengjian('audit', '--lake', city.lake, '--out', join(city.folder, 'as-of'), ...earlier), '没有生效的规则');
    const year = await audit('year-2');
    const [one, two] = year.rules;
    expect([one?.rule_version, two?.rule_version]).toEqual([1, 2]);
    expect((one?.evaluated ?? 0) + (two?.evaluated ?? 0)).toBe(before.rules[0]?.evaluated);
    expect((one?.findings ?? 0) + (two?.findings ?? 0)).toBe(year.findings);
    expect(year.operations?.versions.map(({ version, days }) => [version, days.length, days[0]?.at(-1)])).toEqual([
      [1, 1, '2025-06-30'],
      [2, 1, null],
    ]);
    expect(year.findings).toBeLessThan(before.findings);
    expect(year.changes).toBeNull();
    const { changes } = await audit('year-1');
    expect(changes).toMatchObject({ new: 0, withdrawn: before.findings - year.findings });
  }, 600_000);

  it('answers why not by the version that judges the line', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const file = join(city.folder, 'year-2', 'findings.parquet');
    const reader = await connection.runAndReadAll(
      `SELECT rule_version AS version, any_value(line_key[1] ORDER BY finding_id) AS line
        FROM read_parquet('${file}') GROUP BY ALL ORDER BY 1`,
    );
    const rows = reader.getRowObjectsJson();
    connection.closeSync();
    instance.closeSync();
    expect(rows.map(({ version }) => version)).toEqual([1, 2]);
    for (const { version, line } of rows) {
      const place = join(city.folder, 'operations');
      const answer = await done('why-not', 'T01', '--line', String(line), '--lake', city.lake, '--operations', place);
      expect(answer).toMatchObject({ rule: 'T01', version, verdict: 'hit' });
    }
  }, 300_000);

  it('exports the rules in force on a day', async () => {
    const out = join(city.folder, 'exported');
    await done('rules', 'export', '--on', '2025-07-01', '--out', out);
    expect(readdirSync(out)).toEqual(['T01.yaml']);
    expect(readFileSync(join(out, 'T01.yaml'), 'utf8')).toBe(limitRule(2, '500.00'));
    refused(await hengjian('rules', 'export', '--on', '2025-06-30', '--out', out), 'exported');
    await done('rules', 'export', '--on', '2025-06-30', '--out', `${out}-june`);
    expect(readFileSync(join(`${out}-june`, 'T01.yaml'), 'utf8')).toBe(limitRule(1, '300.00'));
  }, 300_000);

  it('refuses what must not be, and nothing is half-published', async () => {
    await done('rules', 'draft', ruleFile('T02.yaml', limitRule(1, '100.00', 'T02')), '--as', 'approver');
    refused(await hengjian('rules', 'approve', 'T02@1', '--why', 'x', '--as', 'second'), 'T02@1 目前为“草稿”', 'submit');
    await done('rules', 'submit', 'T02', '--as', 'approver');
    await done('rules', 'backtest', 'T02', '--lake', city.lake, '--out', join(city.folder, 'backtest'), '--as', 'approver');
    refused(await hengjian('rules', 'approve', 'T02@1', '--why', 'mine', '--as', 'approver'), '请由另一名有 rule_approver 角色的人办理');
    await done('rules', 'approve', 'T02@1', '--why', 'read', '--as', 'second');
    refused(
      await hengjian('rules', 'publish', 'T02@1', '--from', '2025-01-01', '--reason', 'x', '--as', 'approver'),
      '请由另一名有 rule_approver 角色的人办理',
    );
    refused(await hengjian('rules', 'publish', 'T99@1', '--from', '2025-01-01', '--reason', 'x', '--as', 'approver'), 'T99');
    refused(await hengjian('rules', 'publish', 'T02', '--from', '2025-01-01', '--as', 'approver'), '编号@版本');
    refused(
      await hengjian('rules', 'draft', ruleFile('edited.yaml', limitRule(2, '501.00')), '--as', 'author'),
      '已保存的版本不得改动',
      'version: 3',
    );
    refused(
      await hengjianWith({ HENGJIAN_PASSWORD: 'wrong' }, 'rules', 'retire', 'T01', '--from', '2030-01-01', '--as', 'approver'),
      '账号或密码不正确',
    );
    refused(
      await hengjianWith({ HENGJIAN_PASSWORD: '' }, 'rules', 'retire', 'T01', '--from', '2030-01-01', '--as', 'approver'),
      'HENGJIAN_PASSWORD',
    );
    const broken: readonly (readonly [string, (text: string) => string, string])[] = [
      ['T03', (text) => text.replace('{from: 2020-01-01, value', '{from: 2024-01-01, value'), '没有全国取值'],
      ['T04', (text) => text.replace('when:', 'items: no-such-table\nwhen:'), 'no-such-table'],
      ['T05', (text) => text.replace('> param.most', '> 3 * line.cnt'), 'quantity'],
    ];
    for (const [id, change, says] of broken) {
      await done('rules', 'draft', ruleFile(`${id}.yaml`, change(limitRule(1, '100.00', id))), '--as', 'author');
      refused(await hengjian('rules', 'submit', id, '--as', 'author'), says);
      refused(await hengjian('rules', 'backtest', id, '--lake', city.lake, '--out', join(city.folder, 'backtest'), '--as', 'author'), '→');
    }
    refused(
      await hengjian('rules', 'check', ruleFile('T03.yaml', (broken[0] as (typeof broken)[number])[1](limitRule(1, '100.00', 'T03')))),
      '没有全国取值',
    );
    const states: { versions: { state: string }[]; publications: unknown[] }[] = [];
    for (const id of ['T02', 'T03', 'T04', 'T05']) states.push(await done('rules', 'history', id));
    expect(states.map(({ versions, publications }) => `${versions[0]?.state} ${publications.length}`)).toEqual([
      'approved 0',
      'draft 0',
      'draft 0',
      'draft 0',
    ]);
    expect(await done('operations', 'status')).toMatchObject({ publications: 2, journal: { broken_at: null } });
    refused(await hengjian('audit', '--lake', city.lake, '--out', join(city.folder, 'x'), '--as-of', '2025-01-01'), '--operations');
    refused(await hengjian('rules', 'history', 'T01', '--data', join(city.folder, 'nowhere')), 'operations init');
  }, 600_000);

  it('sets findings of an exempt institution apart, with a count', async () => {
    const plain = await audit('exempt', ...june);
    const file = join(city.folder, 'exempt', 'run.json');
    expect((JSON.parse(readFileSync(file, 'utf8')) as RunRecord).exempted).toMatchObject({ findings: 0 });
    for (const code of ['H41050500003', 'H41050200001']) {
      const { id } = await done<{ id: string }>(
        'rules',
        'exempt',
        'T01',
        '--code',
        code,
        '--from',
        '2025-06-01',
        '--to',
        '2025-06-30',
        '--reason',
        '试点',
        '--as',
        'author',
      );
      await done('rules', 'approve-exemption', id, '--as', 'approver');
    }
    const exempt = await audit('exempt', ...june);
    expect(exempt.exempted?.findings).toBeGreaterThan(0);
    expect(exempt.findings + (exempt.exempted?.findings ?? 0)).toBe(plain.findings);
    expect(exempt.changes?.withdrawn_why).toEqual({ exempted: exempt.exempted?.findings });
    expect(readdirSync(join(city.folder, 'exempt'))).toContain('exempted.parquet');
  }, 600_000);
});
