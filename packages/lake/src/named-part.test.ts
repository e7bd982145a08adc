import { openTables, optional, quoted, text } from '@hengjian/table';
import { expect, test } from 'vitest';
import { namedPartSql } from './named-part.ts';

test.each([
  ['头颅CT平扫', 'head'],
  ['上腹部CT增强', 'abdomen'],
  ['胸部CT平扫', 'chest'],
  ['胸椎磁共振平扫', 'thoracic_spine'],
  ['颈椎磁共振平扫', 'cervical_spine'],
  ['双膝关节DR摄影', 'knee'],
  ['胸腹部CT平扫', null],
  ['股骨头CT平扫', null],
  ['X线计算机体层(CT)平扫', null],
  ['胸腔闭式引流术', null],
])('%s tells %s', async (name, part) => {
  const engine = await openTables({ folders: [] });
  try {
    const row = await engine.row(
      `SELECT ${namedPartSql('l')} AS part FROM (SELECT ${quoted(name)} AS medins_list_name, NULL::VARCHAR AS hilist_name) l`,
      { part: optional(text) },
    );
    expect(row?.part ?? null).toBe(part);
  } finally {
    engine.close();
  }
});
