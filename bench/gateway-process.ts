import { systemClock } from '@vms/common/clock.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { gatewayConfigSchema } from '@vms/gateway/config.ts';
import { createGateway } from '@vms/gateway/service.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';

// The gateway alone, before services at one address: `node bench/gateway-process.ts <address>`.
const [, , upstream = ''] = process.argv;
const service = createGateway(gatewayConfigSchema.parse({ port: 0 }), {
  clock: systemClock,
  logger: silentLogger,
  metrics: createMetrics('gateway'),
  tlsFolder: '',
  webRoot: import.meta.dirname,
  upstreams: { api: upstream, storage: upstream, ingest: upstream, stream: upstream },
});
await service.start();
process.stdout.write(`${service.address?.url}\n`);
// It leaves with whoever started it.
process.stdin.resume().once('end', () => process.exit());
