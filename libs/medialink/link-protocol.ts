import type { AudioConfig, CodecConfig, Frame, VideoConfig } from '@vms/common/frame.ts';
import type { CameraId, StreamName } from '@vms/common/ids.ts';
import { MAX_CONTROL_BYTES, MAX_FRAME_BYTES } from './bounds.ts';
import type { FrameGap, StartWith } from './frame-source.ts';
import { MediaLinkError } from './medialink-error.ts';

/**
 * The media link on the wire. Every message, in both directions:
 *
 *     0        4      5
 *     +--------+------+----------------+
 *     | length | type | body           |   length = 1 + body bytes, big-endian
 *     +--------+------+----------------+
 *
 * Control bodies are JSON; the body of a frame is binary (all big-endian):
 *
 *     0              4        6       7          8          16    24          28          36           44
 *     +--------------+--------+-------+----------+----------+-----+-----------+-----------+------------+---------+
 *     | subscription | config | flags | reserved | sequence | pts | pts - dts | wallClock | receivedAt | payload |
 *     | u32          | u16    | u8    | u8       | f64      | f64 | i32       | f64       | f64 or NaN |         |
 *     +--------------+--------+-------+----------+----------+-----+-----------+-----------+------------+---------+
 *
 * `receivedAt` is the sender's monotonic clock: a client on another machine takes it for absent.
 */
export const LINK_VERSION = 3;

export const PREFIX_BYTES = 5;
export const FRAME_FIELDS_BYTES = 44;

export const MESSAGE = {
  hello: 1,
  subscribe: 2,
  unsubscribe: 3,
  welcome: 4,
  config: 5,
  frame: 6,
  gap: 7,
  end: 8,
  heartbeat: 9,
  refused: 10,
  /** From the client, `{}`: what is held back is to come at once ... */
  flush: 11,
  /** ... and before this, `{}`: one for each `flush`. */
  flushed: 12,
} as const;
export type MessageType = (typeof MESSAGE)[keyof typeof MESSAGE];

const KEYFRAME = 1;
const DISCONTINUITY = 2;

export interface Hello {
  readonly version: number;
  readonly token: string;
  readonly queueBytes: number;
  /**
   * Milliseconds that the server may hold frames back to send several in one write, unless `flush` asks for
   * them: MAX_COALESCE_MS at most; 0 is at once.
   */
  readonly coalesceMs: number;
}

export interface Subscribe {
  readonly subscription: number;
  readonly camera: CameraId;
  readonly stream: StreamName;
  readonly startWith: StartWith;
}

export interface Welcome {
  readonly version: number;
  readonly hub: string;
}

export interface GapMessage {
  readonly subscription: number;
  readonly gap: FrameGap;
}

export interface ConfigMessage {
  readonly subscription: number;
  readonly index: number;
  readonly config: Omit<VideoConfig, 'record'> | Omit<AudioConfig, 'record'>;
  /** The record of the configuration, base64. */
  readonly record: string;
}

export interface FrameFields {
  readonly subscription: number;
  readonly config: number;
  readonly frame: Omit<Frame, 'camera' | 'stream' | 'config'>;
}

export function encodeControl(type: MessageType, body: object): Buffer {
  const json = Buffer.from(JSON.stringify(body));
  if (json.length > MAX_CONTROL_BYTES) {
    throw new MediaLinkError(
      'medialink.too-large',
      `A media link message of ${json.length} bytes exceeds the limit of ${MAX_CONTROL_BYTES}.`,
    );
  }
  const message = Buffer.allocUnsafe(PREFIX_BYTES + json.length);
  message.writeUInt32BE(1 + json.length, 0);
  message[4] = type;
  json.copy(message, PREFIX_BYTES);
  return message;
}

/** What goes before the payload of a frame; the payload itself is written as it is, uncopied. */
export function encodeFramePrefix(subscription: number, config: number, frame: Frame): Buffer {
  const prefix = Buffer.allocUnsafe(PREFIX_BYTES + FRAME_FIELDS_BYTES);
  prefix.writeUInt32BE(1 + FRAME_FIELDS_BYTES + frame.payload.length, 0);
  prefix[4] = MESSAGE.frame;
  prefix.writeUInt32BE(subscription, 5);
  prefix.writeUInt16BE(config, 9);
  prefix[11] = (frame.keyframe ? KEYFRAME : 0) | (frame.discontinuity ? DISCONTINUITY : 0);
  prefix[12] = 0;
  prefix.writeDoubleBE(frame.sequence, 13);
  prefix.writeDoubleBE(frame.pts, 21);
  prefix.writeInt32BE(frame.pts - frame.dts, 29);
  prefix.writeDoubleBE(frame.wallClock, 33);
  prefix.writeDoubleBE(frame.receivedAt ?? Number.NaN, 41);
  return prefix;
}

/** @throws MediaLinkError `medialink.protocol` for a body that is too short. */
export function decodeFrame(body: Buffer): FrameFields {
  if (body.length < FRAME_FIELDS_BYTES) throw malformed('a frame shorter than its fields');
  const flags = body[6] ?? 0;
  const pts = body.readDoubleBE(16);
  const receivedAt = body.readDoubleBE(36);
  const frame = {
    keyframe: (flags & KEYFRAME) !== 0,
    discontinuity: (flags & DISCONTINUITY) !== 0,
    sequence: body.readDoubleBE(8),
    pts,
    dts: pts - body.readInt32BE(24),
    wallClock: body.readDoubleBE(28),
    payload: body.subarray(FRAME_FIELDS_BYTES),
  };
  return {
    subscription: body.readUInt32BE(0),
    config: body.readUInt16BE(4),
    frame: Number.isNaN(receivedAt) ? frame : { ...frame, receivedAt },
  };
}

/** @throws MediaLinkError `medialink.too-large` for one that does not fit into MAX_CONTROL_BYTES. */
export function encodeConfig(subscription: number, index: number, config: CodecConfig): Buffer {
  const { record, ...described } = config;
  return encodeControl(MESSAGE.config, {
    subscription,
    index,
    config: described,
    record: Buffer.from(record).toString('base64'),
  });
}

export function decodeConfig(message: ConfigMessage): CodecConfig {
  return { ...message.config, record: Buffer.from(message.record, 'base64') };
}

/** @throws MediaLinkError `medialink.protocol` for what is not a JSON object. */
export function decodeControl<Message>(body: Buffer): Message {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new MediaLinkError('medialink.protocol', 'The media link carried malformed JSON.', {
      cause,
    });
  }
  if (typeof value !== 'object' || value === null)
    throw malformed('a control message that is no object');
  return value as Message;
}

/** Bytes that a message of this type may have behind its prefix. */
export function maxBodyBytes(type: number): number {
  return type === MESSAGE.frame ? FRAME_FIELDS_BYTES + MAX_FRAME_BYTES : MAX_CONTROL_BYTES;
}

export function malformed(what: string): MediaLinkError {
  return new MediaLinkError('medialink.protocol', {
    happened: `The media link carried ${what}.`,
    remedy: 'Check that both ends run the same version and that nothing else uses this address.',
  });
}
