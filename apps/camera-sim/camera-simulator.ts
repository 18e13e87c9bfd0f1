import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { type Clock, systemClock } from '@vms/common/clock.ts';
import { systemErrorCode } from '@vms/common/errors.ts';
import type { AudioCodec, VideoCodec } from '@vms/common/frame.ts';
import type { RandomBytes } from '@vms/common/ids.ts';
import type { CameraFault } from './camera-fault.ts';
import type { CameraIdentity } from './camera-identity.ts';
import { type Clip, loadClip } from './clip.ts';
import { Pacer } from './pacer.ts';
import { type PreparedTrack, prepareAudio, prepareVideo } from './prepared-track.ts';
import {
  type AuthenticationScheme,
  type ConnectionContext,
  RtspConnection,
} from './rtsp-connection.ts';
import { type Credentials, type LedgerEntry, SimulatedCamera } from './simulated-camera.ts';
import { SimulatorError } from './simulator-error.ts';

/** One camera to simulate. */
export interface CameraDefinition {
  /** Its path without the slash, for instance `cam0`, unless `path` says another. */
  readonly name: string;
  /** Path and query, from the slash; default `/` and its name. */
  readonly path?: string;
  /** Default `h264`. */
  readonly video?: VideoCodec;
  /** Default: no sound. */
  readonly audio?: AudioCodec;
  /** Default: those of the simulator. */
  readonly credentials?: Credentials;
  /** Keyframe of the clip, counted from 0, at which its life begins. Default: by its place in the list. */
  readonly startGop?: number;
}

export interface CameraSimulatorOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free one. */
  readonly port?: number;
  readonly cameras: readonly CameraDefinition[];
  /** Default: the demo clip. */
  readonly clip?: Clip;
  /** Asked of every camera that has none of its own. Default: anybody may look. */
  readonly credentials?: Credentials;
  /** Whose cameras these are; default nobody's, as the product's own demo camera. */
  readonly identity?: Pick<CameraIdentity, 'realm' | 'server' | 'asksFirst'>;
  /** Default `digest`. */
  readonly authentication?: AuthenticationScheme;
  /** Packets in one write; the next follow 1 ms later. Default 4. */
  readonly packetsPerWrite?: number;
  /** Seconds. Default 60. */
  readonly sessionTimeoutSeconds?: number;
  readonly clock?: Clock;
  readonly random?: RandomBytes;
  /** Is told of every frame that was sent. */
  readonly onSent?: (camera: string, kind: 'video' | 'audio', entry: LedgerEntry) => void;
}

/** A running simulator. */
export interface CameraSimulator {
  readonly host: string;
  readonly port: number;
  readonly cameras: readonly SimulatedCamera[];
  /** @throws SimulatorError `camera-sim.no-such-camera` */
  camera(name: string): SimulatedCamera;
  /** Address of a camera, without name and password. */
  url(name: string): string;
  /** Begins a fault at one camera, or at all. */
  setFault(fault: CameraFault, name?: string): void;
  /** Lets no camera begin a new frame; what was begun is sent to its end. */
  hold(): void;
  release(): void;
  /** Ends every connection in good order; new ones are taken. */
  closeConnections(): void;
  /** Closes every connection and the port. */
  stop(): Promise<void>;
}

/** Cameras that one simulator plays. */
export const MAX_CAMERAS = 200;
const DEFAULT_PACKETS_PER_WRITE = 4;
const DEFAULT_SESSION_TIMEOUT_SECONDS = 60;
const DEFAULT_IDENTITY = { realm: 'camera-sim', asksFirst: false } as const;
const SILENCE_CHECK_MS = 1000;
/** Connections that may wait to be accepted: 200 cameras are opened at once after a restart. */
const LISTEN_BACKLOG = 512;

/**
 * Starts a simulator; resolves when its port takes connections.
 *
 * @throws SimulatorError `camera-sim.option`, `camera-sim.clip` or `camera-sim.port-in-use`
 */
