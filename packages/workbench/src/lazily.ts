import type { Ports, UseCase } from '@hengjian/standard';

/**
 * A use case whose packages are loaded when it is called: a command or a route that only checks a file does not wait for
 * the kernel, the grouper and the engine of the tables.
 */
export const lazily =
  <Input, Result, Handed extends Ports>(load: () => Promise<UseCase<Input, Result, Handed>>): UseCase<Input, Result, Handed> =>
  (ports) =>
  async (input) =>
    (await load())(ports)(input);
