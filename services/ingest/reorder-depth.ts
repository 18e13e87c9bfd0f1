import type { VideoConfig } from '@vms/common/frame.ts';
import { readH264Record } from '@vms/media/h264/parameter-sets.ts';
import { parseH264Sps } from '@vms/media/h264/sps.ts';
import { readH265Record } from '@vms/media/h265/parameter-sets.ts';
import { parseH265Sps } from '@vms/media/h265/sps.ts';

/**
 * Frames of reordering that a video's parameter sets declare; 0 where they say nothing, since most
 * cameras send no B-frames and say nothing either.
 */
export function declaredReorderFrames(config: VideoConfig): number {
  try {
    if (config.codec === 'h264') {
      const [sps] = readH264Record(config.record).sps;
      return sps === undefined ? 0 : (parseH264Sps(sps).maxReorderFrames ?? 0);
    }
    const [sps] = readH265Record(config.record).sps;
    return sps === undefined ? 0 : parseH265Sps(sps).maxReorderPictures;
  } catch {
    return 0;
  }
}
