import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CameraAddress, readCameraAddress } from '@vms/common/camera-address.ts';
import { MAX_LOG_TEXT_CHARACTERS, redactText } from '@vms/telemetry/redact.ts';
import { MAX_CHALLENGE_CHARACTERS, parseChallenges } from '@vms/wire/rtsp/digest.ts';
import { MAX_BODY_BYTES } from '@vms/wire/rtsp/stream-parser.ts';
import { readSections } from '@vms/wire/sdp/sections.ts';
import { MAX_SDP_BYTES, parseOffer } from '../../services/stream/webrtc/offer.ts';

/** Milliseconds of CPU, far above what linear time takes and far below what quadratic time does. */
const MOST_CPU_MS = 1500;

const filled = (start: string, piece: string, length: number, end = ''): string =>
  start + piece.repeat(Math.floor((length - start.length - end.length) / piece.length)) + end;
const often = (count: number, read: () => unknown): void => {
  for (let i = 0; i < count; i++) read();
};
const offer = (sdp: string): void => {
  assert.throws(() => parseOffer(sdp));
};
const address = (text: string): CameraAddress | string => readCameraAddress(text);

/** Texts at the bounds of their readers that a backtracking reader goes over once for each character. */
const CASES: readonly (readonly [string, () => void])[] = [
  ['an offer of spaces', () => offer(filled('v=0', ' ', MAX_SDP_BYTES))],
  ['an offer of tabs', () => offer(filled('v=0', '\t', MAX_SDP_BYTES))],
  ['an offer of carriage returns', () => offer(filled('v=0', '\r', MAX_SDP_BYTES))],
  [
    'a format of a description that is spaces up to a line separator',
    () => {
      const start = 'v=0\nm=video 0 RTP/AVP 96\na=fmtp:96';
      readSections(filled(start, ' ', MAX_BODY_BYTES, 'x\u2028x'));
    },
  ],
  [
    'challenges that are one long word',
    () => {
      const value = filled('Digest ', 'a', MAX_CHALLENGE_CHARACTERS);
      often(100, () => parseChallenges([value]));
    },
  ],
  [
    'challenges with a quote that is never closed',
    () => {
      const value = filled('Digest realm="', '\\"', MAX_CHALLENGE_CHARACTERS);
      often(200, () => parseChallenges([value]));
    },
  ],
  [
    'log texts of many schemes',
    () => {
      const text = filled('@ ', 'a://', MAX_LOG_TEXT_CHARACTERS);
      often(100, () => redactText(text));
    },
  ],
  [
    'camera addresses of many colons',
    () => {
      const text = filled('rtsp://192.0.2.7/', 'a:', 2048);
      often(100, () => address(text));
    },
  ],
];

for (const [name, read] of CASES) {
  test(`${name}: read once, and not once for each character`, () => {
    const started = process.cpuUsage();
    read();
    const { user, system } = process.cpuUsage(started);
    const took = (user + system) / 1000;
    assert.ok(took < MOST_CPU_MS, `took ${Math.round(took)} ms of CPU`);
  });
}
