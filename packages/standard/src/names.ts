/** The keys of a record whose type knows all of them, in their order. */
export const keysOf = <Key extends string>(record: Readonly<Partial<Record<Key, unknown>>>): readonly Key[] => Object.keys(record) as Key[];

/** One value for each name, in the order of the names. */
export const forEachName = <Name extends string, Value>(names: readonly Name[], make: (name: Name) => Value): Record<Name, Value> =>
  Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Value>;

/** Whether a text is one of some names. */
export const isOneOf = <Name extends string>(names: readonly Name[], text: string | undefined): text is Name =>
  names.some((name) => name === text);
