import type { CameraState } from '@vms/common/camera.ts';
import type { Camera, Recording, System, Track } from '../src/api/types.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Of the system, and of cameras without one of their own. */
export const MOCK_TIME_ZONE = 'America/Sao_Paulo';

/** A test double of the API's data: cameras in every state, three days of recordings with gaps. */
export interface MockWorld {
  readonly startedAt: number;
  cameras: Camera[];
  tokens: { id: string; name: string; createdAt: string; lastUsedAt: string | null }[];
  alarms: System['alarms'][number][];
  /** Of the first disk; null while nothing is measured. */
  forecast: System['volumes'][number]['forecast'];
}

const h264: Track = { kind: 'video', codec: 'h264', supported: true, width: 1920, height: 1080 };
const h265: Track = { kind: 'video', codec: 'h265', supported: true, width: 3840, height: 2160 };
const aac: Track = {
  kind: 'audio',
  codec: 'aac',
  supported: true,
  sampleRate: 48_000,
  channels: 2,
};
const g711: Track = {
  kind: 'audio',
  codec: 'pcma',
  supported: true,
  sampleRate: 8000,
  channels: 1,
};
const mjpeg: Track = { kind: 'video', codec: 'MJPEG', supported: false, width: 1280, height: 720 };

interface Sketch {
  name: string;
  state: CameraState;
  /** Milliseconds. */
  age: number;
  detail?: string;
  tracks?: readonly Track[];
  demo?: boolean;
  /** It has a sub stream. */
  sub?: boolean;
  timeZone?: string;
}

const SKETCHES: readonly Sketch[] = [
  { name: 'Demo', state: 'online', age: 52 * HOUR, tracks: [h264, aac], demo: true },
  { name: 'Portão principal', state: 'online', age: 31 * HOUR, tracks: [h265, g711] },
  {
    name: 'Loading dock 2',
    timeZone: 'Asia/Kathmandu',
    state: 'online',
    age: 6 * HOUR,
    tracks: [h264],
    sub: true,
  },
  {
    name: 'Warehouse aisle 7, north end, above the second emergency exit',
    state: 'online',
    age: 12 * MINUTE,
    tracks: [h264, aac],
  },
  {
    name: 'Reception',
    state: 'wrong-password',
    age: 3 * MINUTE,
    detail:
      'DESCRIBE rtsp://10.0.4.17:554/Streaming/Channels/101 was answered with 401 Unauthorized.',
  },
  {
    name: 'Parking level -1',
    state: 'unreachable',
    age: 47 * MINUTE,
    detail: 'connect ETIMEDOUT 10.0.4.22:554',
  },
  { name: 'Roof', state: 'no-frames', age: 40_000, detail: 'No frame for 12 s.', tracks: [h264] },
  {
    name: 'Old lobby',
    state: 'codec-not-supported',
    age: 9 * HOUR,
    detail: 'The only video track is JPEG/90000.',
    tracks: [mjpeg],
  },
  { name: 'Server room', state: 'connecting', age: 4000 },
  { name: 'Yard', state: 'disabled', age: 200 * HOUR },
];

const id = (index: number): string => `cam_${'abcdefghij'.charAt(index % 10).repeat(16)}`;

export function createWorld(now: number): MockWorld {
  return {
    startedAt: now,
    tokens: [
      {
        id: 'tok_aaaaaaaaaaaaaaaa',
        name: 'Backup',
        createdAt: new Date(now - 90 * HOUR).toISOString(),
        lastUsedAt: null,
      },
    ],
    alarms: [],
    forecast: null,
    cameras: SKETCHES.map((sketch, index) => ({
      id: id(index),
      name: sketch.name,
      url: `rtsp://10.0.4.${10 + index}:554/Streaming/Channels/101`,
      subUrl: sketch.sub === true ? `rtsp://10.0.4.${10 + index}:554/Streaming/Channels/102` : null,
      username: 'viewer',
      hasPassword: true,
      demo: sketch.demo === true,
      enabled: sketch.state !== 'disabled',
      retentionDays: 30,
      maxBytes: sketch.demo === true ? 10e9 : null,
      timeZone: sketch.timeZone ?? MOCK_TIME_ZONE,
      createdAt: new Date(now - 72 * HOUR).toISOString(),
      updatedAt: new Date(now - 72 * HOUR).toISOString(),
      status: {
        state: sketch.state,
        since: new Date(now - sketch.age).toISOString(),
        detail: sketch.detail ?? '',
        tracks: sketch.tracks ?? [],
        framesPerSecond: sketch.state === 'online' ? 25 : 0,
        bitsPerSecond: sketch.state === 'online' ? 4_230_000 : 0,
        sub:
          sketch.sub === true
            ? {
                state: 'online',
                since: new Date(now - sketch.age).toISOString(),
                detail: '',
                tracks: [{ ...h264, width: 640, height: 360 }],
                framesPerSecond: 15,
                bitsPerSecond: 410_000,
              }
            : null,
      },
    })),
  };
}

