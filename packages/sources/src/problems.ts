import { defineProblems } from '@hengjian/standard';

/** What is wrong with a source file as a whole. */
export const sourceProblems = defineProblems({
  'encoding-other': {
    says: { zh: '文件内容不是 {encoding} 编码', en: 'the bytes are not {encoding}' },
    remedy: {
      zh: '请另存为 UTF-8 或 GB18030，或在映射中写明编码',
      en: 'save the file as UTF-8 or GB18030, or name its encoding in the mapping',
    },
    status: 422,
  },
  'column-case': {
    says: {
      zh: '列 {first} 与 {second} 只有大小写不同，无法区分',
      en: 'the columns {first} and {second} differ in capital letters only and cannot be told apart',
    },
    remedy: { zh: '请给其中一列改名，或只保留一列', en: 'rename one of them or leave one of them out' },
    foreign: ['first', 'second'],
    status: 422,
  },
  'file-slow': {
    says: { zh: '读取此工作簿超过 {seconds} 秒，已停止', en: 'reading this workbook takes longer than {seconds} seconds; it was stopped' },
    remedy: {
      zh: '请用电子表格程序打开并另存为新文件，或导出为 CSV',
      en: 'open it in a spreadsheet program and save it as a new file, or export it as CSV',
    },
    status: 422,
  },
  'file-unread': {
    says: { zh: '此文件不能读取：{why}', en: 'this file cannot be read: {why}' },
    remedy: { zh: '请导出为 CSV 或 xlsx，压缩时使用 zip', en: 'export it as CSV or xlsx; pack files as zip' },
    status: 422,
  },
});
