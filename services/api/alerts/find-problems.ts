import {
  ALERT_KINDS,
  type AlertCode,
  type AlertSubject,
  type AlertValues,
} from '@vms/common/alert.ts';
import type { EpochMs } from '@vms/common/clock.ts';
import type { DecodeCheck, LostFile, Volume } from '@vms/proto/gen/vms/storage/v1/storage_pb.js';
import type { CameraStatusView } from '../cameras/camera-schemas.ts';
import { isoOf } from '../schemas.ts';
import type { ServiceHealth } from '../system/service-health.ts';

/** A camera as far as alerts go. */
export interface CameraFact {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly status: Pick<CameraStatusView, 'state' | 'detail'>;
  /** What storage says of it; undefined where storage does not answer, or does not know it yet. */
  readonly recording?: RecordingFact | undefined;
}

export interface RecordingFact {
  /** Empty where no volume takes it. */
  readonly volumeId: string;
  /** Milliseconds since one of its frames became durable. */
  readonly unacknowledgedMs: number;
  /** A file of it that was deleted or changed from outside in the last hour. */
  readonly lostFile?: Pick<LostFile, 'path' | 'how' | 'fromEpochMs' | 'toEpochMs'> | undefined;
  /** The last keyframe of it that was decoded. */
  readonly decodeCheck?: Pick<DecodeCheck, 'atEpochMs' | 'failures' | 'reason'> | undefined;
}

/** What one look at the whole system has found. */
export interface SystemFacts {
  readonly now: EpochMs;
  /** The other services; this one is not in it. */
  readonly services: readonly ServiceHealth[];
  /** Undefined where storage does not answer. */
  readonly volumes: readonly Volume[] | undefined;
  readonly cameras: readonly CameraFact[];
  /** Deleted cameras whose recordings are still there, where storage did not do as asked. */
  readonly failingDeletions: number;
}

/** Something that is wrong right now, before any patience. */
export interface Problem {
  readonly code: AlertCode;
  readonly subject: AlertSubject;
  readonly detail: string;
  readonly values: AlertValues;
}

/**
 * How a subject is that no problem was found with: `well`; `unknown` where nobody can tell right now;
 * `gone` where nobody wants to know any more (deleted, switched off).
 */
export type Condition = 'well' | 'unknown' | 'gone';

export interface Findings {
  readonly problems: readonly Problem[];
  conditionOf(code: AlertCode, subjectId: string): Condition;
}

/** Alerts of a volume that are its state. */
const VOLUME_STATES = ['failing', 'full', 'hung', 'in-use', 'missing'] as const;
/** Milliseconds without a durable frame from which a camera counts as not recorded: any tick is shorter. */
const NOT_RECORDING_MS = 15_000;
/** Shares of the reserve and of the days asked for below which it is worth telling. */
const RESERVE_SHARE = 0.9;
const DAYS_SHARE = 0.95;
/** Rates that were measured for less than this may be off by a lot: only half the days is worth telling. */
const STEADY_RATE_MS = 6 * 3600_000;
const UNSTEADY_DAYS_SHARE = 0.5;
/** Undecodable keyframes in a row before a problem is reported: a single one may be a fault of the decoder. */
const UNDECODABLE_KEYFRAMES = 2;

/**
 * What is wrong in these facts. One cause is one problem: cameras whose ingest is away are unknown and
 * not down, and what a service says of its cameras and volumes is left to the alerts of those.
 */
