import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { integer, openTables, optional, text } from '@hengjian/table';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { temporary, visit, writeTables } from './fixture.ts';
import { type IngestResult, ingest, lakeViews, openLake, stateHash, verifyLake } from './index.ts';

const institution = 'H43010000001';
const two = (value: number): string => String(value).padStart(2, '0');
const at = (minute: number): string => `2025-01-10 08:${two(minute)}:00`;

let serial = 0;
const request = (infno: string, minute: number, input: unknown, more: object = {}): object => {
  serial += 1;
  const msgid = `${institution}20250110080000${String(serial).padStart(4, '0')}`;
  return { infno, msgid, inf_time: at(minute), insuplc_admdvs: '430100', fixmedins_code: institution, input, ...more };
};
const answer = (minute: number, output: unknown, more: object = {}): object => ({
  infcode: 0,
  respond_time: `20250110${`08${two(minute)}`}01000`,
  output,
  ...more,
});
const numberOf = (message: object): string => ('msgid' in message ? String(message.msgid) : '');

interface Call {
  readonly infno: string;
  readonly request: object;
  readonly answer: object;
}

/** The calls of a visit: lines in two uploads, settled, and what the caller adds. */
function callsOf(id: number): Call[] {
  const psn_no = `4301${id}`;
  const mdtrt_id = `M${id}`;
  const line = (number: number, minute: number): object => ({
    ...{ feedetl_sn: `F${id}-${number}`, mdtrt_id, psn_no, med_type: '11', fee_ocur_time: at(minute), med_list_codg: `XA01ABD0${number}` },
    ...{ cnt: 2, pric: 10.5 + number, det_item_fee_sumamt: 21 + 2 * number, bilg_dept_codg: 'A03' },
  });
  const split = (number: number): object => ({
    ...{ feedetl_sn: `F${id}-${number}`, cnt: 2, pric: 10.5 + number, det_item_fee_sumamt: 21 + 2 * number, chrgitm_lv: '02' },
    ...{ med_chrgitm_type: '09', fulamt_ownpay_amt: 0, overlmt_amt: 0, preselfpay_amt: 1, inscp_scp_amt: 20 + 2 * number },
  });
  const total = 21 + 23 + 25;
  const setlinfo = {
    ...{
      setl_id: `S${id}`,
      mdtrt_id,
      psn_no,
      setl_time: at(40),
      med_type: '11',
      insutype: '310',
      medfee_sumamt: total,
      fulamt_ownpay_amt: 0,
    },
    ...{ overlmt_selfpay: 0, preselfpay_amt: 3, inscp_scp_amt: total - 3, fund_pay_sumamt: 40, psn_part_amt: total - 40, acct_pay: 0 },
  };
  const call = (infno: string, minute: number, input: unknown, output: unknown): Call => ({
    infno,
    request: request(infno, minute, input),
    answer: answer(minute, output),
  });
  return [
    call(
      '2203',
      5,
      { mdtrtinfo: { mdtrt_id, psn_no, med_type: '11', begntime: at(5) }, diseinfo: [{ diag_code: 'I10.x00', maindiag_flag: '1' }] },
      {},
    ),
    call('2301', 10, { feedetail: [line(0, 9), line(1, 9)] }, { result: [split(0), split(1)] }),
    call('2301', 20, { feedetail: [line(2, 19)] }, { result: [split(2)] }),
    call('2207', 40, { data: { mdtrt_id, psn_no, medfee_sumamt: total, med_type: '11' } }, { setlinfo, setldetail: [] }),
  ];
}

const cancelOf = (id: number): object =>
  request('2302', 30, { data: [{ feedetl_sn: `F${id}-2`, mdtrt_id: `M${id}`, psn_no: `4301${id}` }] });

const refundOf = (id: number): Call => ({
  infno: '2208',
  request: request('2208', 50, { data: { mdtrt_id: `M${id}`, setl_id: `S${id}`, psn_no: `4301${id}` } }),
  answer: answer(50, { setlinfo: { setl_id: `R${id}`, mdtrt_id: `M${id}`, psn_no: `4301${id}`, setl_time: at(50), medfee_sumamt: -69 } }),
});

