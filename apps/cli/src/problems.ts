import { defineProblems } from '@hengjian/standard';

export const commandProblems = defineProblems({
  'command-unknown': {
    says: { zh: '没有命令 {name}', en: 'there is no command {name}' },
    remedy: { zh: '可用的命令：{known}', en: 'these commands exist: {known}' },
    status: 404,
  },
  'option-unknown': {
    says: { zh: '本命令没有选项 {name}', en: 'this command has no option {name}' },
    remedy: { zh: '可用的选项：{known}', en: 'these options exist: {known}' },
    status: 400,
  },
  'argument-missing': {
    says: { zh: '参数 {name} 缺少或为空', en: 'the argument {name} is missing or empty' },
    remedy: { zh: '请按示例补上：{example}', en: 'add it as in the example: {example}' },
    status: 400,
  },
  'argument-extra': {
    says: { zh: '多余的参数 {name}', en: '{name} is one argument too many' },
    remedy: { zh: '请去掉；含空格的值须加引号', en: 'leave it out; a value with blanks needs quotes' },
    status: 400,
  },
  'option-value-missing': {
    says: { zh: '选项 {name} 缺少值或值为空', en: 'the option {name} has no value, or an empty one' },
    remedy: { zh: '请在其后写出值', en: 'write the value after it' },
    status: 400,
  },
  'password-missing': {
    says: { zh: '没有提供 {login} 的密码', en: 'there is no password of {login}' },
    remedy: { zh: '请设置环境变量 {variable}，或从标准输入给出', en: 'set {variable}, or give it on the standard input' },
    status: 401,
  },
});
