import { ratioHolds } from '../kernel/runtime.ts';
import { covered, type Frame, type Operators, present, truth, type Value } from './operator.ts';

type Names = 'and' | 'or' | 'not' | 'cond' | 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'ratio' | 'in' | 'in_point';
const symbols = { eq: '===', ne: '!==', lt: '<', le: '<=', gt: '>', ge: '>=' } as const;

type Compared = keyof typeof symbols;

function compare(op: Compared, left: Value, right: Value): boolean {
  if (typeof left === 'boolean' || typeof right === 'boolean')
    return op === 'eq' ? truth(left) === truth(right) : truth(left) !== truth(right);
  const [a, b] = [present(left), present(right)];
  switch (op) {
    case 'eq':
      return a === b;
    case 'ne':
      return a !== b;
    case 'lt':
      return a < b;
    case 'le':
      return a <= b;
    case 'gt':
      return a > b;
    case 'ge':
      return a >= b;
  }
}

const comparison = <K extends Compared>(op: K, doc: string, examples: Operators<'eq'>['eq']['examples']) => ({
  signature: `x ${symbols[op].replace(/=+$/, (signs) => (signs.length === 3 ? '==' : '='))} y : bool`,
  nulls: covered,
  doc,
  examples,
  interpret: (_node: unknown, args: readonly Value[], _frame: Frame): Value => compare(op, args[0] ?? null, args[1] ?? null),
  generate: (_node: unknown, args: readonly string[]): string => `(${args[0]} ${symbols[op]} ${args[1]})`,
});

