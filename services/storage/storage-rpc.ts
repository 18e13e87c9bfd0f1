import type { ConnectRouter } from '@connectrpc/connect';
import { StorageService } from '@vms/proto/gen/vms/storage/v1/storage_pb.js';
import { type Catalogue, DEFAULT_PAGE_RUNS, type RunRow } from './catalogue/catalogue.ts';
import type { Deletion } from './deletion.ts';
import { StorageError } from './storage-error.ts';
import type { Volume } from './volumes/volume.ts';

export interface StorageRpcDeps {
  readonly catalogue: Catalogue;
  readonly deletion: Deletion;
  volumes(): readonly Volume[];
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
      async listVolumes() {
        const recorded = new Map<string, number>();
        for (const { volume, bytes } of await catalogue.recordedBytes()) {
          recorded.set(volume, (recorded.get(volume) ?? 0) + bytes);
        }
        return {
          volumes: deps.volumes().map((volume) => ({
            id: volume.id ?? '',
            path: volume.config.path,
            totalBytes: BigInt(volume.space.totalBytes),
            freeBytes: BigInt(volume.space.freeBytes),
            recordedBytes: BigInt(recorded.get(volume.id ?? '') ?? 0),
            ...volume.condition(),
            acknowledgementAgeMs: volume.acknowledgementAgeMs,
          })),
        };
      },
    });
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
