export type TransportKind = 'webrtc' | 'mse';

/** What a transport knows of what it plays; absent is not known (yet). */
export interface LiveFigures {
  /** Bytes of media that have arrived since it began. */
  readonly bytes: number;
  /** `H.264`, `avc1.64001f`, … */
  readonly codec?: string;
  /** Milliseconds from arrival to the screen, and half the round trip where that is known. */
  readonly delayMs?: number;
  /** Packets that never arrived, and those that did, since it began. */
  readonly packetsLost?: number;
  readonly packetsReceived?: number;
}

/** Why a transport ended by itself. */
export type TransportEnd = 'closed' | 'refused' | 'codec';

/** One way by which a live picture reaches a video element. */
export interface LiveTransport {
  readonly kind: TransportKind;
  figures(): Promise<LiveFigures>;
  /**
   * Takes the picture off the video element. `tell`: the server still listens and is told; resolved when
   * it has heard. Once is enough.
   */
  close(tell: boolean): Promise<void>;
}

export interface TransportOptions {
  readonly video: HTMLVideoElement;
  /** At most once, and never after `close`. The picture stays until whoever is told closes. */
  readonly onEnd: (end: TransportEnd, problem?: unknown) => void;
}
