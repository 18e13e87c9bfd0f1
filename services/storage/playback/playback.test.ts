import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { type MediaGrant, signMediaToken } from '@vms/auth/media-token.ts';
import { TEST_ORIGIN, TestFeed } from '@vms/auth/testing/test-feed.ts';
import { systemClock } from '@vms/common/clock.ts';
import { healthOf } from '@vms/common/lifecycle.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { createHttpServer, type HttpServer } from '@vms/http/server.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import { type Clip, makeAacClip, makeG711Clip, makeVideoClip } from '../../../test/media/clip.ts';
import { CAMERA, RecordedRuns } from '../../../test/media/recorded-runs.ts';
import { VolumeGate } from '../disk/volume-gate.ts';
import { Archive } from './archive.ts';
import { ByteBudget } from './byte-budget.ts';
import { systemFiles } from './files.ts';
import { MAX_PLAYBACK_MS } from './hls-view.ts';
import { mediaRoutes } from './media-routes.ts';

const execute = promisify(execFile);
const KEY = new Uint8Array(32).fill(9);
const HOUR = 3600_000;
/** Each test records on a day of its own, so that they share one archive. */
const day = (number: number): number => Date.UTC(2026, 2, number, 12);

let folder = '';
let server: HttpServer;
let base = '';
let runs: RecordedRuns;
let budget: ByteBudget;

