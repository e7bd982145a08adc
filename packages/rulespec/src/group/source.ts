import { choice, type Entries, expression, list, positionOf, type Reader, record, report, type YamlNode } from '../source/reader.ts';
import type { ExpressionSource, Position } from '../source/rule-source.ts';

export interface TogetherSource {
  readonly key: readonly ExpressionSource[];
  /** Two rows meet when they lie at most so many minutes apart, … */
  readonly minutes?: ExpressionSource;
  /** … or when they have the same values here. */
  readonly same: readonly ExpressionSource[];
}

export interface GroupShape {
  readonly kind: 'group';
  readonly of: 'line' | 'visit';
  /** Exactly one of `alike`, `together` and `linked` is there. */
  readonly alike?: readonly ExpressionSource[];
  readonly together?: TogetherSource;
  readonly linked?: ExpressionSource;
  /** Fewest distinct persons of a group. */
  readonly persons: ExpressionSource;
  /** together: distinct days on which two persons meet; linked: shared values of the whole group. */
  readonly times?: ExpressionSource;
  /** Meetings and values of more persons are not counted. */
  readonly crowd?: ExpressionSource;
  readonly at: Position;
}

export const groupKeys = { keys: ['of', 'alike', 'together', 'linked', 'persons', 'times', 'crowd'], required: ['persons'] } as const;

const nothing: ExpressionSource = { text: '0', at: { row: 1, column: 1 }, block: false, field: '' };

const keysIn = (reader: Reader, node: YamlNode, field: string): readonly ExpressionSource[] =>
  list(reader, node, field).flatMap((item) => expression(reader, item, field) ?? []);

function together(reader: Reader, node: YamlNode): TogetherSource {
  const entries = record(reader, node, 'together', ['key', 'minutes', 'same'], ['key']);
  if (entries.has('minutes') === entries.has('same')) {
    report(reader, node, 'together', 'rule-group', 'together says either minutes or same', 'write minutes: 15, or same: [day_of(visit.begntime)]');
  }
  const minutes = entries.has('minutes') ? expression(reader, entries.get('minutes'), 'together.minutes') : undefined;
  return {
    key: keysIn(reader, entries.get('key'), 'together.key'),
    ...(minutes === undefined ? {} : { minutes }),
    same: entries.has('same') ? keysIn(reader, entries.get('same'), 'together.same') : [],
  };
}

/** Reads the keys of a group rule. */
export function parseGroup(reader: Reader, entries: Entries, node: YamlNode): GroupShape {
  const forms = ['alike', 'together', 'linked'].filter((key) => entries.has(key));
  if (forms.length !== 1)
    report(reader, node, 'alike', 'rule-group', 'a group rule says exactly one of alike, together and linked', 'write alike: [visit.fixmedins_code, …]');
  for (const key of ['times', 'crowd']) {
    if (entries.has('alike') === entries.has(key))
      report(reader, node, key, 'rule-group', 'times and crowd are said of together and linked, and only of them', `add or remove ${key}`);
  }
  const some = (key: string): ExpressionSource | undefined => (entries.has(key) ? expression(reader, entries.get(key), key) : undefined);
  const [linked, times, crowd] = [some('linked'), some('times'), some('crowd')];
  return {
    kind: 'group',
    of: (entries.has('of') ? choice(reader, entries.get('of'), 'of', ['line', 'visit'] as const) : undefined) ?? 'visit',
    ...(entries.has('alike') ? { alike: keysIn(reader, entries.get('alike'), 'alike') } : {}),
    ...(entries.has('together') ? { together: together(reader, entries.get('together')) } : {}),
    ...(linked === undefined ? {} : { linked }),
    persons: some('persons') ?? nothing,
    ...(times === undefined ? {} : { times }),
    ...(crowd === undefined ? {} : { crowd }),
    at: positionOf(reader, node),
  };
}
