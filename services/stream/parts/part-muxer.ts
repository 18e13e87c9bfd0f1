import { type EpochMs, type MonotonicMs, TICKS_PER_MS, type Ticks90k } from '@vms/common/clock.ts';
import type { AudioConfig, Frame, VideoConfig } from '@vms/common/frame.ts';
import { encodeInitSegment } from '@vms/media/isobmff/init-segment.ts';
import {
  encodeMediaFragment,
  type Mp4Sample,
  type Mp4TrackFragment,
} from '@vms/media/isobmff/media-fragment.ts';
import { mp4ConfigOf, VIDEO_TIMESCALE } from '@vms/media/isobmff/track.ts';
import { LiveTimeLine } from '../live-time-line.ts';
import { MAX_WAITING_AUDIO_MS } from './bounds.ts';
import { SoundTrack } from './sound-track.ts';

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

/**
 * Makes parts of a stream's frames, each as soon as its picture is there: a picture's duration is not
 * known then, so it is taken to be that of the one before, and the next part says by its decode time
 * where it really begins.
 */
export class PartMuxer {
  readonly #time = new LiveTimeLine(START_TICKS);
  readonly #emit: (part: Part, frame: Frame) => void;
  /** Frames that were received before came out of a cache. */
  readonly #liveFrom: MonotonicMs;
  #video: VideoConfig | undefined;
  #sound: SoundTrack | undefined;
  #init: PartInit | undefined;
  #sequence = 0;
  #lastDecode: number | undefined;
  #duration = DEFAULT_DURATION_TICKS;

  /**
   * @param audio the sound's configuration where it is known, so that the first part counts with it
   * @param emit takes each part, and the frame with which it was complete
   */
  constructor(
    liveFrom: MonotonicMs,
    audio: AudioConfig | undefined,
    emit: (part: Part, frame: Frame) => void,
  ) {
    this.#liveFrom = liveFrom;
    this.#emit = emit;
    if (audio !== undefined) this.#sound = new SoundTrack(audio, AUDIO_TRACK);
  }

  /** The newest; undefined before the first picture. */
  get init(): PartInit | undefined {
    return this.#init;
  }

  take(frame: Frame): void {
    const time = this.#time.decodeTime(frame);
    if (frame.config.kind === 'video') this.#takeVideo(frame, frame.config, time);
    else this.#takeAudio(frame, frame.config, time);
  }

  #takeVideo(frame: Frame, config: VideoConfig, time: Ticks90k): void {
    if (config !== this.#video) {
      if (!frame.keyframe) return;
      this.#video = config;
      this.#renew();
    }
    let decode = time;
    if (this.#lastDecode !== undefined) {
      const since = decode - this.#lastDecode;
      if (since <= 0) decode = this.#lastDecode + 1;
      else if (since <= MAX_DURATION_TICKS) this.#duration = since;
    }
    this.#lastDecode = decode;
    if (this.#sound?.leavesHole(decode) === true) this.#flushSound(frame);
    this.#sound?.keepUpWith(decode);
    if (this.#sound?.isAway === true && !this.#sound.canBeSilent) {
      // Better no sound than no picture.
      this.#sound = undefined;
      this.#renew();
    }
    const sample: Mp4Sample = {
      duration: Math.max(1, Math.round(this.#duration)),
      compositionOffset: time + frame.pts - frame.dts - decode,
      keyframe: frame.keyframe,
      payload: frame.payload,
    };
    const video = { trackId: VIDEO_TRACK, baseMediaDecodeTime: decode, samples: [sample] };
    const sound = this.#sound?.drain();
    this.#part(frame, sound === undefined ? [video] : [video, sound], decode / VIDEO_TIMESCALE);
  }

  #takeAudio(frame: Frame, config: AudioConfig, time: Ticks90k): void {
    if (config !== this.#sound?.config) {
      this.#sound = new SoundTrack(config, AUDIO_TRACK);
      if (this.#video !== undefined) this.#renew();
    }
    if (this.#video === undefined) return;
    if (this.#sound.leavesHole(time)) this.#flushSound(frame);
    this.#sound.take(frame.payload, time);
    // Sound waits for the next picture, unless that would take longer than sound takes.
    if (this.#sound.waitingMs > MAX_WAITING_AUDIO_MS) this.#flushSound(frame);
  }

  #flushSound(frame: Frame): void {
    const track = this.#sound?.drain();
    if (track === undefined || this.#sound === undefined) return;
    this.#part(frame, [track], track.baseMediaDecodeTime / this.#sound.timescale);
  }

  #part(frame: Frame, tracks: readonly Mp4TrackFragment[], start: number): void {
    if (this.#init === undefined) return;
    const { iovecs } = encodeMediaFragment({ sequence: ++this.#sequence, tracks });
    const hasVideo = tracks[0]?.trackId === VIDEO_TRACK;
    const { receivedAt } = frame;
    const live = receivedAt !== undefined && receivedAt >= this.#liveFrom;
    this.#emit(
      {
        init: this.#init,
        keyframe: hasVideo && frame.keyframe,
        hasVideo,
        wallClock: frame.wallClock,
        start,
        durationSeconds: hasVideo ? this.#duration / (TICKS_PER_MS * 1000) : 0,
        receivedAt: live ? receivedAt : undefined,
        bytes: Buffer.concat(iovecs),
      },
      frame,
    );
  }

  /** A new initialization segment; sound that waits belongs to the old one and is let go. */
  #renew(): void {
    if (this.#video === undefined) return;
    const video = mp4ConfigOf(this.#video);
    const tracks = [{ id: VIDEO_TRACK, timescale: VIDEO_TIMESCALE, config: video }];
    const codecs: string[] = [video.codecString];
    if (this.#sound !== undefined) {
      const config = mp4ConfigOf(this.#sound.config);
      tracks.push({ id: AUDIO_TRACK, timescale: this.#sound.timescale, config });
      codecs.push(config.codecString);
      this.#sound.drain();
    }
    this.#init = { codecs: codecs.join(','), bytes: Buffer.from(encodeInitSegment(tracks)) };
  }
}
