import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readKnowledgeManifest, readRulebook } from '@hengjian/rulebook';
import { describe, expect, it } from 'vitest';
import { drugClass } from './drugs.ts';
import { importKnowledge, type LoadReport, readTables, undoBatch } from './index.ts';

const entry = (category: string, basis: string, more: object = {}): object[] => [
  { categories: [category], basis, codes: [], cond: {}, ...more },
];

async function loaded(constraints: object, published: readonly object[] = []): Promise<{ report: LoadReport; library: string }> {
  const root = mkdtempSync(join(tmpdir(), 'hengjian-book-'));
  writeFileSync(join(root, 'index.json'), JSON.stringify({ constraints, exclusive_pairs: [{ a: '甲', b: '乙', window: '单日' }] }));
  if (published.length > 0) writeFileSync(join(root, 'published.json'), JSON.stringify(published));
  const library = join(root, 'library');
  const files = ['index.json', ...(published.length > 0 ? ['published.json'] : [])].map((name) => join(root, name));
  return { report: await importKnowledge(files, { library, now: '2026-11-22 09:00' }), library };
}

const rows = (library: string, table: string): Readonly<Record<string, string>>[] => [...(readTables(library).get(table)?.values() ?? [])];
const own = (library: string, table: string): Readonly<Record<string, string>>[] =>
  rows(library, table).filter((row) => row.source?.startsWith('index.json'));
const published = (name: string, codes: readonly string[]): object => ({
  kp_id: `KP-${name}`,
  rule_class: '药品限医疗机构级别',
  med_codes: codes,
  item_name: name,
  constraint: '限二级及以上医疗机构。',
});

