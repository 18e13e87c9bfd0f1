import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { systemClock } from '@vms/common/clock.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import type { z } from 'zod';
import { gatewayConfigSchema } from '../config.ts';
import { createGateway, type GatewayDeps } from '../service.ts';

/** A service that is well. */
export const HEALTHY: RequestListener = (_request, response) => {
  response.end(JSON.stringify({ status: 'ok', checks: {} }));
};

/** A service behind that answers as `listener` says; gives its address. */
export async function upstream(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An address at which nobody listens. */
export async function nobody(): Promise<string> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

/** Folder of a web client of a few files. */
export function webRoot(t: TestContext, page = '<!doctype html><title>VMS</title>'): string {
  const root = mkdtempSync(join(tmpdir(), 'vms-web-'));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'assets'));
  writeFileSync(join(root, 'index.html'), page);
  writeFileSync(join(root, 'assets', 'main-1a2b.js'), 'console.log("plain")');
  writeFileSync(join(root, 'assets', 'main-1a2b.js.gz'), gzipSync('console.log("small")'));
  writeFileSync(join(root, '.build-hash'), 'secret');
  return root;
}

export interface Setup {
  api?: RequestListener;
  storage?: RequestListener;
  ingest?: string;
  stream?: string;
  root?: string;
  tlsFolder?: string;
  /** Addresses of services that run elsewhere. */
  upstreams?: Partial<GatewayDeps['upstreams']>;
  config?: z.input<typeof gatewayConfigSchema>;
}

/** A started gateway; gives its address. */
export async function gateway(t: TestContext, setup: Setup = {}): Promise<string> {
  const service = createGateway(gatewayConfigSchema.parse({ port: 0, ...setup.config }), {
    clock: systemClock,
    logger: silentLogger,
    metrics: createMetrics('gateway', { process: false }),
    webRoot: setup.root ?? webRoot(t),
    tlsFolder: setup.tlsFolder ?? join(tmpdir(), 'vms-no-such-folder'),
    upstreams: {
      api: await upstream(t, setup.api ?? HEALTHY),
      storage: await upstream(t, setup.storage ?? HEALTHY),
      ingest: setup.ingest ?? (await upstream(t, HEALTHY)),
      stream: setup.stream ?? (await upstream(t, HEALTHY)),
      ...setup.upstreams,
    },
  });
  t.after(() => service.stop());
  await service.start();
  return service.address?.url ?? '';
}
