import { setImmediate } from 'node:timers/promises';
import type { Clock, MonotonicMs } from '@vms/common/clock.ts';
import type { RecordedCamera } from '../cameras/camera-list-file.ts';

/** Milliseconds that a camera's rate is measured over, and that must be recorded to tell one. */
const MEASURED_MS = 24 * 3600_000;
const LEAST_MEASURED_MS = 30 * 60_000;
/** Milliseconds that measured rates are good for. */
export const RATES_FRESH_MS = 10 * 60_000;
const DAY_MS = 24 * 3600_000;
/** Halvings of the days asked for: to less than a minute of ten years. */
const HALVINGS = 24;

/** A camera as a forecast needs it. */
export interface ForecastCamera {
  readonly bytesPerDay: number;
  readonly retentionDays: number;
  readonly maxBytes?: number | undefined;
  /** Milliseconds that its rate was measured for. */
  readonly measuredMs: number;
}

/** How long recordings will be kept if everything goes on as it is. */
export interface Forecast {
  /** The longest that a camera asks for. */
  readonly askedDays: number;
  /** `askedDays`, or what there is room for: the oldest go first, whosever they are. */
  readonly keptDays: number;
  readonly bytesPerDay: number;
  /** Milliseconds that the rates were measured for, of the camera with the fewest. */
  readonly measuredMs: number;
}

/** Undefined where no camera's rate is known. `capacityBytes` is what recordings may take in all. */
export function forecast(
  cameras: readonly ForecastCamera[],
  capacityBytes: number,
): Forecast | undefined {
  const bytesPerDay = cameras.reduce((sum, camera) => sum + camera.bytesPerDay, 0);
  if (bytesPerDay === 0) return undefined;
  const measuredMs = Math.min(...cameras.map((camera) => camera.measuredMs));
  const askedDays = Math.max(...cameras.map(({ retentionDays }) => retentionDays));
  const takes = (days: number): number =>
    cameras.reduce(
      (sum, { bytesPerDay: bytes, retentionDays, maxBytes = Number.POSITIVE_INFINITY }) =>
        sum + Math.min(bytes * Math.min(days, retentionDays), maxBytes),
      0,
    );
  if (takes(askedDays) <= capacityBytes)
    return { askedDays, keptDays: askedDays, bytesPerDay, measuredMs };
  let keptDays = 0;
  for (let i = 1; i <= HALVINGS; i++) {
    const more = keptDays + askedDays / 2 ** i;
    if (takes(more) <= capacityBytes) keptDays = more;
  }
  return { askedDays, keptDays, bytesPerDay, measuredMs };
}

/** What the catalogue tells of a camera's runs. */
export interface RecordedRate {
  readonly bytes: number;
  /** Start of the first run; undefined where there is none. */
  readonly from: number | undefined;
}

export interface RecordingRatesDeps {
  readonly clock: Clock;
  cameras(): readonly RecordedCamera[];
  /** Of the runs of a camera that began since then. */
  recordedSince(camera: string, since: number): Promise<RecordedRate>;
}

/** Bytes a day that each camera is recorded with, measured over the last day now and then. */
export class RecordingRates {
  readonly #deps: RecordingRatesDeps;
  #rates = new Map<string, { readonly bytesPerDay: number; readonly measuredMs: number }>();
  #measuredAt: MonotonicMs | undefined;
  #measuring: Promise<void> | undefined;

  constructor(deps: RecordingRatesDeps) {
    this.#deps = deps;
  }

  /** The cameras whose rate is known. */
  async read(): Promise<(RecordedCamera & ForecastCamera)[]> {
    const { clock, cameras } = this.#deps;
    if (this.#measuredAt === undefined || clock.monotonic() - this.#measuredAt >= RATES_FRESH_MS) {
      this.#measuring ??= this.#measure().finally(() => {
        this.#measuring = undefined;
      });
      await this.#measuring;
    }
    return cameras().flatMap((camera) => {
      const rate = this.#rates.get(camera.id);
      return rate === undefined || !camera.enabled ? [] : [{ ...camera, ...rate }];
    });
  }

  async #measure(): Promise<void> {
    const { clock, cameras, recordedSince } = this.#deps;
    const rates = new Map<string, { bytesPerDay: number; measuredMs: number }>();
    const now = clock.now();
    for (const { id } of cameras()) {
      const { bytes, from } = await recordedSince(id, now - MEASURED_MS);
      const measuredMs = now - (from ?? now);
      const bytesPerDay = (bytes / measuredMs) * DAY_MS;
      if (measuredMs >= LEAST_MEASURED_MS) rates.set(id, { bytesPerDay, measuredMs });
      // The catalogue answers at once: playback gets its turn between two cameras.
      await setImmediate();
    }
    this.#rates = rates;
    this.#measuredAt = clock.monotonic();
  }
}
