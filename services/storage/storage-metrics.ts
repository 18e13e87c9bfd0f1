import type { Metrics } from '@vms/telemetry/metrics.ts';

/** Acknowledgement ages worth telling apart at ticks of 100 ms to 10 s. */
const AGE_BUCKETS_SECONDS = [0.1, 0.25, 0.5, 0.6, 0.75, 1, 1.5, 2, 3, 5, 10, 30, 60];

/** What storage tells Prometheus; labels are volume ids, never cameras (there may be hundreds). */
export function createStorageMetrics(metrics: Metrics) {
  const volume = ['volume'] as const;
  return {
    recordedBytes: metrics.counter(
      'vms_storage_recorded_bytes_total',
      'Payload bytes that became durable',
      volume,
    ),
    fragments: metrics.counter(
      'vms_storage_fragments_total',
      'Fragments that became durable',
      volume,
    ),
    acknowledgementAge: metrics.histogram(
      'vms_storage_acknowledgement_age_seconds',
      'From the arrival of the oldest frame of a commit round to its acknowledgement',
      volume,
      AGE_BUCKETS_SECONDS,
    ),
    sync: metrics.histogram(
      'vms_storage_sync_seconds',
      'Duration of the sync of a commit round',
      volume,
    ),
    pendingBytes: metrics.gauge(
      'vms_storage_pending_bytes',
      'Payload bytes that wait in the writer',
      volume,
    ),
    gaps: metrics.counter('vms_storage_gaps_total', 'Times that frames were not recorded', [
      'volume',
      'cause',
    ]),
    gapFrames: metrics.counter('vms_storage_gap_frames_total', 'Frames that were not recorded', [
      'volume',
      'cause',
    ]),
    lostFiles: metrics.counter(
      'vms_storage_lost_files_total',
      'Open recordings that were deleted or changed from outside',
      ['volume', 'how'],
    ),
    decodedKeyframes: metrics.counter(
      'vms_storage_decoded_keyframes_total',
      'Recorded keyframes that were tried, by what came of it',
      ['outcome'],
    ),
    undecodableCameras: metrics.gauge(
      'vms_storage_undecodable_cameras',
      'Cameras of which the last two recorded keyframes could not be decoded',
    ),
    writerRestarts: metrics.counter(
      'vms_storage_writer_restarts_total',
      'Times that a writer ended and was started again',
      volume,
    ),
    freeBytes: metrics.gauge('vms_storage_free_bytes', 'Free bytes of the volume', volume),
    deletedRuns: metrics.counter(
      'vms_storage_deleted_runs_total',
      'Recordings deleted, by reason',
      ['volume', 'reason'],
    ),
    deletedBytes: metrics.counter(
      'vms_storage_deleted_bytes_total',
      'Bytes of deleted recordings, by reason',
      ['volume', 'reason'],
    ),
  };
}

export type StorageMetrics = ReturnType<typeof createStorageMetrics>;