export interface MockRun {
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly open: boolean;
}

/** Milliseconds for which the file of a camera that was lost stays open. */
const LEFT_OPEN_MS = 60_000;

/** Hourly files since three days ago, with an outage of 70 minutes each day and one short gap. */
export function runsOf(world: MockWorld, camera: Camera, now: number): MockRun[] {
  if (Date.parse(camera.createdAt) > world.startedAt - HOUR) return [];
  const first = world.startedAt - 72 * HOUR;
  const online = camera.status.state === 'online';
  const last = online ? now - 600 : new Date(camera.status.since ?? 0).getTime();
  const gaps: [number, number][] = [
    [world.startedAt - 65 * HOUR, world.startedAt - 63.8 * HOUR],
    [world.startedAt - 41 * HOUR, world.startedAt - 39.8 * HOUR],
    [world.startedAt - 17 * HOUR, world.startedAt - 15.8 * HOUR],
    [world.startedAt - 26 * MINUTE, world.startedAt - 23 * MINUTE],
    [world.startedAt - 8 * MINUTE, world.startedAt - 7.5 * MINUTE],
  ];
  const runs: MockRun[] = [];
  let start = first;
  while (start < last) {
    const gap = gaps.find(([from, to]) => start >= from && start < to);
    if (gap !== undefined) {
      start = gap[1];
      continue;
    }
    const hour = (Math.floor(start / HOUR) + 1) * HOUR;
    const nextGap = gaps.find(([from]) => from > start)?.[0] ?? Number.POSITIVE_INFINITY;
    const end = Math.min(hour, nextGap, last);
    if (end <= start) break;
    const open = end === last && (online || now - last < LEFT_OPEN_MS);
    runs.push({ id: `run_${start.toString(36)}`, start, end, open });
    start = end;
  }
  return runs;
}

export function recordingOf(camera: Camera, run: MockRun): Recording {
  return {
    id: run.id,
    cameraId: camera.id,
    stream: 'main',
    start: new Date(run.start).toISOString(),
    end: new Date(run.end).toISOString(),
    durationMs: run.end - run.start,
    open: run.open,
    bytes: Math.round(((run.end - run.start) / 1000) * 530_000),
    videoCodec: 'h264',
    audioCodec: 'aac',
    width: 1920,
    height: 1080,
  };
}

/** Runs that touch, joined; gaps below the resolution are not shown. */
export function spansOf(
  runs: readonly MockRun[],
  from: number,
  to: number,
  resolutionMs: number,
): { start: string; end: string }[] {
  const spans: { start: number; end: number }[] = [];
  for (const run of runs) {
    if (run.end <= from || run.start >= to) continue;
    const last = spans.at(-1);
    if (last !== undefined && run.start - last.end < Math.max(1, resolutionMs)) last.end = run.end;
    else spans.push({ start: run.start, end: run.end });
  }
  return spans.map((span) => ({
    start: new Date(Math.max(from, span.start)).toISOString(),
    end: new Date(Math.min(to, span.end)).toISOString(),
  }));
}

export function systemOf(world: MockWorld): System {
  return {
    version: '0.1.0',
    timeZone: MOCK_TIME_ZONE,
    volumes: [
      {
        id: 'default',
        path: '/srv/vms/volumes/default',
        totalBytes: 4e12,
        freeBytes: 1.31e12,
        recordedBytes: 2.48e12,
        state: 'recording',
        detail: '',
        acknowledgementAgeMs: 412,
        forecast: world.forecast,
      },
      {
        id: 'archive',
        path: '/mnt/archive',
        totalBytes: 8e12,
        freeBytes: 2e10,
        recordedBytes: 7.8e12,
        state: 'full',
        detail: 'Less than 20 GB are free. The oldest recordings are deleted.',
        acknowledgementAgeMs: 630,
        forecast: null,
      },
    ],
    services: [
      { name: 'ingest', status: 'ok', detail: null },
      { name: 'storage', status: 'degraded', detail: 'Volume archive is full.' },
      { name: 'api', status: 'ok', detail: null },
      { name: 'gateway', status: 'ok', detail: null },
    ],
    alarms: world.alarms,
  };
}
