/** Who asks. */
export type Principal =
  | { readonly kind: 'anonymous' }
  /** A person with a session in the browser. */
  | {
      readonly kind: 'user';
      readonly id: string;
      readonly username: string;
      readonly role: Role;
      readonly sessionId: string;
    }
  /** A program with an API token; it acts for the user who made it. */
  | {
      readonly kind: 'token';
      readonly id: string;
      readonly userId: string;
      readonly username: string;
      readonly role: Role;
    }
  /**
   * Whoever sits at the machine and can read the secrets in the data directory: the command line
   * (operator-token.ts).
   */
  | { readonly kind: 'operator' }
  /** Another service of this installation. */
  | { readonly kind: 'internal' };

export type Role = 'administrator';

export const ANONYMOUS: Principal = { kind: 'anonymous' };
export const INTERNAL: Principal = { kind: 'internal' };
export const OPERATOR: Principal = { kind: 'operator' };

/** Everything that can be asked for. A route names exactly one. */
export const ACTIONS = [
  'alert.list',
  'alert.list-channels',
  'alert.test-channel',
  'camera.create',
  'camera.delete',
  'camera.list',
  'camera.read',
  'camera.snapshot',
  'camera.test',
  'camera.update',
  'camera.view-live',
  'client.read',
  'docs.read',
  'health.read',
  'media.read',
  'metrics.read',
  'password.update',
  'recording.download',
  'recording.list',
  'recording.play',
  'recording.read',
  'rpc.call',
  'session.create',
  'session.delete',
  'session.read',
  'system.read',
  'token.create',
  'token.delete',
  'token.list',
  'user.reset-password',
] as const;
export type Action = (typeof ACTIONS)[number];

/** What it is asked of. */
export type Resource =
  | { readonly kind: 'system' }
  | { readonly kind: 'camera'; readonly id: string }
  | { readonly kind: 'token'; readonly id: string };

export const SYSTEM: Resource = { kind: 'system' };

export type Decision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: 'not-signed-in' | 'forbidden' };

/** What needs no sign-in. `media.read` carries its own grant: the signed token in its path. */
const PUBLIC: ReadonlySet<Action> = new Set<Action>([
  'client.read',
  'docs.read',
  'health.read',
  'media.read',
  'metrics.read',
  'session.create',
]);

/** What only a person with a password may do, so that a leaked token cannot make itself permanent. */
const PERSON_ONLY: ReadonlySet<Action> = new Set<Action>([
  'password.update',
  'session.delete',
  'token.create',
  'token.delete',
  'token.list',
]);

/** What only the operator may do: a person proves a password to change it. */
const OPERATOR_ONLY: ReadonlySet<Action> = new Set<Action>(['user.reset-password']);

const BY_ROLE: Readonly<Record<Role, ReadonlySet<Action>>> = {
  administrator: new Set<Action>(
    ACTIONS.filter(
      (action) => action !== 'rpc.call' && !PUBLIC.has(action) && !OPERATOR_ONLY.has(action),
    ),
  ),
};

/**
 * Whether `principal` may do `action` to `resource`. What is not named here is denied. The only
 * place where this is decided.
 */
export function authorize(principal: Principal, action: Action, _resource: Resource): Decision {
  if (PUBLIC.has(action)) return { allowed: true };
  switch (principal.kind) {
    case 'anonymous':
      return { allowed: false, reason: 'not-signed-in' };
    case 'internal':
      return decision(action === 'rpc.call');
    case 'operator':
      return decision(OPERATOR_ONLY.has(action) || isForAnyAdministrator(action));
    case 'token':
      return decision(BY_ROLE[principal.role].has(action) && !PERSON_ONLY.has(action));
    case 'user':
      return decision(BY_ROLE[principal.role].has(action));
    default:
      return { allowed: false, reason: 'forbidden' };
  }
}

/** What an administrator may do who has neither a password nor a session. */
function isForAnyAdministrator(action: Action): boolean {
  return BY_ROLE.administrator.has(action) && !PERSON_ONLY.has(action) && action !== 'session.read';
}

function decision(allowed: boolean): Decision {
  return allowed ? { allowed } : { allowed, reason: 'forbidden' };
}
