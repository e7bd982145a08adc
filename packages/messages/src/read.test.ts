import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsMessages, type MessageText, type PlacedMessage, readMessage, readMessages } from './index.ts';

const request = (infno: string, input: unknown, more: object = {}) => ({
  infno,
  msgid: 'H43010000001202501010800000001',
  inf_time: '2025-01-01 08:00:00',
  fixmedins_code: 'H43010000001',
  input,
  ...more,
});
const answer = (output: unknown, more: object = {}) => ({
  infcode: 0,
  inf_refmsgid: 'R1',
  respond_time: '20250101080001500',
  output,
  ...more,
});
const line = {
  feedetl_sn: 'F1',
  mdtrt_id: 'M1',
  psn_no: 'P1',
  fee_ocur_time: '2025-01-01 07:00:00',
  med_list_codg: 'X',
  cnt: 2,
  pric: 1.5,
};

async function* linesOf(lines: readonly string[]): AsyncGenerator<MessageText> {
  for (const [index, text] of lines.entries()) yield { text, line: index + 1 };
}

async function collect(name: string, texts: AsyncIterable<MessageText>): Promise<PlacedMessage[]> {
  const out: PlacedMessage[] = [];
  for await (const message of readMessages(name, texts)) out.push(message);
  return out;
}

async function readText(name: string, ...lines: readonly string[]): Promise<PlacedMessage[]> {
  expect(holdsMessages(name, lines.join('\n'))).toBe(true);
  return await collect(name, linesOf(lines));
}

describe('an answer that says nothing of its transaction', () => {
  const info = { setl_id: 'S1', mdtrt_id: 'M1', psn_no: 'P1', medfee_sumamt: 3 };
  const settled = answer({ setlinfo: info });

  it('is read in every way it may be meant, under the number that it repeats', () => {
    const { infno, outcome, untold } = readMessage(settled);
    expect([infno, outcome, untold?.number]).toEqual([undefined, 'not-read', 'R1']);
    const flags = untold?.readings.map((one) => [one.infno, one.parts[0]?.cells.setl_id, one.parts[0]?.cells.refd_setl_flag]);
    expect(flags).toEqual([
      ['2207', 'S1', undefined],
      ['2208', 'S1', '1'],
    ]);
    const told = readMessage(answer({ setlinfo: info, setldetail: [] }));
    expect([told.infno, told.untold?.readings.map((one) => one.infno)]).toEqual(['2304', ['2208']]);
    expect(readMessage(answer({ result: { mdtrt_id: 'M1' } }))).toMatchObject({ infno: '2401', untold: { readings: [] } });
  });

  it('is read in one way where it says so, or its file or the request beside it', async () => {
    for (const one of [answer({ setlinfo: info }, { infno: '2304' }), answer(null, { infcode: -1 })])
      expect(readMessage(one).untold).toBeUndefined();
    expect((await readText('2304_response_1.json', JSON.stringify(settled)))[0]?.untold).toBeUndefined();
    const beside = { request: request('2304', { data: { mdtrt_id: 'M1' } }), response: settled };
    expect((await readText('log.json', JSON.stringify(beside))).map(({ untold }) => untold)).toEqual([undefined, undefined]);
  });
});

