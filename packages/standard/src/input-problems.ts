import { defineProblems } from './problems.ts';

/**
 * Problems that every package meets: files, tables, values and options. A package adds a code of its own only where the
 * user must do something that none of these says.
 */
export const inputProblems = defineProblems({
  'file-missing': {
    says: { zh: '没有这个文件或文件夹', en: 'there is no such file or folder' },
    remedy: { zh: '请检查路径', en: 'check the path' },
    status: 404,
  },
  'file-forbidden': {
    says: { zh: '没有读写此文件的权限', en: 'this file may not be read or written' },
    remedy: { zh: '请修改权限，或改用其他位置', en: 'change its permissions or choose another place' },
    status: 403,
  },
  'file-kind': {
    says: { zh: '此处应为{expected}', en: 'this should be {expected}' },
    remedy: { zh: '请改为指定{expected}', en: 'name {expected}' },
    status: 400,
  },
  'file-exists': {
    says: { zh: '文件已存在，不会覆盖', en: 'the file exists and is not overwritten' },
    remedy: { zh: '请换一个文件名，或先移走该文件', en: 'name another file, or move this one away' },
    status: 409,
  },
  'file-damaged': {
    says: { zh: '不是有效的{format}：{reason}', en: 'this is no valid {format}: {reason}' },
    remedy: { zh: '请重新导出或从备份恢复该文件', en: 'export the file again or restore it from a backup' },
    status: 422,
  },
  'file-empty': {
    says: { zh: '此处没有可读的内容', en: 'there is nothing to read here' },
    remedy: { zh: '请检查路径是否正确、内容是否完整', en: 'check the path, and that what it names is complete' },
    status: 422,
  },
  'file-too-large': {
    says: { zh: '{size}，超过上限 {limit}', en: '{size} is more than the limit of {limit}' },
    remedy: { zh: '请拆分后分次处理，或改用 CSV、Parquet', en: 'split it, or use CSV or Parquet' },
    status: 413,
  },
  'folder-impossible': {
    says: { zh: '此处无法建立文件夹：{reason}', en: 'no folder can be made here: {reason}' },
    remedy: { zh: '请指定可以建立文件夹的位置', en: 'name a place where folders can be made' },
    status: 409,
  },
  'folder-not-empty': {
    says: {
      zh: '文件夹中有本程序未生成的内容，不会覆盖或删除',
      en: 'the folder holds what the program did not make; nothing is overwritten or deleted',
    },
    remedy: { zh: '请指定空文件夹或新文件夹', en: 'name an empty folder or a new one' },
    status: 409,
  },
  'folder-busy': {
    says: { zh: '{what}正被另一个进程写入', en: 'another process is writing {what}' },
    remedy: { zh: '请等它结束后重试', en: 'wait until it has finished and try again' },
    status: 409,
  },
  'folder-unlockable': {
    says: { zh: '此磁盘（{disk}）无法保证只有一个进程写入', en: 'this disk ({disk}) cannot keep two writers apart' },
    remedy: {
      zh: '请改用本机磁盘，或请管理员以支持文件锁的方式挂载',
      en: 'use a local disk, or have the disk mounted so that file locks hold',
    },
    status: 409,
  },
  'disk-read-only': {
    says: { zh: '磁盘只读，无法写入', en: 'the disk cannot be written' },
    remedy: { zh: '请改用其他位置', en: 'choose another place' },
    status: 507,
  },
  'column-missing': {
    says: { zh: '缺少列 {column}', en: 'the column {column} is missing' },
    remedy: { zh: '请补上该列；表头须在第一行', en: 'add the column; the header is the first row' },
    status: 422,
  },
  'column-twice': {
    says: { zh: '列 {column} 出现两次', en: 'the column {column} stands twice' },
    remedy: { zh: '请只保留一列', en: 'leave one of them' },
    foreign: ['column'],
    status: 422,
  },
  'row-width': {
    says: { zh: '本行有 {cells} 个值，表头有 {columns} 列', en: 'values in the row: {cells}; columns of the header: {columns}' },
    remedy: { zh: '请检查分隔符和引号', en: 'check separators and quotes' },
    status: 422,
  },
  'quote-open': {
    says: { zh: '引号未闭合', en: 'a quote is not closed' },
    remedy: { zh: '请补上引号；值中的引号须写成两个', en: 'close it; a quote within a value is written twice' },
    status: 422,
  },
  'row-twice': {
    says: { zh: '{key} 出现两次', en: '{key} stands twice' },
    remedy: { zh: '请只保留一行', en: 'leave one row' },
    foreign: ['key'],
    status: 422,
  },
  'value-missing': {
    says: { zh: '缺少 {what}', en: '{what} is missing' },
    remedy: { zh: '请填写', en: 'fill it in' },
    status: 422,
  },
  'value-invalid': {
    says: { zh: '“{value}”无效，应为{expected}', en: '{value} is not accepted: {expected} is expected' },
    remedy: { zh: '请更正该值', en: 'correct the value' },
    foreign: ['value'],
    status: 422,
  },
  'name-unknown': {
    says: { zh: '没有{kind} {name}', en: 'there is no {kind} {name}' },
    remedy: { zh: '请检查名称；现有：{known}', en: 'check the name; there are: {known}' },
    foreign: ['name'],
    status: 404,
  },
  'option-invalid': {
    says: { zh: '{option} “{value}”无效，应为{expected}', en: '{option} {value} is not accepted: {expected} is expected' },
    remedy: { zh: '请更正该选项', en: 'correct the option' },
    foreign: ['value'],
    status: 400,
  },
  'option-missing': {
    says: { zh: '缺少选项 {option}', en: 'the option {option} is missing' },
    remedy: { zh: '请补上该选项', en: 'add the option' },
    status: 400,
  },
  'options-exclude': {
    says: { zh: '{first} 与 {second} 不能同时使用', en: '{first} and {second} exclude each other' },
    remedy: { zh: '请去掉其中一个', en: 'leave one of them out' },
    status: 400,
  },
});
