import { words } from '@hengjian/standard';

export const group = words('规则库', 'the rule library');
