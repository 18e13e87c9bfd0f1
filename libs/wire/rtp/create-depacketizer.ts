import { WireError } from '../errors.ts';
import type { MediaTrack } from '../sdp/session-description.ts';
import { AacDepacketizer } from './aac-depacketizer.ts';
import type { AccessUnitSink, Depacketizer } from './depacketizer.ts';
import { G711Depacketizer } from './g711-depacketizer.ts';
import { createH264Assembler, H264Depacketizer } from './h264-depacketizer.ts';
import { H264InterleavedDepacketizer, isInterleaved } from './h264-interleaved-depacketizer.ts';
import { createH265Assembler, H265Depacketizer } from './h265-depacketizer.ts';
import { H265DonDepacketizer, hasDecodingOrder } from './h265-don-depacketizer.ts';
import { PacketReceiver } from './packet-receiver.ts';
import type { PayloadFormat } from './payload-format.ts';
import { QuirkReporter } from './quirk-reporter.ts';
import { SourceFilter } from './source-filter.ts';
import { SrtpDepacketizer } from './srtp-depacketizer.ts';
import { MutableStatistics } from './statistics.ts';

/** What is known of a track beside its description. */
export interface DepacketizerOptions {
  /** SSRC of the Transport or RTP-Info header; packets of another one are dropped as soon as it shows up. */
  readonly expectedSsrc?: number | undefined;
  /**
   * The sender is known to set the marker on the last packet of each access unit, and nowhere else.
   * Otherwise the access units of video up to the first keyframe wait for the packet behind them.
   * Default false.
   */
  readonly trustMarker?: boolean;
}

/**
 * Makes what turns the RTP packets of a track into access units.
 *
 * @param track one whose `codec` is known
 * @throws WireError `wire.rtp` for a track that is not supported
 */
export function createDepacketizer(
  track: MediaTrack,
  sink: AccessUnitSink,
  options: DepacketizerOptions = {},
): Depacketizer {
  const statistics = new MutableStatistics();
  const quirks = new QuirkReporter(sink);
  const filter = new SourceFilter(track.payloadType, options.expectedSsrc);
  const format = formatOf(track, sink, statistics, quirks, options.trustMarker ?? false);
  const receiver = new PacketReceiver(format, filter, statistics, quirks);
  const { protection } = track;
  return protection === undefined
    ? receiver
    : new SrtpDepacketizer(receiver, protection.keys, sink);
}

function formatOf(
  track: MediaTrack,
  sink: AccessUnitSink,
  statistics: MutableStatistics,
  quirks: QuirkReporter,
  trustMarker: boolean,
): PayloadFormat {
  switch (track.codec) {
    case 'h264': {
      const assembler = createH264Assembler(track, sink, statistics, quirks, trustMarker);
      return isInterleaved(track)
        ? new H264InterleavedDepacketizer(track, assembler, statistics, quirks)
        : new H264Depacketizer(assembler, statistics, quirks);
    }
    case 'h265':
      return hasDecodingOrder(track)
        ? new H265DonDepacketizer(
            track,
            createH265Assembler(track, sink, statistics, quirks, trustMarker),
            statistics,
          )
        : new H265Depacketizer(track, sink, statistics, quirks, trustMarker);
    case 'aac':
      return new AacDepacketizer(track, sink, statistics, quirks);
    case 'pcmu':
    case 'pcma':
      return new G711Depacketizer(track, sink, statistics);
    default:
      throw new WireError(
        'wire.rtp',
        `The camera sends ${track.encodingName}, which cannot be recorded.`,
      );
  }
}
