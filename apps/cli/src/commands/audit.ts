import { words } from '@hengjian/standard';
import { auditLake, auditReports } from '@hengjian/workbench';
import { defineCommand } from '../command.ts';
import { choiceOr, count, day, required, shared, text, texts, unless } from '../options.ts';
import { printRun } from '../print/audit.ts';

export const command = defineCommand({
  says: words('按规则库审核数据湖，写出发现、审核记录和报告', 'judges a lake by the rulebook and writes findings, record and reports'),
  options: {
    lake: shared.lake,
    out: required(text('folder', words('审核结果文件夹', 'folder for the findings and reports'))),
    rules: texts('file', words('规则文件、文件夹或通配符（默认规则库）', 'rule files, folders or globs (default: the library)')),
    knowledge: shared.knowledge,
    from: day(words('结算起始日 yyyy-MM-dd', 'first settlement day to report, yyyy-MM-dd')),
    to: day(words('结算截止日 yyyy-MM-dd', 'last settlement day to report, yyyy-MM-dd')),
    threads: shared.threads,
    memory: text('size', words('整理发现时的内存上限，例如 1GB', 'memory limit for sorting the findings, for example 1GB')),
    previous: text(
      'folder',
      words('与之比较的上次审核结果（默认 --out 中已有的）', 'an earlier audit to compare with (default: the one in --out)'),
    ),
    settlement: text(
      'folder',
      words('结算结果：按病组付费病例中的发现按其价格计值', 'a settlement: findings in stays paid by group are valued by its prices'),
    ),
    operations: text(
      'place',
      words(
        '业务库文件夹或 postgres:// 地址：按其中在用的规则版本审核',
        'folder or postgres:// address of the operations store: judges by the versions in force there',
      ),
    ),
    asOf: day(
      words(
        '按该日所知的业务库规则和知识库导入（默认现在）',
        'rules of the store and imports of the knowledge library as they were known on that day (default: now)',
      ),
    ),
    report: unless(words('只写发现和记录，不写报告', 'findings and record only')),
    host: choiceOr(['threads', 'spark'], 'threads', words('在何处判断', 'where persons are judged')),
    master: text(
      'text',
      words(
        'Spark 主节点，例如 yarn 或 local-cluster[2,1,1024]（默认 local[*]）',
        'Spark master, for example yarn or local-cluster[2,1,1024] (default: local[*])',
      ),
    ),
    sparkSql: text(
      'text',
      words(
        'Spark 的 SQL 命令（默认取自 SPARK_HOME，否则 spark-sql）',
        "Spark's SQL command (default: that of SPARK_HOME, else spark-sql)",
      ),
    ),
    sparkNode: text('text', words('执行器启动 Node 24 的命令', 'how an executor starts Node 24')),
    sparkConf: texts('text', words('其他 Spark 设置，名=值', 'further Spark settings, name=value')),
    partitions: count(words('把人员分成几个任务', 'tasks the persons are divided into')),
    plain: text('folder', words('集群用平表的存放处，供以后使用', 'where the plain tables for the cluster are kept for later runs')),
  },
  example: 'hengjian audit --lake lake --out result',
  async run({ ports, output }, { host, master, sparkSql, sparkNode, sparkConf, partitions, plain, ...options }) {
    const extra = sparkConf?.flatMap((setting) => ['--conf', setting]);
    const spark = host === 'spark' ? { master, command: sparkSql, node: sparkNode, extra, partitions, plain } : undefined;
    const record = await auditLake(ports)({ ...options, spark });
    output.settle();
    printRun(output, record);
    const reports = await auditReports(ports)({ run: options.out });
    for (const file of reports) output.line(`  ${file}`);
    output.result({ ...record, reports });
    return 0;
  },
});
