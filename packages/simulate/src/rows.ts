import { formatDay } from '@hengjian/standard';
import { cells, encode, type Sink, type TimeText } from './bytes.ts';
import type { Item } from './catalogue.ts';
import type { Department, Doctor, Institution, Line, Person, Settlement, Visit } from './model.ts';
import { stayDays } from './model.ts';
import { ageOn } from './persons.ts';

/** Column headers of the monthly and the person tables, in the order the row writers use. */
export const headers = {
  fee_list_d:
    'bkkp_sn,feedetl_sn,init_feedetl_sn,mdtrt_id,setl_id,psn_no,psn_insu_rlts_id,insu_admdvs,fixmedins_code,fixmedins_name,med_type,vali_flag,updt_time,fee_ocur_time,rx_drord_no,cnt,pric,det_item_fee_sumamt,fulamt_ownpay_amt,overlmt_selfpay,preselfpay_amt,inscp_amt,med_list_codg,hilist_name,medins_list_codg,medins_list_name,list_type,med_chrgitm_type,chrgitm_lv,spec,lmt_used_flag,pric_uplmt_amt,bilg_dept_codg,bilg_dept_name,acord_dept_codg,bilg_dr_code,bilg_dr_name,hosp_appr_flag,tcmdrug_used_way,dscg_tkdrug_flag,prd_days,drug_trac_codg',
  setl_d:
    'setl_id,init_setl_id,mdtrt_id,psn_no,psn_name,certno,gend,brdy,age,insutype,psn_type,insu_admdvs,fixmedins_code,fixmedins_name,hosp_lv,lmtpric_hosp_lv,dedc_hosp_lv,begndate,enddate,setl_time,med_type,clr_type,clr_way,medfee_sumamt,fulamt_ownpay_amt,overlmt_selfpay,preselfpay_amt,inscp_amt,act_pay_dedc,pool_prop_selfpay,hifp_pay,cvlserv_pay,hifes_pay,hifmi_pay,hifob_pay,hifdm_pay,maf_pay,othfund_pay,fund_pay_sumamt,acct_pay,psn_pay,refd_setl_flag,mid_setl_flag,invono,dise_no,vali_flag,updt_time',
  mdtrt_d:
    'mdtrt_id,psn_no,psn_name,tel,addr,certno,gend,brdy,age,insutype,psn_type,nwb_flag,insu_admdvs,fixmedins_code,fixmedins_name,begntime,endtime,med_type,chfpdr_code,chfpdr_name,adm_dept_codg,adm_dept_name,adm_caty,dscg_dept_codg,dscg_dept_name,dscg_caty,dscg_way,dscg_maindiag_code,dise_no,dise_name,ipt_days,matn_type,geso_val,fetus_cnt,die_date,vali_flag,updt_time',
  setl_list_diag_d: 'setl_list_diag_id,setl_id,mdtrt_id,psn_no,diag_type,maindiag_flag,diag_code,diag_name,adm_cond_type,vali_flag,updt_time',
  setl_list_oprn_d: 'setl_list_oprn_id,setl_id,mdtrt_id,psn_no,main_oprn_flag,oprn_oprt_code,oprn_oprt_name,oprn_oprt_date,oper_dr_code,vali_flag,updt_time',
  psn_info_b: 'psn_no,psn_cert_type,certno,psn_name,gend,naty,brdy,die_date,tel,addr,vali_flag,updt_time',
  psn_insu_d: 'psn_insu_rlts_id,psn_no,insutype,psn_type,psn_insu_stas,begndate,enddate,insu_admdvs,vali_flag,updt_time',
} as const;
export type PersonTable = keyof typeof headers;
export const monthlyTables = ['mdtrt_d', 'setl_d', 'fee_list_d', 'setl_list_diag_d', 'setl_list_oprn_d'] as const;
export const personTables = ['psn_info_b', 'psn_insu_d'] as const;

const letter = { line: 66, feed: 70, visit: 77, settlement: 83, prescription: 82, invoice: 73, diagnosis: 71, operation: 79, relation: 73 } as const;

/** Keys of lines, visits and settlements as the files have them, for `truth.parquet`. */
export const lineKey = (person: number, serial: number): string => `B${String(person).padStart(8, '0')}${String(serial).padStart(6, '0')}`;
export const visitKey = (person: number, serial: number): string => `M${String(person).padStart(8, '0')}${String(serial).padStart(4, '0')}`;
export const settlementKey = (person: number, serial: number): string => `S${String(person).padStart(8, '0')}${String(serial).padStart(4, '0')}`;

const none = encode('');
const flag = { yes: encode('1'), no: encode('0'), two: encode('2') };
const address = encode('演示市虚构路1号');
const plainFlags = cells('0', '', '0');
const ids = { one: encode('1') };