describe('the index of all classes', () => {
  it('gives operations and diagnoses by the code their name begins with, and joins the diagnoses of an operation', async () => {
    const { report, library } = await loaded({
      '38.4600x006阴茎动脉部分切除术': entry('手术操作编码与性别不符', '男性', { cond: { limit_sex: '男' } }),
      无编码的手术: entry('手术操作编码与性别不符', '男性', { cond: { limit_sex: '男' } }),
      '51.2300腹腔镜下胆囊切除术2×K80.000x003胆囊结石': entry('诊断编码与手术操作编码不符', '对应关系'),
      '51.2300腹腔镜下胆囊切除术2×O99.617妊娠合并胆囊炎': entry('诊断编码与手术操作编码不符', '对应关系'),
      '51.2300腹腔镜下胆囊切除术2×K80.100胆囊结石': entry('诊断编码与手术操作编码不符', '对应关系'),
      'A51.001阴茎下疳': entry('诊断与患者性别不符', '男性泌尿生殖器官相关疾病'),
      'A04.402新生儿大肠杆菌肠炎': entry('诊断与患者年龄不符', '新生儿相关疾病诊断'),
      'A50.401幼年型麻痹性痴呆': entry('诊断与患者年龄不符', '幼年相关疾病诊断'),
    });
    expect(own(library, 'operation-sex').map((row) => [row.operations, row.name, row.sex])).toEqual([
      ['38.4600x006', '阴茎动脉部分切除术', '1'],
    ]);
    const [point] = own(library, 'operation-diagnosis');
    expect([point?.operations, point?.name]).toEqual(['51.2300', '腹腔镜下胆囊切除术']);
    // K80 and O99 by the pairs, the others by the shipped row of the same operation.
    expect(point?.diagnoses).toBe('C23*|K80*|K81*|K82*|K83*|O99*');
    expect(own(library, 'diagnosis-sex').map((row) => [row.diagnoses, row.sex])).toEqual([['A51.001', '1']]);
    expect(own(library, 'diagnosis-age').map((row) => [row.diagnoses, row.age_max, row.days_max])).toEqual([['A04.402', '0', '28']]);
    expect(report.by_class['诊断编码与手术操作编码不符']).toMatchObject({ rows: 3, points: 1, merged: 1, same: 1 });
    expect(report.by_class['手术操作编码与性别不符']).toMatchObject({ rows: 2, points: 1, refused: 1 });
    expect(report.texts_by_reason).toEqual({ 'years-open': 1 });
    expect(readRulebook({ knowledge: library }).problems).toEqual([]);
  });

  it('lets a shipped prefix yield the operations that an imported point names, and nothing beside them', async () => {
    const pair = '51.2300腹腔镜下胆囊切除术×K80.100胆囊结石';
    const { library } = await loaded({ [pair]: entry('诊断编码与手术操作编码不符', '对应关系') });
    const shipped = rows(library, 'operation-diagnosis').find(({ point_id }) => point_id === 'operation-diagnosis-0002');
    const cells = shipped?.operations?.split('|') ?? [];
    const reaches = (code: string): boolean => cells.some((cell) => code.startsWith(cell.slice(0, -1)));
    expect(['51.2100', '51.2200', '51.2400', '51.2x00'].every(reaches)).toBe(true);
    expect(['51.2300', '51.2301', '51.2300x001'].some(reaches)).toBe(false);
    undoBatch(library);
    expect(rows(library, 'operation-diagnosis').find(({ point_id }) => point_id === 'operation-diagnosis-0002')?.operations).toBe('51.2*');
  });

  it('parts herbs where the source parted them wrongly, by name and by the codes that are published', async () => {
    const { library } = await loaded(
      { '炙甘草醋+芫花': entry('中药饮片配伍禁忌', '说明'), '郁金公+丁香': entry('中药饮片配伍禁忌', '说明') },
      [{ ...published('公丁香', ['T000700200']), rule_class: '中药饮片单方使用不予支付' }],
    );
    expect(own(library, 'herb-incompatible').map((row) => [row.item_a, row.item_b])).toEqual([
      ['name:炙甘草', 'name:醋芫花'],
      ['name:郁金', 'T000700200|name:公丁香'],
    ]);
  });

  it('binds drugs to codes that come with it; what has none, and what only warns of a dose, stays a proposal', async () => {
    const { report, library } = await loaded(
      {
        甲片: entry('妊娠期及哺乳期用药安全', '用存在相关用药禁忌的药品孕妇禁用。'),
        乙片: entry('妊娠期及哺乳期用药安全', '用存在相关用药禁忌的药品哺乳期禁用。'),
        丙片: entry('妊娠期及哺乳期用药安全', '用存在相关用药禁忌的药品孕妇禁用。'),
        甲片二: entry('老年人用药安全', '年用药禁忌的药品老年人慎用。'),
        乙片二: entry('老年人用药安全', '年用药禁忌的药品老年人应减量。'),
        丁片: [{ categories: ['药品禁忌症', '老年人用药安全'], basis: '合药品说明书疾病禁忌肝硬化者禁用。', codes: [], cond: {} }],
        戊片: entry('药品相互作用', '作用的两种药品禁止与庚替尼或己沙班合用。'),
      },
      [
        published('甲片', ['XA01ABA001A001010100001']),
        published('乙片', ['XA01ABA002A001010100001']),
        published('甲片二', ['XA01ABA003A001010100001']),
        published('乙片二', ['XA01ABA004A001010100001']),
        published('戊片', ['XA01ABA005A001010100001']),
        published('己沙班片', ['XA01ABA006A001010100001']),
      ],
    );
    expect(own(library, 'drug-pregnancy').map((row) => [row.name, row.diagnoses?.includes('Z39'), row.diagnoses?.includes('Z33')])).toEqual(
      [
        ['甲片', false, true],
        ['乙片', true, false],
      ],
    );
    expect(own(library, 'drug-elderly').map((row) => [row.name, row.age_max])).toEqual([['甲片二', '65']]);
    expect(own(library, 'drug-interaction').map((row) => [row.name_a, row.item_b])).toEqual([['戊片', 'XA01ABA006A001010100001']]);
    expect(report.texts_by_reason).toEqual({ 'caution-open': 1, 'codes-open': 2, 'text-lost': 1 });
  });

  it('types articles whose name says where they are used, and repeats no point that its own file gave', async () => {
    const use = '《医保医用耗材分类与代码数据库》耗材分类，适用于肱骨骨折相关疾病。';
    const { report, library } = await loaded(
      {
        '锁定接骨板-肱骨': entry('医用耗材限疾病使用', use),
        金属解剖型接骨板: entry('医用耗材限疾病使用', use),
        甲片: entry('药品限医疗机构级别', '限二级'),
        '年版）序号药品通用名代码数量7甲片': entry('药品限医疗机构级别', '限二级'),
        第二部分智能监管规则和对应的知识点: entry('中药饮片超量上传', ''),
      },
      [published('甲片', ['XA01ABA001A001010100001'])],
    );
    expect(own(library, 'consumable-disease').map((row) => row.items)).toEqual(['article:锁定接骨板-肱骨']);
    expect(report.by_class['药品限医疗机构级别']).toMatchObject({ rows: 3, points: 1, part: 2 });
    const index = report.files.find(({ file }) => file === 'index.json');
    expect(index?.problems.map(({ code }) => code)).toEqual(['name-broken', 'codes-missing']);
  });

  it('takes a panel of a public model as a point, and keeps the relations that no rule can judge as proposals', async () => {
    const root = mkdtempSync(join(tmpdir(), 'hengjian-book-'));
    const sheet = (name: string, head: string, ...lines: string[]): string => {
      writeFileSync(join(root, name), `${[`主项编码,主项名称,${head},来源标识,领域标识`, ...lines].join('\n')}\n`);
      return join(root, name);
    };
    const files = [
      sheet(
        '组合.csv',
        '子项编码,子项名称',
        '332503049010000,电解质,(002503040010000|002503040020000),(钾|钠),诊疗,化验',
        '3325,无,(0025),(钾),诊疗,化验',
      ),
      sheet('重复.csv', '从项编码,从项名称', '003108000020000,骨髓活检术,(003108000010000),(骨髓穿刺),诊疗,血液'),
      sheet('加收.csv', '从项编码,从项名称,加收限制', '003308040570000,修补术,003308040570001,修补术(加收),1,诊疗,心脏'),
      sheet('虚记.csv', '排查机构,排查部门,排查数量', '00250601002,镜检,,,,诊疗,化验'),
    ];
    const library = join(root, 'library');
    const report = await importKnowledge(files, { library, now: '2026-11-22 09:00' });
    const panels = rows(library, 'lab-panel-part').filter((row) => row.source?.startsWith('组合'));
    expect(panels.map((row) => [row.item_a, row.item_b])).toEqual([['332503049010000', '002503040010000|002503040020000']]);
    expect(rows(library, 'lab-panel-part').filter(({ item_a }) => item_a === '332503049010000').length).toBe(1);
    expect(report.texts_by_reason).toEqual({ 'condition-open': 1, 'evidence-open': 1, 'rule-open': 1, 'window-open': 1 });
  });

  it('groups drugs by their smallest class, and by their substance where several are given together', () => {
    expect(drugClass('XL02BGA045A001010101749', '阿那曲唑片')).toBe('L02BG');
    expect(drugClass('XB01ACX010A001010101645', '西洛他唑片')).toBe('B01ACX010');
    expect(drugClass('XC02KXM170A001010100816', '马昔腾坦片')).toBe('C02KX 内皮素受体拮抗药');
  });
});

