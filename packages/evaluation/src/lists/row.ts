/** One diagnosis of a settlement list, national fields. */
export interface ListDiagnosis {
  readonly diag_code: string;
  /** 1 principal, 0 other. */
  readonly maindiag_flag: string;
  /** Condition on admission; empty when not filled in. */
  readonly adm_cond_type: string;
}

export interface ListOperation {
  readonly oprn_oprt_code: string;
  /** Civil day; null when not filled in. */
  readonly oprn_oprt_date: number | null;
}

export interface ListCharge {
  readonly med_chrgitm: string;
  /** Fen: amount, and its parts of class A, class B, own expense, other. */
  readonly amt: number;
  readonly claa_sumfee: number;
  readonly clab_amt: number;
  readonly fulamt_ownpay_amt: number;
  readonly oth_amt: number;
}

/**
 * The part of a settlement list (transaction 4101) that its checks read, under national field codes. Texts are empty and
 * numbers null when not filled in. Days are civil days, money is fen, weights are grams.
 */
export interface SettlementListRow {
  readonly mdtrt_id: string;
  readonly setl_id: string;
  readonly fixmedins_code: string;
  readonly hi_no: string;
  readonly medcasno: string;
  /** Day of upload (declaration). */
  readonly dcla_time: number | null;
  readonly gend: string;
  readonly brdy: number | null;
  readonly age: number | null;
  /** Days, of children under one year. */
  readonly nwb_age: number | null;
  readonly nwb_bir_wt: number | null;
  readonly nwb_adm_wt: number | null;
  readonly hi_type: string;
  readonly insuplc: string;
  readonly ipt_med_type: string;
  readonly adm_way: string;
  readonly adm_time: number | null;
  readonly adm_caty: string;
  readonly dscg_time: number | null;
  readonly dscg_caty: string;
  readonly act_ipt_days: number | null;
  readonly dscg_way: string;
  readonly chfpdr_code: string;
  readonly setl_begn_date: number | null;
  readonly setl_end_date: number | null;
  readonly hi_paymtd: string;
  readonly medfee_sumamt: number | null;
  readonly fund_pay_sumamt: number | null;
  readonly acct_pay: number | null;
  readonly psn_cashpay: number | null;
  readonly diseinfo: readonly ListDiagnosis[];
  readonly oprninfo: readonly ListOperation[];
  readonly iteminfo: readonly ListCharge[];
}

/** Fields that can be asked for. */
export const listFields = [
  'mdtrt_id',
  'setl_id',
  'fixmedins_code',
  'hi_no',
  'medcasno',
  'dcla_time',
  'gend',
  'brdy',
  'age',
  'nwb_age',
  'nwb_bir_wt',
  'nwb_adm_wt',
  'hi_type',
  'insuplc',
  'ipt_med_type',
  'adm_way',
  'adm_time',
  'adm_caty',
  'dscg_time',
  'dscg_caty',
  'act_ipt_days',
  'dscg_way',
  'chfpdr_code',
  'setl_begn_date',
  'setl_end_date',
  'hi_paymtd',
  'medfee_sumamt',
  'fund_pay_sumamt',
  'acct_pay',
  'psn_cashpay',
  'diseinfo',
  'iteminfo',
] as const satisfies readonly (keyof SettlementListRow)[];
export type ListField = (typeof listFields)[number];
