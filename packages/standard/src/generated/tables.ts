// Made from library/standard by `npm run generate`; do not edit.
import type { CivilDay, CivilMinute, Fen, MicroYuan, TenThousandth } from '../units.ts';

/** 结算信息, settlement (`setl_d`) */
export interface SetlD {
  /** 结算ID, settlement id */
  readonly setl_id: string;
  /** 清算经办机构, clearing agency */
  readonly clr_optins?: string;
  /** 医药机构结算ID, institution settlement id */
  readonly medins_setl_id?: string;
  /** 就诊ID, visit id */
  readonly mdtrt_id: string;
  /** 原结算ID, original settlement id */
  readonly init_setl_id?: string;
  /** 人员编号, person number */
  readonly psn_no?: string;
  /** 人员参保关系ID, person-insurance relation id */
  readonly psn_insu_rlts_id?: string;
  /** 人员姓名, person name */
  readonly psn_name?: string;
  /** 人员证件类型, identity document type */
  readonly psn_cert_type?: string;
  /** 证件号码, identity document number */
  readonly certno?: string;
  /** 性别, gender */
  readonly gend?: string;
  /** 民族, ethnicity */
  readonly naty?: string;
  /** 出生日期, birth date */
  readonly brdy?: CivilDay;
  /** 年龄, age in years */
  readonly age?: number;
  /** 险种类型, insurance type */
  readonly insutype?: string;
  /** 人员类别, person category */
  readonly psn_type?: string;
  /** 公务员标志, civil-servant flag */
  readonly cvlserv_flag?: string;
  /** 公务员等级, civil servant level */
  readonly cvlserv_lv?: string;
  /** 特殊人员类型, special person type */
  readonly sp_psn_type?: string;
  /** 特殊人员类型等级, special person type level */
  readonly sp_psn_type_lv?: string;
  /** 新生儿标志, newborn flag */
  readonly nwb_flag?: string;
  /** 参保机构医保区划, insured-place administrative division */
  readonly insu_admdvs?: string;
  /** 单位编号, employer number */
  readonly emp_no?: string;
  /** 单位名称, employer name */
  readonly emp_name?: string;
  /** 支付地点类别, payment location kind */
  readonly pay_loc?: string;
  /** 定点医药机构编号, designated institution code */
  readonly fixmedins_code?: string;
  /** 定点医药机构名称, designated institution name */
  readonly fixmedins_name?: string;
  /** 医院等级, hospital level */
  readonly hosp_lv?: string;
  /** 定点归属医保区划, designated blng admin division code */
  readonly fix_blng_admdvs?: string;
  /** 限价医院等级, price limit hospital level */
  readonly lmtpric_hosp_lv?: string;
  /** 起付线医院等级, deductible hospital level */
  readonly dedc_hosp_lv?: string;
  /** 开始日期, start date */
  readonly begndate?: CivilDay;
  /** 结束日期, end date */
  readonly enddate?: CivilDay;
  /** 结算时间, settlement time */
  readonly setl_time: CivilMinute;
  /** 就诊凭证类型, visit credential type */
  readonly mdtrt_cert_type?: string;
  /** 就诊凭证编号, visit credential number */
  readonly mdtrt_cert_no?: string;
  /** 医疗类别, medical (visit) category */
  readonly med_type?: string;
  /** 结算类别, settlement type */
  readonly setl_type?: string;
  /** 清算类别, clearing type */
  readonly clr_type?: string;
  /** 清算方式, clearing (payment) method */
  readonly clr_way?: string;
  /** 个人结算方式, personal settlement way */
  readonly psn_setlway?: string;
  /** 医疗费总额, total medical fee */
  readonly medfee_sumamt: Fen;
  /** 全自费金额, fully self-funded amount */
  readonly fulamt_ownpay_amt?: Fen;
  /** 超限价自费费用, self-paid amount above price ceiling */
  readonly overlmt_selfpay?: Fen;
  /** 先行自付金额, advance self-payment (class B share) */
  readonly preselfpay_amt?: Fen;
  /** 符合范围金额, amount inside policy scope */
  readonly inscp_amt?: Fen;
  /** 起付标准, deductible standard */
  readonly dedc_std?: Fen;
  /** 本次起付线, deductible of this settlement */
  readonly crt_dedc?: Fen;
  /** 实际支付起付线, deductible actually paid */
  readonly act_pay_dedc?: Fen;
  /** 基本医疗保险统筹基金支出, pooled basic fund paid */
  readonly hifp_pay?: Fen;
  /** 基本医疗保险统筹基金支付比例, pooled fund payment ratio */
  readonly pool_prop_selfpay?: number;
  /** 医保认可费用总额, medical insurance agreement total fee */
  readonly hi_agre_sumfee?: Fen;
  /** 公务员医疗补助资金支出, civil-servant subsidy paid */
  readonly cvlserv_pay?: Fen;
  /** 企业补充医疗保险基金支出, enterprise supplementary fund paid */
  readonly hifes_pay?: Fen;
  /** 居民大病保险资金支出, resident catastrophic fund paid */
  readonly hifmi_pay?: Fen;
  /** 职工大额医疗费用补助基金支出, employee large-amount fund paid */
  readonly hifob_pay?: Fen;
  /** 伤残人员医疗保障基金支出, disabled-servicemen fund paid */
  readonly hifdm_pay?: Fen;
  /** 医疗救助基金支出, medical-aid fund paid */
  readonly maf_pay?: Fen;
  /** 其它基金支付, other fund paid */
  readonly othfund_pay?: Fen;
  /** 基金支付总额, total fund payment */
  readonly fund_pay_sumamt?: Fen;
  /** 个人支付金额, person payment */
  readonly psn_pay?: Fen;
  /** 个人账户支出, personal account paid */
  readonly acct_pay?: Fen;
  /** 现金支付金额, cash payment amount */
  readonly cash_payamt?: Fen;
  /** 自费中医院负担部分, part of own expense borne by the hospital */
  readonly ownpay_hosp_part?: Fen;
  /** 余额, account balance */
  readonly balc?: Fen;
  /** 个人账户共济支付金额, family mutual-aid account paid */
  readonly acct_mulaid_pay?: Fen;
  /** 退费结算标志, refund settlement flag */
  readonly refd_setl_flag?: string;
  /** 计算住院次数, cal inpatient count */
  readonly cal_ipt_cnt?: number;
  /** 结算现金支付方式, settlement cash payment way */
  readonly setl_cashpay_way?: string;
  /** 年度, year */
  readonly year?: string;
  /** 病种编码, disease number */
  readonly dise_no?: string;
  /** 病种名称, disease name */
  readonly dise_name?: string;
  /** 发票号, invoice number */
  readonly invono?: string;
  /** 零星报销原因, manual reimbursement reason */
  readonly manl_reim_rea?: string;
  /** 有效标志, valid flag */
  readonly vali_flag?: string;
  /** 备注, memo */
  readonly memo?: string;
  /** 数据更新时间, update time */
  readonly updt_time?: CivilMinute;
  /** 统筹区编号, pool area number */
  readonly poolarea_no?: string;
  /** 中途结算标志, mid-stay settlement flag */
  readonly mid_setl_flag?: string;
  /** 个人账户使用标志, personal account use flag */
  readonly acct_used_flag?: string;
  /** 按病种结算支付金额, bydise settlement payment amount */
  readonly bydise_setl_payamt?: Fen;
  /** 执行项目基金支付金额, fund payment of executed items */
  readonly exct_item_fund_payamt?: Fen;
}

