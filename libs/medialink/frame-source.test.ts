import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { systemClock } from '@vms/common/clock.ts';
import type { Frame } from '@vms/common/frame.ts';
import type { CameraId } from '@vms/common/ids.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { connectFrames } from './frame-client.ts';
import { FrameHub } from './frame-hub.ts';
import { serveFrames } from './frame-server.ts';
import type { FrameGap, FrameSource } from './frame-source.ts';
import { CAMERA, H264, syntheticFrame } from './testing/synthetic-frames.ts';

interface Side {
  readonly source: FrameSource;
  close(): Promise<void>;
}

type Open = (hub: FrameHub, queueBytes: number) => Promise<Side>;

const directory = await mkdtemp(join(tmpdir(), 'vms-link-'));
after(() => rm(directory, { recursive: true }));

async function overSocket(
  hub: FrameHub,
  queueBytes: number,
  address: 'unix' | 'tcp',
): Promise<Side> {
  const token = 'secret';
  const common = { clock: systemClock, logger: silentLogger, token };
  const server = await serveFrames(hub, {
    ...common,
    address:
      address === 'unix' ? { path: join(directory, 'f.sock') } : { host: '127.0.0.1', port: 0 },
  });
  const source = connectFrames({ ...common, address: server.address, queueBytes });
  return {
    source,
    async close() {
      source.close();
      await server.close();
    },
  };
}

/** One suite, every way that frames can take. */
const ways: Record<string, Open> = {
  'in memory': async (hub, queueBytes) => {
    const source = hub.open({ queueBytes });
    return { source, close: async () => source.close() };
  },
  'over a Unix socket': (hub, queueBytes) => overSocket(hub, queueBytes, 'unix'),
  'over TCP': (hub, queueBytes) => overSocket(hub, queueBytes, 'tcp'),
};

/** Collects what a subscription delivers; `until` waits for a number of frames. */
class Collector {
  readonly frames: Frame[] = [];
  readonly gaps: FrameGap[] = [];
  ended = false;
  #wake: (() => void) | undefined;

  readonly handlers = {
    onFrame: (frame: Frame) => {
      this.frames.push(frame);
      this.#wake?.();
    },
    onGap: (gap: FrameGap) => {
      this.gaps.push(gap);
    },
    onEnd: () => {
      this.ended = true;
      this.#wake?.();
    },
  };

  async until(done: () => boolean): Promise<void> {
    const deadline = AbortSignal.timeout(5000);
    while (!done()) {
      await new Promise<void>((resolve, reject) => {
        this.#wake = resolve;
        deadline.addEventListener('abort', () => reject(new Error('waited in vain')), {
          once: true,
        });
      });
    }
  }
}

