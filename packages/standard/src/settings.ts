import { parseCsvRecords } from './csv.ts';
import { libraryText } from './library-text.ts';
import type { Words } from './words.ts';

/** The setting of visits whose `med_type` begins with a prefix. */
export interface Setting {
  readonly prefix: string;
  /** For example `inpatient`. */
  readonly setting: string;
  readonly name: Words;
}

const path = 'standard/settings.csv';

/** All settings, those of longer prefixes first: the first that fits a `med_type` holds. */
export const settings: readonly Setting[] = parseCsvRecords(libraryText(path), path)
  .map(({ med_type_prefix = '', setting = '', name_zh = '', name_en = '' }) => ({
    prefix: med_type_prefix,
    setting,
    name: { zh: name_zh, en: name_en },
  }))
  .sort((left, right) => right.prefix.length - left.prefix.length);

/** Setting of a `med_type` by the longest prefix; `undefined` when none fits. */
export const settingOf = (medType: string): string | undefined => settings.find(({ prefix }) => medType.startsWith(prefix))?.setting;
