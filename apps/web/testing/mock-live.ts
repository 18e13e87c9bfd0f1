import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Camera, LiveSession } from '../src/api/types.ts';
import { type LiveClip, type LivePart, liveClip, partAt } from './live-clip.ts';
import { CLIP_SECONDS } from './mock-media.ts';
import { acceptWebSocket, type SendingSocket } from './web-socket.ts';

const SEND_MS = 20;
const CLIP_MS = CLIP_SECONDS * 1000;

/** Answers an offer of WHEP with SDP. */
export type WhepAnswer = (offer: string) => Promise<string>;

/** Levers of live view. */
export interface LiveControls {
  /** Who sends by WebRTC; undefined is a server that cannot. */
  whep: WhepAnswer | undefined;
  /** Sessions that are open, by id: which stream of which camera. */
  readonly sessions: Map<string, { readonly camera: string; readonly stream: string }>;
  /** What a snapshot is; undefined is a server without ffmpeg. */
  snapshot: Buffer | undefined;
  /** PATCH bodies that came. */
  readonly trickled: string[];
  /** WHEP sessions that were ended by DELETE. */
  ended: number;
  /** Cameras of which nothing comes any more, while every connection stays. */
  readonly silent: Set<string>;
  /** Breaks every WebSocket, and refuses sessions until `back`. */
  kill(): void;
  back(): void;
}

export type LiveAnswer = { readonly status: number; readonly body: unknown };

/** A stand-in for the stream service: MSE plays the clip by wall clock, WHEP is lent. */
export function createMockLive() {
  const sockets = new Set<SendingSocket>();
  let next = 1;
  let down = false;
  const controls: LiveControls = {
    whep: undefined,
    snapshot: undefined,
    sessions: new Map(),
    trickled: [],
    ended: 0,
    silent: new Set(),
    kill() {
      down = true;
      for (const socket of sockets) socket.destroy();
    },
    back() {
      down = false;
    },
  };

  const open = (camera: Camera | undefined, wanted: string | undefined): LiveAnswer => {
    if (down) return refusal(503, 'rpc.unreachable');
    if (camera === undefined) return refusal(404, 'stream.camera-not-found');
    if (wanted === 'sub' && camera.subUrl === null) return refusal(409, 'camera.no-sub-stream');
    if (camera.status.state !== 'online') return refusal(503, 'stream.no-frames');
    const isH265 = camera.status.tracks.some((track) => track.codec === 'h265');
    const hasSub = (camera.subUrl ?? null) !== null;
    if (isH265 && !hasSub) return refusal(422, 'stream.h265-not-playable');
    const stream = wanted ?? (isH265 ? 'sub' : 'main');
    const id = `live_${next++}`;
    controls.sessions.set(id, { camera: camera.id, stream });
    const session: LiveSession = {
      session_id: id,
      whep_url: `/whep/${camera.id}`,
      mse_url: `/live/v1/${id}/mse`,
      token: id,
      ice_servers: [],
      expires_at: new Date(Date.now() + 120_000).toISOString(),
      stream: stream === 'sub' ? 'sub' : 'main',
      playable: {
        webrtc:
          controls.whep === undefined
            ? { ok: false, reason: 'stream.b-frames', detail: 'B-frames.' }
            : { ok: true, codecs: 'avc1.64001e' },
        mse: { ok: true, codecs: CODECS },
      },
    };
    return { status: 201, body: session };
  };

  const whep = async (
    request: IncomingMessage,
    response: ServerResponse,
    body: string,
  ): Promise<void> => {
    const session = /^Bearer (live_\d+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (!controls.sessions.has(session) || down) {
      response.writeHead(down ? 503 : 404, { 'content-type': 'application/problem+json' });
      response.end('{"code":"stream.session-not-found"}');
    } else if (request.method === 'POST') {
      const answer = await controls.whep?.(body);
      response.writeHead(answer === undefined ? 503 : 201, {
        'content-type': 'application/sdp',
        location: `${request.url}/${session}`,
        etag: '"1"',
      });
      response.end(answer);
    } else {
      if (request.method === 'DELETE') controls.ended++;
      else controls.trickled.push(body);
      response.writeHead(request.headers['if-match'] === '"1"' ? 204 : 200);
      response.end();
    }
  };

  const upgrade = (request: IncomingMessage, socket: Duplex): boolean => {
    const session = /^\/live\/v1\/(live_\d+)\/mse$/.exec(request.url ?? '')?.[1];
    if (session === undefined) return false;
    if (down || !controls.sessions.has(session)) {
      socket.destroy();
      return true;
    }
    const accepted = acceptWebSocket(request, socket);
    sockets.add(accepted);
    accepted.onClose(() => sockets.delete(accepted));
    const camera = controls.sessions.get(session)?.camera ?? '';
    void liveClip().then((clip) => {
      sendLive(clip, accepted, () => controls.silent.has(camera));
    });
    return true;
  };

  return { controls, open, whep, upgrade };
}

const CODECS = 'avc1.64001e,mp4a.40.2';

function refusal(status: number, code: string): LiveAnswer {
  return { status, body: { status, code, title: code, detail: `The test double says ${code}.` } };
}

/** From the newest keyframe on, all that is due by now, and then each part when it is due. */
function sendLive(clip: LiveClip, socket: SendingSocket, isSilent: () => boolean): void {
  const startedAt = Date.now();
  const firstRound = Math.floor(startedAt / CLIP_MS);
  const due = (): { round: number; seconds: number } => {
    const now = Date.now();
    return { round: Math.floor(now / CLIP_MS), seconds: (now % CLIP_MS) / 1000 };
  };
  const { seconds } = due();
  let index = clip.parts.findLastIndex((part) => part.keyframe && part.at <= seconds);
  let round = firstRound;
  socket.send(JSON.stringify({ type: 'init', codecs: CODECS, wallClock: startedAt, start: 0 }));
  socket.send(clip.init);
  const pump = (): void => {
    if (isSilent()) return;
    const now = due();
    for (;;) {
      const part: LivePart | undefined = clip.parts[index];
      if (part === undefined) {
        round++;
        index = 0;
        continue;
      }
      if (round > now.round || (round === now.round && part.at > now.seconds)) return;
      socket.send(partAt(part, round - firstRound));
      index++;
    }
  };
  pump();
  const timer = setInterval(pump, SEND_MS);
  socket.onClose(() => clearInterval(timer));
}
