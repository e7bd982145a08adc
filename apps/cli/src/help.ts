import { type Language, type Words, words } from '@hengjian/standard';
import type { AnyCommand } from './command.ts';
import { isGroup, loadCommand, loadGroup, namesIn, topNames } from './find.ts';
import { argumentWords, type Option } from './options.ts';

/** Columns of a terminal that a text takes: Chinese characters and full-width signs take two. */
export const widthOf = (text: string): number =>
  [...text].reduce(
    (sum, character) =>
      sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/.test(character) ? 2 : 1),
    0,
  );

export const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));

const lineWidth = 96;
/** Signs that do not begin a line. */
const closing = /^[，。；：、）”》？！,.;:)]/;

/** Breaks a text at blanks, and between Chinese characters, so that no line is wider than `width`. */
export function wrapped(text: string, width: number): string[] {
  const pieces = text.match(/[\u2e80-\ua4cf\uff00-\uffef“”]|[^\s\u2e80-\ua4cf\uff00-\uffef“”]+|\s+/g) ?? [];
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces) {
    if (line !== '' && widthOf(line) + widthOf(piece) > width && !closing.test(piece)) {
      lines.push(line.trimEnd());
      line = piece.trimStart();
    } else line += piece;
  }
  return [...lines, line.trimEnd()];
}

/** Rows of a name and what it says, the names in one column. */
export function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(34, Math.max(0, ...rows.map(([name]) => widthOf(name)))) + 2;
  return rows.flatMap(([name, says]) => {
    const lines = wrapped(says, lineWidth - width - 2);
    const fits = widthOf(name) <= width - 2;
    const first = fits ? [`  ${padded(name, width)}${lines[0] ?? ''}`] : [`  ${name}`, `  ${' '.repeat(width)}${lines[0] ?? ''}`];
    return [...first, ...lines.slice(1).map((line) => `  ${' '.repeat(width)}${line}`)];
  });
}

export const flagName = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const optionName = (key: string, option: Option<unknown>, language: Language): string => {
  const name = `--${option.negated === true ? 'no-' : ''}${flagName(key)}`;
  return option.placeholder === undefined ? name : `${name} <${option.placeholder[language]}${option.many === true ? '…' : ''}>`;
};

const remarks = {
  required: words('（必填）', ' (required)'),
  fallback: (value: string): Words => words(`（默认 ${value}）`, ` (default: ${value})`),
  choices: (values: readonly string[]): Words => words(`（${values.join('、')}）`, ` (${values.join(', ')})`),
};

function optionSays(option: Option<unknown>, language: Language): string {
  const choices = option.choices === undefined ? '' : remarks.choices(option.choices)[language];
  const fallback = option.fallback === undefined ? '' : remarks.fallback(option.fallback)[language];
  return `${option.says[language]}${choices}${option.required === true ? remarks.required[language] : ''}${fallback}`;
}

const titles = {
  usage: words('用法：', 'Usage: '),
  options: words('选项', 'Options'),
  option: words('[选项]', '[options]'),
  arguments: words('参数', 'Arguments'),
  commands: words('命令', 'Commands'),
  example: words('示例', 'Example'),
  command: words('<命令>', '<command>'),
  codes: words(
    '退出码：0 完成，1 内部错误，2 输入被拒绝，3 完成但有事项须人工处理，130 已取消',
    'Exit codes: 0 done, 1 internal error, 2 refused input, 3 done but a person must look, 130 cancelled',
  ),
  more: words('“hengjian <命令> --help” 显示各命令的说明。', '`hengjian <command> --help` explains a command.'),
};

const common: readonly (readonly [string, Words])[] = [
  ['--json', words('在标准输出给出一个 JSON 文档，别无其他', 'one JSON document on stdout and nothing else')],
  ['--lang <zh|en>', words('语言（默认随系统环境，否则中文）', 'language (default: that of the environment, else Chinese)')],
  ['-h, --help', words('显示本说明', 'this help')],
];

/** The help of one command. */
export function commandHelp(path: readonly string[], command: AnyCommand, language: Language): string {
  const given = command.arguments ?? [];
  const shape = given.map(({ name, many, optional }) => {
    const text = `${argumentWords(name)[language]}${many === true ? '…' : ''}`;
    return optional === true ? `[${text}]` : `<${text}>`;
  });
  const options = Object.entries(command.options).map(([key, option]): [string, string] => [
    optionName(key, option, language),
    optionSays(option, language),
  ]);
  return [
    `${titles.usage[language]}${['hengjian', ...path, titles.option[language], ...shape].join(' ')}`,
    '',
    ...wrapped(command.says[language], lineWidth),
    ...(given.length === 0
      ? []
      : ['', titles.arguments[language], ...table(given.map(({ name, says }) => [argumentWords(name)[language], says[language]]))]),
    '',
    titles.options[language],
    ...table([...options, ...common.map(([name, says]): [string, string] => [name, says[language]])]),
    '',
    titles.example[language],
    `  ${command.example}`,
    '',
    ...wrapped(titles.codes[language], lineWidth),
    '',
  ].join('\n');
}

const summary = async (path: readonly string[], language: Language): Promise<readonly [string, string]> => [
  path.at(-1) ?? '',
  (await loadCommand(path)).says[language],
];

/** The help of a group of commands. */
export async function groupHelp(group: string, language: Language): Promise<string> {
  const rows = await Promise.all(namesIn(group).map((name) => summary([group, name], language)));
  const head = `${titles.usage[language]}hengjian ${group} ${titles.command[language]} ${titles.option[language]}`;
  return [
    head,
    '',
    ...wrapped((await loadGroup(group))[language], lineWidth),
    '',
    titles.commands[language],
    ...table(rows),
    '',
    titles.more[language],
    '',
  ].join('\n');
}

const about = words(
  '衡鉴：守护医疗保障基金。结算数据进来，有据可查的发现出去。',
  'Hengjian supervises a medical-insurance fund: claims in, proven findings out.',
);

/** The help of the whole program. */
export async function programHelp(language: Language): Promise<string> {
  const rows = await Promise.all(
    topNames().map(
      async (name): Promise<readonly [string, string]> =>
        isGroup(name) ? [name, (await loadGroup(name))[language]] : summary([name], language),
    ),
  );
  const head = `${titles.usage[language]}hengjian ${titles.command[language]} ${titles.option[language]}`;
  return [head, '', about[language], '', titles.commands[language], ...table(rows), '', titles.more[language], ''].join('\n');
}
