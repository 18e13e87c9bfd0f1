import { MAX_ACCESS_UNIT_BYTES } from '@vms/wire/rtp/video-assembler.ts';
import { IngestError } from './ingest-error.ts';

const MIB = 1024 * 1024;

/** Milliseconds between two looks at whether frames come. */
export const WATCH_INTERVAL_MS = 1_000;
/** Milliseconds without a frame, while packets come, before a session is begun again: long GOPs last a minute. */
export const MAX_WITHOUT_FRAME_MS = 90_000;

/** Milliseconds without a picture, from which on it counts what is not of the described coding. */
export const OTHER_CODING_MS = 2_000;
/** Units of another coding since then, for which a session is restarted: the camera's setting was changed. */
export const MIN_OTHER_CODING_UNITS = 8;

/** Milliseconds for a sign of life of a silent camera, before its connection counts as dead. */
export const PROBE_ANSWER_MS = 5_000;

export interface StallLimits {
  /** Milliseconds without a frame after which a camera counts as giving none; more where it gives few. */
  readonly noFramesMs: number;
  /** Milliseconds without a packet after which the session is begun again. */
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
  /** Whether a whole picture came, be it one that decoding cannot begin with. */
  readonly sawPictures: boolean;
  /** Pictures of this session that were left out for their size. */
  readonly oversized: number;
  /** Whether pictures of this session were left out because no parameter sets were seen yet. */
  readonly awaitsConfiguration: boolean;
  /** Packets of video since no picture has come for {@link OTHER_CODING_MS}. */
  readonly videoPackets: number;
  /** Units among them that are not of the coding that the camera described. */
  readonly foreignUnits: number;
}

export interface Verdict {
  readonly error: IngestError;
  readonly reconnect: boolean;
}

/** Whether frames come as they should; undefined where they do. */
export function judge(limits: StallLimits, signs: Signs): Verdict | undefined {
  if (sendsOtherCoding(signs)) {
    return { error: new IngestError('ingest.no-frames', OTHER_CODING), reconnect: true };
  }
  if (signs.framesSilentMs < limits.noFramesMs) return undefined;
  const packetsCome = signs.packetsSilentMs < limits.noFramesMs;
  const reconnect =
    signs.deadMs >= limits.noFramesMs + PROBE_ANSWER_MS ||
    signs.packetsSilentMs >= limits.reconnectMs ||
    signs.framesSilentMs >= MAX_WITHOUT_FRAME_MS;
  return { error: new IngestError('ingest.no-frames', explain(signs, packetsCome)), reconnect };
}

function sendsOtherCoding({ framesSilentMs, videoPackets, foreignUnits }: Signs): boolean {
  return (
    framesSilentMs >= OTHER_CODING_MS &&
    foreignUnits >= MIN_OTHER_CODING_UNITS &&
    foreignUnits > videoPackets / 2
  );
}

const OTHER_CODING = {
  happened: 'The camera sends its video in another codec than it described.',
  remedy: 'If this persists, restart the camera, or choose the codec again in its settings.',
};

function explain(signs: Signs, packetsCome: boolean): { happened: string; remedy: string } {
  if (!packetsCome) {
    return {
      happened: signs.hadFrames
        ? 'The camera is connected, but its video has stopped.'
        : 'The camera is connected, but sends no video.',
      remedy: 'Reconnecting automatically. If this persists, restart the camera.',
    };
  }
  if (signs.awaitsConfiguration) {
    return {
      happened: 'The camera sends video without the parameter sets that are needed to decode it.',
      remedy: 'Restart the camera, or look for newer firmware.',
    };
  }
  if (signs.oversized > 0) {
    return {
      happened: `The camera sends pictures of over ${MAX_ACCESS_UNIT_BYTES / MIB} MiB, which are left out.`,
      remedy: 'In the camera, under Video, lower the bit rate or the size of the picture.',
    };
  }
  if (signs.sawPictures) {
    return {
      happened:
        'The camera sends pictures, but neither a keyframe nor a recovery point among them.',
      remedy:
        'A recording starts with one. If none comes, look in the camera, under Video, for the interval of keyframes (I-frames).',
    };
  }
  return {
    happened: 'The camera sends data, but no whole picture has come.',
    remedy: 'Check the network for packet loss. If this persists, restart the camera.',
  };
}