describe('lenient reading', () => {
  it('takes one object where a list is due, texts for numbers and dashes for what is missing, and counts each', () => {
    const { outcome, parts, repairs } = readMessage(
      request('2301', { feedetail: { ...line, cnt: '2', bilg_dept_name: '--', memo: '张三', rxno: '' } }),
    );
    expect(outcome).toBe('rows');
    expect(parts[0]?.cells).toMatchObject({ feedetl_sn: 'F1', cnt: '2', pric: '1.5', fixmedins_code: 'H43010000001' });
    expect(parts[0]?.cells.memo).toBeUndefined();
    expect(repairs).toEqual({ 'list-expected': 1, 'missing-mark': 1, 'number-as-text': 1 });
  });

  it('finds a node inside or beside data, and keys in other spellings', () => {
    const beside = readMessage(request('2301', { data: { feedetail: [{ ...line, medListCodg: 'Y', med_list_codg: undefined }] } }));
    expect(beside.repairs).toMatchObject({ 'beside-data': 1 });
    const spelled = readMessage(request('2301', { feedetail: [{ ...line, bilgDrCodg: 'D1' }] }));
    expect(spelled.parts[0]?.cells.bilg_dr_code).toBe('D1');
    expect(spelled.repairs).toMatchObject({ spelling: 1 });
  });

  it('finds the children of a check inside their parent or beside it', () => {
    const visit = { mdtrt_id: 'M1', medins_id: 'H43010000001', adm_date: '2025-01-01 08:00:00' };
    const order = { rx_id: 'R1', hilist_code: 'X', cnt: 1, sumamt: 2, drord_begn_date: '2025-01-01 09:00:00' };
    const nested = {
      patn_id: '7',
      gend: '1',
      brdy: '1980-01-01',
      fsi_encounter_dtos: { ...visit, fsi_order_dtos: order, fsi_operation_dtos: '' },
    };
    const flat = {
      data: { trig_scen: '2' },
      patient_dtos: { patn_id: '7', gend: '1', brdy: '1980-01-01' },
      fsi_encounter_dtos: visit,
      fsi_order_dtos: [order],
    };
    for (const input of [{ data: { patient_dtos: nested } }, flat]) {
      const { parts } = readMessage(request('3101', input));
      expect(parts.map(({ table }) => table)).toEqual(['psn_info_b', 'mdtrt_d', 'fee_list_d']);
      expect(parts[2]?.cells).toMatchObject({ mdtrt_id: 'M1', feedetl_sn: 'R1', _patient: 'H43010000001|7', det_item_fee_sumamt: '2' });
      expect(parts[1]?.cells.psn_no).toBeUndefined();
    }
  });

  it('reads infcode as number or text, output as object, list or nothing', () => {
    const lines = [{ feedetl_sn: 'F1', inscp_scp_amt: '1.00' }];
    expect(readMessage(answer({ result: lines }, { infcode: '0' }), { infno: '2301' }).parts).toHaveLength(1);
    expect(readMessage(answer(lines), { infno: '2301' }).repairs).toMatchObject({ 'output-list': 1 });
    expect(readMessage(answer([{ result: lines }]), { infno: '2301' }).parts).toHaveLength(1);
    expect(readMessage(answer(null), { infno: '2301' })).toMatchObject({ outcome: 'refused', reason: 'node-missing' });
    expect(readMessage(answer(null, { infcode: '-1' }), { infno: '2301' })).toMatchObject({ outcome: 'failed' });
    expect(readMessage(answer({ result: lines }))).toMatchObject({ infno: '2301', outcome: 'rows' });
    expect(readMessage(answer({ other: 1 }))).toMatchObject({ outcome: 'not-read', reason: 'transaction-unknown' });
  });

  it('keeps all digits of a long serial that was sent as a number', async () => {
    const text = JSON.stringify(request('2301', { feedetail: [line] })).replace('"F1"', '12345678901234567890');
    expect((await readText('a.json', text))[0]?.parts[0]?.cells.feedetl_sn).toBe('12345678901234567890');
  });

  it('marks refunds and puts dates with blanks right', () => {
    const { parts } = readMessage(answer({ setlinfo: { setl_id: 'S2', mdtrt_id: 'M1', medfee_sumamt: -5, brdy: '1980 - 01 - 02' } }), {
      infno: '2305',
    });
    expect(parts[0]?.cells).toMatchObject({ refd_setl_flag: '1', medfee_sumamt: '-5', brdy: '1980-01-02' });
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom('2301', '2304', '3101', '4101', '1101', '9999'), (value, infno) => {
        for (const body of [
          value,
          request(infno, value),
          answer(value, { infno }),
          request(infno, { data: value }),
          request(infno, { feedetail: value }),
        ])
          expect(['rows', 'failed', 'not-read', 'refused']).toContain(readMessage(body).outcome);
      }),
    );
  });
});

describe('files of messages', () => {
  const one = request('2301', { feedetail: [line] });
  const other = answer({ result: [{ feedetl_sn: 'F1', inscp_scp_amt: 3 }] });

  it('are one message a text, alone, posted as a form or with its answer', async () => {
    const forms: readonly (readonly [readonly string[], number])[] = [
      [[JSON.stringify(one, null, 1)], 1],
      [[JSON.stringify(one), '', JSON.stringify(one)], 2],
      [[`=${encodeURIComponent(JSON.stringify(one))}`], 1],
      [[`\uFEFF${JSON.stringify({ request: one, response: other })}`], 2],
      [[JSON.stringify({ req: JSON.stringify(one), resp: JSON.stringify(other) })], 2],
    ];
    for (const [texts, messages] of forms) {
      const found = await readText('a.jsonl', ...texts);
      expect(found.map(({ outcome }) => outcome)).toEqual(Array.from({ length: messages }, () => 'rows'));
    }
  });

  it('have places of their own, also where several begin on one line', async () => {
    const texts = async function* (): AsyncGenerator<MessageText> {
      for (const line of [1, 1, 1, 7]) yield { text: JSON.stringify(one), line };
    };
    expect((await collect('a.json', texts())).map(({ place }) => place)).toEqual([1, 2, 3, 7]);
  });

  it('that could not be taken apart are refused with the reason, and take no other with them', async () => {
    const texts = async function* (): AsyncGenerator<MessageText> {
      yield { text: '', line: 1, fault: 'cell-long' };
      yield { text: '', line: 2, fault: 'half-character' };
      yield { text: '', line: 3, fault: 'not-json' };
      yield { text: JSON.stringify(one), line: 4 };
    };
    const found = await collect('a.json', texts());
    expect(found.map(({ outcome, reason }) => reason ?? outcome)).toEqual(['message-long', 'half-character', 'not-json', 'rows']);
  });

  it('share a link when they were stored together, with or without msgid', async () => {
    for (const sent of [one, { ...one, msgid: undefined }]) {
      const [first, second] = await readText('a.jsonl', JSON.stringify({ request: sent, response: other }));
      expect(first?.link).toBeDefined();
      expect(second).toMatchObject({ link: first?.link, infno: '2301' });
    }
  });

  it('name a line that is no JSON and go on', async () => {
    const found = await readText('2301_request_x.jsonl', JSON.stringify(one), '{"infno":', '[1]', JSON.stringify(one));
    expect(found.map(({ place, reason }) => [place, reason])).toEqual([
      [1, undefined],
      [2, 'not-json'],
      [3, 'no-message'],
      [4, undefined],
    ]);
  });
});