/** 就诊信息, visit (`mdtrt_d`) */
export interface MdtrtD {
  /** 就诊ID, visit id */
  readonly mdtrt_id: string;
  /** 医药机构结算ID, institution settlement id */
  readonly medins_setl_id?: string;
  /** 人员编号, person number */
  readonly psn_no?: string;
  /** 人员参保关系ID, person-insurance relation id */
  readonly psn_insu_rlts_id?: string;
  /** 人员证件类型, identity document type */
  readonly psn_cert_type?: string;
  /** 证件号码, identity document number */
  readonly certno?: string;
  /** 人员姓名, person name */
  readonly psn_name?: string;
  /** 性别, gender */
  readonly gend?: string;
  /** 民族, ethnicity */
  readonly naty?: string;
  /** 出生日期, birth date */
  readonly brdy?: CivilDay;
  /** 年龄, age in years */
  readonly age?: number;
  /** 联系人姓名, contact name */
  readonly coner_name?: string;
  /** 联系电话, telephone */
  readonly tel?: string;
  /** 联系地址, address */
  readonly addr?: string;
  /** 险种类型, insurance type */
  readonly insutype?: string;
  /** 人员类别, person category */
  readonly psn_type?: string;
  /** 公务员标志, civil-servant flag */
  readonly cvlserv_flag?: string;
  /** 公务员等级, civil servant level */
  readonly cvlserv_lv?: string;
  /** 特殊人员类型, special person type */
  readonly sp_psn_type?: string;
  /** 特殊人员类型等级, special person type level */
  readonly sp_psn_type_lv?: string;
  /** 新生儿标志, newborn flag */
  readonly nwb_flag?: string;
  /** 参保机构医保区划, insured-place administrative division */
  readonly insu_admdvs?: string;
  /** 单位编号, employer number */
  readonly emp_no?: string;
  /** 单位名称, employer name */
  readonly emp_name?: string;
  /** 支付地点类别, payment location kind */
  readonly pay_loc?: string;
  /** 定点医药机构编号, designated institution code */
  readonly fixmedins_code?: string;
  /** 定点医药机构名称, designated institution name */
  readonly fixmedins_name?: string;
  /** 医院等级, hospital level */
  readonly hosp_lv?: string;
  /** 定点归属医保区划, designated blng admin division code */
  readonly fix_blng_admdvs?: string;
  /** 限价医院等级, price limit hospital level */
  readonly lmtpric_hosp_lv?: string;
  /** 起付线医院等级, deductible hospital level */
  readonly dedc_hosp_lv?: string;
  /** 开始时间, start time */
  readonly begntime: CivilMinute;
  /** 结束时间, end time */
  readonly endtime?: CivilMinute;
  /** 就诊凭证类型, visit credential type */
  readonly mdtrt_cert_type?: string;
  /** 就诊凭证编号, visit credential number */
  readonly mdtrt_cert_no?: string;
  /** 医疗类别, medical (visit) category */
  readonly med_type?: string;
  /** 异地安置类别, relocation type */
  readonly rloc_type?: string;
  /** 跨年度住院标志, cross year inpatient flag */
  readonly ars_year_ipt_flag?: string;
  /** 先行支付标志, advance payment flag */
  readonly pre_pay_flag?: string;
  /** 年度, year */
  readonly year?: string;
  /** 转诊前就诊id, referral old visit id */
  readonly refl_old_mdtrt_id?: string;
  /** 住院/门诊号, inpatient/outpatient number */
  readonly ipt_otp_no?: string;
  /** 病历号, medical record number */
  readonly medrcdno?: string;
  /** 主诊医师代码, chief physician code */
  readonly chfpdr_code?: string;
  /** 入院诊断描述, admission diagnosis description */
  readonly adm_diag_dscr?: string;
  /** 入院科室编码, admission department code */
  readonly adm_dept_codg?: string;
  /** 入院科室名称, admission department name */
  readonly adm_dept_name?: string;
  /** 入院床位, admission bed */
  readonly adm_bed?: string;
  /** 病区床位, ward area bed */
  readonly wardarea_bed?: string;
  /** 转科室标志, traf department flag */
  readonly traf_dept_flag?: string;
  /** 住院主诊断代码, discharge main diagnosis code */
  readonly dscg_maindiag_code?: string;
  /** 出院科室标识, discharge department code */
  readonly dscg_dept_codg?: string;
  /** 出院科室名称, discharge department name */
  readonly dscg_dept_name?: string;
  /** 出院床位, discharge bed */
  readonly dscg_bed?: string;
  /** 离院方式, discharge way */
  readonly dscg_way?: string;
  /** 主要病情描述, main condition description */
  readonly main_cond_dscr?: string;
  /** 病种编码, disease number */
  readonly dise_no?: string;
  /** 病种名称, disease name */
  readonly dise_name?: string;
  /** 手术操作代码, operation/procedure code */
  readonly oprn_oprt_code?: string;
  /** 手术操作名称, operation/procedure name */
  readonly oprn_oprt_name?: string;
  /** 门诊诊断信息, outpatient diagnosis info */
  readonly otp_diag_info?: string;
  /** 在院状态, in hospital status */
  readonly inhosp_stas?: string;
  /** 死亡日期, death date */
  readonly die_date?: CivilDay;
  /** 住院天数, inpatient days */
  readonly ipt_days?: number;
  /** 孕周数, gestation value */
  readonly geso_val?: number;
  /** 计划生育手术类别, birth control type */
  readonly birctrl_type?: string;
  /** 胎次, parity */
  readonly fetts?: number;
  /** 胎儿数, fetus count */
  readonly fetus_cnt?: number;
  /** 生育类别, maternity type */
  readonly matn_type?: string;
  /** 妊娠时间, prey time */
  readonly prey_time?: string;
  /** 晚育标志, late childbirth flag */
  readonly latechb_flag?: string;
  /** 早产标志, preterm flag */
  readonly pret_flag?: string;
  /** 计划生育服务证号, family planning certificate number */
  readonly fpsc_no?: string;
  /** 计划生育手术或生育日期, birth control maternity date */
  readonly birctrl_matn_date?: CivilDay;
  /** 伴有并发症标志, complication flag */
  readonly cop_flag?: string;
  /** 有效标志, valid flag */
  readonly vali_flag?: string;
  /** 备注, memo */
  readonly memo?: string;
  /** 数据更新时间, update time */
  readonly updt_time?: CivilMinute;
  /** 统筹区编号, pool area number */
  readonly poolarea_no?: string;
  /** 主诊医师姓名, chief physician name */
  readonly chfpdr_name?: string;
  /** 住院主诊断名称, principal discharge diagnosis name */
  readonly dscg_maindiag_name?: string;
  /** 入院科别, admission specialty */
  readonly adm_caty?: string;
  /** 出院科别, discharge specialty */
  readonly dscg_caty?: string;
  /** 第三方支付标志, ttp payment flag */
  readonly ttp_pay_flag?: string;
  /** 第三方支付比例, ttp payment proportion */
  readonly ttp_pay_prop?: number;
  /** 病种类型, disease type code */
  readonly dise_type_code?: string;
  /** 同病种入院标志, same disease admission flag */
  readonly same_dise_adm_flag?: string;
}

