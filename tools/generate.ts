import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { catalogueFiles, loadProblemList, loadRulebook } from '@hengjian/rulebook';
import { ruleJsonSchema } from '@hengjian/rulespec';
import { documentationPage, typescriptSource } from '@hengjian/standard';
import { allProblems, errorsPage } from './registries.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

mkdirSync(`${root}packages/standard/src/generated`, { recursive: true });
writeFileSync(`${root}packages/standard/src/generated/tables.ts`, typescriptSource());
writeFileSync(`${root}docs/dictionary.md`, documentationPage());
writeFileSync(`${root}docs/errors.md`, errorsPage(await allProblems()));
writeFileSync(`${root}library/rule.schema.json`, `${JSON.stringify(ruleJsonSchema(), null, 2)}\n`);

const { rules, tables } = loadRulebook({ cases: true });
const catalogue = catalogueFiles({ rules, tables, problems: loadProblemList(), link: '../../library/knowledge/' });
mkdirSync(`${root}docs/rules`, { recursive: true });
for (const name of readdirSync(`${root}docs/rules`)) if (!catalogue.has(name)) rmSync(`${root}docs/rules/${name}`);
for (const [name, text] of catalogue) writeFileSync(`${root}docs/rules/${name}`, text);
