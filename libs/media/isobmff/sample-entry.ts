import type { VideoConfig } from '@vms/common/frame.ts';
import { pixelAspectOf } from '../display-size.ts';
import { ascii, box, fullBox, uint8, uint16, uint32 } from './boxes.ts';
import type { Mp4Config } from './track.ts';

/** The sample description of a codec: `avc1`, `hvc1`, `mp4a` or `fLaC` with its configuration box. */
export function encodeSampleEntry(config: Mp4Config): Uint8Array {
  switch (config.codec) {
    case 'h264':
      return visualSampleEntry('avc1', config, box('avcC', config.record));
    case 'h265':
      return visualSampleEntry('hvc1', config, box('hvcC', config.record));
    case 'aac':
      return audioSampleEntry('mp4a', config, elementaryStreamDescriptor(config.record));
    case 'flac':
      // The only metadata block, hence "last": 0x80 (Encapsulation of FLAC in ISO BMFF §3.3.2).
      return audioSampleEntry(
        'fLaC',
        config,
        fullBox('dfLa', 0, 0, uint32(0x80000000 + config.record.length), config.record),
      );
  }
}

/** VisualSampleEntry (ISO/IEC 14496-12 §12.1.3): 72 dpi, one frame a sample, 24-bit colour. */
function visualSampleEntry(
  type: string,
  config: VideoConfig,
  configuration: Uint8Array,
): Uint8Array {
  return box(
    type,
    new Uint8Array(6),
    uint16(1),
    new Uint8Array(16),
    uint16(config.width, config.height),
    uint32(0x480000, 0x480000, 0),
    uint16(1),
    new Uint8Array(32),
    uint16(0x18, 0xffff),
    configuration,
    ...pixelAspectBox(config),
  );
}

/** `pasp` where pixels are not square (ISO/IEC 14496-12 §12.1.4). */
function pixelAspectBox(config: VideoConfig): Uint8Array[] {
  const { horizontal, vertical } = pixelAspectOf(config);
  return horizontal === vertical ? [] : [box('pasp', uint32(horizontal, vertical))];
}

/** AudioSampleEntry (ISO/IEC 14496-12 §12.2.3); the rate is 16.16 fixed point. */
function audioSampleEntry(
  type: string,
  config: { readonly channels: number; readonly sampleRate: number },
  configuration: Uint8Array,
): Uint8Array {
  const rate = config.sampleRate <= 0xffff ? config.sampleRate : 0;
  return box(
    type,
    new Uint8Array(6),
    uint16(1),
    new Uint8Array(8),
    uint16(config.channels, 16, 0, 0, rate, 0),
    configuration,
  );
}

/** `esds` with the descriptors of ISO/IEC 14496-1 §7.2.6: ES, decoder configuration, SL. */
function elementaryStreamDescriptor(audioSpecificConfig: Uint8Array): Uint8Array {
  const decoderConfig = descriptor(
    0x04,
    // MPEG-4 audio, audio stream; buffer size and bit rates unknown.
    uint8(0x40, 0x15, 0, 0, 0),
    uint32(0, 0),
    descriptor(0x05, audioSpecificConfig),
  );
  const stream = descriptor(0x03, uint16(0), uint8(0), decoderConfig, descriptor(0x06, uint8(2)));
  return fullBox('esds', 0, 0, stream);
}

/** Tag, four-byte expandable size, content. */
function descriptor(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const size = content.reduce((sum, part) => sum + part.length, 0);
  const head = uint8(tag, 0x80, 0x80, 0x80 | (size >> 7), size & 0x7f);
  const bytes = new Uint8Array(head.length + size);
  bytes.set(head);
  let at = head.length;
  for (const part of content) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** `hdlr` of a track. */
export function encodeHandler(kind: Mp4Config['kind']): Uint8Array {
  const type = kind === 'video' ? 'vide' : 'soun';
  const name = kind === 'video' ? 'Video\0' : 'Audio\0';
  return fullBox('hdlr', 0, 0, uint32(0), ascii(type), new Uint8Array(12), ascii(name));
}
