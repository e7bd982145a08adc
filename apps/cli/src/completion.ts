import type { Language, Words } from '@hengjian/standard';
import type { AnyCommand } from './command.ts';
import { allPaths, isGroup, loadCommand, loadGroup, namesIn, topNames } from './find.ts';
import { flagName } from './help.ts';

/** Shells that can complete the words of a call. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** A word that can come next, and what it says. */
interface Word {
  readonly word: string;
  readonly says: Words | undefined;
  /** Values that an option takes. */
  readonly choices: readonly string[];
}

/** What can follow the words of a path; the path of the program itself is empty. */
interface Place {
  readonly path: readonly string[];
  readonly words: readonly Word[];
}

const plain = (word: string, says?: Words, choices: readonly string[] = []): Word => ({ word, says, choices });

const optionsOf = (command: AnyCommand): readonly Word[] => [
  ...Object.entries(command.options).map(([key, { negated, says, choices }]) =>
    plain(`--${negated === true ? 'no-' : ''}${flagName(key)}`, says, choices),
  ),
  plain('--json'),
  plain('--lang', undefined, ['zh', 'en']),
  plain('--help'),
];

const saysOf = async (path: readonly string[]): Promise<Words> => {
  const [first = ''] = path;
  return path.length === 1 && isGroup(first) ? loadGroup(first) : (await loadCommand(path)).says;
};

const named = async (word: string, path: readonly string[]): Promise<Word> => plain(word, await saysOf(path));

/** Every place of a call, from the records of the commands. */
async function places(): Promise<readonly Place[]> {
  const top = topNames();
  const groups = top.filter(isGroup).map(async (group): Promise<Place> => {
    const words = await Promise.all(namesIn(group).map((name) => named(name, [group, name])));
    return { path: [group], words };
  });
  const commands = allPaths().map(async (path): Promise<Place> => ({ path, words: optionsOf(await loadCommand(path)) }));
  const first: Place = { path: [], words: await Promise.all(top.map((name) => named(name, [name]))) };
  return [first, ...(await Promise.all(groups)), ...(await Promise.all(commands))];
}

const wordsOf = ({ words }: Place): string => words.map(({ word }) => word).join(' ');

function bashScript(all: readonly Place[]): string {
  const cases = all.map((place) => `    '${place.path.join(' ')}') words='${wordsOf(place)}' ;;`);
  const paths = all.flatMap(({ path }) => (path.length === 0 ? [] : [`'${path.join(' ')}'`]));
  const choices = new Map(
    all.flatMap(({ words }) => words.flatMap(({ word, choices }) => (choices.length === 0 ? [] : [[word, choices] as const]))),
  );
  return [
    '_hengjian() {',
    `  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" next words index`,
    '  for ((index = 1; index < COMP_CWORD && index < 3; index++)); do',
    `    next="$path\${path:+ }\${COMP_WORDS[index]}"`,
    `    case "$next" in ${paths.join('|')}) path="$next" ;; *) break ;; esac`,
    '  done',
    '  case "$path" in',
    ...cases,
    '  esac',
    '  case "$previous" in',
    ...[...choices].map(([word, values]) => `    ${word}) words='${values.join(' ')}' ;;`),
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    'complete -o default -F _hengjian hengjian',
  ].join('\n');
}

const quotedForFish = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function fishScript(all: readonly Place[], language: Language): string {
  const condition = (path: readonly string[]): string => {
    const [first, second] = path;
    if (first === undefined) return '__fish_use_subcommand';
    return second === undefined
      ? `__fish_seen_subcommand_from ${first}`
      : `__fish_seen_subcommand_from ${first}; and __fish_seen_subcommand_from ${second}`;
  };
  return all
    .flatMap(({ path, words }) =>
      words.map(({ word, says, choices }) => {
        const option = word.startsWith('--');
        return [
          'complete -c hengjian',
          `-n ${quotedForFish(condition(path))}`,
          option ? `-l ${word.slice(2)}` : `-f -a ${word}`,
          ...(choices.length === 0 ? [] : [`-x -a ${quotedForFish(choices.join(' '))}`]),
          ...(says === undefined ? [] : [`-d ${quotedForFish(says[language])}`]),
        ].join(' ');
      }),
    )
    .join('\n');
}

/** The script by which a shell completes calls of the program. */
export async function completionScript(shell: Shell, language: Language): Promise<string> {
  const all = await places();
  if (shell === 'fish') return fishScript(all, language);
  const script = bashScript(all);
  return shell === 'bash' ? script : `autoload -U +X bashcompinit && bashcompinit\n${script}`;
}
