import { type Words, words } from '@hengjian/standard';

/** What was put right while a message was read; each is counted for whoever runs the interface. */
export const repairs = {
  'form-body': words('报文为表单编码，已解码', 'the message was form-encoded and has been decoded'),
  spelling: words('字段名写法不同', 'a key is spelled otherwise'),
  'list-expected': words('应为列表处是单个对象', 'an object stands where a list is due'),
  'missing-mark': words('“-”“--”按缺失处理', '"-" or "--" is taken as missing'),
  'beside-data': words('节点不在 data 之内，而在其旁', 'a node lies beside data, not inside'),
  'number-as-text': words('数值以文本发送', 'a number was sent as text'),
  'spaced-date': words('日期中有空格', 'a date has blanks in it'),
  'no-message-id': words('缺少 msgid', 'msgid is missing'),
  'code-as-text': words('infcode 以文本发送', 'infcode was sent as text'),
  'output-list': words('output 为列表', 'output is a list'),
  'transaction-by-name': words('交易编号取自文件名', 'the transaction number is that of the file name'),
  'transaction-by-content': words('交易编号由 output 的节点判断', 'the transaction number follows from the nodes of output'),
  'institution-by-serial': words(
    '机构编号取自 medins_setl_id 的前 12 位',
    'the institution is that of the first 12 characters of medins_setl_id',
  ),
} as const satisfies Readonly<Record<string, Words>>;
export type Repair = keyof typeof repairs;

/** Why a message brought no rows. */
export const reasons = {
  'not-json': words(
    '不是 JSON；请原样导出报文，不带日志前缀',
    'it is no JSON; export it as it was sent, without what a log writes before it',
  ),
  'no-message': words(
    '不是接口报文：没有 infno 与 input，也没有 infcode；请核对文件',
    'it is no message: neither infno with input nor infcode; check the file',
  ),
  'message-long': words('报文过长，未读；请分成几条报文', 'the message is too long and is not read; split it'),
  'half-character': words('报文中有不完整的字符，未读；请重新导出', 'the message has half a character and is not read; export it again'),
  'node-missing': words(
    '缺少该交易应有的节点；请导出完整的报文',
    'the node that this transaction carries is missing; export the whole message',
  ),
  'visit-missing': words('缺少就诊编号 mdtrt_id；请补上后重发', 'it names no visit (mdtrt_id); send it again with one'),
  'transaction-unknown': words('应答没有交易编号，也无法判断', 'an answer without transaction number, which nothing tells'),
  'trial-settlement': words('预结算，不作为结算读入', 'trial settlement, not read'),
  'no-rows': words('该交易不携带所收表的内容', 'the transaction carries nothing of the tables that are read'),
  registration: words('门诊登记，就诊以 2203 为准', 'a registration; the visit is read from 2203'),
  'query-reply': words('查询应答，结算以 2207、2304 为准', 'the reply to a query; settlements are read from 2207 and 2304'),
  'only-receipt': words('仅为回执', 'a receipt without content'),
  'only-question': words('仅为查询请求', 'a question without content'),
  'answer-failed': words('infcode 不为 0', 'infcode is not 0'),
  'gateway-failed': words('网关报错', 'an answer of the gateway, not of the platform'),
} as const satisfies Readonly<Record<string, Words>>;
export type Reason = keyof typeof reasons;
