import { type Words, words } from '@hengjian/standard';
import { plainHeader } from './headers.ts';
import type { Profile } from './profile.ts';

/** Rows of diagnoses that are not those of the discharge. */
export interface EarlierDiagnoses {
  readonly profile: Profile;
  /** Pattern of such rows. */
  readonly rows: string;
  readonly note: Words;
}

const kindHeader = /^诊断(?:类型|类别|性质|分类|种类)(?:名称)?$/;
const earlier = /^(?:入院|门诊|急诊|门急诊|门[(（]急[)）]诊|术前|初步|初诊|拟诊)/;

/** The column that says of what time a diagnosis is, where some are from before the discharge: those are none of the settlement list. */
export function earlierDiagnoses(profiles: readonly Profile[]): EarlierDiagnoses | undefined {
  for (const profile of profiles) {
    const kinds = profile.values.flatMap(({ value }) => (earlier.test(value) ? [value] : []));
    if (!kindHeader.test(plainHeader(profile.column)) || kinds.length === 0) continue;
    const cells = kinds.map((kind) => kind.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
    const [column, named] = [profile.column, kinds.join('、')];
    const note = words(
      `“${column}”为 ${named} 的行不是出院诊断，不读（skip_rows）`,
      `rows with ${named} in “${column}” are no diagnoses of the discharge and are not read (skip_rows)`,
    );
    return { profile, rows: `(^|\\x1f)\\s*(${cells})\\s*(\\x1f|$)`, note };
  }
  return undefined;
}
