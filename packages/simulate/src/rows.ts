import { formatDay } from '@hengjian/standard';
import { cells, encode, putAscii, putBytes, putDecimal, putDigits, putId, putTime, type Sink, Template, type TimeText } from './bytes.ts';
import type { Item } from './catalogue.ts';
import type { Department, Doctor, Institution, Line, LineRecord, Person, Settlement, Visit } from './model.ts';
import { stayDays } from './model.ts';
import { ageOn } from './persons.ts';

/** Column headers of the monthly and the yearly tables, in the order the row writers use. */
export const headers = {
  fee_list_d: [
    'bkkp_sn,feedetl_sn,init_feedetl_sn,mdtrt_id,setl_id,psn_no,psn_insu_rlts_id,insu_admdvs,fixmedins_code',
    'fixmedins_name,med_type,vali_flag,updt_time,fee_ocur_time,rx_drord_no,cnt,pric,det_item_fee_sumamt',
    'fulamt_ownpay_amt,overlmt_selfpay,preselfpay_amt,inscp_amt,med_list_codg,hilist_name,medins_list_codg',
    'medins_list_name,list_type,med_chrgitm_type,chrgitm_lv,spec,lmt_used_flag,prcu_drug_flag,pric_uplmt_amt,bilg_dept_codg',
    'bilg_dept_name,acord_dept_codg,bilg_dr_code,bilg_dr_name,hosp_appr_flag,tcmdrug_used_way,dscg_tkdrug_flag',
    'prd_days,drug_trac_codg',
  ].join(','),
  setl_d: [
    'setl_id,init_setl_id,mdtrt_id,psn_no,psn_name,certno,gend,brdy,age,insutype,psn_type,insu_admdvs,fixmedins_code',
    'fixmedins_name,hosp_lv,lmtpric_hosp_lv,dedc_hosp_lv,begndate,enddate,setl_time,med_type,clr_type,clr_way',
    'medfee_sumamt,fulamt_ownpay_amt,overlmt_selfpay,preselfpay_amt,inscp_amt,act_pay_dedc,pool_prop_selfpay,hifp_pay',
    'cvlserv_pay,hifes_pay,hifmi_pay,hifob_pay,hifdm_pay,maf_pay,othfund_pay,fund_pay_sumamt,acct_pay,psn_pay',
    'refd_setl_flag,mid_setl_flag,invono,dise_no,vali_flag,updt_time',
  ].join(','),
  mdtrt_d: [
    'mdtrt_id,psn_no,psn_name,tel,addr,certno,gend,brdy,age,insutype,psn_type,nwb_flag,insu_admdvs,fixmedins_code',
    'fixmedins_name,begntime,endtime,med_type,chfpdr_code,chfpdr_name,adm_dept_codg,adm_dept_name,adm_caty',
    'dscg_dept_codg,dscg_dept_name,dscg_caty,dscg_way,dscg_maindiag_code,dise_no,dise_name,ipt_days,matn_type',
    'geso_val,fetus_cnt,die_date,ttp_pay_flag,emp_no,vali_flag,updt_time',
  ].join(','),
  setl_list_diag_d:
    'setl_list_diag_id,setl_id,mdtrt_id,psn_no,diag_type,maindiag_flag,diag_code,diag_name,adm_cond_type,vali_flag,updt_time',
  setl_list_oprn_d: [
    'setl_list_oprn_id,setl_id,mdtrt_id,psn_no,main_oprn_flag',
    'oprn_oprt_code,oprn_oprt_name,oprn_oprt_date,oper_dr_code,vali_flag,updt_time',
  ].join(','),
  psn_info_b: 'psn_no,psn_cert_type,certno,psn_name,gend,naty,brdy,die_date,tel,addr,vali_flag,updt_time',
  fee_exct_d: 'bkkp_sn,mdtrt_id,exct_time,upld_time,exct_cnt,exct_list_codg,purc_pric,cash_pric,vali_flag,updt_time',
  mdtrt_exct_d: 'mdtrt_id,care_gap_days,plan_adm_flag,infc_flag,grp_code,grp_pay_amt,evid_grp_pay_amt,vali_flag,updt_time',
  psn_insu_d: 'psn_insu_rlts_id,psn_no,insutype,psn_type,psn_insu_stas,begndate,enddate,insu_admdvs,vali_flag,updt_time',
} as const;
export const monthlyTables = ['mdtrt_d', 'setl_d', 'fee_list_d', 'setl_list_diag_d', 'setl_list_oprn_d'] as const;
/** Tables in one file a year. */
export const yearTables = ['psn_info_b', 'psn_insu_d', 'fee_exct_d', 'mdtrt_exct_d'] as const;