/** 费用明细, fee line (`fee_list_d`) */
export interface FeeListD {
  /** 记账流水号, bookkeeping serial (fee line key) */
  readonly bkkp_sn?: string;
  /** 就诊ID, visit id */
  readonly mdtrt_id: string;
  /** 费用发生时间, fee occurrence time */
  readonly fee_ocur_time: CivilMinute;
  /** 结算ID, settlement id */
  readonly setl_id?: string;
  /** 处方/医嘱号, prescription/order number */
  readonly rx_drord_no?: string;
  /** 定点医药机构编号, designated institution code */
  readonly fixmedins_code?: string;
  /** 定点医药机构名称, designated institution name */
  readonly fixmedins_name?: string;
  /** 人员编号, person number */
  readonly psn_no?: string;
  /** 人员参保关系ID, person-insurance relation id */
  readonly psn_insu_rlts_id?: string;
  /** 参保机构医保区划, insured-place administrative division */
  readonly insu_admdvs?: string;
  /** 支付地点类别, payment location kind */
  readonly pay_loc?: string;
  /** 医疗类别, medical (visit) category */
  readonly med_type?: string;
  /** 数量, quantity */
  readonly cnt: TenThousandth;
  /** 单价, unit price */
  readonly pric?: MicroYuan;
  /** 明细项目费用总额, fee line amount */
  readonly det_item_fee_sumamt: Fen;
  /** 定价上限金额, price ceiling */
  readonly pric_uplmt_amt?: MicroYuan;
  /** 自付比例, advance self-payment ratio */
  readonly selfpay_prop?: number;
  /** 全自费金额, fully self-funded amount */
  readonly fulamt_ownpay_amt?: Fen;
  /** 超限价自费费用, self-paid amount above price ceiling */
  readonly overlmt_selfpay?: Fen;
  /** 先行自付金额, advance self-payment (class B share) */
  readonly preselfpay_amt?: Fen;
  /** 符合范围金额, amount inside policy scope */
  readonly inscp_amt?: Fen;
  /** 公务员床位费金额, civil servant bedfee amount */
  readonly cvlserv_bedfee_amt?: Fen;
  /** 医药机构优惠金额, institution disc amount */
  readonly medins_disc_amt?: Fen;
  /** 收费项目等级, catalogue class (A/B/C) */
  readonly chrgitm_lv?: string;
  /** 医保目录编码, national catalogue code */
  readonly hilist_code?: string;
  /** 医保目录名称, national catalogue name */
  readonly hilist_name?: string;
  /** 目录类别, list type */
  readonly list_type?: string;
  /** 医疗目录编码, national catalogue code */
  readonly med_list_codg: string;
  /** 医药机构目录编码, institution catalogue code */
  readonly medins_list_codg?: string;
  /** 医药机构目录名称, institution catalogue name */
  readonly medins_list_name?: string;
  /** 医疗收费项目类别, charge item category (invoice class) */
  readonly med_chrgitm_type?: string;
  /** 商品名, product name */
  readonly prodname?: string;
  /** 规格, specification */
  readonly spec?: string;
  /** 剂型名称, dosage form name */
  readonly dosform_name?: string;
  /** 开单科室编码, ordering department code */
  readonly bilg_dept_codg?: string;
  /** 开单科室名称, ordering department name */
  readonly bilg_dept_name?: string;
  /** 开单医生编码, ordering doctor code */
  readonly bilg_dr_code?: string;
  /** 开单医师姓名, ordering doctor name */
  readonly bilg_dr_name?: string;
  /** 受单科室编码, performing department code */
  readonly acord_dept_codg?: string;
  /** 受单科室名称, performing department name */
  readonly acord_dept_name?: string;
  /** 受单医生代码, order receiving doctor code */
  readonly acord_dr_code?: string;
  /** 受单医生姓名, order receiving doctor name */
  readonly acord_dr_name?: string;
  /** 限制使用标志, restricted-use flag */
  readonly lmt_used_flag?: string;
  /** 医院制剂标志, hospital prep flag */
  readonly hosp_prep_flag?: string;
  /** 医院审批标志, hospital approval flag (limited-use confirmed) */
  readonly hosp_appr_flag?: string;
  /** 中药使用方式, herbal single/compound use */
  readonly tcmdrug_used_way?: string;
  /** 生产地类别, production place type */
  readonly prodplac_type?: string;
  /** 基本药物标志, essential-medicine flag */
  readonly bas_medn_flag?: string;
  /** 医保谈判药品标志, negotiated drug flag */
  readonly hi_nego_drug_flag?: string;
  /** 集采药品标志, centrally procured drug flag */
  readonly prcu_drug_flag?: string;
  /** 儿童用药标志, paediatric drug flag */
  readonly chld_medc_flag?: string;
  /** 外检标志, external examination flag */
  readonly etip_flag?: string;
  /** 外检医院编码, external examination hospital */
  readonly etip_hosp_code?: string;
  /** 出院带药标志, discharge take-home drug flag */
  readonly dscg_tkdrug_flag?: string;
  /** 目录特项标志, special (high-value) item flag */
  readonly list_sp_item_flag?: string;
  /** 生育费用标志, maternity fee flag */
  readonly matn_fee_flag?: string;
  /** 直报标志, direct reimbursement flag */
  readonly drt_reim_flag?: string;
  /** 报销比例, reimbursement proportion */
  readonly reim_prop?: number;
  /** 手术操作代码, operation/procedure code */
  readonly oprn_oprt_code?: string;
  /** 单次剂量描述, single dose text */
  readonly sin_dos_dscr?: string;
  /** 使用频次描述, frequency text */
  readonly used_frqu_dscr?: string;
  /** 周期天数, days supply */
  readonly prd_days?: number;
  /** 用药途径描述, administration route text */
  readonly medc_way_dscr?: string;
  /** 备注, memo */
  readonly memo?: string;
  /** 有效标志, valid flag */
  readonly vali_flag?: string;
  /** 数据更新时间, update time */
  readonly updt_time?: CivilMinute;
  /** 统筹区编号, pool area number */
  readonly poolarea_no?: string;
  /** 外购处方标志, external (circulated) prescription flag */
  readonly rx_circ_flag?: string;
  /** 病种编码, disease code */
  readonly dise_codg?: string;
  /** 收费批次号, charge batch number */
  readonly chrg_bchno?: string;
  /** 原费用流水号, original (refunded) fee line serial */
  readonly init_feedetl_sn?: string;
  /** 组合编号, comb number */
  readonly comb_no?: string;
  /** 超限价金额, amount above price ceiling */
  readonly overlmt_amt?: Fen;
  /** 费用明细流水号, fee line serial of the institution */
  readonly feedetl_sn?: string;
  /** 药品追溯码, drug trace code */
  readonly drug_trac_codg?: string;
}