export function findProblems(facts: SystemFacts): Findings {
  const { now, services, volumes, cameras, failingDeletions } = facts;
  const serviceByName = new Map(services.map((service) => [service.name, service]));
  const volumeById = new Map((volumes ?? []).map((volume) => [idOf(volume), volume]));
  const cameraById = new Map(cameras.map((camera) => [camera.id, camera]));
  return {
    problems: [
      ...services.flatMap(problemOfService),
      ...services.flatMap((service) => problemOfCertificate(service, now)),
      ...(volumes ?? []).flatMap((volume) => [
        ...problemOfVolume(volume),
        ...problemOfRoom(volume),
        ...problemOfAcknowledgements(volume),
      ]),
      ...cameras.flatMap(problemOfCamera),
      ...cameras.flatMap((camera) => problemOfRecording(camera, volumeById)),
      ...cameras.flatMap(problemOfLostFile),
      ...cameras.flatMap(problemOfDecoding),
      ...problemOfDeletions(failingDeletions),
    ],
    conditionOf(code, id) {
      switch (ALERT_KINDS[code].subject) {
        case 'service': {
          const service = serviceByName.get(id);
          if (service === undefined) return 'gone';
          return service.status === 'unreachable' ? 'unknown' : 'well';
        }
        case 'volume': {
          if (volumes === undefined) return 'unknown';
          const volume = volumeById.get(id);
          if (volume === undefined) return 'gone';
          const isJudged = code !== 'volume.filling' && code !== 'acknowledgements.late';
          return isJudged || volume.state === 'recording' ? 'well' : 'unknown';
        }
        case 'camera': {
          const camera = cameraById.get(id);
          if (camera === undefined || !camera.enabled) return 'gone';
          if (code === 'camera.not-recording') return recordingOf(camera, volumeById);
          if (code === 'camera.recording-damaged' || code === 'camera.undecodable') {
            return camera.recording === undefined ? 'unknown' : 'well';
          }
          return camera.status.state === 'unknown' ? 'unknown' : 'well';
        }
        case 'system':
          return 'well';
      }
    },
  };
}

function problemOfService({ name, status, own }: ServiceHealth): Problem[] {
  const is = status === 'unreachable' ? { status, detail: own.detail } : own;
  if (is.status === 'ok') return [];
  return [
    {
      code: `service.${is.status}`,
      subject: { kind: 'service', id: name, name },
      detail: is.detail ?? `${name} is ${is.status}.`,
      values: {},
    },
  ];
}

function problemOfCertificate({ name, certificate }: ServiceHealth, now: EpochMs): Problem[] {
  if (certificate === undefined || now < certificate.renewBy) return [];
  const { expiresAt, detail } = certificate;
  return [
    {
      code: now < expiresAt ? 'certificate.expiring' : 'certificate.expired',
      subject: { kind: 'service', id: name, name },
      detail,
      values: { expiresAt: isoOf(expiresAt) },
    },
  ];
}

function problemOfVolume(volume: Volume): Problem[] {
  const state = VOLUME_STATES.find((known) => known === volume.state);
  if (state === undefined) return [];
  return [
    { code: `volume.${state}`, subject: subjectOf(volume), detail: volume.detail, values: {} },
  ];
}

function problemOfCamera({ id, name, enabled, status }: CameraFact): Problem[] {
  const { state, detail } = status;
  if (!enabled || state === 'online' || state === 'unknown' || state === 'disabled') return [];
  return [
    {
      code: 'camera.down',
      subject: { kind: 'camera', id, name },
      detail: detail === '' ? `The camera gives no frames (${state}).` : detail,
      values: { state },
    },
  ];
}

/** Whether there is room for what is asked: told while the volume records; its states tell the rest. */
function problemOfRoom(volume: Volume): Problem[] {
  if (volume.state !== 'recording' || volume.totalBytes === 0n) return [];
  const freeBytes = Number(volume.freeBytes);
  const reserveBytes = Number(volume.minFreeBytes);
  const filling = (detail: string, values: AlertValues): Problem[] => [
    {
      code: 'volume.filling',
      subject: subjectOf(volume),
      detail,
      values: { freeBytes, reserveBytes, ...values },
    },
  ];
  if (freeBytes < reserveBytes * RESERVE_SHARE) {
    return filling(
      `Only ${gigabytes(freeBytes)} are free, where ${gigabytes(reserveBytes)} should be. Deleting the oldest recordings does not help enough: something else fills the disk.`,
      { reason: 'reserve' },
    );
  }
  const { askedDays = 0, keptDays = 0, measuredMs = 0 } = volume.forecast ?? {};
  const share = measuredMs < STEADY_RATE_MS ? UNSTEADY_DAYS_SHARE : DAYS_SHARE;
  if (keptDays >= askedDays * share) return [];
  const days = Math.floor(keptDays * 10) / 10;
  return filling(
    `The disk has room for about ${days} days of recordings, not for the ${askedDays} that are asked for. The oldest will be deleted earlier.`,
    { reason: 'retention', askedDays, keptDays: days },
  );
}

