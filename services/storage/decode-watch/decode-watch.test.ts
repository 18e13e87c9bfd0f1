import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CameraId } from '@vms/common/ids.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import { createStorageMetrics } from '../storage-metrics.ts';
import { clipFrames } from '../testing/clip-frames.ts';
import type { DecodeSample } from './decode-sample.ts';
import {
  DecodeWatch,
  MAX_BUSY_SHARE,
  MISSING_PAUSE_MS,
  POLL_INTERVAL_MS,
  RETRY_MS,
} from './decode-watch.ts';
import type { DecodeOutcome } from './ffmpeg-decoder.ts';

const INTERVAL_MS = 10 * 60_000;
const cameraOf = (i: number): CameraId => `cam_${String(i).padStart(16, 'a')}` as CameraId;

class Bench {
  readonly clock = new ManualClock();
  readonly tried: CameraId[] = [];
  readonly metrics = createMetrics('test', { process: false });
  cameras: { id: CameraId; enabled: boolean }[];
  intervalMs = INTERVAL_MS;
  outcome: DecodeOutcome = { outcome: 'decoded' };
  /** Milliseconds that decoding takes. */
  tookMs = 0;
  unreadable = false;
  /** Wall clock of the newest keyframe; 'none' where nothing is recorded. Default: now. */
  newest: number | 'none' | undefined;
  cannotStart = false;
  ending: AbortSignal | undefined;
  atOnce = 0;
  mostAtOnce = 0;
  readonly watch: DecodeWatch;

  constructor(cameras: number) {
    this.cameras = Array.from({ length: cameras }, (_, i) => ({ id: cameraOf(i), enabled: true }));
    const [{ config } = {}] = clipFrames({ count: 1 });
    this.watch = new DecodeWatch({
      clock: this.clock,
      logger: silentLogger,
      metrics: createStorageMetrics(this.metrics),
      cameras: () => this.cameras,
      intervalMs: () => this.intervalMs,
      sampleOf: async (camera) => {
        this.tried.push(camera);
        if (this.unreadable) throw new Error('EIO');
        if (this.newest === 'none') return undefined;
        const at = this.newest ?? this.clock.now();
        return { at, config, isWhole: true, matroska: new Uint8Array() } as DecodeSample;
      },
      decode: async (_, ending) => {
        this.ending = ending;
        if (this.cannotStart) throw new Error('spawn EMFILE');
        this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
        await null;
        this.clock.advance(this.tookMs);
        this.atOnce--;
        return this.outcome;
      },
    });
  }

  async run(ms: number): Promise<void> {
    const until = this.clock.monotonic() + ms;
    while (this.clock.monotonic() < until) {
      this.clock.advance(POLL_INTERVAL_MS);
      await Promise.all([this.watch.tryNext(), this.watch.tryNext()]);
    }
  }
}

