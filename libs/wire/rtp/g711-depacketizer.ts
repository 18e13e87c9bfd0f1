import { createG711Config } from '@vms/media/g711/g711.ts';
import type { MediaTrack } from '../sdp/session-description.ts';
import { MutableAccessUnit } from './access-unit.ts';
import type { AccessUnitSink } from './depacketizer.ts';
import type { PayloadFormat } from './payload-format.ts';
import { AUDIO_SLAB_BYTES, PayloadSlab } from './payload-slab.ts';
import type { MutableStatistics } from './statistics.ts';

/** G.711 in RTP: the payload is the samples (RFC 3551 §4.5.14). One packet is one frame. */
export class G711Depacketizer implements PayloadFormat {
  readonly #sink: AccessUnitSink;
  readonly #statistics: MutableStatistics;
  readonly #slab = new PayloadSlab(AUDIO_SLAB_BYTES);
  readonly #unit = new MutableAccessUnit();
  #lost = 0;

  constructor(track: MediaTrack, sink: AccessUnitSink, statistics: MutableStatistics) {
    this.#sink = sink;
    this.#statistics = statistics;
    this.#unit.keyframe = true;
    this.#unit.config =
      track.config ??
      createG711Config(track.codec === 'pcma' ? 'pcma' : 'pcmu', track.clockRate, track.channels);
  }

  packet(
    buffer: Uint8Array,
    start: number,
    end: number,
    timestamp: number,
    _marker: boolean,
    lost: number,
  ): void {
    this.#lost += lost;
    if (start >= end) return;
    this.#slab.append(buffer, start, end);
    const unit = this.#unit;
    unit.timestamp = timestamp;
    unit.payload = this.#slab.take();
    unit.lost = this.#lost;
    this.#lost = 0;
    this.#statistics.accessUnits++;
    this.#sink.onAccessUnit(unit);
  }
}
