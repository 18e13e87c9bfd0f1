import type { Clock, MonotonicMs, Timer } from '@vms/common/clock.ts';
import { TokenBucket } from '@vms/common/token-bucket.ts';
import { readFeedback } from '@vms/wire/rtcp/feedback.ts';
import type { StreamError } from '../stream-error.ts';
import {
  BURST_ALLOWANCE_MS,
  BURST_TICK_MS,
  CATCH_UP_SPEED,
  MAX_BACKLOG_BYTES,
  MAX_BURST_BYTES_PER_MS,
  MAX_BURST_PACKETS_PER_MS,
  MAX_RETRANSMISSIONS_PER_SECOND,
  MIN_STEP_TICKS,
  PICTURE_LOSS_INTERVAL_MS,
} from './bounds.ts';
import type { PackedUnit } from './packed-unit.ts';
import type { RtpFeed, UnitConsumer } from './rtp-feed.ts';
import type { RtpSender } from './rtp-sender.ts';
import type { DropReason, ViewerStatistics } from './viewer-statistics.ts';

/** What a viewer tells of itself. */
export interface RtpViewerEvents {
  /** The first keyframe is out. */
  onFirstFrame?(): void;
  /** Milliseconds from ingest's last byte of a picture to its last packet to this viewer. */
  onServerAdded?(ms: number): void;
  /** It cannot be served any longer. */
  onUnplayable(error: StreamError): void;
  /** The camera is gone for good. */
  onEnd(): void;
}

export interface RtpViewerOptions {
  readonly feed: RtpFeed;
  readonly clock: Clock;
  readonly video: RtpSender;
  /** Undefined where no sound is sent. */
  readonly audio: RtpSender | undefined;
  readonly statistics: ViewerStatistics;
  readonly events: RtpViewerEvents;
}

/**
 * Sends a feed's units to one viewer: from the newest keyframe on in a burst of bounded rate, then as
 * they come. It reads the shared ring at its own number; when it lies behind too far it goes on with a
 * keyframe, so it never holds up anybody.
 *
 * Cached pictures are stamped CATCH_UP_SPEED times closer together than they were taken: stamped as
 * they were, a player without the playout-delay extension would show them in their own time, and stay
 * behind by a whole group of pictures.
 */
export class RtpViewer implements UnitConsumer {
  readonly #options: RtpViewerOptions;
  readonly #retransmissions: TokenBucket;
  /** Number of the unit to be sent next. */
  #at = 0;
  /** Packets of it that are out. */
  #packet = 0;
  #waitsForKeyframe = true;
  /** Timestamp at which catching up ends: units up to here are stamped closer. */
  #liveFrom = 0;
  #lastTimestamp = Number.NEGATIVE_INFINITY;
  /** Of the unit under way. */
  #timestamp = 0;
  #allowanceAt: MonotonicMs;
  #bytesLeft = MAX_BURST_BYTES_PER_MS * BURST_ALLOWANCE_MS;
  #packetsLeft = MAX_BURST_PACKETS_PER_MS * BURST_ALLOWANCE_MS;
  #timer: Timer | undefined;
  #lastLossAt = Number.NEGATIVE_INFINITY;
  #lastHeardAt: MonotonicMs;
  #lastSentAt: MonotonicMs | undefined;
  #sendingSince: MonotonicMs | undefined;
  #shownFirst = false;
  #closed = false;

  constructor(options: RtpViewerOptions) {
    this.#options = options;
    const now = options.clock.monotonic();
    this.#allowanceAt = now;
    this.#lastHeardAt = now;
    this.#retransmissions = new TokenBucket(MAX_RETRANSMISSIONS_PER_SECOND, now);
  }

  get statistics(): ViewerStatistics {
    return this.#options.statistics;
  }

  /** Begins with what is cached. */
  start(): void {
    this.#options.feed.add(this);
    this.#toKeyframe();
    this.#pump();
  }

  onUnit(): void {
    this.#pump();
  }

  onUnplayable(error: StreamError): void {
    this.#options.events.onUnplayable(error);
  }

  onEnd(): void {
    this.#options.events.onEnd();
  }

