import type { EpochMs, MonotonicMs } from '@vms/common/clock.ts';
import type { CodecConfig, Frame } from '@vms/common/frame.ts';
import { readH264Record } from '@vms/media/h264/parameter-sets.ts';
import { webrtcVerdict } from '@vms/media/playability.ts';
import type { Subscription } from '@vms/medialink/frame-source.ts';
import { packetizeG711 } from '@vms/wire/rtp/g711-packetizer.ts';
import { packetizeH264 } from '@vms/wire/rtp/h264-packetizer.ts';
import type { RtpPayload } from '@vms/wire/rtp/packetizer.ts';
import type { CameraFeed } from '../camera-feed.ts';
import { ContinuousTime } from '../continuous-time.ts';
import { notPlayable } from '../not-playable.ts';
import type { StreamError } from '../stream-error.ts';
import { TokenBucket } from '../token-bucket.ts';
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
/** Samples by which the sound's own count may leave the time line before it is put right: 60 ms. */
const MAX_AUDIO_DRIFT_SECONDS = 0.06;

/** Who sends the units on to one viewer. */
export interface UnitConsumer {
  /** A unit was added to the ring. */
  onUnit(): void;
  /** The stream can no longer be sent this way; nothing follows. */
  onUnplayable(error: StreamError): void;
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
  readonly #time = new ContinuousTime(START_TICKS);
  readonly #repeats: TokenBucket;
  #units: PackedUnit[] = [];
  #first = 0;
  #bytes = 0;
  #keyframe = -1;
  #sets: readonly RtpPayload[] = [];
  #setsOf: CodecConfig | undefined;
  #nextSample: number | undefined;
  #videoClock: RtpClock | undefined;
  #audioClock: RtpClock | undefined;

  constructor(feed: CameraFeed, now: MonotonicMs) {
    this.#feed = feed;
    this.#repeats = new TokenBucket(MAX_REPEATS_PER_SECOND, now);
    this.#release = feed.hold();
    this.#subscription = feed.consume({ onFrame: (frame) => this.#take(frame) });
  }

  /** Number of the oldest unit that is kept. */
  get first(): number {
    return this.#first;
  }

  /** Number of the unit that comes next. */
  get next(): number {
    return this.#first + this.#units.length;
  }

  /** Number of the newest video keyframe that is kept, or -1. */
  get keyframe(): number {
    return this.#keyframe >= this.#first ? this.#keyframe : -1;
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
    const shift = this.#time.shiftFor(frame);
    if (frame.config.kind === 'audio') {
      this.#takeAudio(frame, shift);
      return;
    }
    const verdict = webrtcVerdict(this.#feed);
    if (!verdict.ok) {
      for (const consumer of [...this.#consumers]) consumer.onUnplayable(notPlayable(verdict));
      return;
    }
    const timestamp = frame.pts + shift;
    const slices = packetizeH264(frame.payload, OPTIONS);
    const payloads = frame.keyframe ? [...this.#parameterSets(frame.config), ...slices] : slices;
    if (payloads.length === 0) return;
    this.#videoClock = { wallClock: frame.wallClock, timestamp };
    this.#add(frame, 'video', timestamp, payloads, true);
  }

  #takeAudio(frame: Frame, shift: number): void {
    const { config } = frame;
    if (config.kind !== 'audio' || config.codec === 'aac' || config.channels !== 1) return;
    const { sampleRate } = config;
    const exact = ((frame.pts + shift) * sampleRate) / VIDEO_CLOCK_HZ;
    // Frames follow each other to the sample; only a gap, or a new session, moves the count.
    const follows = this.#nextSample;
    const drift = follows === undefined ? Number.POSITIVE_INFINITY : Math.abs(exact - follows);
    const timestamp =
      follows !== undefined && drift < MAX_AUDIO_DRIFT_SECONDS * sampleRate
        ? follows
        : Math.round(exact);
    this.#nextSample = timestamp + frame.payload.length;
    this.#audioClock = { wallClock: frame.wallClock, timestamp };
    this.#add(frame, 'audio', timestamp, packetizeG711(frame.payload, OPTIONS), false);
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
    if (keyframe) this.#keyframe = this.next;
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
        this.#first + count < this.#keyframe &&
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
