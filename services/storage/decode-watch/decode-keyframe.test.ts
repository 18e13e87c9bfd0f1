import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '@vms/common/clock.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { type Clip, makeVideoClip, type VideoClipOptions } from '../../../test/media/clip.ts';
import { CAMERA, RecordedRuns } from '../../../test/media/recorded-runs.ts';
import { VolumeGate } from '../disk/volume-gate.ts';
import { Archive } from '../playback/archive.ts';
import { systemFiles } from '../playback/files.ts';
import {
  type DecodeSample,
  LOOK_BACK_MS,
  MAX_SAMPLE_BYTES,
  newestSample,
} from './decode-sample.ts';
import { DECODE_TIMEOUT_MS, ffmpegDecoder } from './ffmpeg-decoder.ts';

const START = Date.UTC(2026, 4, 1);
const missing = ['ffmpeg', 'prlimit', 'nice'].find((name) => {
  return spawnSync('which', [name]).status !== 0;
});
const skip = missing === undefined ? false : `${missing} is not installed`;

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vms-decode-'));
});
after(() => rm(folder, { recursive: true }));

/** Of a decoder that nobody ends. */
const { signal: running } = new AbortController();
let recordings = 0;
/** Records a clip and takes the newest keyframe of it. */
async function sampleOf(clip: Clip, now = START + 3_000): Promise<DecodeSample | undefined> {
  const runs = new RecordedRuns(join(folder, String(recordings++)));
  await runs.record({ start: START, clips: [clip] });
  const gate = new VolumeGate(systemClock);
  const archive = new Archive({ catalogue: runs, files: systemFiles, gate, logger: silentLogger });
  return newestSample(archive, CAMERA, now);
}

/** Beside other tests a decoder of the lowest priority may take longer than its limit. */
const patientDecoder = (ffmpeg?: string) => ffmpegDecoder(new ManualClock(), ffmpeg);

async function decode(clip: Clip) {
  const sample = await sampleOf(clip);
  assert.ok(sample !== undefined);
  return patientDecoder()(sample, running);
}

/** The same frames with the bytes of their slices changed: as if they were encrypted. */
function garbled(clip: Clip, change: (slice: Uint8Array) => void, firstByte = 6): Clip {
  const frames = clip.frames.map((frame) => {
    const payload = Uint8Array.from(frame.payload);
    // The last NAL unit is the (only) slice of the picture.
    let at = 0;
    const view = new DataView(payload.buffer);
    for (;;) {
      const length = view.getUint32(at);
      if (at + 4 + length >= payload.length) break;
      at += 4 + length;
    }
    change(payload.subarray(at + firstByte));
    return { ...frame, payload };
  });
  return { ...clip, frames };
}

function encrypt(slice: Uint8Array): void {
  const cipher = createCipheriv('aes-128-ctr', new Uint8Array(16), new Uint8Array(16));
  slice.set(cipher.update(slice));
}

const clip = (options: Partial<VideoClipOptions> = {}): Promise<Clip> =>
  makeVideoClip({ codec: 'h264', seconds: 3, width: 320, height: 192, ...options });

describe('a recorded keyframe', { skip }, () => {
  const pictures: Record<string, Partial<VideoClipOptions>> = {
    'that moves, H.264': {},
    'that moves, H.265': { codec: 'h265' },
    'with B-frames': { bFrames: 2 },
    'that is gray': { picture: 'color=gray:' },
    'that is black': { picture: 'color=black:' },
    'of stripes': { picture: 'smptebars=' },
    'that refreshes bit by bit, H.264': { access: 'gradual', gopFrames: 10 },
    'that refreshes bit by bit, H.265': { codec: 'h265', access: 'gradual', gopFrames: 10 },
    'of an open GOP, H.264': { access: 'open', bFrames: 2, gopFrames: 10 },
    'of an open GOP, H.265': { codec: 'h265', access: 'open', bFrames: 2, gopFrames: 10 },
    'of many slices': { slices: 4 },
  };
  for (const [name, options] of Object.entries(pictures)) {
    it(`${name} decodes`, async () => {
      assert.deepEqual(await decode(await clip(options)), { outcome: 'decoded' });
    });
  }

  for (const codec of ['h264', 'h265'] as const) {
    it(`of ${codec} that is encrypted does not`, async () => {
      const failed = await decode(garbled(await clip({ codec, gopFrames: 10 }), encrypt));
      assert.equal(failed.outcome, 'failed');
      assert.ok('reason' in failed && failed.reason.length > 5, JSON.stringify(failed));
      assert.doesNotMatch('reason' in failed ? failed.reason : '', /0x[0-9a-f]{6}|concealing/);
    });
  }

  it('of which the end was lost counts as decoded: most of it can be seen', async () => {
    const lost = garbled(await clip(), (slice) => slice.fill(0xa5, slice.length * 0.95));
    assert.deepEqual(await decode(lost), { outcome: 'decoded' });
  });

  it('is the newest that was recorded, and none where none was lately', async () => {
    const moving = await clip();
    assert.equal((await sampleOf(moving))?.at, START + 2_000);
    assert.equal((await sampleOf(moving, START + 1_900))?.at, START);
    assert.equal(await sampleOf(moving, START + LOOK_BACK_MS + 4_000), undefined);
  });

  it('beyond MAX_SAMPLE_BYTES is passed over', async () => {
    const moving = await clip();
    const large = {
      ...moving,
      frames: moving.frames.slice(0, 5).map((frame) => ({
        ...frame,
        payload: new Uint8Array(MAX_SAMPLE_BYTES / 5 + 1),
      })),
    };
    assert.equal(await sampleOf(large), undefined);
  });
});

