import { totalNotLines, words } from '@hengjian/standard';
import { type JsonReader, jsonReader } from '@hengjian/stored';
import { Type } from 'typebox';
import type { Evidence } from './finding.ts';

const text = Type.String();
const count = Type.Integer();
const optional = Type.Optional(text);
const readable = Type.Union([text, Type.Null()]);
const fen = Type.Union([count, Type.Null()]);
const role = Type.Enum(['violating', 'involved'] as const);
const both = Type.Object({ zh: text, en: text });

const line = Type.Object({
  ...{ line_key: text, role, file: text, row: count, mdtrt_id: text, med_list_codg: text, item: text, fee_ocur_time: text, cnt: text },
  ...{ pric: readable, amount_fen: count, inscp_amt: readable, charge_fen: count, fund_fen: fen },
});
const visit = Type.Object({ mdtrt_id: text, role, begntime: readable, endtime: readable, fixmedins_code: readable, med_type: readable });
const statistic = Type.Object({
  ...{ entity_kind: text, entity: text, name: text, period: text, from: text, to: text, numerator: text, denominator: text, value: text },
  ...{ size: count, compared: count, peers: Type.Record(text, text), limit: text },
  ...{ median: optional, mean: optional, mad: optional, score: optional, ratio: optional, also: optional },
  ...{ earlier: Type.Array(Type.Object({ period: text, value: text })), formula: both },
});
const meeting = Type.Object({ day: text, members: Type.Array(text), rows: Type.Array(text) });
const group = Type.Object({
  ...{ key: text, persons: count, limit: count, rows: count, days: count, members: Type.Array(text) },
  ...{ meetings: Type.Array(meeting), shared_values: count, formula: both },
});

const note = Type.Object({ note: Type.Literal(totalNotLines), mdtrt_id: text, total_fen: count, lines_fen: count });

/** Reads the evidence of a finding as `findings.parquet` stores it. */
export const evidenceReader: JsonReader<Evidence> = jsonReader(
  Type.Object({
    message: both,
    lines: Type.Array(line),
    visits: Type.Array(visit),
    read: Type.Record(text, readable),
    point: Type.Optional(Type.Record(text, readable)),
    measure: Type.Optional(text),
    limit: Type.Optional(text),
    exceptions: Type.Array(Type.Object({ basis: text, held: Type.Boolean() })),
    arithmetic: text,
    funds: Type.Record(text, count),
    hashes: Type.Object({ rule: text, point: Type.Optional(text) }),
    statistic: Type.Optional(statistic),
    group: Type.Optional(group),
    notes: Type.Optional(Type.Array(note)),
  }),
  words('发现的证据', 'evidence of a finding'),
);
