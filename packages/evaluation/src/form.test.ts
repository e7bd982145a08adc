import { expect, it } from 'vitest';
import { parseForm } from './form.ts';

it('a form that is empty or no YAML is refused by its file', () => {
  expect(() => parseForm('a: [1\nb: "x\n', 'nine.yaml')).toThrow('nine.yaml: this is no valid YAML');
  expect(() => parseForm('# nothing yet\n', 'nine.yaml')).toThrow('nine.yaml: there is nothing to read here');
});
