import type { VideoConfig } from '@vms/common/frame.ts';
import { endWithoutZeros, findStartCode, splitAnnexB } from '@vms/media/annexb.ts';
import { MutableAccessUnit } from './access-unit.ts';
import type { AccessUnitSink } from './depacketizer.ts';
import { type ParameterSetRules, ParameterSetTracker } from './parameter-set-tracker.ts';
import { PayloadSlab, VIDEO_SLAB_BYTES } from './payload-slab.ts';
import type { QuirkReporter } from './quirk-reporter.ts';
import type { MutableStatistics } from './statistics.ts';

/** What is done with a NAL unit of a type. */
export const NAL_OTHER = 0;
export const NAL_SLICE = 1;
export const NAL_KEY_SLICE = 2;
/** Delimiters and filler: they say nothing once access units are apart. */
export const NAL_DROP = 3;
/** Supplemental information, which may make a picture without a key slice a random access point. */
export const NAL_SEI = 4;
/** Nobody sends it in this coding; a unit of another coding looks like it. */
export const NAL_FOREIGN = 5;
/** A parameter set of kind 0, and so on. */
export const NAL_SET = 6;

/** What a codec's NAL units are like. */
export interface NalRules extends ParameterSetRules {
  /** Bytes of a NAL unit header: 1 for H.264, 2 for H.265. */
  readonly headerBytes: 1 | 2;
  /** One of the NAL_ values for each of the 64 nal_unit_types. */
  readonly classes: Uint8Array;
  /** Whether an SEI NAL unit says that decoding can begin with its picture. */
  hasRecoveryPoint(nal: Uint8Array): boolean;
}

/** A longer access unit is dropped; what follows it is not. */
export const MAX_ACCESS_UNIT_BYTES = 8 * 1024 * 1024;
/** So many single NAL units are searched for start codes before a camera is trusted. */
export const ANNEX_B_PROBE_UNITS = 256;

/** No fragmented NAL unit is open. */
const CLOSED = -1;

/**
 * Puts the NAL units of one video track together to access units. Knows nothing of packets' layouts;
 * the depacketizers of H.264 and H.265 tell it what is in each packet.
 */
export class VideoAssembler {
  readonly #rules: NalRules;
  readonly #sink: AccessUnitSink;
  readonly #statistics: MutableStatistics;
  readonly #quirks: QuirkReporter;
  readonly #sets: ParameterSetTracker;
  readonly #slab = new PayloadSlab(VIDEO_SLAB_BYTES);
  readonly #unit = new MutableAccessUnit();
  #timestamp = -1;
  /** The access unit at hand has a slice. */
  #hasSlice = false;
  #keyframe = false;
  /** Something is missing in it: it will not be given away. */
  #broken = false;
  /** It is over the limit: nothing more of it is kept. */
  #tooLong = false;
  /** Packets were lost just before it: its first slice may be one of them. */
  #afterLoss = false;
  /** Packets lost since an access unit was last given away. */
  #lost = 0;
  /** Timestamp of the access unit that a marker ended last. */
  #markedTimestamp = -1;
  /** The camera sets the marker in the middle of access units. */
  #ignoreMarker = false;
  /** A keyframe's marker was seen to be at its end. */
  #markerProven: boolean;
  /** The access unit at hand is whole, if the marker is right: the next packet will show. */
  #awaitsProof = false;
  /** Where the length of the fragmented NAL unit goes, or CLOSED. */
  #openNal = CLOSED;
  #openClass = NAL_OTHER;
  #probeUnits = ANNEX_B_PROBE_UNITS;

