import {
  MIN_TARGET_SECONDS,
  nextTarget,
  noteRanOut,
  paceOf,
  RefillWatch,
  trimOf,
} from './live-edge.ts';
import type { LiveFigures, LiveTransport, TransportEnd, TransportOptions } from './transport.ts';

/** Bytes of parts that may wait for the source buffer. More means that the browser does not keep up. */
const MAX_QUEUED_BYTES = 24 * 1024 * 1024;
const PACE_MS = 100;
const DONE = Promise.resolve();

/** Messages of the server between the binary ones. */
interface Word {
  readonly type?: unknown;
  readonly codecs?: unknown;
}

export function mimeOf(codecs: string): string {
  return `video/mp4; codecs="${codecs}"`;
}

/** Safari on telephones has only the managed kind. */
function mediaSourceClass(): typeof MediaSource | undefined {
  const page = globalThis as { ManagedMediaSource?: typeof MediaSource };
  return typeof MediaSource === 'undefined' ? page.ManagedMediaSource : MediaSource;
}

export function mseTakes(codecs: string): boolean {
  return mediaSourceClass()?.isTypeSupported(mimeOf(codecs)) === true;
}

/** Plays fMP4 that comes over a WebSocket: `init`, an initialization segment, then parts. */
export class MseTransport implements LiveTransport {
  readonly kind = 'mse';
  readonly #options: TransportOptions;
  readonly #socket: WebSocket;
  readonly #source: MediaSource;
  readonly #address: string;
  readonly #timer: ReturnType<typeof setInterval>;
  #buffer: SourceBuffer | undefined;
  #queue: ({ codecs: string } | ArrayBuffer)[] = [];
  #queuedBytes = 0;
  #bytes = 0;
  #codecs = '';
  #target = MIN_TARGET_SECONDS;
  readonly #refill = new RefillWatch();
  #ranOutAt: number | undefined;
  #ended = false;
  #closed = false;