describe('the watch that recordings decode', () => {
  it('tries each camera once in an interval, in turn, one at a time', async () => {
    const bench = new Bench(20);
    await bench.run(INTERVAL_MS - POLL_INTERVAL_MS);
    assert.deepEqual(
      bench.tried,
      bench.cameras.map(({ id }) => id),
    );
    assert.equal(bench.mostAtOnce, 1);
    await bench.run(60_000);
    assert.equal(bench.tried.length, 40);
    assert.deepEqual(bench.tried.slice(20), bench.tried.slice(0, 20));
  });

  it('takes no more than its share of the time, however many cameras there are', async () => {
    const bench = new Bench(500);
    bench.tookMs = 300;
    const hour = 3600_000;
    await bench.run(hour);
    const busy = bench.tried.length * bench.tookMs;
    assert.ok(busy <= hour * MAX_BUSY_SHARE + bench.tookMs, `${busy} ms`);
    assert.ok(busy > hour * MAX_BUSY_SHARE * 0.8, `${busy} ms`);
    assert.equal(new Set(bench.tried).size, bench.tried.length, 'nobody twice before all');
  });

  it('counts failures in a row, tries again soon, and forgets them when it decodes', async () => {
    const bench = new Bench(1);
    const camera = cameraOf(0);
    bench.outcome = { outcome: 'failed', reason: 'no frame' };
    await bench.run(POLL_INTERVAL_MS);
    assert.deepEqual(bench.watch.stateOf(camera)?.failures, 1);
    await bench.run(RETRY_MS);
    assert.deepEqual(bench.watch.stateOf(camera)?.failures, 2);
    assert.equal(bench.watch.stateOf(camera)?.reason, 'no frame');
    assert.match(await bench.metrics.text(), /vms_storage_undecodable_cameras\S* 1/);
    bench.outcome = { outcome: 'unknown', reason: 'slow' };
    await bench.run(RETRY_MS);
    assert.equal(bench.watch.stateOf(camera)?.failures, 2, 'what says nothing changes nothing');
    bench.outcome = { outcome: 'decoded' };
    await bench.run(INTERVAL_MS);
    assert.equal(bench.watch.stateOf(camera)?.failures, 0);
    assert.match(await bench.metrics.text(), /vms_storage_undecodable_cameras\S* 0/);
  });

  it('counts a keyframe once, however long it is the newest', async () => {
    const bench = new Bench(1);
    bench.outcome = { outcome: 'failed', reason: 'no frame' };
    bench.newest = bench.clock.now();
    await bench.run(3 * RETRY_MS);
    assert.equal(bench.watch.stateOf(cameraOf(0))?.failures, 1);
    bench.newest = undefined;
    await bench.run(RETRY_MS);
    assert.ok((bench.watch.stateOf(cameraOf(0))?.failures ?? 0) > 1);
  });

  const endings: Record<string, (bench: Bench) => void> = {
    'the watch is switched off': (bench) => {
      bench.intervalMs = 0;
    },
    'there is no decoder any more': (bench) => {
      bench.outcome = { outcome: 'missing', program: 'nice' };
    },
    'the camera no longer records': (bench) => {
      bench.newest = 'none';
    },
    'the camera is removed': (bench) => {
      bench.cameras = [];
    },
  };
  for (const [name, end] of Object.entries(endings)) {
    it(`holds nothing against a recording where ${name}`, async () => {
      const bench = new Bench(1);
      bench.outcome = { outcome: 'failed', reason: 'no frame' };
      await bench.run(POLL_INTERVAL_MS + RETRY_MS);
      assert.match(await bench.metrics.text(), /vms_storage_undecodable_cameras\S* 1/);
      end(bench);
      await bench.run(RETRY_MS);
      assert.equal(bench.watch.stateOf(cameraOf(0)), undefined);
      assert.match(await bench.metrics.text(), /vms_storage_undecodable_cameras\S* 0/);
    });
  }

  it('pauses where there is no decoder, and says so', async () => {
    const bench = new Bench(3);
    bench.outcome = { outcome: 'missing', program: 'ffmpeg' };
    await bench.run(MISSING_PAUSE_MS - POLL_INTERVAL_MS);
    assert.equal(bench.tried.length, 1);
    assert.match(bench.watch.health().message ?? '', /ffmpeg is not installed/);
    bench.outcome = { outcome: 'decoded' };
    await bench.run(60_000);
    assert.equal(bench.watch.health().message, undefined);
    assert.equal(new Set(bench.tried).size, 3);
  });

  it('goes past cameras that cannot be read, are switched off, or are gone', async () => {
    const bench = new Bench(2);
    bench.unreadable = true;
    await bench.run(60_000);
    assert.equal(bench.tried.length, 2);
    assert.equal(bench.watch.stateOf(cameraOf(0)), undefined);
    bench.unreadable = false;
    bench.outcome = { outcome: 'failed', reason: 'x' };
    await bench.run(INTERVAL_MS);
    assert.equal(bench.watch.stateOf(cameraOf(1))?.failures, 1);
    bench.cameras = [{ id: cameraOf(1), enabled: false }];
    await bench.run(INTERVAL_MS);
    assert.equal(bench.watch.stateOf(cameraOf(1)), undefined);
  });

  it('says nothing of a recording where no decoder can be started, and goes on', async () => {
    const bench = new Bench(2);
    bench.cannotStart = true;
    await bench.run(POLL_INTERVAL_MS);
    assert.equal(bench.watch.stateOf(cameraOf(0)), undefined);
    assert.match(await bench.metrics.text(), /decoded_keyframes_total\{[^}]*"unknown"[^}]*\} 1/);
    bench.cannotStart = false;
    await bench.run(60_000);
    assert.equal(bench.watch.stateOf(cameraOf(1))?.failures, 0);
  });

  it('ends the decoder under way when it stops', async () => {
    const bench = new Bench(1);
    await bench.run(POLL_INTERVAL_MS);
    assert.equal(bench.ending?.aborted, false);
    await bench.watch.stop();
    assert.equal(bench.ending?.aborted, true);
  });

  it('is off at 0', async () => {
    const bench = new Bench(2);
    bench.intervalMs = 0;
    await bench.run(INTERVAL_MS);
    assert.deepEqual(bench.tried, []);
    assert.match(bench.watch.health().message ?? '', /decodeWatchMinutes is 0/);
  });
});
