import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { RTP_HEADER_BYTES, readUint32 } from '../rtp/header.ts';
import type { SrtpKey } from './srtp-key.ts';

/** Sources whose packets are followed at a time. */
export const MAX_SRTP_SOURCES = 8;
/** Packets behind the newest that may still come, each once (RFC 3711 §3.3.2). */
export const REPLAY_WINDOW_PACKETS = 64;
/** Rollover counters that are tried for a source that nothing is known of: it may have run for long. */
export const MAX_ROLLOVER_GUESSES = 16;
const MAX_PACKET_BYTES = 65_535;

/** Labels of RFC 3711 §4.3.1. */
const LABEL = { encryption: 0, authentication: 1, salt: 2 } as const;
const AUTHENTICATION_KEY_BYTES = 20;
const SEQUENCES = 65_536;

interface Source {
  /** Index of the newest packet: rollover counter and sequence number. */
  newest: number;
  /** Indexes that came, by their place in the window. */
  readonly seen: Float64Array;
}

interface SessionKeys {
  readonly key: SrtpKey;
  readonly cipher: string;
  readonly encryption: Buffer;
  readonly authentication: Buffer;
  readonly salt: Buffer;
}

/** Takes the protection off the packets of one track (RFC 3711 §3.3, RFC 7714 §8). */
export class SrtpReceiver {
  /** Packets that verified. */
  verified = 0;
  readonly #keys: readonly SessionKeys[];
  readonly #sources = new Map<number, Source>();
  readonly #plain = Buffer.allocUnsafe(MAX_PACKET_BYTES);

  constructor(keys: readonly SrtpKey[]) {
    this.#keys = keys.map(sessionKeysOf);
  }

  /**
   * The plain packet, valid until the next call; undefined where it is not a packet of this session.
   * Nothing is changed by one that does not verify.
   */
  open(buffer: Uint8Array, start: number, end: number): Uint8Array | undefined {
    const packet = Buffer.from(buffer.buffer, buffer.byteOffset + start, end - start);
    const length = this.#open(packet);
    if (length < 0) return undefined;
    this.verified++;
    return this.#plain.subarray(0, length);
  }