  /** @param url path of the WebSocket, token included */
  constructor(url: string, options: TransportOptions) {
    this.#options = options;
    const { video } = options;
    const Source = mediaSourceClass();
    if (Source === undefined) throw new Error('This browser has no Media Source Extensions.');
    this.#source = new Source();
    this.#source.addEventListener('sourceopen', () => this.#pump());
    this.#address = URL.createObjectURL(this.#source);
    video.disableRemotePlayback = true;
    video.srcObject = null;
    video.src = this.#address;
    video.addEventListener('waiting', this.#onStall);
    video.addEventListener('error', this.#onVideoError);
    const address = new URL(url, location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    this.#socket = new WebSocket(address);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.addEventListener('message', (event) => this.#take(event.data));
    this.#socket.addEventListener('close', () => this.#end('closed'));
    this.#timer = setInterval(() => {
      this.#endRefill();
      this.#keepPace();
    }, PACE_MS);
  }

  figures(): Promise<LiveFigures> {
    const { video } = this.#options;
    const newest = this.#ranges().at(-1);
    const behind = newest === undefined ? undefined : newest.end - video.currentTime;
    return Promise.resolve({
      bytes: this.#bytes,
      ...(this.#codecs !== '' && { codec: this.#codecs }),
      ...(behind !== undefined && behind >= 0 && { delayMs: behind * 1000 }),
    });
  }

  close(): Promise<void> {
    if (this.#closed) return DONE;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#socket.close();
    const { video } = this.#options;
    video.removeEventListener('waiting', this.#onStall);
    video.removeEventListener('error', this.#onVideoError);
    if (video.src === this.#address) {
      video.removeAttribute('src');
      video.load();
    }
    URL.revokeObjectURL(this.#address);
    this.#queue = [];
    return DONE;
  }

  #end(end: TransportEnd, problem?: unknown): void {
    if (this.#closed || this.#ended) return;
    this.#ended = true;
    this.#options.onEnd(end, problem);
  }

  readonly #onVideoError = (): void => this.#end('closed', this.#options.video.error);

  readonly #onStall = (): void => {
    if (this.#options.video.readyState > 0) this.#target = nextTarget(this.#target, 'stall');
  };

  #take(data: unknown): void {
    if (this.#closed) return;
    if (data instanceof ArrayBuffer) {
      this.#bytes += data.byteLength;
      this.#queuedBytes += data.byteLength;
      if (this.#queuedBytes > MAX_QUEUED_BYTES) {
        this.#end('closed');
        return;
      }
      this.#queue.push(data);
    } else {
      const word = JSON.parse(String(data)) as Word;
      if (typeof word.codecs !== 'string') return;
      this.#codecs = word.codecs;
      if (!mseTakes(word.codecs)) {
        this.#end('codec');
        return;
      }
      this.#queue.push({ codecs: word.codecs });
    }
    this.#pump();
  }

  /** Hands over what waits: all parts up to the next change of codec at once. */
  #pump(): void {
    if (this.#closed || this.#source.readyState !== 'open' || this.#buffer?.updating === true)
      return;
    try {
      const next = this.#queue[0];
      if (next === undefined) return;
      if (next instanceof ArrayBuffer) this.#append();
      else {
        this.#queue.shift();
        if (this.#buffer === undefined) this.#open(next.codecs);
        else this.#buffer.changeType(mimeOf(next.codecs));
        this.#pump();
      }
    } catch (thrown) {
      if (thrown instanceof DOMException && thrown.name === 'QuotaExceededError') this.#makeRoom();
      else this.#end('closed', thrown);
    }
  }

  #open(codecs: string): void {
    this.#buffer = this.#source.addSourceBuffer(mimeOf(codecs));
    this.#buffer.addEventListener('updateend', () => {
      if (this.#closed) return;
      this.#keepPace();
      this.#pump();
    });
  }

  #append(): void {
    if (this.#buffer === undefined) return;
    const change = this.#queue.findIndex((entry) => !(entry instanceof ArrayBuffer));
    const count = change === -1 ? this.#queue.length : change;
    const parts = this.#queue.slice(0, count).filter((entry) => entry instanceof ArrayBuffer);
    const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
    this.#buffer.appendBuffer(joined(parts, bytes));
    this.#queue.splice(0, count);
    this.#queuedBytes -= bytes;
  }

  /** The browser has no room: what was played goes; where that is nothing, we begin again. */
  #makeRoom(): void {
    const first = this.#ranges()[0];
    const until = this.#options.video.currentTime - 1;
    if (first === undefined || until <= first.start) this.#end('closed');
    else this.#buffer?.remove(0, until);
  }

  #ranges(): { start: number; end: number }[] {
    const buffered = this.#closed ? undefined : this.#buffer?.buffered;
    return Array.from({ length: buffered?.length ?? 0 }, (_, index) => ({
      start: buffered?.start(index) ?? 0,
      end: buffered?.end(index) ?? 0,
    }));
  }

  #endRefill(): void {
    const { video } = this.#options;
    const newest = this.#ranges().at(-1);
    // What lies behind a gap is #keepPace's to leap to.
    if (newest === undefined || video.seeking || video.currentTime < newest.start) return;
    const isHeld = !video.paused && video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
    const ahead = newest.end - video.currentTime;
    if (this.#refill.shouldSeek(isHeld, ahead, this.#target, PACE_MS)) {
      video.currentTime = newest.end - this.#target;
    }
  }

  #keepPace(): void {
    const { video } = this.#options;
    const ranges = this.#ranges();
    if (ranges.length === 0 || video.seeking) return;
    this.#target = nextTarget(this.#target, { calmSeconds: PACE_MS / 1000 });
    const view = { ranges, currentTime: video.currentTime, target: this.#target };
    this.#ranOutAt = noteRanOut({ ...view, ranOutAt: this.#ranOutAt });
    const pace = paceOf({ ...view, ranOutAt: this.#ranOutAt });
    if (pace.seekTo !== undefined) video.currentTime = pace.seekTo;
    if (video.playbackRate !== pace.rate) video.playbackRate = pace.rate;
    const trim = trimOf(ranges, video.currentTime);
    if (trim !== undefined && this.#buffer?.updating === false) {
      this.#buffer.remove(trim.from, trim.to);
    }
  }
}

function joined(parts: readonly ArrayBuffer[], bytes: number): ArrayBuffer {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    all.set(new Uint8Array(part), at);
    at += part.byteLength;
  }
  return all.buffer;
}
