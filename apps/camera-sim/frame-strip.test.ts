import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  FRAME_STRIP,
  frameStripCells,
  frameStripRegion,
  MAX_FRAME_NUMBER,
  readFrameNumber,
} from './frame-strip.ts';

const CLIPS = join(import.meta.dirname, 'clips');

/** A picture with nothing but the strip; `levels` are those of black and white. */
function draw(
  frame: number,
  width: number,
  height: number,
  levels: readonly [number, number] = [16, 235],
): Uint8Array {
  const luma = new Uint8Array(width * height).fill(90);
  const region = frameStripRegion(width, height);
  const cells = frameStripCells(frame);
  for (let y = region.y; y < region.y + region.height; y++) {
    for (let x = region.x; x < region.x + region.width; x++) {
      const cell = Math.floor((x * FRAME_STRIP.columns) / width) - FRAME_STRIP.firstColumn;
      luma[y * width + x] = levels[cells[cell] ? 1 : 0];
    }
  }
  return luma;
}

/** Frames of a clip as ffmpeg decodes and scales them. */
function decode(
  clip: string,
  frames: readonly number[],
  width: number,
  height: number,
  format: string,
) {
  const select = frames.map((frame) => `eq(n\\,${frame})`).join('+');
  const result = spawnSync(
    'ffmpeg',
    // biome-ignore format: one option and its value a line reads worse
    ['-v', 'error', '-i', join(CLIPS, clip), '-vf', `select=${select},scale=${width}:${height}`,
      '-frames:v', `${frames.length}`, '-fps_mode', 'passthrough', '-pix_fmt', format, '-f', 'rawvideo', 'pipe:1'],
    { maxBuffer: 1 << 28 },
  );
  assert.equal(result.status, 0, result.stderr.toString());
  return result.stdout;
}

test('every number comes back from its blocks', () => {
  for (let frame = 0; frame <= MAX_FRAME_NUMBER; frame++) {
    assert.equal(readFrameNumber(draw(frame, 80, 60), 80, 60), frame);
  }
});

test('weak contrast, odd sizes and colour channels do not matter', () => {
  for (const [width, height] of [
    [1280, 720],
    [853, 480],
    [333, 187],
    [3840, 2160],
  ] as const) {
    const luma = draw(1234, width, height, [70, 170]);
    assert.equal(readFrameNumber(luma, width, height), 1234);
    const rgba = new Uint8ClampedArray(luma.length * 4);
    luma.forEach((level, pixel) => {
      rgba.fill(level, pixel * 4, pixel * 4 + 4);
    });
    assert.equal(readFrameNumber(rgba, width, height), 1234);
  }
});

test('what is not a strip gives no number', () => {
  assert.equal(readFrameNumber(new Uint8Array(1280 * 720), 1280, 720), undefined);
  assert.equal(readFrameNumber(new Uint8Array(1280 * 720).fill(255), 1280, 720), undefined);
  assert.equal(readFrameNumber(draw(7, 320, 180, [100, 140]), 320, 180), undefined);
  assert.equal(readFrameNumber(new Uint8Array(3), 320, 180), undefined);
});

test('one wrong block, whichever it is, gives no wrong number', () => {
  const [width, height] = [320, 180];
  for (let wrong = 0; wrong < FRAME_STRIP.cells; wrong++) {
    const luma = draw(2741, width, height);
    const region = frameStripRegion(width, height);
    const left = region.x + wrong * 8;
    for (let y = region.y; y < region.y + region.height; y++) {
      for (let x = left; x < left + 8; x++) luma[y * width + x] = 251 - (luma[y * width + x] ?? 0);
    }
    assert.equal(readFrameNumber(luma, width, height), undefined);
  }
});

test('a number beyond twelve bits is refused', () => {
  assert.throws(() => frameStripCells(MAX_FRAME_NUMBER + 1), RangeError);
  assert.throws(() => frameStripCells(-1), RangeError);
});

for (const clip of ['demo.h264', 'demo.h265']) {
  test(`frames of ${clip} decoded by ffmpeg tell their number, full size and small`, () => {
    const wanted = [0, 1, 49, 50, 87];
    for (const [width, height, format, channels] of [
      [1280, 720, 'rgba', 4],
      [320, 180, 'gray', 1],
      [213, 120, 'rgb24', 3],
    ] as const) {
      const pixels = decode(clip, wanted, width, height, format);
      const size = width * height * channels;
      assert.equal(pixels.length, size * wanted.length);
      const read = wanted.map((_, index) =>
        readFrameNumber(pixels.subarray(index * size, (index + 1) * size), width, height),
      );
      assert.deepEqual(read, wanted);
    }
  });
}