const letter = {
  line: 66,
  feed: 70,
  visit: 77,
  settlement: 83,
  prescription: 82,
  invoice: 73,
  diagnosis: 71,
  operation: 79,
  relation: 73,
} as const;

/** Keys of lines, visits and settlements as the files have them, for `truth.parquet`. */
export const lineKey = (person: number, serial: number): string => `B${String(person).padStart(8, '0')}${String(serial).padStart(6, '0')}`;
export const visitKey = (person: number, serial: number): string => `M${String(person).padStart(8, '0')}${String(serial).padStart(4, '0')}`;
export const settlementKey = (person: number, serial: number): string =>
  `S${String(person).padStart(8, '0')}${String(serial).padStart(4, '0')}`;

const comma = 44;
const no = 48;
const yes = 49;
const two = 50;
const none = encode('');
const address = encode('演示市虚构路1号');
const alias = encode('演示人');

const cardWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/** A card number that satisfies the check digit and starts with the area code 000000, which no real card has. */
function cardNumber(person: Person, birth: string): string {
  const order = (person.index % 499) * 2 + (person.female ? 0 : 1);
  const body = `000000${birth.replaceAll('-', '')}${String(order).padStart(3, '0')}`;
  let sum = 0;
  for (let index = 0; index < 17; index += 1) sum += (cardWeights[index] ?? 0) * (body.charCodeAt(index) - 48);
  return body + ('10X98765432'[sum % 11] ?? '0');
}

/** Makes the bytes of a thing on first use and keeps them; the last thing asked for is often the next one. */
function kept<K>(make: (key: K) => Uint8Array): (key: K) => Uint8Array {
  const known = new Map<K, Uint8Array>();
  let lastKey: K | undefined;
  let last = none;
  return (key) => {
    if (key === lastKey) return last;
    let value = known.get(key);
    if (value === undefined) {
      value = make(key);
      known.set(key, value);
    }
    lastKey = key;
    last = value;
    return value;
  };
}

/** Lines of at most so many units, sold or given back, are encoded once for each item and price level. */
const mostUnits = 15;
const unitKeys = 2 * mostUnits + 1;

/** Prepared bytes of what repeats: items, departments, doctors, institutions. Each part ends with a comma. */
export class RowParts {
  /** Cells of an item and its ceiling, by price level. */
  readonly #items: Uint8Array[][] = [[], [], [], []];
  /** Quantity, price, money and item of ordinary lines, by price level, item and units. */
  readonly #ordinary: (Uint8Array | undefined)[][];
  readonly #scratch = new Template(1000);
  /** code, name, code: as a line has its departments. */
  readonly orderer = kept((department: Department) => cells(department.code, department.name, department.code, ''));
  /** code, name, specialty: as a visit has its departments. */
  readonly ward = kept((department: Department) => cells(department.code, department.name, department.caty, ''));
  readonly doctor = kept((doctor: Doctor) => cells(doctor.code, doctor.name, ''));
  readonly institution = kept(({ code, name }: Institution) => cells(code, name, ''));
  /** code, name and the levels of an institution, as a settlement has them. */
  readonly payee = kept(({ code, name, hospLevel, priceLevel }: Institution) =>
    cells(code, name, hospLevel, priceLevel === 0 ? '' : String(priceLevel), priceLevel === 0 ? '9' : String(priceLevel), ''),
  );
  /** Code and name of a diagnosis, an operation, a chronic disease. */
  readonly named = kept(({ code, name }: { readonly code: string; readonly name: string }) => cells(code, name, ''));

