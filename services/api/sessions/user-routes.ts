import { MAX_PASSWORD_CHARACTERS } from '@vms/auth/password.ts';
import type { Clock } from '@vms/common/clock.ts';
import type { Logger } from '@vms/common/logger.ts';
import type { HttpServer } from '@vms/http/server.ts';
import { z } from 'zod';
import { answers, nothing } from '../schemas.ts';
import { MAX_USERNAME_CHARACTERS } from './bounds.ts';
import { resetPassword } from './reset-password.ts';
import type { UserStore } from './user-store.ts';

interface UserRoutesOptions {
  readonly users: UserStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What the operator of the machine does to users. */
export function registerUserRoutes(server: HttpServer, options: UserRoutesOptions): void {
  const { users, clock, logger } = options;

  server.route({
    method: 'PUT',
    url: '/users/:username/password',
    config: { action: 'user.reset-password' },
    schema: {
      tags: ['session'],
      summary: 'Replace a lost password, for the command line alone; ends the user’s sessions',
      params: z.object({ username: z.string().min(1).max(MAX_USERNAME_CHARACTERS) }),
      body: z.strictObject({ password: z.string().min(1).max(MAX_PASSWORD_CHARACTERS) }),
      response: answers(204, nothing),
    },
    async handler({ params, body }, reply) {
      const reset = { username: params.username, password: body.password };
      const user = await resetPassword(users, reset, clock);
      logger.warn({ user: user.id }, 'The operator of the machine replaced a password.');
      void reply.code(204);
      return null;
    },
  });
}
