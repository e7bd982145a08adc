import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type MessageText, messageTables, type PlacedMessage, readMessages } from './index.ts';

/** Recorded and emitted messages; they lie outside the project. */
const folder = fileURLToPath(new URL('../../../../shared/data/payloads', import.meta.url));

async function all(path: string): Promise<PlacedMessage[]> {
  const out: PlacedMessage[] = [];
  for await (const message of readMessages(path, textOf(readFileSync(path, 'utf8')))) out.push(message);
  return out;
}

/** A file that is one value. */
async function* textOf(text: string): AsyncGenerator<MessageText> {
  yield { text, line: 1 };
}

/** Outcome and number of rows or reason, by the beginning of the name; the longest one counts. */
const expected: Readonly<Record<string, string>> = {
  '1101_request': 'not-read only-question',
  '1101_response_b': 'rows psn_info_b psn_insu_d',
  '1101_response_c': 'rows psn_info_b psn_insu_d×4',
  '1101_response_d.': 'rows psn_info_b psn_insu_d',
  '1101_response_doc': 'failed answer-failed',
  '1101_response_multi': 'rows psn_info_b psn_insu_d×6',
  '1101_response_shanghai': 'rows psn_info_b psn_insu_d',
  '1161': 'rows psn_info_b psn_insu_d',
  '1162': 'not-read no-rows',
  '2201': 'not-read registration',
  '2203_request': 'refused visit-missing',
  '2203A': 'not-read only-receipt',
  '2204_request': 'refused visit-missing',
  '2204_response': 'rows fee_list_d',
  '2205': 'refused visit-missing',
  '2206': 'not-read trial-settlement',
  '2207': 'rows setl_d',
  '2208_request': 'refused visit-missing',
  '2208_response': 'rows setl_d',
  '2301_request': 'rows fee_list_d',
  '2301_response_many': 'rows fee_list_d×16',
  '2301_response_shanghai': 'rows fee_list_d×2',
  '2302': 'rows cancel',
  '2303': 'not-read trial-settlement',
  '2304': 'rows setl_d',
  '2305': 'rows setl_d',
  '2401_request': 'rows mdtrt_d setl_list_diag_d',
  '2401_response': 'failed answer-failed',
  '2402': 'not-read only-receipt',
  '3101_request_changde': 'rows fee_list_d×3 mdtrt_d psn_info_b setl_list_diag_d×4',
  '3101_request_outpatient': 'rows fee_list_d mdtrt_d psn_info_b setl_list_diag_d',
  '3101_response': 'not-read no-rows',
  '3102': 'rows fee_list_d×3 mdtrt_d psn_info_b setl_list_diag_d×4',
  '4101': 'rows mdtrt_d setl_list_d setl_list_diag_d×2 setl_list_oprn_d',
  '5203': 'not-read only-question',
  '5204': 'not-read only-question',
  '5261': 'not-read query-reply',
  '5262': 'not-read query-reply',
  gateway: 'failed answer-failed',
  '': 'not-read no-rows',
};

function described({ outcome, reason, parts, cancels }: PlacedMessage): string {
  const tables = Map.groupBy([...parts.map(({ table }) => table), ...cancels.map(() => 'cancel')].sort(), (table) => table);
  const rows = [...tables].map(([table, list]) => (list.length === 1 ? table : `${table}×${list.length}`));
  return [outcome, ...(reason === undefined ? rows : [reason])].join(' ');
}

const expectedOf = (name: string): string | undefined =>
  expected[Object.keys(expected).reduce((best, start) => (name.startsWith(start) && start.length > best.length ? start : best), '')];

const fen = (cell: string | undefined): number => Math.round(Number(cell ?? 0) * 100);

describe.skipIf(!existsSync(folder))('recorded messages', () => {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];

  it.each(names)('%s has its one outcome', async (name) => {
    expect((await all(join(folder, name))).map(described)).toEqual([expectedOf(name)]);
  });

  it('every cell belongs to its table', async () => {
    for (const name of names)
      for (const { parts } of await all(join(folder, name)))
        for (const { table, cells } of parts)
          expect(Object.keys(cells).filter((cell) => !messageTables.get(table)?.includes(cell))).toEqual([]);
  });

  it('the sums of settlements hold after mapping', async () => {
    let settlements = 0;
    for (const name of ['2207_response', '2208_response_refund', '2304_response', '2305_response_refund']) {
      const cells = (await all(join(folder, `${name}.json`)))[0]?.parts[0]?.cells ?? {};
      const total = fen(cells.medfee_sumamt);
      const split = ['fulamt_ownpay_amt', 'overlmt_selfpay', 'preselfpay_amt', 'inscp_amt'].map((field) => fen(cells[field]));
      expect(split.reduce((sum, part) => sum + part, 0)).toBe(total);
      const own = cells.psn_pay === undefined ? fen(cells.acct_pay) + fen(cells.cash_payamt) : fen(cells.psn_pay);
      expect(fen(cells.fund_pay_sumamt) + own + fen(cells.ownpay_hosp_part)).toBe(total);
      const funds = ['hifp_pay', 'cvlserv_pay', 'hifes_pay', 'hifmi_pay', 'hifob_pay', 'hifdm_pay', 'maf_pay', 'othfund_pay'];
      expect(funds.reduce((sum, field) => sum + fen(cells[field]), 0)).toBe(fen(cells.fund_pay_sumamt));
      settlements += 1;
    }
    expect(settlements).toBe(4);
  });

  it('the sums of fee lines hold after mapping', async () => {
    let lines = 0;
    for (const name of ['2204_response', '2301_response_many_lines', '2301_response_shanghai'])
      for (const { parts } of await all(join(folder, `${name}.json`)))
        for (const { cells } of parts) {
          const split = ['fulamt_ownpay_amt', 'overlmt_amt', 'preselfpay_amt', 'inscp_amt'].map((field) => fen(cells[field]));
          expect(split.reduce((sum, part) => sum + part, 0)).toBe(fen(cells.det_item_fee_sumamt));
          expect(Math.round(Number(cells.cnt) * Number(cells.pric) * 100)).toBe(fen(cells.det_item_fee_sumamt));
          lines += 1;
        }
    expect(lines).toBe(19);
  });
});
