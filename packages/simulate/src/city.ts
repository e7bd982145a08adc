import { dayOf } from '@hengjian/standard';
import type { Catalogue } from './catalogue.ts';
import type { Department, Doctor, Institution, InstitutionKind } from './model.ts';
import { Random } from './random.ts';

/** Persons in one block; a block is generated whole by one worker. */
export const blockSize = 500;
/** Areas of the invented city 4105xx. */
export const areas = ['410502', '410503', '410505', '410506', '410522', '410523', '410526', '410527', '410581'] as const;

export interface City {
  readonly persons: number;
  readonly year: number;
  readonly seed: number;
  readonly firstDay: number;
  readonly lastDay: number;
  readonly institutions: readonly Institution[];
  readonly byKind: Readonly<Record<InstitutionKind, readonly Institution[]>>;
  /** Tiny hospitals with one approved bed; only planted stays go there. */
  readonly bedCases: readonly Institution[];
  /** Pharmacies that only planted customers go to. */
  readonly shopCases: readonly Institution[];
  /** Small hospitals with two approved beds; only planted stays go there. */
  readonly houseCases: readonly Institution[];
  /** A pharmacy whose designation ends in the year; only planted customers go there. */
  readonly endedShop: Institution;
}

interface KindPlan {
  readonly kind: InstitutionKind;
  readonly share: number;
  readonly least: number;
  readonly hospLevels: readonly string[];
  readonly priceLevel: 0 | 1 | 2 | 3;
  readonly name: string;
  /** Expected outpatient visits and stays per person of the city and year that go to this kind. */
  readonly visits: number;
  readonly stayDays: number;
}

/** Shares of the 1 institution per 1,200 insured; counts follow the national ones scaled to a city. */
const kinds: readonly KindPlan[] = [
  {
    kind: 'tertiary',
    share: 0.004,
    least: 3,
    hospLevels: ['02', '02', '03'],
    priceLevel: 3,
    name: '市第#人民医院',
    visits: 1.7,
    stayDays: 1.0,
  },
  { kind: 'secondary', share: 0.012, least: 4, hospLevels: ['05', '06'], priceLevel: 2, name: '县第#人民医院', visits: 1.3, stayDays: 0.7 },
  {
    kind: 'primary',
    share: 0.03,
    least: 4,
    hospLevels: ['08', '09'],
    priceLevel: 1,
    name: '第#社区卫生服务中心',
    visits: 1.0,
    stayDays: 0.3,
  },
  { kind: 'township', share: 0.2, least: 5, hospLevels: ['11'], priceLevel: 1, name: '第#乡镇卫生院', visits: 1.2, stayDays: 0.4 },
  { kind: 'pharmacy', share: 0.45, least: 10, hospLevels: ['11'], priceLevel: 0, name: '康民大药房第#店', visits: 0, stayDays: 0 },
];

function planOf(kind: InstitutionKind): KindPlan {
  const plan = kinds.find((one) => one.kind === kind);
  if (plan === undefined) throw new Error(`no plan of ${kind}`);
  return plan;
}

const smallHospital = new Set(['A02', 'A03', 'A04', 'A05', 'A07', 'A12', 'A20', 'A21', 'A30', 'A32', 'A50']);

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

function doctorOf(code: number, area: string, extra: Partial<Doctor> = {}): Doctor {
  return {
    code: `D${area}${pad(code, 6)}`,
    name: `演示医师${pad(code, 6)}`,
    title: String(231 + (code % 4)),
    suspendedFrom: -1,
    suspendedTo: -1,
    endsOn: -1,
    diesOn: -1,
    ...extra,
  };
}

function departmentsOf(
  catalogue: Catalogue,
  plan: KindPlan,
  count: number,
  perDepartment: number,
  area: string,
  nextDoctor: () => number,
): Department[] {
  if (plan.kind === 'pharmacy') return [];
  const all = catalogue.departments.filter((department) => plan.priceLevel > 1 || smallHospital.has(department.caty));
  return all.map((department, index) => {
    const busy = ['A02', 'A03', 'A04', 'A20'].includes(department.caty) ? 3 : 1;
    const doctors = Array.from({ length: Math.max(3, perDepartment * busy) }, () => doctorOf(nextDoctor(), area));
    return { code: `K${pad(count, 4)}${pad(index + 1, 2)}`, name: department.name, caty: department.caty, doctors };
  });
}

