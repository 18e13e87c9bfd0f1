import type { Clock } from '@vms/common/clock.ts';
import type { RtspRequest, RtspResponse } from '@vms/wire/rtsp/message.ts';
import type { PinnedAddress } from '../address-policy.ts';
import type { IngestError } from '../ingest-error.ts';
import type { Login } from '../login.ts';
import { withCredentials } from '../path-credentials.ts';
import { type Credentials, RtspClient } from '../rtsp-client.ts';
import { RtspConnection, type RtspConnectionHandler } from '../rtsp-connection.ts';

export interface SearchConnectionOptions {
  readonly clock: Clock;
  readonly readBuffer: Uint8Array;
  readonly verifyCertificate: boolean;
  readonly address: PinnedAddress;
  readonly credentials: Credentials;
  /** What an earlier connection learnt. */
  readonly login?: Login | undefined;
  /** Is shown every answer. */
  readonly onResponse: (response: RtspResponse) => void;
}

/** A connection on which a camera is only asked: no session is ever set up. */
export class SearchConnection implements RtspConnectionHandler {
  readonly client: RtspClient;
  readonly #options: SearchConnectionOptions;
  readonly #connection: RtspConnection;
  readonly #connected: Promise<void>;
  #settle: { resolve: () => void; reject: (error: IngestError) => void } | undefined;

  private constructor(options: SearchConnectionOptions) {
    this.#options = options;
    this.#connected = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#connection = new RtspConnection({ ...options, handler: this }, () =>
      this.#settle?.resolve(),
    );
    this.client = new RtspClient({
      ...options,
      connection: this.#connection,
      // Every address that is asked for is from our own table.
      toSentUri: (uri) => withCredentials(uri, uri, options.credentials),
    });
  }

  /**
   * Resolves when the connection stands.
   * @param opening is given the connection at once, so that it can be ended meanwhile
   * @throws IngestError
   */
  static async open(
    options: SearchConnectionOptions,
    opening: (connection: SearchConnection) => void,
  ): Promise<SearchConnection> {
    const connection = new SearchConnection(options);
    opening(connection);
    await connection.#connected;
    return connection;
  }

  get closed(): boolean {
    return this.#connection.closed;
  }

  /** Ends the connection; whoever waits for an answer gets the error. */
  close(error: IngestError): void {
    this.#connection.destroy();
    this.onClosed(error);
  }

  onResponse(response: RtspResponse): void {
    this.#options.onResponse(response);
    this.client.onResponse(response);
  }

  onRequest(request: RtspRequest): void {
    this.client.onRequest(request);
  }

  onData(): void {}

  onLostFraming(): void {}

  onClosed(error: IngestError): void {
    this.#settle?.reject(error);
    this.client.fail(error);
  }
}
