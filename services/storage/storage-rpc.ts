import type { ConnectRouter } from '@connectrpc/connect';
import { StorageService } from '@vms/proto/gen/vms/storage/v1/storage_pb.js';
import type { RecordedCamera } from './cameras/camera-list-file.ts';
import type { Homes } from './cameras/homes.ts';
import { type Catalogue, DEFAULT_PAGE_RUNS } from './catalogue/catalogue.ts';
import type { RunRow } from './catalogue/run-row.ts';
import type { DecodeWatch } from './decode-watch/decode-watch.ts';
import type { Deletion } from './deletion.ts';
import type { RecordingWatch } from './recording-watch.ts';
import { forecast, type RecordingRates } from './retention/forecast.ts';
import { StorageError } from './storage-error.ts';
import type { Volume } from './volumes/volume.ts';

export interface StorageRpcDeps {
  readonly catalogue: Catalogue;
  readonly deletion: Deletion;
  readonly homes: Homes;
  readonly watch: RecordingWatch;
  readonly rates: RecordingRates;
  readonly decodeWatch: Pick<DecodeWatch, 'stateOf'>;
  volumes(): readonly Volume[];
  cameras(): readonly RecordedCamera[];
}

/** StorageService of libs/proto. */
export function storageRpc(deps: StorageRpcDeps): (router: ConnectRouter) => void {
  const { catalogue, deletion } = deps;
  return (router) => {
    router.service(StorageService, {
      async listRuns({ cameraId, fromEpochMs, toEpochMs, limit, cursor }) {
        checkTimes(fromEpochMs, toEpochMs);
        const page = await catalogue.list({
          camera: cameraId,
          from: fromEpochMs,
          to: toEpochMs,
          limit: limit === 0 ? DEFAULT_PAGE_RUNS : limit,
          cursor,
        });
        return { runs: page.runs.map(messageOf), nextCursor: page.nextCursor };
      },
      async getRun({ cameraId, runId }) {
        const run = await catalogue.get(cameraId, runId);
        return run === undefined ? {} : { run: messageOf(run) };
      },
      async listSpans({ cameraId, fromEpochMs, toEpochMs, resolutionMs }) {
        checkTimes(fromEpochMs, toEpochMs);
        const spans = await catalogue.spans({
          camera: cameraId,
          from: fromEpochMs,
          to: toEpochMs,
          resolutionMs: Math.max(0, resolutionMs),
        });
        return {
          spans: spans.map(({ start, end }) => ({ startEpochMs: start, endEpochMs: end })),
        };
      },
      async deleteRecordings({ cameraId }) {
        const { runs, bytes } = await deletion.delete(cameraId);
        return { deletedRuns: runs, deletedBytes: BigInt(bytes) };
      },
      listVolumes: () => listVolumes(deps),
      async listRecordingStates() {
        const cameras = deps.cameras().flatMap(({ id, enabled }) => (enabled ? [id] : []));
        return {
          states: [...deps.watch.unacknowledgedMs(cameras)].map(([cameraId, unacknowledgedMs]) => {
            const lost = deps.watch.lostFile(cameraId);
            const decoded = deps.decodeWatch.stateOf(cameraId);
            return {
              cameraId,
              volumeId: deps.homes.volumeOf(cameraId) ?? '',
              unacknowledgedMs,
              ...(decoded !== undefined && {
                decodeCheck: {
                  atEpochMs: decoded.at,
                  failures: decoded.failures,
                  reason: decoded.reason,
                },
              }),
              ...(lost !== undefined && {
                lostFile: {
                  path: lost.path,
                  how: lost.how,
                  fromEpochMs: lost.from,
                  toEpochMs: lost.to,
                },
              }),
            };
          }),
        };
      },
    });
  };
}

async function listVolumes({ catalogue, volumes, homes, rates }: StorageRpcDeps) {
  const recorded = new Map<string, number>();
  for (const { volume, bytes } of await catalogue.recordedBytes()) {
    recorded.set(volume, (recorded.get(volume) ?? 0) + bytes);
  }
  const cameras = await rates.read();
  return {
    volumes: volumes().map((volume) => {
      const { id = '', space, minFreeBytes } = volume;
      const recordedBytes = recorded.get(id) ?? 0;
      const expected = forecast(
        cameras.filter((camera) => homes.volumeOf(camera.id) === id),
        recordedBytes + space.freeBytes - minFreeBytes,
      );
      return {
        id,
        path: volume.config.path,
        totalBytes: BigInt(space.totalBytes),
        freeBytes: BigInt(space.freeBytes),
        recordedBytes: BigInt(recordedBytes),
        ...volume.condition(),
        acknowledgementAgeMs: volume.acknowledgementAgeMs,
        lateAfterMs: volume.lateAfterMs,
        minFreeBytes: BigInt(Math.ceil(minFreeBytes)),
        ...(expected !== undefined && {
          forecast: { ...expected, bytesPerDay: BigInt(Math.round(expected.bytesPerDay)) },
        }),
      };
    }),
  };
}

function messageOf(run: RunRow) {
  return {
    id: run.id,
    cameraId: run.camera,
    stream: run.stream,
    startEpochMs: run.start,
    endEpochMs: run.end,
    open: run.open === 1,
    bytes: BigInt(run.bytes),
    videoCodec: run.video_codec,
    audioCodec: run.audio_codec,
    width: run.width,
    height: run.height,
    fileNumber: BigInt(run.file_number),
    volumeId: run.volume,
  };
}

function checkTimes(from: number, to: number): void {
  if (Number.isFinite(from) && Number.isFinite(to) && (to === 0 || from <= to)) return;
  throw new StorageError('storage.bad-request', {
    happened: 'The range of time ends before it begins.',
    remedy: 'Ask for a range whose end is after its start.',
  });
}
