import { words } from '@hengjian/standard';

export const group = words('业务库：人员、发布、豁免、操作日志', 'the operations store: people, publications, exemptions, journal');