function problemOfAcknowledgements(volume: Volume): Problem[] {
  const { state, acknowledgementAgeMs, lateAfterMs } = volume;
  if (state !== 'recording' || lateAfterMs === 0 || acknowledgementAgeMs <= lateAfterMs) return [];
  const ageMs = Math.round(acknowledgementAgeMs);
  return [
    {
      code: 'acknowledgements.late',
      subject: subjectOf(volume),
      detail: `The disk is slow: what was recorded ${ageMs} ms ago is not safe on it yet. A power cut would lose that much.`,
      values: { ageMs, limitMs: lateAfterMs },
    },
  ];
}

function problemOfRecording(camera: CameraFact, volumes: ReadonlyMap<string, Volume>): Problem[] {
  const { id, name, recording } = camera;
  if (recording === undefined || recordingOf(camera, volumes) !== 'well') return [];
  if (recording.unacknowledgedMs < NOT_RECORDING_MS) return [];
  const seconds = Math.round(recording.unacknowledgedMs / 1000);
  return [
    {
      code: 'camera.not-recording',
      subject: { kind: 'camera', id, name },
      detail: `The camera gives frames, but none of them was recorded for ${seconds} s.`,
      values: { seconds },
    },
  ];
}

/** What others do to a file while it is written; how in words. */
const LOSSES: Readonly<Record<string, string>> = {
  missing: 'was deleted or moved',
  replaced: 'was replaced by another',
  changed: 'was cut or written to',
};

function problemOfLostFile({ id, name, enabled, recording }: CameraFact): Problem[] {
  const lost = recording?.lostFile;
  if (!enabled || lost === undefined) return [];
  const [from, to] = [isoOf(lost.fromEpochMs), isoOf(lost.toEpochMs)];
  return [
    {
      code: 'camera.recording-damaged',
      subject: { kind: 'camera', id, name },
      detail: `${lost.path} ${LOSSES[lost.how] ?? 'was changed'} by another program while it was recorded. What was recorded between ${from} and ${to} may be gone. Recording continues in a new file.`,
      values: { how: lost.how, from, to },
    },
  ];
}

function problemOfDecoding({ id, name, enabled, recording }: CameraFact): Problem[] {
  const check = recording?.decodeCheck;
  if (!enabled || check === undefined || check.failures < UNDECODABLE_KEYFRAMES) return [];
  const { atEpochMs, failures, reason } = check;
  return [
    {
      code: 'camera.undecodable',
      subject: { kind: 'camera', id, name },
      detail: `The last ${failures} keyframes that were taken from its recordings cannot be decoded: ${reason}`,
      values: { at: isoOf(atEpochMs), failures },
    },
  ];
}

/**
 * Whether it can be told that a camera is recorded or not: it must give frames, and its volume must
 * work, or that is the trouble to tell of. One that no volume takes is told of.
 */
function recordingOf(camera: CameraFact, volumes: ReadonlyMap<string, Volume>): Condition {
  const { enabled, status, recording } = camera;
  if (!enabled) return 'gone';
  if (status.state !== 'online' || recording === undefined) return 'unknown';
  if (recording.volumeId === '') return 'well';
  return volumes.get(recording.volumeId)?.state === 'recording' ? 'well' : 'unknown';
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function problemOfDeletions(cameras: number): Problem[] {
  if (cameras === 0) return [];
  return [
    {
      code: 'deletion.pending',
      subject: { kind: 'system', id: 'system', name: 'storage' },
      detail: `The recordings of ${cameras} deleted ${cameras === 1 ? 'camera are' : 'cameras are'} still there; deleting them is tried again.`,
      values: { cameras },
    },
  ];
}

/** A volume that could never be read has no id yet: it goes by its path. */
function idOf({ id, path }: Volume): string {
  return id === '' ? path : id;
}

function subjectOf(volume: Volume): AlertSubject {
  return { kind: 'volume', id: idOf(volume), name: volume.path };
}
