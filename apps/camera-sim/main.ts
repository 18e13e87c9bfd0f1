import { createWriteStream, type WriteStream } from 'node:fs';
import { VmsError } from '@vms/common/errors.ts';
import { startCameraSimulator } from './camera-simulator.ts';
import { loadClip } from './clip.ts';
import { parseCommandLine, USAGE } from './command-line.ts';
import { startControlServer } from './control-server.ts';
import type { LedgerEntry } from './simulated-camera.ts';

try {
  await main();
} catch (error) {
  if (!(error instanceof VmsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const options = parseCommandLine(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(USAGE);
    return;
  }
  const ledger = options.ledger === undefined ? undefined : createWriteStream(options.ledger);
  const simulator = await startCameraSimulator({
    host: options.host,
    port: options.port,
    cameras: options.cameras,
    clip: await loadClip(options.clip, options.framesPerSecond),
    authentication: options.authentication,
    packetsPerWrite: options.packetsPerWrite,
    sessionTimeoutSeconds: options.sessionTimeoutSeconds,
    ...(options.identity === undefined ? {} : { identity: options.identity }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
    ...(ledger === undefined ? {} : { onSent: appendTo(ledger) }),
  });
  const control =
    options.controlPort === undefined
      ? undefined
      : await startControlServer(simulator, options.controlPort);

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await Promise.all([simulator.stop(), control?.stop()]);
    ledger?.end();
    process.exitCode = 0;
    process.stdin.destroy();
    if (process.connected) process.disconnect();
  };
  const isChild = options.exitWithStdin || process.connected;
  process.on('SIGTERM', stop);
  // As somebody's child it is stopped by its parent: the terminal's Ctrl-C reaches both.
  process.on('SIGINT', () => {
    if (!isChild) void stop();
  });
  if (process.connected) process.on('disconnect', stop);
  if (options.exitWithStdin) process.stdin.on('end', stop).on('error', stop).resume();

  const ready = {
    event: 'ready',
    port: simulator.port,
    ...(control === undefined ? {} : { controlPort: control.port }),
    cameras: simulator.cameras.map(({ name }) => ({ name, url: simulator.url(name) })),
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  // A parent that has left meanwhile is told by 'disconnect', not by an error of this message.
  process.send?.({ type: 'ready', ...ready }, undefined, undefined, () => {});
}

function appendTo(file: WriteStream) {
  return (camera: string, track: 'video' | 'audio', entry: LedgerEntry): void => {
    file.write(`${JSON.stringify({ camera, track, ...entry })}\n`);
  };
}
