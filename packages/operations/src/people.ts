import { scryptSync, timingSafeEqual } from 'node:crypto';
import { inputProblems, isOneOf, type RefusedInput, type Words } from '@hengjian/standard';
import { operationsProblems } from './problems.ts';

export const administrators = ['system_admin', 'security_admin', 'audit_admin'] as const;
export const roles = ['rule_author', 'rule_approver', 'viewer', ...administrators] as const;
export type Role = (typeof roles)[number];

export interface Person {
  readonly login: string;
  readonly display_name: string;
  readonly roles: readonly Role[];
  readonly disabled: boolean;
}

export const isRole = (text: string): text is Role => isOneOf(roles, text);
const isAdministrator = (role: Role): boolean => isOneOf(administrators, role);

/**
 * Reads roles and refuses those nobody may hold together: the three administrators are three people, and an
 * administrator takes no part in deciding about rules.
 */
export function readRoles(texts: readonly string[]): readonly Role[] {
  const unknown = texts.filter((text) => !isRole(text));
  if (unknown.length > 0 || texts.length === 0) {
    throw inputProblems.refused('option-invalid', { option: '--role', value: unknown.join(', '), expected: roles.join(', ') });
  }
  const wanted = [...new Set(texts.filter(isRole))].sort();
  const held = wanted.filter(isAdministrator);
  const decides = wanted.filter((role) => role === 'rule_author' || role === 'rule_approver');
  if (held.length > 1 || (held.length === 1 && decides.length > 0)) {
    throw operationsProblems.refused('roles-exclude', { roles: [...held, ...decides].join(', ') });
  }
  return wanted;
}

export const leastPasswordLength = 10;

/** Cost of scrypt: 2^15 rounds of 8 blocks take about a tenth of a second and 32 MiB. */
const cost = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const;
const derive = (password: string, salt: string): Buffer => scryptSync(password.normalize('NFKC'), Buffer.from(salt, 'hex'), 32, cost);

export function hashPassword(password: string, salt: Uint8Array): { readonly password_hash: string; readonly password_salt: string } {
  if ([...password].length < leastPasswordLength) throw operationsProblems.refused('password-short', { least: leastPasswordLength });
  const password_salt = Buffer.from(salt).toString('hex');
  return { password_hash: derive(password, password_salt).toString('hex'), password_salt };
}

/** Compares in the same time whether the person exists or not. */
export function passwordFits(
  password: string,
  stored: { readonly password_hash: string; readonly password_salt: string } | undefined,
): boolean {
  const wanted = stored ?? { password_hash: '00'.repeat(32), password_salt: '00'.repeat(16) };
  const same = timingSafeEqual(derive(password, wanted.password_salt), Buffer.from(wanted.password_hash, 'hex'));
  return same && stored !== undefined;
}

export const signInRefused = (): RefusedInput => operationsProblems.refused('sign-in-refused', {});

/** Refuses a person who lacks a role. */
export function demandRole(person: Person, role: Role, what: Words): void {
  if (!person.roles.includes(role)) throw operationsProblems.refused('role-missing', { login: person.login, role, what });
}
