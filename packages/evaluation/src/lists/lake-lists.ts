import { lakeViews, openLake } from '@hengjian/lake';
import { words } from '@hengjian/standard';
import { jsonReader } from '@hengjian/stored';
import { integer, number, openTables, optional, quotedList, type RowOf, text } from '@hengjian/table';
import { Type } from 'typebox';
import { type ListParameters, standardListParameters } from './parameters.ts';
import type { ListCharge, ListField, SettlementListRow } from './row.ts';

/** Fields that no table of a lake has, and those of the settlement list itself, which a lake may lack: neither asked for nor judged. */
const neverThere: readonly ListField[] = ['hi_no', 'medcasno'];
const ofTheList: readonly ListField[] = ['dcla_time', 'adm_way'];

export interface LakeLists {
  readonly lists: readonly SettlementListRow[];
  readonly parameters: ListParameters;
}

const day = (column: string): string => `CAST(CAST(${column} AS DATE) - DATE '1970-01-01' AS INTEGER)`;

/** Inpatient settlements as lists: the last settlement of each stay, with its codes and the sums of its lines by kind of charge. */
const query = (medTypes: readonly string[]): string => `
  WITH last AS (SELECT mdtrt_id, arg_max(setl_id, setl_time) AS setl_id, max(setl_time) AS setl_time, arg_max(insutype,
    setl_time) AS insutype, arg_max(insu_admdvs, setl_time) AS insu_admdvs,
      min(begndate) AS begndate, max(enddate) AS enddate, arg_max(clr_way, setl_time) AS clr_way, sum(medfee_sumamt) AS medfee_sumamt,
        sum(fund_pay_sumamt) AS fund_pay_sumamt,
      sum(acct_pay) AS acct_pay, sum(psn_pay) AS psn_pay FROM setl_d WHERE coalesce(vali_flag, '1') <> '0' GROUP BY mdtrt_id),
  diagnoses AS (SELECT mdtrt_id, list({'code': diag_code, 'main': coalesce(maindiag_flag, ''), 'condition': coalesce(adm_cond_type,
    '')} ORDER BY coalesce(maindiag_flag, '0') DESC, diag_code) AS list
      FROM setl_list_diag_d WHERE coalesce(vali_flag, '1') <> '0' GROUP BY mdtrt_id),
  operations AS (SELECT mdtrt_id, list({'code': oprn_oprt_code, 'day': ${day('oprn_oprt_date')}} ORDER BY coalesce(main_oprn_flag,
    '0') DESC, oprn_oprt_code) AS list
      FROM setl_list_oprn_d WHERE coalesce(vali_flag, '1') <> '0' GROUP BY mdtrt_id),
  charges AS (SELECT mdtrt_id, list({'item': item, 'amt': CAST(amt AS DOUBLE), 'own': CAST(own AS DOUBLE), 'a': CAST(a AS DOUBLE),
    'b': CAST(b AS DOUBLE)} ORDER BY item) AS list FROM (
      SELECT mdtrt_id, coalesce(med_chrgitm_type, '') AS item, sum(det_item_fee_sumamt) AS amt, sum(coalesce(fulamt_ownpay_amt,
        0)) AS own,
        sum(CASE WHEN chrgitm_lv = '01' THEN det_item_fee_sumamt - coalesce(fulamt_ownpay_amt, 0) ELSE 0 END) AS a,
        sum(CASE WHEN chrgitm_lv = '02' THEN det_item_fee_sumamt - coalesce(fulamt_ownpay_amt, 0) ELSE 0 END) AS b
      FROM fee_list_d WHERE coalesce(vali_flag, '1') <> '0' GROUP BY ALL) GROUP BY mdtrt_id)
  SELECT m.mdtrt_id, s.setl_id, m.fixmedins_code, ${day('l.dcla_time')} AS dcla_time, l.nwb_age, l.nwb_bir_wt, l.nwb_adm_wt,
    coalesce(l.adm_way, '') AS adm_way, coalesce(m.gend, '') AS gend, ${day('m.brdy')} AS brdy, CAST(m.age AS DOUBLE) AS age,
    coalesce(s.insutype, '') AS hi_type, coalesce(s.insu_admdvs, '') AS insuplc, coalesce(m.med_type, '') AS ipt_med_type,
      ${day('m.begntime')} AS adm_time, coalesce(m.adm_caty, '') AS adm_caty,
    ${day('m.endtime')} AS dscg_time, coalesce(m.dscg_caty, '') AS dscg_caty, CAST(m.ipt_days AS DOUBLE) AS act_ipt_days,
      coalesce(m.dscg_way, '') AS dscg_way, coalesce(m.chfpdr_code, '') AS chfpdr_code,
    ${day('s.begndate')} AS setl_begn_date, ${day('s.enddate')} AS setl_end_date, coalesce(s.clr_way, '') AS hi_paymtd,
      CAST(s.medfee_sumamt AS DOUBLE) AS medfee_sumamt,
    CAST(s.fund_pay_sumamt AS DOUBLE) AS fund_pay_sumamt, CAST(s.acct_pay AS DOUBLE) AS acct_pay,
      CAST(s.psn_pay AS DOUBLE) AS psn_cashpay,
    to_json(coalesce(d.list, [])) AS diagnoses, to_json(coalesce(o.list, [])) AS operations, to_json(coalesce(c.list, [])) AS charges
  FROM mdtrt_d m JOIN last s USING (mdtrt_id) LEFT JOIN diagnoses d USING (mdtrt_id) LEFT JOIN operations o USING (mdtrt_id)
    LEFT JOIN charges c USING (mdtrt_id) LEFT JOIN (SELECT * FROM setl_list_d WHERE coalesce(vali_flag, '1') <> '0') l USING (mdtrt_id)
  WHERE coalesce(m.vali_flag, '1') <> '0' AND m.endtime IS NOT NULL AND m.med_type IN (SELECT unnest(${quotedList(medTypes)}::VARCHAR[]))
  ORDER BY m.fixmedins_code, m.mdtrt_id`;

