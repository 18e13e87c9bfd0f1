import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { systemClock } from '@vms/common/clock.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { MIN_TICK_MS } from '@vms/format/volume-identity.ts';
import { TICKS_100US_PER_MS } from '@vms/media/matroska/muxer.ts';
import { type Clip, makeAacClip, makeG711Clip, makeVideoClip } from '../../../test/media/clip.ts';
import { CAMERA, RecordedRuns } from '../../../test/media/recorded-runs.ts';
import { VolumeGate } from '../disk/volume-gate.ts';
import { roundMsOf } from '../writer/rounds.ts';
import { Archive } from './archive.ts';
import { systemFiles } from './files.ts';
import { encodeSegment } from './fmp4-view.ts';
import { initSegmentOf } from './hls-view.ts';
import { planSegments } from './segment-plan.ts';
import {
  gapsAround,
  MAX_HOLE_MS,
  MAX_LOOK_BYTES,
  MAX_SILENCE_MS,
  type SegmentPlace,
} from './sound-gaps.ts';
import type { TimedBlock } from './timed-blocks.ts';

const execute = promisify(execFile);
const DAY_MS = 24 * 3600_000;
const SECONDS = 24;
/** A hole that is left as it is, and two frames of AAC at the seams. */
const TOLERANCE_SECONDS = 0.23;
/** Sound that comes so seldom is near enough to its pictures; more is not looked for. */
const BURST_MS = 1900;

/** Where the microphone is off, milliseconds of the clip. */
interface Off {
  readonly from: number;
  readonly to: number;
}

test('the silence of a segment is bounded over all its gaps', async () => {
  const times = [0, 0.5, 1].map((share) => share * 1.5 * MAX_SILENCE_MS * TICKS_100US_PER_MS);
  const [from = 0, middle = 0, to = 0] = times;
  // Nothing is looked at where sound begins and ends with the segment.
  const place = {} as SegmentPlace;
  const blocks = times.map((time) => ({ time }) as TimedBlock);
  assert.deepEqual(await gapsAround(place, 2, blocks, { from, to }), [{ from, to: middle }]);
});

test('a short hole is left as it is', async () => {
  const hole = MAX_HOLE_MS * TICKS_100US_PER_MS;
  const gapsOf = (time: number) => {
    const blocks = [{ time: 0 }, { time }] as TimedBlock[];
    return gapsAround({} as SegmentPlace, 2, blocks, { from: 0, to: time });
  };
  assert.deepEqual(await gapsOf(hole), []);
  assert.deepEqual(await gapsOf(hole + 1), [{ from: 0, to: hole + 1 }]);
});

test('no more than MAX_LOOK_BYTES is read at either side of a segment', async () => {
  const length = MAX_LOOK_BYTES / 8;
  const fragment = (number: number) => ({ number, length, offset: number * length, wallClock: 0 });
  const read: number[] = [];
  const reader = {
    fragments: async (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => fragment(from + index)),
    bytes: async (_offset: number, bytes: number) => {
      read.push(bytes);
      throw new Error('read enough');
    },
  };
  const place = { reader, fragments: [fragment(100)], origin: 0 } as unknown as SegmentPlace;
  const to = 2 * MAX_HOLE_MS * TICKS_100US_PER_MS;
  for (const time of [0, to]) {
    const blocks = [{ time }] as TimedBlock[];
    await assert.rejects(gapsAround(place, 2, blocks, { from: 0, to }), /read enough/);
  }
  assert.deepEqual(read, [MAX_LOOK_BYTES, MAX_LOOK_BYTES]);
});

let folder = '';
let runs: RecordedRuns;
let archive: Archive;
let video: Clip;
let nextStart = Date.UTC(2026, 8, 1);

