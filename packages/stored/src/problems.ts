import { defineProblems } from '@hengjian/standard';

export const publicationProblems = defineProblems({
  'folder-added': {
    says: {
      zh: '本程序曾写入此文件夹，但其中另有后来增加的文件，不会删除',
      en: 'the program filled this folder, but a file was added since; nothing is deleted',
    },
    remedy: {
      zh: '请指定另一个文件夹；若其中内容都不再需要，请自行删除该文件夹',
      en: 'name another folder, or delete this one yourself when nothing in it is needed',
    },
    status: 409,
  },
  'publication-missing': {
    says: { zh: '此处没有{kind}', en: 'there is no {kind} here' },
    remedy: { zh: '请指定写出{kind}时所用的文件夹', en: 'name the folder that the {kind} was written to' },
    status: 404,
  },
  'publication-other': {
    says: {
      zh: '此文件夹已存放其他结果（{held}），不能再写入{kind}',
      en: 'the folder holds other results ({held}); the {kind} cannot go there',
    },
    remedy: { zh: '请指定另一个文件夹', en: 'name another folder' },
    status: 409,
  },
  'publication-damaged': {
    says: { zh: '{kind}的文件缺失或已被改动', en: 'a file of the {kind} is missing or was changed' },
    remedy: { zh: '请从备份恢复，或重新生成', en: 'restore it from a backup, or make it again' },
    status: 422,
  },
  'publication-format': {
    says: { zh: '{kind}的格式为 {format}，本版本使用 {known}', en: 'the {kind} has format {format}, this version uses {known}' },
    remedy: { zh: '请用对应版本的程序打开，或重新生成', en: 'open it with the version that wrote it, or make it again' },
    status: 409,
  },
});
