import type { CameraState } from '@vms/common/camera.ts';
import type { EpochMs } from '@vms/common/clock.ts';
import { MAX_SUBJECT_CHARACTERS } from './bounds.ts';
import { BusError } from './bus-error.ts';

/**
 * Every subject and what its events carry. An event is a wake-up call: the fact itself is durable
 * where it was born and readable there.
 */
export interface BusEvents {
  /** The list of cameras changed: ask CameraDirectoryService again. Sent by api. */
  'camera.changed': { readonly revision: string };
  /** Sent by ingest. */
  'camera.state': {
    readonly camera: string;
    readonly state: CameraState;
    readonly since: EpochMs;
    readonly detail: string;
  };
  /** A grant has ended: ask RevocationService again. Sent by api. */
  'grant.revoked': { readonly position: number };
  /** A run was begun. Sent by storage, as are the next. */
  'recording.opened': { readonly camera: string; readonly run: string; readonly start: EpochMs };
  'recording.closed': {
    readonly camera: string;
    readonly run: string;
    readonly start: EpochMs;
    readonly end: EpochMs;
    readonly bytes: number;
  };
  /** Frames were not recorded. */
  'recording.gap': {
    readonly camera: string;
    readonly from: EpochMs;
    readonly to: EpochMs;
    readonly cause: string;
  };
  'storage.alarm': { readonly volume: string; readonly state: string; readonly detail: string };
}

export type Subject = keyof BusEvents;

const SUBJECT = /^[a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)*$/;
const PATTERN = /^([a-zA-Z0-9_-]+|\*)(\.([a-zA-Z0-9_-]+|\*))*(\.>)?$|^>$/;

/** Words between dots, as NATS has them; no wildcards. */
export function isSubject(text: string): boolean {
  return text.length <= MAX_SUBJECT_CHARACTERS && SUBJECT.test(text);
}

/** A subject in which `*` stands for one word, and `>` at the end for one word or more. */
export function isPattern(text: string): boolean {
  return text.length <= MAX_SUBJECT_CHARACTERS && PATTERN.test(text);
}

/** Whether a valid pattern takes a valid subject (NATS, "Subject-based messaging"). */
export function matches(pattern: string, subject: string): boolean {
  if (pattern === subject) return true;
  const wanted = pattern.split('.');
  const words = subject.split('.');
  for (const [i, want] of wanted.entries()) {
    if (want === '>') return words.length > i;
    if (i >= words.length || (want !== '*' && want !== words[i])) return false;
  }
  return wanted.length === words.length;
}

/** @throws BusError `bus.subject-invalid` */
export function checkSubject(subject: string): void {
  if (!isSubject(subject)) throw invalid('subject', subject);
}

/** @throws BusError `bus.subject-invalid` */
export function checkPattern(pattern: string): void {
  if (!isPattern(pattern)) throw invalid('pattern', pattern);
}

function invalid(what: string, text: string): BusError {
  return new BusError('bus.subject-invalid', {
    happened: `“${text.slice(0, MAX_SUBJECT_CHARACTERS)}” is no ${what} of the bus.`,
    remedy: `Use words of letters, digits, - and _ between dots, ${MAX_SUBJECT_CHARACTERS} characters at most.`,
  });
}
