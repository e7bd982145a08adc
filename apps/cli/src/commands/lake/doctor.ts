import { command as status } from './status.ts';

/** The same as `lake status`, for those who look for what is wrong. */
export const command = { ...status, example: 'hengjian lake doctor --lake lake' };
