/** What becomes of the connections that a camera has when a fault begins. */
type Connections = 'keep' | 'reset';
/** How requests are answered while a fault lasts. */
type Answers =
  | 'normal'
  | 'none'
  | 'unauthorized'
  | 'not-found'
  | 'refused'
  | 'http'
  | 'unknown-codec';

/** How a camera behaves under a fault. */
export interface FaultBehaviour {
  /** What a person reads in `--help` and the README. */
  readonly description: string;
  readonly connections: Connections;
  readonly answers: Answers;
  /** Whether frames go out. */
  readonly sends: boolean;
  /** Happens once, and the camera goes on as before. */
  readonly once?: true;
}

/** Everything that can be wrong with a simulated camera. */
export const CAMERA_FAULTS = {
  none: {
    description: 'works as it should',
    connections: 'keep',
    answers: 'normal',
    sends: true,
  },
  vanish: {
    description: 'goes silent without closing anything, as when its cable is pulled',
    connections: 'keep',
    answers: 'none',
    sends: false,
  },
  stall: {
    description: 'sends no more frames, but answers requests',
    connections: 'keep',
    answers: 'normal',
    sends: false,
  },
  reset: {
    description: 'resets its connections once, as when it restarts',
    connections: 'reset',
    answers: 'normal',
    sends: true,
    once: true,
  },
  'wrong-password': {
    description: 'resets its connections and refuses every login',
    connections: 'reset',
    answers: 'unauthorized',
    sends: true,
  },
  'not-found': {
    description: 'resets its connections and knows its path no more',
    connections: 'reset',
    answers: 'not-found',
    sends: true,
  },
  refused: {
    description: 'resets its connections and has no free session for anybody',
    connections: 'reset',
    answers: 'refused',
    sends: true,
  },
  http: {
    description: 'resets its connections and answers like a web server',
    connections: 'reset',
    answers: 'http',
    sends: true,
  },
  'unknown-codec': {
    description: 'resets its connections and offers JPEG, sending nothing',
    connections: 'reset',
    answers: 'unknown-codec',
    sends: false,
  },
  garbage: {
    description: 'writes bytes that mean nothing between two packets, once',
    connections: 'keep',
    answers: 'normal',
    sends: true,
    once: true,
  },
  'drop-frame': {
    description:
      'writes one frame into its ledger but not on the wire, keeping sequence numbers whole',
    connections: 'keep',
    answers: 'normal',
    sends: true,
    once: true,
  },
  'lose-packet': {
    description: 'leaves out one packet of a frame, so that sequence numbers have a gap, once',
    connections: 'keep',
    answers: 'normal',
    sends: true,
    once: true,
  },
  'new-nonce': {
    description: 'asks for a new login in mid-session, once',
    connections: 'keep',
    answers: 'normal',
    sends: true,
    once: true,
  },
} as const satisfies Readonly<Record<string, FaultBehaviour>>;

export type CameraFault = keyof typeof CAMERA_FAULTS;

export function isCameraFault(text: string): text is CameraFault {
  return Object.hasOwn(CAMERA_FAULTS, text);
}

export function behaviourOf(fault: CameraFault): FaultBehaviour {
  return CAMERA_FAULTS[fault];
}
