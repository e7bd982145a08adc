import fc from 'fast-check';
import { expect, it } from 'vitest';
import { blank, blanked, blankedName, clipped, clippedNames, clippedReason, foreignLength } from './foreign-text.ts';
import { inputProblems } from './input-problems.ts';

const line = '张三,110101199003078035,男,1990-03-07,北京市朝阳区某某路一号院二号楼三单元四零五,13800000000';

it('shows at most 40 characters of a text', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => [...clipped(text)].length <= foreignLength));
  expect(clipped(' a\n b ')).toBe('a b');
  expect([...clipped(line)]).toHaveLength(40);
});

it('keeps what a parser says and cuts what it quotes', () => {
  expect(clippedReason('Implicit keys need to be on a single line\n\n张三')).toBe('Implicit keys need to be on a single line');
  for (const said of [`Unexpected scalar: "${line}"`, `Could not convert string '${line}' to INT32`, `Unresolved alias: ${line}`]) {
    const shown = clippedReason(said);
    expect(shown).not.toContain('13800000000');
    expect(shown).not.toContain('405');
    expect(shown.startsWith(said.slice(0, 15))).toBe(true);
  }
});

it('names as many columns as fit', () => {
  expect(clippedNames(['a', 'b'])).toEqual(['a', 'b']);
  expect(clippedNames(['姓名', '身份证号码', 'x'.repeat(30), 'y'])).toEqual(['姓名', '身份证号码', '…']);
  expect(clippedNames([line])).toEqual([clipped(line)]);
});

it('is cut in a problem too, in its words and its values', () => {
  const problem = inputProblems.problem('value-invalid', { value: line, expected: 'x' });
  expect(JSON.stringify(problem)).not.toContain('13800000000');
  expect(problem.values?.value).toBe(clipped(line));
});

it('sees numbers of persons in half and in full width, with any hyphen or blank', () => {
  const wide = (text: string): string => text.replaceAll(/[!-~]/g, (one) => String.fromCodePoint((one.codePointAt(0) ?? 0) + 0xfee0));
  const [card, tel] = ['11010119900307803X', '13912345678'];
  for (const plain of [
    card,
    card.toLowerCase(),
    '410502198001019876',
    tel,
    `+86${tel}`,
    `+86 ${tel}`,
    '139-1234-5678',
    '410502 19800101 9876',
  ])
    for (const number of [
      plain,
      wide(plain),
      plain.replaceAll('-', '\u2013').replaceAll(' ', '\u3000'),
      `${plain.slice(0, 5)}${wide(plain.slice(5))}`,
    ]) {
      expect(blanked(`床位${number}号`), number).toBe(`床位${blank}号`);
      expect(blankedName(` ${number}号`), number).toBe(blank);
    }
  for (const kept of ['２０２５－０１－０１', '１３９１２３４５６７８９', 'T13912345678', '45.00', '８００１３９１２３４５６７８'])
    expect(blankedName(kept), kept).toBe(kept);
  expect(blanked('１３９１２３４５６７８９')).toBe('１３９１２３４５６７８９');
});
