import { type EpochMs, type MonotonicMs, TICKS_PER_MS } from '@vms/common/clock.ts';
import type { AudioConfig, Frame, VideoConfig } from '@vms/common/frame.ts';
import { parseAudioSpecificConfig } from '@vms/media/aac/audio-specific-config.ts';
import { encodeG711AsFlac, MAX_BLOCK_SAMPLES } from '@vms/media/flac/g711-to-flac.ts';
import { encodeInitSegment } from '@vms/media/isobmff/init-segment.ts';
import {
  encodeMediaFragment,
  type Mp4Sample,
  type Mp4TrackFragment,
} from '@vms/media/isobmff/media-fragment.ts';
import { mp4ConfigOf, timescaleOf, VIDEO_TIMESCALE } from '@vms/media/isobmff/track.ts';
import { ContinuousTime } from '../continuous-time.ts';
import { MAX_WAITING_AUDIO_MS } from './bounds.ts';

/** An initialization segment and what it stands for; a new object whenever anything in it changes. */
export interface PartInit {
  readonly codecs: string;
  readonly bytes: Buffer;
}

/** One `moof` and `mdat`: a picture with the sound since the one before, or a little sound alone. */
export interface Part {
  readonly init: PartInit;
  /** Starts with a keyframe: playing can begin here. */
  readonly keyframe: boolean;
  readonly hasVideo: boolean;
  readonly wallClock: EpochMs;
  /** Seconds of the media time line at which it starts. */
  readonly start: number;
  readonly durationSeconds: number;
  readonly receivedAt: MonotonicMs | undefined;
  readonly bytes: Buffer;
}

const VIDEO_TRACK = 1;
const AUDIO_TRACK = 2;
/** The time line begins here, so that decode times before the first presentation are not negative. */
const START_TICKS = 10 * VIDEO_TIMESCALE;
/** Of a picture whose successor is not there yet, when nothing is known: 1/25 s. */
const DEFAULT_DURATION_TICKS = VIDEO_TIMESCALE / 25;
const MAX_DURATION_TICKS = VIDEO_TIMESCALE * 2;
/** Seconds by which the sound's own count may leave the time line before it is put right. */
const MAX_AUDIO_DRIFT_SECONDS = 0.1;

interface AudioTrack {
  readonly config: AudioConfig;
  readonly timescale: number;
  /** Of AAC; 0 for G.711, whose bytes are its samples. */
  readonly samplesPerFrame: number;
}

/**
 * Makes parts of a stream's frames, each as soon as its picture is there: a picture's duration is not
 * known then, so it is taken to be that of the one before, and the next part says by its decode time
 * where it really begins.
 */
export class PartMuxer {
  readonly #time = new ContinuousTime(START_TICKS);
  readonly #emit: (part: Part) => void;
  /** Frames that were received before came out of a cache. */
  readonly #liveFrom: MonotonicMs;
  #video: VideoConfig | undefined;
  #audio: AudioTrack | undefined;
  #init: PartInit | undefined;
  #sequence = 0;
  #lastDecode: number | undefined;
  #duration = DEFAULT_DURATION_TICKS;
  #waiting: Mp4Sample[] = [];
  #waitingFrom = 0;
  #nextSample: number | undefined;

  /** @param audio the sound's configuration where it is known, so that the first part counts with it */
  constructor(liveFrom: MonotonicMs, audio: AudioConfig | undefined, emit: (part: Part) => void) {
    this.#liveFrom = liveFrom;
    this.#emit = emit;
    if (audio !== undefined) this.#audio = audioTrack(audio);
  }

  /** The newest; undefined before the first picture. */
  get init(): PartInit | undefined {
    return this.#init;
  }

  take(frame: Frame): void {
    const shift = this.#time.shiftFor(frame);
    if (frame.config.kind === 'video') this.#takeVideo(frame, frame.config, shift);
    else this.#takeAudio(frame, frame.config, shift);
  }

