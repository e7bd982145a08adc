import { demandContent } from './blank.ts';
import { clippedReason } from './foreign-text.ts';
import { inputProblems } from './input-problems.ts';
import { type Words, words } from './words.ts';

/** What the codes of the YAML library say, in Chinese. */
const chinese: Readonly<Record<string, string>> = {
  ALIAS_PROPS: '别名不能带锚点或标签',
  BAD_ALIAS: '别名有误，或指向不存在的锚点',
  BAD_COLLECTION_TYPE: '标签与内容的类型不符',
  BAD_DIRECTIVE: '指令行有误',
  BAD_DQ_ESCAPE: '双引号文字中的转义写法有误',
  BAD_INDENT: '缩进不一致',
  BAD_PROP_ORDER: '锚点或标签的位置有误',
  BAD_SCALAR_START: '文字不能以此字符开头，请加引号',
  BLOCK_AS_IMPLICIT_KEY: '映射不能写在同一行的键里，冒号后可能缺换行或引号',
  BLOCK_IN_FLOW: '括号内不能换行缩进书写',
  DUPLICATE_KEY: '同一个键出现了两次',
  IMPOSSIBLE: '写法不符合 YAML',
  KEY_OVER_1024_CHARS: '键过长',
  MISSING_CHAR: '缺少必要的字符，例如冒号后的空格、右引号或右括号',
  MULTILINE_IMPLICIT_KEY: '键不能跨行',
  MULTIPLE_ANCHORS: '一处只能有一个锚点',
  MULTIPLE_DOCS: '一个文件只能有一份内容',
  MULTIPLE_TAGS: '一处只能有一个标签',
  NON_STRING_KEY: '键须为文字',
  RESOURCE_EXHAUSTION: '嵌套过深',
  TAB_AS_INDENT: '缩进用了制表符，请改用空格',
  TAG_RESOLVE_FAILED: '标签不能识别',
  UNEXPECTED_TOKEN: '此处有多余的内容',
};

/** Why a YAML text cannot be read, from the code and the message of the library (`yaml`, its documentation of errors). */
export function yamlReason(error: unknown): Words {
  const message = error instanceof Error ? clippedReason(error.message) : '';
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  return words(chinese[code] ?? '写法不符合 YAML', message.replace(/ at line \d+, column \d+:?$/, ''));
}

/**
 * Reads a YAML text with a parser that throws at its first fault. Throws a refusal that names the file when the text is
 * empty or no YAML.
 */
export function parsedYaml(text: string, file: string, parse: (text: string) => unknown): unknown {
  demandContent(text, { file });
  try {
    return parse(text);
  } catch (error) {
    throw inputProblems.refused('file-damaged', { format: 'YAML', reason: yamlReason(error) }, { file });
  }
}
