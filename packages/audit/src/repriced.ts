import { groupStatuses } from '@hengjian/grouping';
import { words } from '@hengjian/standard';
import { jsonReader } from '@hengjian/stored';
import { Type } from 'typebox';

const text = Type.String();
const count = Type.Integer();
const status = Type.Enum(groupStatuses);

/** What pricing a stay again needs, as the parts of a run carry it between threads and steps. */
const repricedStay = Type.Object({
  stay: Type.Object({
    ...{ mdtrt_id: text, fixmedins_code: text, hosp_lv: text, insutype: text, insu_admdvs: text, ipt_days: Type.Number(), dscg_way: text },
    ...{ dscg_day: count, clr_way: text, medfee_sumamt: count, inscp_amt: count, fund_pay_sumamt: count, acct_pay: count, psn_pay: count },
    ...{ status, grp_code: text },
  }),
  /** The group that its bill supports, where that is at issue. */
  instead: Type.Optional(Type.Object({ grp_code: text, status, auxiliary: Type.Union([count, Type.Null()]) })),
});

/** A stay to be priced again, so that all that is at issue in it can be priced together. */
export type RepricedStay = Type.Static<typeof repricedStay>;

export const repricedReader = jsonReader(repricedStay, words('待重新定价的病例', 'stay to be priced again'));
