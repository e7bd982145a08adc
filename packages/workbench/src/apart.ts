import { isAbsolute, relative, resolve } from 'node:path';
import { checkFolder } from '@hengjian/standard';
import { workbenchProblems } from './problems.ts';

/**
 * Refuses a place for results before the work begins: one where no folder can be made, and a lake or what lies inside of
 * one, because whoever reads the lake would meet foreign files.
 */
export function checkPlace(lake: string, out: string): void {
  const way = relative(resolve(lake), resolve(out));
  const outside = way.split(/[\\/]/)[0] === '..' || isAbsolute(way);
  if (!outside) throw workbenchProblems.refused('out-in-lake', { lake }, { file: out });
  checkFolder(out);
}
