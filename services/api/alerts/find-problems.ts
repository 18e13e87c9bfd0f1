import {
  ALERT_KINDS,
  type AlertCode,
  type AlertSubject,
  type AlertValues,
} from '@vms/common/alert.ts';
import type { Volume } from '@vms/proto/gen/vms/storage/v1/storage_pb.js';
import type { CameraStatusView } from '../cameras/camera-schemas.ts';
import type { ServiceHealth } from '../system/service-health.ts';

/** A camera as far as alerts go. */
export interface CameraFact {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly status: Pick<CameraStatusView, 'state' | 'detail'>;
}

/** What one look at the whole system has found. */
export interface SystemFacts {
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
const VOLUME_STATES = ['failing', 'full', 'hung', 'missing'] as const;

/**
 * What is wrong in these facts. One cause is one problem: cameras whose ingest is away are unknown and
 * not down, and what a service says of its cameras and volumes is left to the alerts of those.
 */
export function findProblems(facts: SystemFacts): Findings {
  const { services, volumes, cameras, failingDeletions } = facts;
  const serviceByName = new Map(services.map((service) => [service.name, service]));
  const volumeById = new Map((volumes ?? []).map((volume) => [idOf(volume), volume]));
  const cameraById = new Map(cameras.map((camera) => [camera.id, camera]));
  return {
    problems: [
      ...services.flatMap(problemOfService),
      ...(volumes ?? []).flatMap(problemOfVolume),
      ...cameras.flatMap(problemOfCamera),
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
          return volumeById.has(id) ? 'well' : 'gone';
        }
        case 'camera': {
          const camera = cameraById.get(id);
          if (camera === undefined || !camera.enabled) return 'gone';
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
