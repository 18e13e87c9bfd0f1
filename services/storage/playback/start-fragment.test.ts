import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '@vms/common/clock.ts';
import type { VideoConfig } from '@vms/common/frame.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { parseCluster, parseHeader } from '@vms/media/matroska/demuxer.ts';
import { makeVideoClip } from '../../../test/media/clip.ts';
import { type Decoded, decode } from '../../../test/media/decode.ts';
import { CAMERA, RecordedRuns } from '../../../test/media/recorded-runs.ts';
import { VolumeGate } from '../disk/volume-gate.ts';
import { exportRecording } from '../export/export-recording.ts';
import { Archive } from './archive.ts';
import { systemFiles } from './files.ts';
import { MAX_PREROLL_BYTES, startFragment } from './start-fragment.ts';

const FRAME_MS = 100;
const CASES = [
  { access: 'closed', codec: 'h264', bFrames: 2 },
  { access: 'open', codec: 'h264', bFrames: 3 },
  { access: 'open', codec: 'h265', bFrames: 3 },
  { access: 'gradual', codec: 'h264', bFrames: 0 },
] as const;

describe('playback begins early enough for the picture asked for to be whole', () => {
  let folder = '';
  let runs: RecordedRuns;
  let archive: Archive;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vms-start-'));
    runs = new RecordedRuns(folder);
    archive = new Archive({
      catalogue: runs,
      files: systemFiles,
      gate: new VolumeGate(systemClock),
      logger: silentLogger,
    });
  });
  after(() => rm(folder, { recursive: true }));

  for (const [index, options] of CASES.entries()) {
    const { access, codec } = options;
    test(`${codec}, ${access} groups`, async () => {
      const start = Date.UTC(2026, 4, 1 + index);
      const clip = await makeVideoClip({ ...options, seconds: 5, gopFrames: 12 });
      const { config } = clip;
      assert.ok(config.kind === 'video');
      await runs.record({ start, clips: [clip] });
      const whole = await decode(
        config,
        clip.frames.map(({ payload }) => payload),
      );
      for (const fromMs of [1250, 2050, 2380, 3333]) {
        const asked = { camera: CAMERA, stream: 'main', from: start + fromMs, to: start + 5000 };
        const shown = await played({ ...asked, stream: 'main' }, config);
        // Of the whole clip's end: all that is shown from the picture at `from` on.
        const wanted = clip.frames.length - Math.floor(fromMs / FRAME_MS);
        assert.ok(shown.pictures.length >= wanted, `${shown.pictures.length} of ${wanted}`);
        assert.deepEqual(shown.pictures.slice(-wanted), whole.pictures.slice(-wanted));
        const most = fromMs > 2000 ? clip.frames.length - 1 : clip.frames.length;
        assert.ok(shown.pictures.length <= most, 'no more than is needed');
        const made = await exported({ ...asked, stream: 'main' }, config);
        assert.equal(made.complaints, '');
        assert.deepEqual(made.pictures.slice(-wanted), whole.pictures.slice(-wanted), 'exported');
      }
    });
  }

  test(`over ${MAX_PREROLL_BYTES} bytes it begins with the nearest gradual point`, async () => {
    const clip = await makeVideoClip({
      codec: 'h264',
      access: 'gradual',
      seconds: 4,
      gopFrames: 12,
    });
    const { location } = await runs.record({ start: Date.UTC(2026, 5, 1), clips: [clip] });
    const reader = await archive.open(CAMERA, location.id);
    try {
      const from = location.start + 1300;
      const at = await reader.fragmentAt(from);
      const tracks = await archive.configuration(reader);
      assert.equal(await startFragment(reader, tracks, at, from), 0);
      const huge = Object.create(reader, {
        fragments: {
          value: async (first: number, count: number) =>
            (await reader.fragments(first, count)).map((each) => ({
              ...each,
              length: MAX_PREROLL_BYTES + 1,
            })),
        },
        keyframesBefore: { value: (before: number) => reader.keyframesBefore(before) },
        header: { value: reader.header },
      });
      const nearest = await reader.keyframesBefore(at + 1).next();
      assert.ok(nearest.done === false);
      assert.equal(await startFragment(huge, tracks, at, from), nearest.value.number);
    } finally {
      await reader.close();
    }
  });

  type Range = Parameters<Archive['fragments']>[0];

  async function played(range: Range, config: VideoConfig): Promise<Decoded> {
    const payloads: Uint8Array[] = [];
    for await (const { reader, fragment } of archive.fragments(range)) {
      const bytes = await reader.bytes(fragment.offset, fragment.length);
      payloads.push(...parseCluster(bytes, 0).blocks.map(({ payload }) => payload));
    }
    return decode(config, payloads);
  }

  async function exported(range: Range, config: VideoConfig): Promise<Decoded> {
    const path = join(folder, `export-${range.from}.mkv`);
    const request = { ...range, format: 'mkv', path, tags: {} } as const;
    await exportRecording(archive, request, { random: randomBytes });
    const bytes = await readFile(path);
    const payloads: Uint8Array[] = [];
    for (let at = parseHeader(bytes).layout.headerBytes; bytes.readUInt32BE(at) === 0x1f43b675; ) {
      const cluster = parseCluster(bytes, at);
      payloads.push(...cluster.blocks.map(({ payload }) => payload));
      at = cluster.end;
    }
    return decode(config, payloads);
  }
});
