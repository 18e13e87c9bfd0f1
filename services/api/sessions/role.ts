import type { Role } from '@vms/auth/authorize.ts';

/** @throws RangeError where the database names a role that this version does not know: deny. */
export function roleOf(text: string): Role {
  if (text === 'administrator') return text;
  throw new RangeError(`The role “${text}” is unknown.`);
}
