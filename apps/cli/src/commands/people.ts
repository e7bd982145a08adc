import { addPerson, disablePerson, listPeople, type Person, roles } from '@hengjian/operations';
import type { Command } from 'commander';
import { define } from '../command.ts';
import { inStore, readPassword, type SignedOptions, type StoreOptions, signedIn, signInAs, withSignIn, withStore } from '../operations.ts';

const describe = ({ login, display_name, roles: held, disabled }: Person): string =>
  `${login.padEnd(16)} ${held.join(',').padEnd(28)} ${display_name}${disabled ? ' (disabled)' : ''}`;

interface AddOptions extends SignedOptions {
  readonly role: readonly string[];
  readonly name?: string;
}

function add(program: Command): void {
  const command = withSignIn(program.command('add').description('adds a person; the first one is the security administrator and needs no --as'))
    .argument('<login>', 'login, small letters')
    .requiredOption('--role <roles...>', roles.join(', '))
    .option('--name <name>', 'name that is shown (default: the login)');
  const example = 'hengjian people add zhang.wei --role rule_author --name 张伟 --data operations --as security';
  define<AddOptions>(command, `${example}\n  The new password is read from HENGJIAN_NEW_PASSWORD, or asked for.`, async ({ output }, options, [login]) => {
    const person = await inStore(options, async (store) => {
      const actor = options.as === undefined ? undefined : await signInAs(store, options.as);
      const password = await readPassword('HENGJIAN_NEW_PASSWORD', `新密码 new password of ${login}: `);
      return addPerson(store, actor, { login: login as string, display_name: options.name ?? (login as string), roles: options.role, password });
    });
    output.line(describe(person));
    output.result(person);
    return 0;
  });
}

function list(program: Command): void {
  const command = withStore(program.command('list').description('lists the people and their roles'));
  define<StoreOptions>(command, 'hengjian people list --data operations', async ({ output }, options) => {
    const people = await inStore(options, (store) => listPeople(store));
    for (const person of people) output.line(describe(person));
    output.line(`${people.length} people`);
    output.result(people);
    return 0;
  });
}

function disable(program: Command): void {
  const command = withSignIn(program.command('disable').description('disables a person for good')).argument('<login>', 'login');
  define<SignedOptions>(command, 'hengjian people disable zhang.wei --data operations --as security', async ({ output }, options, [login]) => {
    const person = await signedIn(options, (store, actor) => disablePerson(store, actor, login as string));
    output.line(describe(person));
    output.result(person);
    return 0;
  });
}

export function peopleCommand(program: Command): void {
  const people = program.command('people').description('people who decide, their roles, and their sign-in');
  for (const command of [add, list, disable]) command(people);
}
