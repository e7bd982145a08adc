import { words } from '@hengjian/standard';
import { day, shared } from './options.ts';

/** Options of the commands that try rules on the claims of a lake. */
export const studyOptions = {
  lake: shared.lake,
  knowledge: shared.knowledge,
  from: day(words('结算起始日（默认数据湖最近 365 天）', 'first settlement day (default: the last 365 days of the lake)')),
  to: day(words('结算截止日', 'last settlement day')),
  threads: shared.threads,
} as const;
