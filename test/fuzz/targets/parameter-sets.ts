import assert from 'node:assert/strict';
import type { VideoConfig } from '@vms/common/frame.ts';
import { splitAnnexB } from '@vms/media/annexb.ts';
import { BitWriter } from '@vms/media/bit-writer.ts';
import { displaySizeOf } from '@vms/media/display-size.ts';
import {
  createH264Config,
  MAX_H264_PPS_COUNT,
  MAX_H264_SPS_COUNT,
  MAX_PARAMETER_SET_BYTES,
  readH264Record,
} from '@vms/media/h264/parameter-sets.ts';
import { MAX_PICTURE_PIXELS, parseH264Sps } from '@vms/media/h264/sps.ts';
import {
  createH265Config,
  MAX_H265_SETS_PER_KIND,
  readH265Record,
} from '@vms/media/h265/parameter-sets.ts';
import { parseH265Sps } from '@vms/media/h265/sps.ts';
import { nalOf } from '@vms/media/nal.ts';
import { MAX_PIXEL_STRETCH } from '@vms/media/sample-aspect.ts';
import { H264_720P, H264_1080P, H265_720P } from '@vms/wire/rtp/parameter-sets.cases.ts';
import { attempt } from '../allowed.ts';
import type { TargetBound } from '../fuzz-target.ts';

const start = '00000001';
const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');

function checkSize(config: { readonly width: number; readonly height: number }): void {
  for (const side of [config.width, config.height]) {
    assert.ok(Number.isInteger(side) && side > 0 && side <= MAX_PICTURE_PIXELS);
  }
}

function check(config: VideoConfig): void {
  checkSize(config);
  const { height, width } = displaySizeOf(config);
  assert.ok(width >= config.width && height >= config.height);
  assert.ok(
    width <= config.width * MAX_PIXEL_STRETCH && height <= config.height * MAX_PIXEL_STRETCH,
  );
  assert.match(
    config.codecString,
    /^(avc1\.[0-9a-f]{6}|hvc1(\.[0-9A-F]+|\.[ABC]?\d+|\.[LH]\d+)+)$/,
  );
}

const again = (count: number, set: string): string => (start + set).repeat(Math.max(0, count));

/** An SPS of Baseline profile that is so many pixels wide, each stretched so much. */
function spsOfWidth(pixels: number, stretch?: number): Uint8Array {
  const bits = new BitWriter()
    .bits(66, 8)
    .bits(0, 8)
    .bits(30, 8)
    .ue(0)
    .ue(0)
    .ue(2)
    .ue(1)
    .bits(0, 1);
  const macroblocks = Math.ceil(pixels / 16);
  bits
    .ue(macroblocks - 1)
    .ue(3)
    .bits(3, 2);
  const crop = (macroblocks * 16 - pixels) >> 1;
  bits.bits(1, 1).ue(0).ue(crop).ue(0).ue(0);
  if (stretch === undefined) bits.bits(0, 1);
  else bits.bits(1, 1).bits(1, 1).bits(255, 8).bits(stretch, 16).bits(1, 16).bits(0, 9);
  bits.trailing();
  return nalOf([0x67], bits.bytes());
}

const h264Bounds: readonly TargetBound[] = [
  {
    name: 'MAX_H264_SPS_COUNT',
    bound: MAX_H264_SPS_COUNT,
    input: (count) => bytes(again(count, H264_720P.sps) + again(1, H264_720P.pps)),
  },
  {
    name: 'MAX_H264_PPS_COUNT',
    bound: MAX_H264_PPS_COUNT,
    input: (count) => bytes(start + H264_720P.sps + again(count, H264_720P.pps)),
  },
  {
    name: 'MAX_PARAMETER_SET_BYTES',
    bound: MAX_PARAMETER_SET_BYTES,
    input: (size) => bytes(start + H264_720P.sps.padEnd(2 * size, '5a') + again(1, H264_720P.pps)),
  },
  {
    name: 'MAX_PICTURE_PIXELS',
    bound: MAX_PICTURE_PIXELS,
    input: (pixels) =>
      Buffer.concat([bytes(start), spsOfWidth(pixels), bytes(again(1, H264_720P.pps))]),
  },
  {
    name: 'MAX_PIXEL_STRETCH',
    bound: MAX_PIXEL_STRETCH,
    input: (stretch) =>
      Buffer.concat([...[bytes(start), spsOfWidth(640, stretch)], bytes(again(1, H264_720P.pps))]),
  },
];

const h265Bounds: readonly TargetBound[] = [
  {
    name: 'MAX_H265_SETS_PER_KIND',
    bound: MAX_H265_SETS_PER_KIND,
    input: (count) =>
      bytes(start + H265_720P.vps + start + H265_720P.sps + again(count, H265_720P.pps)),
  },
  {
    name: 'MAX_PARAMETER_SET_BYTES',
    bound: MAX_PARAMETER_SET_BYTES,
    input: (size) =>
      bytes(
        start +
          H265_720P.vps +
          start +
          H265_720P.sps.padEnd(2 * size, '5a') +
          again(1, H265_720P.pps),
      ),
  },
];

/** H.264: sets as a byte stream. */
export const h264 = {
  name: 'h264',
  bounds: h264Bounds,
  seeds: () =>
    [H264_720P, H264_1080P].map(({ sps, pps }) => bytes(start + sps + start + pps + start + pps)),
  run(input: Uint8Array): void {
    const nals = splitAnnexB(input);
    const isSps = (nal: Uint8Array): boolean => ((nal[0] ?? 0) & 31) === 7;
    const pps = nals.filter((nal) => !isSps(nal));
    attempt(() => {
      const config = createH264Config(nals.filter(isSps), pps);
      check(config);
      const sets = readH264Record(config.record);
      assert.deepEqual(createH264Config(sets.sps, sets.pps), config, 'there and back');
    });
    attempt(() => checkSize(parseH264Sps(input)));
    attempt(() => readH264Record(input));
  },
};

/** H.265: sets as a byte stream. */
export const h265 = {
  name: 'h265',
  bounds: h265Bounds,
  seeds: () => {
    const { vps, sps, pps } = H265_720P;
    return [bytes(start + vps + start + sps + start + pps), bytes(sps)];
  },
  run(input: Uint8Array): void {
    const [vps, sps, ...pps] = splitAnnexB(input);
    attempt(() => {
      const config = createH265Config({
        vps: vps === undefined ? [] : [vps],
        sps: sps === undefined ? [] : [sps],
        pps,
      });
      check(config);
      assert.deepEqual(createH265Config(readH265Record(config.record)), config, 'there and back');
    });
    attempt(() => checkSize(parseH265Sps(input)));
    attempt(() => readH265Record(input));
  },
};
