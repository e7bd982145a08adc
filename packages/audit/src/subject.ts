import {
  causeWords,
  type Lake,
  type RowAsked,
  type RowState,
  readSegment,
  rowStates,
  type SegmentHandle,
  statusWords,
} from '@hengjian/lake';
import { type LakeContext, type Segment, views, type Words, words } from '@hengjian/standard';

/** A line or a stay of a lake, where it stands among what is judged. */
export interface FoundSubject {
  /** Number of its segment. */
  readonly index: number;
  readonly handle: SegmentHandle;
  readonly row: number;
}

/** Whether a row belongs to a person of this segment that no newer segment supersedes. */
function liveRows(segment: Segment, table: 'lines' | 'visits', dead: readonly number[]): (row: number) => boolean {
  if (dead.length === 0) return () => true;
  const owner = views.words(segment.visits, 'person');
  const visits = views.words(segment.lines, 'visit');
  const gone = new Set(dead);
  return (row) => !gone.has(owner[table === 'lines' ? (visits[row] as number) : row] as number);
}

/** Row of a file by `FILE|ROW`, which names a line whether it has a serial or not. A file may be named without its folder. */
function inFile(asked: string, { dictionaries }: LakeContext): ((segment: Segment) => (row: number) => boolean) | undefined {
  const [, name = '', number = ''] = /^(.+)\|(\d+)$/s.exec(asked) ?? [];
  const files = new Set((dictionaries.file ?? []).flatMap((file, id) => (file === name || file.endsWith(`/${name}`) ? [id] : [])));
  if (files.size === 0) return undefined;
  return ({ lines }) => {
    const [file, rows] = [views.ids(lines, 'file'), views.words(lines, 'file_row')];
    return (row) => rows[row] === Number(number) && files.has(file[row] ?? -1);
  };
}

/** Finds a line by its key or by `FILE|ROW`, or a stay by its id; `undefined` where nothing that counts is called so. */
export function findSubject(lake: Lake, asked: RowAsked): FoundSubject | undefined {
  const [table, column, wanted] =
    'line' in asked ? (['lines', 'line_key', asked.line] as const) : (['visits', 'mdtrt_id', asked.visit] as const);
  const place = 'line' in asked ? inFile(wanted, lake.context()) : undefined;
  for (const [index, handle] of lake.segments().entries()) {
    const keys = readSegment(handle, {
      visits: ['person', ...(table === 'visits' ? [column] : [])],
      lines: ['visit', ...(table === 'lines' ? [column, 'file', 'file_row'] : [])],
    });
    const texts = views.text(keys[table], column);
    const stands = place?.(keys);
    const live = liveRows(keys, table, handle.dead);
    for (let row = 0; row < texts.length; row += 1)
      if ((texts.get(row) === wanted || stands?.(row) === true) && live(row)) return { index, handle, row };
  }
  return undefined;
}

/** What is to be done about a held row: the decision that its group waits for. */
function remedyOf({ held }: RowState, lake: string): readonly Words[] {
  if (held === null) return [];
  const command = `hengjian lake decide ${held} --lake ${lake} --count --reason …`;
  return [words(`所在组 ${held}；确认应计入的：${command}`, `its group is ${held}; where it counts as it stands: ${command}`)];
}

/** Why a row of a lake is not judged, in words. */
export function unjudgedWords(states: readonly RowState[], lake: string): readonly Words[] {
  return states.flatMap((state) => {
    const [status, cause] = [statusWords(state.status), causeWords(state.cause)];
    const why = state.cause === '' ? words('', '') : words(`：${cause.zh}`, `: ${cause.en}`);
    return [words(`${status.zh}${why.zh}`, `${status.en}${why.en}`), ...remedyOf(state, lake)];
  });
}

/** What the deliveries say against each other of a stay, for which values of it are unknown. */
export async function doubtsOf(folder: string, visit: string): Promise<readonly Words[]> {
  const doubted = (await rowStates(folder, { visit })).filter(({ status }) => status === 'doubted');
  return [...new Set(doubted.map(({ cause }) => cause))].map((cause) => {
    const { zh, en } = causeWords(cause);
    return words(
      `该就诊的数据互相矛盾，有关的值按未知处理：${zh}`,
      `the data of the stay contradict each other, what depends on it is unknown: ${en}`,
    );
  });
}
