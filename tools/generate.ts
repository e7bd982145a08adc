import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { documentationPage, typescriptSource } from '../packages/standard/src/schemas.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

mkdirSync(`${root}packages/standard/src/generated`, { recursive: true });
writeFileSync(`${root}packages/standard/src/generated/tables.ts`, typescriptSource());
writeFileSync(`${root}docs/dictionary.md`, documentationPage());