/** 结算清单诊断, settlement list diagnosis (`setl_list_diag_d`) */
export interface SetlListDiagD {
  /** 结算清单诊断ID, settlement list diagnosis id */
  readonly setl_list_diag_id?: string;
  /** 结算ID, settlement id */
  readonly setl_id?: string;
  /** 就诊ID, visit id */
  readonly mdtrt_id: string;
  /** 人员编号, person number */
  readonly psn_no?: string;
  /** 诊断类别, diagnosis type */
  readonly diag_type?: string;
  /** 主诊断标志, principal diagnosis flag */
  readonly maindiag_flag?: string;
  /** 诊断代码, diagnosis code */
  readonly diag_code: string;
  /** 诊断名称, diagnosis name */
  readonly diag_name?: string;
  /** 入院病情类型, condition present on admission */
  readonly adm_cond_type?: string;
  /** 有效标志, valid flag */
  readonly vali_flag?: string;
  /** 数据更新时间, update time */
  readonly updt_time?: CivilMinute;
  /** 统筹区编号, pool area number */
  readonly poolarea_no?: string;
  /** 结算清单流水号, settlement list serial number */
  readonly setl_list_sn?: string;
  /** 定点医药机构编号, designated institution code */
  readonly fixmedins_code?: string;
}

/** 结算清单手术, settlement list operation (`setl_list_oprn_d`) */
export interface SetlListOprnD {
  /** 结算清单手术ID, settlement list operation id */
  readonly setl_list_oprn_id?: string;
  /** 结算ID, settlement id */
  readonly setl_id?: string;
  /** 人员编号, person number */
  readonly psn_no?: string;
  /** 就诊ID, visit id */
  readonly mdtrt_id: string;
  /** 主手术操作标志, main operation flag */
  readonly main_oprn_flag?: string;
  /** 手术操作名称, operation/procedure name */
  readonly oprn_oprt_name?: string;
  /** 手术操作代码, operation/procedure code */
  readonly oprn_oprt_code: string;
  /** 手术操作日期, operation date */
  readonly oprn_oprt_date?: CivilDay;
  /** 麻醉方式, anaesthesia way */
  readonly anst_way?: string;
  /** 术者医师姓名, surgeon name */
  readonly oper_dr_name?: string;
  /** 术者医师代码, surgeon code */
  readonly oper_dr_code?: string;
  /** 麻醉医师姓名, anaesthetist name */
  readonly anst_dr_name?: string;
  /** 麻醉医师代码, anaesthetist code */
  readonly anst_dr_code?: string;
  /** 有效标志, valid flag */
  readonly vali_flag?: string;
  /** 数据更新时间, update time */
  readonly updt_time?: CivilMinute;
  /** 统筹区编号, pool area number */
  readonly poolarea_no?: string;
  /** 麻醉开始时间, anaesthesia start time */
  readonly anst_begntime?: CivilMinute;
  /** 麻醉结束时间, anaesthesia end time */
  readonly anst_endtime?: CivilMinute;
  /** 手术操作开始时间, operation procedure start time */
  readonly oprn_oprt_begntime?: CivilMinute;
  /** 手术操作结束时间, operation procedure end time */
  readonly oprn_oprt_endtime?: CivilMinute;
  /** 结算清单流水号, settlement list serial number */
  readonly setl_list_sn?: string;
  /** 定点医药机构编号, designated institution code */
  readonly fixmedins_code?: string;
}

