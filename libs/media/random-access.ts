import type { Frame, VideoCodec } from '@vms/common/frame.ts';
import { H264_NAL, h264NalType } from './h264/nal.ts';
import { H265_NAL, h265NalType, isIrap, isRasl } from './h265/nal.ts';
import { lengthPrefixedNals } from './nal.ts';
import { recoveryCountOf } from './recovery-point.ts';

/**
 * What a random access point is like: an access unit at which decoding can begin. The one definition
 * of the product; `Frame.keyframe` says that there is one.
 *
 * - `closed`: everything that follows in order of decoding can be decoded. H.264 IDR; H.265 IDR,
 *   BLA without pictures to be skipped.
 * - `open`: what follows in order of presentation can be decoded, but pictures that follow in order of
 *   decoding and are shown before it (leading pictures) refer to pictures before it. H.265 CRA and
 *   BLA_W_LP (their leading pictures are RASL), H.264 pictures with a recovery point SEI whose
 *   recovery_frame_cnt is 0.
 * - `gradual`: the picture becomes whole bit by bit (periodic intra refresh): from the reference
 *   picture `pictures` further on, everything that is shown is right.
 *
 * Sources: ISO/IEC 14496-10 §7.4.1.2.4, D.1.7, D.2.7; ISO/IEC 23008-2 §3 (random access point picture),
 * §8.1.3, D.2.8, D.3.8.
 */
export type RandomAccess =
  | { readonly kind: 'closed' }
  | { readonly kind: 'open' }
  | {
      readonly kind: 'gradual';
      /** Reference pictures from this one to the first that is whole; H.265: pictures. */
      readonly pictures: number;
    };

const CLOSED: RandomAccess = { kind: 'closed' };
const OPEN: RandomAccess = { kind: 'open' };

/** What kind of random access point an access unit is; undefined where decoding cannot begin with it. */
export function randomAccessOf(codec: VideoCodec, payload: Uint8Array): RandomAccess | undefined {
  let recovery: number | undefined;
  for (const nal of lengthPrefixedNals(payload)) {
    const first = nal[0] ?? 0;
    if (codec === 'h264') {
      const type = h264NalType(first);
      if (type === H264_NAL.sei) recovery ??= recoveryCountOf(codec, nal);
      else if (type === H264_NAL.idr) return CLOSED;
      else if (type >= H264_NAL.slice && type < H264_NAL.idr) return accessFrom(recovery);
    } else {
      const type = h265NalType(first);
      if (type === H265_NAL.seiPrefix) recovery ??= recoveryCountOf(codec, nal);
      else if (type <= H265_NAL.lastVcl) return irapAccess(type) ?? accessFrom(recovery);
    }
  }
  return undefined;
}

/** The same of a frame; one that says it is a keyframe, and does not show how, is a closed one. */
export function randomAccessOfFrame(
  frame: Pick<Frame, 'keyframe' | 'config' | 'payload'>,
): RandomAccess | undefined {
  if (!frame.keyframe) return undefined;
  if (frame.config.kind === 'audio') return CLOSED;
  return randomAccessOf(frame.config.codec, frame.payload) ?? CLOSED;
}

/** Whether a picture counts towards `pictures` of a gradual random access point. */
export function countsForRecovery(codec: VideoCodec, payload: Uint8Array): boolean {
  if (codec === 'h265') return true;
  for (const nal of lengthPrefixedNals(payload)) {
    const type = h264NalType(nal[0] ?? 0);
    // nal_ref_idc: frame_num, in which recovery_frame_cnt counts, grows with reference pictures.
    if (type >= H264_NAL.slice && type <= H264_NAL.idr) return ((nal[0] ?? 0) & 0x60) !== 0;
  }
  return false;
}

/** Whether an access unit is a leading picture of H.265 that must be skipped after joining at its IRAP. */
export function isRaslPicture(codec: VideoCodec, payload: Uint8Array): boolean {
  if (codec !== 'h265') return false;
  for (const nal of lengthPrefixedNals(payload)) {
    const type = h265NalType(nal[0] ?? 0);
    if (type <= H265_NAL.lastVcl) return isRasl(type);
  }
  return false;
}

function accessFrom(recovery: number | undefined): RandomAccess | undefined {
  if (recovery === undefined) return undefined;
  return recovery === 0 ? OPEN : { kind: 'gradual', pictures: recovery };
}

function irapAccess(type: number): RandomAccess | undefined {
  if (!isIrap(type)) return undefined;
  return type === H265_NAL.cra || type === H265_NAL.firstIrap ? OPEN : CLOSED;
}
