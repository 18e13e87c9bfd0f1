import type { VideoCodec } from '@vms/common/frame.ts';
import { isRaslPicture, randomAccessOf } from './random-access.ts';

/** What is looked at of a picture. */
export interface JoinedPicture {
  readonly codec: VideoCodec;
  readonly payload: Uint8Array;
  /** Presentation time, in any unit. */
  readonly time: number;
}

/**
 * Leaves out what cannot be decoded after decoding began at an open random access point: its leading
 * pictures, which refer to pictures before it. H.265 marks them (RASL, ISO/IEC 23008-2 §8.1.3); those of
 * H.264 are shown before it (ISO/IEC 14496-10 D.2.7 promises only what is shown after it).
 */
export class Join {
  /** Presentation time of the open point, until the first picture that is shown after it. */
  #openedAt: number | undefined;

  /** Whether leading pictures may still come. */
  get isOpen(): boolean {
    return this.#openedAt !== undefined;
  }

  /** Decoding begins with this picture. */
  begin({ codec, payload, time }: JoinedPicture): void {
    const isOpen = randomAccessOf(codec, payload)?.kind === 'open';
    this.#openedAt = isOpen ? time : undefined;
  }

  /** Whether a picture behind it, in order of decoding, is to be left out. */
  skips({ codec, payload, time }: JoinedPicture): boolean {
    if (this.#openedAt === undefined) return false;
    if (time > this.#openedAt) {
      this.#openedAt = undefined;
      return false;
    }
    return codec === 'h264' || isRaslPicture(codec, payload);
  }
}