  constructor(items: readonly Item[]) {
    for (const item of items) {
      const restricted = item.pool === '' && item.listType === '101' ? '1' : '0';
      const capped = item.listType === '201' && item.level !== '03';
      this.#items.forEach((row, level) => {
        const cap = item.selected > 0 ? item.selected : capped ? (item.prices[level] ?? 0) : 9_999_990_000;
        const ceiling = (cap / 10_000).toFixed(6);
        const { code, name, listType, chargeType, level: grade, spec } = item;
        const flag = item.selected > 0 ? '1' : '0';
        row[item.index] = cells(code, name, `L${code}`, name, listType, chargeType, grade, spec, restricted, flag, ceiling, '');
      });
    }
    this.#ordinary = this.#items.map(() => new Array<Uint8Array | undefined>(items.length * unitKeys).fill(undefined));
  }

  /** From the quantity to the ceiling. The part of an unusual line is valid until the next call. */
  sale(line: Line, level: number): Uint8Array {
    const units = (line.cnt / 100) | 0;
    const plain = line.scope === 'auto' && line.skew === 0 && line.approval !== '2' && line.price === line.item.prices[level];
    if (!plain || units * 100 !== line.cnt || units > mostUnits || units < -mostUnits) return this.#encode(line, level);
    const parts = this.#ordinary[level] as (Uint8Array | undefined)[];
    const key = line.item.index * unitKeys + units + mostUnits;
    // such a line is priced by its item, level and units alone
    const known = parts[key];
    if (known !== undefined) return known;
    const made = this.#encode(line, level).slice();
    parts[key] = made;
    return made;
  }

  #encode(line: Line, level: number): Uint8Array {
    const { bytes } = this.#scratch;
    let at = putDecimal(bytes, 0, line.cnt, 2);
    at = putDecimal(bytes, at, line.price, 4);
    at = putDecimal(bytes, at, line.det, 2);
    at = putDecimal(bytes, at, line.own, 2);
    at = putDecimal(bytes, at, 0, 2);
    at = putDecimal(bytes, at, line.pre, 2);
    at = putDecimal(bytes, at, line.inscp, 2);
    this.#scratch.close(putBytes(bytes, at, this.#items[level]?.[line.item.index] ?? none));
    return this.#scratch.part;
  }
}

const emptyDepartment = cells('', '', '', '');
const emptyDoctor = cells('', '', '');

/** Writes the rows of one person. */
export class RowWriter {
  readonly #parts: RowParts;
  readonly #time: TimeText;
  readonly #lastMinute: number;
  #whom: Person | undefined;
  #birth = '';
  /** psn_no. */
  readonly #number = new Template(40);
  /** psn_name. */
  readonly #name = new Template(40);
  /** certno, gend. */
  readonly #card = new Template(40);
  /** tel, addr. */
  readonly #contact = new Template(80);
  /** The settlement the head stands for, the minute it ends with, and where that minute stands. */
  #booked: Settlement | undefined;
  #minute = -1;
  #minuteAt = 0;
  /** A line up to `fee_ocur_time`, without a refunded line; only its serials change from line to line. */
  readonly #head = new Template(500);
  #department: Department | undefined;
  #doctor: Doctor | undefined;
  /** Ordering department and doctor; mostly those of the line before. */
  readonly #staff = new Template(400);

  constructor(parts: RowParts, time: TimeText) {
    this.#parts = parts;
    this.#time = time;
    this.#lastMinute = time.last * 1440 + 1439;
    this.#staffOf(undefined, undefined);
  }

  #put(bytes: Uint8Array, at: number, minute: number): number {
    const day = (minute / 1440) | 0;
    return putTime(bytes, at, this.#time.day(day), minute - day * 1440);
  }

