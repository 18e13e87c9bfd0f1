import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { CodecConfig } from '@vms/common/frame.ts';
import type { CameraId } from '@vms/common/ids.ts';
import { encodeTrailer } from '@vms/media/matroska/muxer.ts';
import { FormatError } from './format-error.ts';
import { FragmentHasher, hashClosing, hashHeader, NO_HASH } from './hash-chain.ts';
import {
  encodeRunHeader,
  headerAsOpened,
  parseRunHeader,
  RUN_TAG,
  type RunIdentity,
  runIdOf,
} from './run-header.ts';
import { encodeVolumeIdentity, parseVolumeIdentity } from './volume-identity.ts';

const tracks: CodecConfig[] = [
  {
    kind: 'audio',
    codec: 'pcmu',
    sampleRate: 8000,
    channels: 1,
    record: new Uint8Array(0),
    codecString: 'pcmu',
  },
];
const run: RunIdentity = {
  camera: 'cam_abcdefgh23456777' as CameraId,
  stream: 'main',
  fileNumber: 42,
  bootId: 'boot',
  segmentUid: Uint8Array.from({ length: 16 }, (_, i) => i + 1),
  dateUtc: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  tracks,
  previousHash: Uint8Array.from({ length: 32 }, (_, i) => i),
};

test('everything about a run is in the header, open or closed, and gives the same index header', () => {
  const header = encodeRunHeader(run, 'test');
  const open = parseRunHeader(header.matroska.bytes);
  assert.deepEqual(open.index, header.index);
  assert.deepEqual(Buffer.from(open.hash), Buffer.from(header.hash));
  assert.equal(open.run.fileNumber, 42);
  assert.equal(open.run.dateUtc, run.dateUtc);
  assert.deepEqual([...open.run.previousHash], [...run.previousHash]);

  const closed = Uint8Array.from(header.matroska.bytes);
  const trailer = encodeTrailer({
    layout: header.matroska,
    cues: [],
    duration: 1234,
    fileBytes: closed.length,
  });
  for (const patch of trailer.patches) closed.set(patch.bytes, patch.offset);
  assert.notDeepEqual(closed, header.matroska.bytes);
  assert.deepEqual(parseRunHeader(closed).index, header.index);
  assert.deepEqual(
    Buffer.from(headerAsOpened(closed, header.index.patched)),
    Buffer.from(header.matroska.bytes),
  );
});

test('a file of a newer format is refused', () => {
  const text = Buffer.from(encodeRunHeader(run, 'test').matroska.bytes);
  const at = text.indexOf(RUN_TAG.format) + RUN_TAG.format.length;
  const value = text.indexOf('1', at);
  assert.ok(value > 0);
  text[value] = '9'.charCodeAt(0);
  assert.throws(
    () => parseRunHeader(text),
    (error) => error instanceof FormatError && error.code === 'format.newer-version',
  );
});

test('the id of a run comes from its segment UID alone', () => {
  assert.match(runIdOf(run.segmentUid), /^run_[a-z2-7]{16}$/);
  assert.equal(runIdOf(run.segmentUid), runIdOf(Uint8Array.from(run.segmentUid)));
});

/** Golden: a change of these bytes is a change of the format, and needs a new FORMAT_VERSION. */
test('a fragment hash is SHA-256 of the previous hash and the leaves', () => {
  const hasher = new FragmentHasher();
  hasher.begin(NO_HASH);
  hasher.add({
    codec: 'h264',
    keyframe: true,
    time: 17_929_008_001_234,
    payload: Buffer.from('00000001ff', 'hex'),
  });
  hasher.add({ codec: 'aac', keyframe: true, time: -1, payload: Buffer.from('2112', 'hex') });
  const expected = createHash('sha256')
    .update(Buffer.alloc(32))
    .update(Buffer.from('01010100' + '00000005' + '0000104e6c2730d2' + '00000001ff', 'hex'))
    .update(Buffer.from('01030100' + '00000002' + 'ffffffffffffffff' + '2112', 'hex'))
    .digest('hex');
  assert.equal(Buffer.from(hasher.digest()).toString('hex'), expected);
  assert.throws(() => hasher.digest(), /begin/);
});

test('header and closing hashes are of different kinds', () => {
  const a = hashHeader(new Uint8Array(0));
  const b = hashClosing(new Uint8Array(0), new Uint8Array(0), new Uint8Array(0));
  assert.notDeepEqual(a, b);
});

test('the identity of a volume reads back; a newer or foreign one is refused in words', () => {
  const identity = {
    id: 'vol_abcdefgh23456777',
    createdAt: '2026-01-01T00:00:00.000Z',
    tickMs: 500,
    sync: 'syncfs' as const,
  };
  const text = encodeVolumeIdentity(identity);
  assert.deepEqual(parseVolumeIdentity(text, '/v'), identity);
  assert.throws(() => parseVolumeIdentity(text.replace('"version": 1', '"version": 2'), '/v'), {
    code: 'format.newer-version',
    message: /volume \/v was made by a newer version.*Nothing in it was touched/,
  });
  for (const broken of [
    '',
    '[]',
    '{}',
    text.replace('500', '5'),
    text.replace('syncfs', 'never'),
  ]) {
    assert.throws(() => parseVolumeIdentity(broken, '/v'), { code: 'format.malformed' });
  }
});
