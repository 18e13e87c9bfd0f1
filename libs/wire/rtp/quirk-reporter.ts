import type { QuirkId } from '../rtsp/quirks.ts';
import type { AccessUnitSink } from './depacketizer.ts';

/** Tells a sink of each peculiarity once. */
export class QuirkReporter {
  readonly #sink: AccessUnitSink;
  readonly #told = new Set<QuirkId>();

  constructor(sink: AccessUnitSink) {
    this.#sink = sink;
  }

  report(quirk: QuirkId): void {
    if (this.#told.has(quirk)) return;
    this.#told.add(quirk);
    this.#sink.onQuirk?.(quirk);
  }
}
