import assert from 'node:assert/strict';
import {
  MessageReader as BusReader,
  encodeMessage,
  KIND_EVENT,
  KIND_SUBSCRIBE,
  MAX_MESSAGE_BYTES,
} from '@vms/bus/link-message.ts';
import { MAX_CONTROL_BYTES, MAX_FRAME_BYTES } from '@vms/medialink/bounds.ts';
import {
  type ConfigMessage,
  decodeConfig,
  decodeControl,
  decodeFrame,
  encodeConfig,
  encodeControl,
  encodeFramePrefix,
  FRAME_FIELDS_BYTES,
  LINK_VERSION,
  MESSAGE,
  PREFIX_BYTES,
} from '@vms/medialink/link-protocol.ts';
import { MediaLinkError } from '@vms/medialink/medialink-error.ts';
import { MessageReader } from '@vms/medialink/message-reader.ts';
import { H264, syntheticFrame } from '../../../libs/medialink/testing/synthetic-frames.ts';
import type { TargetBound } from '../fuzz-target.ts';

/** Reads of that size, after the whole at once. */
function pieceOf(input: Uint8Array): number {
  return 1 + ((input[0] ?? 0) % 97) * Math.ceil(input.length / 4096);
}

/** A message of the media link: its type, and a body of so many bytes. */
function mediaMessage(type: number, body: Uint8Array): Uint8Array {
  const message = Buffer.alloc(PREFIX_BYTES + body.length);
  message.writeUInt32BE(1 + body.length, 0);
  message[4] = type;
  message.set(body, PREFIX_BYTES);
  return message;
}

function mediaSeeds(): Uint8Array[] {
  const frame = syntheticFrame(4);
  return [
    encodeControl(MESSAGE.hello, {
      version: LINK_VERSION,
      token: '',
      queueBytes: 9,
      coalesceMs: 0,
    }),
    Buffer.concat([
      encodeConfig(1, 0, H264),
      encodeFramePrefix(1, 0, frame),
      frame.payload,
      encodeControl(MESSAGE.gap, { subscription: 1, gap: { from: 1, to: 2 } }),
    ]),
  ];
}

const mediaBounds: readonly TargetBound[] = [
  {
    name: 'MAX_FRAME_BYTES',
    bound: MAX_FRAME_BYTES,
    input: (size) => mediaMessage(MESSAGE.frame, Buffer.alloc(FRAME_FIELDS_BYTES + size, 1)),
  },
  {
    name: 'MAX_CONTROL_BYTES',
    bound: MAX_CONTROL_BYTES,
    input: (size) => mediaMessage(MESSAGE.gap, Buffer.from(`"${'x'.repeat(size - 2)}"`)),
  },
];

function runMedia(input: Uint8Array): void {
  const whole = readMedia(input, Math.max(1, input.length));
  assert.deepEqual(readMedia(input, pieceOf(input)), whole, 'reads make no difference');
}

function readMedia(input: Uint8Array, size: number): string[] {
  const seen: string[] = [];
  const reader = new MessageReader((type, body) => {
    assert.ok(body.length <= FRAME_FIELDS_BYTES + MAX_FRAME_BYTES);
    seen.push(`${type} ${body.length}`);
    try {
      if (type === MESSAGE.frame) {
        assert.equal(decodeFrame(body).frame.payload.length, body.length - FRAME_FIELDS_BYTES);
      } else if (type === MESSAGE.config) {
        const message = decodeControl<Partial<ConfigMessage>>(body);
        if (typeof message.record === 'string') decodeConfig(message as ConfigMessage);
      } else {
        decodeControl(body);
      }
    } catch (thrown) {
      if (!(thrown instanceof MediaLinkError)) throw thrown;
    }
  });
  try {
    for (let at = 0; at < input.length; at += size) reader.push(input.subarray(at, at + size));
  } catch (thrown) {
    if (!(thrown instanceof MediaLinkError)) throw thrown;
    seen.push('refused');
  }
  return seen;
}

/** Messages between ingest and those who take its frames. */
export const mediaLink = {
  name: 'media-link',
  seeds: mediaSeeds,
  bounds: mediaBounds,
  run: runMedia,
};

/** An event whose message is so many bytes long behind its length. */
function busMessage(size: number): Uint8Array {
  return encodeMessage(KIND_EVENT, 'a.b', 'x'.repeat(size - 2 - 'a.b'.length));
}

const busBounds: readonly TargetBound[] = [
  { name: 'MAX_MESSAGE_BYTES', bound: MAX_MESSAGE_BYTES, input: busMessage },
];

function runBus(input: Uint8Array): void {
  const whole = readBus(input, Math.max(1, input.length));
  assert.deepEqual(readBus(input, pieceOf(input)), whole, 'reads make no difference');
}

function readBus(input: Uint8Array, size: number): string[] {
  const seen: string[] = [];
  const reader = new BusReader();
  try {
    for (let at = 0; at < input.length; at += size) {
      reader.read(Buffer.from(input.subarray(at, at + size)), ({ kind, payload, subject }) => {
        assert.ok(payload.length + subject.length <= MAX_MESSAGE_BYTES);
        seen.push(`${kind} ${subject} ${payload.length}`);
      });
    }
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    seen.push('refused');
  }
  return seen;
}

/** Messages of the local bus. */
export const bus = {
  name: 'bus',
  seeds: () => [
    Buffer.concat([
      encodeMessage(KIND_SUBSCRIBE, 'camera.>'),
      encodeMessage(KIND_EVENT, 'camera.a', '{}'),
    ]),
  ],
  bounds: busBounds,
  run: runBus,
};
