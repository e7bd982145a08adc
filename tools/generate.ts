import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ruleJsonSchema } from '@hengjian/rulespec';
import { documentationPage, typescriptSource } from '@hengjian/standard';

const root = fileURLToPath(new URL('..', import.meta.url));

mkdirSync(`${root}packages/standard/src/generated`, { recursive: true });
writeFileSync(`${root}packages/standard/src/generated/tables.ts`, typescriptSource());
writeFileSync(`${root}docs/dictionary.md`, documentationPage());
writeFileSync(`${root}library/rule.schema.json`, `${JSON.stringify(ruleJsonSchema(), null, 2)}\n`);
