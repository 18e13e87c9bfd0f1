import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AudioConfig, Frame, VideoConfig } from '@vms/common/frame.ts';
import { DEFAULT_GOP_CACHE_BYTES, MAX_FRAME_BYTES } from './bounds.ts';
import { FrameHub } from './frame-hub.ts';
import { CAMERA, syntheticFrame } from './testing/synthetic-frames.ts';

const PCMA: AudioConfig = {
  kind: 'audio',
  codec: 'pcma',
  sampleRate: 8000,
  channels: 1,
  record: new Uint8Array(0),
  codecString: 'pcma',
};

function collect(hub: FrameHub, startWith: 'gop' | 'next-keyframe'): Frame[] {
  const frames: Frame[] = [];
  const source = hub.open({ queueBytes: 0 });
  source.subscribe({
    camera: CAMERA,
    stream: 'main',
    startWith,
    onFrame: (frame) => frames.push(frame),
  });
  return frames;
}

describe('FrameHub', () => {
  it('gives a frame to the neighbours of a subscriber that throws, and says so', () => {
    const failures: unknown[] = [];
    const hub = new FrameHub({ onFailure: (error) => failures.push(error) });
    const before = collect(hub, 'gop');
    const error = new Error('of the test');
    const options = { camera: CAMERA, stream: 'main', startWith: 'gop' } as const;
    hub.open({ queueBytes: 0 }).subscribe({
      ...options,
      onFrame: () => {
        throw error;
      },
    });
    const behind = collect(hub, 'gop');
    for (let i = 0; i < 3; i++) hub.publish(syntheticFrame(i));
    assert.deepEqual([before.length, behind.length], [3, 3]);
    assert.deepEqual(failures, [error, error, error]);
  });

  it('never gives a subscriber a frame before its first keyframe', () => {
    const hub = new FrameHub();
    for (let i = 0; i < 5; i++) hub.publish(syntheticFrame(i));
    const frames = collect(hub, 'next-keyframe');
    for (let i = 5; i < 12; i++) hub.publish(syntheticFrame(i));
    assert.deepEqual(
      frames.map((frame) => frame.sequence),
      [10, 11],
    );
  });

  it('starts a stream without video at any audio frame', () => {
    const hub = new FrameHub();
    const frames = collect(hub, 'gop');
    hub.publish({ ...syntheticFrame(1), config: PCMA, keyframe: true });
    assert.equal(frames.length, 1);
  });

  it('keeps audio out until the first video keyframe where a stream has video', () => {
    const hub = new FrameHub();
    hub.publish(syntheticFrame(0));
    const frames = collect(hub, 'next-keyframe');
    hub.publish({ ...syntheticFrame(1), config: PCMA, keyframe: true });
    hub.publish(syntheticFrame(10));
    hub.publish({ ...syntheticFrame(11), config: PCMA, keyframe: true });
    assert.deepEqual(
      frames.map((frame) => frame.sequence),
      [10, 11],
    );
  });

  it('gives up a GOP over DEFAULT_GOP_CACHE_BYTES, and caches the next one', () => {
    const hub = new FrameHub();
    const bytes = DEFAULT_GOP_CACHE_BYTES / 4;
    for (let i = 0; i < 4; i++) hub.publish(syntheticFrame(i, { bytes }));
    assert.equal(hub.stats().cachedBytes, DEFAULT_GOP_CACHE_BYTES);
    hub.publish(syntheticFrame(4, { bytes: 1 }));
    assert.equal(hub.stats().cachedBytes, 0);
    assert.equal(collect(hub, 'gop').length, 0);
    hub.publish(syntheticFrame(10, { bytes }));
    assert.deepEqual(
      collect(hub, 'gop').map((frame) => frame.sequence),
      [10],
    );
  });

  /** H.264 with a recovery point whose picture is whole after 3 reference pictures. */
  const GRADUAL = Uint8Array.from(Buffer.from('000000040606012500000003419a00', 'hex'));
  const SLICE = Uint8Array.from(Buffer.from('00000003419a00', 'hex'));

  it('starts a viewer of gradual refreshes where the newest picture becomes whole', () => {
    const hub = new FrameHub();
    const begun: (number | undefined)[] = [];
    for (let i = 0; i < 15; i++) {
      const payload = i % 10 === 0 ? GRADUAL : SLICE;
      hub.publish({ ...syntheticFrame(i), payload });
      begun.push(collect(hub, 'gop')[0]?.sequence);
    }
    assert.deepEqual(begun.slice(9), [0, 0, 0, 0, 10, 10]);
    assert.equal(hub.stats().cachedBytes, GRADUAL.length + 4 * SLICE.length);
  });

  it('keeps the newer of two gradual groups when both are over the budget', () => {
    const hub = new FrameHub({ gopCacheBytes: GRADUAL.length + 12 * SLICE.length });
    for (let i = 0; i < 10; i++)
      hub.publish({ ...syntheticFrame(i), payload: i ? SLICE : GRADUAL });
    hub.publish({ ...syntheticFrame(10), payload: GRADUAL });
    hub.publish({ ...syntheticFrame(11), payload: SLICE });
    assert.deepEqual(
      collect(hub, 'gop').map(({ sequence }) => sequence),
      [10, 11],
    );
  });

  it('leaves out the leading pictures of an open point with which a subscriber begins', () => {
    const hub = new FrameHub();
    const H265 = { ...syntheticFrame(0).config, codec: 'h265' } as VideoConfig;
    const nal = (type: number) => Uint8Array.from([0, 0, 0, 3, type << 1, 1, 0x80]);
    const CRA = 21;
    const RASL = 8;
    const RADL = 6;
    const publish = (sequence: number, type: number, pts: number): void =>
      hub.publish({
        ...syntheticFrame(sequence, { gop: 100 }),
        config: H265,
        keyframe: type === CRA,
        pts: pts * 3600,
        payload: nal(type),
      });
    const early = collect(hub, 'next-keyframe');
    publish(0, CRA, 0);
    publish(1, 1, 1);
    publish(2, 1, 2);
    const late = collect(hub, 'next-keyframe');
    publish(3, CRA, 6);
    const cached = collect(hub, 'gop');
    publish(4, RASL, 4);
    publish(5, RADL, 5);
    publish(6, 1, 7);
    const sequences = (frames: readonly Frame[]): number[] => frames.map((each) => each.sequence);
    assert.deepEqual(sequences(early), [0, 1, 2, 3, 4, 5, 6]);
    assert.deepEqual(sequences(late), [3, 5, 6]);
    assert.deepEqual(sequences(cached), [3, 5, 6]);
  });

  it('refuses a frame over MAX_FRAME_BYTES', () => {
    const hub = new FrameHub();
    assert.throws(() => hub.publish(syntheticFrame(0, { bytes: MAX_FRAME_BYTES + 1 })), {
      code: 'medialink.too-large',
    });
  });

  it('counts subscribers that want frames at once, and not those that hold them together', () => {
    const hub = new FrameHub();
    const options = { camera: CAMERA, stream: 'main', startWith: 'gop', onFrame() {} } as const;
    const attach = (patient: boolean) => hub.attach(options, { patient, hasRoom: () => true });
    attach(true);
    const viewer = attach(false);
    attach(false);
    assert.equal(hub.promptSubscribers, 2);
    viewer.close();
    viewer.close();
    assert.equal(hub.promptSubscribers, 1);
    hub.end(CAMERA, 'main');
    assert.equal(hub.promptSubscribers, 0);
  });
});