/** 人员基本信息, person (`psn_info_b`) */
export interface PsnInfoB {
  /** 人员编号, person number */
  readonly psn_no: string;
  /** 人员证件类型, identity document type */
  readonly psn_cert_type?: string;
  /** 证件号码, identity document number */
  readonly certno?: string;
  /** 人员姓名, person name */
  readonly psn_name?: string;
  /** 性别, sex */
  readonly gend?: string;
  /** 民族, ethnicity */
  readonly naty?: string;
  /** 出生日期, birth date */
  readonly brdy?: CivilDay;
  /** 死亡日期, death date */
  readonly die_date?: CivilDay;
  /** 联系电话, telephone */
  readonly tel?: string;
  /** 联系地址, address */
  readonly addr?: string;
  /** 有效标志, valid flag */
  readonly vali_flag?: string;
  /** 数据更新时间, update time */
  readonly updt_time?: CivilMinute;
}

/** 人员参保信息, enrolment (`psn_insu_d`) */
export interface PsnInsuD {
  /** 人员参保关系ID, person-insurance relation id */
  readonly psn_insu_rlts_id?: string;
  /** 人员编号, person number */
  readonly psn_no: string;
  /** 险种类型, insurance type */
  readonly insutype?: string;
  /** 人员类别, person category */
  readonly psn_type?: string;
  /** 人员参保状态, enrolment status */
  readonly psn_insu_stas?: string;
  /** 开始日期, start date */
  readonly begndate: CivilDay;
  /** 结束日期, end date, open when empty */
  readonly enddate?: CivilDay;
  /** 参保机构医保区划, area of insurance */
  readonly insu_admdvs?: string;
  /** 有效标志, valid flag */
  readonly vali_flag?: string;
  /** 数据更新时间, update time */
  readonly updt_time?: CivilMinute;
}

