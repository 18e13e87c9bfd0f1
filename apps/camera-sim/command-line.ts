import { parseArgs } from 'node:util';
import { messageOf } from '@vms/common/errors.ts';
import type { AudioCodec, VideoCodec } from '@vms/common/frame.ts';
import { CAMERA_IDENTITIES, type CameraIdentity, isMakerName } from './camera-identity.ts';
import {
  type CameraDefinition,
  camerasOf,
  MAX_CAMERAS,
  numberedCameras,
} from './camera-simulator.ts';
import { DEFAULT_FRAMES_PER_SECOND } from './clip.ts';
import type { AuthenticationScheme } from './rtsp-connection.ts';
import type { Credentials } from './simulated-camera.ts';
import { SimulatorError } from './simulator-error.ts';

/** What the command line asks for. */
export interface CommandLine {
  readonly help: boolean;
  readonly host: string;
  readonly port: number;
  readonly cameras: readonly CameraDefinition[];
  /** Undefined: nobody's cameras. */
  readonly identity: CameraIdentity | undefined;
  readonly clip: string | undefined;
  readonly framesPerSecond: number;
  readonly credentials: Credentials | undefined;
  readonly authentication: AuthenticationScheme;
  readonly packetsPerWrite: number;
  readonly sessionTimeoutSeconds: number;
  /** Undefined: no control port. */
  readonly controlPort: number | undefined;
  /** File that every sent frame is appended to as a line of JSON. */
  readonly ledger: string | undefined;
  readonly exitWithStdin: boolean;
}

export const USAGE = `Camera simulator: plays a clip as many RTSP cameras.

  --port N              port of RTSP, 0 for any free one (8554)
  --host ADDRESS        address to listen on (127.0.0.1)
  --cameras N           cameras /cam0, /cam1, …, 1 to ${MAX_CAMERAS} (1)
  --demo                one camera /demo with sound, as the product's demo camera
  --maker NAME          one camera that answers as those of a maker do, under its paths, main stream in
                        H.265 and sub stream in H.264: ${Object.keys(CAMERA_IDENTITIES).join(', ')}
  --video LIST          codecs of the cameras in turn: h264, h265 (h264)
  --audio LIST          sound of the cameras in turn: none, aac, pcmu, pcma (none)
  --clip FILE           .json, .h264 or .h265 (the demo clip)
  --fps N               frames a second of a raw clip (${DEFAULT_FRAMES_PER_SECOND})
  --username, --password  what the cameras ask for (nothing)
  --auth SCHEME         digest, basic or both (digest)
  --packets-per-write N packets that leave together; the next follow 1 ms later (4)
  --session-timeout N   seconds after which a silent client is dropped (60)
  --control-port N      HTTP and JSON on 127.0.0.1: /cameras, /ledger/<camera>, /fault/<fault>, /hold
  --ledger FILE         appends every sent frame as a line of JSON
  --exit-with-stdin     leaves when its standard input ends
  --help

When it is ready it prints one line of JSON: {"event":"ready","port":…,"controlPort":…,"cameras":[{"name":…,"url":…}]}
`;

const OPTIONS = {
  port: { type: 'string', default: '8554' },
  host: { type: 'string', default: '127.0.0.1' },
  cameras: { type: 'string' },
  demo: { type: 'boolean', default: false },
  maker: { type: 'string' },
  video: { type: 'string', default: 'h264' },
  audio: { type: 'string', default: 'none' },
  clip: { type: 'string' },
  fps: { type: 'string', default: String(DEFAULT_FRAMES_PER_SECOND) },
  username: { type: 'string' },
  password: { type: 'string' },
  auth: { type: 'string', default: 'digest' },
  'packets-per-write': { type: 'string', default: '4' },
  'session-timeout': { type: 'string', default: '60' },
  'control-port': { type: 'string' },
  ledger: { type: 'string' },
  'exit-with-stdin': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** @throws SimulatorError `camera-sim.option` */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values } = parse(args);
  const demo: CameraDefinition[] = values.demo ? [{ name: 'demo', audio: 'aac' }] : [];
  const identity = values.maker === undefined ? undefined : identityOf(values.maker);
  const audio = values.audio.split(',').map(audioCodec);
  const others = identity === undefined ? demo : [...demo, ...camerasOf(identity, audio[0])];
  const count = values.cameras ?? (others.length > 0 ? '0' : '1');
  const numbered = numberedCameras(
    wholeNumber('cameras', count, 0, MAX_CAMERAS),
    values.video.split(',').map(videoCodec),
    audio,
  );
  const { username, password } = values;
  return {
    help: values.help,
    host: values.host,
    port: wholeNumber('port', values.port, 0, 65_535),
    cameras: [...others, ...numbered],
    identity,
    clip: values.clip,
    framesPerSecond: wholeNumber('fps', values.fps, 1, 240),
    credentials: username === undefined ? undefined : { username, password: password ?? '' },
    authentication: scheme(values.auth),
    packetsPerWrite: wholeNumber('packets-per-write', values['packets-per-write'], 1, 1000),
    sessionTimeoutSeconds: wholeNumber('session-timeout', values['session-timeout'], 1, 3600),
    controlPort:
      values['control-port'] === undefined
        ? undefined
        : wholeNumber('control-port', values['control-port'], 0, 65_535),
    ledger: values.ledger,
    exitWithStdin: values['exit-with-stdin'],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS });
  } catch (error) {
    throw new SimulatorError('camera-sim.option', messageOf(error), { cause: error });
  }
}

function identityOf(text: string): CameraIdentity {
  if (isMakerName(text)) return CAMERA_IDENTITIES[text];
  const known = Object.keys(CAMERA_IDENTITIES).join(', ');
  throw new SimulatorError('camera-sim.option', `--maker takes ${known}, not "${text}".`);
}

function wholeNumber(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= low && value <= high && text.trim() !== '') return value;
  throw new SimulatorError('camera-sim.option', {
    happened: `--${name} is a whole number from ${low} to ${high}, not "${text}".`,
  });
}

function videoCodec(text: string): VideoCodec {
  if (text === 'h264' || text === 'h265') return text;
  throw new SimulatorError('camera-sim.option', `--video takes h264 and h265, not "${text}".`);
}

function audioCodec(text: string): AudioCodec | undefined {
  if (text === 'none') return undefined;
  if (text === 'aac' || text === 'pcmu' || text === 'pcma') return text;
  throw new SimulatorError(
    'camera-sim.option',
    `--audio takes none, aac, pcmu and pcma, not "${text}".`,
  );
}

function scheme(text: string): AuthenticationScheme {
  if (text === 'digest' || text === 'basic' || text === 'both') return text;
  throw new SimulatorError(
    'camera-sim.option',
    `--auth takes digest, basic or both, not "${text}".`,
  );
}
