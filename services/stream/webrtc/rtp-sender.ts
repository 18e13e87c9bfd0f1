import { buildSenderReport } from '@vms/wire/rtcp/build-sender-report.ts';
import { RETRANSMISSION_PACKETS } from './bounds.ts';
import { EXTENSION_BYTES, PACKET_HEAD_BYTES, type PackedUnit, writeHead } from './packed-unit.ts';
import type { RtpClock } from './rtp-feed.ts';
import type { ViewerStatistics } from './viewer-statistics.ts';

/** Hands a packet of RTP or RTCP to the viewer's track; false where the socket is full. */
export type SendPacket = (packet: Buffer) => boolean;

export interface RtpSenderOptions {
  readonly payloadType: number;
  readonly ssrc: number;
  /** Ticks a second. */
  readonly clockRate: number;
  readonly playoutDelayId: number;
  /** First sequence number, 16 bits; random. */
  readonly sequence: number;
  /** Added to each timestamp; random. */
  readonly timestampOffset: number;
  readonly send: SendPacket;
  readonly statistics: ViewerStatistics;
}

/** One RTP stream to one viewer: sequence numbers, heads, and the packets that can be sent again. */
export class RtpSender {
  readonly ssrc: number;
  readonly #options: RtpSenderOptions;
  readonly #sent: (Buffer | undefined)[];
  readonly #sentTimestamps: Uint32Array;
  readonly #sentMarkers: Uint8Array;
  #next: number;
  #packets = 0;
  #octets = 0;
  /** Whether anything was sent at all. */
  started = false;

  constructor(options: RtpSenderOptions) {
    this.#options = options;
    this.ssrc = options.ssrc;
    this.#next = options.sequence & 0xffff;
    this.#sent = new Array<Buffer | undefined>(RETRANSMISSION_PACKETS).fill(undefined);
    this.#sentTimestamps = new Uint32Array(RETRANSMISSION_PACKETS);
    this.#sentMarkers = new Uint8Array(RETRANSMISSION_PACKETS);
  }

  /** Sends one packet of a unit; false where the socket was full, and the packet is lost. */
  sendPacket(unit: PackedUnit, index: number, timestamp: number): boolean {
    const packet = unit.packets[index];
    if (packet === undefined) return true;
    const marker = unit.marker && index === unit.packets.length - 1;
    const wire = (timestamp + this.#options.timestampOffset) >>> 0;
    const slot = this.#next & (RETRANSMISSION_PACKETS - 1);
    this.#sent[slot] = packet;
    this.#sentTimestamps[slot] = wire;
    this.#sentMarkers[slot] = marker ? 1 : 0;
    const ok = this.#write(packet, this.#next, wire, marker);
    this.#next = (this.#next + 1) & 0xffff;
    this.#packets++;
    this.#octets += packet.length - PACKET_HEAD_BYTES;
    this.started = true;
    return ok;
  }

  /** Whether a packet of this number is out already, kept or not; numbers half a circle back count as ahead. */
  hasSent(sequence: number): boolean {
    const age = this.#ageOf(sequence);
    return age > 0 && age < 0x8000 && age <= this.#packets;
  }

  /** Sends a packet again; false where it is no longer kept. */
  resend(sequence: number): boolean {
    const age = this.#ageOf(sequence);
    if (age === 0 || age > RETRANSMISSION_PACKETS) return false;
    const slot = sequence & (RETRANSMISSION_PACKETS - 1);
    const packet = this.#sent[slot];
    if (packet === undefined) return false;
    const marker = this.#sentMarkers[slot] === 1;
    this.#write(packet, sequence, this.#sentTimestamps[slot] ?? 0, marker);
    return true;
  }

  /** Tells where the clock stands at `wallClock` (RFC 3550 §6.4.1). */
  report(clock: RtpClock, wallClock: number): void {
    const passed = ((wallClock - clock.wallClock) / 1000) * this.#options.clockRate;
    const timestamp = Math.round(clock.timestamp + passed) + this.#options.timestampOffset;
    const report = buildSenderReport({
      ssrc: this.ssrc,
      wallClock,
      rtpTimestamp: timestamp >>> 0,
      packetCount: this.#packets,
      octetCount: this.#octets,
    });
    this.#options.send(Buffer.from(report.buffer, report.byteOffset, report.byteLength));
  }

  /** Lets go of the packets. */
  close(): void {
    this.#sent.fill(undefined);
  }

  /** Packets from this number to the next one to be sent. */
  #ageOf(sequence: number): number {
    return (this.#next - sequence) & 0xffff;
  }

  #write(packet: Buffer, sequence: number, timestamp: number, marker: boolean): boolean {
    const { payloadType, playoutDelayId, send, ssrc, statistics } = this.#options;
    const head = { payloadType, ssrc, sequence, timestamp, marker, playoutDelayId };
    statistics.packets++;
    statistics.bytes += packet.length - (playoutDelayId > 0 ? 0 : EXTENSION_BYTES);
    return send(writeHead(packet, head));
  }
}