/** 定点医药机构信息, institution (`medins_info_b`) */
export interface MedinsInfoB {
  /** 定点医药机构编号, designated institution code */
  readonly fixmedins_code: string;
  /** 定点医药机构名称, designated institution name */
  readonly fixmedins_name?: string;
  /** 统一社会信用代码, unified social credit code */
  readonly uscc?: string;
  /** 定点医疗服务机构类型, designated institution type */
  readonly fixmedins_type?: string;
  /** 医院等级, hospital level */
  readonly hosp_lv?: string;
  /** 限价医院等级, price-limit hospital level */
  readonly lmtpric_hosp_lv?: string;
  /** 起付线医院等级, deductible hospital level */
  readonly dedc_hosp_lv?: string;
  /** 医保区划, area */
  readonly admdvs?: string;
  /** 批准床位数量, approved beds */
  readonly aprv_bed_cnt?: number;
  /** 开始日期, designated from */
  readonly begndate?: CivilDay;
  /** 结束日期, designated until */
  readonly enddate?: CivilDay;
  /** 有效标志, valid flag */
  readonly vali_flag?: string;
  /** 数据更新时间, update time */
  readonly updt_time?: CivilMinute;
}

/** 医师信息, practitioner (`dr_info_b`) */
export interface DrInfoB {
  /** 医师代码, practitioner code */
  readonly dr_code: string;
  /** 医师姓名, practitioner name */
  readonly dr_name?: string;
  /** 人员编号, person number of the practitioner */
  readonly psn_no?: string;
  /** 定点医药机构编号, main institution */
  readonly fixmedins_code?: string;
  /** 科室编码, department */
  readonly dept_codg?: string;
  /** 医师专业技术职务, professional title */
  readonly dr_pro_tech_duty?: string;
  /** 开始日期, payment qualification from */
  readonly begndate?: CivilDay;
  /** 结束日期, payment qualification until */
  readonly enddate?: CivilDay;
  /** 暂停开始日期, suspended from */
  readonly susp_begndate?: CivilDay;
  /** 暂停结束日期, suspended until */
  readonly susp_enddate?: CivilDay;
  /** 死亡日期, death date */
  readonly die_date?: CivilDay;
  /** 有效标志, valid flag */
  readonly vali_flag?: string;
  /** 数据更新时间, update time */
  readonly updt_time?: CivilMinute;
}

