import type { VideoCodec } from '@vms/common/frame.ts';
import { splitAnnexB } from '@vms/media/annexb.ts';
import { H264_NAL, h264NalType } from '@vms/media/h264/nal.ts';
import { H265_NAL, h265NalType, isIrap } from '@vms/media/h265/nal.ts';
import { joinLengthPrefixed, lengthPrefixedNals } from '@vms/media/nal.ts';

/** A frame of a clip. */
export interface ClipFrame {
  /** As `Frame.payload`; of video with the parameter sets that stand before it, as cameras send them. */
  readonly payload: Uint8Array;
  readonly keyframe: boolean;
}

/** What tells the NAL units of one codec apart. */
interface NalRules {
  type(nal: Uint8Array): number;
  isSlice(type: number): boolean;
  isKeyframe(type: number): boolean;
  isParameterSet(type: number): boolean;
  isDelimiter(type: number): boolean;
  /** Whether a slice is the first of its picture. */
  beginsPicture(nal: Uint8Array): boolean;
}

const RULES: Readonly<Record<VideoCodec, NalRules>> = {
  h264: {
    type: (nal) => h264NalType(nal[0] ?? 0),
    isSlice: (type) => type >= H264_NAL.slice && type <= H264_NAL.idr,
    isKeyframe: (type) => type === H264_NAL.idr,
    isParameterSet: (type) => type === H264_NAL.sps || type === H264_NAL.pps,
    isDelimiter: (type) => type === H264_NAL.delimiter || type === H264_NAL.filler,
    // first_mb_in_slice is ue(v): a leading 1 is 0.
    beginsPicture: (nal) => ((nal[1] ?? 0) & 0x80) !== 0,
  },
  h265: {
    type: (nal) => h265NalType(nal[0] ?? 0),
    isSlice: (type) => type <= H265_NAL.lastVcl,
    isKeyframe: isIrap,
    isParameterSet: (type) => type >= H265_NAL.vps && type <= H265_NAL.pps,
    isDelimiter: (type) => type === H265_NAL.delimiter || type === H265_NAL.filler,
    // first_slice_segment_in_pic_flag is the first bit after the header.
    beginsPicture: (nal) => ((nal[2] ?? 0) & 0x80) !== 0,
  },
};

/** Cuts a byte stream (Annex B) into access units; delimiters and filler are left out. */
export function splitAccessUnits(codec: VideoCodec, bytes: Uint8Array): ClipFrame[] {
  const rules = RULES[codec];
  const frames: ClipFrame[] = [];
  let nals: Uint8Array[] = [];
  let hasSlice = false;
  let keyframe = false;
  const close = (): void => {
    if (hasSlice) frames.push({ payload: joinLengthPrefixed(nals), keyframe });
    nals = [];
    hasSlice = false;
    keyframe = false;
  };
  for (const nal of splitAnnexB(bytes)) {
    const type = rules.type(nal);
    const slice = rules.isSlice(type);
    if (hasSlice && (!slice || rules.beginsPicture(nal))) close();
    if (rules.isDelimiter(type)) continue;
    nals.push(nal);
    hasSlice ||= slice;
    keyframe ||= rules.isKeyframe(type);
  }
  close();
  return frames;
}

/** Parameter sets of the first access unit that has any, in their order. */
export function parameterSetsOf(codec: VideoCodec, frames: readonly ClipFrame[]): Uint8Array[] {
  const rules = RULES[codec];
  for (const frame of frames) {
    const sets = [...lengthPrefixedNals(frame.payload)].filter((nal) =>
      rules.isParameterSet(rules.type(nal)),
    );
    if (sets.length > 0) return sets;
  }
  return [];
}

/**
 * The slices of an access unit alone, each behind a 4-byte length: what a recording holds of it
 * whether or not it keeps parameter sets in band, and so what a ledger compares.
 */
export function slicesOf(codec: VideoCodec, payload: Uint8Array): Uint8Array {
  const rules = RULES[codec];
  return joinLengthPrefixed(
    [...lengthPrefixedNals(payload)].filter((nal) => rules.isSlice(rules.type(nal))),
  );
}
