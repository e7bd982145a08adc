import { words } from '@hengjian/standard';

export const group = words('办理业务的人员、角色和登录', 'people who decide, their roles, and their sign-in');
