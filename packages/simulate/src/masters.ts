import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatDay } from '@hengjian/standard';
import type { Catalogue } from './catalogue.ts';
import type { City } from './city.ts';
import type { Department, Doctor, Institution } from './model.ts';
import { practitionerPatients } from './plants/index.ts';

const quote = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const csv = (header: string, rows: readonly (readonly string[])[]): string =>
  `${[header, ...rows.map((row) => row.map(quote).join(','))].join('\n')}\n`;
const dayText = (day: number): string => (day < 0 ? '' : formatDay(day));

const creditCharacters = '0123456789ABCDEFGHJKLMNPQRTUWXY';
/** A social credit code with a right check character and an area of zeros. */
function creditCode(index: number): string {
  const body = `12000000${String(index).padStart(9, '0')}`;
  let sum = 0;
  let weight = 1;
  for (const character of body) {
    sum += creditCharacters.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return body + (creditCharacters[(31 - (sum % 31)) % 31] ?? '0');
}

function institutionRow(institution: Institution, from: string, updated: string): string[] {
  const pharmacy = institution.kind === 'pharmacy';
  const level = String(institution.priceLevel);
  return [
    institution.code,
    institution.name,
    creditCode(institution.index + 1),
    pharmacy ? '2' : '1',
    institution.hospLevel,
    pharmacy ? '' : level,
    pharmacy ? '9' : level,
    institution.area,
    pharmacy ? '' : String(institution.beds),
    from,
    dayText(institution.ends),
    '1',
    updated,
  ];
}

function doctorRow(institution: Institution, department: Department, doctor: Doctor, from: string, updated: string, person = ''): string[] {
  const suspended = [dayText(doctor.suspendedFrom), dayText(doctor.suspendedTo)];
  return [
    doctor.code,
    doctor.name,
    institution.code,
    department.code,
    doctor.title,
    from,
    dayText(doctor.endsOn),
    ...suspended,
    dayText(doctor.diesOn),
    person,
    '1',
    updated,
  ];
}

/** Column headers in the order of the rows. */
const headers = {
  medins_info_b: [
    'fixmedins_code,fixmedins_name,uscc,fixmedins_type,hosp_lv,lmtpric_hosp_lv,dedc_hosp_lv,admdvs,aprv_bed_cnt',
    'begndate,enddate,vali_flag,updt_time',
  ].join(','),
  dr_info_b: [
    'dr_code,dr_name,fixmedins_code,dept_codg,dr_pro_tech_duty',
    'begndate,enddate,susp_begndate,susp_enddate,die_date,psn_no,vali_flag,updt_time',
  ].join(','),
  medins_dept_b: 'fixmedins_code,dept_codg,dept_name,caty,begndate,enddate,updt_time',
  hilist_b: [
    'hilist_code,hilist_name,list_type,med_chrgitm_type,chrgitm_lv,lmt_used_flag,spec,unt,hilist_pric_uplmt_amt',
    'begndate,enddate,updt_time',
  ].join(','),
};

/** Writes the tables that do not grow with the care: institutions, practitioners, departments, catalogue. */
export async function writeMasters(city: City, catalogue: Catalogue, out: string): Promise<void> {
  const from = formatDay(city.firstDay - 365 * 3);
  const updated = `${formatDay(city.firstDay)} 00:00:00`;
  const hospitals = city.institutions.filter((institution) => institution.departments.length > 0);
  const patients = practitionerPatients(city);
  const doctors = hospitals.flatMap((institution) => [
    ...institution.departments.flatMap((department) =>
      department.doctors.map((doctor) => doctorRow(institution, department, doctor, from, updated)),
    ),
    ...[...institution.stopped, ...institution.patients].flatMap((doctor) =>
      institution.departments
        .slice(1, 2)
        .map((department) => doctorRow(institution, department, doctor, from, updated, patients.get(doctor.code))),
    ),
  ]);
  const departments = hospitals.flatMap((institution) =>
    institution.departments.map((department) => [institution.code, department.code, department.name, department.caty, from, '', updated]),
  );
  const items = catalogue.items.map((item) => {
    const restricted = item.pool === '' && item.listType === '101' ? '1' : '0';
    const ceiling = item.listType === '201' ? ((item.prices[3] ?? 0) / 10_000).toFixed(6) : '';
    return [
      item.code,
      item.name,
      item.listType,
      item.chargeType,
      item.level,
      restricted,
      item.spec,
      item.unit,
      ceiling,
      '2023-01-01',
      '',
      updated,
    ];
  });
  const institutions = city.institutions.map((institution) => institutionRow(institution, from, updated));
  const files: [string, string][] = [
    ['medins_info_b', csv(headers.medins_info_b, institutions)],
    ['dr_info_b', csv(headers.dr_info_b, doctors)],
    ['medins_dept_b', csv(headers.medins_dept_b, departments)],
    ['hilist_b', csv(headers.hilist_b, items)],
  ];
  for (const [name, text] of files) await writeFile(join(out, `${name}.csv`), text);
}
