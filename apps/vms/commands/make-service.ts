import { join } from 'node:path';
import type { Secrets } from '@vms/auth/secrets.ts';
import type { Bus } from '@vms/bus/bus.ts';
import { systemClock } from '@vms/common/clock.ts';
import type { Service } from '@vms/common/lifecycle.ts';
import { createRpcClient } from '@vms/http/rpc.ts';
import { CameraDirectoryService } from '@vms/proto/gen/vms/api/v1/cameras_pb.js';
import { createLogger, type LogThreshold } from '@vms/telemetry/logger.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import type { ServiceName } from '../command-line/service-names.ts';
import { type Configuration, serviceUrls } from '../config/configuration.ts';
import type { DataDirectory } from '../config/data-directory.ts';
import { tellLauncher } from '../launcher/child-message.ts';
import type { Installation } from './installation.ts';

/** What the services of one process share. */
export interface ServiceContext {
  readonly installation: Installation;
  readonly data: DataDirectory;
  readonly secrets: Secrets;
  readonly bus: Bus;
  readonly level: LogThreshold;
  /** Shows text and first password to the person who started the system; never a log. */
  announce(text: string, password: string): Promise<void>;
}

/** A service of this process, and how it takes changes of live keys over. */
export interface MadeService {
  readonly service: Service;
  reconfigure(configuration: Configuration): void;
}

/** Makes a service; each is loaded only by the process that runs it. */
export async function makeService(
  name: ServiceName,
  context: ServiceContext,
): Promise<MadeService> {
  const { installation, data, secrets, bus } = context;
  const { configuration, run, webRoot } = installation;
  const shared = {
    clock: systemClock,
    logger: createLogger({ service: name, level: context.level }),
    metrics: createMetrics(name),
    bus,
    secrets,
  };
  switch (name) {
    case 'ingest': {
      const { createIngest } = await import('@vms/ingest/service.ts');
      const service = createIngest(configuration.ingest, {
        ...shared,
        folder: data.ingest,
        frames: { path: run.framesSocket },
      });
      return { service, reconfigure: () => {} };
    }
    case 'storage': {
      const { createStorage } = await import('@vms/storage/service.ts');
      const service = createStorage(configuration.storage, {
        ...shared,
        frames: { path: run.framesSocket },
      });
      return { service, reconfigure: (next) => service.reconfigure(next.storage) };
    }
    case 'stream': {
      const { createStream } = await import('@vms/stream/service.ts');
      const service = createStream(configuration.stream, {
        ...shared,
        folder: data.stream,
        frames: { path: run.framesSocket },
      });
      return { service, reconfigure: (next) => service.reconfigure(next.stream) };
    }
    case 'api': {
      const { createApi } = await import('@vms/api/service.ts');
      const service = createApi(configuration.api, {
        ...shared,
        alerts: configuration.alerts,
        announceFirstPassword: (text, password) => context.announce(text, password),
      });
      return { service, reconfigure: (next) => service.reconfigure(next.api) };
    }
    case 'gateway': {
      const { createGateway } = await import('@vms/gateway/service.ts');
      const { api, storage, ingest, stream } = serviceUrls(configuration);
      const service = createGateway(configuration.gateway, {
        ...shared,
        webRoot,
        tlsFolder: join(data.secrets, 'gateway-tls'),
        upstreams: { api, storage, ingest, stream },
      });
      return { service, reconfigure: () => {} };
    }
  }
}

/** Tells the launcher whether there is a demo camera, now and whenever the cameras change. */
export async function watchDemoCamera(context: ServiceContext): Promise<void> {
  const { installation, secrets, bus } = context;
  const cameras = createRpcClient(CameraDirectoryService, {
    baseUrl: serviceUrls(installation.configuration).api,
    internalToken: secrets.internalToken,
  });
  const tell = async (): Promise<void> => {
    const list = await cameras.listCameras({});
    await tellLauncher({ type: 'demo-camera', exists: list.cameras.some(({ demo }) => demo) });
  };
  // What fails is asked again at the next change, or at the next start.
  bus.subscribe('camera.changed', () => void tell().catch(() => {}));
  await tell();
}
