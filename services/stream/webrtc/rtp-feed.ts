import type { EpochMs, MonotonicMs, Ticks90k } from '@vms/common/clock.ts';
import type { CodecConfig, Frame } from '@vms/common/frame.ts';
import { TokenBucket } from '@vms/common/token-bucket.ts';
import { readH264Record } from '@vms/media/h264/parameter-sets.ts';
import { webrtcVerdict } from '@vms/media/playability.ts';
import { StartPoints } from '@vms/media/start-points.ts';
import type { Subscription } from '@vms/medialink/frame-source.ts';
import { packetizeG711 } from '@vms/wire/rtp/g711-packetizer.ts';
import { packetizeH264 } from '@vms/wire/rtp/h264-packetizer.ts';
import type { RtpPayload } from '@vms/wire/rtp/packetizer.ts';
import type { CameraFeed } from '../camera-feed.ts';
import { LiveTimeLine } from '../live-time-line.ts';
import { notPlayable } from '../not-playable.ts';
import { SampleClock } from '../sample-clock.ts';
import type { StreamError } from '../stream-error.ts';
import {
  MAX_REPEATS_PER_SECOND,
  MAX_RING_BYTES,
  MAX_RING_UNITS,
  MAX_RTP_PAYLOAD_BYTES,
} from './bounds.ts';
import { type PackedUnit, withHeads } from './packed-unit.ts';

const OPTIONS = { maxPayloadBytes: MAX_RTP_PAYLOAD_BYTES };
const VIDEO_CLOCK_HZ = 90_000;
/** The time line begins here: not at 0, so that nothing of it is ever negative. */
const START_TICKS = 10 * VIDEO_CLOCK_HZ;
/** Seconds by which the sound's own count may leave the time line before it is put right. */
const MAX_AUDIO_DRIFT_SECONDS = 0.06;

/** Who sends the units on to one viewer. */
export interface UnitConsumer {
  /** A unit was added to the ring. */
  onUnit(): void;
  /** The stream can no longer be sent this way; nothing follows. */
  onUnplayable(error: StreamError): void;
  /** The camera is gone for good; nothing follows. */
  onEnd(): void;
}

/** Where the clock of the RTP timestamps stands. */
export interface RtpClock {
  readonly wallClock: EpochMs;
  readonly timestamp: number;
}

/**
 * The packets of one camera stream, made once for all its WebRTC viewers: a ring of the newest access
 * units, that reaches back to the newest keyframe wherever it fits. Viewers read it each at its own
 * number.
 */
export class RtpFeed {
  readonly #feed: CameraFeed;
  readonly #subscription: Subscription;
  readonly #release: () => void;
  readonly #consumers = new Set<UnitConsumer>();
  readonly #time = new LiveTimeLine(START_TICKS);
  readonly #repeats: TokenBucket;
  #units: PackedUnit[] = [];
  #ended = false;
  #first = 0;
  #bytes = 0;
  readonly #starts = new StartPoints();
  #sets: readonly RtpPayload[] = [];
  #setsOf: CodecConfig | undefined;
  #sound: { readonly rate: number; readonly clock: SampleClock } | undefined;
  #lastVideo = 0;
  #videoClock: RtpClock | undefined;
  #audioClock: RtpClock | undefined;

  constructor(feed: CameraFeed, now: MonotonicMs) {
    this.#feed = feed;
    this.#repeats = new TokenBucket(MAX_REPEATS_PER_SECOND, now);
    this.#release = feed.hold();
    this.#subscription = feed.consume({
      onFrame: (frame) => this.#take(frame),
      onEnd: () => {
        this.#ended = true;
        for (const consumer of [...this.#consumers]) consumer.onEnd();
      },
    });
  }

  /** Number of the oldest unit that is kept. */
  get first(): number {
    return this.#first;
  }

  /** Number of the unit that comes next. */
  get next(): number {
    return this.#first + this.#units.length;
  }

  /** Number of the unit to begin with, so that the newest picture is whole; -1 where it is not kept. */
  get keyframe(): number {
    const { start = -1 } = this.#starts;
    return start >= this.#first ? start : -1;
  }

  get consumers(): number {
    return this.#consumers.size;
  }

  unit(number: number): PackedUnit | undefined {
    return this.#units[number - this.#first];
  }

  clockOf(kind: 'video' | 'audio'): RtpClock | undefined {
    return kind === 'video' ? this.#videoClock : this.#audioClock;
  }

  /** Whether one more viewer may be sent the cached pictures again right now. */
  mayRepeat(now: MonotonicMs): boolean {
    return this.#repeats.take(now);
  }

