import type { VideoConfig } from '@vms/common/frame.ts';
import { endWithoutZeros } from '@vms/media/annexb.ts';
import { MediaError } from '@vms/media/errors.ts';
import { sameAsRange, sameBytes } from '@vms/media/nal.ts';

/** What a video codec's parameter sets are like. */
export interface ParameterSetRules {
  /** Kinds of sets, 0 to kinds-1: SPS, PPS (H.264); VPS, SPS, PPS (H.265). */
  readonly kinds: number;
  /** The kind that begins a new picture format: the SPS. */
  readonly formatKind: number;
  /** Id of a set; sets with the same kind and id replace each other. Throws MediaError. */
  idOf(kind: number, nal: Uint8Array): number;
  /** Throws MediaError where sets are missing or cannot be read. */
  build(sets: readonly (readonly Uint8Array[])[]): VideoConfig;
}

/** Sets of one kind that are kept. */
export const MAX_SETS_PER_KIND = 16;
/** A longer set is none. */
export const MAX_SET_BYTES = 16 * 1024;
/**
 * Bytes of all sets of a configuration. Pictures with more keep the configuration that there is, and
 * carry their sets themselves: one that large fits into no message of the media link.
 */
export const MAX_CONFIG_SETS_BYTES = 32 * 1024;
/** Configurations that a track remembers by content. */
export const MAX_KNOWN_CONFIGS = 8;

/**
 * Follows the parameter sets of one track, from its description and in band.
 *
 * New contents make a new configuration at the next keyframe. Contents that were known already, while
 * the picture size stays, are flapping: recordings must not be cut up by it, so the configuration stays
 * and the sets travel inside the keyframes, where decoders read them as well.
 */
export class ParameterSetTracker {
  config: VideoConfig | undefined;
  readonly #rules: ParameterSetRules;
  /** In force in the stream. */
  #current: Uint8Array[][];
  /** Seen since the last slice. */
  readonly #pending: Uint8Array[][];
  #pendingCount = 0;
  /** Current sets differ from what the last choice saw. */
  #undecided = false;
  /** Sets must go into every keyframe until the configuration changes. */
  #inBand = false;
  readonly #known = new Map<string, VideoConfig>();
  readonly #onFlapping: () => void;

