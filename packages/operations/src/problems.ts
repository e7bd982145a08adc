import { defineProblems } from '@hengjian/standard';

/** Problems of the operations store that no problem of every package says. */
export const operationsProblems = defineProblems({
  'operations-missing': {
    says: { zh: '这里没有业务库：{place}', en: 'there is no operations store at {place}' },
    remedy: { zh: '请先建库：hengjian operations init', en: 'make one: hengjian operations init' },
    status: 404,
  },
  'operations-older': {
    says: { zh: '业务库的模块 {module} 低于本程序的版本', en: 'the module {module} of the operations store is older than this program' },
    remedy: { zh: '请先升级业务库：hengjian operations init', en: 'bring the store up to date: hengjian operations init' },
    status: 409,
  },
  'operations-newer': {
    says: {
      zh: '业务库的模块 {module} 由更新的程序写入，本程序无法识别',
      en: 'a newer program wrote the module {module} of the operations store',
    },
    remedy: { zh: '请改用新版程序；旧程序不会打开新库', en: 'use the newer program; an older one never opens a newer store' },
    status: 409,
  },
  'migration-changed': {
    says: {
      zh: '升级步骤 {migration} 与业务库中已执行的不同',
      en: 'the migration {migration} is not the one that was applied to this store',
    },
    remedy: {
      zh: '请重新安装正式发布的程序；已发布的升级步骤不得改动',
      en: 'install the released program again; a released migration never changes',
    },
    status: 409,
  },
  'database-unreachable': {
    says: { zh: '无法连接 PostgreSQL {place}：{reason}', en: 'PostgreSQL at {place} cannot be used: {reason}' },
    remedy: { zh: '请检查地址、服务是否启动、用户能否登录', en: 'check the address, that the server runs, and that the user may sign in' },
    status: 503,
  },
  'journal-key-missing': {
    says: { zh: '缺少日志密钥文件', en: 'the key file of the journal is missing' },
    remedy: {
      zh: '请恢复建库时生成的密钥文件，并用 HENGJIAN_OPERATIONS_KEY 指明其位置',
      en: 'restore the key file made with the store and name it in HENGJIAN_OPERATIONS_KEY',
    },
    status: 409,
  },
  'journal-key-open': {
    says: { zh: '日志密钥文件可被其他用户读取', en: 'other users may read the key file of the journal' },
    remedy: { zh: '请将权限改为仅本人可读写：chmod 600', en: 'let its owner alone read it: chmod 600' },
    status: 409,
  },
  'journal-key-wrong': {
    says: { zh: '日志密钥不可用：{why}', en: 'the key of the journal cannot be used: {why}' },
    remedy: {
      zh: '请使用建库时的密钥；新库请删除该文件后重新建库',
      en: 'use the key the store was made with; for a new store remove the file and init again',
    },
    status: 409,
  },
  'clock-back': {
    says: { zh: '当前时间 {now} 早于日志最后一条 {last}', en: 'the clock says {now}, before the last journal entry, {last}' },
    remedy: { zh: '请校准本机时间后重试', en: 'set the clock of this machine right and try again' },
    status: 409,
  },
  'journal-not-whole': {
    says: { zh: '操作日志不完整：{what}', en: 'the journal is not whole: {what}' },
    remedy: {
      zh: '请停止使用，保留现状，报审计管理员核查，再从备份恢复；全部问题见 hengjian operations verify',
      en: 'stop, keep everything as it is, tell the audit administrator, then restore a backup; hengjian operations verify lists all',
    },
    status: 409,
  },
  'row-not-in-journal': {
    says: { zh: '表 {table} 的记录 {key} 与操作日志不符：{what}', en: 'the row {key} of {table} does not follow from the journal: {what}' },
    remedy: {
      zh: '请勿据此办理业务；请审计管理员核查是谁绕过程序改动，再从备份恢复',
      en: 'decide nothing by it; let the audit administrator find who changed it past the program, then restore a backup',
    },
    status: 409,
  },
  'catalogue-changed': {
    says: { zh: '数据库结构被改动：{object}（{what}）', en: 'the structure of the database was changed: {object} ({what})' },
    remedy: {
      zh: '请数据库管理员查明原因并从备份恢复；结构只由 hengjian operations init 改动',
      en: 'let the database administrator explain it and restore a backup; only hengjian operations init changes the structure',
    },
    status: 409,
  },
  'security-admin-needed': {
    says: { zh: '业务库任何时候都须有在用的安全管理员', en: 'a store has an active security administrator at all times' },
    remedy: { zh: '请先添加安全管理员（--role security_admin）', en: 'add a security administrator first (--role security_admin)' },
    status: 409,
  },
  'login-taken': {
    says: { zh: '账号 {login} 已被使用过', en: 'the login {login} is or was in use' },
    remedy: { zh: '请换一个账号；账号停用后也不再分配', en: 'choose another; logins are never used again' },
    status: 409,
  },
  'roles-exclude': {
    says: { zh: '{roles} 不能由同一人担任（三员分立，管理员不参与规则审批）', en: 'nobody holds {roles} together' },
    remedy: { zh: '请分别授予不同的人', en: 'give them to different people' },
    status: 409,
  },
  'password-short': {
    says: { zh: '密码不足 {least} 个字符', en: 'the password has fewer than {least} characters' },
    remedy: { zh: '请换一个更长的密码', en: 'choose a longer one, for example four words' },
    status: 422,
  },
  'sign-in-refused': {
    says: { zh: '账号或密码不正确，或账号已停用', en: 'login or password is wrong, or the person is disabled' },
    remedy: {
      zh: '请用 --as 指明账号、用 HENGJIAN_PASSWORD 给出密码，或联系安全管理员',
      en: 'give --as LOGIN and the password in HENGJIAN_PASSWORD, or ask the security administrator',
    },
    status: 401,
  },
  'role-missing': {
    says: { zh: '{login} 没有角色 {role}，不能{what}', en: '{login} may not {what}: that takes the role {role}' },
    remedy: {
      zh: '请由有该角色的人办理；角色由安全管理员授予',
      en: 'let a person with that role do it; the security administrator gives roles',
    },
    status: 403,
  },
  'two-people': {
    says: { zh: '{login} 不能同时经办和审批 {subject}', en: '{login} may not be both people who decide about {subject}' },
    remedy: { zh: '请由另一名有 rule_approver 角色的人办理', en: 'let a second person with the role rule_approver do it' },
    status: 403,
  },
  'rule-state': {
    says: { zh: '{version} 目前为“{state}”，不能{step}', en: '{version} is {state}; it cannot {step} from there' },
    remedy: { zh: '{next}', en: '{next}' },
    status: 409,
  },
  'rule-cited': {
    says: { zh: '未结案件正引用规则 {rule}：{cases}', en: 'open cases cite the rule {rule}: {cases}' },
    remedy: {
      zh: '请先结案，或自该日起发布另一版本：案件仍按所引用的版本',
      en: 'close them first, or publish another version from that day: the cases keep the version they cite',
    },
    status: 409,
  },
  'version-same': {
    says: { zh: '此文本就是 {version}，目前为“{state}”', en: 'this text is {version} already, which is {state}' },
    remedy: { zh: '请修改内容，或继续办理该版本', en: 'change something, or go on with that version' },
    status: 409,
  },
  'version-order': {
    says: {
      zh: '{version} 不是下一个版本；已保存的版本不得改动',
      en: '{version} is not the next version, and a kept version never changes',
    },
    remedy: { zh: '请写 version: {next}', en: 'write version: {next}' },
    status: 409,
  },
  'backtest-stale': {
    says: { zh: '回溯测试用的不是现在的文本', en: 'the back-test was made with another text' },
    remedy: { zh: '请重新测试', en: 'run it again' },
    status: 409,
  },
  'library-imported': {
    says: { zh: '业务库中已有发布记录', en: 'this store has publications already' },
    remedy: { zh: '请逐条起草新版本：hengjian rules draft', en: 'draft the new versions one by one: hengjian rules draft' },
    status: 409,
  },
  'publication-backdated': {
    says: {
      zh: '{from} 早于今天 {today}，那段时间已按其他规则判过',
      en: '{from} lies before today, {today}: that time was judged by other rules',
    },
    remedy: {
      zh: '请用 --reason 写明原因；原因记入日志，--as-of 仍可重放原来的结果',
      en: 'give --reason; it is kept in the journal, and --as-of still replays what was in force before',
    },
    status: 409,
  },
  'exemption-approved': {
    says: { zh: '{id} 已由 {login} 批准', en: '{id} was approved by {login}' },
    remedy: { zh: '无需再办理', en: 'nothing is left to do' },
    status: 409,
  },
});
