import type { Clock, EpochMs, MonotonicMs } from '@vms/common/clock.ts';
import { buildSenderReport } from '@vms/wire/rtcp/build-sender-report.ts';
import { type PacketTemplate, payloadOctets, stampPackets } from './packet-template.ts';
import type { PreparedTrack } from './prepared-track.ts';

/** Where packets go: a socket, or what a test puts in its place. */
export interface PacketOutput {
  write(bytes: Uint8Array): void;
  /** Bytes that were written and are not yet with the kernel. */
  readonly backlogBytes: number;
}

/** How a track of one session is sent. */
export interface TrackSenderOptions {
  readonly track: PreparedTrack;
  readonly output: PacketOutput;
  readonly clock: Clock;
  /** Interleaved channel of RTP; RTCP takes the next. */
  readonly channel: number;
  readonly ssrc: number;
  /** First sequence number and time stamp. */
  readonly firstSequence: number;
  readonly firstTimestamp: number;
  /** Number in the clip of the first frame; of video a keyframe. */
  readonly firstFrame: number;
  readonly startsAt: MonotonicMs;
  /** Packets that go out in one write; the next follow 1 ms later. */
  readonly packetsPerWrite: number;
  /** Whether frames may go out now. */
  mayBegin(): boolean;
  /** A fault that applies to the frame about to be sent, taken away by asking. */
  takeFault(): 'drop-frame' | 'lose-packet' | undefined;
  /** A frame was left out because the client is too slow. */
  onSkipped(): void;
  onSent(frame: number, rtpTimestamp: number, sentAt: EpochMs): void;
}

/** A client that takes less than it is sent loses whole frames from here on, to the next keyframe. */
export const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;
const WRITE_INTERVAL_MS = 1;
const SENDER_REPORT_INTERVAL_MS = 5000;
/** Share of a frame's time in which its packets must be out, however many they are. */
const SENDING_SHARE = 0.75;
/** Writes that one call makes at most, so that a late track does not starve the others. */
const MAX_WRITES_PER_RUN = 64;

/** Sends the frames of one track to one client when they are due, a few packets a write. */
export class TrackSender {
  readonly #options: TrackSenderOptions;
  readonly #frameMs: number;
  /** Frames since the start, whether they were sent or not. */
  #count = 0;
  #due: MonotonicMs;
  #reportDue: MonotonicMs;
  #sequence: number;
  #packetCount = 0;
  #octetCount = 0;
  #awaitsKeyframe = false;
  /** The frame that is half out. */
  #packets: Buffer | undefined;
  #template: PacketTemplate | undefined;
  #nextPacket = 0;
  #packetsPerWrite = 1;

  constructor(options: TrackSenderOptions) {
    this.#options = options;
    this.#frameMs = (options.track.frameTicks / options.track.clockRate) * 1000;
    this.#due = options.startsAt;
    this.#reportDue = options.startsAt;
    this.#sequence = options.firstSequence;
  }