  add(consumer: UnitConsumer): void {
    this.#consumers.add(consumer);
    if (this.#ended) queueMicrotask(() => consumer.onEnd());
  }

  remove(consumer: UnitConsumer): void {
    this.#consumers.delete(consumer);
  }

  close(): void {
    this.#subscription.close();
    this.#release();
    this.#consumers.clear();
    this.#units = [];
  }

  #take(frame: Frame): void {
    const time = this.#time.decodeTime(frame) + frame.pts - frame.dts;
    if (frame.config.kind === 'audio') {
      this.#takeAudio(frame, time);
      return;
    }
    // Who watches already had something to begin with.
    const { audio, bFrames, video } = this.#feed;
    const verdict = webrtcVerdict({ audio, bFrames, video, access: 'closed' });
    if (!verdict.ok) {
      for (const consumer of [...this.#consumers]) consumer.onUnplayable(notPlayable(verdict));
      return;
    }
    const timestamp = Math.max(time, this.#lastVideo + 1);
    const slices = packetizeH264(frame.payload, OPTIONS);
    const payloads = frame.keyframe ? [...this.#parameterSets(frame.config), ...slices] : slices;
    if (payloads.length === 0) return;
    this.#lastVideo = timestamp;
    this.#videoClock = { wallClock: frame.wallClock, timestamp };
    this.#add(frame, 'video', timestamp, payloads, true);
  }

  #takeAudio(frame: Frame, time: Ticks90k): void {
    const { config } = frame;
    if (config.kind !== 'audio' || config.codec === 'aac' || config.channels !== 1) return;
    const { sampleRate } = config;
    if (this.#sound?.rate !== sampleRate) {
      this.#sound = { rate: sampleRate, clock: soundClock(sampleRate) };
    }
    const exact = (time * sampleRate) / VIDEO_CLOCK_HZ;
    const place = this.#sound.clock.place(exact, frame.payload.length);
    if (place === undefined) return;
    const { start } = place;
    this.#audioClock = { wallClock: frame.wallClock, timestamp: start };
    this.#add(frame, 'audio', start, packetizeG711(frame.payload, OPTIONS), false);
  }

  #add(
    frame: Frame,
    kind: 'video' | 'audio',
    timestamp: number,
    payloads: readonly RtpPayload[],
    marker: boolean,
  ): void {
    const { packets, bytes } = withHeads(payloads);
    const { receivedAt } = frame;
    const live = receivedAt !== undefined && receivedAt >= this.#feed.startedAt;
    const keyframe = kind === 'video' && frame.keyframe;
    if (kind === 'video') this.#starts.add(frame, this.next);
    this.#units.push({
      kind,
      number: this.next,
      keyframe,
      timestamp,
      wallClock: frame.wallClock,
      receivedAt: live ? receivedAt : undefined,
      packets,
      marker,
      bytes,
    });
    this.#bytes += bytes;
    this.#trim();
    for (const consumer of this.#consumers) consumer.onUnit();
  }

  /** What lies before the newest keyframe goes when there are many units; what does not fit goes anyway. */
  #trim(): void {
    let count = 0;
    let bytes = this.#bytes;
    while (count < this.#units.length - 1) {
      const full = bytes > MAX_RING_BYTES || this.#units.length - count > MAX_RING_UNITS;
      // Half of the ring may be of the time before the keyframe, for viewers that are a little behind.
      const stale =
        this.#first + count < (this.#starts.start ?? 0) &&
        (bytes > MAX_RING_BYTES / 2 || this.#units.length - count > MAX_RING_UNITS / 2);
      if (!full && !stale) break;
      bytes -= this.#units[count]?.bytes ?? 0;
      count++;
    }
    if (count === 0) return;
    this.#units = this.#units.slice(count);
    this.#first += count;
    this.#bytes = bytes;
  }

  /** SPS and PPS, which go before each keyframe: ingest takes them out of the pictures. */
  #parameterSets(config: CodecConfig): readonly RtpPayload[] {
    if (config !== this.#setsOf) {
      const { sps, pps } = readH264Record(config.record);
      this.#sets = [...sps, ...pps].map((bytes) => ({ bytes, marker: false }));
      this.#setsOf = config;
    }
    return this.#sets;
  }
}

/** Frames follow each other to the sample. A pause needs no filling: RTP timestamps say how long it was. */
function soundClock(sampleRate: number): SampleClock {
  const tolerance = MAX_AUDIO_DRIFT_SECONDS * sampleRate;
  return new SampleClock({ unit: 1, tolerance, maxSilence: Number.POSITIVE_INFINITY });
}
