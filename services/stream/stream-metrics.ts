import type { Metrics } from '@vms/telemetry/metrics.ts';
import type { Transport } from './sessions/session-registry.ts';
import { DROP_REASONS, type ViewerStatistics } from './webrtc/viewer-statistics.ts';

/** Milliseconds; upper bounds of what the product adds: the goal is 10 ms. */
const ADDED_BUCKETS_MS = [0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 50, 100, 250, 1000];
const FIRST_FRAME_BUCKETS_SECONDS = [0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2, 5, 10];

/** What metrics read when they are scraped. */
export interface MetricsSource {
  readonly sessions: number;
  readonly feeds: number;
  viewers(): Record<Transport, number>;
  /** Of the viewers that are open now. */
  openStatistics(): readonly ViewerStatistics[];
}

/** Metrics of the stream service. The hot path counts in plain fields, which are read at a scrape. */
export class StreamMetrics {
  readonly #added;
  readonly #firstFrame;
  readonly #packets;
  readonly #bytes;
  readonly #frames;
  readonly #dropped;
  readonly #retransmissions;
  readonly #repeats;
  readonly #snapshots;
  readonly #told = new WeakMap<ViewerStatistics, Record<string, number>>();

  constructor(metrics: Metrics, source: MetricsSource) {
    // The first to be registered is the first to be collected: it brings the counters up to date.
    metrics.gauge('vms_stream_sessions', 'Live sessions that are open.', [], (gauge) => {
      for (const statistics of source.openStatistics()) this.countViewer(statistics);
      gauge.set(source.sessions);
    });
    metrics.gauge('vms_stream_viewers', 'Viewers that are served.', ['transport'], (gauge) => {
      const viewers = source.viewers();
      gauge.set({ transport: 'webrtc' }, viewers.webrtc);
      gauge.set({ transport: 'mse' }, viewers.mse);
    });
    metrics.gauge('vms_stream_feeds', 'Camera streams taken from ingest.', [], (gauge) => {
      gauge.set(source.feeds);
    });
    this.#packets = metrics.counter('vms_stream_packets_total', 'RTP packets sent to viewers.');
    this.#bytes = metrics.counter('vms_stream_sent_bytes_total', 'Bytes sent to viewers.', [
      'transport',
    ]);
    this.#frames = metrics.counter('vms_stream_frames_total', 'Pictures sent to WebRTC viewers.');
    this.#dropped = metrics.counter(
      'vms_stream_dropped_frames_total',
      'Pictures that did not go to a viewer, by reason.',
      ['transport', 'reason'],
    );
    this.#retransmissions = metrics.counter(
      'vms_stream_retransmissions_total',
      'RTP packets that were sent again.',
    );
    this.#repeats = metrics.counter(
      'vms_stream_keyframe_repeats_total',
      'Requests of a keyframe that were answered with the cached pictures.',
    );
    this.#added = metrics.histogram(
      'vms_stream_server_added_ms',
      'Milliseconds from the last byte of a picture at ingest to its last packet to a viewer.',
      ['transport'],
      ADDED_BUCKETS_MS,
    );
    this.#firstFrame = metrics.histogram(
      'vms_stream_first_frame_seconds',
      'From the offer (or the WebSocket) to the last packet of the first picture.',
      ['transport'],
      FIRST_FRAME_BUCKETS_SECONDS,
    );
    this.#snapshots = metrics.counter('vms_stream_snapshots_total', 'Snapshots, by outcome.', [
      'outcome',
    ]);
  }

  serverAdded(transport: Transport, ms: number): void {
    this.#added.observe({ transport }, ms);
  }

  firstFrame(transport: Transport, ms: number): void {
    this.#firstFrame.observe({ transport }, ms / 1000);
  }

  snapshot(outcome: 'made' | 'cached' | 'failed'): void {
    this.#snapshots.inc({ outcome });
  }

  mseSent(bytes: number): void {
    this.#bytes.inc({ transport: 'mse' }, bytes);
  }

  mseDropped(frames: number): void {
    this.#dropped.inc({ transport: 'mse', reason: 'behind' }, frames);
  }

  /** Adds what a viewer's counts grew by since they were last told. */
  countViewer(statistics: ViewerStatistics): void {
    const told = this.#told.get(statistics) ?? {};
    this.#told.set(statistics, told);
    const grown = (name: string, value: number): number => {
      const before = told[name] ?? 0;
      told[name] = value;
      return value - before;
    };
    this.#packets.inc(grown('packets', statistics.packets));
    this.#bytes.inc({ transport: 'webrtc' }, grown('bytes', statistics.bytes));
    this.#frames.inc(grown('frames', statistics.frames));
    this.#retransmissions.inc(grown('retransmissions', statistics.retransmissions));
    this.#repeats.inc(grown('repeats', statistics.repeats));
    for (const reason of DROP_REASONS) {
      const more = grown(reason, statistics.drops[reason]);
      if (more > 0) this.#dropped.inc({ transport: 'webrtc', reason }, more);
    }
  }
}