  constructor(
    rules: ParameterSetRules,
    initial: readonly (readonly Uint8Array[])[],
    config: VideoConfig | undefined,
    onFlapping: () => void,
  ) {
    this.#rules = rules;
    this.#pending = Array.from({ length: rules.kinds }, () => []);
    this.#current = Array.from({ length: rules.kinds }, (_, kind) => [...(initial[kind] ?? [])]);
    this.#onFlapping = onFlapping;
    if (config === undefined || this.#isTooLarge()) return;
    this.config = config;
    this.#known.set(this.#key(), config);
  }

  /** A set has come in band: bytes `start` to `end` of `buffer`. */
  offer(kind: number, buffer: Uint8Array, start: number, end: number): void {
    const stop = endWithoutZeros(buffer, start, end);
    const pending = this.#pending[kind];
    if (pending === undefined || stop - start < 2 || stop - start > MAX_SET_BYTES) return;
    for (const nal of pending) if (sameAsRange(nal, buffer, start, stop)) return;
    if (pending.length >= MAX_SETS_PER_KIND) return;
    for (const nal of this.#current[kind] ?? []) {
      if (sameAsRange(nal, buffer, start, stop)) {
        pending.push(nal);
        this.#pendingCount++;
        return;
      }
    }
    pending.push(Uint8Array.from(buffer.subarray(start, stop)));
    this.#pendingCount++;
  }

  /** Packets were lost: what came before the gap may be half of it. */
  dropPending(): void {
    if (this.#pendingCount === 0) return;
    for (const pending of this.#pending) pending.length = 0;
    this.#pendingCount = 0;
  }

  /**
   * The first slice of an access unit is here: decides on the configuration.
   *
   * @returns sets that must stand before this slice in the payload, usually none
   */
  resolve(keyframe: boolean): readonly (readonly Uint8Array[])[] | undefined {
    let changed = false;
    if (this.#pendingCount > 0) {
      changed = this.#adoptPending();
      this.#undecided ||= changed;
    }
    if (this.#undecided && (keyframe || this.config === undefined)) {
      this.#undecided = false;
      this.#choose();
    }
    // Between keyframes only the pictures themselves can carry new sets; and a decoder that took them
    // from there has to be told the right ones at the next keyframe too.
    if (changed && this.#undecided && this.config !== undefined) this.#inBand = true;
    return this.#inBand && (keyframe || changed) ? this.#current : undefined;
  }

  /** Makes the pending sets the current ones; returns whether anything is different now. */
  #adoptPending(): boolean {
    const formatChanges = (this.#pending[this.#rules.formatKind]?.length ?? 0) > 0;
    let changed = false;
    for (let kind = 0; kind < this.#rules.kinds; kind++) {
      const pending = this.#pending[kind] ?? [];
      const current = this.#current[kind] ?? [];
      if (pending.length === 0) continue;
      const next = formatChanges ? [...pending] : this.#merge(kind, current, pending);
      if (next.length !== current.length || next.some((nal, i) => !sameNal(nal, current[i]))) {
        this.#current = this.#current.with(kind, next);
        changed = true;
      }
      pending.length = 0;
    }
    this.#pendingCount = 0;
    return changed;
  }

  /** Replaces sets of the same id, adds the others. */
  #merge(
    kind: number,
    current: readonly Uint8Array[],
    pending: readonly Uint8Array[],
  ): Uint8Array[] {
    const next = [...current];
    for (const nal of pending) {
      const id = this.#idOf(kind, nal);
      const at = next.findIndex((other) => this.#idOf(kind, other) === id);
      if (at >= 0) next[at] = nal;
      else if (next.length < MAX_SETS_PER_KIND) next.push(nal);
    }
    return next;
  }

  #idOf(kind: number, nal: Uint8Array): number {
    try {
      return this.#rules.idOf(kind, nal);
    } catch (thrown) {
      if (thrown instanceof MediaError) return -1;
      throw thrown;
    }
  }

  #choose(): void {
    const key = this.#key();
    const seen = this.#known.has(key);
    const wanted = seen ? this.#known.get(key) : this.#build();
    const config = this.config;
    if (config !== undefined && wanted !== config) {
      const tooMany = this.#known.size >= MAX_KNOWN_CONFIGS;
      if (sameSize(wanted, config) && (wanted === undefined || seen || tooMany)) {
        this.#inBand = true;
        this.#onFlapping();
        return;
      }
      this.#inBand = false;
    }
    this.config = wanted;
    if (!seen && wanted !== undefined) this.#remember(key, wanted);
  }

  #remember(key: string, config: VideoConfig): void {
    if (this.#known.size >= MAX_KNOWN_CONFIGS) {
      const oldest = this.#known.keys().next();
      if (oldest.done !== true) this.#known.delete(oldest.value);
    }
    this.#known.set(key, config);
  }

  #build(): VideoConfig | undefined {
    if (this.#isTooLarge()) return undefined;
    try {
      return this.#rules.build(this.#current);
    } catch (thrown) {
      if (thrown instanceof MediaError) return undefined;
      throw thrown;
    }
  }

  #isTooLarge(): boolean {
    let bytes = 0;
    for (const sets of this.#current) for (const { length } of sets) bytes += length;
    return bytes > MAX_CONFIG_SETS_BYTES;
  }

  /** Contents of the current sets, as text. */
  #key(): string {
    return this.#current
      .map((sets) => sets.map((nal) => Buffer.from(nal).toString('latin1')).join('\u0100'))
      .join('\u0101');
  }
}

/** Whether the pictures stay as large as they are; sets that cannot be read change nothing. */
function sameSize(wanted: VideoConfig | undefined, config: VideoConfig): boolean {
  return wanted === undefined || (wanted.width === config.width && wanted.height === config.height);
}

function sameNal(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && sameBytes(a, b);
}
