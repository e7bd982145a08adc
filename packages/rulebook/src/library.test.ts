import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lackingCases, ruleJsonSchema, testCases } from '@hengjian/rulespec';
import { differentialTest } from '@hengjian/rulespec/testing';
import { describeProblem, libraryFolder } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { loadRulebook, readRulebook } from './load.ts';
import { ruleNeeds, ruleReads } from './reads.ts';

const { rules, tables, hash } = loadRulebook({ cases: true });

describe('the rule library', () => {
  it('holds the 88 national classes and 70 practice rules in all shapes', () => {
    const national = [...new Set(rules.flatMap(({ source }) => source.official_number ?? []))].sort((a, b) => a - b);
    expect(national).toEqual(Array.from({ length: 88 }, (_, index) => index + 1));
    const practice = rules.filter(({ source }) => source.official_number === undefined);
    expect(new Set(practice.map(({ source }) => source.id.slice(0, 4))).size).toBe(70);
    expect(new Set(rules.map(({ source }) => source.shape.kind)).size).toBe(8);
    expect(new Set(rules.map(({ source }) => source.by))).toEqual(
      new Set(['person', 'practitioner', 'institution', 'trace_code', 'invoice']),
    );
    const codes = rules.flatMap(({ source }) => source.official_code ?? []);
    // Rules of one class have its number and its code.
    const ofNumbers = Map.groupBy(rules, ({ source }) => source.official_number);
    for (const [number, own] of ofNumbers)
      if (number !== undefined) expect(new Set(own.map(({ source }) => source.official_code)).size, `${number}`).toBe(1);
    for (const code of codes) expect(code).toMatch(/^(GZ|ZB)10000\d{9}$/);
  });

  it('passes every case of every rule in both back ends', () => {
    const failures = rules.flatMap((rule) => testCases(rule.source, tables)).filter((result) => !result.passed);
    expect(failures.map(({ problem }) => problem)).toEqual([]);
  });

  it('has cases that hit, that are clear, that sit on the boundary and that cannot be known for every rule', () => {
    expect(rules.flatMap(({ source }) => lackingCases(source)).map((problem) => describeProblem(problem))).toEqual([]);
  });

  it('calls nothing a violation without a cited document', () => {
    for (const { source } of rules.filter((rule) => rule.source.result === 'violation')) {
      expect(
        source.basis.some((basis) => basis.certainty === 'cited'),
        source.id,
      ).toBe(true);
    }
  });

  it('owes the patient a part of every charge that was wrong (Order 735, article 38, item 3)', () => {
    const overcharging = rules.filter(({ source }) => source.basis.some(({ article }) => article.includes('第三十八条第（三）项')));
    expect(overcharging.length).toBeGreaterThan(10);
    const unpaid = overcharging.filter(({ source }) => source.payment_scope && !source.person_owed);
    expect(unpaid.map(({ source }) => source.id)).toEqual([]);
  });

  it('uses every knowledge table, and names its points uniquely', () => {
    const texts = rules.map((rule) => JSON.stringify(rule.source)).join('\n');
    for (const name of tables.keys()) expect(texts.includes(name), name).toBe(true);
    const points = [...tables.values()].flatMap((table) => table.rows.map((row) => row.point_id));
    expect(new Set(points).size).toBe(points.length);
    expect(points.length).toBeGreaterThan(300);
    expect(readdirSync(join(libraryFolder, 'knowledge')).length).toBe(tables.size);
  });

  it('judges random histories the same in both back ends', () => {
    const histories = Number(process.env.HENGJIAN_HISTORIES ?? 2000);
    const result = differentialTest(rules, tables, { histories, seed: 7 });
    expect(result.difference).toBeUndefined();
    expect(result.hitRules.size).toBeGreaterThan(85);
  });

  it('says which fields a rule reads', () => {
    const rule = rules.find(({ source }) => source.id === 'N07');
    expect(rule === undefined ? {} : ruleReads(rule)).toMatchObject({ persons: ['brdy'], lines: expect.arrayContaining(['inscp_amt']) });
    const needs = ruleNeeds(rules);
    expect(needs).toHaveLength(rules.length);
    expect(needs.find(({ id }) => id === 'IE08')?.needs).toContain('psn_insu_d.begndate');
    expect(needs.find(({ id }) => id === 'IF02')?.needs).toContain('dr_info_b.psn_no');
    expect(needs.find(({ id }) => id === 'N43')?.needs).toContain('stoc_chg_d.inv_chg_type');
    expect(needs.find(({ id }) => id === 'IA15')?.needs).toContain('fee_exct_d.exct_cnt');
    expect(needs.find(({ id }) => id === 'IE04')?.needs).toContain('setl_d.invono');
    expect(needs.find(({ id }) => id === 'IC04')?.needs).toContain('fee_list_d.drug_trac_codg');
    for (const { needs: fields } of needs) for (const field of fields) expect(field).toMatch(/^[a-z_]+\.[a-z_]+$/);
  });
});

describe('the schema editors complete rules by', () => {
  it('is up to date', () => {
    expect(JSON.parse(readFileSync(join(libraryFolder, 'rule.schema.json'), 'utf8'))).toEqual(JSON.parse(JSON.stringify(ruleJsonSchema())));
  });
});

describe('reading a library', () => {
  it('gives the same hash for the same content and names what is missing', () => {
    expect(loadRulebook().hash).toBe(hash);
    expect(readRulebook({ rules: ['nowhere/*.yaml'] }).problems[0]?.code).toBe('rules-none');
    expect(() => loadRulebook({ rules: ['nowhere/*.yaml'] })).toThrow('nowhere');
    expect(loadRulebook({ ids: ['N07'] }).rules.map((rule) => rule.source.id)).toEqual(['N07']);
  });
});
