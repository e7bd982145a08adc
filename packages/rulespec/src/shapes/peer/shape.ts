import { type CarriedColumn, words } from '@hengjian/standard';
import { callForLines, perVisit } from '../../kernel/calls.ts';
import { lookedAt } from '../../kernel/writer.ts';
import type { ShapeDefinition } from '../definition.ts';
import { checkPeer } from './check.ts';
import { blockOf, lacksOf, PeerCounters, termColumn } from './counters.ts';
import { randomPeer } from './generate.ts';
import { countPeers } from './interpret.ts';
import { judgePeers } from './judge.ts';
import { parsePeer, peerKeys } from './source.ts';
import type { CheckedPeer, Entity, PeerShape } from './types.ts';
import { entityNames, peerCauses, peerSentences, periodNames } from './words.ts';
import { writePeer } from './write.ts';

const entityColumns: Readonly<Record<Entity, (of: 'line' | 'visit') => readonly CarriedColumn[]>> = {
  institution: () => [],
  item: () => [],
  department: () => [{ table: 'lines', column: 'bilg_dept_codg' }],
  practitioner: (of) => [of === 'line' ? { table: 'lines', column: 'bilg_dr_code' } : { table: 'visits', column: 'chfpdr_code' }],
};

/** Columns of whom is compared, of what is summed, and of what comparable entities have in common. */
function readColumns({ entity, of, numerator, denominator, peers }: CheckedPeer): readonly CarriedColumn[] {
  const table = of === 'line' ? 'lines' : 'visits';
  const summed = [denominator, numerator].flatMap((term): readonly CarriedColumn[] => {
    const read = term === undefined ? undefined : termColumn(of, term.measure);
    return read?.cause === undefined ? [] : [{ table, column: read.column }];
  });
  return [...entityColumns[entity](of), ...summed, ...peers.map(({ table: own, column }) => ({ table: own, column }))];
}

/** Shape peer: an entity and period are counted and compared with others, or with their own past. */
export const peerShape: ShapeDefinition<PeerShape, CheckedPeer> = {
  kind: 'peer',
  name: words('同类比较', 'peer'),
  form: {
    keys: peerKeys,
    required: ['entity', 'over', 'numerator', 'compare', 'limit'],
    parse: parsePeer,
    table: () => ({ name: undefined, field: 'items' }),
    settles: ({ compare }) => (compare === 'trend' ? ['peer.history'] : []),
  },
  check: {
    scopes: (bases, { of }) => ({ where: bases[of], when: bases[of], limit: bases[of], exception: bases[of], line: bases.line }),
    shape: checkPeer,
    filter: () => undefined,
    methods: () => ['none'],
    amounts: 'limit',
    limited: false,
    reach: () => 'row',
  },
  rows: {
    of: ({ of }) => of,
    items: () => undefined,
    codes: () => undefined,
    each: () => undefined,
    must: () => [],
    counted: ({ numerator, denominator }) => [numerator.where, denominator?.where],
    scoped: () => false,
    looksBack: true,
    beside: true,
    reads: readColumns,
  },
  keys: undefined,
  interpret: {
    kind: 'gather',
    gathering: (index, rule, shape) => {
      const counters = new PeerCounters(index, lacksOf(rule, shape).length, shape.compare === 'trend');
      return {
        add: (judge, walk) => countPeers(judge, shape, walk, counters),
        take: (segment, number) => counters.take(segment, number),
      };
    },
    judge: (bound, _, parts) => ({ peers: judgePeers(bound, parts.map(blockOf)), groups: [] }),
    oracle: undefined,
  },
  write: (program, calls, rule, index, shape) => {
    const name = writePeer(program, rule, index, shape);
    const looked = lookedAt(program.bound, rule);
    if (shape.of === 'line') callForLines(program, calls, looked, index, { name, dispatch: undefined, role: 'self' });
    else calls.end.push(perVisit(name));
  },
  figures: {
    names: ['entity', 'name', 'period', 'value', 'numerator', 'denominator', 'peers', 'median', 'mean', 'score', 'ratio', 'limit'],
    only: true,
  },
  words: {
    sentences: peerSentences,
    scope: (_, { entity, over }) =>
      words(`每${entityNames[entity].zh}每${periodNames[over].zh}`, `each ${entityNames[entity].en}, each ${periodNames[over].en}`),
    unknown: peerCauses,
    lookback: () => false,
  },
  subject: ({ group }, _, { entity }) => ({ kind: entity, subject: group }),
  generate: randomPeer,
};
