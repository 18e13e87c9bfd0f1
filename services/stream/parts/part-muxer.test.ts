import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AudioConfig, Frame } from '@vms/common/frame.ts';
import { buildAudioSpecificConfig, createAacConfig } from '@vms/media/aac/audio-specific-config.ts';
import { CAMERA, PCMA, VIDEO } from '../testing/test-camera.ts';
import { MAX_SILENCE_MS, MAX_SOUND_LAG_MS, MIN_SOUND_LAG_MS } from './bounds.ts';
import { type Part, PartMuxer } from './part-muxer.ts';

const AAC = createAacConfig(buildAudioSpecificConfig(2, 16_000, 1));
/** AAC with error resilience: silence cannot be written in it. */
const AAC_OTHER = createAacConfig(buildAudioSpecificConfig(17, 16_000, 1));
const STEP_MS = 40;
/** Milliseconds of sound that come before the first picture. */
const EARLY_SOUND_MS = 2_000;
const PICTURE = new Uint8Array([0, 0, 0, 2, 0x65, 0x88]);

/** Sound of all parts: where each row begins and ends, in seconds. */
function soundOf({ bytes }: Part, rate: number): { from: number; to: number } | undefined {
  for (let at = bytes.indexOf('traf'); at >= 0; at = bytes.indexOf('traf', at + 4)) {
    const track = bytes.readUInt32BE(bytes.indexOf('tfhd', at) + 8);
    if (track !== 2) continue;
    const from = Number(bytes.readBigUInt64BE(bytes.indexOf('tfdt', at) + 8));
    const trun = bytes.indexOf('trun', at);
    const count = bytes.readUInt32BE(trun + 8);
    let length = 0;
    // Rows of duration, size, flags and composition offset behind the data offset.
    for (let row = 0; row < count; row++) length += bytes.readUInt32BE(trun + 16 + row * 16);
    return { from: from / rate, to: (from + length) / rate };
  }
  return undefined;
}

/** Sixteen samples of G.711's silence in a FLAC frame. */
const SILENCE = Buffer.from('0008'.repeat(16), 'hex');

class Bench {
  readonly parts: Part[] = [];
  readonly muxer: PartMuxer;
  readonly #audio: AudioConfig;
  #sequence = 0;

  constructor(audio: AudioConfig, known = true) {
    this.#audio = audio;
    this.muxer = new PartMuxer(0, known ? audio : undefined, (part) => this.parts.push(part));
  }

