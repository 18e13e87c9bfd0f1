import assert from 'node:assert/strict';
import { FormatError } from '@vms/format/format-error.ts';
import {
  columnOf,
  encodeClosingLine,
  encodeFragmentLine,
  encodeIndexHeader,
  type IndexHeader,
  isKeyframeLine,
  LINE_BYTES,
  MAX_HEADER_LINES,
  parseIndexHeader,
  parseIndexLine,
} from '@vms/format/index-line.ts';
import type { TargetBound } from '../fuzz-target.ts';

const HASH = 'ab'.repeat(32);
const HEADER: IndexHeader = {
  camera: 'cam_abcdefghijklmnop',
  stream: 'main',
  fileNumber: 1,
  bootId: 'boot',
  segmentUid: '00'.repeat(16),
  dateUtc: 1_700_000_000_000,
  tracks: [],
  previousHash: HASH,
  headerBytes: 1000,
  patched: { segmentSize: 1, seekHead: 2, duration: 3 },
  hash: HASH,
} as unknown as IndexHeader;

function seeds(): Uint8Array[] {
  const fragment = encodeFragmentLine({
    wallClock: 1_700_000_000_000,
    duration: 460,
    offset: 1000,
    length: 5000,
    frames: 12,
    keyframe: true,
    track: 1,
    durable: 0,
    hash: HASH,
  });
  const closing = encodeClosingLine({
    cause: 'hour',
    wallClock: 1_700_000_000_460,
    offset: 6000,
    length: 50,
    fragments: 1,
    frames: 12,
    hash: HASH,
  });
  const lines = Buffer.from(fragment);
  return [Buffer.concat([encodeIndexHeader(HEADER), lines, lines, closing]), lines, closing];
}

/** A header line of so many times LINE_BYTES. */
function headerOf(lines: number): Uint8Array {
  const bytes = Buffer.alloc(Math.max(1, lines) * LINE_BYTES, ' ');
  bytes.write(JSON.stringify({ format: 'vms-run', version: 1, ...HEADER }));
  bytes[bytes.length - 1] = 0x0a;
  return bytes;
}

const bounds: readonly TargetBound[] = [
  { name: 'MAX_HEADER_LINES', bound: MAX_HEADER_LINES, input: headerOf },
];

function run(input: Uint8Array): void {
  let at = 0;
  try {
    const parsed = parseIndexHeader(input);
    if (parsed !== undefined) {
      assert.ok(parsed.bytes <= input.length && parsed.bytes % LINE_BYTES === 0);
      at = parsed.bytes;
    }
  } catch (thrown) {
    if (!(thrown instanceof FormatError)) throw thrown;
  }
  for (; at + LINE_BYTES <= input.length; at += LINE_BYTES) {
    const line = parseIndexLine(input, at);
    const isKeyframe = isKeyframeLine(input, at);
    assert.ok(columnOf(input, at, 'offset') >= 0);
    if (line?.kind !== 'fragment') continue;
    assert.ok(line.duration >= 0 && line.length >= 0 && line.frames >= 0);
    assert.equal(typeof isKeyframe, 'boolean');
  }
}

/** The index of a run, as a disk gives it back. */
export const indexLines = { name: 'index-lines', seeds, bounds, run };
