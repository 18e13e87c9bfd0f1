import type { CameraState, TrackDelivery } from '@vms/common/camera.ts';

/** `unknown`: the system cannot tell right now, because ingest has not taken the camera up yet or is away. */
export type ShownState = CameraState | 'unknown';

/** Shapes of the API under /api/v1. Instants are ISO 8601 in UTC. */

export interface User {
  readonly id: string;
  readonly username: string;
  readonly role: string;
}

/** Who is signed in, and whether the printed first password is still to be replaced. */
export interface SignedIn {
  readonly user: User;
  readonly mustChoosePassword: boolean;
}

export interface Track {
  readonly kind: 'video' | 'audio' | (string & {});
  /** h264, h265, aac, pcmu, pcma, or the name that the camera gave. */
  readonly codec: string;
  readonly supported: boolean;
  readonly width?: number;
  readonly height?: number;
  /** Hz. */
  readonly sampleRate?: number;
  readonly channels?: number;
  /** As cameras name it: High, Main 10, LC. */
  readonly profile?: string;
  /** Whether its frames come; absent where the camera is not connected. */
  readonly delivery?: TrackDelivery | (string & {});
  readonly silentSeconds?: number;
}

/** Of one stream of a camera. */
export interface StreamStatusView {
  readonly state: ShownState;
  readonly since: string | number | null;
  /** Plain English; shown as the technical detail below our own words. */
  readonly detail: string;
  readonly tracks: readonly Track[];
  readonly framesPerSecond: number;
  readonly bitsPerSecond: number;
}

export interface CameraStatusView extends StreamStatusView {
  /** Of the sub stream; null where there is none. */
  readonly sub?: StreamStatusView | null;
}

export interface Camera {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** Of a smaller stream of the same camera; null where there is none. */
  readonly subUrl?: string | null;
  readonly username: string;
  readonly hasPassword: boolean;
  readonly demo: boolean;
  readonly enabled: boolean;
  readonly retentionDays: number;
  readonly maxBytes?: number | null;
  /** IANA name of the zone in which its times are shown. */
  readonly timeZone?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly status: CameraStatusView;
}

export interface CameraPage {
  readonly cameras: readonly Camera[];
  readonly nextCursor?: string | null;
}

/** What a person fills in; absent fields stay as they are when a camera is changed. */
export interface CameraInput {
  name?: string;
  url?: string;
  /** null takes the sub stream off. */
  subUrl?: string | null;
  username?: string;
  password?: string;
  enabled?: boolean;
  retentionDays?: number;
  maxBytes?: number | null;
  /** null for that of the system. */
  timeZone?: string | null;
}

export interface CameraTestInput {
  url?: string;
  username?: string;
  password?: string;
  /** Of a saved camera, when its password was left untouched. */
  camera_id?: string;
  /** Which of the camera's streams the address is. */
  stream?: StreamName;
}

/** What to change in a camera: a code of libs/common/camera-advice.ts, and what its text needs. */
export interface Advice {
  readonly code: string;
  readonly severity: 'info' | 'warning';
  readonly values: Readonly<Record<string, number | string>>;
}

/** Whether one way carries a stream to browsers, and if not, why: a code such as `stream.b-frames`. */
export interface BrowserWay {
  readonly ok: boolean;
  readonly reason?: string;
}

export interface CameraTest {
  readonly state: ShownState;
  readonly detail: string;
  readonly tracks: readonly Track[];
  readonly framesPerSecond: number;
  readonly bitsPerSecond: number;
  /** Seconds from keyframe to keyframe; null where none were seen. */
  readonly gopSeconds?: number | null;
  readonly reordersFrames?: boolean;
  readonly browser?: { readonly webrtc: BrowserWay; readonly mse: BrowserWay };
  readonly advice?: readonly Advice[];
  readonly elapsedMs: number;
}

/** A stream that was found by the address of a camera alone. */
export interface FoundStream {
  readonly role: StreamName;
  readonly url: string;
  readonly test: CameraTest;
}

/** How the search for the streams of a camera ended. */
export interface CameraSearch {
  /** `found`, or why not: the words of libs/common/camera-search.ts. */
  readonly outcome: string;
  readonly detail: string;
  readonly maker: { readonly id: string; readonly name: string } | null;
  readonly streams: readonly FoundStream[];
  /** Addresses that were asked for. */
  readonly tried: number;
  readonly elapsedMs: number;
}

