import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LedgerEntry } from '@vms/camera-sim/simulated-camera.ts';
import { LOAD_CORE, pinned } from './recorder.ts';

const MAIN = join(import.meta.dirname, '..', 'apps', 'camera-sim', 'main.ts');

/** A camera's counts, as the control port tells them. */
interface CameraStatus {
  readonly name: string;
  readonly connections: number;
  readonly skippedFrames: number;
  readonly tracks: readonly { readonly kind: string; readonly sentFrames: number }[];
}

/** The camera simulator in a process of its own, on the core of the load. */
export interface SimulatorProcess {
  readonly pid: number;
  readonly cameras: readonly { readonly name: string; readonly url: string }[];
  status(): Promise<CameraStatus[]>;
  ledger(camera: string, track: 'video' | 'audio', since: number): Promise<LedgerEntry[]>;
  command(path: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startSimulatorProcess(args: readonly string[]): Promise<SimulatorProcess> {
  const [command, commandArgs] = pinned(LOAD_CORE, [
    ...[process.execPath, MAIN, '--port', '0', '--control-port', '0', '--exit-with-stdin'],
    ...args,
  ]);
  const child = spawn(command, commandArgs, { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([text]) => String(text)),
    once(child, 'exit').then(([code]) => {
      throw new Error(`The camera simulator left with status ${code} before it was ready.`);
    }),
  ]);
  const ready = JSON.parse(line) as {
    controlPort: number;
    cameras: { name: string; url: string }[];
  };
  const control = async (path: string, method: 'GET' | 'POST'): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${ready.controlPort}${path}`, { method });
    if (!response.ok) throw new Error(`The camera simulator refused ${path}.`);
    return response.json();
  };
  return {
    pid: child.pid ?? 0,
    cameras: ready.cameras,
    status: async () => ((await control('/cameras', 'GET')) as { cameras: CameraStatus[] }).cameras,
    async ledger(camera, track, since) {
      const path = `/ledger/${camera}?track=${track}&since=${since}`;
      return ((await control(path, 'GET')) as { entries: LedgerEntry[] }).entries;
    },
    async command(path) {
      await control(path, 'POST');
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
