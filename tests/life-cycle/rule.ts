/** History of one fee line of `amount` yuan. */
function historyOf(amount: string): string {
  const line = `{key: L1, med_list_codg: A, amount: ${amount}}`;
  return `{person: {gend: '1', brdy: 1980-01-01}, visits: [{mdtrt_id: V1, begntime: 2026-03-01 09:00, lines: [${line}]}]}`;
}

/** A rule whose limit tests choose: fee lines above `most` yuan. */
export const limitRule = (version: number, most: string, id = 'T01'): string => `id: ${id}
version: ${version}
name: {zh: 单笔费用过高, en: Fee line above a limit}
class: {category: 管理类, group: 费用监测}
object: item
result: suspicious
appealable: true
override: with_reason
stages: [after]
scenes: [outpatient, inpatient, pharmacy]
basis:
  - {document: 测试办法, article: 第一条, area: '000000', from: 2020-01-01, certainty: inferred}
effective: {from: 2020-01-01}
decisive: service
owner: treatment
payment_scope: false
by: person
shape: line
params:
  most:
    type: money
    values:
      - {from: 2020-01-01, value: ${most}}
when: line.det_item_fee_sumamt > param.most
amount: {method: whole}
message:
  zh: '{item} 超过 {param.most} 元'
  en: '{item} is above {param.most} yuan'
cases:
  - name: 超过上限
    kind: hit
    expect: [L1]
    history: ${historyOf('9999.00')}
  - name: 未超过上限
    kind: clear
    expect: []
    history: ${historyOf('1.00')}
  - name: 恰为上限
    kind: boundary
    expect: []
    history: ${historyOf(most)}
`;
