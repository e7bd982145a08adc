import { createInterface } from 'node:readline';
import { type Location, locationOf } from '@hengjian/operations';
import { inputProblems, words } from '@hengjian/standard';
import type { SignIn } from '@hengjian/workbench';
import { text } from './options.ts';
import type { Output } from './output.ts';
import { commandProblems } from './problems.ts';

/** Options of every command that opens the operations store. */
export const storeOptions = {
  data: text('folder', words('业务库文件夹（或 HENGJIAN_OPERATIONS）', 'folder of the operations store (or HENGJIAN_OPERATIONS)')),
  database: text(
    'text',
    words('业务库的 PostgreSQL，postgres://用户@主机/库名', 'PostgreSQL of the operations store, postgres://user@host/name'),
  ),
} as const;

/** Options of every command that changes it. */
export const signedOptions = {
  ...storeOptions,
  as: text(
    'login',
    words(
      '办理人；密码从终端输入，或取自 HENGJIAN_PASSWORD 或标准输入',
      'who does it; the password is asked for, or read from HENGJIAN_PASSWORD or the standard input',
    ),
  ),
} as const;

export interface StoreFlags {
  readonly data: string | undefined;
  readonly database: string | undefined;
}

/** Where the store is: --database, --data, or HENGJIAN_OPERATIONS (a folder or an address). */
export function storeLocation({ data, database }: StoreFlags): Location {
  const place = database ?? data ?? process.env.HENGJIAN_OPERATIONS ?? '';
  if (place !== '') return locationOf(place);
  throw inputProblems.refused('option-missing', { option: words('--data 或 --database', '--data or --database') });
}

let piped: Promise<string[]> | undefined;

/** The lines of the standard input; each password takes the next one. */
async function pipedLine(): Promise<string | undefined> {
  piped ??= (async () => {
    const lines: string[] = [];
    for await (const line of createInterface({ input: process.stdin })) lines.push(line);
    return lines;
  })();
  return (await piped).shift();
}

/** Asks on the terminal without showing what is typed. */
function asked(question: string): Promise<string> {
  return new Promise((resolve) => {
    const reader = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
    process.stderr.write(question);
    Object.assign(reader, { _writeToOutput: () => undefined });
    reader.question('', (answer) => {
      reader.close();
      process.stderr.write('\n');
      resolve(answer);
    });
  });
}

/** A password: from the environment, typed on a terminal, or the next line of the standard input. */
export async function readPassword(variable: string, login: string, output: Output, fresh = false): Promise<string> {
  const question = fresh
    ? words(`${login} 的新密码：`, `new password of ${login}: `)
    : words(`${login} 的密码：`, `password of ${login}: `);
  const given = process.env[variable] ?? (process.stdin.isTTY === true ? await asked(question[output.language]) : await pipedLine());
  if (given !== undefined && given !== '') return given;
  throw commandProblems.refused('password-missing', { login, variable });
}

/** Who signs in, with the password. Throws a refusal when nobody is named. */
export async function signInOf(login: string | undefined, output: Output, variable = 'HENGJIAN_PASSWORD'): Promise<SignIn> {
  if (login === undefined) throw inputProblems.refused('option-missing', { option: '--as' });
  return { login, password: await readPassword(variable, login, output) };
}

/** Store and person of a command that changes something. */
export const signedOf = async (flags: StoreFlags & { readonly as: string | undefined }, output: Output) => ({
  store: storeLocation(flags),
  by: await signInOf(flags.as, output),
});
