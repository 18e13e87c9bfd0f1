import type { EpochMs } from './clock.ts';

/** What an alert is about. */
export type AlertSubjectKind = 'camera' | 'volume' | 'service' | 'system';
export type AlertSeverity = 'warning' | 'critical';

interface AlertKind {
  readonly severity: AlertSeverity;
  readonly subject: AlertSubjectKind;
  /** The trouble must last this long before the alert opens: a reconnect or a restart is none. */
  readonly opensAfterMs: number;
  /** All must be well this long before the alert closes. */
  readonly closesAfterMs: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/**
 * Every alert there is. A code is stable: the page, mails and runbooks (docs/runbooks/<code>.md) go
 * by it, and what varies is in the alert's values:
 *
 * | code | values |
 * |---|---|
 * | `acknowledgements.late` | `ageMs`, `limitMs` |
 * | `camera.down` | `state`: one of CAMERA_STATES |
 * | `camera.not-recording` | `seconds`: since the last frame that is durable |
 * | `camera.recording-damaged` | `how`: `missing`, `replaced` or `changed`; `from`, `to`: ISO 8601, what may be gone |
 * | `camera.undecodable` | `at`: ISO 8601 of the picture; `failures`: how many in a row |
 * | `certificate.expired`, `certificate.expiring` | `expiresAt`: ISO 8601 |
 * | `deletion.pending` | `cameras`: how many are deleted and still have recordings |
 * | `volume.filling` | `reason`: `retention` or `reserve`; `freeBytes`, `reserveBytes`; with `retention` `askedDays`, `keptDays` |
 */
export const ALERT_KINDS = {
  /** A disk confirms what was recorded much later than its tick. */
  'acknowledgements.late': {
    severity: 'warning',
    subject: 'volume',
    opensAfterMs: 30 * SECOND,
    closesAfterMs: 2 * MINUTE,
  },
  /** A camera that is switched on gives no frames. */
  'camera.down': {
    severity: 'critical',
    subject: 'camera',
    opensAfterMs: MINUTE,
    closesAfterMs: 30 * SECOND,
  },
  /** A camera gives frames, its volume works, and yet none of them becomes durable. */
  'camera.not-recording': {
    severity: 'critical',
    subject: 'camera',
    opensAfterMs: MINUTE,
    closesAfterMs: 30 * SECOND,
  },
  /** A file was deleted or changed from outside while it was written; storage reports it for an hour. */
  'camera.recording-damaged': {
    severity: 'critical',
    subject: 'camera',
    opensAfterMs: 0,
    closesAfterMs: 0,
  },
  /** Keyframes that were recorded lately cannot be decoded, two in a row. */
  'camera.undecodable': {
    severity: 'critical',
    subject: 'camera',
    opensAfterMs: 0,
    closesAfterMs: 0,
  },
  /** The gateway's certificate, one's own, has ended: browsers refuse it or warn of it. */
  'certificate.expired': {
    severity: 'critical',
    subject: 'service',
    opensAfterMs: 0,
    closesAfterMs: 0,
  },
  /** It should have been renewed by now, and ends soon. One that is made here renews itself. */
  'certificate.expiring': {
    severity: 'warning',
    subject: 'service',
    opensAfterMs: 0,
    closesAfterMs: 0,
  },
  /** Recordings of deleted cameras cannot be deleted. */
  'deletion.pending': {
    severity: 'warning',
    subject: 'system',
    opensAfterMs: 5 * MINUTE,
    closesAfterMs: 0,
  },
  /** A service does its work with limits; its own words say which. */
  'service.degraded': {
    severity: 'warning',
    subject: 'service',
    opensAfterMs: 2 * MINUTE,
    closesAfterMs: MINUTE,
  },
  /** A service cannot do its work; its own words say why. */
  'service.failing': {
    severity: 'critical',
    subject: 'service',
    opensAfterMs: 30 * SECOND,
    closesAfterMs: 30 * SECOND,
  },
  /** A service does not answer. */
  'service.unreachable': {
    severity: 'critical',
    subject: 'service',
    opensAfterMs: 30 * SECOND,
    closesAfterMs: 30 * SECOND,
  },
  /** Writing to a volume fails. */
  'volume.failing': {
    severity: 'critical',
    subject: 'volume',
    opensAfterMs: 10 * SECOND,
    closesAfterMs: MINUTE,
  },
  /** A volume cannot hold what it is asked to, or something else takes its reserve. */
  'volume.filling': {
    severity: 'warning',
    subject: 'volume',
    opensAfterMs: 5 * MINUTE,
    closesAfterMs: 10 * MINUTE,
  },
  /** A volume has no room, and there is nothing (more) to delete. */
  'volume.full': {
    severity: 'critical',
    subject: 'volume',
    opensAfterMs: 10 * SECOND,
    closesAfterMs: MINUTE,
  },
  /** A disk does not answer. Storage itself has waited some seconds before it says so. */
  'volume.hung': {
    severity: 'critical',
    subject: 'volume',
    opensAfterMs: 5 * SECOND,
    closesAfterMs: MINUTE,
  },
  /** Another system writes to a volume. */
  'volume.in-use': {
    severity: 'critical',
    subject: 'volume',
    opensAfterMs: 5 * SECOND,
    closesAfterMs: 10 * SECOND,
  },
  /** A disk is not there. */
  'volume.missing': {
    severity: 'critical',
    subject: 'volume',
    opensAfterMs: 10 * SECOND,
    closesAfterMs: MINUTE,
  },
} as const satisfies Readonly<Record<string, AlertKind>>;

export type AlertCode = keyof typeof ALERT_KINDS;
export const ALERT_CODES = Object.keys(ALERT_KINDS) as readonly AlertCode[];

export function isAlertCode(text: string): text is AlertCode {
  return Object.hasOwn(ALERT_KINDS, text);
}

export interface AlertSubject {
  readonly kind: AlertSubjectKind;
  /** Of a camera or volume its id; of a service its name; of the system `system`. */
  readonly id: string;
  /** What a person calls it: a camera's name, a volume's path. As it was when the alert opened. */
  readonly name: string;
}

/** What varies from alert to alert of one code: see ALERT_KINDS. */
export type AlertValues = Readonly<Record<string, string | number>>;

/** Something that a person should look at, open or over. */
export interface Alert {
  readonly id: string;
  readonly code: AlertCode;
  readonly severity: AlertSeverity;
  readonly subject: AlertSubject;
  /** When the trouble was first seen: the patience before the alert opened is in it. */
  readonly openedAt: EpochMs;
  readonly closedAt: EpochMs | null;
  /** Plain words in English: what happened, as it was when the alert opened. No password ever. */
  readonly detail: string;
  readonly values: AlertValues;
}
