import { basename } from 'node:path';
import { readContentsNow, type SheetRow } from '@hengjian/documents';
import type { Deduction, Objection, ReviewCase } from '@hengjian/settlement';
import { type Problem, parseFen, RefusedInput } from '@hengjian/standard';

/** Reads the rows of a CSV or xlsx by the names of its columns and collects what is wrong with them. */
class TableReader {
  readonly #file: string;
  readonly #rows: readonly SheetRow[];
  readonly #problems: Problem[] = [];

  constructor(path: string, needed: readonly string[], others: readonly string[]) {
    this.#file = basename(path);
    const contents = readContentsNow(path, new Set([...needed, ...others]));
    const sheet = contents.kind === 'sheets' ? contents.sheets[0] : undefined;
    const missing = needed.filter((name) => sheet?.header.includes(name) !== true);
    if (sheet === undefined || missing.length > 0) {
      throw new RefusedInput({
        code: 'table-columns',
        message: `the columns ${(missing.length > 0 ? missing : needed).join(', ')} are missing`,
        remedy: 'name them in the header',
        place: { file: this.#file, row: 1 },
      });
    }
    this.#rows = sheet.rows;
    this.#problems.push(...sheet.problems);
  }

  read<Row>(toRow: (cell: (name: string) => string, refuse: (field: string, message: string, remedy: string) => void) => Row): readonly Row[] {
    const rows = this.#rows.map((source) =>
      toRow(
        (name) => source.cells.get(name) ?? '',
        (field, message, remedy) => this.#problems.push({ code: 'table-value', message, remedy, place: { file: this.#file, row: source.row, field } }),
      ),
    );
    if (this.#problems.length > 0) throw new RefusedInput(this.#problems);
    return rows;
  }
}

type Refuse = (field: string, message: string, remedy: string) => void;

function fenOf(text: string, field: string, refuse: Refuse): number {
  const fen = parseFen(text);
  if (fen === undefined || fen < 0) refuse(field, `${text} is no amount`, 'write yuan with at most two decimals');
  return fen ?? 0;
}

function oneOf<Value extends string>(text: string, values: readonly Value[], field: string, refuse: Refuse): Value {
  const found = values.find((value) => value === text);
  if (found === undefined) refuse(field, `${text} is not known`, `write one of ${values.join(', ')}`);
  return found ?? (values[0] as Value);
}

/** Deductions from confirmed cases: case_id, fixmedins_code, mdtrt_id (may be blank), month (yyyy-MM), fund (yuan), reason. */
export const readDeductions = (path: string): readonly Deduction[] =>
  new TableReader(path, ['case_id', 'fixmedins_code', 'month', 'fund'], ['mdtrt_id', 'reason']).read((cell, refuse) => {
    if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(cell('month'))) refuse('month', `${cell('month')} is no month`, 'write yyyy-MM');
    return {
      case_id: cell('case_id'),
      fixmedins_code: cell('fixmedins_code'),
      mdtrt_id: cell('mdtrt_id'),
      month: cell('month'),
      fund_fen: fenOf(cell('fund'), 'fund', refuse),
      reason: cell('reason'),
    };
  });

/** Requests for special review: mdtrt_id, reason, outcome (pass_item, pass_standard, fail, open), standard (yuan, for pass_standard). In order of request. */
export function readReviews(path: string): readonly ReviewCase[] {
  let request = 0;
  return new TableReader(path, ['mdtrt_id', 'outcome'], ['reason', 'standard']).read((cell, refuse) => {
    request += 1;
    const outcome = oneOf(cell('outcome'), ['pass_item', 'pass_standard', 'fail', 'open'] as const, 'outcome', refuse);
    return {
      mdtrt_id: cell('mdtrt_id'),
      request,
      reason: cell('reason'),
      outcome,
      ...(outcome === 'pass_standard' ? { standard_fen: fenOf(cell('standard'), 'standard', refuse) } : {}),
    };
  });
}

/** Objections of hospitals: id, mdtrt_id, fixmedins_code, reason, outcome (open, rejected, accepted), answer, grp_code (the group an accepted one gives). */
export const readObjections = (path: string, groups: ReadonlySet<string>): readonly Objection[] =>
  new TableReader(path, ['id', 'mdtrt_id', 'fixmedins_code', 'reason', 'outcome'], ['answer', 'grp_code']).read((cell, refuse) => {
    const outcome = oneOf(cell('outcome'), ['open', 'rejected', 'accepted'] as const, 'outcome', refuse);
    if (outcome === 'accepted' && cell('grp_code') !== '' && !groups.has(cell('grp_code')))
      refuse('grp_code', `${cell('grp_code')} is no group of the scheme`, 'name a group of the scheme of this settlement');
    if (outcome === 'accepted' && cell('grp_code') === '') refuse('grp_code', 'an accepted objection changes nothing', 'name the group it gives');
    const reason = cell('answer');
    return {
      id: cell('id'),
      mdtrt_id: cell('mdtrt_id'),
      fixmedins_code: cell('fixmedins_code'),
      reason: cell('reason'),
      decision:
        outcome === 'open'
          ? { outcome }
          : outcome === 'rejected'
            ? { outcome, reason }
            : { outcome, reason, change: { grp_code: cell('grp_code'), status: 'grouped' as const } },
    };
  });

/** A settlement list a hospital sent again: the codes of a stay, principal ones first. */
export interface SentList {
  readonly mdtrt_id: string;
  readonly version: number;
  readonly reason: string;
  readonly diagnoses: readonly string[];
  readonly procedures: readonly string[];
}

/** Lists sent again: mdtrt_id, version (2 for the first), reason, diagnoses, procedures (codes separated by `|`, principal first). */
export const readSentLists = (path: string): readonly SentList[] =>
  new TableReader(path, ['mdtrt_id', 'version', 'diagnoses'], ['reason', 'procedures']).read((cell, refuse) => {
    const version = Number(cell('version'));
    if (!Number.isSafeInteger(version) || version < 2) refuse('version', `${cell('version')} is no version`, 'write 2 for the first list sent again, then 3');
    const codes = (name: string): readonly string[] =>
      cell(name)
        .split('|')
        .map((code) => code.trim())
        .filter((code) => code !== '');
    if (codes('diagnoses').length === 0) refuse('diagnoses', 'the list has no diagnosis', 'write the principal diagnosis first');
    return { mdtrt_id: cell('mdtrt_id'), version, reason: cell('reason'), diagnoses: codes('diagnoses'), procedures: codes('procedures') };
  });
