import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { VideoConfig } from '@vms/common/frame.ts';
import type { CameraId } from '@vms/common/ids.ts';
import { FragmentHasher, NO_HASH } from '@vms/format/hash-chain.ts';
import { encodeRunHeader, hex } from '@vms/format/run-header.ts';
import { encodeCluster } from '@vms/media/matroska/muxer.ts';
import { compareWithFiles, readLedger } from './acknowledgements.ts';

const H264: VideoConfig = {
  kind: 'video',
  codec: 'h264',
  width: 640,
  height: 360,
  record: Uint8Array.of(1, 100, 0, 31, 255, 225, 0, 4, 103, 100, 0, 31, 1, 0, 2, 104, 238),
  codecString: 'avc1.64001f',
};
const CAMERA = 'cam_aaaaaaaaaaaaaaaa' as CameraId;
const RUN = `${CAMERA}/2026-01-01/00-00-00.000Z-main.mkv`;
const FRAGMENTS = 4;
const FRAMES_A_FRAGMENT = 5;

const volume = mkdtempSync(join(tmpdir(), 'vms-ack-'));
after(() => rmSync(volume, { recursive: true }));

/** Writes a run of four fragments; returns the file's bytes and each fragment's hash. */
function writeRun(): { bytes: Buffer; hashes: string[] } {
  const dateUtc = Date.UTC(2026, 0, 1);
  const header = encodeRunHeader(
    {
      camera: CAMERA,
      stream: 'main',
      fileNumber: 1,
      bootId: 'boot',
      segmentUid: new Uint8Array(16),
      dateUtc,
      tracks: [H264],
      previousHash: NO_HASH,
    },
    'test',
  );
  const parts: Uint8Array[] = [header.matroska.bytes];
  const hashes: string[] = [];
  const hasher = new FragmentHasher();
  let previous = header.hash;
  for (let fragment = 0; fragment < FRAGMENTS; fragment++) {
    const timestamp = fragment * 2000;
    const blocks = Array.from({ length: FRAMES_A_FRAGMENT }, (_, i) => ({
      track: 1,
      relative: i * 400,
      keyframe: i === 0,
      payload: new Uint8Array(50).fill(fragment * 10 + i),
    }));
    parts.push(...encodeCluster({ timestamp, blocks }).iovecs);
    hasher.begin(previous);
    for (const { keyframe, relative, payload } of blocks) {
      hasher.add({ codec: 'h264', keyframe, time: dateUtc * 10 + timestamp + relative, payload });
    }
    previous = hasher.digest();
    hashes.push(hex(previous));
  }
  const bytes = Buffer.concat(parts);
  mkdirSync(dirname(join(volume, RUN)), { recursive: true });
  writeFileSync(join(volume, RUN), bytes);
  return { bytes, hashes };
}

const { bytes, hashes } = writeRun();
const acknowledged = (fragments: number) => ({
  path: RUN,
  camera: CAMERA,
  fragments,
  frames: fragments * FRAMES_A_FRAGMENT,
  hash: hashes[fragments - 1] ?? '',
});

describe('comparison of acknowledgements with files', () => {
  it('finds nothing lost where the files hold what was acknowledged, or more', () => {
    writeFileSync(join(volume, RUN), bytes);
    for (const fragments of [1, FRAGMENTS]) {
      const result = compareWithFiles(volume, [acknowledged(fragments)]);
      assert.deepEqual(result, {
        acknowledgedLost: 0,
        unreadableFiles: 0,
        examinedRuns: 1,
        findings: [],
      });
    }
  });

  it('shows a lost fragment, a flipped bit, and a missing file', () => {
    const clusterId = Buffer.from([0x1f, 0x43, 0xb6, 0x75]);
    writeFileSync(join(volume, RUN), bytes.subarray(0, bytes.lastIndexOf(clusterId)));
    assert.equal(
      compareWithFiles(volume, [acknowledged(FRAGMENTS)]).acknowledgedLost,
      FRAMES_A_FRAGMENT,
    );

    const flipped = Buffer.from(bytes);
    flipped[bytes.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
    writeFileSync(join(volume, RUN), flipped);
    assert.equal(compareWithFiles(volume, [acknowledged(FRAGMENTS)]).acknowledgedLost, 20);

    const missing = { ...acknowledged(1), path: RUN.replace('00-00-00', '01-00-00') };
    assert.equal(compareWithFiles(volume, [missing]).unreadableFiles, 1);
  });

  it('reads the furthest acknowledgement of each run, a torn last line left out', () => {
    const ledger = join(volume, 'ledger.jsonl');
    for (const fragments of [1, 3, 2])
      appendFileSync(ledger, `${JSON.stringify(acknowledged(fragments))}\n`);
    appendFileSync(ledger, JSON.stringify(acknowledged(4)).slice(0, 20));
    assert.deepEqual(readLedger(ledger), [acknowledged(3)]);
    assert.ok(readFileSync(ledger).length > 0);
    assert.deepEqual(readLedger(join(volume, 'none')), []);
  });
});
