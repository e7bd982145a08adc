import { isAbsolute, relative, resolve } from 'node:path';
import { workbenchProblems } from './problems.ts';

/** Refuses a place for results that is a lake or lies inside of it: whoever reads the lake would meet foreign files. */
export function checkOutside(lake: string, out: string): void {
  const way = relative(resolve(lake), resolve(out));
  const outside = way.split(/[\\/]/)[0] === '..' || isAbsolute(way);
  if (!outside) throw workbenchProblems.refused('out-in-lake', { lake }, { file: out });
}
