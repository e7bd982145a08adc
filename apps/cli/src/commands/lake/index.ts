import { words } from '@hengjian/standard';

export const group = words('数据湖：核对完整性、查询人员', 'the lake: whether it is whole, who its persons are');
