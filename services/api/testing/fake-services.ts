import { healthOf } from '@vms/common/lifecycle.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { RemoteError } from '@vms/http/http-error.ts';
import { listen } from '@vms/http/listen.ts';
import { registerRpc } from '@vms/http/rpc.ts';
import { createHttpServer } from '@vms/http/server.ts';
import { IngestService } from '@vms/proto/gen/vms/ingest/v1/ingest_pb.js';
import { StorageService } from '@vms/proto/gen/vms/storage/v1/storage_pb.js';
import { StreamService } from '@vms/proto/gen/vms/stream/v1/stream_pb.js';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import type { RecordingFact } from '../alerts/find-problems.ts';

export const INTERNAL_TOKEN = 'internal-token-of-the-tests';

interface FakeRun {
  readonly id: string;
  readonly cameraId: string;
  readonly startEpochMs: number;
  readonly endEpochMs: number;
}

/** Ingest, storage and stream as the API sees them: real HTTP and real calls, and nothing behind. */
export interface FakeServices {
  readonly url: string;
  /** State that ingest tells of a camera. */
  readonly states: Map<string, string>;
  readonly tested: {
    url: string;
    username: string;
    password: string;
    /** Absent where there are none. */
    addressSecrets?: string[];
  }[];
  readonly searched: {
    host: string;
    port: number;
    tls: boolean;
    username: string;
    password: string;
  }[];
  readonly runs: FakeRun[];
  /** Cameras whose recordings were deleted, each time. */
  readonly deleted: string[];
  volumeState: string;
  /** What storage tells of its volume besides. */
  volume: {
    freeBytes?: bigint;
    acknowledgementAgeMs?: number;
    forecast?: { askedDays: number; keptDays: number; measuredMs?: number };
  };
  /** Milliseconds without a durable frame, of a camera. */
  readonly unacknowledgedMs: Map<string, number>;
  /** What storage tells besides of every camera's recording. */
  recording: Pick<RecordingFact, 'lostFile' | 'decodeCheck'>;
  /** Sessions of live views that are open: camera, viewer and stream that were asked for, by id. */
  readonly sessions: Map<string, readonly [string, string, string]>;
  /** What each of them was made from. */
  readonly grants: Map<string, string>;
  /** Code with which the stream service refuses; undefined gives a session. */
  refusal: string | undefined;
  /** Whether calls are left without an answer. */
  hangs: boolean;
  /** Calls that were left without one. */
  waiting: number;
  /** Whether calls fail. */
  fails: boolean;
  close(): Promise<void>;
}

const FOUND = {
  outcome: 'found',
  detail: 'Found one stream.',
  maker: { id: 'hikvision', name: 'Hikvision' },
  streams: [
    {
      role: 'main',
      url: 'rtsp://192.0.2.7/Streaming/Channels/101',
      test: {
        state: 'online',
        tracks: [
          { kind: 'video', codec: 'h265', profile: 'Main', delivery: 'receiving' },
          { kind: 'audio', codec: 'aac', delivery: 'nothing-yet', silentSeconds: 6.4 },
        ],
        gopSeconds: 12,
        webrtc: { ok: false, reason: 'stream.h265-not-playable' },
        mse: { ok: true },
        advice: [
          { code: 'video.gop-long', numbers: { seconds: 12, recommendedSeconds: 2 } },
          { code: 'of.a-later-version' },
        ],
      },
    },
  ],
  tried: 1,
};

