import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Milliseconds between two looks at the event loop's lag; every look is a wake-up of the process. */
const EVENT_LOOP_PRECISION_MS = 100;

/** Upper bounds, in seconds, of the buckets of a histogram that is given none. */
export const DEFAULT_BUCKETS_SECONDS: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/**
 * The metrics of one service, in Prometheus' text format. Names are `vms_<service>_<what>_<unit>`
 * (counters end in `_total`); asking for a name again gives the same metric.
 */
export interface Metrics {
  /** Of the text: `text/plain; version=0.0.4; charset=utf-8`. */
  readonly contentType: string;
  /** Everything, as Prometheus scrapes it. */
  text(): Promise<string>;
  counter<Label extends string = never>(
    name: string,
    help: string,
    labels?: readonly Label[],
  ): Counter<Label>;
  /** `collect` runs before each scrape and sets what is cheaper to read than to follow. */
  gauge<Label extends string = never>(
    name: string,
    help: string,
    labels?: readonly Label[],
    collect?: (gauge: Gauge<Label>) => void,
  ): Gauge<Label>;
  histogram<Label extends string = never>(
    name: string,
    help: string,
    labels?: readonly Label[],
    buckets?: readonly number[],
  ): Histogram<Label>;
}

/** Metrics of a service, with those of its process (CPU, memory, event loop, garbage collection). */
export function createMetrics(service: string, options?: { process?: boolean }): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  if (options?.process !== false) {
    collectDefaultMetrics({
      register: registry,
      eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS,
    });
  }
  return new PrometheusMetrics(registry);
}

class PrometheusMetrics implements Metrics {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  counter<Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[] = [],
  ): Counter<Label> {
    return this.#existing(
      name,
      Counter<Label>,
      () => new Counter({ name, help, labelNames: [...labels], registers: [this.#registry] }),
    );
  }

  gauge<Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[] = [],
    collect?: (gauge: Gauge<Label>) => void,
  ): Gauge<Label> {
    return this.#existing(
      name,
      Gauge<Label>,
      () =>
        new Gauge<Label>({
          name,
          help,
          labelNames: [...labels],
          registers: [this.#registry],
          ...(collect && {
            collect() {
              collect(this);
            },
          }),
        }),
    );
  }

  histogram<Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[] = [],
    buckets: readonly number[] = DEFAULT_BUCKETS_SECONDS,
  ): Histogram<Label> {
    return this.#existing(
      name,
      Histogram<Label>,
      () =>
        new Histogram({
          name,
          help,
          labelNames: [...labels],
          buckets: [...buckets],
          registers: [this.#registry],
        }),
    );
  }

  #existing<M>(name: string, type: new (...args: never[]) => M, create: () => M): M {
    const metric: unknown = this.#registry.getSingleMetric(name);
    if (metric === undefined) return create();
    if (metric instanceof type) return metric;
    throw new TypeError(`The metric ${name} exists already as another type.`);
  }
}