/** Ages are kept in tenths of a year. */
const ageScale = 10;

const shape = {
  ...{
    mdtrt_id: text,
    setl_id: text,
    fixmedins_code: text,
    dcla_time: optional(integer),
    adm_way: text,
    gend: text,
    brdy: optional(integer),
  },
  ...{ age: optional(number), nwb_age: optional(number), nwb_bir_wt: optional(number), nwb_adm_wt: optional(number) },
  ...{
    hi_type: text,
    insuplc: text,
    ipt_med_type: text,
    adm_time: optional(integer),
    adm_caty: text,
    dscg_time: optional(integer),
    dscg_caty: text,
  },
  ...{
    act_ipt_days: optional(number),
    dscg_way: text,
    chfpdr_code: text,
    setl_begn_date: optional(integer),
    setl_end_date: optional(integer),
  },
  ...{
    hi_paymtd: text,
    medfee_sumamt: optional(number),
    fund_pay_sumamt: optional(number),
    acct_pay: optional(number),
    psn_cashpay: optional(number),
  },
  ...{ diagnoses: text, operations: text, charges: text },
};

const listed = words('结算清单', 'settlement list');
const diagnosesOf = jsonReader(Type.Array(Type.Object({ code: Type.String(), main: Type.String(), condition: Type.String() })), listed);
const operationsOf = jsonReader(Type.Array(Type.Object({ code: Type.String(), day: Type.Union([Type.Integer(), Type.Null()]) })), listed);
const summed = Type.Object({ item: Type.String(), amt: Type.Number(), own: Type.Number(), a: Type.Number(), b: Type.Number() });
const chargesOf = jsonReader(Type.Array(summed), listed);

const chargeOf = ({ item, amt, own, a, b }: Type.Static<typeof summed>): ListCharge => ({
  med_chrgitm: item,
  amt,
  claa_sumfee: a,
  clab_amt: b,
  fulamt_ownpay_amt: own,
  oth_amt: amt - own - a - b,
});

function listOf({ diagnoses, operations, charges, age, ...row }: RowOf<typeof shape>): SettlementListRow {
  const place = { field: row.mdtrt_id };
  return {
    ...row,
    hi_no: '',
    medcasno: '',
    age: age === null ? null : Math.floor(age / ageScale),
    diseinfo: diagnosesOf
      .read(diagnoses, place)
      .map(({ code, main, condition }) => ({ diag_code: code, maindiag_flag: main, adm_cond_type: condition })),
    oprninfo: operationsOf.read(operations, place).map(({ code, day: on }) => ({ oprn_oprt_code: code, oprn_oprt_date: on })),
    iteminfo: chargesOf.read(charges, place).map(chargeOf),
  };
}

/** Reads the inpatient settlement lists of a lake, and by what they can be checked there. */
export async function settlementLists(folder: string, medTypes: readonly string[], signal?: AbortSignal): Promise<LakeLists> {
  const lake = await openLake(folder);
  const tables = await openTables({ folders: [folder], signal });
  try {
    for (const statement of lakeViews(lake)) await tables.run(statement);
    const lists = (await tables.rows(query(medTypes), shape)).map(listOf);
    const absent = new Set<ListField>((lake.manifest.facts.setl_list_d ?? []).length === 0 ? [...neverThere, ...ofTheList] : neverThere);
    const parameters = standardListParameters();
    const required = [...parameters.required.filter((field) => !absent.has(field)), 'fund_pay_sumamt' as const];
    return { lists, parameters: { ...parameters, required } };
  } finally {
    tables.close();
  }
}
