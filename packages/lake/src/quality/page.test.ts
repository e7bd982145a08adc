import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csv } from '../fixture.ts';
import { ingest, type RuleNeeds } from '../index.ts';

const root = mkdtempSync(join(tmpdir(), 'hengjian-page-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const hospital = 'H41010200009';
const common = { psn_no: 'P1', fixmedins_code: hospital, med_type: '21', insutype: '310', vali_flag: '1' };
const line = { ...common, setl_id: 'S1', med_list_codg: '001109000010000', cnt: '1', pric: '10', det_item_fee_sumamt: '10.00' };
const lines = ['02', '03', '04', '05', '06'].map((day, index) => ({
  ...{ ...line, mdtrt_id: 'M1', bkkp_sn: `B${index}`, feedetl_sn: `F${index}`, fee_ocur_time: `2025-03-${day} 09:00:00` },
  ...(index === 3 ? { fee_ocur_time: 'yesterday' } : index === 4 ? { det_item_fee_sumamt: 'much' } : {}),
  ...(index === 1 ? { prd_days: '-60' } : { prd_days: '' }),
}));
const files: Readonly<Record<string, string>> = {
  'psn_info_b.csv': csv([{ psn_no: 'P1', gend: '1', brdy: '1970-01-02', die_date: '1900-01-01', vali_flag: '1' }]),
  'mdtrt_d.csv': csv([{ ...common, mdtrt_id: 'M1', begntime: '2025-03-01 08:00:00', endtime: '2025-03-07 08:00:00', brdy: '1980-01-02' }]),
  'setl_d.csv': csv([{ ...common, mdtrt_id: 'M1', setl_id: 'S1', setl_time: '2025-03-07 09:00:00', medfee_sumamt: '99.00', clr_way: '1' }]),
  // A quote that is never closed costs its own line.
  'fee_list_d.csv': `${csv(lines)}M1,"broken\n`,
  'notes.csv': 'a,b\n1,2\n',
};

/** The page as one language shows it, without names of fields and files. */
function shownIn(language: 'zh' | 'en', html: string): string {
  const other = language === 'zh' ? 'en' : 'zh';
  return html
    .replaceAll(/<style[\s\S]*?<\/style>|<title>[\s\S]*?<\/title>|<label[\s\S]*?<\/label>|<code>[\s\S]*?<\/code>/g, '')
    .replaceAll(new RegExp(`<span lang="${other}">[\\s\\S]*?</span>`, 'g'), '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

describe('the quality page', () => {
  let html = '';

  beforeAll(async () => {
    process.env.HENGJIAN_KEY_FILE = join(root, 'key');
    const [source, report] = [join(root, 'in'), join(root, 'q')];
    mkdirSync(source);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(source, name), text);
    const rules: readonly RuleNeeds[] = [
      { id: 'N01', name: '某规则', name_en: 'Some rule', needs: ['mdtrt_d.dise_no'], asks: [[{ table: 'visits', column: 'dise_no' }]] },
    ];
    const { attention } = await ingest({ paths: [source], lake: join(root, 'lake'), report, rules });
    expect(attention).toMatchObject([
      {
        table: 'fee_list_d',
        refusals: expect.arrayContaining([
          expect.objectContaining({ sample: { zh: 'fee_list_d.csv 第 5 行：yesterday', en: 'fee_list_d.csv row 5: yesterday' } }),
        ]),
      },
    ]);
    html = readFileSync(join(report, 'quality.html'), 'utf8');
  });

  it('says in Chinese where a sample stands', () => {
    const text = shownIn('zh', html);
    expect(text).toContain('明细项目费用总额：无法识别，例如 fee_list_d.csv 第 6 行：much');
    expect(text).toContain('第 3 行 -60');
    expect(text).not.toMatch(/\brows?\b/);
  });

  it('says in English where a sample stands', () => {
    const text = shownIn('en', html);
    expect(text).toContain('fee line amount: unreadable, for example fee_list_d.csv row 6: much');
    expect(text).toContain('row 3 -60');
  });

  it('has no word of the other language', () => {
    expect(shownIn('en', html).match(/[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+/g)).toBeNull();
    const words = shownIn('zh', html).match(/(?<![\w.])[A-Za-z]{2,}(?![\w.])/g) ?? [];
    // Names of commands, of columns that nobody reads, and what the sources say.
    const named = ['hengjian', 'lake', 'decide', 'count', 'mapping', 'ID', 'insutype', 'much'];
    expect([...new Set(words)].filter((word) => !named.includes(word))).toEqual([]);
  });
});
