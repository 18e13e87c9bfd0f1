import { CAMERA_STATES } from '@vms/common/camera.ts';
import type { StreamName } from '@vms/common/ids.ts';
import type { FrameHub } from '@vms/medialink/frame-hub.ts';
import type { Metrics } from '@vms/telemetry/metrics.ts';
import type { CameraFleet } from './camera-fleet.ts';
import type { CameraCounters } from './camera-worker.ts';
import { DROP_REASONS } from './drops.ts';

/** A growing number of one stream, as it was last reported. */
type Reported = Map<string, number>;

/**
 * Metrics of all cameras. The hot path counts in plain fields; what they grew by is added to the
 * counters when somebody looks. Labels are the cameras of the list, which is bounded.
 */
export class IngestMetrics {
  readonly #fleet: CameraFleet;
  readonly #reported = new Map<string, Reported>();
  readonly #frames;
  readonly #bytes;
  readonly #received;
  readonly #dropped;
  readonly #reconnects;

  constructor(metrics: Metrics, fleet: CameraFleet, hub: FrameHub) {
    this.#fleet = fleet;
    // The first to be registered is the first to be collected: it brings the counters up to date.
    metrics.gauge('vms_ingest_cameras', 'Cameras by state.', ['state'], (gauge) => {
      this.#update();
      const counts = new Map<string, number>(CAMERA_STATES.map((state) => [state, 0]));
      for (const { status } of fleet.workers.values()) {
        counts.set(status.state, (counts.get(status.state) ?? 0) + 1);
      }
      for (const [state, count] of counts) gauge.set({ state }, count);
    });
    this.#frames = metrics.counter('vms_ingest_frames_total', 'Frames published.', [
      'camera',
      'kind',
      'stream',
    ]);
    this.#bytes = metrics.counter('vms_ingest_payload_bytes_total', 'Bytes of frames published.', [
      'camera',
      'stream',
    ]);
    this.#received = metrics.counter('vms_ingest_received_bytes_total', 'Bytes from cameras.', [
      'camera',
      'stream',
    ]);
    this.#dropped = metrics.counter(
      'vms_ingest_dropped_total',
      'Packets or access units that did not become frames, by reason.',
      ['camera', 'reason', 'stream'],
    );
    this.#reconnects = metrics.counter(
      'vms_ingest_reconnects_total',
      'Sessions begun after the first.',
      ['camera', 'stream'],
    );
    metrics.gauge('vms_ingest_gop_cache_bytes', 'Bytes of cached pictures.', [], (gauge) => {
      gauge.set(hub.stats().cachedBytes);
    });
    metrics.gauge('vms_ingest_subscribers', 'Subscriptions to frames.', [], (gauge) => {
      gauge.set(hub.stats().subscribers);
    });
  }

  /** A stream is gone: its labels go too. */
  forget(camera: string, stream: StreamName): void {
    this.#reported.delete(`${camera} ${stream}`);
    this.#bytes.remove({ camera, stream });
    this.#received.remove({ camera, stream });
    this.#reconnects.remove({ camera, stream });
    for (const kind of ['video', 'audio']) this.#frames.remove({ camera, kind, stream });
    for (const reason of DROP_REASONS) this.#dropped.remove({ camera, reason, stream });
  }

  #update(): void {
    for (const [camera, { counters }] of this.#fleet.workers) this.#add(camera, 'main', counters);
    for (const [camera, { counters }] of this.#fleet.subs) this.#add(camera, 'sub', counters);
  }

  #add(camera: string, stream: StreamName, counters: CameraCounters): void {
    const key = `${camera} ${stream}`;
    const reported = this.#reported.get(key) ?? new Map<string, number>();
    this.#reported.set(key, reported);
    const of = { camera, stream };
    this.#frames.inc(
      { camera, kind: 'video', stream },
      grown(reported, 'video', counters.videoFrames),
    );
    this.#frames.inc(
      { camera, kind: 'audio', stream },
      grown(reported, 'audio', counters.audioFrames),
    );
    this.#bytes.inc(of, grown(reported, 'bytes', counters.bytes));
    this.#received.inc(of, grown(reported, 'received', counters.receivedBytes));
    this.#reconnects.inc(of, grown(reported, 'reconnects', counters.reconnects));
    for (const reason of DROP_REASONS) {
      const more = grown(reported, reason, counters.drops[reason]);
      if (more > 0) this.#dropped.inc({ camera, reason, stream }, more);
    }
  }
}

function grown(reported: Reported, name: string, value: number): number {
  const before = reported.get(name) ?? 0;
  reported.set(name, value);
  return Math.max(0, value - before);
}