/** Conditions and comparisons. */
export const logicOperators: Operators<Names> = {
  and: {
    signature: 'p && q : bool',
    nulls: 'q is not looked at where p is false, so p may ask known()',
    doc: 'Both hold.',
    examples: [
      { when: 'line.cnt == 2 && line.cnt > 1', holds: true },
      { when: 'known(line.prd_days) && line.prd_days > 3', holds: false },
    ],
    interpret: (_node, args) => truth(args[0]) && truth(args[1]),
    generate: (_node, args) => `(${args[0]} && ${args[1]})`,
  },
  or: {
    signature: 'p || q : bool',
    nulls: 'q is not looked at where p is true, so p may ask !known()',
    doc: 'One of them holds.',
    examples: [
      { when: '!known(line.prd_days) || line.prd_days > 3', holds: true },
      { when: 'line.cnt == 1 || line.cnt == 3', holds: false },
    ],
    interpret: (_node, args) => truth(args[0]) || truth(args[1]),
    generate: (_node, args) => `(${args[0]} || ${args[1]})`,
  },
  not: {
    signature: '!p : bool',
    nulls: covered,
    doc: 'It does not hold.',
    examples: [{ when: '!(line.cnt > 2)', holds: true }],
    interpret: (_node, args) => !truth(args[0]),
    generate: (_node, args) => `!${args[0]}`,
  },
  cond: {
    signature: 'p ? x : y',
    nulls: 'only the chosen side is looked at',
    doc: 'One of two values.',
    examples: [
      { when: '(line.cnt > 1 ? 3 : 4) == 3', holds: true },
      { when: 'known(line.prd_days) ? line.prd_days > 3 : line.cnt == 1', holds: false },
    ],
    interpret: (_node, args) => (truth(args[0]) ? (args[1] ?? null) : (args[2] ?? null)),
    generate: (_node, args) => `(${args[0]} ? ${args[1]} : ${args[2]})`,
  },
  eq: comparison('eq', 'They are equal.', [
    { when: 'line.cnt == 2', holds: true },
    { when: 'known(line.pric) == true', holds: true },
  ]),
  ne: comparison('ne', 'They differ.', [
    { when: 'line.cnt != 2', holds: false },
    { when: 'known(line.pric) != false', holds: true },
  ]),
  lt: comparison('lt', 'Less.', [
    { when: 'line.cnt < 2', holds: false },
    { when: 'line.cnt < 2.0001', holds: true },
  ]),
  le: comparison('le', 'At most.', [{ when: 'line.cnt <= 2', holds: true }]),
  gt: comparison('gt', 'More.', [{ when: 'line.det_item_fee_sumamt > 12.29', holds: true }]),
  ge: comparison('ge', 'At least.', [{ when: 'line.det_item_fee_sumamt >= 12.31', holds: false }]),
  ratio: {
    signature: 'ratio_of(x, y) > 0.8 : bool, x and y of one type',
    nulls: covered,
    doc: 'Compares a quotient by cross-multiplication; false where y is 0.',
    examples: [
      { when: 'ratio_of(line.cnt, 3.0 + line.cnt) == 0.4', holds: true },
      { when: '0.5 < ratio_of(line.cnt, 3.0 + line.cnt)', holds: false },
      { when: 'ratio_of(line.cnt, line.cnt - 2) >= 0', holds: false },
    ],
    interpret: (node, args) => ratioHolds(node.data.comparison, present(args[0]), present(args[1]), present(args[2])),
    generate: (node, args) => `ratioHolds(${JSON.stringify(node.data.comparison)}, ${args.join(', ')})`,
  },
  in: {
    signature: "code in ['a', 'b'] : bool",
    nulls: covered,
    doc: 'The code is one of a list.',
    examples: [
      { when: "default(line.list_type, '') in ['101', '102']", holds: true },
      { when: "default(line.list_type, '') in ['201']", holds: false },
      { when: "default(line.med_chrgitm_type, '') in ['01', '02', '03', '04', '05']", holds: false },
      { when: "default(visit.dscg_way, '3') in ['1', '2', '3', '4', '5']", holds: true },
      { when: "default(visit.dscg_way, '9') in ['1', '2', '3', '4', '5']", holds: false },
    ],
    interpret: (node, args, frame) =>
      node.data.texts.some((text) => frame.world.bound.codes.id(node.data.dictionary, text) === present(args[0])),
    generate: (node, args, to) => {
      const { dictionary, texts } = node.data;
      if (texts.length <= 3 && /^[\w$[\]]+$/.test(args[0] ?? ''))
        return `(${texts.map((text) => `${args[0]} === ${to.bound.codes.id(dictionary, text)}`).join(' || ') || 'false'})`;
      const ids = new Set(texts.map((text) => to.bound.codes.id(dictionary, text)));
      const mask = Uint8Array.from([ids.has(-1) ? 1 : 0, ...to.bound.codes.values(dictionary).map((_, id) => (ids.has(id) ? 1 : 0))]);
      // Only a literal stands for a code the lake has never seen.
      const literals = [...ids].filter((id) => id < -1 && node.args[0]?.op === 'default').map((id) => ` || ${args[0]} === ${id}`);
      return `(${to.constant(mask, 'list')}[${args[0]} + 1] === 1${literals.join('')})`;
    },
  },
  in_point: {
    signature: 'code in point.column : bool, for a column of type codes(…)',
    nulls: covered,
    doc: 'The code is in the set of the point.',
    examples: [
      { when: "default(visit.setting, '') in point.settings", holds: true },
      { when: "default(visit.setting, 'pharmacy') in point.others", holds: false },
    ],
    interpret: (node, args, frame) => {
      const { bound } = frame.world;
      const rows = bound.codes.members(bound.table(frame.rule.table ?? ''), node.data.column);
      return rows.values.subarray(rows.start[frame.point] ?? 0, rows.start[frame.point + 1] ?? 0).includes(present(args[0]));
    },
    generate: (node, args, to) => {
      const rows = to.bound.codes.members(to.bound.table(to.rule.table ?? ''), node.data.column);
      return `isMember(${to.constant(rows.start, 'start')}, ${to.constant(rows.values, 'ids')}, ${to.point}, ${args[0]})`;
    },
  },
};