/** 科室信息, department (`medins_dept_b`) */
export interface MedinsDeptB {
  /** 定点医药机构编号, institution */
  readonly fixmedins_code: string;
  /** 科室编码, department code of the institution */
  readonly dept_codg: string;
  /** 科室名称, department name */
  readonly dept_name?: string;
  /** 科别, national specialty */
  readonly caty?: string;
  /** 开始日期, from */
  readonly begndate?: CivilDay;
  /** 结束日期, until */
  readonly enddate?: CivilDay;
  /** 数据更新时间, update time */
  readonly updt_time?: CivilMinute;
}

/** 医保目录, catalogue (`hilist_b`) */
export interface HilistB {
  /** 医保目录编码, national catalogue code */
  readonly hilist_code: string;
  /** 医保目录名称, national catalogue name */
  readonly hilist_name?: string;
  /** 目录类别, list type */
  readonly list_type?: string;
  /** 医疗收费项目类别, charge item category */
  readonly med_chrgitm_type?: string;
  /** 收费项目等级, catalogue class */
  readonly chrgitm_lv?: string;
  /** 限制使用标志, restricted-use flag */
  readonly lmt_used_flag?: string;
  /** 规格, specification */
  readonly spec?: string;
  /** 计价单位, charging unit */
  readonly unt?: string;
  /** 医保目录定价上限金额, price ceiling */
  readonly hilist_pric_uplmt_amt?: MicroYuan;
  /** 开始日期, start date */
  readonly begndate?: CivilDay;
  /** 结束日期, end date */
  readonly enddate?: CivilDay;
  /** 数据更新时间, update time */
  readonly updt_time?: CivilMinute;
}

/** 药品追溯码采集, trace code of a fee line (`drug_trac_d`) */
export interface DrugTracD {
  /** 记账流水号, fee line key */
  readonly bkkp_sn?: string;
  /** 药品追溯码, drug trace code */
  readonly drug_trac_codg: string;
  /** 定点医药机构编号, institution */
  readonly fixmedins_code?: string;
  /** 就诊ID, visit id */
  readonly mdtrt_id?: string;
  /** 费用明细流水号, fee line serial */
  readonly feedetl_sn?: string;
  /** 数据更新时间, update time */
  readonly updt_time?: CivilMinute;
}

/** 医嘱, order (institution extract) (`drord_d`) */
export interface DrordD {
  /** 医嘱明细ID, order id */
  readonly drord_id: string;
  /** 就诊ID, visit id */
  readonly mdtrt_id: string;
  /** 定点医药机构编号, institution */
  readonly fixmedins_code?: string;
  /** 医嘱号, order number */
  readonly drord_no?: string;
  /** 医嘱类别, order type */
  readonly drord_type?: string;
  /** 医嘱明细代码, ordered catalogue code */
  readonly drord_detl_code?: string;
  /** 医嘱明细名称, ordered item name */
  readonly drord_detl_name?: string;
  /** 医嘱开始时间, order start */
  readonly drord_begntime?: CivilMinute;
  /** 医嘱结束时间, order end */
  readonly drord_endtime?: CivilMinute;
  /** 执行时间, executed at */
  readonly exe_time?: CivilMinute;
  /** 执行科室代码, executing department */
  readonly exe_dept_code?: string;
  /** 数据更新时间, update time */
  readonly updt_time?: CivilMinute;
}

/** 费用执行信息, execution of a fee line (institution extract) (`fee_exct_d`) */
export interface FeeExctD {
  /** 记账流水号, bookkeeping serial of the fee line */
  readonly bkkp_sn: string;
  /** 就诊ID, visit id */
  readonly mdtrt_id: string;
  /** 执行时间, executed at */
  readonly exct_time?: CivilMinute;
  /** 上传时间, uploaded at */
  readonly upld_time?: CivilMinute;
  /** 记录数量, quantity by the record; 0 says that there is no record */
  readonly exct_cnt?: TenThousandth;
  /** 记录目录编码, catalogue code of what the record shows */
  readonly exct_list_codg?: string;
  /** 购进单价, purchase price a unit */
  readonly purc_pric?: MicroYuan;
  /** 现金售价, price to cash buyers that day */
  readonly cash_pric?: MicroYuan;
  /** 有效标志, valid flag */
  readonly vali_flag?: string;
  /** 数据更新时间, update time */
  readonly updt_time?: CivilMinute;
  /** 定点医药机构编号, designated institution code */
  readonly fixmedins_code?: string;
}