  /** Takes a packet of RTCP from the viewer. */
  receive(packet: Uint8Array): void {
    if (this.#closed) return;
    const now = this.#options.clock.monotonic();
    this.#lastHeardAt = now;
    const { video, audio, statistics } = this.#options;
    readFeedback(packet, 0, packet.length, {
      onNack: (ssrc, sequence) => {
        const sender = ssrc === video.ssrc ? video : audio;
        if (sender?.ssrc !== ssrc) return;
        // GStreamer asks for the packet that it expects next, too, as soon as it thinks that it is late.
        if (!sender.hasSent(sequence) || !this.#retransmissions.take(now)) return;
        if (sender.resend(sequence)) statistics.retransmissions++;
        else if (sender === video) this.#repeat(now);
      },
      onPictureLoss: (ssrc) => {
        if (ssrc === video.ssrc) this.#repeat(now);
      },
    });
  }

  /**
   * Milliseconds for which a viewer that is being sent to has said nothing; 0 while nothing is sent,
   * since a receiver has nothing to report then.
   */
  silentMs(now: MonotonicMs): number {
    if (this.#sendingSince === undefined) return 0;
    return now - Math.max(this.#lastHeardAt, this.#sendingSince);
  }

  /** Tells the viewer where the clocks stand; called every SENDER_REPORT_MS. */
  report(): void {
    const { feed, clock, video, audio } = this.#options;
    const now = clock.now();
    const videoClock = feed.clockOf('video');
    const audioClock = feed.clockOf('audio');
    if (videoClock !== undefined && video.started) video.report(videoClock, now);
    if (audioClock !== undefined && audio?.started === true) audio.report(audioClock, now);
    const idle = this.#lastSentAt ?? Number.NEGATIVE_INFINITY;
    if (clock.monotonic() - idle > 2_000) this.#sendingSince = undefined;
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#options.feed.remove(this);
    this.#options.video.close();
    this.#options.audio?.close();
  }

  /** Goes on with the newest keyframe, or waits for the next. */
  #toKeyframe(): void {
    const { feed } = this.#options;
    const keyframe = feed.keyframe;
    this.#packet = 0;
    if (keyframe < 0 || (keyframe < this.#at && this.#shownFirst)) {
      this.#at = feed.next;
      this.#waitsForKeyframe = true;
      return;
    }
    this.#at = keyframe;
    this.#waitsForKeyframe = false;
    this.#liveFrom = this.#newestVideoTimestamp(keyframe);
  }

  /** Sends the cached pictures again: a camera cannot be asked for a keyframe by RTSP. */
  #repeat(now: MonotonicMs): void {
    const { feed, statistics } = this.#options;
    const keyframe = feed.keyframe;
    if (now - this.#lastLossAt < PICTURE_LOSS_INTERVAL_MS || keyframe < 0) return;
    // The keyframe itself is still being sent, or is the next to be.
    if (this.#at <= keyframe + 1 || this.#waitsForKeyframe || !feed.mayRepeat(now)) return;
    this.#lastLossAt = now;
    statistics.repeats++;
    this.#at = keyframe;
    this.#packet = 0;
    this.#liveFrom = this.#newestVideoTimestamp(keyframe);
    this.#pump();
  }

  #newestVideoTimestamp(from: number): number {
    const { feed } = this.#options;
    for (let number = feed.next - 1; number >= from; number--) {
      const unit = feed.unit(number);
      if (unit?.kind === 'video') return unit.timestamp;
    }
    return 0;
  }

  /** Sends what there is, as far as the allowance goes; the rest in the next helping. */
  #pump(): void {
    if (this.#closed) return;
    this.#refill();
    this.#skipWhatIsLost();
    const { feed } = this.#options;
    while (this.#at < feed.next) {
      const unit = feed.unit(this.#at);
      if (unit === undefined) break;
      if (!this.#sendUnit(unit)) return;
      this.#at++;
      this.#packet = 0;
    }
  }

  /** False where the allowance is used up. */
  #sendUnit(unit: PackedUnit): boolean {
    const { video, audio, statistics, clock } = this.#options;
    const isVideo = unit.kind === 'video';
    const sender = isVideo ? video : audio;
    // Sound of the past would only be heard as a squeak.
    if (sender === undefined || (!isVideo && this.#isCatchingUp())) return true;
    if (this.#waitsForKeyframe) {
      if (isVideo && !unit.keyframe) {
        if (this.#shownFirst) statistics.drops['before-keyframe']++;
        return true;
      }
      if (!isVideo && this.#shownFirst) return true;
      if (isVideo) this.#waitsForKeyframe = false;
      else return true;
    }
    if (this.#packet === 0) this.#timestamp = isVideo ? this.#stamp(unit) : unit.timestamp;
    while (this.#packet < unit.packets.length) {
      if (this.#bytesLeft <= 0 || this.#packetsLeft <= 0) {
        this.#timer ??= clock.after(BURST_TICK_MS, () => {
          this.#timer = undefined;
          this.#pump();
        });
        return false;
      }
      const sent = sender.sendPacket(unit, this.#packet, this.#timestamp);
      this.#bytesLeft -= unit.packets[this.#packet]?.length ?? 0;
      this.#packetsLeft--;
      this.#packet++;
      if (!sent) {
        this.#drop('socket-full', 1);
        this.#waitsForKeyframe = true;
        return true;
      }
    }
    this.#sent(unit, isVideo);
    return true;
  }

  #sent(unit: PackedUnit, isVideo: boolean): void {
    const { events, statistics, clock } = this.#options;
    const now = clock.monotonic();
    this.#lastSentAt = now;
    this.#sendingSince ??= now;
    if (!isVideo) return;
    statistics.frames++;
    if (!this.#shownFirst) {
      this.#shownFirst = true;
      events.onFirstFrame?.();
    }
    if (unit.receivedAt !== undefined && unit.timestamp > this.#liveFrom) {
      events.onServerAdded?.(Math.max(0, now - unit.receivedAt));
    }
  }

  #isCatchingUp(): boolean {
    const newest = this.#options.feed.next - 1;
    return this.#at < newest - 2 && this.#lastTimestamp < this.#liveFrom;
  }

  #stamp(unit: PackedUnit): number {
    const behind = this.#liveFrom - unit.timestamp;
    const stamped =
      behind > 0 ? Math.round(this.#liveFrom - behind / CATCH_UP_SPEED) : unit.timestamp;
    this.#lastTimestamp = Math.max(stamped, this.#lastTimestamp + MIN_STEP_TICKS);
    return this.#lastTimestamp;
  }

  #refill(): void {
    const now = this.#options.clock.monotonic();
    const passed = Math.min(BURST_ALLOWANCE_MS, now - this.#allowanceAt);
    this.#allowanceAt = now;
    const bytes = this.#bytesLeft + passed * MAX_BURST_BYTES_PER_MS;
    const packets = this.#packetsLeft + passed * MAX_BURST_PACKETS_PER_MS;
    this.#bytesLeft = Math.min(MAX_BURST_BYTES_PER_MS * BURST_ALLOWANCE_MS, bytes);
    this.#packetsLeft = Math.min(MAX_BURST_PACKETS_PER_MS * BURST_ALLOWANCE_MS, packets);
  }

  /** A viewer whose units have left the ring, or that lies behind too far, goes on with a keyframe. */
  #skipWhatIsLost(): void {
    const { feed } = this.#options;
    if (this.#waitsForKeyframe) return;
    const lost = this.#at < feed.first;
    if (!lost && feed.next - this.#at < 2) return;
    if (!lost && feed.keyframe <= this.#at) return;
    if (!lost && this.#backlogBytes() <= MAX_BACKLOG_BYTES) return;
    const from = this.#at;
    this.#toKeyframe();
    this.#drop('behind', Math.max(1, this.#at - from));
  }

  #backlogBytes(): number {
    const { feed } = this.#options;
    let bytes = 0;
    for (let number = this.#at; number < feed.next; number++) {
      bytes += feed.unit(number)?.bytes ?? 0;
    }
    return bytes;
  }

  #drop(reason: DropReason, frames: number): void {
    this.#options.statistics.drops[reason] += frames;
  }
}
