import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VideoConfig } from '@vms/common/frame.ts';
import { encodeConfig } from '@vms/medialink/link-protocol.ts';
import { MAX_CONFIG_SETS_BYTES, MAX_SETS_PER_KIND } from '@vms/wire/rtp/parameter-set-tracker.ts';

/** Kinds of parameter sets of H.265; H.264 has two. */
const MOST_KINDS = 3;
/** Bytes that a record spends on each set, and on everything else, at most. */
const SET_OVERHEAD_BYTES = 2;
const RECORD_OVERHEAD_BYTES = 64;

test('the media link carries every configuration that parameter sets can make', () => {
  const sets = MOST_KINDS * MAX_SETS_PER_KIND;
  const recordBytes = MAX_CONFIG_SETS_BYTES + sets * SET_OVERHEAD_BYTES + RECORD_OVERHEAD_BYTES;
  const config: VideoConfig = {
    kind: 'video',
    codec: 'h265',
    width: 65_535,
    height: 65_535,
    record: new Uint8Array(recordBytes).fill(255),
    codecString: 'hvc1.1.6.L153.B0.B0.B0.B0.B0.B0',
  };
  assert.doesNotThrow(() => encodeConfig(2 ** 32 - 1, 65_535, config));
});
