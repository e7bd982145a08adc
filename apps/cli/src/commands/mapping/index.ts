import { words } from '@hengjian/standard';

export const group = words('映射文件：来源的哪一列是国家标准的哪个字段', 'mapping files: which source column is which national field');
