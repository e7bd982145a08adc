import { type Lake, readSegment, type SegmentHandle } from '@hengjian/lake';
import { type SubjectDictionary, subjectCodes, subjectDictionaries } from '@hengjian/rulespec';
import { Cancelled, forEachName, type Segment, viewIfLoaded, views } from '@hengjian/standard';
import { deadMask } from '../session.ts';

/** Rows of a lake by code, at id + 1; rows without a code stand at 0. */
export interface CodeRows {
  readonly rows: Float64Array;
  /** Fen of the same rows; undefined for codes that have no amount of their own. */
  readonly fen: Float64Array | undefined;
}

/** How often each code of a lake occurs, by dictionary. */
export type Census = Readonly<Record<SubjectDictionary, CodeRows>>;

/** Columns that are counted, and those that tell whose a row is. */
const columns = {
  lines: ['med_list_codg', 'det_item_fee_sumamt'],
  diagnoses: ['diag_code'],
  operations: ['oprn_oprt_code'],
  visits: ['dise_no', 'grp_code'],
};
const owners = {
  lines: [...columns.lines, 'visit'],
  diagnoses: [...columns.diagnoses, 'visit'],
  operations: [...columns.operations, 'visit'],
  visits: [...columns.visits, 'person'],
};

/** Whether a row belongs to a person whom a newer segment holds; undefined where none does. */
function goneRows(segment: Segment, table: 'lines' | 'diagnoses' | 'operations' | 'visits', dead: Uint8Array | undefined) {
  if (dead === undefined) return undefined;
  const persons = views.words(segment.visits, 'person');
  const visits = table === 'visits' ? undefined : views.words(segment[table], 'visit');
  return (row: number): boolean => dead[persons[visits === undefined ? row : (visits[row] as number)] as number] === 1;
}

function countSegment(handle: SegmentHandle, census: Census): void {
  const dead = deadMask(handle);
  const segment = readSegment(handle, dead === undefined ? columns : owners);
  const fen = views.floats(segment.lines, 'det_item_fee_sumamt');
  for (const dictionary of subjectDictionaries) {
    const { table, column } = subjectCodes[dictionary];
    const ids = viewIfLoaded(views.ids, segment[table], column);
    if (ids === undefined) continue;
    const gone = goneRows(segment, table, dead);
    const { rows, fen: sums } = census[dictionary];
    for (let row = 0; row < ids.length; row += 1) {
      if (gone?.(row) === true) continue;
      const at = (ids[row] as number) + 1;
      rows[at] = (rows[at] as number) + 1;
      if (sums !== undefined) sums[at] = (sums[at] as number) + (fen[row] as number);
    }
  }
}

/** Lets what waits in this thread go on, for example threads that ask for work. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Counts the codes of a lake once for all rules: rows by code, of items with their fen. It reads one or two columns of each
 * table, segment by segment, and lets the thread do other things in between.
 */
export async function countCodes(lake: Lake, signal?: AbortSignal): Promise<Census> {
  const { dictionaries } = lake.context();
  const census = forEachName(subjectDictionaries, (dictionary): CodeRows => {
    const size = (dictionaries[dictionary] ?? []).length + 1;
    return { rows: new Float64Array(size), fen: dictionary === 'item' ? new Float64Array(size) : undefined };
  });
  for (const handle of lake.segments()) {
    if (signal?.aborted === true) throw new Cancelled();
    countSegment(handle, census);
    await breathe();
  }
  return census;
}
