import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as xlsx from '@e965/xlsx';
import { expect, it } from 'vitest';
import { temporary } from './fixture.ts';
import { ingest } from './index.ts';

const cells = ['A', 'P1', 'H33010000001', '21', '310', '330102', '1', '2025-03-01 08:00:00'];
const header = (name: string) => ['mdtrt_id', 'psn_no', 'fixmedins_code', 'med_type', 'insutype', 'insu_admdvs', 'vali_flag', name];

it.each(['begn\ntime', 'begn time', 'begntime\r\n', 'BEGN TIME'])('a national name is known with blank signs in it: %j', async (name) => {
  const root = temporary();
  process.env.HENGJIAN_KEY_FILE = join(root, 'key');
  const write = { csv: `${header(name).map((one) => `"${one}"`)}\n${cells}\n`, xlsx: workbook(name) };
  for (const [kind, content] of Object.entries(write)) {
    const folder = join(root, kind);
    mkdirSync(folder);
    writeFileSync(join(folder, `mdtrt_d.${kind}`), content);
    const { tables, unread_columns: left } = await ingest({ paths: [folder], lake: join(root, `${kind}-lake`) });
    expect([tables.mdtrt_d?.accepted, left]).toEqual([1, []]);
  }
});

function workbook(name: string): Buffer {
  const sheet = xlsx.utils.aoa_to_sheet([header(name), cells]);
  const bytes: unknown = xlsx.write({ SheetNames: ['mdtrt_d'], Sheets: { mdtrt_d: sheet } }, { type: 'buffer', bookType: 'xlsx' });
  return Buffer.isBuffer(bytes) ? bytes : Buffer.alloc(0);
}
