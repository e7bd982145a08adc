import { defineProblems } from '@hengjian/standard';

export const tableProblems = defineProblems({
  'disk-full': {
    says: { zh: '磁盘已满，未发布任何结果', en: 'the disk is full; nothing was published' },
    remedy: { zh: '请腾出空间后重新执行同一命令', en: 'free some room and run the same command again' },
    status: 507,
  },
  'out-of-memory': {
    says: { zh: '已达到内存上限', en: 'the memory limit was reached' },
    remedy: { zh: '请调大 --memory，或减少 --threads', en: 'raise --memory or lower --threads' },
    status: 507,
  },
  'memory-size': {
    says: { zh: '“{text}”不是内存大小', en: '{text} is no size of memory' },
    remedy: {
      zh: '请写成数字加单位，不少于 64MB，例如 4GB 或 800MB',
      en: 'write a number and a unit, at least 64MB, for example 4GB or 800MB',
    },
    status: 400,
  },
  'query-forbidden': {
    says: { zh: '查询中不允许：{part}', en: 'not allowed in a query: {part}' },
    remedy: {
      zh: '请只写一条 SELECT，只读取已声明的来源：{sources}',
      en: 'write exactly one SELECT that reads declared sources only: {sources}',
    },
    status: 422,
  },
});