/** 就诊执行信息, execution of a visit (institution extract) (`mdtrt_exct_d`) */
export interface MdtrtExctD {
  /** 就诊ID, visit id */
  readonly mdtrt_id: string;
  /** 无诊疗记录最长天数, longest run of days without order, vital sign or nursing record */
  readonly care_gap_days?: number;
  /** 计划入院标志, planned admission flag */
  readonly plan_adm_flag?: string;
  /** 医院感染标志, hospital-acquired infection flag */
  readonly infc_flag?: string;
  /** 分组编码, DRG or DIP group paid */
  readonly grp_code?: string;
  /** 分组支付金额, payment of the group */
  readonly grp_pay_amt?: Fen;
  /** 依据支持分组支付金额, payment of the group that bill and record support */
  readonly evid_grp_pay_amt?: Fen;
  /** 有效标志, valid flag */
  readonly vali_flag?: string;
  /** 数据更新时间, update time */
  readonly updt_time?: CivilMinute;
  /** 定点医药机构编号, designated institution code */
  readonly fixmedins_code?: string;
}

/** 进销存变更, stock movement (institution extract) (`stoc_chg_d`) */
export interface StocChgD {
  /** 库存变更ID, stock movement id */
  readonly stoc_chg_id: string;
  /** 定点医药机构编号, institution */
  readonly fixmedins_code: string;
  /** 医疗目录编码, national catalogue code */
  readonly med_list_codg: string;
  /** 库存变更类型, movement type */
  readonly inv_chg_type?: string;
  /** 数量, quantity */
  readonly cnt: TenThousandth;
  /** 单价, unit price */
  readonly pric?: MicroYuan;
  /** 变更时间, moved at */
  readonly inv_chg_time: CivilMinute;
  /** 药品追溯码, drug trace code */
  readonly drug_trac_codg?: string;
  /** 数据更新时间, update time */
  readonly updt_time?: CivilMinute;
}

/** 医疗保障基金结算清单, settlement list (head of transaction 4101) (`setl_list_d`) */
export interface SetlListD {
  /** 就诊ID, visit id */
  readonly mdtrt_id: string;
  /** 结算ID, settlement id */
  readonly setl_id?: string;
  /** 申报时间, declaration time */
  readonly dcla_time?: CivilMinute;
  /** 新生儿年龄（天）, age of a newborn in days */
  readonly nwb_age?: number;
  /** 新生儿出生体重, birth weight of a newborn */
  readonly nwb_bir_wt?: number;
  /** 新生儿入院体重, admission weight of a newborn */
  readonly nwb_adm_wt?: number;
  /** 入院途径, way of admission */
  readonly adm_way?: string;
  /** 呼吸机使用时长, time on a ventilator, days/hours/minutes */
  readonly vent_used_dura?: string;
  /** 重症监护合计时长, time in intensive care, days/hours/minutes */
  readonly scs_cutd_sum_dura?: string;
  /** 有效标志, valid flag */
  readonly vali_flag?: string;
  /** 数据更新时间, update time */
  readonly updt_time?: CivilMinute;
  /** 定点医药机构编号, designated institution code */
  readonly fixmedins_code?: string;
}

/** 部门人员名单, list of persons from another authority (`psn_list_d`) */
export interface PsnListD {
  /** 名单记录ID, record id of the list */
  readonly psn_list_id?: string;
  /** 名单类型, kind of list */
  readonly list_type?: string;
  /** 发送方序号, serial number of the sender */
  readonly list_sn?: string;
  /** 名单日期, date of the list */
  readonly list_date?: CivilDay;
  /** 发送部门, authority that sends the list */
  readonly send_dept?: string;
  /** 人员编号, person number */
  readonly psn_no?: string;
  /** 人员证件类型, identity document type */
  readonly psn_cert_type?: string;
  /** 证件号码, identity document number */
  readonly certno?: string;
  /** 证件号码校验结果, result of the check of the number, worked out before it became a pseudonym */
  readonly certno_chk?: string;
  /** 人员姓名, person name */
  readonly psn_name?: string;
  /** 性别, sex */
  readonly gend?: string;
  /** 出生日期, birth date */
  readonly brdy?: CivilDay;
  /** 联系电话, telephone */
  readonly tel?: string;
  /** 联系地址, address */
  readonly addr?: string;
  /** 单位编号, employer number */
  readonly emp_no?: string;
  /** 单位名称, employer name */
  readonly emp_name?: string;
  /** 人员身份类别, person identity category */
  readonly psn_idet_type?: string;
  /** 人员类别等级, level of the person category */
  readonly psn_type_lv?: string;
  /** 开始日期, start date; of a death or birth, its day */
  readonly begndate?: CivilDay;
  /** 结束日期, end date, open when empty */
  readonly enddate?: CivilDay;
  /** 医保区划, area */
  readonly admdvs?: string;
  /** 有效标志, valid flag; 0 takes an entry back */
  readonly vali_flag?: string;
  /** 数据更新时间, update time */
  readonly updt_time?: CivilMinute;
}
