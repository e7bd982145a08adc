import { basename } from 'node:path';
import { clipped, demandContent, inputProblems, type Place, type Problem, parsedYaml, RefusedInput, yamlReason } from '@hengjian/standard';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import type { Path, Read, Reading } from './parameter-reader.ts';

/** The reading of a YAML file: a field is placed by its path and the line it stands on. */
function readingOf(file: string, document: Document, lines: LineCounter): Reading & { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const place = (path: Path): Place => {
    let node: unknown;
    for (let length = path.length; length > 0 && node === undefined; length -= 1) node = document.getIn(path.slice(0, length), true);
    const offset = isNode(node) ? node.range?.[0] : undefined;
    const row = offset === undefined ? {} : { row: lines.linePos(offset).line };
    return { file, ...row, field: path.map((part) => clipped(String(part))).join('.') };
  };
  return { problems, place, report: (problem) => void problems.push(problem) };
}

/** Reads a YAML text. Scalars stay text, so that no amount passes through a double. Throws RefusedInput with every problem. */
export function readYaml<Value>(source: string, file: string, read: Read<Value>): Value {
  demandContent(source, { file: basename(file) });
  const lines = new LineCounter();
  const document = parseDocument(source, { schema: 'failsafe', lineCounter: lines });
  if (document.errors.length > 0) {
    throw new RefusedInput(
      document.errors.slice(0, 1).map((error) => {
        const place = { file: basename(file), row: lines.linePos(error.pos[0]).line };
        return inputProblems.problem('file-damaged', { format: 'YAML', reason: yamlReason(error) }, place);
      }),
    );
  }
  const reading = readingOf(basename(file), document, lines);
  // Aliases are put in here, and some texts are made of nothing else.
  const plain = parsedYaml(source, basename(file), () => document.toJS());
  const value = read({ value: plain, path: [], reading });
  if (reading.problems.length > 0) throw new RefusedInput(reading.problems);
  return value;
}