const shared = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));

describe.skipIf(!existsSync(shared))('the published index (needs ../shared/data)', () => {
  it('closes its counts class by class, changes nothing the second time, and is taken out whole', async () => {
    const library = join(mkdtempSync(join(tmpdir(), 'hengjian-book-')), 'library');
    const load = (): Promise<LoadReport> => importKnowledge([join(shared, 'two-libraries')], { library, now: '2026-11-22 09:00' });
    const report = await load();
    for (const one of [...report.files, ...Object.values(report.by_class).flatMap((own) => own ?? [])])
      expect(one.rows).toBe(one.points + one.same + one.merged + one.part + one.codes + one.text + one.refused);
    const index = report.files.find(({ file }) => file.startsWith('kb_operational_index'));
    expect(index).toMatchObject({ rows: 7857, refused: 155 });
    const of = (name: string): object => report.by_class[name] ?? {};
    expect(of('手术操作编码与性别不符')).toMatchObject({ rows: 961, points: 961 });
    expect(of('诊断编码与手术操作编码不符')).toMatchObject({ rows: 1433, points: 37, merged: 238, same: 1158 });
    expect(of('中药饮片配伍禁忌')).toMatchObject({ rows: 552, points: 552 });
    expect(of('重复开药')).toMatchObject({ rows: 793, points: 42, text: 751 });
    expect(of('医用耗材限疾病使用')).toMatchObject({ rows: 109, points: 88, text: 21 });
    const manifest = readKnowledgeManifest(library);
    expect((await load()).changed).toBe(false);
    expect(readKnowledgeManifest(library)).toEqual(manifest);
    expect(undoBatch(library).manifest.batches).toEqual([]);
    expect(rows(library, 'operation-sex').length).toBeLessThan(30);
  }, 60_000);
});
