import { TICKS_PER_MS, type Ticks90k } from '@vms/common/clock.ts';
import type { AudioConfig } from '@vms/common/frame.ts';
import { samplesPerFrameOf } from '@vms/media/aac/audio-specific-config.ts';
import { silentAccessUnitFor } from '@vms/media/aac/silent-access-unit.ts';
import { encodeG711AsFlac, MAX_BLOCK_SAMPLES } from '@vms/media/flac/g711-to-flac.ts';
import { SILENT_G711_BYTE } from '@vms/media/g711/g711.ts';
import type { Mp4Sample, Mp4TrackFragment } from '@vms/media/isobmff/media-fragment.ts';
import { mp4ConfigOf, timescaleOf } from '@vms/media/isobmff/track.ts';
import { SampleClock } from '../sample-clock.ts';
import { MAX_SILENCE_MS, MAX_SOUND_LAG_MS, MIN_SOUND_LAG_MS } from './bounds.ts';

const MS_PER_SECOND = 1_000;
/** Milliseconds by which the sound's own count may leave the time line before it is put right. */
const MAX_OFF_MS = 100;
/** How many times its usual lag behind the pictures sound may have before it counts as missing. */
const LAGS = 1.5;
/** What a frame of sound leaves of the usual lag: halved in about half a minute. */
const LAG_MEMORY = 0.999;

/**
 * The sound of a stream as one row of samples without a hole. A browser plays nothing where one track
 * of a source buffer has nothing, and after a hole in the sound shows no picture up to the next keyframe
 * (Media Source Extensions §3.5.9): so where the camera's sound is missing, silence takes its place, and
 * the pictures go on.
 */
export class SoundTrack {
  readonly config: AudioConfig;
  readonly timescale: number;
  readonly #trackId: number;
  /** Samples of an access unit of AAC; undefined for G.711, whose bytes are its samples. */
  readonly #perUnit: number | undefined;
  readonly #silentUnit: Uint8Array | undefined;
  readonly #clock: SampleClock;
  #waiting: Mp4Sample[] = [];
  #waitingFrom = 0;
  #firstPicture: Ticks90k | undefined;
  #newestPicture: Ticks90k | undefined;
  #usualLagMs = 0;
  #isAway = false;

  constructor(config: AudioConfig, trackId: number) {
    this.config = config;
    this.#trackId = trackId;
    this.timescale = timescaleOf(mp4ConfigOf(config));
    this.#perUnit = config.codec === 'aac' ? samplesPerFrameOf(config) : undefined;
    this.#silentUnit = config.codec === 'aac' ? silentAccessUnitFor(config.record) : undefined;
    const perMs = this.timescale / MS_PER_SECOND;
    this.#clock = new SampleClock({
      unit: this.#perUnit ?? 1,
      tolerance: MAX_OFF_MS * perMs,
      maxSilence: (this.canBeSilent ? MAX_SILENCE_MS : MAX_OFF_MS) * perMs,
    });
  }

  /** Whether silence can be written in this codec. */
  get canBeSilent(): boolean {
    return this.#perUnit === undefined || this.#silentUnit !== undefined;
  }

  /** The sound has not come for longer than it usually lags behind the pictures. */
  get isAway(): boolean {
    return this.#isAway;
  }

  get waitingMs(): number {
    const next = this.#clock.next;
    if (next === undefined || this.#waiting.length === 0) return 0;
    return ((next - this.#waitingFrom) * MS_PER_SECOND) / this.timescale;
  }

  /** Whether a frame at this time would leave a hole behind what waits: that must go first. */
  leavesHole(time: Ticks90k): boolean {
    return this.#clock.jumpsAt(this.#samples(time));
  }

  /** Takes a frame that begins at `time`. */
  take(payload: Uint8Array, time: Ticks90k): void {
    if (this.#newestPicture !== undefined) {
      const lagMs = (this.#newestPicture - time) / TICKS_PER_MS;
      const usual = Math.max(lagMs, this.#usualLagMs * LAG_MEMORY);
      this.#usualLagMs = Math.min(MAX_SOUND_LAG_MS, Math.max(0, usual));
    }
    this.#isAway = false;
    const { channels } = this.config;
    const samples = this.#perUnit ?? Math.floor(payload.length / channels);
    const place = this.#clock.place(this.#samples(time), samples);
    if (place === undefined) return;
    this.#pushSilence(place.start - place.silence, place.silence);
    this.#push(payload, place.start, samples);
  }

  /** A picture is at `time`: sound that is missing by then is filled with silence. */
  keepUpWith(time: Ticks90k): void {
    this.#newestPicture = time;
    this.#firstPicture ??= time;
    const heardUntil =
      this.#clock.next === undefined
        ? this.#firstPicture
        : (this.#clock.next * TICKS_PER_MS * MS_PER_SECOND) / this.timescale;
    const behindMs = (time - heardUntil) / TICKS_PER_MS;
    const patienceMs = Math.max(MIN_SOUND_LAG_MS, this.#usualLagMs * LAGS);
    if (behindMs > patienceMs) this.#isAway = true;
    if (!this.#isAway || behindMs <= 0 || !this.canBeSilent) return;
    if (behindMs > MAX_SILENCE_MS) this.#clock.jump(this.#samples(time));
    else if (this.#clock.next === undefined) this.#clock.jump(this.#samples(heardUntil));
    const from = this.#clock.next ?? 0;
    this.#pushSilence(from, this.#clock.pass(this.#samples(time)));
  }

  /** Hands over what waits. */
  drain(): Mp4TrackFragment | undefined {
    if (this.#waiting.length === 0) return undefined;
    const samples = this.#waiting;
    this.#waiting = [];
    return { trackId: this.#trackId, baseMediaDecodeTime: this.#waitingFrom, samples };
  }

  #samples(time: Ticks90k): number {
    return (time * this.timescale) / (TICKS_PER_MS * MS_PER_SECOND);
  }

  #push(payload: Uint8Array, start: number, samples: number): void {
    if (this.#waiting.length === 0) this.#waitingFrom = start;
    const { channels, codec, sampleRate } = this.config;
    if (codec === 'aac') {
      this.#waiting.push(sample(payload, samples));
      return;
    }
    for (let done = 0; done < samples; done += MAX_BLOCK_SAMPLES) {
      const count = Math.min(MAX_BLOCK_SAMPLES, samples - done);
      const block = payload.subarray(done * channels, (done + count) * channels);
      const firstSample = start + done;
      const flac = encodeG711AsFlac({ codec, sampleRate, channels, payload: block, firstSample });
      this.#waiting.push(sample(flac, count));
    }
  }

  #pushSilence(start: number, samples: number): void {
    const { channels, codec } = this.config;
    if (codec !== 'aac') {
      if (samples > 0) {
        this.#push(
          new Uint8Array(samples * channels).fill(SILENT_G711_BYTE[codec]),
          start,
          samples,
        );
      }
      return;
    }
    const unit = this.#silentUnit;
    const perUnit = this.#perUnit;
    if (unit === undefined || perUnit === undefined) return;
    for (let done = 0; done < samples; done += perUnit) this.#push(unit, start + done, perUnit);
  }
}

function sample(payload: Uint8Array, duration: number): Mp4Sample {
  return { duration, compositionOffset: 0, keyframe: true, payload };
}