/** A card number that satisfies the check digit and starts with the area code 000000, which no real card has. */
export function cardNumber(person: Person, birth: string): string {
  const order = (person.index % 499) * 2 + (person.female ? 0 : 1);
  const body = `000000${birth.replaceAll('-', '')}${String(order).padStart(3, '0')}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(body[index]), 0);
  return body + ('10X98765432'[sum % 11] ?? '0');
}

/** Prepared bytes of what repeats: items, departments, doctors, institutions. */
export class RowParts {
  /** Cells of an item and its ceiling, by price level. */
  readonly #items: Uint8Array[][] = [[], [], [], []];
  readonly #departments = new Map<Department, Uint8Array>();
  readonly #doctors = new Map<Doctor, Uint8Array>();
  readonly #institutions = new Map<Institution, Uint8Array>();
  readonly #texts = new Map<string, Uint8Array>();

  constructor(items: readonly Item[]) {
    for (const item of items) {
      const restricted = item.pool === '' && item.listType === '101' ? '1' : '0';
      const capped = item.listType === '201' && item.level !== '03';
      this.#items.forEach((row, level) => {
        const ceiling = capped ? ((item.prices[level] ?? 0) / 10_000).toFixed(6) : '999999.000000';
        row[item.index] = cells(item.code, item.name, `L${item.code}`, item.name, item.listType, item.chargeType, item.level, item.spec, restricted, ceiling);
      });
    }
  }

  item(item: Item, level: number): Uint8Array {
    return this.#items[level]?.[item.index] ?? none;
  }
  department(department: Department): Uint8Array {
    let part = this.#departments.get(department);
    if (part === undefined) {
      part = cells(department.code, department.name, department.code);
      this.#departments.set(department, part);
    }
    return part;
  }
  doctor(doctor: Doctor): Uint8Array {
    let part = this.#doctors.get(doctor);
    if (part === undefined) {
      part = cells(doctor.code, doctor.name);
      this.#doctors.set(doctor, part);
    }
    return part;
  }
  /** Bytes of a name out of the catalogue. */
  text(name: string): Uint8Array {
    let part = this.#texts.get(name);
    if (part === undefined) {
      part = encode(name);
      this.#texts.set(name, part);
    }
    return part;
  }
  institution(institution: Institution): Uint8Array {
    let part = this.#institutions.get(institution);
    if (part === undefined) {
      part = cells(institution.code, institution.name);
      this.#institutions.set(institution, part);
    }
    return part;
  }
}

const emptyDepartment = cells('', '', '');
const emptyDoctor = cells('', '');

/** Writes the rows of one person. */
export class RowWriter {
  readonly #parts: RowParts;
  readonly #time: TimeText;
  #lastSettlement: Settlement | undefined;
  #lastSink: Sink | undefined;
  #lastStart = 0;
  #lastStaff: { readonly department: Department | undefined; readonly doctor: Doctor | undefined; readonly part: Uint8Array } = {
    department: undefined,
    doctor: undefined,
    part: cells('', '', '', '', ''),
  };
  #lastEnd = 0;
  #card: { readonly person: Person; readonly name: Uint8Array; readonly number: string; readonly birth: string } | undefined;

  constructor(parts: RowParts, time: TimeText) {
    this.#parts = parts;
    this.#time = time;
  }

  #minute(sink: Sink, minute: number): void {
    const day = Math.floor(minute / 1440);
    sink.time(this.#time.day(day), minute - day * 1440);
  }

  line(sink: Sink, person: Person, visit: Visit, settlement: Settlement, line: Line): void {
    const parts = this.#parts;
    sink.room(900);
    sink.id(letter.line, person.index, line.serial, 6);
    sink.id(letter.feed, person.index, line.serial, 6);
    if (line.refunds > 0) sink.id(letter.feed, person.index, line.refunds, 6);
    else sink.skip();
    if (this.#lastSettlement === settlement && this.#lastSink === sink && sink.length > this.#lastEnd) sink.repeat(this.#lastStart, this.#lastEnd);
    else this.#booking(sink, person, visit, settlement);
    this.#minute(sink, line.minute);
    if (line.rx > 0) sink.id(letter.prescription, person.index, line.rx, 5);
    else sink.skip();
    sink.decimal(line.cnt, 2);
    sink.decimal(line.price, 4);
    sink.decimal(line.det, 2);
    sink.decimal(line.own, 2);
    sink.decimal(0, 2);
    sink.decimal(line.pre, 2);
    sink.decimal(line.inscp, 2);
    sink.cell(parts.item(line.item, visit.institution.priceLevel));
    sink.cell(this.#staff(line));
    if (line.approval === '0' && line.herbalUse === '' && !line.takeHome) sink.cell(plainFlags);
    else {
      sink.ascii(line.approval);
      sink.ascii(line.herbalUse);
      sink.cell(line.takeHome ? flag.yes : flag.no);
    }
    if (line.prdDays >= 0) sink.decimal(line.prdDays, 0);
    else sink.skip();
    sink.ascii(line.trace);
    sink.endRow();
  }

  /** Ordering department and doctor; mostly those of the line before. */
  #staff(line: Line): Uint8Array {
    const { department, doctor } = line;
    if (this.#lastStaff.department !== department || this.#lastStaff.doctor !== doctor) {
      const first = department === undefined ? emptyDepartment : this.#parts.department(department);
      const second = doctor === undefined ? emptyDoctor : this.#parts.doctor(doctor);
      const part = new Uint8Array(first.length + 1 + second.length);
      part.set(first);
      part[first.length] = 44;
      part.set(second, first.length + 1);
      this.#lastStaff = { department, doctor, part };
    }
    return this.#lastStaff.part;
  }

  /** The cells that are the same for all lines of a settlement; later lines copy them. */
  #booking(sink: Sink, person: Person, visit: Visit, settlement: Settlement): void {
    this.#lastSettlement = settlement;
    this.#lastSink = sink;
    this.#lastStart = sink.length;
    sink.id(letter.visit, person.index, visit.serial, 4);
    sink.id(letter.settlement, person.index, settlement.serial, 4);
    sink.ascii(person.no);
    sink.id(letter.relation, person.index, 1, 2);
    sink.ascii(person.area);
    sink.cell(this.#parts.institution(visit.institution));
    sink.ascii(visit.medType);
    sink.cell(flag.yes);
    this.#minute(sink, settlement.minute);
    this.#lastEnd = sink.length;
  }

  settlement(sink: Sink, person: Person, visit: Visit, settlement: Settlement): void {
    const { institution } = visit;
    sink.room(1200);
    sink.id(letter.settlement, person.index, settlement.serial, 4);
    if (settlement.reverses > 0) sink.id(letter.settlement, person.index, settlement.reverses, 4);
    else sink.skip();
    sink.id(letter.visit, person.index, visit.serial, 4);
    this.#person(sink, person, visit, false);
    sink.ascii(person.insutype);
    sink.ascii(person.psnType);
    sink.ascii(person.area);
    sink.cell(this.#parts.institution(institution));
    sink.ascii(institution.hospLevel);
    sink.ascii(institution.priceLevel === 0 ? '' : String(institution.priceLevel));
    sink.ascii(institution.priceLevel === 0 ? '9' : String(institution.priceLevel));
    sink.cell(this.#time.day(Math.floor(visit.begin / 1440)));
    sink.cell(this.#time.day(Math.floor(visit.end / 1440)));
    this.#minute(sink, settlement.minute);
    sink.ascii(visit.medType);
    sink.ascii(visit.setting === 'inpatient' ? '21' : visit.setting === 'pharmacy' ? '41' : '11');
    sink.ascii(visit.setting === 'inpatient' && institution.priceLevel >= 2 ? '4' : '1');
    for (const amount of [settlement.medfee, settlement.own, 0, settlement.pre, settlement.inscp, settlement.deductible]) sink.decimal(amount, 2);
    sink.decimal(settlement.ratio * 100, 4);
    const { hifp, cvlserv, hifmi, hifob, maf, fund, acct, cash } = settlement;
    for (const amount of [hifp, cvlserv, 0, hifmi, hifob, 0, maf, 0, fund, acct, cash]) sink.decimal(amount, 2);
    sink.cell(settlement.reverses > 0 ? flag.yes : flag.no);
    sink.cell(settlement.midStay ? flag.yes : flag.no);
    sink.id(letter.invoice, person.index, settlement.serial, 4);
    sink.ascii(visit.disease?.code ?? '');
    sink.cell(flag.yes);
    this.#minute(sink, settlement.minute);
    sink.endRow();
  }

  /** psn_no, psn_name, [tel, addr,] certno, gend, brdy, age. */
  #person(sink: Sink, person: Person, visit: Visit, contact: boolean): void {
    if (this.#card?.person !== person) {
      const birth = birthText(person.birth);
      this.#card = { person, name: encode(`演示人${person.index + 1}`), number: cardNumber(person, birth), birth };
    }
    const { name, number, birth } = this.#card;
    sink.ascii(person.no);
    sink.cell(name);
    if (contact) {
      sink.ascii(`0000${String(person.index).padStart(8, '0')}`);
      sink.cell(address);
    }
    sink.ascii(number);
    sink.cell(person.female ? flag.two : flag.yes);
    sink.ascii(birth);
    sink.decimal(ageOn(person, Math.floor(visit.begin / 1440)) * 10, 1);
  }

  visit(sink: Sink, person: Person, visit: Visit): void {
    sink.room(1200);
    sink.id(letter.visit, person.index, visit.serial, 4);
    this.#person(sink, person, visit, true);
    sink.ascii(person.insutype);
    sink.ascii(person.psnType);
    sink.cell(visit.newborn ? flag.yes : flag.no);
    sink.ascii(person.area);
    sink.cell(this.#parts.institution(visit.institution));
    this.#minute(sink, visit.begin);
    this.#minute(sink, visit.end);
    sink.ascii(visit.medType);
    sink.cell(visit.doctor === undefined ? emptyDoctor : this.#parts.doctor(visit.doctor));
    const stay = visit.setting === 'inpatient';
    for (const department of [visit.department, visit.leavingDepartment]) {
      sink.ascii(department?.code ?? '');
      sink.cell(this.#parts.text(department?.name ?? ''));
      sink.ascii(department?.caty ?? '');
    }
    sink.ascii(visit.dischargeWay);
    sink.ascii(visit.diagnoses[0]?.code ?? '');
    sink.ascii(visit.disease?.code ?? '');
    sink.cell(this.#parts.text(visit.disease?.name ?? ''));
    sink.ascii(stay ? String(stayDays(visit)) : '');
    sink.ascii(visit.maternityType);
    sink.ascii(visit.gestation > 0 ? String(visit.gestation) : '');
    sink.ascii(visit.fetuses > 0 ? String(visit.fetuses) : '');
    sink.ascii(visit.dischargeWay === '5' && person.dies >= 0 ? birthText(person.dies) : '');
    sink.cell(flag.yes);
    this.#minute(sink, visit.end);
    sink.endRow();
  }

  diagnoses(sink: Sink, person: Person, visit: Visit, settlement: Settlement): void {
    visit.diagnoses.forEach((diagnosis, index) => {
      sink.room(600);
      sink.id(letter.diagnosis, person.index, visit.serial * 100 + index + 1, 6);
      sink.id(letter.settlement, person.index, settlement.serial, 4);
      sink.id(letter.visit, person.index, visit.serial, 4);
      sink.ascii(person.no);
      sink.cell(ids.one);
      sink.cell(index === 0 ? flag.yes : flag.no);
      sink.ascii(diagnosis.code);
      sink.cell(this.#parts.text(diagnosis.name));
      sink.cell(ids.one);
      sink.cell(flag.yes);
      this.#minute(sink, settlement.minute);
      sink.endRow();
    });
  }

  operations(sink: Sink, person: Person, visit: Visit, settlement: Settlement): void {
    visit.operations.forEach(({ operation, day }, index) => {
      sink.room(600);
      sink.id(letter.operation, person.index, visit.serial * 100 + index + 1, 6);
      sink.id(letter.settlement, person.index, settlement.serial, 4);
      sink.id(letter.visit, person.index, visit.serial, 4);
      sink.ascii(person.no);
      sink.cell(index === 0 ? flag.yes : flag.no);
      sink.ascii(operation.code);
      sink.cell(this.#parts.text(operation.name));
      sink.cell(this.#time.day(day));
      sink.ascii(visit.doctor?.code ?? '');
      sink.cell(flag.yes);
      this.#minute(sink, settlement.minute);
      sink.endRow();
    });
  }

  person(sink: Sink, person: Person): void {
    const birth = birthText(person.birth);
    const row = [
      person.no,
      '01',
      cardNumber(person, birth),
      `演示人${person.index + 1}`,
      person.female ? '2' : '1',
      person.index % 20 === 0 ? '03' : '01',
      birth,
      person.dies < 0 ? '' : birthText(person.dies),
      `0000${String(person.index).padStart(8, '0')}`,
      '演示市虚构路1号',
      '1',
    ];
    for (const cell of row) sink.text(cell);
    this.#minute(sink, this.#time.first * 1440);
    sink.endRow();
  }

  enrolments(sink: Sink, person: Person): void {
    const spans: [number, number, string][] = [];
    if (person.suspendedFrom < 0) spans.push([person.insuredFrom, -1, '1']);
    else {
      spans.push([person.insuredFrom, person.suspendedFrom - 1, '1'], [person.suspendedFrom, person.suspendedTo, '2'], [person.suspendedTo + 1, -1, '1']);
    }
    spans.forEach(([from, to, status], index) => {
      sink.room(300);
      sink.id(letter.relation, person.index, index + 1, 2);
      const row = [person.no, person.insutype, person.psnType, status, birthText(from), to < 0 ? '' : birthText(to), person.area, '1'];
      for (const cell of row) sink.ascii(cell);
      this.#minute(sink, this.#time.first * 1440);
      sink.endRow();
    });
  }
}

const dayTexts = new Map<number, string>();
function birthText(day: number): string {
  const known = dayTexts.get(day);
  if (known !== undefined) return known;
  const text = formatDay(day);
  if (dayTexts.size > 60_000) dayTexts.clear();
  dayTexts.set(day, text);
  return text;
}
