import { closeSync, openSync, writeSync } from 'node:fs';
import type { Acknowledgement } from './control-messages.ts';

/**
 * Tells a test what was acknowledged: one JSON line a stream and round, appended only after the sync
 * has returned. What this file holds must be in the recordings, whatever happened since.
 */
export interface AckLedger {
  append(streams: readonly Acknowledgement[], pathOf: (run: string) => string | undefined): void;
  close(): void;
}

/** Opens, or makes, the ledger at `path`; it should not lie on the volume that is put to the test. */
export function openAckLedger(path: string): AckLedger {
  const file = openSync(path, 'a', 0o640);
  return {
    append(streams, pathOf) {
      let text = '';
      for (const stream of streams) {
        text += `${JSON.stringify({ ...stream, path: pathOf(stream.run) ?? '' })}\n`;
      }
      writeSync(file, text);
    },
    close: () => closeSync(file),
  };
}
