import type { Generated } from 'kysely';

/** Tables of the control database: text ids, integer epoch milliseconds. */
export interface ApiSchema {
  user: UserRow;
  session: SessionRow;
  api_token: ApiTokenRow;
  grant_revocation: GrantRevocationRow;
  camera: CameraRow;
  recording_deletion: RecordingDeletionRow;
  counter: CounterRow;
  alert: AlertRow;
  alert_delivery: AlertDeliveryRow;
  alert_channel: AlertChannelRow;
}

export interface UserRow {
  id: string;
  /** Unique without regard to case. */
  username: string;
  /** argon2id, PHC string. */
  password_hash: string;
  role: string;
  created_at: number;
  password_changed_at: number;
  /** 1 while the password is the one that was printed at the first start, 0 afterwards. */
  must_choose_password: number;
}

export interface SessionRow {
  /** SHA-256 of the cookie, hex. */
  id_hash: string;
  user_id: string;
  created_at: number;
  last_used_at: number;
}

export interface ApiTokenRow {
  id: string;
  user_id: string;
  name: string;
  /** SHA-256 of the token, hex. */
  token_hash: string;
  created_at: number;
  last_used_at: number | null;
}

/** What ended of the grants that media tokens are made from; the empty text names nothing. */
export interface GrantRevocationRow {
  position: number;
  grant_id: string;
  user_id: string;
  camera_id: string;
  action: string;
  /** Only tokens made before this position; NULL is whenever they were made. */
  made_before: number | null;
}

export interface CameraRow {
  id: string;
  name: string;
  /** Without user information. */
  url: string;
  /** Of the sub stream, without user information; NULL where there is none. */
  sub_url: string | null;
  username: string;
  /** libs/auth/seal.ts; empty where there is none. */
  sealed_password: string;
  enabled: number;
  demo: number;
  retention_days: number;
  /** NULL is no limit of its own. */
  max_bytes: number | null;
  /** Of the IANA database; NULL is the system's. */
  time_zone: string | null;
  created_at: number;
  updated_at: number;
}

/** A camera is gone and its recordings are to follow: kept until storage has surely done it. */
export interface RecordingDeletionRow {
  camera_id: string;
  requested_at: number;
}

export interface CounterRow {
  name: string;
  value: number;
}

/** At most one of a code and subject is open (closed_at NULL): a partial unique index sees to it. */
export interface AlertRow {
  id: string;
  code: string;
  subject_kind: string;
  subject_id: string;
  subject_name: string;
  severity: string;
  detail: string;
  /** AlertValues as JSON. */
  value_json: string;
  opened_at: number;
  closed_at: number | null;
}

/** A message that a channel is still to deliver; gone when it has. */
export interface AlertDeliveryRow {
  /** Order of delivery. */
  sequence: Generated<number>;
  /** The same at every attempt, so that receivers can tell a repetition. */
  id: string;
  channel: string;
  /** AlertMessage as JSON, as it was when the alert changed. */
  message_json: string;
  /** Messages that go out as one; NULL before the first attempt. */
  batch: string | null;
  created_at: number;
  attempts: number;
}

/** How a channel did last. */
export interface AlertChannelRow {
  id: string;
  last_delivered_at: number | null;
  last_error: string | null;
}
