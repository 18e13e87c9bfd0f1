import type { AudioConfig } from '@vms/common/frame.ts';

/** Linear value of every mu-law byte, 16 bits (ITU-T G.711 table 2). */
const PCMU_TABLE = Int16Array.from({ length: 256 }, (_, code) => {
  const inverted = ~code & 0xff;
  const magnitude = ((((inverted & 15) << 3) + 132) << ((inverted >> 4) & 7)) - 132;
  return inverted & 0x80 ? -magnitude : magnitude;
});

/** Linear value of every A-law byte, 16 bits (ITU-T G.711 table 1). */
const PCMA_TABLE = Int16Array.from({ length: 256 }, (_, code) => {
  const toggled = code ^ 0x55;
  const exponent = (toggled >> 4) & 7;
  const mantissa = ((toggled & 15) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 256) << (exponent - 1);
  return toggled & 0x80 ? magnitude : -magnitude;
});

/** Quantization nearest to nothing (ITU-T G.711 tables 1 and 2). */
export const SILENT_G711_BYTE = { pcma: 0xd5, pcmu: 0xff } as const;

/** mu-law to 16-bit linear samples. */
export function decodePcmu(bytes: Uint8Array): Int16Array {
  return decode(PCMU_TABLE, bytes);
}

/** A-law to 16-bit linear samples. */
export function decodePcma(bytes: Uint8Array): Int16Array {
  return decode(PCMA_TABLE, bytes);
}

function decode(table: Int16Array, bytes: Uint8Array): Int16Array {
  const samples = new Int16Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) samples[i] = table[bytes[i] ?? 0] ?? 0;
  return samples;
}

/** The configuration of a G.711 track. */
export function createG711Config(
  codec: 'pcmu' | 'pcma',
  sampleRate: number,
  channels: number,
): AudioConfig {
  return {
    kind: 'audio',
    codec,
    sampleRate,
    channels,
    record: new Uint8Array(0),
    codecString: codec,
  };
}