  #takeVideo(frame: Frame, config: VideoConfig, shift: number): void {
    if (config !== this.#video) {
      if (!frame.keyframe) return;
      this.#video = config;
      this.#renew();
    }
    let decode = frame.dts + shift;
    if (this.#lastDecode !== undefined) {
      const since = decode - this.#lastDecode;
      if (since <= 0) decode = this.#lastDecode + 1;
      else if (since <= MAX_DURATION_TICKS) this.#duration = since;
    }
    this.#lastDecode = decode;
    const sample: Mp4Sample = {
      duration: Math.max(1, Math.round(this.#duration)),
      compositionOffset: frame.pts + shift - decode,
      keyframe: frame.keyframe,
      payload: frame.payload,
    };
    const video = { trackId: VIDEO_TRACK, baseMediaDecodeTime: decode, samples: [sample] };
    this.#part(frame, [video, ...this.#waitingAudio()], decode / VIDEO_TIMESCALE);
  }

  #takeAudio(frame: Frame, config: AudioConfig, shift: number): void {
    if (config !== this.#audio?.config) {
      this.#audio = audioTrack(config);
      this.#waiting = [];
      this.#nextSample = undefined;
      if (this.#video !== undefined) this.#renew();
    }
    if (this.#video === undefined || this.#audio === undefined) return;
    const { samplesPerFrame, timescale } = this.#audio;
    const exact = ((frame.pts + shift) * timescale) / VIDEO_TIMESCALE;
    const follows = this.#nextSample;
    const inRow =
      follows !== undefined && Math.abs(exact - follows) < MAX_AUDIO_DRIFT_SECONDS * timescale;
    const start = inRow ? follows : Math.round(exact);
    if (!inRow) this.#flushAudio(frame);
    if (this.#waiting.length === 0) this.#waitingFrom = start;
    let samples = 0;
    if (samplesPerFrame > 0) {
      this.#waiting.push(audioSample(frame.payload, samplesPerFrame));
      samples = samplesPerFrame;
    } else {
      samples = this.#pushFlac(frame.payload, config, start);
    }
    this.#nextSample = start + samples;
    const waitingMs = ((this.#nextSample - this.#waitingFrom) * 1000) / timescale;
    // Sound waits for the next picture, unless that would take longer than sound takes.
    if (waitingMs > MAX_WAITING_AUDIO_MS) this.#flushAudio(frame);
  }

  /** @returns samples a channel */
  #pushFlac(payload: Uint8Array, config: AudioConfig, start: number): number {
    if (config.codec === 'aac') return 0;
    const { channels, codec, sampleRate } = config;
    const blockBytes = MAX_BLOCK_SAMPLES * channels;
    let done = 0;
    for (let at = 0; at + channels <= payload.length; at += blockBytes) {
      const whole = Math.floor(Math.min(blockBytes, payload.length - at) / channels);
      const block = payload.subarray(at, at + whole * channels);
      const firstSample = start + done;
      const flac = encodeG711AsFlac({ codec, sampleRate, channels, payload: block, firstSample });
      this.#waiting.push(audioSample(flac, whole));
      done += whole;
    }
    return done;
  }

  #flushAudio(frame: Frame): void {
    const tracks = this.#waitingAudio();
    const [track] = tracks;
    if (track === undefined || this.#audio === undefined) return;
    this.#part(frame, tracks, track.baseMediaDecodeTime / this.#audio.timescale);
  }

  #waitingAudio(): Mp4TrackFragment[] {
    if (this.#waiting.length === 0) return [];
    const samples = this.#waiting;
    this.#waiting = [];
    return [{ trackId: AUDIO_TRACK, baseMediaDecodeTime: this.#waitingFrom, samples }];
  }

  #part(frame: Frame, tracks: readonly Mp4TrackFragment[], start: number): void {
    if (this.#init === undefined) return;
    const { iovecs } = encodeMediaFragment({ sequence: ++this.#sequence, tracks });
    const hasVideo = frame.config.kind === 'video';
    const { receivedAt } = frame;
    const live = receivedAt !== undefined && receivedAt >= this.#liveFrom;
    this.#emit({
      init: this.#init,
      keyframe: hasVideo && frame.keyframe,
      hasVideo,
      wallClock: frame.wallClock,
      start,
      durationSeconds: hasVideo ? this.#duration / (TICKS_PER_MS * 1000) : 0,
      receivedAt: live ? receivedAt : undefined,
      bytes: Buffer.concat(iovecs),
    });
  }

  /** A new initialization segment; sound that waits belongs to the old one and is let go. */
  #renew(): void {
    if (this.#video === undefined) return;
    const video = mp4ConfigOf(this.#video);
    const tracks = [{ id: VIDEO_TRACK, timescale: VIDEO_TIMESCALE, config: video }];
    const codecs: string[] = [video.codecString];
    if (this.#audio !== undefined) {
      const config = mp4ConfigOf(this.#audio.config);
      tracks.push({ id: AUDIO_TRACK, timescale: this.#audio.timescale, config });
      codecs.push(config.codecString);
    }
    this.#waiting = [];
    this.#init = { codecs: codecs.join(','), bytes: Buffer.from(encodeInitSegment(tracks)) };
  }
}

function audioSample(payload: Uint8Array, duration: number): Mp4Sample {
  return { duration, compositionOffset: 0, keyframe: true, payload };
}

function audioTrack(config: AudioConfig): AudioTrack {
  const { samplesPerFrame } =
    config.codec === 'aac' ? parseAudioSpecificConfig(config.record) : { samplesPerFrame: 0 };
  return { config, timescale: timescaleOf(mp4ConfigOf(config)), samplesPerFrame };
}
