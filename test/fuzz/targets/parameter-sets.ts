import assert from 'node:assert/strict';
import type { VideoConfig } from '@vms/common/frame.ts';
import { splitAnnexB } from '@vms/media/annexb.ts';
import { createH264Config, readH264Record } from '@vms/media/h264/parameter-sets.ts';
import { MAX_PICTURE_PIXELS, parseH264Sps } from '@vms/media/h264/sps.ts';
import { createH265Config, readH265Record } from '@vms/media/h265/parameter-sets.ts';
import { parseH265Sps } from '@vms/media/h265/sps.ts';
import { H264_720P, H264_1080P, H265_720P } from '@vms/wire/rtp/parameter-sets.cases.ts';
import { attempt } from '../allowed.ts';

const start = '00000001';
const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');

function checkSize(config: { readonly width: number; readonly height: number }): void {
  for (const side of [config.width, config.height]) {
    assert.ok(Number.isInteger(side) && side > 0 && side <= MAX_PICTURE_PIXELS);
  }
}

function check(config: VideoConfig): void {
  checkSize(config);
  assert.match(
    config.codecString,
    /^(avc1\.[0-9a-f]{6}|hvc1(\.[0-9A-F]+|\.[ABC]?\d+|\.[LH]\d+)+)$/,
  );
}

/** H.264: sets as a byte stream. */
export const h264 = {
  name: 'h264',
  seeds: () =>
    [H264_720P, H264_1080P].map(({ sps, pps }) => bytes(start + sps + start + pps + start + pps)),
  run(input: Uint8Array): void {
    const [sps, ...pps] = splitAnnexB(input);
    attempt(() => {
      const config = createH264Config(sps === undefined ? [] : [sps], pps);
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