describe('sound that is missing in a recording', () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vms-sound-gaps-'));
    runs = new RecordedRuns(folder);
    const gate = new VolumeGate(systemClock);
    archive = new Archive({ catalogue: runs, files: systemFiles, gate, logger: silentLogger });
    video = await makeVideoClip({ codec: 'h264', seconds: SECONDS });
  });

  after(() => rm(folder, { recursive: true }));

  /** All segments of a run in which the sound is `off` and stored when `storedMs` gives. */
  async function played(
    sound: Clip,
    off: Off,
    { storedMs = (ms: number): number => ms, fragmentMs = 500 } = {},
  ): Promise<string> {
    const start = nextStart;
    nextStart += DAY_MS;
    const frames = sound.frames
      .filter(({ ptsMs }) => ptsMs < off.from || ptsMs >= off.to)
      .map((frame) => ({ ...frame, dtsMs: storedMs(frame.dtsMs) }));
    const { location } = await runs.record({
      ...{ start, fragmentMs },
      clips: [video, { ...sound, frames }],
    });
    const reader = await archive.open(CAMERA, location.id);
    try {
      const configuration = await archive.configuration(reader);
      const until = start + DAY_MS;
      const part = { reader, first: 0, end: reader.fragmentCount, until };
      const bytes: Uint8Array[] = [initSegmentOf(configuration)];
      for (const { count, first } of await planSegments(part)) {
        const read = await reader.fragments(first, count + 1);
        const fragments = read.slice(0, count);
        const next = read[count];
        const input = { reader, configuration, fragments, next, origin: start };
        bytes.push(...(await encodeSegment(input)).iovecs);
      }
      const path = join(folder, `${location.id}.mp4`);
      await writeFile(path, Buffer.concat(bytes));
      return path;
    } finally {
      await reader.close();
    }
  }

  /** Seconds that the sound takes where it is decoded, from where on, and its longest frame. */
  async function heard(path: string): Promise<{ seconds: number; from: number; longest: number }> {
    const { stdout, stderr } = await execute('ffprobe', [
      ...['-v', 'warning', '-select_streams', 'a', '-show_entries', 'packet=pts_time'],
      ...['-of', 'csv=p=0', path],
    ]);
    assert.equal(stderr, '');
    const times = stdout.trim().split('\n').map(Number);
    const steps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    assert.ok(Math.min(...steps) > 0, 'in order, nothing twice');
    const decoded = await execute(
      'ffmpeg',
      [...['-v', 'warning', '-i', path, '-map', '0:a', '-ar', '8000', '-f', 's16le', '-']],
      { encoding: 'buffer', maxBuffer: 1e8 },
    );
    assert.equal(decoded.stderr.toString(), '');
    const seconds = decoded.stdout.length / 2 / 8000;
    return { seconds, from: times[0] ?? -1, longest: Math.max(...steps) };
  }

  const sounds: readonly (readonly [string, () => Promise<Clip>])[] = [
    ['AAC', () => makeAacClip({ seconds: SECONDS })],
    ['A-law', () => makeG711Clip({ codec: 'pcma', seconds: SECONDS })],
  ];
  const gaps: readonly (readonly [string, Off])[] = [
    ['for less than a segment', { from: 1500, to: 2500 }],
    ['over several segments', { from: 5300, to: 17_700 }],
    ['from the beginning', { from: 0, to: 9100 }],
    ['to the end', { from: 9300, to: 99_000 }],
    ['all the time', { from: 0, to: 99_000 }],
  ];
  for (const [codec, make] of sounds) {
    for (const [when, off] of gaps) {
      test(`${codec} that is missing ${when} is silence`, async () => {
        const path = await played(await make(), off);
        const { from, longest, seconds } = await heard(path);
        assert.ok(Math.abs(from) <= TOLERANCE_SECONDS, `from ${from} s`);
        // Neither a hole nor anything twice: a block of FLAC has up to 4608 samples.
        assert.ok(longest <= 0.577, `${longest} s without a frame`);
        assert.ok(Math.abs(seconds - SECONDS) <= TOLERANCE_SECONDS, `${seconds} s`);
      });
    }

    for (const shiftMs of [-900, 900]) {
      test(`${codec} that is stored ${shiftMs} ms beside its pictures is left as it is`, async () => {
        const sound = await make();
        const storedMs = (ms: number): number => ms + shiftMs;
        const path = await played(sound, { from: 0, to: 0 }, { storedMs });
        const { from, longest, seconds } = await heard(path);
        assert.ok(longest <= 0.13, `${longest} s without a frame`);
        // What comes before the first keyframe is not played.
        const early = Math.max(0, -shiftMs / 1000);
        assert.ok(Math.abs(from - early) <= TOLERANCE_SECONDS, `from ${from} s`);
        assert.ok(Math.abs(seconds - (SECONDS - early)) <= TOLERANCE_SECONDS, `${seconds} s`);
      });
    }

    test(`${codec} that comes in bursts is left as it is, at the shortest tick`, async () => {
      const sound = await make();
      const storedMs = (ms: number): number => Math.ceil(ms / BURST_MS) * BURST_MS;
      const fragmentMs = roundMsOf(MIN_TICK_MS);
      const { longest } = await heard(
        await played(sound, { from: 0, to: 0 }, { storedMs, fragmentMs }),
      );
      assert.ok(longest <= 0.13, `${longest} s without a frame`);
    });
  }
});