  #open(packet: Buffer): number {
    const header = headerBytesOf(packet);
    const keys = header < 0 ? undefined : this.#keysOf(packet, header);
    if (keys === undefined) return -1;
    const ssrc = readUint32(packet, 8);
    const sequence = packet.readUInt16BE(2);
    const source = this.#sources.get(ssrc);
    if (source !== undefined) {
      const index = indexOf(source.newest, sequence);
      if (index < 0 || wasSeen(source, index)) return -1;
      const length = this.#openAs(keys, packet, header, ssrc, index);
      if (length >= 0) see(source, index);
      return length;
    }
    const known = keys.key.rollovers.get(ssrc);
    const guesses = known === undefined ? MAX_ROLLOVER_GUESSES : 1;
    for (let guess = 0; guess < guesses; guess++) {
      const index = ((known ?? 0) + guess) * SEQUENCES + sequence;
      const length = this.#openAs(keys, packet, header, ssrc, index);
      if (length >= 0) {
        this.#follow(ssrc, index);
        return length;
      }
      // Without a tag nothing tells whether the guess was right.
      if (keys.key.suite.tagBytes === 0) return -1;
    }
    return -1;
  }

  /** The key that a packet names, or the only one. */
  #keysOf(packet: Buffer, header: number): SessionKeys | undefined {
    for (const keys of this.#keys) {
      const { mki, suite } = keys.key;
      // GCM has its tag in the ciphertext, before the identifier (RFC 7714 §9.1).
      const behind = suite.cipher === 'gcm' ? 0 : suite.tagBytes;
      const from = packet.length - behind - mki.length;
      if (from < header + (suite.tagBytes - behind)) continue;
      if (mki.length === 0 || packet.subarray(from, from + mki.length).equals(mki)) return keys;
    }
    return undefined;
  }

  #openAs(keys: SessionKeys, packet: Buffer, header: number, ssrc: number, index: number): number {
    return keys.key.suite.cipher === 'gcm'
      ? this.#openGcm(keys, packet, header, ssrc, index)
      : this.#openCounter(keys, packet, header, ssrc, index);
  }

  /** `header  encrypted payload  [MKI]  tag`; the tag is over header, payload and rollover counter. */
  #openCounter(
    { key, cipher, encryption, authentication, salt }: SessionKeys,
    packet: Buffer,
    header: number,
    ssrc: number,
    index: number,
  ): number {
    const { tagBytes } = key.suite;
    const payloadEnd = packet.length - tagBytes - key.mki.length;
    if (tagBytes > 0) {
      const rollover = Buffer.alloc(4);
      rollover.writeUInt32BE(Math.floor(index / SEQUENCES) >>> 0);
      const tag = createHmac('sha1', authentication)
        .update(packet.subarray(0, payloadEnd))
        .update(rollover)
        .digest();
      const given = packet.subarray(packet.length - tagBytes);
      if (!timingSafeEqual(tag.subarray(0, tagBytes), given)) return -1;
    }
    packet.copy(this.#plain, 0, 0, payloadEnd);
    if (key.encrypted) {
      const iv = Buffer.alloc(16);
      salt.copy(iv);
      xorUint(iv, 4, ssrc, 4);
      xorUint(iv, 8, index, 6);
      const plain = createDecipheriv(cipher, encryption, iv);
      plain.update(packet.subarray(header, payloadEnd)).copy(this.#plain, header);
    }
    return payloadEnd;
  }

  /** `header  encrypted payload  tag  [MKI]` */
  #openGcm(
    { key, encryption, salt }: SessionKeys,
    packet: Buffer,
    header: number,
    ssrc: number,
    index: number,
  ): number {
    const { tagBytes, keyBytes } = key.suite;
    const tagAt = packet.length - key.mki.length - tagBytes;
    const iv = Buffer.from(salt);
    xorUint(iv, 2, ssrc, 4);
    xorUint(iv, 6, index, 6);
    const cipher = createDecipheriv(
      keyBytes === 16 ? 'aes-128-gcm' : 'aes-256-gcm',
      encryption,
      iv,
    );
    const payloadFrom = key.encrypted ? header : tagAt;
    cipher.setAAD(packet.subarray(0, payloadFrom));
    cipher.setAuthTag(packet.subarray(tagAt, tagAt + tagBytes));
    try {
      packet.copy(this.#plain, 0, 0, payloadFrom);
      cipher.update(packet.subarray(payloadFrom, tagAt)).copy(this.#plain, payloadFrom);
      cipher.final();
      return tagAt;
    } catch {
      return -1;
    }
  }

  #follow(ssrc: number, index: number): void {
    if (this.#sources.size >= MAX_SRTP_SOURCES) {
      for (const oldest of this.#sources.keys()) {
        this.#sources.delete(oldest);
        break;
      }
    }
    const source = { newest: index, seen: new Float64Array(REPLAY_WINDOW_PACKETS).fill(-1) };
    see(source, index);
    this.#sources.set(ssrc, source);
  }
}

/** Bytes of the header with sources and extension, which stay in the clear; -1 for no RTP packet. */
function headerBytesOf(packet: Buffer): number {
  const [first = 0] = packet;
  if (packet.length < RTP_HEADER_BYTES || first >> 6 !== 2) return -1;
  let header = RTP_HEADER_BYTES + 4 * (first & 15);
  if (first & 0x10) {
    if (header + 4 > packet.length) return -1;
    header += 4 + 4 * packet.readUInt16BE(header + 2);
  }
  return header <= packet.length ? header : -1;
}

/** The index that lies next to the newest one (RFC 3711 appendix A). */
function indexOf(newest: number, sequence: number): number {
  const base = newest - (newest % SEQUENCES);
  const distance = sequence - (newest % SEQUENCES);
  if (distance > SEQUENCES / 2) return base - SEQUENCES + sequence;
  return distance < -SEQUENCES / 2 ? base + SEQUENCES + sequence : base + sequence;
}

function wasSeen({ newest, seen }: Source, index: number): boolean {
  return index <= newest - REPLAY_WINDOW_PACKETS || seen[index % REPLAY_WINDOW_PACKETS] === index;
}

function see(source: Source, index: number): void {
  source.seen[index % REPLAY_WINDOW_PACKETS] = index;
  if (index > source.newest) source.newest = index;
}

/** RFC 3711 §4.3 with the derivation rate 0: each key is derived once. */
function sessionKeysOf(key: SrtpKey): SessionKeys {
  const { keyBytes, saltBytes } = key.suite;
  const cipher = `aes-${keyBytes * 8}-ctr`;
  const derive = (label: number, bytes: number): Buffer => {
    const iv = Buffer.alloc(16);
    iv.set(key.masterSalt);
    iv[7] = (iv[7] ?? 0) ^ label;
    return createCipheriv(cipher, key.masterKey, iv).update(Buffer.alloc(bytes));
  };
  return {
    key,
    cipher,
    encryption: derive(LABEL.encryption, keyBytes),
    authentication: derive(LABEL.authentication, AUTHENTICATION_KEY_BYTES),
    salt: derive(LABEL.salt, saltBytes),
  };
}

/** Adds `value` without carry to `bytes` bytes at `at`, the highest first. */
function xorUint(target: Buffer, at: number, value: number, bytes: number): void {
  let rest = value;
  for (let i = at + bytes - 1; i >= at; i--) {
    target[i] = (target[i] ?? 0) ^ (rest % 256);
    rest = Math.floor(rest / 256);
  }
}
