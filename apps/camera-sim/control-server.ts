import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { VmsError } from '@vms/common/errors.ts';
import { isCameraFault } from './camera-fault.ts';
import type { CameraSimulator } from './camera-simulator.ts';
import { SimulatorError } from './simulator-error.ts';

/** Control of a simulator by HTTP and JSON, for benchmarks and tests in other processes. */
export interface ControlServer {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Starts the control port on 127.0.0.1:
 *
 * - `GET /cameras`: every camera with its fault, its connections and how much it has sent
 * - `GET /ledger/<camera>?track=video|audio&since=<index>`: `{"entries": LedgerEntry[]}`
 * - `POST /fault/<fault>[?camera=<name>]`, `POST /hold`, `POST /release`, `POST /close`
 */
export async function startControlServer(
  simulator: CameraSimulator,
  port = 0,
): Promise<ControlServer> {
  const server = createServer((request, response) => {
    try {
      send(response, 200, answer(simulator, request));
    } catch (error) {
      if (!(error instanceof VmsError)) throw error;
      send(response, 404, { code: error.code, detail: error.message });
    }
  });
  const listening = once(server, 'listening');
  server.listen(port, '127.0.0.1');
  await listening;
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function answer(simulator: CameraSimulator, request: IncomingMessage): object {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const [, verb = '', argument = ''] = url.pathname.split('/');
  switch (`${request.method} ${verb}`) {
    case 'GET cameras':
      return { cameras: simulator.cameras.map((camera) => statusOf(simulator, camera.name)) };
    case 'GET ledger': {
      const track = url.searchParams.get('track') === 'audio' ? 'audio' : 'video';
      const since = Number(url.searchParams.get('since') ?? 0);
      return { entries: simulator.camera(argument).ledger(track, since) };
    }
    case 'POST fault':
      if (!isCameraFault(argument)) {
        throw new SimulatorError('camera-sim.option', `There is no fault ${argument}.`);
      }
      simulator.setFault(argument, url.searchParams.get('camera') ?? undefined);
      return { fault: argument };
    case 'POST hold':
      simulator.hold();
      return { held: true };
    case 'POST release':
      simulator.release();
      return { held: false };
    case 'POST close':
      simulator.closeConnections();
      return { closed: true };
    default:
      throw new SimulatorError(
        'camera-sim.option',
        `There is nothing at ${request.method} ${url.pathname}.`,
      );
  }
}

function statusOf(simulator: CameraSimulator, name: string): object {
  const camera = simulator.camera(name);
  return {
    name,
    url: simulator.url(name),
    fault: camera.fault,
    connections: camera.connections.size,
    skippedFrames: camera.skippedFrames,
    tracks: camera.tracks.map(({ prepared, ledger }) => ({
      kind: prepared.kind,
      codec: prepared.codec,
      sentFrames: ledger.total,
    })),
  };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}