  /** Sends what is due. */
  run(now: MonotonicMs): void {
    for (let writes = 0; this.#due <= now && writes < MAX_WRITES_PER_RUN; writes++) {
      if (this.#packets === undefined && !this.#begin(now)) return;
      this.#writeSome();
    }
  }

  /** Takes up the next frame. False where none may go out now. */
  #begin(now: MonotonicMs): boolean {
    const { track, output, firstFrame } = this.#options;
    if (!this.#options.mayBegin()) {
      this.#awaitsKeyframe = true;
      return false;
    }
    // After a pause: what would have been sent meanwhile is over.
    const missed = Math.floor((now - this.#due) / this.#frameMs);
    if (this.#awaitsKeyframe && missed > 0) this.#skip(missed);
    if (output.backlogBytes > MAX_BACKLOG_BYTES) this.#awaitsKeyframe = true;
    const frame = track.frames[(firstFrame + this.#count) % track.frames.length];
    const blocked = output.backlogBytes > MAX_BACKLOG_BYTES || frame === undefined;
    if (blocked || (this.#awaitsKeyframe && !frame.keyframe)) {
      this.#options.onSkipped();
      this.#skip(1);
      return this.#due <= now ? this.#begin(now) : false;
    }
    this.#awaitsKeyframe = false;
    if (this.#reportDue <= now) this.#sendReport(now);
    this.#template = frame.template;
    this.#packets = stampPackets(frame.template, {
      channel: this.#options.channel,
      sequence: this.#sequence,
      timestamp: this.#timestamp(),
      ssrc: this.#options.ssrc,
    });
    this.#nextPacket = 0;
    const writes = Math.max(1, Math.floor((this.#frameMs * SENDING_SHARE) / WRITE_INTERVAL_MS));
    this.#packetsPerWrite = Math.max(
      this.#options.packetsPerWrite,
      Math.ceil(frame.template.offsets.length / writes),
    );
    this.#applyFault();
    return true;
  }

  #applyFault(): void {
    const template = this.#template;
    if (template === undefined || this.#packets === undefined) return;
    const { clock, output, takeFault } = this.#options;
    const fault = takeFault();
    const sentAt = clock.now();
    if (fault === 'drop-frame') {
      this.#finish(0, 0, sentAt);
      return;
    }
    if (fault !== 'lose-packet') return;
    const lost = template.offsets.length >> 1;
    const from = template.offsets[lost] ?? 0;
    const to = template.offsets[lost + 1] ?? template.bytes.length;
    output.write(Buffer.concat([this.#packets.subarray(0, from), this.#packets.subarray(to)]));
    this.#finish(template.offsets.length, payloadOctets(template), sentAt);
  }

  #writeSome(): void {
    const { clock, output } = this.#options;
    const template = this.#template;
    const packets = this.#packets;
    if (template === undefined || packets === undefined) return;
    const end = this.#nextPacket + this.#packetsPerWrite;
    const from = template.offsets[this.#nextPacket] ?? 0;
    const to = template.offsets[end] ?? packets.length;
    // Before the write: on a busy machine the receiver may have the bytes before this goes on.
    const sentAt = clock.now();
    output.write(from === 0 && to === packets.length ? packets : packets.subarray(from, to));
    this.#nextPacket = end;
    this.#due += WRITE_INTERVAL_MS;
    if (end >= template.offsets.length) {
      this.#finish(template.offsets.length, payloadOctets(template), sentAt);
    }
  }

  /** The frame is out: into the ledger with it. */
  #finish(packets: number, octets: number, sentAt: EpochMs): void {
    const { track, firstFrame, onSent } = this.#options;
    const number = (firstFrame + this.#count) % track.frames.length;
    onSent(number, this.#timestamp(), sentAt);
    this.#sequence = (this.#sequence + packets) & 0xffff;
    this.#packetCount += packets;
    this.#octetCount += octets;
    this.#packets = undefined;
    this.#template = undefined;
    this.#skip(1);
  }

  #skip(frames: number): void {
    this.#count += frames;
    this.#due = this.#options.startsAt + this.#count * this.#frameMs;
  }

  #timestamp(): number {
    const { firstTimestamp, track } = this.#options;
    return Math.round(firstTimestamp + this.#count * track.frameTicks) % 2 ** 32;
  }

  #sendReport(now: MonotonicMs): void {
    const { clock, track, output, ssrc, channel, startsAt, firstTimestamp } = this.#options;
    this.#reportDue = now + SENDER_REPORT_INTERVAL_MS;
    const elapsed = ((now - startsAt) / 1000) * track.clockRate;
    const report = buildSenderReport({
      ssrc,
      wallClock: clock.now(),
      rtpTimestamp: Math.round(firstTimestamp + elapsed) % 2 ** 32,
      packetCount: this.#packetCount,
      octetCount: this.#octetCount,
    });
    const framed = Buffer.concat([Buffer.of(0x24, channel + 1, 0, report.length), report]);
    output.write(framed);
  }
}
