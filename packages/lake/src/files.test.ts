import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { discover } from './files.ts';
import { temporary } from './fixture.ts';

it('what is no plain file, leads nowhere or leads back is named and not opened', async () => {
  const folder = join(temporary(), 'in');
  mkdirSync(folder);
  writeFileSync(join(folder, 'fee_list_d.csv'), 'a\n');
  const server = createServer().listen(join(folder, 'fee_list_d-2.csv'));
  await once(server, 'listening');
  symlinkSync(folder, join(folder, 'loop'));
  symlinkSync(join(folder, 'nowhere'), join(folder, 'fee_list_d-3.csv'));
  const found = await discover([folder], join(folder, '..', 'scratch'));
  expect(found.files.map(({ name }) => name)).toEqual(['fee_list_d.csv']);
  expect(found.unread.map(({ name }) => name)).toEqual(['fee_list_d-2.csv', 'fee_list_d-3.csv', 'loop']);
  server.close();
});