for (const [way, open] of Object.entries(ways)) {
  describe(`FrameSource ${way}`, () => {
    it('carries every field of a frame unchanged', async () => {
      const hub = new FrameHub();
      const side = await open(hub, 1e6);
      const collector = new Collector();
      hub.publish(syntheticFrame(0));
      side.source.subscribe({
        camera: CAMERA,
        stream: 'main',
        startWith: 'gop',
        ...collector.handlers,
      });
      await collector.until(() => collector.frames.length === 1);
      const sent = syntheticFrame(0);
      const [got] = collector.frames;
      assert.deepEqual(
        { ...got, payload: undefined, config: undefined },
        { ...sent, payload: undefined, config: undefined },
      );
      assert.deepEqual(Buffer.from(got?.payload ?? []), Buffer.from(sent.payload));
      assert.deepEqual(
        { ...got?.config, record: [...(got?.config.record ?? [])] },
        { ...H264, record: [...H264.record] },
      );
      await side.close();
    });

    it('starts with the cached GOP and goes on live, in order, with one configuration object', async () => {
      const hub = new FrameHub();
      const side = await open(hub, 1e6);
      for (let i = 0; i < 15; i++) hub.publish(syntheticFrame(i));
      const collector = new Collector();
      side.source.subscribe({
        camera: CAMERA,
        stream: 'main',
        startWith: 'gop',
        ...collector.handlers,
      });
      await collector.until(() => collector.frames.length === 5);
      for (let i = 15; i < 30; i++) hub.publish(syntheticFrame(i));
      await collector.until(() => collector.frames.length === 20);
      assert.deepEqual(
        collector.frames.map((frame) => frame.sequence),
        Array.from({ length: 20 }, (_, i) => i + 10),
      );
      assert.equal(new Set(collector.frames.map((frame) => frame.config)).size, 1);
      await side.close();
    });

    it('tells a new configuration by a new object', async () => {
      const hub = new FrameHub();
      const side = await open(hub, 1e6);
      const collector = new Collector();
      hub.publish(syntheticFrame(0));
      side.source.subscribe({
        camera: CAMERA,
        stream: 'main',
        startWith: 'gop',
        ...collector.handlers,
      });
      await collector.until(() => collector.frames.length === 1);
      hub.publish(syntheticFrame(10, { config: { ...H264, width: 640 } }));
      await collector.until(() => collector.frames.length === 2);
      const widths = collector.frames.map(
        (frame) => frame.config.kind === 'video' && frame.config.width,
      );
      assert.deepEqual(widths, [1920, 640]);
      await side.close();
    });

    it('drops a slow subscriber to the next keyframe, counts it, and spares its neighbour', async () => {
      const hub = new FrameHub();
      const slow = await open(hub, 200_000);
      const neighbour = hub.open({ queueBytes: 0 });
      const collector = new Collector();
      const other = new Collector();
      hub.publish(syntheticFrame(0));
      slow.source.subscribe({
        camera: CAMERA,
        stream: 'main',
        startWith: 'gop',
        ...collector.handlers,
      });
      neighbour.subscribe({ camera: CAMERA, stream: 'main', startWith: 'gop', ...other.handlers });
      await collector.until(() => collector.frames.length === 1);
      slow.source.pause();
      // Far more than the queue and every buffer of a socket hold.
      let sequence = 1;
      for (; sequence < 1001; sequence++) {
        hub.publish(syntheticFrame(sequence, { bytes: 20_000 }));
        if (sequence % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      slow.source.resume();
      const deadline = Date.now() + 5000;
      while (collector.gaps.length === 0 && Date.now() < deadline) {
        hub.publish(syntheticFrame(sequence++, { bytes: 100 }));
        await new Promise((resolve) => setImmediate(resolve));
      }
      const [gap] = collector.gaps;
      assert.ok(
        gap !== undefined && gap.droppedFrames > 0 && gap.droppedBytes > 0 && gap.to > gap.from,
      );
      assert.equal(gap.cause, 'slow-consumer');
      await collector.until(() => collector.frames.some((frame) => frame.wallClock === gap.to));
      const resumed = collector.frames.find((frame) => frame.wallClock === gap.to);
      assert.equal(resumed?.keyframe, true);
      const got = collector.frames.map((frame) => frame.sequence);
      const missing =
        (resumed?.sequence ?? 0) - Math.max(...got.filter((s) => s < (resumed?.sequence ?? 0))) - 1;
      assert.equal(missing, gap.droppedFrames);
      assert.equal(other.gaps.length, 0);
      assert.deepEqual(
        other.frames.map((frame) => frame.sequence),
        Array.from({ length: other.frames.length }, (_, i) => i),
      );
      await slow.close();
    });

    it('tells the end of a camera, and forgets a subscriber that leaves', async () => {
      const hub = new FrameHub();
      const side = await open(hub, 1e6);
      const collector = new Collector();
      hub.publish(syntheticFrame(0));
      side.source.subscribe({
        camera: CAMERA,
        stream: 'main',
        startWith: 'gop',
        ...collector.handlers,
      });
      await collector.until(() => collector.frames.length === 1);
      hub.end(CAMERA, 'main');
      await collector.until(() => collector.ended);
      const unknown = 'cam_bbbbbbbbbbbbbbbb' as CameraId;
      const never = side.source.subscribe({
        camera: unknown,
        stream: 'main',
        startWith: 'gop',
        onFrame: () => {},
      });
      never.close();
      await side.close();
      const deadline = Date.now() + 5000;
      while (hub.stats().streams > 0 && Date.now() < deadline)
        await new Promise((r) => setImmediate(r));
      assert.deepEqual(hub.stats(), {
        streams: 0,
        subscribers: 0,
        cachedBytes: 0,
        publishedFrames: 1,
      });
    });
  });
}
