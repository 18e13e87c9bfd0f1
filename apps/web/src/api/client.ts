import type { EpochMs } from '@vms/common/clock.ts';
import { basePath } from './base.ts';
import { ApiProblem, problemOf } from './problem.ts';
import type {
  AlertChannel,
  AlertPage,
  ApiToken,
  Camera,
  CameraInput,
  CameraPage,
  CameraSearch,
  CameraSearchInput,
  CameraTest,
  CameraTestInput,
  LiveSession,
  Playback,
  Recording,
  RecordingPage,
  SignedIn,
  StreamName,
  System,
  Timeline,
} from './types.ts';

/** A call that takes longer is given up. Searching for a camera may take half a minute. */
const TIMEOUT_MS = 40_000;
/** Pages of cameras that are read at most: 20 × 500 is far above the 200 of an instance. */
const MAX_PAGES = 20;
const PAGE_SIZE = 500;

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Query = Readonly<Record<string, string | number | undefined>>;

/** Told of every 401 outside signing in: the session has ended. */
let onSignedOut: () => void = () => {};

export function whenSignedOut(callback: () => void): void {
  onSignedOut = callback;
}

/** Address of a path of the API. */
const addressOf = (path: string): string => `${basePath()}/api/v1${path}`;

function pathWith(path: string, query: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) params.set(name, String(value));
  }
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** @throws ApiProblem also for an answer that is not good. */
async function send(
  method: Method,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  try {
    response = await fetch(addressOf(path), {
      method,
      credentials: 'same-origin',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      headers: {
        accept: 'application/json, application/problem+json, image/jpeg',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new ApiProblem(timeout.aborted ? 'web.timeout' : 'web.unreachable', 0, {}, cause);
  }
  if (!response.ok) {
    const json: unknown = await response.json().catch(() => undefined);
    const problem = problemOf(response.status, json);
    if (response.status === 401 && !path.startsWith('/session')) onSignedOut();
    throw problem;
  }
  return response;
}

async function call<Answer>(
  method: Method,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Answer> {
  const response = await send(method, path, body, signal);
  // Nothing is what routes without an answer send.
  if (response.status === 204) return undefined as Answer;
  const json: unknown = await response.json().catch((cause: unknown) => {
    if (signal?.aborted === true) throw cause;
    throw new ApiProblem('web.not-understood', response.status, {}, cause);
  });
  return json as Answer;
}

const camera = (id: string): string => encodeURIComponent(id);

const filePath = (recording: Recording): string =>
  `/recordings/${camera(recording.cameraId)}/${encodeURIComponent(recording.id)}/file`;

export const api = {
  /** Null where nobody is signed in. */
  async session(): Promise<SignedIn | null> {
    try {
      return await call<SignedIn>('GET', '/session');
    } catch (thrown) {
      if (thrown instanceof ApiProblem && thrown.status === 401) return null;
      throw thrown;
    }
  },
  signIn: (username: string, password: string) =>
    call<SignedIn>('POST', '/session', { username, password }),
  signOut: () => call<void>('DELETE', '/session'),
  changePassword: (current: string, next: string) =>
    call<void>('PUT', '/session/password', { current, next }),

  async cameras(signal?: AbortSignal): Promise<Camera[]> {
    const all: Camera[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const answer = await call<CameraPage>(
        'GET',
        pathWith('/cameras', { limit: PAGE_SIZE, cursor }),
        undefined,
        signal,
      );
      all.push(...answer.cameras);
      if (answer.nextCursor === undefined || answer.nextCursor === null) break;
      if (answer.nextCursor === '') break;
      cursor = answer.nextCursor;
    }
    return all;
  },
  camera: (id: string, signal?: AbortSignal) =>
    call<Camera>('GET', `/cameras/${camera(id)}`, undefined, signal),
  addCamera: (input: CameraInput) => call<Camera>('POST', '/cameras', input),
  changeCamera: (id: string, input: CameraInput) =>
    call<Camera>('PATCH', `/cameras/${camera(id)}`, input),
  deleteCamera: (id: string, recordings: 'keep' | 'delete') =>
    call<void>('DELETE', pathWith(`/cameras/${camera(id)}`, { recordings })),
  /** Finds the streams of a camera by its address alone; takes up to half a minute. */
  findCamera: (input: CameraSearchInput, signal?: AbortSignal) =>
    call<CameraSearch>('POST', '/cameras/find', input, signal),
  testCamera: (input: CameraTestInput, signal?: AbortSignal) =>
    call<CameraTest>('POST', '/cameras/test', input, signal),

  recordings: (id: string, query: Query, signal?: AbortSignal) =>
    call<RecordingPage>('GET', pathWith(`/recordings/${camera(id)}`, query), undefined, signal),
  timeline: (id: string, query: Query, signal?: AbortSignal) =>
    call<Timeline>('GET', pathWith(`/recordings/${camera(id)}/timeline`, query), undefined, signal),
  playback: (id: string, from: number, to: number, signal?: AbortSignal) =>
    call<Playback>(
      'POST',
      `/recordings/${camera(id)}/playback`,
      { from: new Date(from).toISOString(), to: new Date(to).toISOString() },
      signal,
    ),
  /** Where a recording is downloaded as Matroska. */
  fileUrl: (recording: Recording) => addressOf(filePath(recording)),
  /** Asks for the first byte of a recording: a page does not learn that a download failed. */
  async probeFile(recording: Recording): Promise<void> {
    const response = await send('GET', filePath(recording), undefined, undefined, {
      range: 'bytes=0-0',
    });
    await response.body?.cancel();
  },

  /** Begins a live view; without `stream` the system chooses what can be played. */
  openStream: (id: string, viewer: string, stream: StreamName | undefined, signal: AbortSignal) =>
    call<LiveSession>(
      'POST',
      '/streams',
      { camera_id: id, viewer_id: viewer, ...(stream === undefined ? {} : { stream }) },
      signal,
    ),
  /** Ends a live view, also while the page is being left. It may be gone already. */
  closeStream(session: string): void {
    fetch(addressOf(`/streams/${encodeURIComponent(session)}`), {
      method: 'DELETE',
      credentials: 'same-origin',
      keepalive: true,
    }).catch(() => {});
  },
  /** The newest keyframe as JPEG, and when it was filmed: to the second; undefined where it is not said. */
  async snapshot(
    id: string,
    signal?: AbortSignal,
  ): Promise<{ picture: Blob; filmedAt: EpochMs | undefined }> {
    const response = await send('GET', `/cameras/${camera(id)}/snapshot.jpg`, undefined, signal);
    const filmedAt = Date.parse(response.headers.get('last-modified') ?? '');
    return {
      picture: await response.blob(),
      filmedAt: Number.isNaN(filmedAt) ? undefined : filmedAt,
    };
  },

  system: (signal?: AbortSignal) => call<System>('GET', '/system', undefined, signal),

  alerts: (query: Query, signal?: AbortSignal) =>
    call<AlertPage>('GET', pathWith('/alerts', query), undefined, signal),
  channels: (signal?: AbortSignal) =>
    call<{ channels: AlertChannel[] }>('GET', '/alerts/channels', undefined, signal),
  testChannel: (id: string) =>
    call<{ ok: boolean; detail: string }>(
      'POST',
      `/alerts/channels/${encodeURIComponent(id)}/test`,
    ),

  tokens: (signal?: AbortSignal) =>
    call<{ tokens: ApiToken[] }>('GET', '/tokens', undefined, signal),
  addToken: (name: string) => call<{ token: string }>('POST', '/tokens', { name }),
  deleteToken: (id: string) => call<void>('DELETE', `/tokens/${encodeURIComponent(id)}`),
};
