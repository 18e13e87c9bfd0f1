import { hashPassword, MAX_PASSWORD_CHARACTERS, verifyPassword } from '@vms/auth/password.ts';
import type { Clock } from '@vms/common/clock.ts';
import type { Logger } from '@vms/common/logger.ts';
import type { HttpServer } from '@vms/http/server.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ApiError } from '../api-error.ts';
import { answers, nothing } from '../schemas.ts';
import { MAX_USERNAME_CHARACTERS, SESSION_LIFE_MS } from './bounds.ts';
import type { DeviceCookie } from './device-cookie.ts';
import { SESSION_COOKIE } from './identify.ts';
import type { LoginLimiter } from './login-limiter.ts';
import { checkPasswordStrength } from './password-strength.ts';
import { orRetryLater } from './retry-later.ts';
import type { SessionStore } from './session-store.ts';
import type { User, UserStore } from './user-store.ts';

export interface SessionRoutesOptions {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly limiter: LoginLimiter;
  readonly devices: DeviceCookie;
  readonly clock: Clock;
  readonly logger: Logger;
}

const password = z.string().min(1).max(MAX_PASSWORD_CHARACTERS);
const credentials = z.strictObject({
  username: z.string().min(1).max(MAX_USERNAME_CHARACTERS),
  password,
});
const passwordChange = z.strictObject({ current: password, next: password });
const signedIn = z.object({
  user: z.object({ id: z.string(), username: z.string(), role: z.enum(['administrator']) }),
  mustChoosePassword: z
    .boolean()
    .describe('The password is still the one printed at the first start; calls work all the same'),
});

/** Signing in and out, and one's own password. */
export function registerSessionRoutes(server: HttpServer, options: SessionRoutesOptions): void {
  const { users, sessions, limiter, devices, clock, logger } = options;
  const tags = ['session'];

  server.route({
    method: 'POST',
    url: '/session',
    config: { action: 'session.create' },
    schema: {
      tags,
      summary: 'Sign in: sets the cookie vms_session',
      security: [],
      body: credentials,
      response: answers(200, signedIn),
    },
    async handler(request, reply) {
      const { username } = request.body;
      const user = await users.byName(username);
      const device = devices.deviceOf(request, user);
      const attempt = { address: request.ip, username, device };
      limiter.attempt(attempt);
      // A hash is compared for unknown names too: the time to answer does not tell which exist.
      const phc = user?.passwordHash ?? (await orRetryLater(nobodysHash()));
      const lane = device === undefined ? 'stranger' : 'known';
      const right = await orRetryLater(verifyPassword(phc, request.body.password, lane));
      if (user === undefined || !right) {
        logger.warn({ requestId: request.id, address: request.ip }, 'A login failed.');
        throw wrongPassword('The user name or the password is wrong.');
      }
      limiter.succeeded(attempt);
      // To compare takes a while, in which the password may have been changed.
      const cookie = await sessions.begin(user);
      if (cookie === undefined) throw wrongPassword('The password has just been changed.');
      setCookie(request, reply, cookie);
      devices.set(request, reply, user);
      logger.info({ user: user.id, address: request.ip }, 'A user signed in.');
      return answerOf(user);
    },
  });

  server.route({
    method: 'GET',
    url: '/session',
    config: { action: 'session.read' },
    schema: { tags, summary: 'Who is signed in', response: answers(200, signedIn) },
    async handler({ principal }) {
      if (principal.kind !== 'user' && principal.kind !== 'token') {
        throw new RangeError(`A session of ${principal.kind}`);
      }
      const id = principal.kind === 'user' ? principal.id : principal.userId;
      const { username, role } = principal;
      const mustChoosePassword = (await users.byId(id))?.mustChoosePassword === true;
      return answerOf({ id, username, role, mustChoosePassword });
    },
  });

  server.route({
    method: 'DELETE',
    url: '/session',
    config: { action: 'session.delete' },
    schema: { tags, summary: 'Sign out', response: answers(204, nothing) },
    async handler(request, reply) {
      await sessions.end(personOf(request).sessionId);
      void reply.clearCookie(SESSION_COOKIE, { path: '/' }).code(204);
      return null;
    },
  });

  server.route({
    method: 'PUT',
    url: '/session/password',
    config: { action: 'password.update' },
    schema: {
      tags,
      summary: 'Change one’s own password; ends the other sessions',
      body: passwordChange,
      response: answers(204, nothing),
    },
    async handler(request, reply) {
      const { id, username, sessionId } = personOf(request);
      const { current, next } = request.body;
      checkPasswordStrength(next, username, 'body.next', current);
      // Counted by its session: guessing at the sign-in does not keep whoever is in from this.
      const attempt = { address: request.ip, username, device: sessionId };
      limiter.attempt(attempt);
      const user = await users.byId(id);
      const right =
        user !== undefined &&
        (await orRetryLater(verifyPassword(user.passwordHash, current, 'known')));
      if (!right) {
        throw wrongPassword('The current password is wrong.');
      }
      limiter.succeeded(attempt);
      const passwordChangedAt = Math.floor(clock.now());
      const hash = await orRetryLater(hashPassword(next));
      const isChanged = await users.changePassword(user, hash, sessionId, passwordChangedAt);
      if (!isChanged) throw wrongPassword('The password has just been changed.');
      devices.set(request, reply, { ...user, passwordChangedAt });
      logger.info({ user: id }, 'A user changed the password.');
      void reply.code(204);
      return null;
    },
  });
}

function answerOf({
  id,
  username,
  role,
  mustChoosePassword,
}: Pick<User, 'id' | 'username' | 'role' | 'mustChoosePassword'>) {
  return { user: { id, username, role }, mustChoosePassword };
}

/** The person behind a request to a route that authorize() gives to persons only. */
export function personOf(request: FastifyRequest) {
  const { principal } = request;
  if (principal.kind !== 'user') throw new RangeError(`A person was expected: ${principal.kind}`);
  return principal;
}

let nobody: Promise<string> | undefined;
function nobodysHash(): Promise<string> {
  nobody ??= hashPassword('nobody has this password').catch((error: unknown) => {
    nobody = undefined;
    throw error;
  });
  return nobody;
}

function setCookie(request: FastifyRequest, reply: FastifyReply, value: string): void {
  void reply.setCookie(SESSION_COOKIE, value, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
    maxAge: SESSION_LIFE_MS / 1000,
  });
}

function wrongPassword(happened: string): ApiError {
  return new ApiError('auth.wrong-password', {
    happened,
    remedy: 'Check both. The password of the first start was shown where the system was started.',
  });
}
