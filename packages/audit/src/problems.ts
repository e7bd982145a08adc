import { defineProblems } from '@hengjian/standard';

export const auditProblems = defineProblems({
  'audit-period': {
    says: { zh: '起始日 {from} 晚于截止日 {to}', en: 'the first day {from} is after the last day {to}' },
    remedy: { zh: '请先写较早的日期', en: 'name the earlier day first' },
    status: 400,
  },
  'spark-settlement': {
    says: { zh: '集群审核暂不能按结算价格给按病组付费的病例定价', en: 'a cluster cannot value group-paid stays by a settlement yet' },
    remedy: {
      zh: '请去掉 --settlement 在集群审核，或去掉 --host spark 在本机审核',
      en: 'audit without --settlement there, or without --host spark here',
    },
    status: 409,
  },
  'plain-stale': {
    says: { zh: '导出的平表来自数据湖的另一个状态', en: 'the plain form was made from another state of the lake' },
    remedy: { zh: '请为 --plain 指定新文件夹，或删除此文件夹', en: 'name a new folder for --plain, or remove this one' },
    status: 409,
  },
  'spark-missing': {
    says: { zh: '无法启动 {command}：{reason}', en: '{command} could not be started: {reason}' },
    remedy: {
      zh: '请安装 Spark 4（例如 pip install pyspark），设置 SPARK_HOME 或指定 --spark-sql',
      en: 'install Spark 4 (for example pip install pyspark), set SPARK_HOME or name --spark-sql',
    },
    status: 503,
  },
  'spark-failed': {
    says: { zh: 'spark-sql 以 {code} 结束：{reason}', en: 'spark-sql ended with {code}: {reason}' },
    remedy: { zh: '请按提示更正；完整日志在所列文件中', en: 'mend what the message names; the whole log is in the file' },
    status: 503,
  },
  'filter-arguments': {
    says: { zh: '需要 --context 和 --rulebook', en: '--context and --rulebook are needed' },
    remedy: { zh: '请指定主机为此作业写出的两个文件', en: 'name the two files that the host wrote for this job' },
    status: 400,
  },
  'record-tag': {
    says: { zh: '记录没有人员，或标记 {tag} 不是表名', en: 'the record names no person, or its tag {tag} is no table' },
    remedy: { zh: '每条记录以人员和下列表名之一开头：{known}', en: 'begin each record with the person and one of {known}' },
    status: 422,
  },
  'record-key': {
    says: { zh: '记录没有键', en: 'the record has no key' },
    remedy: { zh: '请发送事件的键和内容，按键排序', en: 'send key and body of the events, sorted by key' },
    status: 422,
  },
  'records-unsorted': {
    says: { zh: '记录没有按人员排序', en: 'the records are not sorted by person' },
    remedy: {
      zh: '请按人员逐字节排序（DISTRIBUTE BY psn_no SORT BY psn_no）',
      en: 'sort the records by person (DISTRIBUTE BY psn_no SORT BY psn_no), compared byte by byte',
    },
    status: 422,
  },
  'finding-ambiguous': {
    says: { zh: '有多条发现以 {id} 开头', en: 'several findings begin with {id}' },
    remedy: { zh: '请多写几位编号', en: 'give more characters of the id' },
    status: 409,
  },
  'finding-unknown': {
    says: { zh: '该审核结果中没有发现 {id}', en: 'the audit has no finding {id}' },
    remedy: { zh: '请从 findings.parquet、工作簿或报告中取编号', en: 'take the id from findings.parquet, the workbook or the report' },
    status: 404,
  },
  'run-lake-changed': {
    says: { zh: '数据湖 {lake} 不是该审核所依据的状态', en: 'the lake {lake} is not in the state that this audit judged' },
    remedy: { zh: '请指定该审核的数据湖，或重新审核', en: 'name the lake of this audit, or audit again' },
    status: 409,
  },
  'run-library-untold': {
    says: { zh: '该审核没有记下规则和知识库的位置', en: 'the audit does not say where its rules and knowledge lie' },
    remedy: { zh: '请重新审核，或去掉 --run 按现在的规则回答', en: 'audit again, or leave out --run to be answered by the rules of now' },
    status: 409,
  },
  'run-library-gone': {
    says: { zh: '该审核所用的规则或知识库 {library} 已不存在', en: '{library}, which this audit judged by, is not there any more' },
    remedy: {
      zh: '请把它恢复到原处，或重新审核',
      en: 'put it back where it was, or audit again',
    },
    status: 404,
  },
  'run-library-changed': {
    says: { zh: '规则或知识点已不是该审核所用的 {library}', en: 'rules or points are no longer those that this audit judged by {library}' },
    remedy: {
      zh: '请恢复当时的规则和知识库（hengjian knowledge undo），或重新审核',
      en: 'restore the rules and the library of then (hengjian knowledge undo), or audit again',
    },
    status: 409,
  },
  'subject-unknown': {
    says: { zh: '湖中没有有效的{subject} {id}', en: 'the lake has no current {subject} {id}' },
    remedy: {
      zh: '请检查编号；已冲销、已退费、待匹配和隔离的行不参与判断',
      en: 'check the key; reversed, refunded, pending and quarantined rows are not judged',
    },
    status: 404,
  },
});