describe('playback over HTTP', () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vms-playback-'));
    runs = new RecordedRuns(folder);
    budget = new ByteBudget(systemClock);
    server = await createHttpServer({
      service: 'storage',
      logger: silentLogger,
      metrics: createMetrics('storage'),
      health: () => healthOf({}),
    });
    const gate = new VolumeGate(systemClock);
    const archive = new Archive({
      catalogue: runs,
      files: systemFiles,
      gate,
      logger: silentLogger,
    });
    await server.register(mediaRoutes, {
      archive,
      budget,
      mediaKey: KEY,
      clock: systemClock,
      revocations: new TestFeed().reader(systemClock),
    });
    await server.listen({ host: '127.0.0.1', port: 0 });
    base = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/media/v1`;
  });

  after(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  function address(name: string, grant: Partial<MediaGrant>): string {
    const expiresAt = Date.now() + HOUR;
    const token = signMediaToken(KEY, {
      camera: CAMERA,
      action: 'play',
      expiresAt,
      ...TEST_ORIGIN,
      ...grant,
    });
    return `${base}/${token}/${name}`;
  }

  async function playlist(from: number, to: number): Promise<string> {
    const response = await fetch(address('index.m3u8', { from, to }));
    assert.equal(response.status, 200, await response.clone().text());
    assert.equal(response.headers.get('content-type'), 'application/vnd.apple.mpegurl');
    return response.text();
  }

  /** Packets of the first video or audio stream that ffprobe finds, times in milliseconds. */
  async function packets(url: string, stream: string): Promise<{ ms: number; key: boolean }[]> {
    const { stdout, stderr } = await execute(
      'ffprobe',
      [
        ...['-v', 'warning', '-select_streams', stream, '-show_entries', 'packet=pts_time,flags'],
        ...['-of', 'csv=p=0', url],
      ],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    assert.equal(stderr, '');
    return stdout
      .trim()
      .split('\n')
      .map((line) => {
        const [pts, flags] = line.split(',');
        return { ms: Number(pts) * 1000, key: flags?.startsWith('K') ?? false };
      });
  }

  async function decodesCleanly(url: string): Promise<void> {
    const { stderr } = await execute('ffmpeg', [
      '-v',
      'warning',
      '-i',
      url,
      '-map',
      '0',
      '-f',
      'null',
      '-',
    ]);
    assert.equal(stderr, '');
  }

  const durations = (text: string): number[] =>
    [...text.matchAll(/#EXTINF:([\d.]+),/g)].map(([, seconds]) => Number(seconds));
  const count = (text: string, tag: string): number => text.split(`\n${tag}`).length - 1;

  const codecs: { name: string; clips: () => Promise<Clip>[]; found: string[] }[] = [
    {
      name: 'H.264 and AAC',
      found: ['h264', 'aac'],
      clips: () => [makeVideoClip({ codec: 'h264', seconds: 20 }), makeAacClip({ seconds: 20 })],
    },
    {
      name: 'H.264 with B-frames and µ-law',
      found: ['h264', 'flac'],
      clips: () => [
        makeVideoClip({ codec: 'h264', seconds: 20, bFrames: 2 }),
        makeG711Clip({ codec: 'pcmu', seconds: 20 }),
      ],
    },
    {
      name: 'H.265 with B-frames and A-law',
      found: ['hevc', 'flac'],
      clips: () => [
        makeVideoClip({ codec: 'h265', seconds: 20, bFrames: 3 }),
        makeG711Clip({ codec: 'pcma', seconds: 20 }),
      ],
    },
  ];

  for (const [index, { clips, found, name }] of codecs.entries()) {
    test(`${name}: the playlist of a run decodes over HTTP without a warning, every frame at its time`, async () => {
      const start = day(index + 1);
      const made = await Promise.all(clips());
      await runs.record({ start, clips: made });
      const text = await playlist(start, start + HOUR);
      assert.equal(count(text, '#EXT-X-DISCONTINUITY'), 0);
      assert.equal(count(text, '#EXT-X-MAP'), 1);
      assert.match(text, /\n#EXT-X-INDEPENDENT-SEGMENTS\n/);
      assert.match(
        text,
        new RegExp(`\n#EXT-X-PROGRAM-DATE-TIME:${new Date(start).toISOString()}\n`),
      );
      assert.ok(text.endsWith('#EXT-X-ENDLIST\n'));
      const total = durations(text).reduce((sum, seconds) => sum + seconds, 0);
      assert.ok(Math.abs(total - 20) < 0.15, `${total} s`);
      assert.deepEqual(durations(text).slice(0, 4), [4, 4, 4, 4]);

      const url = address('index.m3u8', { from: start, to: start + HOUR });
      await decodesCleanly(url);
      const { stdout } = await execute('ffprobe', [
        '-v',
        'warning',
        '-show_entries',
        'stream=codec_name',
        '-of',
        'csv=p=0',
        url,
      ]);
      assert.deepEqual([...new Set(stdout.trim().split('\n').filter(Boolean))], found);
      for (const [track, clip] of made.entries()) {
        const seen = await packets(url, `${track}`);
        assert.equal(seen.length, clip.frames.length);
        const origin = seen[0]?.ms ?? 0;
        const first = clip.frames[0]?.ptsMs ?? 0;
        clip.frames.forEach((frame, at) => {
          const ms = (seen[at]?.ms ?? 0) - origin + first;
          // 100 µs at rest, and a sample of 16 kHz on the way.
          assert.ok(
            Math.abs(ms - frame.ptsMs) < 0.3,
            `frame ${at}: ${ms} instead of ${frame.ptsMs}`,
          );
          assert.equal(seen[at]?.key, frame.keyframe);
        });
      }
    });
  }

  test('A-law arrives bit for bit, as FLAC', async () => {
    const start = day(3);
    const url = address('index.m3u8', { from: start, to: start + HOUR });
    const tone = await makeG711Clip({ codec: 'pcma', seconds: 20 });
    const options = { encoding: 'buffer', maxBuffer: 1e7 } as const;
    const ours = await execute(
      'ffmpeg',
      ['-v', 'warning', '-i', url, '-map', '0:a', '-f', 's16le', '-'],
      options,
    );
    const theirs = execFile(
      'ffmpeg',
      ['-v', 'error', '-f', 'alaw', '-ar', '8000', '-ac', '1', '-i', '-', '-f', 's16le', '-'],
      options,
    );
    theirs.stdin?.end(Buffer.concat(tone.frames.map((frame) => frame.payload)));
    const expected: Buffer[] = [];
    for await (const chunk of theirs.stdout ?? []) expected.push(Buffer.from(chunk));
    assert.deepEqual(ours.stdout, Buffer.concat(expected));
  });

  test('files that follow each other play as one; a gap is a discontinuity with its wall clock', async () => {
    const start = day(4);
    const clip = await makeVideoClip({ codec: 'h264', seconds: 20 });
    await runs.record({ start, clips: [clip], toMs: 8000 });
    await runs.record({ start, clips: [clip], fromMs: 8000, toMs: 12_000 });
    // 12 s to 16 s were not recorded.
    await runs.record({ start, clips: [clip], fromMs: 16_000 });
    const text = await playlist(start, start + HOUR);
    assert.equal(count(text, '#EXT-X-MAP'), 1);
    assert.equal(count(text, '#EXT-X-DISCONTINUITY'), 1);
    const times = [...text.matchAll(/DATE-TIME:(\S+)/g)].map(
      ([, time]) => Date.parse(time ?? '') - start,
    );
    assert.deepEqual(times, [0, 8000, 16_000]);
    const [, behindGap = ''] = text.split('#EXT-X-DISCONTINUITY\n');
    assert.match(behindGap, /^#EXT-X-PROGRAM-DATE-TIME:/);
    const url = address('index.m3u8', { from: start, to: start + HOUR });
    const seen = await packets(url, 'v:0');
    assert.equal(seen.length, 160);
    const last = seen.at(-1)?.ms ?? 0;
    assert.ok(Math.abs(last - (seen[0]?.ms ?? 0) - 19_900) < 1, 'the gap stays in the time line');
    await decodesCleanly(url);
  });

  test('another configuration has its own initialization segment', async () => {
    const start = day(5);
    const small = await makeVideoClip({ codec: 'h264', seconds: 4 });
    const large = await makeVideoClip({ codec: 'h264', seconds: 4, width: 320, height: 192 });
    await runs.record({ start, clips: [small] });
    await runs.record({ start: start + 4000, clips: [large] });
    const text = await playlist(start, start + HOUR);
    assert.equal(count(text, '#EXT-X-MAP'), 2);
    assert.equal(count(text, '#EXT-X-DISCONTINUITY'), 1);
    const parts = text.split('#EXT-X-DISCONTINUITY\n');
    for (const [index, width] of [160, 320].entries()) {
      const names = [...(parts[index] ?? '').matchAll(/(?:URI="([^"]+)")|^(seg\S+)/gm)].map(
        ([, map, segment]) => map ?? segment ?? '',
      );
      const bodies = await Promise.all(
        names.map(async (name) => {
          const response = await fetch(address(name, { from: start, to: start + HOUR }));
          assert.equal(response.status, 200);
          return Buffer.from(await response.arrayBuffer());
        }),
      );
      const probe = execFile('ffprobe', [
        '-v',
        'warning',
        '-count_frames',
        '-show_entries',
        'stream=width,nb_read_frames',
        '-of',
        'csv=p=0',
        '-',
      ]);
      probe.stdin?.end(Buffer.concat(bodies));
      let out = '';
      for await (const chunk of probe.stdout ?? []) out += chunk;
      assert.equal(out.trim().split('\n')[0], `${width},40`);
    }
  });

  test('a resolution that comes back within a run plays with one video track at a time', async () => {
    const start = day(10);
    const within = (clip: Clip, holds: (ms: number) => boolean): Clip => ({
      ...clip,
      frames: clip.frames.filter(({ dtsMs }) => holds(dtsMs)),
    });
    const isSmall = (ms: number): boolean => ms < 5_999 || ms >= 11_999;
    const small = await makeVideoClip({ codec: 'h264', seconds: 18 });
    const large = await makeVideoClip({ codec: 'h264', seconds: 18, width: 320, height: 192 });
    const clips = [
      within(small, isSmall),
      within(large, (ms) => !isSmall(ms)),
      await makeAacClip({ seconds: 18 }),
    ];
    await runs.record({ start, clips });
    const text = await playlist(start, start + HOUR);
    assert.deepEqual(durations(text).slice(0, 5), [4, 2, 4, 2, 4]);
    const maps = [...text.matchAll(/URI="([^"]+)"/g)].map(([, map]) => map ?? '');
    assert.equal(maps.length, 3);
    assert.equal(maps[2], maps[0]);
    assert.notEqual(maps[1], maps[0]);
    const times = [...text.matchAll(/DATE-TIME:(\S+)/g)].map(
      ([, time]) => Date.parse(time ?? '') - start,
    );
    assert.deepEqual(times, [0, 6_000, 12_000]);
    const parts = text.split('#EXT-X-DISCONTINUITY\n');
    assert.equal(parts.length, 3);
    for (const [index, size] of ['160,96', '320,192', '160,96'].entries()) {
      const names = [...(parts[index] ?? '').matchAll(/^seg\S+/gm)].map(([name]) => name);
      const bodies = await Promise.all(
        [maps[index] ?? '', ...names].map(async (name) => {
          const response = await fetch(address(name, { from: start, to: start + HOUR }));
          assert.equal(response.status, 200);
          return Buffer.from(await response.arrayBuffer());
        }),
      );
      const file = join(folder, `part-${index}.mp4`);
      await writeFile(file, Buffer.concat(bodies));
      await decodesCleanly(file);
      const { stdout } = await execute('ffprobe', [
        ...['-v', 'warning', '-count_frames', '-of', 'csv=p=0', '-show_entries'],
        ...['stream=codec_type,width,height,nb_read_frames', file],
      ]);
      const [video, audio, ...others] = stdout.trim().split('\n');
      assert.equal(video, `video,${size},60`);
      assert.match(audio ?? '', /^audio,/);
      assert.deepEqual(others, []);
    }
  });

  test('a run of one picture, and the last of a slow camera, are shown for a moment', async () => {
    const start = day(11);
    const clip = await makeVideoClip({ codec: 'h264', seconds: 6 });
    const frames = clip.frames
      .filter(({ keyframe }) => keyframe)
      .map((frame, i) => ({ ...frame, ptsMs: i * 16_000, dtsMs: i * 16_000 }));
    const slow = { ...clip, frames };
    await runs.record({ start, clips: [slow], toMs: 1_000 });
    await runs.record({ start, clips: [slow], fromMs: 1_000 });
    const text = await playlist(start, start + HOUR);
    assert.deepEqual(durations(text), [0.04, 16, 0.04]);
    await decodesCleanly(address('index.m3u8', { from: start, to: start + HOUR }));
  });

  test('where runs overlap, the later one counts from its start on', async () => {
    const start = day(6);
    const clip = await makeVideoClip({ codec: 'h264', seconds: 12 });
    await runs.record({ start, clips: [clip], toMs: 7000 });
    // A writer that was restarted at 7 s is given the GOP again, from 6 s on.
    await runs.record({ start, clips: [clip], fromMs: 6000 });
    const text = await playlist(start, start + HOUR);
    assert.equal(count(text, '#EXT-X-DISCONTINUITY'), 0);
    const url = address('index.m3u8', { from: start, to: start + HOUR });
    const seen = await packets(url, 'v:0');
    assert.equal(seen.length, 120, 'no frame twice, none missing');
    await decodesCleanly(url);
  });

  test('a range starts at the keyframe before it and says where to begin', async () => {
    const start = day(7);
    const clip = await makeVideoClip({ codec: 'h264', seconds: 30 });
    await runs.record({ start, clips: [clip] });
    const range = { from: start + 13_250, to: start + 20_250 };
    const text = await playlist(range.from, range.to);
    assert.match(text, new RegExp(`DATE-TIME:${new Date(start + 12_000).toISOString()}`));
    assert.match(text, /\n#EXT-X-START:TIME-OFFSET=1\.250,PRECISE=YES\n/);
    const seen = await packets(address('index.m3u8', range), 'v:0');
    assert.equal(seen.length, 85, 'from 12 s to the fragment that begins before 20.25 s');
    assert.equal(seen[0]?.key, true);
  });

  test('an open run plays up to what is acknowledged', async () => {
    const start = day(8);
    const clip = await makeVideoClip({ codec: 'h264', seconds: 10 });
    const run = await runs.record({ start, clips: [clip], open: true });
    const acknowledged = run.fragments.slice(0, -3);
    const frames = acknowledged.reduce((sum, fragment) => sum + fragment.frames, 0);
    assert.ok(frames > 50 && frames < 100);
    const range = { from: start, to: start + HOUR };
    const seen = await packets(address('index.m3u8', range), 'v:0');
    assert.equal(seen.length, frames);
    const download = await fetch(
      address('recording.mkv', { action: 'download', run: run.location.id }),
    );
    const body = Buffer.from(await download.arrayBuffer());
    const end = acknowledged.at(-1);
    assert.equal(body.length, (end?.offset ?? 0) + (end?.length ?? 0));
  });

  test('names are stateless and bound to the token', async () => {
    const start = day(7);
    const text = await playlist(start, start + 4000);
    const name = /^seg\S+/m.exec(text)?.[0] ?? '';
    const init = /URI="([^"]+)"/.exec(text)?.[1] ?? '';
    const ok = { from: start, to: start + 4000 };
    const response = await fetch(address(name, ok));
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'video/iso.segment');
    assert.match(response.headers.get('cache-control') ?? '', /^private, max-age=\d+, immutable$/);
    const body = await response.arrayBuffer();
    assert.equal(body.byteLength, Number(response.headers.get('content-length')));
    const head = await fetch(address(name, ok), { method: 'HEAD' });
    assert.equal(head.headers.get('content-length'), response.headers.get('content-length'));
    assert.equal((await fetch(address(init, ok))).headers.get('content-type'), 'video/mp4');
    assert.equal(budget.taken, 0, 'what was sent is given back');

    const other = name.replace(/-\d+-(\d+)\.m4s$/, '-8-$1.m4s');
    const camera = 'cam_ponmlkjihgfedcba' as typeof CAMERA;
    const cases: [string, Partial<MediaGrant>, number, string][] = [
      [other, ok, 403, 'playback.not-allowed'],
      [name, { from: start + 8000, to: start + 12_000 }, 403, 'playback.not-allowed'],
      [name, { ...ok, camera }, 404, 'playback.not-found'],
      [name, { ...ok, action: 'download' }, 403, 'playback.not-allowed'],
      [name, { from: start }, 403, 'playback.not-allowed'],
      [name, { ...ok, expiresAt: Date.now() - 1 }, 403, 'auth.media-token-expired'],
      [name.replace(/-\d+\.m4s/, '-4000.m4s'), ok, 404, 'playback.not-found'],
      ['seg-aaaaaaaaaaaaaaaa-0-1.m4s', ok, 404, 'playback.not-found'],
      ['..%2f..%2fetc%2fpasswd', ok, 404, 'playback.bad-address'],
      ['index.m3u8/x', ok, 404, 'playback.bad-address'],
      ['index.m3u8', { from: start, to: start + MAX_PLAYBACK_MS + 1 }, 400, 'playback.bad-range'],
      ['index.m3u8', { from: start, to: start }, 400, 'playback.bad-range'],
      ['index.m3u8', { from: start - HOUR, to: start - 1 }, 404, 'playback.nothing-recorded'],
      ['recording.mkv', ok, 403, 'playback.not-allowed'],
      [
        'recording.mkv',
        { action: 'download', run: 'run_aaaaaaaaaaaaaaaa' },
        404,
        'playback.not-found',
      ],
    ];
    for (const [path, grant, status, code] of cases) {
      const refused = await fetch(address(path, grant));
      const problem = (await refused.json()) as { code: string };
      assert.deepEqual([refused.status, problem.code], [status, code], path);
      assert.match(refused.headers.get('content-type') ?? '', /^application\/problem\+json/);
    }
    const forged = await fetch(address(name, ok).replace('/v1/ey', '/v1/eY'));
    assert.equal(forged.status, 403);
  });

  test('a run whose files are gone is passed over', async () => {
    const start = day(9);
    const clip = await makeVideoClip({ codec: 'h264', seconds: 8 });
    const gone = await runs.record({ start, clips: [clip], toMs: 4000 });
    await runs.record({ start, clips: [clip], fromMs: 4000 });
    await rm(gone.location.indexPath);
    const text = await playlist(start, start + HOUR);
    assert.match(text, new RegExp(`DATE-TIME:${new Date(start + 4000).toISOString()}`));
  });
});
