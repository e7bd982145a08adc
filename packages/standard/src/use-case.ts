import { Cancelled } from './errors.ts';
import type { Words } from './words.ts';

/** What a piece of long work is doing; told often, shown now and then. */
export const phases = {
  simulate: { zh: '模拟', en: 'simulating' },
  read: { zh: '读取', en: 'reading' },
  land: { zh: '入湖', en: 'landing' },
  work: { zh: '整理', en: 'sorting' },
  group: { zh: '分组', en: 'grouping' },
  settle: { zh: '结算', en: 'settling' },
  audit: { zh: '审核', en: 'auditing' },
  plain: { zh: '导出', en: 'exporting' },
  spark: { zh: '集群审核', en: 'auditing on the cluster' },
  print: { zh: '打印', en: 'printing' },
  verify: { zh: '核验', en: 'verifying' },
} as const satisfies Readonly<Record<string, Words>>;
export type Phase = keyof typeof phases;

/** What is counted while it is done. */
export const progressUnits = {
  files: { zh: '个文件', en: 'files', one: 'file' },
  rows: { zh: '行', en: 'rows', one: 'row' },
  lines: { zh: '行明细', en: 'lines', one: 'line' },
  persons: { zh: '人', en: 'persons', one: 'person' },
  cases: { zh: '例', en: 'cases', one: 'case' },
  parts: { zh: '份', en: 'parts', one: 'part' },
  segments: { zh: '段', en: 'segments', one: 'segment' },
  statements: { zh: '份结算单', en: 'statements', one: 'statement' },
  bytes: { zh: '字节', en: 'bytes', one: 'byte' },
} as const satisfies Readonly<Record<string, Words & { readonly one: string }>>;
export type ProgressUnit = keyof typeof progressUnits;

export interface ProgressEvent {
  readonly phase: Phase;
  readonly done: number;
  readonly total?: number | undefined;
  readonly unit: ProgressUnit;
}

/** Where the program keeps what it is not told a place for. */
export interface Folders {
  /** Rules, knowledge, schemes, forms and parameters that come with the program. */
  readonly library: string;
  /** Imported schemes. */
  readonly schemes: string;
}

/** What a use case cannot know by itself; an adapter (a command, a route, a job) hands it in. */
export interface Ports {
  /** Local civil time in Asia/Shanghai, yyyy-MM-dd HH:mm:ss. */
  readonly clock: () => string;
  /** Random bytes nobody can foresee. */
  readonly random: (bytes: number) => Uint8Array;
  readonly progress: (event: ProgressEvent) => void;
  /** Aborted when the work is to be cancelled. */
  readonly signal: AbortSignal;
  /** Who asks: a login, or the user of the operating system. */
  readonly actor: string;
  /** Why persons are read, for the access log; without one personal data stay masked. */
  readonly purpose: string | undefined;
  readonly folders: Folders;
}

/**
 * Something a user wants done, independent of how it was asked for. Commands and routes bind it to ports and call it;
 * they hold nothing else. It throws RefusedInput and Cancelled.
 */
export type UseCase<Input, Result, Handed extends Ports = Ports> = (ports: Handed) => (input: Input) => Promise<Result>;

/** Ends work between two steps when it is to be cancelled. */
export function stopIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new Cancelled();
}
