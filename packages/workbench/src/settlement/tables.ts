import { basename } from 'node:path';
import { readContentsNow, type SheetRow } from '@hengjian/documents';
import type { Deduction, Objection, ReviewCase } from '@hengjian/settlement';
import { inputProblems, type Problem, parseFen, RefusedInput, type Words, words } from '@hengjian/standard';

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
      const place = { file: this.#file, row: 1 };
      throw new RefusedInput(
        (missing.length > 0 ? missing : needed).map((column) => inputProblems.problem('column-missing', { column }, place)),
      );
    }
    this.#rows = sheet.rows;
    this.#problems.push(...sheet.problems);
  }

  read<Row>(toRow: (cell: (name: string) => string, refuse: Refuse) => Row): readonly Row[] {
    const rows = this.#rows.map((source) => {
      const cell = (name: string): string => source.cells.get(name) ?? '';
      return toRow(cell, (field, expected) => {
        this.#problems.push(
          inputProblems.problem('value-invalid', { value: cell(field), expected }, { file: this.#file, row: source.row, field }),
        );
      });
    });
    if (this.#problems.length > 0) throw new RefusedInput(this.#problems);
    return rows;
  }
}

/** Notes that the value of a field is not what is expected. */
type Refuse = (field: string, expected: Words) => void;

const amount = words('元，最多两位小数', 'yuan with at most two decimals');
const month = words('月份 yyyy-MM', 'a month, yyyy-MM');
const group = words('本方案的病组代码', 'a group of the scheme of this settlement');
const version = words('版本号：第一次重传写 2，其后依次递增', 'a version: 2 for the first list sent again, then 3');
const codesText = words('编码，主要诊断写在最前，以 | 分隔', 'codes separated by |, the principal diagnosis first');

function fenOf(text: string, field: string, refuse: Refuse): number {
  const fen = parseFen(text);
  if (fen === undefined || fen < 0) refuse(field, amount);
  return fen ?? 0;
}

function oneOf<Value extends string>(text: string, values: readonly [Value, ...Value[]], field: string, refuse: Refuse): Value {
  const found = values.find((value) => value === text);
  if (found === undefined) refuse(field, words(`${values.join('、')} 之一`, `one of ${values.join(', ')}`));
  return found ?? values[0];
}

/** Deductions from confirmed cases: case_id, fixmedins_code, mdtrt_id (may be blank), month (yyyy-MM), fund (yuan), reason. */
export const readDeductions = (path: string): readonly Deduction[] =>
  new TableReader(path, ['case_id', 'fixmedins_code', 'month', 'fund'], ['mdtrt_id', 'reason']).read((cell, refuse) => {
    if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(cell('month'))) refuse('month', month);
    return {
      case_id: cell('case_id'),
      fixmedins_code: cell('fixmedins_code'),
      mdtrt_id: cell('mdtrt_id'),
      month: cell('month'),
      fund_fen: fenOf(cell('fund'), 'fund', refuse),
      reason: cell('reason'),
    };
  });

/**
 * Requests for special review: mdtrt_id, reason, outcome (pass_item, pass_standard, fail, open), standard (yuan, for
 * pass_standard). In order of request.
 */
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

/**
 * Objections of hospitals: id, mdtrt_id, fixmedins_code, reason, outcome (open, rejected, accepted), answer, grp_code (the
 * group an accepted one gives).
 */
export const readObjections = (path: string, groups: ReadonlySet<string>): readonly Objection[] =>
  new TableReader(path, ['id', 'mdtrt_id', 'fixmedins_code', 'reason', 'outcome'], ['answer', 'grp_code']).read((cell, refuse) => {
    const outcome = oneOf(cell('outcome'), ['open', 'rejected', 'accepted'] as const, 'outcome', refuse);
    if (outcome === 'accepted' && !groups.has(cell('grp_code'))) refuse('grp_code', group);
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
    const number = Number(cell('version'));
    if (!Number.isSafeInteger(number) || number < 2) refuse('version', version);
    const codes = (name: string): readonly string[] =>
      cell(name)
        .split('|')
        .map((code) => code.trim())
        .filter((code) => code !== '');
    if (codes('diagnoses').length === 0) refuse('diagnoses', codesText);
    return {
      mdtrt_id: cell('mdtrt_id'),
      version: number,
      reason: cell('reason'),
      diagnoses: codes('diagnoses'),
      procedures: codes('procedures'),
    };
  });
