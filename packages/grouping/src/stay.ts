import type { GroupStatus } from './case/case.ts';

/**
 * A stay with its group: what pricing, settlement and evaluation read. Money in fen, weights elsewhere. One object a
 * stay; a million of them must be workable, so keep it flat.
 */
export interface GroupedStay {
  readonly mdtrt_id: string;
  /** Pseudonym of the person. */
  readonly psn_no: string;
  readonly fixmedins_code: string;
  /** National code of the hospital's level (`hosp_lv`, 01 to 11); empty when unknown. */
  readonly hosp_lv: string;
  /** Discharge specialty and responsible practitioner; empty when not recorded. */
  readonly dscg_caty: string;
  readonly chfpdr_code: string;
  /** 310 employees, 390 residents, ... */
  readonly insutype: string;
  /** Area of insurance, six digits; local care when equal to the area of the settlement. */
  readonly insu_admdvs: string;
  /** Civil days since 1970-01-01 (see `parseDay` in standard). */
  readonly adm_day: number;
  readonly dscg_day: number;
  readonly ipt_days: number;
  /** National table `dscg_way`; 5 died. */
  readonly dscg_way: string;
  /** National table `clr_way`: 1 item, 2 single disease, 3 DIP, 4 DRG, 5 bed day, 6 per head, 9 other; empty unknown. */
  readonly clr_way: string;
  /** Whole cost of the stay, the part inside the policy scope, and what each side paid at the counter, in fen. */
  readonly medfee_sumamt: number;
  readonly inscp_amt: number;
  readonly fund_pay_sumamt: number;
  readonly acct_pay: number;
  readonly psn_pay: number;
  /** Cost less the net lines of the stay, in fen; absent where they agree or nothing is known. */
  readonly line_gap?: number;
  readonly status: GroupStatus;
  readonly mdc: string;
  readonly adrg: string;
  /** DRG or DIP group; empty when the stay has none. */
  readonly grp_code: string;
}
