import { words } from '@hengjian/standard';

export const group = words(
  '按病组给病例定价，与医院结算，评价并公开',
  'prices stays by group, settles with hospitals, evaluates and publishes',
);
