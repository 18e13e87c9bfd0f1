import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type BusHub, startBusHub } from '@vms/bus/hub.ts';
import { systemClock } from '@vms/common/clock.ts';
import { type CameraId, newCameraId } from '@vms/common/ids.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { layoutOf, openDataDirectory } from '../apps/vms/config/data-directory.ts';
import { readEnvironment } from '../apps/vms/config/environment.ts';
import { makeRunDirectory, runDirectoryOf } from '../apps/vms/config/run-directory.ts';
import { NODE_COMMAND } from '../apps/vms/launcher/node-command.ts';
import { hashesOf } from './recorded-loss.ts';
import { type BenchCamera, pinned, type Recorder, TEST_CORE } from './recorder.ts';

const MAIN = join(import.meta.dirname, '..', 'apps', 'vms', 'main.ts');
/** Nobody answers there: ingest and storage work from their last known list of cameras. */
const NO_API = 'http://127.0.0.1:9';
const SERVICES = ['ingest', 'storage'] as const;
const POLL_MS = 500;
/** For the disk to take what was sent, beside others that write. */
const MAX_DRAIN_MS = 30_000;

/**
 * The system under test: the processes ingest and storage, with the writer that storage starts, as the
 * launcher runs them, on a data directory of their own. The bus hub stands here in the launcher's place.
 */
export function vmsRecorder(folder: string): Recorder {
  const layout = layoutOf(folder);
  const run = runDirectoryOf(folder, readEnvironment().runParent);
  const ids = new Map<string, CameraId>();
  const children: ChildProcess[] = [];
  let hub: BusHub | undefined;

  /** What ingest and storage remember of the API's list. */
  const writeCameras = async (cameras: readonly BenchCamera[]): Promise<void> => {
    const list = cameras.map(({ name, url }) => {
      const id = newCameraId();
      ids.set(name, id);
      const access = { username: '', sealedPassword: '', enabled: true, demo: false };
      return { id, name, url, ...access, retentionDays: 30 };
    });
    const text = JSON.stringify({ version: 1, revision: 'bench', cameras: list });
    for (const service of SERVICES) {
      await mkdir(layout[service], { recursive: true });
      await writeFile(join(layout[service], 'cameras.json'), text);
    }
  };

  return {
    async start(cameras) {
      openDataDirectory(folder);
      await writeFile(
        join(folder, 'vms.yaml'),
        [
          `ingest: { port: 0, apiUrl: '${NO_API}', allowLoopbackCameras: true }`,
          // Right after a start the watch decodes a keyframe of every camera, which is not recording.
          `storage: { port: 0, apiUrl: '${NO_API}', decodeWatchMinutes: 0 }`,
          `log: { level: warn }\n`,
        ].join('\n'),
      );
      await writeCameras(cameras);
      makeRunDirectory(run);
      hub = await startBusHub({ path: run.busSocket, clock: systemClock, logger: silentLogger });
      for (const service of SERVICES) {
        const [command, args] = pinned(TEST_CORE, [
          ...[...NODE_COMMAND, MAIN, 'run', '--services', service, '--data', folder],
        ]);
        const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
        children.push(child);
      }
    },
    processIds: () => children.flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
    async drain(cameras, newest) {
      const giveUpAt = Date.now() + MAX_DRAIN_MS;
      const held = async (camera: BenchCamera, hash: string | undefined): Promise<boolean> => {
        const newestFile = (await this.files(camera)).slice(-1);
        return (await hashesOf(newestFile, camera.codec)).at(-1) === hash;
      };
      for (const [index, camera] of cameras.entries()) {
        while (!(await held(camera, newest[index]))) {
          if (Date.now() > giveUpAt) {
            const seconds = MAX_DRAIN_MS / 1000;
            process.stderr.write(
              `${camera.name}: its last frame is not recorded after ${seconds} s\n`,
            );
            break;
          }
          await delay(POLL_MS);
        }
      }
    },
    async stop() {
      // As the launcher does: storage before ingest, which holds what storage has not taken yet.
      for (const child of children.toReversed()) await stopChild(child);
      await hub?.close();
      hub = undefined;
    },
    async files(camera) {
      const root = join(layout.defaultVolume, ids.get(camera.name) ?? '');
      const names = await readdir(root, { recursive: true });
      return names
        .filter((name) => name.endsWith('.mkv'))
        .sort()
        .map((name) => join(root, name));
    },
  };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if ((child.exitCode ?? child.signalCode) !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
