import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

/** A request as a service gets it. */
export interface UpstreamCall {
  readonly agent: Dispatcher;
  /** `http://127.0.0.1:9095` */
  readonly origin: string;
  readonly path: string;
  readonly headers: Record<string, string | string[]>;
  /** What a person calls the service. */
  readonly name: string;
}

/** An answer of a service; its body may still be to come. */
export interface Answer {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable | Buffer;
}
