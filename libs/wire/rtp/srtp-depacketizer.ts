import type { SrtpKey } from '../srtp/srtp-key.ts';
import { SrtpReceiver } from '../srtp/srtp-receiver.ts';
import type { AccessUnitSink, Depacketizer, Reception } from './depacketizer.ts';
import type { MutableStatistics } from './statistics.ts';

/** Packets of a track that do not verify, while none ever did, before its keys are held to be wrong. */
export const UNVERIFIED_PACKETS_BEFORE_REPORT = 24;

/** A depacketizer behind SRTP: what does not verify does not reach it. */
export class SrtpDepacketizer implements Depacketizer {
  readonly #inner: Depacketizer & { readonly statistics: MutableStatistics };
  readonly #receiver: SrtpReceiver;
  readonly #sink: AccessUnitSink;

  constructor(
    inner: Depacketizer & { readonly statistics: MutableStatistics },
    keys: readonly SrtpKey[],
    sink: AccessUnitSink,
  ) {
    this.#inner = inner;
    this.#receiver = new SrtpReceiver(keys);
    this.#sink = sink;
  }

  get statistics(): MutableStatistics {
    return this.#inner.statistics;
  }

  /** None: nobody agreed on a key for what we send. */
  get reception(): Reception | undefined {
    return undefined;
  }

  end(): void {
    this.#inner.end();
  }

  push(buffer: Uint8Array, start: number, end: number): void {
    const plain = this.#receiver.open(buffer, start, end);
    if (plain !== undefined) {
      this.#inner.push(plain, 0, plain.length);
      return;
    }
    const { statistics } = this;
    statistics.packets++;
    statistics.bytes += end - start;
    statistics.unverifiedPackets++;
    const isLimit = statistics.unverifiedPackets === UNVERIFIED_PACKETS_BEFORE_REPORT;
    if (isLimit && this.#receiver.verified === 0) this.#sink.onUnverifiable?.();
  }
}
