import type { PacketizerOptions } from './packetizer.ts';

/** Payload of one RTP packet in hexadecimal, with its marker bit. */
export type PayloadText = readonly [hex: string, marker: boolean];

/**
 * One access unit and how it travels. One table serves the depacketizer, the packetizer and the seeds of
 * the fuzzers.
 */
export interface PacketCase {
  readonly name: string;
  /** Video: hexadecimal NAL units. Audio: the access unit alone. */
  readonly units: readonly string[];
  readonly payloads: readonly PayloadText[];
  /** How our packetizer makes exactly these payloads; undefined where only a camera would. */
  readonly packetizer?: PacketizerOptions;
}
