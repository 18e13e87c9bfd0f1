import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { makeVideoClip } from '../../test/media/clip.ts';
import { BitReader } from './bit-reader.ts';
import { BitWriter } from './bit-writer.ts';
import { displaySizeOf, MAX_DISPLAY_PIXELS, pixelAspectOf } from './display-size.ts';
import { encodeInitSegment } from './isobmff/init-segment.ts';
import { encodeMediaFragment } from './isobmff/media-fragment.ts';
import { VIDEO_TIMESCALE } from './isobmff/track.ts';
import { encodeCluster, encodeHeader } from './matroska/muxer.ts';
import { playabilityOf } from './playability.ts';
import { MAX_PIXEL_STRETCH, readPixelAspect } from './sample-aspect.ts';

const execute = promisify(execFile);

/** Sample aspect ratio of a file's video, as ffprobe sees it. */
async function aspectOf(path: string): Promise<string> {
  const { stdout } = await execute('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v', '-of', 'csv=p=0'],
    ...['-show_entries', 'stream=sample_aspect_ratio', path],
  ]);
  return stdout.trim();
}

for (const codec of ['h264', 'h265'] as const) {
  for (const { sampleAspect, shown } of [
    { sampleAspect: '16/11', shown: [233, 96] },
    { sampleAspect: '10/11', shown: [160, 106] },
    // No entry of the table: Extended_SAR.
    { sampleAspect: '65/44', shown: [236, 96] },
  ]) {
    test(`${codec} of pixels ${sampleAspect} is shown in its shape, in fMP4 and Matroska`, async () => {
      const clip = await makeVideoClip({ codec, seconds: 1, sampleAspect });
      const { config } = clip;
      assert.ok(config.kind === 'video');
      const [horizontal, vertical] = sampleAspect.split('/').map(Number);
      assert.deepEqual(pixelAspectOf(config), { horizontal, vertical });
      assert.deepEqual(displaySizeOf(config), { width: shown[0], height: shown[1] });
      const known = { video: config, audio: undefined, bFrames: false, access: 'closed' } as const;
      const { webrtc, mse } = playabilityOf(known);
      // Of H.265 it says only that WebRTC does not carry it.
      assert.equal(
        webrtc.reason,
        `stream.${codec === 'h264' ? 'pixels-not-square' : 'h265-not-playable'}`,
      );
      assert.deepEqual([webrtc.ok, mse.ok, mse.reason], [codec === 'h264', true, undefined]);
      const folder = await mkdtemp(join(tmpdir(), 'vms-aspect-'));
      try {
        const mp4 = join(folder, 'a.mp4');
        const track = { id: 1, timescale: VIDEO_TIMESCALE, config };
        const samples = clip.frames.map(({ keyframe, payload }) => ({
          ...{ duration: 9000, compositionOffset: 0 },
          ...{ keyframe, payload },
        }));
        const tracks = [{ trackId: 1, baseMediaDecodeTime: 0, samples }];
        const { iovecs } = encodeMediaFragment({ sequence: 1, tracks });
        const init = encodeInitSegment([track]);
        await writeFile(mp4, Buffer.concat([init, ...iovecs]));
        assert.ok(Buffer.from(init).includes('pasp'));
        const mkv = join(folder, 'a.mkv');
        const header = encodeHeader({
          ...{ tracks: [config], dateUtc: 0, segmentUid: new Uint8Array(16) },
          ...{ tags: {}, writingApp: 'test' },
        });
        const blocks = clip.frames.map(({ keyframe, payload }, index) => ({
          ...{ track: 1, relative: index * 1000 },
          ...{ keyframe, payload },
        }));
        const cluster = encodeCluster({ timestamp: 0, blocks });
        await writeFile(mkv, Buffer.concat([header.bytes, ...cluster.iovecs]));
        assert.equal(await aspectOf(mp4), sampleAspect.replace('/', ':'));
        // Matroska has whole sizes instead of a ratio.
        const [h = 0, v = 1] = (await aspectOf(mkv)).split(':').map(Number);
        const wanted = (horizontal ?? 1) / (vertical ?? 1);
        assert.ok(Math.abs(h / v / wanted - 1) < 0.01, `${h}:${v}`);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }
}

test('square pixels, and shapes that nobody has, leave the size as it is', async () => {
  const clip = await makeVideoClip({ codec: 'h264', seconds: 1 });
  assert.ok(clip.config.kind === 'video');
  assert.deepEqual(displaySizeOf(clip.config), { width: 160, height: 96 });
  const wide = await makeVideoClip({ codec: 'h264', seconds: 1, sampleAspect: '2/1' });
  assert.ok(wide.config.kind === 'video');
  const width = (MAX_DISPLAY_PIXELS - 1) / 2;
  assert.equal(displaySizeOf({ ...wide.config, width }).width, MAX_DISPLAY_PIXELS - 1);
  assert.equal(displaySizeOf({ ...wide.config, width: width + 1 }).width, width + 1);
  const cut = { ...clip.config, record: clip.config.record.subarray(0, 9) };
  assert.deepEqual(displaySizeOf(cut), { width: 160, height: 96 });
});

test('every aspect_ratio_idc is read, and no more bits than it has', () => {
  const read = (idc: number, ...extended: number[]) => {
    const bits = new BitWriter().bits(1, 1).bits(idc, 8);
    for (const field of extended) bits.bits(field, 16);
    const reader = new BitReader(bits.bits(0x5a, 8).trailing().bytes());
    const aspect = readPixelAspect(reader);
    assert.equal(reader.bits(8), 0x5a);
    return aspect === undefined ? undefined : `${aspect.horizontal}:${aspect.vertical}`;
  };
  const table = Array.from({ length: 18 }, (_, idc) => read(idc));
  assert.deepEqual(table, [
    ...[undefined, '1:1', '12:11', '10:11', '16:11', '40:33', '24:11', '20:11', '32:11'],
    ...['80:33', '18:11', '15:11', '64:33', '160:99', '4:3', '3:2', '2:1', undefined],
  ]);
  assert.equal(read(255, 0, 3), undefined);
  assert.equal(read(255, MAX_PIXEL_STRETCH, 1), `${MAX_PIXEL_STRETCH}:1`);
  assert.equal(read(255, 1, MAX_PIXEL_STRETCH), `1:${MAX_PIXEL_STRETCH}`);
  assert.equal(read(255, MAX_PIXEL_STRETCH + 1, 1), undefined);
  assert.equal(read(255, 1, MAX_PIXEL_STRETCH + 1), undefined);
});
