import type { CodecConfig } from '@vms/common/frame.ts';

/** profile_idc (ISO/IEC 14496-10 §A.2). */
const H264_PROFILES: Readonly<Record<number, string>> = {
  66: 'Baseline',
  77: 'Main',
  88: 'Extended',
  100: 'High',
  110: 'High 10',
  122: 'High 4:2:2',
  244: 'High 4:4:4 Predictive',
};
/** constraint_set1_flag, which makes Baseline the one that everything decodes. */
const CONSTRAINT_SET1 = 0x40;
/** general_profile_idc (ISO/IEC 23008-2 §A.3). */
const H265_PROFILES: Readonly<Record<number, string>> = {
  1: 'Main',
  2: 'Main 10',
  3: 'Main Still Picture',
  4: 'Range Extensions',
};
/** Audio object type (ISO/IEC 14496-3 table 1.17), behind `mp4a.40.` of the codec string. */
const AAC_PROFILES: Readonly<Record<string, string>> = {
  1: 'Main',
  2: 'LC',
  4: 'LTP',
  5: 'HE',
  23: 'LD',
  29: 'HE v2',
  39: 'ELD',
};

/** The profile by the name that cameras show in their settings; undefined where it has none. */
export function profileNameOf({ codec, record, codecString }: CodecConfig): string | undefined {
  const second = record[1] ?? 0;
  switch (codec) {
    case 'h264': {
      // AVCProfileIndication and profile_compatibility (ISO/IEC 14496-15 §5.3.3.1).
      const name = H264_PROFILES[second];
      const constrained = name === 'Baseline' && ((record[2] ?? 0) & CONSTRAINT_SET1) !== 0;
      return constrained ? 'Constrained Baseline' : name;
    }
    case 'h265':
      return H265_PROFILES[second & 0x1f];
    case 'aac':
      return AAC_PROFILES[codecString.slice(codecString.lastIndexOf('.') + 1)];
    default:
      return undefined;
  }
}
