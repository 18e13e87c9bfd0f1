import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AudioConfig, Frame } from '@vms/common/frame.ts';
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
