import { WireError } from '../errors.ts';
import type { MediaTrack } from '../sdp/session-description.ts';
import { AacDepacketizer } from './aac-depacketizer.ts';
import type { AccessUnitSink, Depacketizer } from './depacketizer.ts';
import { G711Depacketizer } from './g711-depacketizer.ts';
import { H264Depacketizer } from './h264-depacketizer.ts';
import { H265Depacketizer } from './h265-depacketizer.ts';
import { PacketReceiver } from './packet-receiver.ts';
import type { PayloadFormat } from './payload-format.ts';
import { QuirkReporter } from './quirk-reporter.ts';
import { SourceFilter } from './source-filter.ts';
import { MutableStatistics } from './statistics.ts';

/** What is known of a track beside its description. */
export interface DepacketizerOptions {
  /** SSRC of the Transport or RTP-Info header; packets of another one are dropped as soon as it shows up. */
  readonly expectedSsrc?: number | undefined;
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
  const format = formatOf(track, sink, statistics, quirks);
  return new PacketReceiver(format, filter, statistics, quirks);
}

function formatOf(
  track: MediaTrack,
  sink: AccessUnitSink,
  statistics: MutableStatistics,
  quirks: QuirkReporter,
): PayloadFormat {
  switch (track.codec) {
    case 'h264':
      return new H264Depacketizer(track, sink, statistics, quirks);
    case 'h265':
      return new H265Depacketizer(track, sink, statistics, quirks);
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