  picture(atMs: number, keyframe = atMs % 1000 === 0): void {
    this.muxer.take({ ...this.#common(atMs), config: VIDEO, keyframe, payload: PICTURE });
  }

  sound(atMs: number): void {
    const payload = this.#audio.codec === 'aac' ? new Uint8Array(9) : new Uint8Array(320).fill(1);
    this.muxer.take({ ...this.#common(atMs), config: this.#audio, keyframe: true, payload });
  }

  /** Seconds up to which there is sound; throws where it has a hole or goes back. */
  heardUntil(rate: number): number {
    let until: number | undefined;
    for (const part of this.parts) {
      const row = soundOf(part, rate);
      if (row === undefined) continue;
      if (until !== undefined) assert.ok(Math.abs(row.from - until) < 1e-6, `hole at ${until} s`);
      until = row.to;
    }
    return until ?? 0;
  }

  get shownUntil(): number {
    return this.parts.findLast(({ hasVideo }) => hasVideo)?.start ?? 0;
  }

  #common(atMs: number): Omit<Frame, 'config' | 'keyframe' | 'payload'> {
    const pts = Math.round(atMs * 90);
    const times = { pts, dts: pts, wallClock: 1e12 + atMs, receivedAt: atMs };
    const sequence = this.#sequence++;
    return { camera: CAMERA, stream: 'main', ...times, discontinuity: false, sequence };
  }
}

for (const [audio, rate, everyMs] of [
  [PCMA, 8_000, 40],
  [AAC, 16_000, 64],
] as const) {
  test(`${audio.codec}: pictures have sound beside them whatever the microphone does`, () => {
    const bench = new Bench(audio);
    let soundAt = 0;
    const slack = (MIN_SOUND_LAG_MS + STEP_MS + everyMs) / 1000;
    for (let at = 0; at < 60_000; at += STEP_MS) {
      const isOff = at >= 10_000 && at < 40_000;
      bench.picture(at);
      for (; soundAt <= at; soundAt += everyMs) if (!isOff) bench.sound(soundAt);
      if (at < 500) continue;
      const behind = bench.shownUntil - bench.heardUntil(rate);
      assert.ok(behind < slack, `at ${at} ms the sound is ${behind} s behind`);
      assert.ok(behind > -0.2, `at ${at} ms the sound is ${-behind} s ahead`);
    }
  });

  test(`${audio.codec}: sound that never comes stops no picture`, () => {
    const bench = new Bench(audio);
    for (let at = 0; at < 5_000; at += STEP_MS) bench.picture(at);
    assert.ok(bench.shownUntil - bench.heardUntil(rate) < 0.1);
    assert.match(bench.muxer.init?.codecs ?? '', /,/);
  });

  test(`${audio.codec}: sound that came before the first picture stops none`, () => {
    const bench = new Bench(audio);
    for (let at = 0; at < EARLY_SOUND_MS; at += everyMs) bench.sound(at);
    for (let at = EARLY_SOUND_MS; at < 10_000; at += STEP_MS) bench.picture(at);
    assert.ok(bench.shownUntil - bench.heardUntil(rate) < 0.1);
    const pictures = bench.parts.filter(({ hasVideo }) => hasVideo);
    assert.ok(pictures.length > 0.9 * ((10_000 - EARLY_SOUND_MS) / STEP_MS), `${pictures.length}`);
  });
}

test('sound that always lags is waited for once it is known, and is not cut', () => {
  const bench = new Bench(PCMA);
  const lagMs = 800;
  for (let at = 0; at < 40_000; at += STEP_MS) {
    bench.picture(at);
    // In lumps of lagMs, as cameras with long packets send it.
    if (at % lagMs === 0 && at > 0) for (let s = at - lagMs; s < at; s += 40) bench.sound(s);
  }
  const count = bench.parts.length;
  bench.heardUntil(8_000);
  for (let at = 40_000; at < 60_000; at += STEP_MS) {
    bench.picture(at);
    if (at % lagMs === 0) for (let s = at - lagMs; s < at; s += 40) bench.sound(s);
  }
  const later = bench.parts.slice(count);
  assert.ok(bench.parts.slice(0, count).some(({ bytes }) => bytes.includes(SILENCE)));
  assert.ok(!later.some(({ bytes }) => bytes.includes(SILENCE)));
  assert.ok(bench.shownUntil - bench.heardUntil(8_000) < (lagMs + 2 * STEP_MS) / 1000);
  assert.ok(lagMs < MAX_SOUND_LAG_MS);
});

test('after a pause of both tracks, longer than is filled, both begin together', () => {
  for (const soundFirst of [false, true]) {
    const bench = new Bench(PCMA);
    const play = (from: number): void => {
      for (let at = from; at < from + 2_000; at += STEP_MS) {
        if (soundFirst) bench.sound(at);
        bench.picture(at);
        if (!soundFirst) bench.sound(at);
      }
    };
    play(0);
    const again = 3_000 + MAX_SILENCE_MS;
    play(again);
    bench.parts.splice(
      0,
      bench.parts.findIndex(({ start }) => start > 10 + again / 1000 - 0.1),
    );
    assert.ok(bench.parts.find(({ hasVideo }) => hasVideo)?.keyframe);
    const bytes = bench.parts.reduce((sum, part) => sum + part.bytes.length, 0);
    assert.ok(bytes < 100_000, `${bytes} bytes`);
    assert.ok(Math.abs(bench.shownUntil - bench.heardUntil(8_000)) < 0.2);
    assert.ok(bench.shownUntil - 10 > (again + 1_900) / 1000);
  }
});

test('where no silence can be written, the pictures go on without sound, and with it when it is back', () => {
  const bench = new Bench(AAC_OTHER);
  const codecs = (): string => bench.parts.at(-1)?.init.codecs ?? '';
  for (let at = 0; at < 1_000; at += STEP_MS) {
    bench.picture(at);
    bench.sound(at);
  }
  assert.match(codecs(), /mp4a/);
  for (let at = 1_000; at < 2_000; at += STEP_MS) bench.picture(at);
  assert.doesNotMatch(codecs(), /mp4a/);
  bench.sound(2_000);
  bench.picture(2_040);
  assert.match(codecs(), /mp4a/);
});
