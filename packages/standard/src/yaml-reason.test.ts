import { expect, it } from 'vitest';
import { parsedYaml, yamlReason } from './yaml-reason.ts';

it('tells why a YAML text cannot be read, in both languages', () => {
  const fault = Object.assign(new Error('Implicit keys need to be on a single line at line 2, column 1:\n\nab'), {
    code: 'MULTILINE_IMPLICIT_KEY',
  });
  expect(yamlReason(fault)).toEqual({ zh: '键不能跨行', en: 'Implicit keys need to be on a single line' });
  expect(yamlReason(new Error('other'))).toEqual({ zh: '写法不符合 YAML', en: 'other' });
  expect(yamlReason('thrown text').zh).toBe('写法不符合 YAML');
});

it('reads a text, and names the file of one that is empty or no YAML', () => {
  const broken = (): unknown => {
    throw new Error('no');
  };
  expect(parsedYaml('a', 'x.yaml', (text) => text)).toBe('a');
  expect(() => parsedYaml('a', 'x.yaml', broken)).toThrow('x.yaml: this is no valid YAML: no');
  expect(() => parsedYaml(' \n', 'x.yaml', broken)).toThrow('x.yaml: there is nothing to read here');
});
