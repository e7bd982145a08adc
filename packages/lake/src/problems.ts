import { defineProblems } from '@hengjian/standard';

const restore = {
  zh: '请从备份恢复整个数据湖，或用原始文件重新导入到新文件夹；若读取期间连续导入了两次，请重新执行',
  en:
    'restore the whole lake from a backup, or ingest the sources again into a new folder; if the lake was ingested into twice while ' +
    'this command was reading, run it again',
};

/** The refusals of the lake. */
export const lakeProblems = defineProblems({
  'lake-missing': {
    says: { zh: '该文件夹中没有数据湖', en: 'the folder holds no lake' },
    remedy: { zh: '请指定 ingest --lake 所用的文件夹', en: 'name the folder given to ingest --lake' },
    status: 404,
  },
  'lake-newer': {
    says: {
      zh: '数据湖的格式为 {format}，本版本最高读取格式 {known}',
      en: 'the lake was written in format {format}, this version reads up to {known}',
    },
    remedy: {
      zh: '请使用较新版本的程序；若从未用过较新版本，请从备份恢复',
      en: 'use the newer version of the program; if there never was one, restore a backup',
    },
    status: 409,
  },
  'lake-older': {
    says: {
      zh: '数据湖的格式为 {format}，本版本读取格式 {known}',
      en: 'the lake was written in format {format}, this version reads {known}',
    },
    remedy: { zh: '请用原始文件重新导入到新文件夹', en: 'ingest the sources again into a new folder' },
    status: 409,
  },
  'lake-damaged': {
    says: { zh: '数据湖文件已损坏：{reason}', en: 'a file of the lake is damaged: {reason}' },
    remedy: restore,
    status: 409,
  },
  'key-missing': {
    says: {
      zh: '缺少假名密钥，新数据无法与已有人员对应',
      en: 'the key of the pseudonyms is missing, so new rows cannot join the persons of this lake',
    },
    remedy: { zh: '请恢复密钥文件，或用 HENGJIAN_KEY_FILE 指定', en: 'restore the key file or name it in HENGJIAN_KEY_FILE' },
    status: 409,
  },
  'key-damaged': {
    says: { zh: '密钥文件的内容不是 64 个十六进制字符', en: 'the key file does not hold 64 hexadecimal characters' },
    remedy: {
      zh: '请从备份恢复密钥文件；新建数据湖时可移走此文件，程序会生成新密钥',
      en: 'restore the key file from a backup; for a new lake take the file away and the program draws a key',
    },
    status: 409,
  },
  'key-weak': {
    says: { zh: '密钥不是随机生成的，假名可被推算', en: 'the key was not drawn at random, so pseudonyms could be worked out' },
    remedy: {
      zh: '请移走此文件，由程序生成新密钥，并导入到新的数据湖',
      en: 'take the file away, let the program draw a key, and ingest into a new lake',
    },
    status: 409,
  },
  'key-readable': {
    says: { zh: '密钥文件可被其他用户读取', en: 'others on this machine can read the key file' },
    remedy: { zh: '请执行 chmod 600 收回权限', en: 'take their rights away with chmod 600' },
    status: 403,
  },
  'key-other': {
    says: { zh: '此密钥不是该数据湖的密钥', en: 'this is not the key that the lake was made with' },
    remedy: { zh: '请恢复原密钥文件，或用 HENGJIAN_KEY_FILE 指定', en: 'restore the first key file, or name it in HENGJIAN_KEY_FILE' },
    status: 409,
  },
  'codes-too-many': {
    says: { zh: '该字段的代码超过 {limit} 种', en: 'the field has more than {limit} different codes' },
    remedy: { zh: '请在映射中把本地代码转换为国家代码', en: 'translate the local codes of this field in the mapping' },
    status: 422,
  },
  'files-unnamed': {
    says: { zh: '没有以国家标准表名命名的文件', en: 'no file is named after a national table' },
    remedy: {
      zh: '请用表名命名文件（如 fee_list_d.csv），或提供映射',
      en: 'name files after their table (fee_list_d.csv) or give a mapping',
    },
    status: 422,
  },
  'list-missing': {
    says: { zh: '数据湖中没有名单 {list}', en: 'the lake has no list {list}' },
    remedy: { zh: '请先导入该名单；已有名单：{known}', en: 'ingest the list first; those it has are {known}' },
    status: 404,
  },
  'header-unknown': {
    says: { zh: '表头中没有 {table} 的字段；现有列：{found}', en: 'no column of the header is a field of {table}; found {found}' },
    remedy: {
      zh: '请在表头使用国家标准字段代码，或编写映射（可用 hengjian mapping draft 起草）',
      en: 'use the national field codes in the header, or write a mapping (hengjian mapping draft proposes one)',
    },
    status: 422,
  },
  'mapping-no-file': {
    says: { zh: '没有文件与 {patterns} 匹配', en: 'no file matches {patterns}' },
    remedy: { zh: '请检查映射中的文件名模式，或补上文件', en: 'check the pattern in the mapping, or add the file' },
    status: 422,
  },
  'mapping-grouping-only': {
    says: {
      zh: '该映射只用于分组：文件中没有入院和出院时间',
      en: 'the mapping is for grouping only: the files say no admission and discharge',
    },
    remedy: {
      zh: '请用 hengjian group --in 文件 --mapping 映射；要收入数据湖，请导出带日期的文件并重新起草',
      en: 'use hengjian group --in FILE --mapping FILE; for a lake, export the files with their dates and draft anew',
    },
    status: 422,
  },
  'mapping-column': {
    says: { zh: '映射读取列 {column}，但文件中没有该列', en: 'the mapping reads the column {column}, which the file does not have' },
    remedy: { zh: '请改为文件中的列：{known}', en: 'use one of the columns of the file: {known}' },
    status: 422,
  },
  'mapping-query': {
    says: { zh: '查询无法执行：{reason}', en: 'the query does not run: {reason}' },
    remedy: { zh: '请修改查询；可用的表即映射中声明的来源', en: 'mend the query; the sources the mapping names are its tables' },
    status: 422,
  },
  'mapping-format': {
    says: {
      zh: '字段 {field} 的取值只有 {share} 能读出，例如读不出：{samples}',
      en: 'only {share} of the values of {field} can be read; not, for example, {samples}',
    },
    remedy: { zh: '请为该列写 formats、unit 或 codes，或改用别的列', en: 'give the column formats, unit or codes, or take another one' },
    status: 422,
    foreign: ['samples'],
  },
  'mapping-visit-zeros': {
    says: {
      zh: '{source} 的就诊号 {own} 在 mdtrt_d 中写作 {visit}：{count} 个就诊号只差前面的零，对不上就诊',
      en: 'the visit {own} of {source} is {visit} in mdtrt_d: {count} visit numbers differ by zeros before them and find no visit',
    },
    remedy: {
      zh: '表格软件可能去掉了零：请给 {short} 的 mdtrt_id 写 pad: {digits}，或以文本格式重新导出',
      en: 'a spreadsheet may have taken the zeros away: give mdtrt_id of {short} `pad: {digits}`, or export the column as text again',
    },
    status: 422,
    foreign: ['own', 'visit'],
  },
  'question-open': {
    says: { zh: '映射中的问题 {id} 尚未回答：{ask}', en: 'the question {id} of the mapping is not answered: {ask}' },
    remedy: {
      zh: '请在该问题下填写 answer，或执行 hengjian mapping answer 文件 {id}=值',
      en: 'fill `answer` below the question, or run hengjian mapping answer FILE {id}=VALUE',
    },
    status: 422,
  },
  'held-unknown': {
    says: { zh: '没有名为 {name} 的存疑组', en: 'no group of held rows is called {name}' },
    remedy: { zh: '请用 hengjian lake held 列出现有的存疑组', en: 'hengjian lake held lists the groups there are' },
    status: 404,
  },
  'context-format': {
    says: { zh: '上下文的格式为 {format}，本版本读取格式 {known}', en: 'the context has format {format}, this version reads {known}' },
    remedy: { zh: '请重新导出上下文', en: 'write the context anew' },
    status: 422,
  },
  'visit-unknown': {
    says: {
      zh: '{table} 的记录属于就诊 {visit}，但此人没有该就诊',
      en: 'a record of {table} belongs to the visit {visit}, which this person does not have',
    },
    remedy: { zh: '请一并发送该就诊，并按人员排序', en: 'send the visit too, and sort all records by person' },
    status: 422,
  },
});
