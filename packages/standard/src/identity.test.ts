import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityCheck, identityFault } from './identity.ts';

/** Invented numbers of an area that does not exist. */
const digits = fc
  .record({
    year: fc.integer({ min: 1900, max: 2025 }),
    month: fc.integer({ min: 1, max: 12 }),
    date: fc.integer({ min: 1, max: 28 }),
    serial: fc.nat(999),
  })
  .map(({ year, month, date, serial }) =>
    ['110199', year, String(month).padStart(2, '0'), String(date).padStart(2, '0'), String(serial).padStart(3, '0')].join(''),
  );

describe('a citizen identity number', () => {
  it('of the standard text is in order', () => {
    expect(identityFault('11010519491231002X')).toBeUndefined();
    expect(identityFault('440524188001010014')).toBeUndefined();
  });

  it('with its check character is in order, and with any other one, or one digit changed, it is not', () => {
    fc.assert(
      fc.property(digits, fc.constantFrom(...'0123456789X'), fc.integer({ min: 14, max: 16 }), (body, check, place) => {
        const own = identityCheck(body);
        expect(identityFault(body + own)).toBeUndefined();
        expect(identityFault(body + check)).toBe(check === own ? undefined : 'digit');
        const changed = `${body.slice(0, place)}${(Number(body[place]) + 1) % 10}${body.slice(place + 1)}`;
        expect(identityFault(changed + own)).toBe('digit');
      }),
    );
  });

  it('with two neighbouring digits swapped is found out', () => {
    fc.assert(
      fc.property(digits, (body) => {
        const swapped = body.slice(0, 15) + body[16] + body[15];
        expect(identityFault(swapped + identityCheck(body))).toBe(swapped === body ? undefined : 'digit');
      }),
    );
  });

  it('of another length, with other characters or an impossible day says so', () => {
    for (const number of ['', '1', '110105491231002', '11010519491231002x', '1101051949123100２X', '01010519491231002X'])
      expect(identityFault(number)).toBe('form');
    expect(identityFault('11010519490231002X')).toBe('date');
  });
});
