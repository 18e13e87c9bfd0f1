import { BitWriter } from '../bit-writer.ts';
import { MediaError } from '../errors.ts';
import { type AudioSpecificConfig, parseAudioSpecificConfig } from './audio-specific-config.ts';

/** Syntactic elements (ISO/IEC 14496-3 table 4.85). */
const SINGLE_CHANNEL = 0;
const CHANNEL_PAIR = 1;
const LOW_FREQUENCY = 3;
const END = 7;

/** Elements of each number of channels, in the order of table 1.19. */
const ELEMENTS: Readonly<Record<number, readonly number[]>> = {
  1: [SINGLE_CHANNEL],
  2: [CHANNEL_PAIR],
  3: [SINGLE_CHANNEL, CHANNEL_PAIR],
  4: [SINGLE_CHANNEL, CHANNEL_PAIR, SINGLE_CHANNEL],
  5: [SINGLE_CHANNEL, CHANNEL_PAIR, CHANNEL_PAIR],
  6: [SINGLE_CHANNEL, CHANNEL_PAIR, CHANNEL_PAIR, LOW_FREQUENCY],
  8: [SINGLE_CHANNEL, CHANNEL_PAIR, CHANNEL_PAIR, CHANNEL_PAIR, LOW_FREQUENCY],
};
/** AAC-LC, and HE-AAC (1 and 2), whose core is AAC-LC. */
const WITH_LC_CORE = new Set([2, 5, 29]);

/**
 * An access unit in which nothing sounds (`raw_data_block`, ISO/IEC 14496-3 §4.4.2.1): each channel has
 * no scale factor band at all. Undefined for kinds of AAC that write it in another way.
 */
export function silentAccessUnit(config: AudioSpecificConfig): Uint8Array | undefined {
  const elements = ELEMENTS[config.channels];
  if (elements === undefined || !WITH_LC_CORE.has(config.objectType)) return undefined;
  const bits = new BitWriter();
  const counts = new Map<number, number>();
  for (const element of elements) {
    const tag = counts.get(element) ?? 0;
    counts.set(element, tag + 1);
    bits.bits(element, 3);
    bits.bits(tag, 4); // element_instance_tag
    if (element === CHANNEL_PAIR) bits.bits(0, 1); // common_window
    for (let channel = element === CHANNEL_PAIR ? 2 : 1; channel > 0; channel--) writeChannel(bits);
  }
  bits.bits(END, 3);
  return bits.bytes();
}

/** The same for the AudioSpecificConfig of a track as it is stored; undefined for a malformed one, too. */
export function silentAccessUnitFor(record: Uint8Array): Uint8Array | undefined {
  try {
    return silentAccessUnit(parseAudioSpecificConfig(record));
  } catch (thrown) {
    if (thrown instanceof MediaError) return undefined;
    throw thrown;
  }
}

/** individual_channel_stream of a long window with max_sfb 0. */
function writeChannel(bits: BitWriter): void {
  bits.bits(0, 8); // global_gain
  bits.bits(0, 1 + 2 + 1); // ics_reserved_bit, window_sequence, window_shape
  bits.bits(0, 6 + 1); // max_sfb, predictor_data_present
  bits.bits(0, 3); // pulse_data_present, tns_data_present, gain_control_data_present
}
