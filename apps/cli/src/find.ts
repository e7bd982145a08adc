import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Words } from '@hengjian/standard';
import type { AnyCommand } from './command.ts';

/** Commands by the names of their files: `commands/audit.ts` is `audit`, `commands/settle/run.ts` is `settle run`. */
const folder = fileURLToPath(new URL('./commands/', import.meta.url));

const isCommandFile = (name: string): boolean => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'index.ts';
const nameOf = (file: string): string => file.replace(/\.ts$/, '');

/** Names at the top: commands, and groups of commands. */
export const topNames = (): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || isCommandFile(entry.name))
    .map((entry) => nameOf(entry.name))
    .sort();

export const isGroup = (name: string): boolean => /^[a-z-]+$/.test(name) && existsSync(`${folder}${name}/index.ts`);

/** Names of the commands of a group. */
export const namesIn = (group: string): string[] => readdirSync(`${folder}${group}`).filter(isCommandFile).map(nameOf).sort();

export const isCommand = (path: readonly string[]): boolean =>
  path.every((name) => /^[a-z-]+$/.test(name)) && path.at(-1) !== 'index' && existsSync(`${folder}${path.join('/')}.ts`);

/** Loads one command and nothing else. */
export async function loadCommand(path: readonly string[]): Promise<AnyCommand> {
  const module: { readonly command: AnyCommand } = await import(/* @vite-ignore */ pathToFileURL(`${folder}${path.join('/')}.ts`).href);
  return module.command;
}

/** What a group of commands is for. */
export async function loadGroup(name: string): Promise<Words> {
  const module: { readonly group: Words } = await import(/* @vite-ignore */ pathToFileURL(`${folder}${name}/index.ts`).href);
  return module.group;
}

/** Paths of all commands. */
export const allPaths = (): string[][] =>
  topNames().flatMap((name) => (isGroup(name) ? namesIn(name).map((own) => [name, own]) : [[name]]));