export async function startFakeServices(port = 0): Promise<FakeServices> {
  const server = await createHttpServer({
    service: 'fake',
    logger: silentLogger,
    metrics: createMetrics('fake', { process: false }),
    health: () => healthOf({ disk: { status: 'ok' } }),
  });
  /** Calls that hang are let go when the services close, with their timers. */
  const closing = Promise.withResolvers<void>();
  const answer = <T>(make: () => T): T | Promise<T> => {
    if (fake.fails) throw new Error('broken');
    if (!fake.hangs) return make();
    fake.waiting++;
    return closing.promise.then(make);
  };
  const fake: FakeServices & { url: string } = {
    url: '',
    states: new Map(),
    tested: [],
    searched: [],
    runs: [],
    deleted: [],
    volumeState: 'recording',
    volume: {},
    unacknowledgedMs: new Map(),
    recording: {},
    sessions: new Map(),
    grants: new Map(),
    refusal: undefined,
    hangs: false,
    waiting: 0,
    fails: false,
    close: () => {
      closing.resolve();
      return server.close();
    },
  };
  await registerRpc(
    server,
    (router) => {
      router.service(IngestService, {
        listCameraStatuses: () =>
          answer(() => ({
            statuses: [...fake.states].map(([cameraId, state]) => ({
              cameraId,
              state,
              sinceEpochMs: Date.UTC(2026, 0, 1),
              detail: 'As the fake says.',
              tracks: [{ kind: 'video', codec: 'h264', supported: true, width: 1280, height: 720 }],
              framesPerSecond: 25,
              bitsPerSecond: 2_000_000,
              sub: { cameraId, state: 'not-found', detail: 'No such path.' },
            })),
          })),
        testCamera: (request) =>
          answer(() => {
            const { url, username, password, addressSecrets } = request;
            const secrets = addressSecrets.length > 0 && { addressSecrets };
            fake.tested.push({ url, username, password, ...secrets });
            return { state: 'online', detail: 'Fine.', elapsedMs: 12 };
          }),
        findStreams: (request) =>
          answer(() => {
            const { host, port, tls, username, password } = request;
            fake.searched.push({ host, port, tls, username, password });
            return FOUND;
          }),
      });
      const allow = (): void => {
        if (fake.refusal === undefined) return;
        throw new RemoteError(fake.refusal, {
          happened: 'The fake refuses.',
          remedy: 'Ask again.',
        });
      };
      router.service(StreamService, {
        createSession: ({ cameraId, viewerId, stream, origin }) =>
          answer(() => {
            allow();
            const sessionId = `live_${fake.sessions.size}`;
            fake.sessions.set(sessionId, [cameraId, viewerId, stream]);
            fake.grants.set(sessionId, origin?.grantId ?? '');
            return {
              sessionId,
              token: 'a.token',
              whepUrl: `/whep/${cameraId}`,
              mseUrl: '/live/v1/a.token/mse',
              iceServers: [{ urls: ['stun:192.0.2.1'] }],
              expiresAtEpochMs: Date.UTC(2026, 0, 1, 0, 1),
              stream: stream === '' ? 'main' : stream,
              webrtc: { ok: false, reason: 'stream.b-frames', detail: 'It has B-frames.' },
              mse: { ok: true, codecs: 'avc1.64001f' },
            };
          }),
        endSession: ({ sessionId, grantId }) =>
          answer(() => {
            const isOwn = fake.grants.get(sessionId) === grantId;
            if (isOwn) fake.grants.delete(sessionId);
            return { ended: isOwn && fake.sessions.delete(sessionId) };
          }),
        getSnapshot: ({ cameraId, stream }) =>
          answer(() => {
            allow();
            return {
              jpeg: Buffer.from(`\xff\xd8${cameraId} ${stream}`, 'latin1'),
              capturedAtEpochMs: Date.UTC(2026, 0, 1),
            };
          }),
      });
      router.service(StorageService, {
        listRuns: (request) =>
          answer(() => {
            const of = fake.runs.filter((run) => run.cameraId === request.cameraId);
            const begin = request.cursor === '' ? 0 : Number(request.cursor);
            const runs = of.slice(begin, begin + request.limit);
            const end = begin + runs.length;
            return { runs: runs.map(runOf), nextCursor: end < of.length ? String(end) : '' };
          }),
        getRun: (request) =>
          answer(() => {
            const found = fake.runs.find((run) => run.id === request.runId);
            return found === undefined ? {} : { run: runOf(found) };
          }),
        listSpans: (request) =>
          answer(() => ({
            spans: fake.runs
              .filter((run) => run.cameraId === request.cameraId)
              .filter((run) => run.startEpochMs < request.toEpochMs)
              .filter((run) => run.endEpochMs > request.fromEpochMs)
              .map(({ startEpochMs, endEpochMs }) => ({ startEpochMs, endEpochMs })),
          })),
        deleteRecordings: ({ cameraId }) =>
          answer(() => {
            fake.deleted.push(cameraId);
            return { deletedRuns: 1, deletedBytes: 5n };
          }),
        listVolumes: () =>
          answer(() => ({
            volumes: [
              {
                id: 'vol_a',
                path: '/volumes/a',
                totalBytes: 10n ** 12n,
                freeBytes: 10n ** 11n,
                recordedBytes: 5n,
                state: fake.volumeState,
                detail: fake.volumeState === 'recording' ? '' : 'No space.',
                acknowledgementAgeMs: 300,
                lateAfterMs: 2000,
                minFreeBytes: 10n ** 10n,
                ...fake.volume,
              },
            ],
          })),
        listRecordingStates: () =>
          answer(() => ({
            states: [...fake.unacknowledgedMs].map(([cameraId, unacknowledgedMs]) => ({
              cameraId,
              volumeId: 'vol_a',
              unacknowledgedMs,
              ...fake.recording,
            })),
          })),
      });
    },
    INTERNAL_TOKEN,
  );
  fake.url = (await listen(server, { host: '127.0.0.1', port })).url;
  return fake;
}

function runOf(run: FakeRun) {
  return {
    ...run,
    stream: 'main',
    bytes: 1000n,
    videoCodec: 'h264',
    width: 1280,
    height: 720,
  };
}