export interface CameraSearchInput {
  readonly address: string;
  readonly username?: string;
  readonly password?: string;
}

export interface Recording {
  readonly id: string;
  readonly cameraId: string;
  readonly stream: string;
  readonly start: string;
  readonly end: string;
  readonly durationMs: number;
  readonly open: boolean;
  readonly bytes: number;
  readonly videoCodec?: string | null;
  readonly audioCodec?: string | null;
  readonly width?: number | null;
  readonly height?: number | null;
}

export interface RecordingPage {
  readonly recordings: readonly Recording[];
  readonly nextCursor?: string | null;
}

export interface Timeline {
  readonly spans: readonly { readonly start: string; readonly end: string }[];
}

export interface Playback {
  readonly url: string;
  readonly from: string;
  readonly to: string;
  readonly expiresAt: string;
}

export type StreamName = 'main' | 'sub';

/** Whether one way can carry a stream to a browser. */
export interface Way {
  readonly ok: boolean;
  /** Why not: a code such as `stream.b-frames`. */
  readonly reason?: string;
  readonly detail?: string;
  /** As in the `codecs` parameter of RFC 6381: `avc1.64001f,mp4a.40.2`. */
  readonly codecs?: string;
}

/** Leave to watch one stream of one camera. */
export interface LiveSession {
  readonly session_id: string;
  readonly whep_url: string;
  readonly mse_url: string;
  /** For `Authorization: Bearer` of WHEP. */
  readonly token: string;
  readonly ice_servers: RTCIceServer[];
  readonly expires_at: string;
  readonly stream: StreamName;
  readonly playable: { readonly webrtc: Way; readonly mse: Way };
}

export interface Volume {
  readonly id: string;
  readonly path: string;
  readonly totalBytes: number;
  readonly freeBytes: number;
  readonly recordedBytes: number;
  /** recording, full, missing, hung, failing, in-use. */
  readonly state: string;
  readonly detail: string;
  /** Age of the oldest frame that is not durable yet. */
  readonly acknowledgementAgeMs: number;
  /** How long recordings will be kept there; null while too little is recorded to tell. */
  readonly forecast: {
    /** The longest that a camera asks for. */
    readonly askedDays: number;
    /** askedDays, or what there is room for. */
    readonly keptDays: number;
    readonly bytesPerDay: number;
  } | null;
}

export interface ServiceHealth {
  readonly name: string;
  /** ok, degraded, failing, unreachable. */
  readonly status: string;
  readonly detail: string | null;
}

export interface Alarm {
  /** volume.full, service.unreachable, … */
  readonly code: string;
  readonly severity: 'warning' | 'critical';
  /** The volume, service or camera that it is about. */
  readonly subject: string;
  readonly since: string;
  readonly detail: string;
}

export type AlertState = 'open' | 'all';

/** Something that a person should look at; `code` is one of libs/common/alert.ts. */
export interface AlertView {
  readonly id: string;
  readonly code: string;
  readonly severity: 'warning' | 'critical';
  readonly subject: {
    readonly kind: 'camera' | 'volume' | 'service' | 'system';
    readonly id: string;
    readonly name: string;
  };
  readonly openedAt: string;
  /** Null while it is open. */
  readonly closedAt: string | null;
  readonly detail: string;
  readonly values: Readonly<Record<string, string | number>>;
}

export interface AlertPage {
  readonly alerts: readonly AlertView[];
  readonly nextCursor?: string | null;
}

/** Where alerts are sent. */
export interface AlertChannel {
  readonly id: string;
  readonly kind: 'webhook' | 'mail' | (string & {});
  readonly target: string;
  readonly lastDeliveredAt: string | null;
  readonly lastError: string | null;
  /** Alerts that are still to be delivered. */
  readonly waiting: number;
}

export interface System {
  readonly version: string;
  /** IANA name of the zone of the machine. */
  readonly timeZone?: string;
  readonly volumes: readonly Volume[];
  readonly services: readonly ServiceHealth[];
  readonly alarms: readonly Alarm[];
}

export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}
