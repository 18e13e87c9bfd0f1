import type { CodecConfig } from '@vms/common/frame.ts';
import type { AccessUnit } from './depacketizer.ts';

const NOTHING = new Uint8Array(0);
const NO_CONFIG: CodecConfig = {
  kind: 'audio',
  codec: 'pcmu',
  sampleRate: 8000,
  channels: 1,
  record: NOTHING,
  codecString: 'pcmu',
};

/** The one object that a depacketizer hands to its sink again and again. */
export class MutableAccessUnit implements AccessUnit {
  timestamp = 0;
  payload: Uint8Array = NOTHING;
  keyframe = false;
  config: CodecConfig = NO_CONFIG;
  lost = 0;
}
