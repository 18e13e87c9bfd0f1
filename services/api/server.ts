import cookie from '@fastify/cookie';
import type { HealthReport } from '@vms/common/lifecycle.ts';
import { systemTimeZone } from '@vms/common/time-zone.ts';
import { registerRpc } from '@vms/http/rpc.ts';
import { createHttpServer, type HttpServer } from '@vms/http/server.ts';
import { registerAlertRoutes } from './alerts/alert-routes.ts';
import { registerChannelRoutes } from './alerts/channel-routes.ts';
import { MAX_BODY_BYTES } from './bounds.ts';
import { cameraDirectory } from './cameras/camera-directory.ts';
import { registerCameraRoutes } from './cameras/camera-routes.ts';
import type { Components } from './components.ts';
import type { ApiConfig } from './config.ts';
import type { ApiDeps } from './deps.ts';
import { registerDocumentation } from './documentation.ts';
import { revocationRpc } from './grants/revocation-rpc.ts';
import { registerRecordingRoutes } from './recordings/recording-routes.ts';
import { createIdentify } from './sessions/identify.ts';
import { registerSessionRoutes } from './sessions/session-routes.ts';
import { registerUserRoutes } from './sessions/user-routes.ts';
import { registerStreamRoutes } from './streams/stream-routes.ts';
import { registerSystemRoutes } from './system/system-routes.ts';
import { registerTokenRoutes } from './tokens/token-routes.ts';

/** The API's HTTP server with every route; it does not listen yet. */
export async function createApiServer(
  /** As it is now: some keys change while the server runs. */
  config: () => ApiConfig,
  deps: ApiDeps,
  parts: Components,
  health: () => HealthReport,
): Promise<HttpServer> {
  const { secrets, logger, clock, bus, timeZone = systemTimeZone() } = deps;
  const server = await createHttpServer({
    service: 'api',
    logger,
    metrics: deps.metrics,
    health,
    bodyLimitBytes: MAX_BODY_BYTES,
    // The gateway runs on this machine and says who asks it.
    trustProxy: 'loopback',
    access: {
      identify: createIdentify({
        sessions: parts.sessions,
        revocations: parts.revocations,
        tokens: parts.tokens,
        internalToken: secrets.internalToken,
        masterKey: secrets.masterKey,
        clock,
        get allowedOrigins() {
          return config().allowedOrigins;
        },
      }),
    },
  });
  await server.register(cookie);
  await registerDocumentation(server);
  const calls = [cameraDirectory(parts.cameras), revocationRpc(parts.revocations)];
  await registerRpc(
    server,
    (router) => {
      for (const register of calls) register(router);
    },
    secrets.internalToken,
    logger,
  );
  await server.register(
    async (scope: HttpServer) => {
      scope.addHook('onSend', async (_request, reply, payload) => {
        if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
        return payload;
      });
      registerSessionRoutes(scope, { ...parts, clock, logger });
      registerUserRoutes(scope, { ...parts, clock, logger });
      registerTokenRoutes(scope, { ...parts, logger });
      registerCameraRoutes(scope, {
        ...parts,
        bus,
        logger,
        get defaultRetentionDays() {
          return config().defaultRetentionDays;
        },
        timeZone,
      });
      registerRecordingRoutes(scope, { ...parts, mediaKey: secrets.mediaKey, clock });
      registerStreamRoutes(scope, parts);
      registerSystemRoutes(scope, parts.monitor, timeZone);
      registerAlertRoutes(scope, parts);
      registerChannelRoutes(scope, { ...parts, clock, random: deps.random });
    },
    { prefix: '/api/v1' },
  );
  return server;
}