function stoppedDoctors(plan: KindPlan, area: string, firstDay: number, nextDoctor: () => number): Doctor[] {
  if (plan.priceLevel < 2) return [];
  return [
    doctorOf(nextDoctor(), area, { suspendedFrom: firstDay + 59, suspendedTo: firstDay + 150 }),
    doctorOf(nextDoctor(), area, { diesOn: firstDay + 40 }),
    doctorOf(nextDoctor(), area, { endsOn: firstDay + 45 }),
  ];
}

/** Enough practitioners for every planted case about one who is a patient. */
function patientDoctors(plan: KindPlan, persons: number, of: number, area: string, nextDoctor: () => number): Doctor[] {
  if (plan.priceLevel < 3) return [];
  return Array.from({ length: Math.ceil(persons / 500 / of) + 1 }, () => doctorOf(nextDoctor(), area, { title: '231' }));
}

/** Builds the institutions of a city; depends on the options only. */
export function buildCity(catalogue: Catalogue, persons: number, year: number, seed: number): City {
  const firstDay = dayOf(year, 1, 1);
  const random = new Random(seed, 1, 0);
  const institutions: Institution[] = [];
  let doctor = 0;
  const nextDoctor = (): number => (doctor += 1);
  const add = (plan: KindPlan, of: number, position: number, { beds, ends = -1 }: { beds?: number; ends?: number } = {}): Institution => {
    const index = institutions.length;
    const area = areas[position % areas.length] ?? areas[0];
    // at most about 20 outpatient visits a doctor and day on average, whatever the size of the city
    const perDepartment = Math.ceil((persons * plan.visits) / of / 365 / 60);
    const institution: Institution = {
      index,
      code: `${plan.kind === 'pharmacy' ? 'P' : 'H'}${area}${pad(index + 1, 5)}`,
      name: `演示${plan.name.replace('#', String(position + 1))}`,
      kind: plan.kind,
      hospLevel: plan.hospLevels[position % plan.hospLevels.length] ?? '11',
      priceLevel: plan.priceLevel,
      area,
      beds: beds ?? (plan.kind === 'pharmacy' ? 0 : Math.ceil(((persons * plan.stayDays) / of / 365) * 2) + 12 + random.int(6)),
      ends,
      departments: departmentsOf(catalogue, plan, index + 1, perDepartment, area, nextDoctor),
      stopped: stoppedDoctors(plan, area, firstDay, nextDoctor),
      patients: patientDoctors(plan, persons, of, area, nextDoctor),
    };
    institutions.push(institution);
    return institution;
  };
  const byKind: Record<InstitutionKind, Institution[]> = { tertiary: [], secondary: [], primary: [], township: [], pharmacy: [] };
  for (const plan of kinds) {
    const count = Math.max(plan.least, Math.round((persons / 1200) * plan.share));
    for (let position = 0; position < count; position += 1) byKind[plan.kind].push(add(plan, count, position));
  }
  const blocks = Math.ceil(persons / blockSize);
  const [bedPlan, shopPlan] = [planOf('township'), planOf('pharmacy')];
  const wanted = 2 * Math.ceil(Math.ceil(blocks / 10) / 10);
  const cases = (plan: KindPlan, beds?: number): Institution[] =>
    Array.from({ length: wanted }, (_, position) => add(plan, wanted, position, beds === undefined ? {} : { beds }));
  const bedCases = cases({ ...bedPlan, visits: 0, name: '第#护理站' }, 1);
  const shopCases = cases({ ...shopPlan, name: '惠民大药房第#店' });
  const houseCases = cases({ ...bedPlan, visits: 0, name: '第#护理院' }, 2);
  const endedShop = add({ ...shopPlan, name: '安康大药房第#店' }, 1, 0, { ends: firstDay + 180 });
  return { persons, year, seed, firstDay, lastDay: dayOf(year, 12, 31), institutions, byKind, bedCases, shopCases, houseCases, endedShop };
}

/** The department of that specialty, else internal medicine. */
export function departmentOf(institution: Institution, caty: string): Department {
  let fallback: Department | undefined;
  for (const department of institution.departments) {
    if (department.caty === caty) return department;
    if (fallback === undefined && department.caty === 'A03') fallback = department;
  }
  if (fallback === undefined) throw new Error(`${institution.code} has no departments`);
  return fallback;
}
