import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { signMediaToken } from '@vms/auth/media-token.ts';
import { INTERNAL_ORIGIN } from '@vms/auth/revocation-list.ts';
import type { CameraId } from '@vms/common/ids.ts';
import { MEDIA_PREFIX } from '../../services/storage/playback/media-routes.ts';
import type { StorageServiceInstance } from '../../services/storage/service.ts';
import {
  client,
  Installation,
  SECRETS,
  until,
} from '../../services/storage/testing/installation.ts';
import { processorWaitMs } from '../system/processor-wait.ts';
import { LoopVolume, whyNoPowerCut } from './loop-volume.ts';

const CAMERAS = ['aaaa', 'bbbb', 'cccc'].map((name) => `cam_${name.repeat(4)}` as CameraId);
/** Milliseconds that the disk hangs while calls are measured: a second longer than until it counts as hung. */
const HANGS_MS = 6_000;
/** Of the reliability goals: what a call may take, of a hundred the slowest left out. */
const API_P99_MS = 200;

const obstacle = whyNoPowerCut();
const skip = obstacle === undefined ? false : `no disk can be frozen: ${obstacle}`;

/** The playlist of the last minute of a camera, as a player asks for it. */
async function playlistOf(service: StorageServiceInstance, camera: CameraId): Promise<void> {
  const now = Date.now();
  const range = { camera, action: 'play', from: now - 60_000, to: now } as const;
  const grant = { ...range, ...INTERNAL_ORIGIN, expiresAt: now + 60_000 };
  const token = signMediaToken(SECRETS.mediaKey, grant);
  const response = await fetch(`${service.address?.url}${MEDIA_PREFIX}${token}/index.m3u8`);
  assert.match(await response.text(), /#EXTINF/);
}

describe('one disk of three hangs', { skip }, () => {
  it('and the others record, list, play and delete; a restart does not wait for it', async (t) => {
    const disks = CAMERAS.map(() => LoopVolume.create());
    t.after(() => {
      for (const disk of disks) disk.remove();
    });
    const installation = await Installation.open(t);
    t.after(() => {
      for (const disk of disks) disk.thaw();
    });
    installation.volumes = disks.map(({ recordings }) => recordings);
    installation.cameras = CAMERAS.map((id) => ({ id, enabled: true, retentionDays: 30 }));
    for (const camera of CAMERAS) installation.play(camera);
    const framesOf = (camera: CameraId, from = 0): number =>
      installation
        .acknowledged()
        .slice(from)
        .filter((line) => line.camera === camera).length;

    const service = await installation.start();
    await until('all to be recorded', () => CAMERAS.every((camera) => framesOf(camera) > 3));
    const rpc = client(service);
    const { states } = await rpc.listRecordingStates({});
    const homes = new Map(states.map(({ cameraId, volumeId }) => [cameraId, volumeId]));
    assert.equal(new Set(homes.values()).size, 3, 'each camera has a disk of its own');
    const { volumes } = await rpc.listVolumes({});
    const [disk] = disks;
    const frozen = volumes.find(({ path }) => path === disk?.recordings);
    const [hung] = CAMERAS.filter((camera) => homes.get(camera) === frozen?.id);
    const others = CAMERAS.filter((camera) => camera !== hung);
    assert.ok(hung !== undefined && disk !== undefined);

    const lookFor = async (ms: number): Promise<number[]> => {
      const times: number[] = [];
      const timed = async (call: Promise<unknown>): Promise<void> => {
        const [startedAt, waitBefore] = [performance.now(), processorWaitMs()];
        await call;
        // Other tests on this machine are no disk.
        times.push(performance.now() - startedAt - (processorWaitMs() - waitBefore));
      };
      const until = performance.now() + ms;
      while (performance.now() < until) {
        await timed(rpc.listVolumes({}));
        await timed(rpc.listRecordingStates({}));
        await timed(playlistOf(service, others[0] ?? hung));
        for (const cameraId of CAMERAS) {
          await timed(rpc.listRuns({ cameraId }));
          await timed(rpc.listSpans({ cameraId, resolutionMs: 1000 }));
        }
        await delay(50);
      }
      return times.sort((a, b) => a - b);
    };
    // What the same calls take on this machine, as busy as it is, while no disk hangs.
    const usual = percentile99(await lookFor(HANGS_MS / 2));

    disk.freeze();
    const before = installation.acknowledged().length;
    const times = await lookFor(HANGS_MS);
    const p99 = percentile99(times);
    const figures = `${times.length} calls, P99 ${p99.toFixed(1)} ms, without a hung disk ${usual.toFixed(1)} ms`;
    t.diagnostic(figures);
    assert.ok(times.length > 20 && p99 < API_P99_MS + usual, figures);
    for (const camera of others) {
      const rounds = framesOf(camera, before);
      assert.ok(rounds > HANGS_MS / 500 / 2, `${camera}: ${rounds} rounds in ${HANGS_MS} ms`);
    }
    const condition = async () =>
      (await rpc.listVolumes({})).volumes.find(({ id }) => id === frozen?.id)?.state;
    await until('it is reported', async () => (await condition()) === 'hung');

    const [deleted = hung] = others;
    const deletedAt = performance.now();
    const { deletedRuns } = await rpc.deleteRecordings({ cameraId: deleted });
    assert.ok(performance.now() - deletedAt < 5_000);
    assert.equal(deletedRuns, 1);

    await service.stop();
    const restartedAt = performance.now();
    const from = installation.acknowledged().length;
    const again = await installation.start();
    await until('the others to be recorded', () =>
      others.every((each) => framesOf(each, from) > 3),
    );
    t.diagnostic(
      `recorded again ${Math.round(performance.now() - restartedAt)} ms after the start`,
    );

    disk.thaw();
    await until('all to be recorded', () => framesOf(hung, from) > 3);
    await again.stop();
  });
});

/** @param times sorted */
function percentile99(times: readonly number[]): number {
  return times[Math.floor(times.length * 0.99)] ?? Number.NaN;
}
