import { defineProblems } from '@hengjian/standard';

/** Problems of rules and knowledge as folders that no problem of every package says. */
export const rulebookProblems = defineProblems({
  'rules-none': {
    says: { zh: '没有可用的规则：{where}', en: 'there is no rule to judge by: {where}' },
    remedy: {
      zh: '请指定 .yaml 文件、含有它们的文件夹或加引号的通配符；按业务库判断时请先发布规则',
      en: 'name a .yaml file, a folder that holds some, or a quoted glob; with an operations store, publish rules first',
    },
    status: 404,
  },
  'rule-text-changed': {
    says: { zh: '文本不是当时发布的文本', en: 'the text is not the one that was published' },
    remedy: { zh: '已发布的文本不得改动；请从备份恢复业务库', en: 'a published text never changes; restore the store from its backup' },
    status: 409,
  },
  'rule-versions-overlap': {
    says: { zh: '版本 {version} 在同一时段也生效', en: 'version {version} is in force on the same days' },
    remedy: { zh: '同一规则的各版本须依次生效', en: 'let versions of one rule take turns' },
    status: 409,
  },
  'knowledge-format': {
    says: {
      zh: '知识库的格式 {format} 不是本程序的格式',
      en: 'the knowledge library has the format {format}, which this program does not read',
    },
    remedy: { zh: '请用写入它的程序版本，或重新导入知识点文件', en: 'use the version that wrote it, or import its files anew' },
    status: 409,
  },
  'knowledge-damaged': {
    says: { zh: '知识库的文件被改动或缺失', en: 'this file of the knowledge library was changed or is missing' },
    remedy: { zh: '请从备份恢复知识库，或重新导入知识点文件', en: 'restore the library from a backup, or import its files anew' },
    status: 422,
  },
});
