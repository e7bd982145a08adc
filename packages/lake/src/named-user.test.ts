import { openTables, optional, text } from '@hengjian/table';
import { expect, test } from 'vitest';
import { namedUserSql } from './named-user.ts';

test('the user of an article is the widest that its names tell', async () => {
  const engine = await openTables({ folders: [] });
  const cases: readonly (readonly [code: string, name: string, own: string | null, user: string | null])[] = [
    ['C0207020150101518785', '喉罩(新生儿用1号)', null, 'newborn'],
    ['C0207020150101518785', '喉罩', '儿童喉罩', 'child'],
    ['C0207020150101518785', '喉罩(新生儿/儿童用)', null, 'child'],
    ['C0207020150101518785', '喉罩(成人、儿童通用)', null, 'adult'],
    ['C0207020150101518785', '喉罩', null, null],
    ['003112020040000', '新生儿气管插管术', null, null],
  ];
  const rows = cases.map(([code, name, own]) => `('${code}', '${name}', ${own === null ? 'NULL' : `'${own}'`})`).join(', ');
  const found = await engine.rows(
    `SELECT ${namedUserSql('f')} AS user FROM (VALUES ${rows}) f (med_list_codg, hilist_name, medins_list_name)`,
    { user: optional(text) },
  );
  expect(found.map(({ user }) => user)).toEqual(cases.map(([, , , user]) => user));
  engine.close();
});
