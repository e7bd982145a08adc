import { words } from '@hengjian/standard';

export const group = words('作为数据的分组方案：导入、查看、检查、比较', 'grouping schemes as data: import, look, check, compare');