  #stamp(sink: Sink, minute: number): void {
    sink.end = this.#put(sink.bytes, sink.end, minute);
  }

  line(sink: Sink, person: Person, visit: Visit, settlement: Settlement, line: Line): void {
    if (this.#booked !== settlement) this.#book(person, visit, settlement);
    const { minute, serial } = line;
    if (this.#minute !== minute) {
      this.#put(this.#head.bytes, this.#minuteAt, minute);
      this.#minute = minute;
    }
    if (this.#department !== line.department || this.#doctor !== line.doctor) this.#staffOf(line.department, line.doctor);
    sink.room(2000);
    const { bytes } = sink;
    const head = this.#head.part;
    let at = sink.end;
    if (line.refunds === 0) {
      bytes.set(head, at);
      putDigits(bytes, at + 9, serial, 6);
      putDigits(bytes, at + 25, serial, 6);
      at += head.length;
    } else {
      // the number of the line it gives back is longer than the empty cell by 15 bytes
      bytes.set(head, at + 15);
      putId(bytes, at, letter.line, person.index, serial, 6);
      putId(bytes, at + 16, letter.feed, person.index, serial, 6);
      putId(bytes, at + 32, letter.feed, person.index, line.refunds, 6);
      at += head.length + 15;
    }
    if (line.rx > 0) at = putId(bytes, at, letter.prescription, person.index, line.rx, 5);
    else {
      bytes[at] = comma;
      at += 1;
    }
    const sale = this.#parts.sale(line, visit.institution.priceLevel);
    bytes.set(sale, at);
    at = putBytes(bytes, at + sale.length, this.#staff.part);
    bytes[at] = line.approval.charCodeAt(0);
    bytes[at + 1] = comma;
    at += 2;
    if (line.herbalUse !== '') {
      bytes[at] = line.herbalUse.charCodeAt(0);
      at += 1;
    }
    bytes[at] = comma;
    bytes[at + 1] = line.takeHome ? yes : no;
    bytes[at + 2] = comma;
    at += 3;
    if (line.prdDays >= 0) at = putDecimal(bytes, at, line.prdDays, 0);
    else {
      bytes[at] = comma;
      at += 1;
    }
    at = putAscii(bytes, at, line.trace);
    bytes[at - 1] = 10;
    sink.end = at;
  }

  #staffOf(department: Department | undefined, doctor: Doctor | undefined): void {
    const { bytes } = this.#staff;
    const at = putBytes(bytes, 0, department === undefined ? emptyDepartment : this.#parts.orderer(department));
    this.#staff.close(putBytes(bytes, at, doctor === undefined ? emptyDoctor : this.#parts.doctor(doctor)));
    this.#department = department;
    this.#doctor = doctor;
  }

  /** Prepares the head for the lines of a settlement. */
  #book(person: Person, visit: Visit, settlement: Settlement): void {
    const { bytes } = this.#head;
    this.#meet(person);
    let at = putId(bytes, 0, letter.line, person.index, 0, 6);
    at = putId(bytes, at, letter.feed, person.index, 0, 6);
    bytes[at] = comma;
    at = putId(bytes, at + 1, letter.visit, person.index, visit.serial, 4);
    at = putId(bytes, at, letter.settlement, person.index, settlement.serial, 4);
    at = putBytes(bytes, at, this.#number.part);
    at = putId(bytes, at, letter.relation, person.index, 1, 2);
    at = putAscii(bytes, at, person.area);
    at = putBytes(bytes, at, this.#parts.institution(visit.institution));
    at = putAscii(bytes, at, visit.medType);
    bytes[at] = yes;
    bytes[at + 1] = comma;
    at = this.#put(bytes, at + 2, settlement.minute);
    this.#minuteAt = at;
    this.#minute = settlement.minute;
    this.#head.close(this.#put(bytes, at, settlement.minute));
    this.#booked = settlement;
  }

  /** Encodes what the rows of a person repeat. */
  #meet(person: Person): void {
    if (this.#whom === person) return;
    this.#whom = person;
    this.#birth = birthText(person.birth);
    this.#number.close(putAscii(this.#number.bytes, 0, person.no));
    const name = this.#name.bytes;
    this.#name.close(putDecimal(name, putBytes(name, 0, alias), person.index + 1, 0));
    const card = this.#card.bytes;
    const at = putAscii(card, 0, cardNumber(person, this.#birth));
    card[at] = person.female ? two : yes;
    card[at + 1] = comma;
    this.#card.close(at + 2);
    const contact = this.#contact.bytes;
    const end = putBytes(contact, putAscii(contact, 0, `0000${String(person.index).padStart(8, '0')}`), address);
    contact[end] = comma;
    this.#contact.close(end + 1);
  }

  settlement(sink: Sink, person: Person, visit: Visit, settlement: Settlement): void {
    const { institution } = visit;
    this.#meet(person);
    sink.room(1200);
    sink.id(letter.settlement, person.index, settlement.serial, 4);
    if (settlement.reverses > 0) sink.id(letter.settlement, person.index, settlement.reverses, 4);
    else sink.skip();
    sink.id(letter.visit, person.index, visit.serial, 4);
    sink.part(this.#number.part);
    sink.part(this.#name.part);
    this.#identity(sink, person, visit);
    sink.ascii(person.area);
    sink.part(this.#parts.payee(institution));
    sink.cell(this.#time.day((visit.begin / 1440) | 0));
    sink.cell(this.#time.day((visit.end / 1440) | 0));
    this.#stamp(sink, settlement.minute);
    sink.ascii(visit.medType);
    sink.ascii(visit.setting === 'inpatient' ? '21' : visit.setting === 'pharmacy' ? '41' : '11');
    sink.ascii(visit.setting === 'inpatient' && institution.priceLevel >= 2 ? '4' : '1');
    sink.money(settlement.medfee);
    sink.money(settlement.own);
    sink.money(0);
    sink.money(settlement.pre);
    sink.money(settlement.inscp);
    sink.money(settlement.deductible);
    sink.decimal(settlement.ratio * 100, 4);
    sink.money(settlement.hifp);
    sink.money(settlement.cvlserv);
    sink.money(0);
    sink.money(settlement.hifmi);
    sink.money(settlement.hifob);
    sink.money(0);
    sink.money(settlement.maf);
    sink.money(0);
    sink.money(settlement.fund);
    sink.money(settlement.acct);
    sink.money(settlement.cash);
    sink.character(settlement.reverses > 0 ? yes : no);
    sink.character(settlement.midStay ? yes : no);
    sink.id(letter.invoice, person.index, settlement.invoice, 4);
    sink.ascii(visit.disease?.code ?? '');
    sink.character(yes);
    this.#stamp(sink, settlement.minute);
    sink.endRow();
  }

  /** certno, gend, brdy, age, insutype, psn_type. */
  #identity(sink: Sink, person: Person, visit: Visit): void {
    sink.part(this.#card.part);
    sink.ascii(this.#birth);
    sink.decimal(ageOn(person, (visit.begin / 1440) | 0) * 10, 1);
    sink.ascii(person.insutype);
    sink.ascii(person.psnType);
  }

  visit(sink: Sink, person: Person, visit: Visit): void {
    const parts = this.#parts;
    this.#meet(person);
    sink.room(1200);
    sink.id(letter.visit, person.index, visit.serial, 4);
    sink.part(this.#number.part);
    sink.part(this.#name.part);
    sink.part(this.#contact.part);
    this.#identity(sink, person, visit);
    sink.character(visit.newborn ? yes : no);
    sink.ascii(person.area);
    sink.part(parts.institution(visit.institution));
    this.#stamp(sink, visit.begin);
    this.#stamp(sink, visit.end);
    sink.ascii(visit.medType);
    sink.part(visit.doctor === undefined ? emptyDoctor : parts.doctor(visit.doctor));
    sink.part(visit.department === undefined ? emptyDepartment : parts.ward(visit.department));
    sink.part(visit.leavingDepartment === undefined ? emptyDepartment : parts.ward(visit.leavingDepartment));
    sink.ascii(visit.dischargeWay);
    sink.ascii(visit.mainDiagnosis ? (visit.diagnoses[0]?.code ?? '') : '');
    sink.part(visit.disease === undefined ? emptyDoctor : parts.named(visit.disease));
    if (visit.setting === 'inpatient') sink.decimal(visit.reportedDays < 0 ? stayDays(visit) : visit.reportedDays, 0);
    else sink.skip();
    sink.ascii(visit.maternityType);
    if (visit.gestation > 0) sink.decimal(visit.gestation, 0);
    else sink.skip();
    if (visit.fetuses > 0) sink.decimal(visit.fetuses, 0);
    else sink.skip();
    sink.ascii(visit.dischargeWay === '5' && person.dies >= 0 ? birthText(person.dies) : '');
    sink.character(visit.thirdParty ? yes : no);
    sink.ascii(visit.employer);
    sink.character(yes);
    this.#stamp(sink, visit.end);
    sink.endRow();
  }

  diagnoses(sink: Sink, person: Person, visit: Visit, settlement: Settlement): void {
    this.#meet(person);
    for (let index = 0; index < visit.diagnoses.length; index += 1) {
      const diagnosis = visit.diagnoses[index];
      if (diagnosis === undefined) continue;
      sink.room(600);
      sink.id(letter.diagnosis, person.index, visit.serial * 100 + index + 1, 6);
      this.#listed(sink, person, visit, settlement);
      sink.character(yes);
      sink.character(index === 0 && visit.mainDiagnosis ? yes : no);
      sink.part(this.#parts.named(diagnosis));
      sink.character(yes);
      sink.character(yes);
      this.#stamp(sink, settlement.minute);
      sink.endRow();
    }
  }

  /** setl_id, mdtrt_id, psn_no. */
  #listed(sink: Sink, person: Person, visit: Visit, settlement: Settlement): void {
    sink.id(letter.settlement, person.index, settlement.serial, 4);
    sink.id(letter.visit, person.index, visit.serial, 4);
    sink.part(this.#number.part);
  }

  operations(sink: Sink, person: Person, visit: Visit, settlement: Settlement): void {
    this.#meet(person);
    visit.operations.forEach(({ operation, day }, index) => {
      sink.room(600);
      sink.id(letter.operation, person.index, visit.serial * 100 + index + 1, 6);
      this.#listed(sink, person, visit, settlement);
      sink.character(index === 0 && visit.mainOperation ? yes : no);
      sink.part(this.#parts.named(operation));
      sink.cell(this.#time.day(day));
      sink.ascii(visit.doctor?.code ?? '');
      sink.character(yes);
      this.#stamp(sink, settlement.minute);
      sink.endRow();
    });
  }

  /** What the institution recorded of a line. */
  lineRecord(sink: Sink, person: Person, visit: Visit, line: Line, record: LineRecord): void {
    sink.room(300);
    sink.id(letter.line, person.index, line.serial, 6);
    sink.id(letter.visit, person.index, visit.serial, 4);
    for (const minute of [record.executed, record.uploaded]) {
      if (minute === undefined) sink.skip();
      else this.#stamp(sink, Math.min(minute, this.#lastMinute));
    }
    if (record.cnt === undefined) sink.skip();
    else sink.decimal(record.cnt, 2);
    sink.ascii(record.item ?? '');
    for (const price of [record.purchase, record.cash]) {
      if (price === undefined) sink.skip();
      else sink.decimal(price, 4);
    }
    sink.character(yes);
    this.#stamp(sink, line.minute);
    sink.endRow();
  }

  /** What the institution recorded of a stay; groups are paid above the bill, so that nothing is decomposed without intent. */
  stayRecord(sink: Sink, person: Person, visit: Visit): void {
    const { gapDays, planned, infection, groupPercent, evidencePercent } = visit.record ?? {};
    const paid = Math.round((visit.settlements.reduce((sum, settlement) => sum + settlement.medfee, 0) * (groupPercent ?? 115)) / 100);
    sink.room(300);
    sink.id(letter.visit, person.index, visit.serial, 4);
    sink.decimal(gapDays ?? visit.serial % 2, 0);
    sink.character(planned === true ? yes : no);
    sink.character(infection === true ? yes : no);
    sink.ascii(`GR${visit.diagnoses[0]?.code.slice(0, 3) ?? ''}`);
    sink.money(paid);
    sink.money(Math.round((paid * (evidencePercent ?? 100)) / 100));
    sink.character(yes);
    this.#stamp(sink, visit.end);
    sink.endRow();
  }

  person(sink: Sink, person: Person): void {
    this.#meet(person);
    sink.room(600);
    sink.part(this.#number.part);
    sink.ascii('01');
    const [card, name] = [this.#card.part, this.#name.part];
    // the name stands between the card number and the sex here
    sink.part(card.subarray(0, -2));
    sink.part(name);
    sink.part(card.subarray(-2));
    sink.ascii(person.index % 20 === 0 ? '03' : '01');
    sink.ascii(this.#birth);
    sink.ascii(person.dies < 0 ? '' : birthText(person.dies));
    sink.part(this.#contact.part);
    sink.character(yes);
    this.#stamp(sink, this.#time.first * 1440);
    sink.endRow();
  }

  enrolments(sink: Sink, person: Person): void {
    this.#meet(person);
    if (person.suspendedFrom < 0) {
      this.#enrolment(sink, person, 1, person.insuredFrom, -1, yes);
      return;
    }
    this.#enrolment(sink, person, 1, person.insuredFrom, person.suspendedFrom - 1, yes);
    this.#enrolment(sink, person, 2, person.suspendedFrom, person.suspendedTo, two);
    this.#enrolment(sink, person, 3, person.suspendedTo + 1, -1, yes);
  }

  #enrolment(sink: Sink, person: Person, serial: number, from: number, to: number, status: number): void {
    sink.room(300);
    sink.id(letter.relation, person.index, serial, 2);
    sink.part(this.#number.part);
    sink.ascii(person.insutype);
    sink.ascii(person.psnType);
    sink.character(status);
    sink.ascii(birthText(from));
    sink.ascii(to < 0 ? '' : birthText(to));
    sink.ascii(person.area);
    sink.character(yes);
    this.#stamp(sink, this.#time.first * 1440);
    sink.endRow();
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
