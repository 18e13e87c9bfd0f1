import { IngestError } from './ingest-error.ts';

/** Milliseconds between two looks at whether frames come. */
export const WATCH_INTERVAL_MS = 1_000;
/** Milliseconds without a frame, while packets come, before a session is begun anew: long GOPs last a minute. */
export const MAX_WITHOUT_FRAME_MS = 90_000;

/** Milliseconds for a sign of life of a silent camera, before its connection counts as dead. */
export const PROBE_ANSWER_MS = 5_000;

export interface StallLimits {
  /** Milliseconds without a frame after which a camera counts as giving none. */
  readonly noFramesMs: number;
  /** Milliseconds without a packet after which the session is begun anew. */
  readonly reconnectMs: number;
}

/** What is seen of a session that plays. */
export interface Signs {
  readonly framesSilentMs: number;
  readonly packetsSilentMs: number;
  /** Without packets, and without answers to requests. */
  readonly deadMs: number;
  /** Whether any frame came in this session. */
  readonly hadFrames: boolean;
  /** Whether no parameter sets were seen yet. */
  readonly awaitsConfiguration: boolean;
}

export interface Verdict {
  readonly error: IngestError;
  readonly reconnect: boolean;
}

/** Whether frames come as they should; undefined where they do. */
export function judge(limits: StallLimits, signs: Signs): Verdict | undefined {
  if (signs.framesSilentMs < limits.noFramesMs) return undefined;
  const packetsCome = signs.packetsSilentMs < limits.noFramesMs;
  const reconnect =
    signs.deadMs >= limits.noFramesMs + PROBE_ANSWER_MS ||
    signs.packetsSilentMs >= limits.reconnectMs ||
    signs.framesSilentMs >= MAX_WITHOUT_FRAME_MS;
  return { error: new IngestError('ingest.no-frames', explain(signs, packetsCome)), reconnect };
}

function explain(signs: Signs, packetsCome: boolean): { happened: string; remedy: string } {
  if (!packetsCome) {
    return {
      happened: signs.hadFrames
        ? 'The camera is connected, but its video has stopped.'
        : 'The camera is connected, but sends no video.',
      remedy: 'It is connected again by itself. If this stays, restart the camera.',
    };
  }
  if (signs.awaitsConfiguration) {
    return {
      happened: 'The camera sends video without the parameter sets that are needed to decode it.',
      remedy: 'Restart the camera, or look for newer firmware.',
    };
  }
  return {
    happened: 'The camera sends data, but no whole picture that a recording can start with.',
    remedy: 'Set a shorter keyframe interval in the camera (2 s), and check its network for loss.',
  };
}