  constructor(
    rules: NalRules,
    initial: {
      readonly sets: readonly (readonly Uint8Array[])[];
      readonly config: VideoConfig | undefined;
      readonly trustMarker: boolean;
    },
    sink: AccessUnitSink,
    statistics: MutableStatistics,
    quirks: QuirkReporter,
  ) {
    this.#rules = rules;
    this.#sink = sink;
    this.#statistics = statistics;
    this.#quirks = quirks;
    this.#markerProven = initial.trustMarker;
    this.#sets = new ParameterSetTracker(rules, initial.sets, initial.config, () =>
      quirks.report('changing-parameter-sets'),
    );
    if (initial.config === undefined) quirks.report('missing-parameter-sets');
  }

  /** A packet begins. @param lost packets missing just before it */
  beginPacket(timestamp: number, lost: number): void {
    if (this.#awaitsProof && (timestamp !== this.#timestamp || lost > 0)) {
      this.#markerProven ||= this.#keyframe && lost === 0;
      this.#finish();
    }
    if (lost > 0) {
      this.#lost += lost;
      this.#sets.dropPending();
      // What is open has lost its end, or something in its middle.
      this.#broken = this.#hasSlice || this.#slab.length > 0 || this.#broken;
    }
    if (timestamp !== this.#timestamp) {
      if (this.#timestamp >= 0 && this.#hasSlice) {
        if (!this.#broken && !this.#ignoreMarker) this.#quirks.report('wrong-marker');
        this.#finish();
      } else {
        if (this.#broken) this.#countDrop();
        this.#reset();
      }
      this.#timestamp = timestamp;
    }
    if (lost > 0) this.#afterLoss = true;
  }

  /** The packet at hand has been read. */
  endPacket(marker: boolean): void {
    if (!marker) return;
    if (!this.#hasSlice) {
      if (!this.#broken) this.#quirks.report('wrong-marker');
      return;
    }
    if (this.#ignoreMarker) return;
    if (this.#openNal !== CLOSED) {
      // Nothing is missing by the sequence numbers, so only the end bit is.
      this.#quirks.report('odd-fragments');
      this.endFragments();
    }
    this.#markedTimestamp = this.#timestamp;
    // A session must not begin with the first slice of its first keyframe alone.
    if (this.#markerProven) this.#finish();
    else this.#awaitsProof = true;
  }

  /** No packet follows. */
  end(): void {
    if (this.#awaitsProof) this.#finish();
  }

  /** A whole NAL unit, unless the camera put several into one packet. */
  nal(buffer: Uint8Array, start: number, end: number): void {
    const kind = this.#classOf(buffer[start] ?? 0);
    if (this.#probeUnits > 0 || kind !== NAL_SLICE) {
      if (this.#probeUnits > 0) this.#probeUnits--;
      const code = findStartCode(buffer, start, end);
      if (code >= 0) {
        this.#annexB(buffer, start, end, code);
        return;
      }
    }
    this.#wholeNal(kind, buffer, start, end);
  }

  /** The first fragment of a NAL unit whose header bytes are `first` and, for H.265, `second`. */
  beginFragments(
    first: number,
    second: number,
    buffer: Uint8Array,
    start: number,
    end: number,
  ): void {
    if (this.#tooLong) return;
    if (this.#openNal !== CLOSED) this.endFragments();
    const kind = this.#classOf(first);
    this.#openClass = kind;
    if (this.#awaitsProof) this.#prove(kind, start < end ? buffer[start] : undefined);
    if (kind === NAL_SLICE || kind === NAL_KEY_SLICE) {
      // At least one byte of the slice is needed to tell whether it is the first of a picture.
      this.#beginSlice(kind, start < end ? buffer[start] : undefined);
    }
    this.#openNal = this.#slab.reserveLength();
    this.#slab.appendByte(first);
    if (this.#rules.headerBytes === 2) this.#slab.appendByte(second);
    this.#append(buffer, start, end);
  }

  /** A further fragment; false where none is open. */
  continueFragments(buffer: Uint8Array, start: number, end: number): boolean {
    if (this.#tooLong) return true;
    if (this.#openNal === CLOSED) {
      this.markBroken();
      return false;
    }
    this.#append(buffer, start, end);
    return true;
  }

  /** The NAL unit in fragments is complete. */
  endFragments(): void {
    const at = this.#openNal;
    if (at === CLOSED) return;
    this.#openNal = CLOSED;
    if (this.#openClass === NAL_SLICE || this.#openClass === NAL_KEY_SLICE) {
      // Zeros behind it belong to a start code that the camera had there (Annex B.1.1).
      this.#slab.trimZeros(at + 4);
      this.#slab.fillLength(at);
      return;
    }
    // Parameter sets do not stay here, and some cameras put a whole byte stream behind them.
    const nal = this.#slab.cut(at).subarray(4);
    this.nal(nal, 0, nal.length);
  }

  /** Something of the access unit at hand is missing or cannot be read. */
  markBroken(): void {
    this.#broken = true;
  }

  #annexB(buffer: Uint8Array, start: number, end: number, code: number): void {
    this.#quirks.report('annex-b-in-packet');
    this.#probeUnits = Number.POSITIVE_INFINITY;
    const nals = code === start ? buffer.subarray(start + 3, end) : buffer.subarray(start, end);
    for (const nal of splitAnnexB(nals)) {
      if (nal.length >= this.#rules.headerBytes) {
        this.#wholeNal(this.#classOf(nal[0] ?? 0), nal, 0, nal.length);
      }
    }
  }

  #wholeNal(kind: number, buffer: Uint8Array, start: number, end: number): void {
    if (this.#tooLong) return;
    if (this.#openNal !== CLOSED) this.endFragments();
    if (end - start < this.#rules.headerBytes) return;
    if (kind === NAL_DROP) return;
    if (kind === NAL_FOREIGN) {
      this.#statistics.foreignUnits++;
      return;
    }
    if (this.#awaitsProof) this.#prove(kind, buffer[start + this.#rules.headerBytes]);
    if (kind >= NAL_SET) {
      this.#sets.offer(kind - NAL_SET, buffer, start, end);
      return;
    }
    if (kind === NAL_SEI && !this.#hasSlice && !this.#keyframe) {
      this.#keyframe = this.#rules.hasRecoveryPoint(buffer.subarray(start, end));
    }
    const first = start + this.#rules.headerBytes;
    if (kind === NAL_SLICE || kind === NAL_KEY_SLICE)
      this.#beginSlice(kind, first < end ? buffer[first] : undefined);
    const at = this.#slab.reserveLength();
    if (this.#append(buffer, start, endWithoutZeros(buffer, start, end))) this.#slab.fillLength(at);
  }

  /** Another NAL unit with the timestamp of an access unit that a marker ended: what was it worth? */
  #prove(kind: number, firstByte: number | undefined): void {
    const isSlice = kind === NAL_SLICE || kind === NAL_KEY_SLICE;
    if (isSlice && !startsPicture(firstByte)) {
      this.#awaitsProof = false;
      this.#ignoreMarker = true;
      this.#quirks.report('wrong-marker');
    } else {
      this.#finish();
    }
  }

  /** @param firstByte of the slice header: its first bit tells the first slice of a picture */
  #beginSlice(kind: number, firstByte: number | undefined): void {
    if (kind === NAL_KEY_SLICE) this.#keyframe = true;
    if (this.#hasSlice) return;
    const isFirst = startsPicture(firstByte);
    if (!isFirst && this.#timestamp === this.#markedTimestamp && !this.#afterLoss) {
      // The picture goes on behind a marker: from now on only timestamps count.
      this.#ignoreMarker = true;
      this.#quirks.report('wrong-marker');
      this.#broken = true;
    }
    if (!isFirst && this.#afterLoss) this.#broken = true;
    this.#hasSlice = true;
    const sets = this.#sets.resolve(this.#keyframe);
    if (sets === undefined) return;
    for (const nals of sets) {
      for (const nal of nals) {
        const at = this.#slab.reserveLength();
        this.#slab.append(nal, 0, nal.length);
        this.#slab.fillLength(at);
      }
    }
  }

  /** False where the access unit would be too long: what there was of it is thrown away. */
  #append(buffer: Uint8Array, start: number, end: number): boolean {
    if (this.#slab.length + (end - start) > MAX_ACCESS_UNIT_BYTES) {
      this.#broken = true;
      this.#tooLong = true;
      this.#openNal = CLOSED;
      this.#slab.release();
      return false;
    }
    this.#slab.append(buffer, start, end);
    return true;
  }

  #finish(): void {
    if (this.#openNal !== CLOSED) {
      // The end of the last fragmented NAL unit never came.
      this.#broken = true;
      this.#openNal = CLOSED;
    }
    const config = this.#sets.config;
    if (this.#broken) {
      this.#countDrop();
    } else if (config === undefined) {
      this.#statistics.awaitingConfiguration++;
    } else {
      this.#statistics.accessUnits++;
      const unit = this.#unit;
      unit.timestamp = this.#timestamp;
      unit.keyframe = this.#keyframe;
      unit.config = config;
      unit.lost = this.#lost;
      unit.payload = this.#slab.take();
      this.#lost = 0;
      this.#reset();
      this.#sink.onAccessUnit(unit);
      return;
    }
    this.#reset();
  }

  #countDrop(): void {
    if (this.#tooLong) this.#statistics.oversizedAccessUnits++;
    else this.#statistics.droppedAccessUnits++;
  }

  #reset(): void {
    this.#slab.discard();
    this.#tooLong = false;
    this.#hasSlice = false;
    this.#keyframe = false;
    this.#broken = false;
    this.#afterLoss = false;
    this.#awaitsProof = false;
    this.#openNal = CLOSED;
  }

  #classOf(firstByte: number): number {
    const type = this.#rules.headerBytes === 1 ? firstByte & 31 : (firstByte >> 1) & 63;
    return this.#rules.classes[type] ?? NAL_OTHER;
  }
}

/** first_mb_in_slice 0 (H.264) and first_slice_segment_in_pic_flag (H.265) are a first bit of 1. */
function startsPicture(firstByte: number | undefined): boolean {
  return firstByte === undefined || firstByte >= 0x80;
}