const failureOf = (sent: object): object => ({
  ...{ infno: '2301', infcode: -1, inf_refmsgid: numberOf(sent), respond_time: '20250110083000000', output: null },
});

/** An upload that fails. */
function failedUpload(id: number): object[] {
  const line = { feedetl_sn: `F${id}-9`, mdtrt_id: `M${id}`, psn_no: `4301${id}`, fee_ocur_time: at(25), med_list_codg: 'X', cnt: 1 };
  const sent = request('2301', 26, { feedetail: [{ ...line, pric: 3, det_item_fee_sumamt: 3 }] });
  return [sent, failureOf(sent)];
}

/** Messages as files: `linked` answers name the request, the others are found by what they say. */
const messagesOf = (call: Call, linked: boolean): object[] => [
  call.request,
  { ...call.answer, infno: call.infno, inf_refmsgid: linked ? numberOf(call.request) : 'X' },
];

let folders = 0;
function write(root: string, messages: readonly object[]): string {
  folders += 1;
  const folder = join(root, `in-${folders}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `part-${folders}.jsonl`), messages.map((one) => `${JSON.stringify(one)}\n`).join(''));
  return folder;
}

const take = (root: string, name: string, messages: readonly object[]): Promise<IngestResult> => {
  process.env.HENGJIAN_KEY_FILE = join(root, 'key');
  return ingest({ paths: [write(root, messages)], lake: join(root, name) });
};

async function linesOf(lake: string) {
  const engine = await openTables({ folders: [lake] });
  try {
    for (const statement of lakeViews(await openLake(lake), ['fee_list_d'])) await engine.run(statement);
    return await engine.rows('SELECT feedetl_sn, setl_id, inscp_amt, chrgitm_lv FROM fee_list_d ORDER BY feedetl_sn', {
      feedetl_sn: text,
      setl_id: optional(text),
      inscp_amt: optional(integer),
      chrgitm_lv: optional(text),
    });
  } finally {
    engine.close();
  }
}

/** Codes of the settlement lists of a lake: diagnoses with their flag, and operations. */
async function listOf(lake: string): Promise<readonly string[]> {
  const engine = await openTables({ folders: [lake] });
  try {
    for (const statement of lakeViews(await openLake(lake), ['setl_list_diag_d', 'setl_list_oprn_d'])) await engine.run(statement);
    const found = await engine.rows(
      `SELECT concat_ws(' ', diag_code, maindiag_flag) AS code FROM setl_list_diag_d WHERE mdtrt_id = 'M1'
       UNION ALL SELECT oprn_oprt_code FROM setl_list_oprn_d ORDER BY 1`,
      { code: text },
    );
    return found.map(({ code }) => code);
  } finally {
    engine.close();
  }
}

/** Ways in which recorders write the same messages into a file. */
const writings: Readonly<Record<string, (messages: readonly object[]) => Buffer>> = {
  'lines.jsonl': (messages) => Buffer.from(messages.map((one) => JSON.stringify(one)).join('\n')),
  'old-lines.json': (messages) => Buffer.from(messages.map((one) => `${JSON.stringify(one)}\r`).join('')),
  'one-line.json': (messages) => Buffer.from(JSON.stringify(messages)),
  'array.json': (messages) => Buffer.from(`\ufeff${JSON.stringify(messages, null, 2)}`),
  'spread.json': (messages) => Buffer.from(messages.map((one) => JSON.stringify(one, null, 2)).join('\n')),
  'gb.jsonl': (messages) => iconv.encode(messages.map((one) => JSON.stringify(one)).join('\r\n'), 'gb18030'),
  'wide.json': (messages) => iconv.encode(JSON.stringify(messages, null, 1), 'utf-16le', { addBOM: true }),
};

describe('files of messages', () => {
  it('give the same lake however they are written and in whatever encoding', async () => {
    const root = temporary();
    process.env.HENGJIAN_KEY_FILE = join(root, 'key');
    const messages = callsOf(1).flatMap((call) => messagesOf(call, true));
    const named = messages.map((one) =>
      JSON.parse(JSON.stringify(one).replaceAll('"bilg_dept_codg"', '"bilg_dept_name":"呼吸内科","bilg_dept_codg"')),
    );
    const seen: unknown[] = [];
    for (const [name, write_] of Object.entries(writings)) {
      const folder = join(root, name);
      mkdirSync(folder);
      writeFileSync(join(folder, name), write_(named));
      const result = await ingest({ paths: [folder], lake: join(root, `lake-${name}`) });
      expect(result.messages, name).toMatchObject({ messages: 8, read: 7, refused: 0 });
      const engine = await openTables({ folders: [join(root, `lake-${name}`)] });
      for (const statement of lakeViews(await openLake(join(root, `lake-${name}`)), ['fee_list_d'])) await engine.run(statement);
      const lines = 'SELECT feedetl_sn, inscp_amt, bilg_dept_name FROM fee_list_d ORDER BY ALL';
      seen.push(await engine.rows(lines, { feedetl_sn: text, inscp_amt: optional(integer), bilg_dept_name: optional(text) }));
      engine.close();
    }
    for (const one of seen) expect(one).toEqual(seen[0]);
    expect(JSON.stringify(seen[0])).toContain('呼吸内科');
  });
});

describe('messages as input', () => {
  it('become visits, settlements and lines with what was paid of them', async () => {
    const root = temporary();
    const result = await take(
      root,
      'lake',
      callsOf(1).flatMap((call) => messagesOf(call, true)),
    );
    expect(result.messages).toMatchObject({ messages: 8, read: 7, not_read: 1, pending: 0, failed: 0, refused: 0, pending_in_lake: 0 });
    expect(result).toMatchObject({ persons: 1, visits: 1, lines: 3 });
    expect(await linesOf(join(root, 'lake'))).toEqual(
      [0, 1, 2].map((number) => ({
        ...{ feedetl_sn: `F1-${number}`, setl_id: 'S1', inscp_amt: 2000 + 200 * number, chrgitm_lv: '02' },
      })),
    );
    expect((await verifyLake(join(root, 'lake'))).faults).toEqual([]);
  });

  it('change nothing when they are ingested again, alone or with more', async () => {
    const root = temporary();
    process.env.HENGJIAN_KEY_FILE = join(root, 'key');
    const folder = write(
      root,
      callsOf(1).flatMap((call) => messagesOf(call, true)),
    );
    await ingest({ paths: [folder], lake: join(root, 'lake') });
    const before = stateHash(await openLake(join(root, 'lake')));
    expect((await ingest({ paths: [folder], lake: join(root, 'lake') })).unchanged).toBe(true);
    writeFileSync(join(folder, 'more.jsonl'), readFileSync(join(folder, readdirSync(folder)[0] ?? '')));
    await ingest({ paths: [folder], lake: join(root, 'lake') });
    expect(stateHash(await openLake(join(root, 'lake')))).toBe(before);
  });

  it('wait for their other half, which may come later, and say for what', async () => {
    const root = temporary();
    const calls = callsOf(1);
    const first = await take(
      root,
      'lake',
      calls.map(({ request: one }) => one),
    );
    expect(first.messages).toMatchObject({ messages: 4, read: 1, pending: 3 });
    expect(first.messages?.waiting).toEqual([
      { infno: '2207', waits: 'answer', messages: 1, keys: ['M1'] },
      { infno: '2301', waits: 'answer', messages: 2, keys: ['M1/F1-0', 'M1/F1-2'] },
    ]);
    expect(first.states.fee_list_d).toEqual({ accepted: 3, current: 0, pending: 3 });
    const second = await take(
      root,
      'lake',
      calls.map((call) => messagesOf(call, false)[1] ?? {}),
    );
    expect(second.messages).toMatchObject({ messages: 4, pending: 0, pending_in_lake: 0 });
    expect((await linesOf(join(root, 'lake'))).map(({ inscp_amt }) => inscp_amt)).toEqual([2000, 2200, 2400]);
  });

  it('that fail cancel their request, before and after', async () => {
    const root = temporary();
    const [, upload] = callsOf(1);
    if (upload === undefined) throw new Error('no upload');
    // An answer mostly says no transaction, and may lie in a file of its own.
    const failures = [failureOf(upload.request), { ...failureOf(upload.request), infno: undefined }];
    for (const [index, failure] of failures.entries()) {
      const [once, lake] = [`once-${index}`, `lake-${index}`];
      const both = await take(root, once, [upload.request, failure]);
      expect(both.messages).toMatchObject({ failed: 2, read: 0, pending: 0 });
      await take(root, lake, [upload.request]);
      await take(root, lake, [failure]);
      for (const name of [once, lake])
        expect((await openLake(join(root, name))).segments().reduce((sum, one) => sum + one.lines, 0)).toBe(0);
      expect(stateHash(await openLake(join(root, lake)))).toBe(stateHash(await openLake(join(root, once))));
    }
  });

  it('take lines back, and refunds take their settlement back', async () => {
    const root = temporary();
    const calls = callsOf(1);
    const result = await take(root, 'cancel', [...calls.slice(0, 3).flatMap((call) => messagesOf(call, true)), cancelOf(1)]);
    expect(result.messages).toMatchObject({ cancelled_lines: 1, refused: 0 });
    const back = await take(
      root,
      'refund',
      [...calls, refundOf(1)].flatMap((call) => messagesOf(call, true)),
    );
    expect(back.states.setl_d).toMatchObject({ accepted: 2, reversed: 2 });
  });

  it('make a settlement list that is sent again take the place of the one before it, in any order', async () => {
    const list = (minute: number, diagnosed: readonly string[], operated: readonly string[]): object =>
      request('4101', minute, {
        setlinfo: {
          mdtrt_id: 'M1',
          setl_id: 'S1',
          hi_no: '43011',
          adm_time: at(5),
          dscg_time: at(40),
          nwb_bir_wt: diagnosed.length * 1000,
        },
        diseinfo: diagnosed.map((diag_code, index) => ({ diag_code, maindiag_flag: index === 0 ? '1' : '0' })),
        oprninfo: operated.map((oprn_oprt_code) => ({ oprn_oprt_code, oprn_oprt_date: at(20) })),
      });
    const first = list(50, ['K81.000', 'K80.200', 'I10.x00'], ['51.2300']);
    const second = list(55, ['K80.200', 'I10.x00'], []);
    const failure = { infno: '4101', infcode: -1, inf_refmsgid: numberOf(second), respond_time: '20250110085600000', output: null };
    const root = temporary();
    process.env.HENGJIAN_KEY_FILE = join(root, 'key');
    const named = { visit: callsOf(1).flatMap((call) => messagesOf(call, true)), first: [first], second: [second], failure: [failure] };
    for (const [name, messages] of Object.entries(named))
      writeFileSync(join(root, `${name}.jsonl`), messages.map((one) => `${JSON.stringify(one)}\n`).join(''));
    const add = (lake: string, names: readonly (keyof typeof named)[]): Promise<IngestResult> =>
      ingest({ paths: names.map((name) => join(root, `${name}.jsonl`)), lake: join(root, lake) });
    const hashes = new Set<string>();
    for (const [lake, ...batches] of [
      ['once', ['visit', 'first', 'second']],
      ['apart', ['visit', 'first'], ['second']],
      ['backwards', ['visit', 'second'], ['first']],
    ] as const) {
      for (const batch of batches) await add(lake, batch);
      hashes.add(stateHash(await openLake(join(root, lake))));
      expect(await listOf(join(root, lake))).toEqual(['I10.x00 0', 'K80.200 1']);
    }
    await add('once', ['failure']);
    expect(await listOf(join(root, 'once')), 'the later list was refused').toEqual(['51.2300', 'I10.x00 0', 'K80.200 0', 'K81.000 1']);
    expect(hashes.size).toBe(1);
  });

  it('stand beside tables and are kept without a number of a person', async () => {
    const root = temporary();
    process.env.HENGJIAN_KEY_FILE = join(root, 'key');
    const folder = writeTables(
      write(
        root,
        callsOf(1).flatMap((call) => messagesOf(call, true)),
      ),
      visit(7, 7, 1, 2),
    );
    const result = await ingest({ paths: [folder], lake: join(root, 'lake') });
    expect(result.persons).toBe(2);
    const engine = await openTables({ folders: [join(root, 'lake')] });
    try {
      for (const table of ['fee_list_d', 'setl_d', 'mdtrt_d', 'setl_list_diag_d']) {
        const path = join(root, 'lake', 'messages', `${table}-1.parquet`);
        const open = await engine.count(`SELECT count(*) FROM '${path}' WHERE psn_no IS NOT NULL AND NOT starts_with(psn_no, 'hj:')`);
        expect(open).toBe(0);
      }
    } finally {
      engine.close();
    }
  });

  it('say where request and answer of a line have different amounts', async () => {
    const root = temporary();
    const line = { feedetl_sn: 'F9', mdtrt_id: 'M9', psn_no: '43019', med_type: '11', fee_ocur_time: at(9), med_list_codg: 'XA01ABD01' };
    const sent = request('2301', 10, { feedetail: [{ ...line, cnt: 2, pric: 10.5, det_item_fee_sumamt: 21 }] });
    const result = await take(root, 'lake', [
      sent,
      answer(
        11,
        { result: [{ feedetl_sn: 'F9', cnt: 2, pric: 6, det_item_fee_sumamt: 12, inscp_scp_amt: 12 }] },
        { infno: '2301', inf_refmsgid: numberOf(sent) },
      ),
    ]);
    expect(result.messages).toMatchObject({ read: 2, differing_lines: 1 });
    expect(result.summary.map(({ en }) => en).join()).toContain('different amounts: 1;');
  });

  it('leave nothing of a person in what is kept of them, and are named where they are refused', async () => {
    const root = temporary();
    const [upload] = callsOf(1).filter(({ infno }) => infno === '2301');
    const sent = JSON.stringify(upload?.request).replaceAll(
      '"bilg_dept_codg":"A03"',
      '"memo":"王小明 13912345678","bilg_dept_name":"骨科 13912345678"',
    );
    const folder = join(root, 'source');
    mkdirSync(folder);
    writeFileSync(join(folder, '2301_request.json'), sent);
    writeFileSync(join(folder, '2301_log.json'), `INFO ${sent}\n`);
    const result = await ingest({ paths: [folder], lake: join(root, 'lake') });
    expect(result.messages).toMatchObject({ refused: 1, reasons: [{ reason: 'not-json', places: ['2301_log.json:1'] }] });
    expect(result.summary.map(({ zh }) => zh).join('\n')).toContain('2301_log.json:1');
    expect(result.attention.map(({ says }) => says.zh)).toEqual(['接口报文：2 条报文中 1 条被拒收，请按上面的原因处理后重送']);
    const engine = await openTables({ folders: [join(root, 'lake')] });
    try {
      const kept = await engine.rows(`SELECT * FROM '${join(root, 'lake', 'messages', 'fee_list_d-1.parquet')}'`, { bilg_dept_name: text });
      expect(kept[0]?.bilg_dept_name).toBe('骨科 ***');
      expect(
        await engine.count(`SELECT count(*) FROM '${join(root, 'lake', 'messages', 'fee_list_d-1.parquet')}' t
        WHERE CAST(t AS VARCHAR) SIMILAR TO '.*(13912345678|王小明).*'`),
      ).toBe(0);
    } finally {
      engine.close();
    }
  });

  it('give the same lake in any order and any split over batches', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ batch: fc.integer({ min: 0, max: 1 }), linked: fc.boolean() }), {
          minLength: 21,
          maxLength: 21,
        }),
        async (places) => {
          const root = temporary();
          process.env.HENGJIAN_KEY_FILE = join(root, 'key');
          const calls = [...[1, 2].flatMap(callsOf), refundOf(2)];
          const pairs = calls.flatMap((call, index) => messagesOf(call, places[index]?.linked ?? true));
          const messages = [...pairs, cancelOf(1), ...failedUpload(1)];
          const placed = messages.map((message, index) => {
            const path = join(root, `${index}.json`);
            writeFileSync(path, JSON.stringify(message));
            return { path, batch: places[index]?.batch ?? 0 };
          });
          await ingest({ paths: placed.map(({ path }) => path), lake: join(root, 'once') });
          for (const batch of [1, 0]) {
            const paths = placed.flatMap((one) => (one.batch === batch ? [one.path] : []));
            if (paths.length > 0) await ingest({ paths, lake: join(root, 'parts') });
          }
          expect(stateHash(await openLake(join(root, 'parts')))).toBe(stateHash(await openLake(join(root, 'once'))));
          expect(await linesOf(join(root, 'parts'))).toEqual(await linesOf(join(root, 'once')));
        },
      ),
      { numRuns: Number(process.env.HENGJIAN_RUNS ?? 1), endOnFailure: true },
    );
  });

  describe('of which the answers do not say their transaction', () => {
    const admitted = { psn_no: '43019', insutype: '310', med_type: '21', begntime: at(5) };
    const silent = (sent: object, minute: number, output: unknown): object => answer(minute, output, { inf_refmsgid: numberOf(sent) });
    const info = { ...{ mdtrt_id: 'M9', psn_no: '43019', medfee_sumamt: 21, fund_pay_sumamt: 10, psn_part_amt: 11, med_type: '21' } };
    const settled = (setl_id: string, minute: number, more: object = {}) => ({
      setlinfo: { ...info, setl_id, setl_time: at(minute), medins_setl_id: `${institution}202501100800000001`, ...more },
      setldetail: [],
    });

    /** A stay that is tried, settled, refunded with a positive amount, and settled again. */
    function stay() {
      const line = { feedetl_sn: 'F9', mdtrt_id: 'M9', psn_no: '43019', fee_ocur_time: at(9), med_list_codg: 'XA01ABD01' };
      const admission = request('2401', 5, { mdtrtinfo: admitted, diseinfo: [{ diag_code: 'I10.x00', maindiag_flag: '1' }] });
      const upload = request('2301', 10, { feedetail: [{ ...line, cnt: 2, pric: 10.5, det_item_fee_sumamt: 21 }] });
      const data = { mdtrt_id: 'M9', psn_no: '43019', medfee_sumamt: 21, med_type: '21' };
      const [trial, first, second] = [request('2303', 15, { data }), request('2304', 20, { data }), request('2304', 40, { data })];
      const refund = request('2305', 30, { data: { mdtrt_id: 'M9', setl_id: 'S9', psn_no: '43019' } });
      const answers = [
        silent(admission, 5, { result: { mdtrt_id: 'M9' } }),
        silent(upload, 10, { result: [{ feedetl_sn: 'F9', cnt: 2, pric: 10.5, det_item_fee_sumamt: 21, inscp_scp_amt: 20 }] }),
        silent(trial, 15, settled('S8', 15)),
        silent(first, 20, settled('S9', 20)),
        silent(refund, 30, settled('S9R', 30, { init_setl_id: 'S9' })),
        silent(second, 40, settled('S10', 40)),
      ];
      return { requests: [admission, upload, trial, first, refund, second], answers };
    }

    interface Told {
      readonly result: IngestResult;
      readonly hash: string;
      readonly settled: readonly unknown[];
    }

    /** Takes batches of messages, each message in a file of its own that is called alike in every lake. */
    async function takeEach(root: string, name: string, all: readonly object[], batches: readonly (readonly number[])[]): Promise<Told> {
      process.env.HENGJIAN_KEY_FILE = join(root, 'key');
      const lake = join(root, name);
      let result: IngestResult | undefined;
      for (const places of batches) {
        const paths = places.map((place) => join(root, `message-${place}.json`));
        places.forEach((place, index) => {
          writeFileSync(paths[index] ?? '', JSON.stringify(all[place]));
        });
        result = await ingest({ paths, lake });
      }
      if (result === undefined) throw new Error('no batch');
      return { result, hash: stateHash(await openLake(lake)), settled: await linesOf(lake) };
    }

    it('pair them with the request whose number they repeat, before or after them in a file', async () => {
      const root = temporary();
      const { requests, answers } = stay();
      const orders: Readonly<Record<string, readonly object[]>> = {
        forwards: requests.flatMap((one, index) => [one, answers[index] ?? {}]),
        backwards: requests.flatMap((one, index) => [answers[index] ?? {}, one]),
        'all answers first': [...answers, ...requests],
      };
      for (const [name, messages] of Object.entries(orders)) {
        const result = await take(root, name, messages);
        expect(result, name).toMatchObject({ visits: 1, lines: 1 });
        expect(result.messages, name).toMatchObject({ messages: 12, read: 10, not_read: 2, pending: 0, pending_in_lake: 0, refused: 0 });
        expect(result.messages?.repairs, name).not.toHaveProperty('transaction-by-content');
        expect(await linesOf(join(root, name)), name).toEqual([{ feedetl_sn: 'F9', setl_id: 'S10', inscp_amt: 2000, chrgitm_lv: null }]);
      }
    });

    it('pair them over files and batches, which make the same lake', async () => {
      const root = temporary();
      const { requests, answers } = stay();
      const all = [...requests, ...answers];
      const [asked, answered] = [requests.map((_, index) => index), answers.map((_, index) => requests.length + index)];
      const every = [...asked, ...answered];
      const lakes = { files: [every], late: [asked, answered], early: [answered, asked] };
      const split = { odd: [every.filter((place) => place % 2 === 1), every.filter((place) => place % 2 === 0)] };
      const found: Told[] = [];
      for (const [name, batches] of Object.entries({ ...lakes, ...split })) found.push(await takeEach(root, name, all, batches));
      for (const { result, settled } of found) {
        expect(result).toMatchObject({ visits: 1, lines: 1, messages: { pending_in_lake: 0, refused: 0, failed: 0 } });
        expect(settled).toEqual([{ feedetl_sn: 'F9', setl_id: 'S10', inscp_amt: 2000, chrgitm_lv: null }]);
      }
      expect(new Set(found.map(({ hash }) => hash)).size).toBe(1);
    });

    it('wait where no request tells it, and are read by their nodes where two bear the number', async () => {
      const root = temporary();
      const { requests, answers } = stay();
      const [admission = {}, upload = {}, , first = {}] = requests;
      const early = await take(root, 'alone', [answers[0] ?? {}]);
      expect(early.messages).toMatchObject({ messages: 1, pending: 1, waiting: [{ infno: '2401', waits: 'admission' }] });
      const other = { ...request('2303', 21, {}), msgid: numberOf(first) };
      const all = [answers[0] ?? {}, answers[1] ?? {}, answers[3] ?? {}, admission, upload, first, other];
      const once = await takeEach(root, 'once', all, [[0, 1, 2, 3, 4, 5, 6]]);
      const after = await takeEach(root, 'after', all, [[0, 1, 2, 3, 4, 5], [6]]);
      const before = await takeEach(root, 'before', all, [
        [0, 1, 2, 6],
        [3, 4, 5],
      ]);
      expect(once.settled).toEqual([{ feedetl_sn: 'F9', setl_id: 'S9', inscp_amt: 2000, chrgitm_lv: null }]);
      for (const one of [after, before]) expect([one.settled, one.hash]).toEqual([once.settled, once.hash]);
    });
  });

  const payloads = fileURLToPath(new URL('../../../../shared/data/payloads', import.meta.url));
  it.skipIf(!existsSync(payloads))('of every recorded kind are in exactly one class', async () => {
    const root = temporary();
    process.env.HENGJIAN_KEY_FILE = join(root, 'key');
    const { messages } = await ingest({ paths: [payloads], lake: join(root, 'lake') });
    const files = readdirSync(payloads).filter((name) => name.endsWith('.json')).length;
    const { read = 0, pending = 0, failed = 0, not_read = 0, refused = 0 } = messages ?? {};
    expect(messages).toMatchObject({ files, messages: files });
    expect(read + pending + failed + not_read + refused).toBe(files);
    expect({ read, pending, failed, not_read, refused }).toMatchInlineSnapshot(`
      {
        "failed": 4,
        "not_read": 39,
        "pending": 10,
        "read": 13,
        "refused": 4,
      }
    `);
  });
});