describe('a decoder', { skip }, () => {
  const program = (text: string): string => {
    const path = join(folder, `decoder-${recordings++}`);
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  };

  it('that is not installed is told apart from a recording that does not decode', async () => {
    const sample = await sampleOf(await clip());
    assert.ok(sample !== undefined);
    const outcome = await patientDecoder('/nowhere/ffmpeg')(sample, running);
    assert.deepEqual(outcome, { outcome: 'missing', program: 'ffmpeg' });
  });

  for (const [program, installed] of [
    ['prlimit', []],
    ['nice', ['prlimit']],
    ['ffmpeg', ['prlimit', 'nice']],
  ] as const) {
    it(`names ${program} where that is missing`, async (t) => {
      const sample = await sampleOf(await clip());
      assert.ok(sample !== undefined);
      const programs = join(folder, `programs-${recordings++}`);
      mkdirSync(programs);
      for (const name of installed) {
        const path = spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim();
        symlinkSync(realpathSync(path), join(programs, name));
      }
      const { PATH } = process.env;
      t.after(() => {
        process.env.PATH = PATH;
      });
      process.env.PATH = programs;
      const outcome = await patientDecoder()(sample, running);
      assert.deepEqual(outcome, { outcome: 'missing', program });
    });
  }

  it('that hangs is ended in time, and says nothing of the recording', async () => {
    const sample = await sampleOf(await clip());
    assert.ok(sample !== undefined);
    const clock = new ManualClock();
    const waiting = ffmpegDecoder(clock, program('exec sleep 60'))(sample, running);
    clock.advance(DECODE_TIMEOUT_MS);
    assert.equal((await waiting).outcome, 'unknown');
  });

  it('under way is ended when the system stops', async () => {
    const sample = await sampleOf(await clip());
    assert.ok(sample !== undefined);
    const ending = new AbortController();
    const waiting = ffmpegDecoder(new ManualClock(), program('exec sleep 60'))(
      sample,
      ending.signal,
    );
    ending.abort();
    assert.equal((await waiting).outcome, 'unknown');
  });

  it('that is out of memory says nothing of the recording; what it says is bounded', async () => {
    const sample = await sampleOf(await clip());
    assert.ok(sample !== undefined);
    const killed = await patientDecoder(program('kill -9 $$'))(sample, running);
    assert.equal(killed.outcome, 'unknown');
    const words =
      "i=0; while [ $i -lt 20000 ]; do echo '[error] a long line of words' >&2; i=$((i+1)); done; exit 1";
    const wordy = await patientDecoder(program(words))(sample, running);
    assert.deepEqual(wordy, { outcome: 'failed', reason: 'a long line of words' });
  });

  it('gets no address and no file, few rights to the machine, and one thread', async () => {
    const sample = await sampleOf(await clip());
    assert.ok(sample !== undefined);
    const log = join(folder, 'arguments');
    await ffmpegDecoder(
      systemClock,
      program(`echo "$@" > ${log}; ulimit -a >> ${log}; nice >> ${log}`),
    )(sample, running);
    const { readFileSync } = await import('node:fs');
    const told = readFileSync(log, 'utf8');
    assert.match(told, /-threads 1 -protocol_whitelist pipe -f matroska -i pipe:0/);
    assert.match(told, /time\(seconds\)\s+15\b|cpu time\s+\(seconds, -t\)\s+15\b/);
    assert.match(told, /19\n$/);
  });
});