export async function startCameraSimulator(
  options: CameraSimulatorOptions,
): Promise<CameraSimulator> {
  if (options.cameras.length === 0 || options.cameras.length > MAX_CAMERAS) {
    throw new SimulatorError('camera-sim.option', {
      happened: `A simulator plays 1 to ${MAX_CAMERAS} cameras, not ${options.cameras.length}.`,
    });
  }
  const clock = options.clock ?? systemClock;
  const cameras = createCameras(options, clock, options.clip ?? (await loadClip()));
  const byName = new Map(cameras.map((camera) => [camera.name, camera]));
  const identity = options.identity ?? DEFAULT_IDENTITY;
  const context: ConnectionContext = {
    clock,
    random: options.random ?? randomBytes,
    pacer: new Pacer(clock),
    packetsPerWrite: options.packetsPerWrite ?? DEFAULT_PACKETS_PER_WRITE,
    authentication: options.authentication ?? 'digest',
    sessionTimeoutSeconds: options.sessionTimeoutSeconds ?? DEFAULT_SESSION_TIMEOUT_SECONDS,
    ...identity,
    deviceCredentials: identity.asksFirst ? options.credentials : undefined,
    findCamera: (uri) => cameras.find((camera) => camera.isAddressedBy(uri)),
  };
  const connections = new Map<Socket, RtspConnection>();
  const server = createServer((socket) => {
    connections.set(socket, new RtspConnection(socket, context));
    socket.once('close', () => connections.delete(socket));
  });
  const host = options.host ?? '127.0.0.1';
  const port = await listen(server, host, options.port ?? 0);
  const silenceCheck = clock.every(SILENCE_CHECK_MS, () => {
    const now = clock.monotonic();
    for (const connection of connections.values()) connection.endIfSilent(now);
  });
  const find = (name: string): SimulatedCamera => {
    const camera = byName.get(name);
    if (camera === undefined) {
      throw new SimulatorError('camera-sim.no-such-camera', `There is no camera ${name}.`);
    }
    return camera;
  };
  return {
    host,
    port,
    cameras,
    camera: find,
    url: (name) => `rtsp://${host}:${port}${find(name).path}`,
    setFault(fault, name) {
      for (const camera of name === undefined ? cameras : [find(name)]) camera.setFault(fault);
    },
    hold() {
      for (const camera of cameras) camera.hold();
    },
    release() {
      for (const camera of cameras) camera.release();
    },
    closeConnections() {
      for (const camera of cameras) {
        for (const connection of [...camera.connections]) connection.close();
      }
    },
    async stop() {
      silenceCheck.cancel();
      context.pacer.stop();
      const closed = server.listening ? once(server, 'close') : undefined;
      server.close();
      for (const socket of connections.keys()) socket.destroy();
      await closed;
    },
  };
}

/** `cam0`, `cam1`, … of the given codecs in turn; undefined in `audio` is a silent camera. */
export function numberedCameras(
  count: number,
  video: readonly VideoCodec[] = ['h264'],
  audio: readonly (AudioCodec | undefined)[] = [undefined],
): CameraDefinition[] {
  return Array.from({ length: count }, (_, index) => {
    const sound = audio[index % audio.length];
    return {
      name: `cam${index}`,
      video: video[index % video.length] ?? 'h264',
      ...(sound === undefined ? {} : { audio: sound }),
    };
  });
}

/** Main stream in H.265 and sub stream in H.264, as cameras of today are delivered. */
export function camerasOf(
  { main, sub }: Pick<CameraIdentity, 'main' | 'sub'>,
  audio?: AudioCodec,
): CameraDefinition[] {
  const sound = audio === undefined ? {} : { audio };
  return [
    { name: 'main', path: main, video: 'h265', ...sound },
    { name: 'sub', path: sub, video: 'h264', ...sound },
  ];
}

function createCameras(
  options: CameraSimulatorOptions,
  clock: Clock,
  clip: Clip,
): SimulatedCamera[] {
  const prepared = new Map<string, PreparedTrack>();
  return options.cameras.map((definition, index) => {
    const tracks = preparedTracks(definition, clip, prepared);
    const keyframes = tracks[0]?.keyframes ?? [0];
    const gop = definition.startGop ?? index;
    const frameMs = tracks[0] === undefined ? 0 : (tracks[0].frameTicks * 1000) / 90_000;
    return new SimulatedCamera({
      name: definition.name,
      path: definition.path ?? `/${definition.name}`,
      tracks,
      credentials: definition.credentials ?? options.credentials,
      startFrame: keyframes[gop % keyframes.length] ?? 0,
      // Spread over the time of a frame by the golden ratio: no two cameras beat together.
      phaseMs: ((index * 0.618034) % 1) * frameMs,
      clock,
      random: options.random ?? randomBytes,
      ...(options.onSent === undefined ? {} : { onSent: options.onSent }),
    });
  });
}

function preparedTracks(
  definition: CameraDefinition,
  clip: Clip,
  prepared: Map<string, PreparedTrack>,
): PreparedTrack[] {
  const tracks: PreparedTrack[] = [];
  const take = (codec: VideoCodec | AudioCodec, prepare: () => PreparedTrack | undefined): void => {
    const track = prepared.get(codec) ?? prepare();
    if (track === undefined) {
      throw new SimulatorError('camera-sim.clip', {
        happened: `The clip has no ${codec}, which camera ${definition.name} is to send.`,
        remedy: 'Choose another codec, or another clip.',
      });
    }
    prepared.set(codec, track);
    tracks.push(track);
  };
  const video = definition.video ?? 'h264';
  take(video, () =>
    clip.video[video] === undefined ? undefined : prepareVideo(clip.video[video]),
  );
  const { audio } = definition;
  if (audio !== undefined) {
    take(audio, () =>
      clip.audio[audio] === undefined ? undefined : prepareAudio(clip.audio[audio]),
    );
  }
  return tracks;
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  const listening = once(server, 'listening');
  server.listen({ host, port, backlog: LISTEN_BACKLOG });
  try {
    await listening;
  } catch (error) {
    if (systemErrorCode(error) !== 'EADDRINUSE') throw error;
    throw new SimulatorError(
      'camera-sim.port-in-use',
      {
        happened: `Port ${port} is already in use, so the camera simulator cannot start.`,
        remedy: 'Choose another port with --port, or 0 for any free one.',
      },
      { cause: error },
    );
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
