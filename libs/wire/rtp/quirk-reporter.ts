import type { QuirkId } from '../rtsp/quirks.ts';
import type { AccessUnitSink } from './depacketizer.ts';

/** Reports each peculiarity to a sink once. */
export class QuirkReporter {
  readonly #sink: AccessUnitSink;
  readonly #reported = new Set<QuirkId>();

  constructor(sink: AccessUnitSink) {
    this.#sink = sink;
  }

  report(quirk: QuirkId): void {
    if (this.#reported.has(quirk)) return;
    this.#reported.add(quirk);
    this.#sink.onQuirk?.(quirk);
  }
}
