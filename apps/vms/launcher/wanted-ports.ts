import type { Configuration } from '../config/configuration.ts';
import { PORT_VARIABLES } from '../config/environment.ts';
import type { WantedPort } from './port-check.ts';

/** Every port that a system of this configuration uses. */
export function wantedPorts(configuration: Configuration): WantedPort[] {
  const { stream } = configuration;
  const names = ['ingest', 'storage', 'stream', 'api', 'gateway'] as const;
  return [
    ...names.map((name) => {
      const { host, port } = configuration[name];
      return { host, port, key: `${name}.port`, variable: PORT_VARIABLES[name] };
    }),
    {
      host: stream.udpHost,
      port: stream.udpPort,
      protocol: 'udp',
      key: 'stream.udpPort',
      variable: PORT_VARIABLES.streamUdp,
    },
  ];
}
