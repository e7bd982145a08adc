import { type Fen, inputProblems, parseDay, parseFen, type Words, words } from '@hengjian/standard';

/** How the words of an option become a value. `texts` is `undefined` when the option was not given. */
export interface Option<Value> {
  readonly says: Words;
  /** What stands for the value in the help; absent for a switch. */
  readonly placeholder?: Words;
  /** Takes several values. */
  readonly many?: true;
  /** Written `--no-…`: true unless it is given. */
  readonly negated?: true;
  readonly required?: true;
  /** Shown in the help as what holds when the option is not given. */
  readonly fallback?: string;
  readonly choices?: readonly string[];
  read(texts: readonly string[] | undefined, name: string): Value;
}

/** Options of a command by their names in camel case; `sparkNode` is written `--spark-node`. */
export type Options = Readonly<Record<string, Option<unknown>>>;
export type ValuesOf<Given extends Options> = { readonly [Name in keyof Given]: Given[Name] extends Option<infer Value> ? Value : never };

export const placeholders = {
  folder: words('文件夹', 'folder'),
  file: words('文件', 'file'),
  day: words('日期', 'day'),
  count: words('数', 'n'),
  text: words('文字', 'text'),
  code: words('代码', 'code'),
  id: words('编号', 'id'),
  place: words('位置', 'place'),
  size: words('大小', 'size'),
  login: words('登录名', 'login'),
  amount: words('元', 'yuan'),
} as const;

type Kind = keyof typeof placeholders;

/** Names that arguments of several commands have. */
const argumentNames = {
  after: words('后者', 'after'),
  batch: words('批次', 'batch'),
  before: words('前者', 'before'),
  code: placeholders.code,
  file: placeholders.file,
  finding: words('发现编号', 'finding'),
  id: placeholders.id,
  login: placeholders.login,
  mdtrt_id: words('就诊编号', 'mdtrt_id'),
  path: words('路径', 'path'),
  paths: words('路径', 'paths'),
  psn: words('人员标识', 'psn'),
  rule: words('规则', 'rule'),
  version: words('版本', 'version'),
} as const;
export type ArgumentName = keyof typeof argumentNames;

/** How an argument is called, as the help and refusals write it. */
export const argumentWords = (name: ArgumentName | Words): Words => (typeof name === 'string' ? argumentNames[name] : name);

/** A text; `undefined` when it is not given. */
export const text = (kind: Kind, says: Words): Option<string | undefined> => ({
  says,
  placeholder: placeholders[kind],
  read: (texts) => texts?.at(-1),
});

/** A text with a value that holds when it is not given. */
export const textOr = (kind: Kind, fallback: string, says: Words): Option<string> => ({
  says,
  placeholder: placeholders[kind],
  fallback,
  read: (texts) => texts?.at(-1) ?? fallback,
});

/** Several texts behind one option. */
export const texts = (kind: Kind, says: Words): Option<readonly string[] | undefined> => ({
  says,
  placeholder: placeholders[kind],
  many: true,
  read: (given) => given,
});

/** The same option, which must be given. */
export const required = <Value>(option: Option<Value>): Option<Exclude<Value, undefined>> => ({
  ...option,
  required: true,
  read: (given, name) => {
    const value = option.read(given, name);
    if (value === undefined) throw inputProblems.refused('option-missing', { option: name });
    return value as Exclude<Value, undefined>;
  },
});

/** A switch that is off unless given. */
export const flag = (says: Words): Option<boolean> => ({ says, read: (given) => given !== undefined });

/** A switch that is on unless `--no-…` is given. */
export const unless = (says: Words): Option<boolean> => ({ says, negated: true, read: (given) => given === undefined });

/** A whole number of 1 or more. */
export const count = (says: Words): Option<number | undefined> => ({
  says,
  placeholder: placeholders.count,
  read: (given, option) => {
    const value = given?.at(-1);
    if (value === undefined) return undefined;
    const number = /^\d{1,15}$/.test(value) ? Number(value) : 0;
    if (number >= 1) return number;
    throw inputProblems.refused('option-invalid', { option, value, expected: words('不小于 1 的整数', 'a whole number of 1 or more') });
  },
});

export const countOr = (fallback: number, says: Words): Option<number> => {
  const option = count(says);
  return { ...option, fallback: String(fallback), read: (given, name) => option.read(given, name) ?? fallback };
};

/** A day written yyyy-MM-dd. */
export const day = (says: Words): Option<number | undefined> => ({
  says,
  placeholder: placeholders.day,
  read: (given, option) => {
    const value = given?.at(-1);
    if (value === undefined) return undefined;
    const parsed = parseDay(value);
    if (parsed !== undefined) return parsed;
    throw inputProblems.refused('option-invalid', {
      option,
      value,
      expected: words('存在的日期 yyyy-MM-dd', 'an existing date, yyyy-MM-dd'),
    });
  },
});

/** One of some words. */
export const choice = <const Choice extends string>(choices: readonly Choice[], says: Words): Option<Choice | undefined> => ({
  says,
  placeholder: words('选择', 'choice'),
  choices,
  read: (given, option) => {
    const value = given?.at(-1);
    if (value === undefined) return undefined;
    const found = choices.find((one) => one === value);
    if (found !== undefined) return found;
    throw inputProblems.refused('option-invalid', {
      option,
      value,
      expected: words(`${choices.join('、')} 之一`, `one of ${choices.join(', ')}`),
    });
  },
});

export const choiceOr = <const Choice extends string>(choices: readonly Choice[], fallback: Choice, says: Words): Option<Choice> => {
  const option = choice(choices, says);
  return { ...option, fallback, read: (given, name) => option.read(given, name) ?? fallback };
};

/** Options that many commands share. */
export const shared = {
  lake: required(text('folder', words('数据湖文件夹', 'the lake'))),
  schemes: textOr('folder', 'schemes', words('导入的分组方案所在文件夹', 'where imported schemes are kept')),
  threads: count(words('工作线程数（默认每核一个）', 'worker threads (default: one per core)')),
  memory: text('size', words('内存上限，例如 4GB', 'memory limit, for example 4GB')),
  knowledge: text('folder', words('知识库文件夹（默认随程序附带）', 'knowledge tables (default: those of the program)')),
  purpose: text('text', words('读取个人信息的事由，记入访问日志', 'why persons are read; it is kept in the access log')),
} as const;

/** An amount of yuan with at most two decimals, as fen. */
export const amount = (says: Words): Option<Fen | undefined> => ({
  says,
  placeholder: placeholders.amount,
  read: (given, option) => {
    const value = given?.at(-1);
    if (value === undefined) return undefined;
    const fen = parseFen(value);
    if (fen !== undefined && fen >= 0) return fen;
    throw inputProblems.refused('option-invalid', { option, value, expected: words('元，最多两位小数', 'yuan with at most two decimals') });
  },
});

/** An area code of six digits. */
export const area = (says: Words): Option<string | undefined> => ({
  says,
  placeholder: placeholders.code,
  read: (given, option) => {
    const value = given?.at(-1);
    if (value === undefined || /^\d{6}$/.test(value)) return value;
    throw inputProblems.refused('option-invalid', {
      option,
      value,
      expected: words('六位地区代码，例如 410500', 'an area code of six digits, for example 410500'),
    });
  },
});

/** Rule files or folders behind a command that works on the library without them. */
export const rulePaths = [
  {
    name: 'paths',
    says: words('规则文件或文件夹（默认规则库）', 'rule files or folders (default: the library)'),
    many: true,
    optional: true,
  },
] as const;
