import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { VideoConfig } from '@vms/common/frame.ts';
import { readH264Record } from '@vms/media/h264/parameter-sets.ts';
import { readH265Record } from '@vms/media/h265/parameter-sets.ts';
import { lengthPrefixedNals } from '@vms/media/nal.ts';

const execute = promisify(execFile);
const START_CODE = Uint8Array.of(0, 0, 0, 1);

/** What ffmpeg made of pictures. */
export interface Decoded {
  /** MD5 of each picture that it showed, in order of presentation. */
  readonly pictures: readonly string[];
  readonly complaints: string;
}

/** Decodes access units of a video from the first of them on, as a viewer that joins there would. */
export async function decode(
  config: VideoConfig,
  payloads: readonly Uint8Array[],
): Promise<Decoded> {
  const folder = await mkdtemp(join(tmpdir(), 'vms-decode-'));
  try {
    const path = join(folder, config.codec === 'h264' ? 'joined.h264' : 'joined.hevc');
    const nals = payloads.flatMap((payload) => [...lengthPrefixedNals(payload)]);
    const parts = [...parameterSetsOf(config), ...nals].flatMap((nal) => [START_CODE, nal]);
    await writeFile(path, Buffer.concat(parts));
    const { stdout, stderr } = await execute(
      'ffmpeg',
      ['-v', 'warning', '-threads', '1', '-i', path, '-f', 'framemd5', '-'],
      { maxBuffer: 16 * 1024 * 1024 },
    );
    const lines = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const pictures = lines.map((line) => line.split(',').at(-1)?.trim() ?? '');
    return { pictures, complaints: stderr };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function parameterSetsOf({ codec, record }: VideoConfig): Uint8Array[] {
  if (codec === 'h264') {
    const { sps, pps } = readH264Record(record);
    return [...sps, ...pps];
  }
  const { vps, sps, pps } = readH265Record(record);
  return [...vps, ...sps, ...pps];
}
