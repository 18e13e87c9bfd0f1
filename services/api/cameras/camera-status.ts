import type { Client } from '@connectrpc/connect';
import { CAMERA_STATES, TRACK_DELIVERIES } from '@vms/common/camera.ts';
import type { Clock } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import type { CameraStatus, IngestService, Track } from '@vms/proto/gen/vms/ingest/v1/ingest_pb.js';
import type { LogLimiter } from '@vms/telemetry/log-limiter.ts';
import { STATUS_FRESH_MS, STATUS_RETRY_MS, STATUS_TIMEOUT_MS } from '../bounds.ts';
import { isoOf } from '../schemas.ts';
import type { CameraStatusView, StreamStatusView, TrackView } from './camera-schemas.ts';
import type { StoredCamera } from './camera-store.ts';

export interface CameraStatusesOptions {
  readonly ingest: Client<typeof IngestService>;
  readonly clock: Clock;
  readonly log: LogLimiter;
}

type StatusOf = (camera: StoredCamera) => CameraStatusView;

/**
 * How cameras are right now, as ingest says. Asked once for all that want to know at the same time;
 * where ingest is away every camera is `unknown`, at once, until it is tried again.
 */
export class CameraStatuses {
  readonly #options: CameraStatusesOptions;
  #asking: Promise<StatusOf> | undefined;
  #answer: { readonly statusOf: StatusOf; readonly freshUntil: number } | undefined;

  constructor(options: CameraStatusesOptions) {
    this.#options = options;
  }

  /** Never fails. */
  async read(): Promise<StatusOf> {
    const { clock } = this.#options;
    if (this.#answer !== undefined && clock.monotonic() < this.#answer.freshUntil) {
      return this.#answer.statusOf;
    }
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** What is known is not good any more: a camera was changed. */
  forget(): void {
    this.#answer = undefined;
  }

  async #ask(): Promise<StatusOf> {
    const { ingest, clock, log } = this.#options;
    let statusOf: StatusOf;
    let freshMs = STATUS_FRESH_MS;
    try {
      const answer = await ingest.listCameraStatuses({}, { timeoutMs: STATUS_TIMEOUT_MS });
      const byId = new Map(answer.statuses.map((status) => [status.cameraId, status]));
      statusOf = (camera) => {
        if (!camera.enabled) return without(camera, '');
        const status = byId.get(camera.id);
        return status === undefined
          ? without(camera, 'Ingest has not taken this camera up yet.')
          : { ...viewOf(status), sub: subOf(camera, status) };
      };
    } catch (error) {
      log.warn('ingest', { error: messageOf(error) }, 'The states of the cameras are not known.');
      freshMs = STATUS_RETRY_MS;
      statusOf = (camera) => without(camera, 'Ingest does not answer right now.');
    }
    this.#answer = { statusOf, freshUntil: clock.monotonic() + freshMs };
    return statusOf;
  }
}

function without(camera: StoredCamera, detail: string): CameraStatusView {
  return {
    state: camera.enabled ? 'unknown' : 'disabled',
    since: camera.enabled ? null : isoOf(camera.updatedAt),
    detail: camera.enabled ? detail : 'This camera was switched off.',
    tracks: [],
    framesPerSecond: 0,
    bitsPerSecond: 0,
    sub: null,
  };
}

/** A sub stream that was taken off a moment ago, or put on, is not told of as it was before. */
function subOf(camera: StoredCamera, status: CameraStatus): StreamStatusView | null {
  return camera.subUrl === null || status.sub === undefined ? null : viewOf(status.sub);
}

function viewOf(status: CameraStatus): StreamStatusView {
  return {
    state: stateOf(status.state),
    since: status.sinceEpochMs > 0 ? isoOf(status.sinceEpochMs) : null,
    detail: status.detail,
    tracks: status.tracks.map(trackView),
    framesPerSecond: status.framesPerSecond,
    bitsPerSecond: status.bitsPerSecond,
  };
}

/** A state that this version does not know is `unknown`. */
export function stateOf(state: string): CameraStatusView['state'] {
  return CAMERA_STATES.find((known) => known === state) ?? 'unknown';
}

export function trackView(track: Track): TrackView {
  const delivery = TRACK_DELIVERIES.find((known) => known === track.delivery);
  return {
    kind: track.kind,
    codec: track.codec,
    supported: track.supported,
    ...(track.width > 0 && { width: track.width, height: track.height }),
    ...(track.sampleRate > 0 && { sampleRate: track.sampleRate, channels: track.channels }),
    ...(track.profile !== '' && { profile: track.profile }),
    ...(delivery !== undefined && { delivery }),
    ...(track.silentSeconds > 0 && { silentSeconds: Math.round(track.silentSeconds) }),
  };
}
