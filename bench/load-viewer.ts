import { createHash } from 'node:crypto';
import { createDepacketizer } from '@vms/wire/rtp/create-depacketizer.ts';
import type { Depacketizer } from '@vms/wire/rtp/depacketizer.ts';
import { parseSessionDescription } from '@vms/wire/sdp/session-description.ts';
import datachannel, { type PeerConnection, type Track } from 'node-datachannel';

/** What one viewer got, after decryption. */
export interface ViewerCount {
  /** RTP packets of video, those that came twice left out. */
  readonly packets: number;
  readonly bytes: number;
  /** Sequence numbers between the first and the last that never came. */
  readonly missingPackets: number;
  /** SHA-256 of the slices of each picture that came whole, in order. */
  readonly pictures: readonly string[];
}

const PAYLOAD_TYPE = 102;
const SEQUENCES = 0x1_0000;
const CONNECT_TIMEOUT_MS = 20_000;
const RECEIVER_REPORT = Buffer.from([0x81, 201, 0, 7, ...new Array<number>(28).fill(0)]);

/** A WebRTC viewer of node-datachannel: it decrypts, and checks what it gets. It asks for nothing again. */
export class LoadViewer {
  readonly #connection: PeerConnection;
  /** Held: the library closes a track whose object is garbage. */
  readonly #track: Track;
  readonly #depacketizer: Depacketizer;
  readonly #opened = Promise.withResolvers<void>();
  readonly #pictures: string[] = [];
  /** Extended sequence numbers, from the first packet on. */
  readonly #seen = new Set<number>();
  #highest = -1;
  #first = 0;
  #bytes = 0;
  #ssrc = 0;
  #dropNext = false;

  constructor() {
    this.#connection = new datachannel.PeerConnection('load', {
      iceServers: [],
      bindAddress: '127.0.0.1',
    });
    const video = new datachannel.Video('0', 'RecvOnly');
    const format = 'profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1';
    video.addH264Codec(PAYLOAD_TYPE, format);
    this.#track = this.#connection.addTrack(video);
    this.#track.onMessage((packet) => this.#take(packet));
    this.#depacketizer = createDepacketizer(
      videoTrack(),
      {
        onAccessUnit: ({ payload }) => {
          this.#pictures.push(createHash('sha256').update(payload).digest('hex'));
        },
      },
      { trustMarker: true },
    );
  }

  /** Begins to watch; resolves when the first packet of media has come. */
  async connect(url: string, token: string): Promise<void> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp', authorization: `Bearer ${token}` },
      body: await this.#offer(),
    });
    const body = await response.text();
    if (response.status !== 201) throw new Error(`WHEP: ${response.status} ${body}`);
    this.#connection.setRemoteDescription(body, 'answer');
    const timeout = setTimeout(
      () => this.#opened.reject(new Error('A viewer did not get any media in time.')),
      CONNECT_TIMEOUT_MS,
    );
    await this.#opened.promise;
    clearTimeout(timeout);
  }

  get packets(): number {
    return this.#seen.size;
  }

  /** Loses the next packet, as the network might. */
  dropNext(): void {
    this.#dropNext = true;
  }

  /** Says that it is there: the service puts out who is silent. */
  report(): void {
    if (this.#ssrc === 0 || !this.#track.isOpen()) return;
    RECEIVER_REPORT.writeUInt32BE(this.#ssrc, 8);
    this.#track.sendMessageBinary(RECEIVER_REPORT);
  }

  count(): ViewerCount {
    return {
      packets: this.#seen.size,
      bytes: this.#bytes,
      missingPackets: this.#seen.size === 0 ? 0 : this.#highest - this.#first + 1 - this.#seen.size,
      pictures: this.#pictures,
    };
  }

  close(): void {
    this.#track.close();
    this.#connection.close();
  }

  async #offer(): Promise<string> {
    const gathered = new Promise<void>((resolve) => {
      this.#connection.onGatheringStateChange((state) => {
        if (state === 'complete') resolve();
      });
    });
    this.#connection.setLocalDescription('offer');
    await gathered;
    const sdp = this.#connection.localDescription()?.sdp ?? '';
    // Checks of the server that come before its answer make this library fail now and then.
    return sdp.replaceAll(/^a=(candidate:|end-of-candidates).*\r?\n/gm, '');
  }

  #take(packet: Buffer): void {
    const type = packet[1] ?? 0;
    // RTCP comes by the same way (RFC 5761 §4).
    if (type >= 200 && type <= 207) return;
    if (this.#dropNext) {
      this.#dropNext = false;
      return;
    }
    this.#ssrc = packet.readUInt32BE(8);
    const sequence = this.#extend(packet.readUInt16BE(2));
    if (this.#seen.has(sequence)) return;
    this.#seen.add(sequence);
    this.#highest = Math.max(this.#highest, sequence);
    this.#bytes += packet.length;
    this.#depacketizer.push(packet, 0, packet.length);
    this.#opened.resolve();
  }

  /** The sequence number without its wrapping round. */
  #extend(sequence: number): number {
    if (this.#highest < 0) {
      this.#first = sequence;
      return sequence;
    }
    const difference = (sequence - this.#highest) & 0xffff;
    return this.#highest + (difference < SEQUENCES / 2 ? difference : difference - SEQUENCES);
  }
}

function videoTrack() {
  const sdp = [
    ...['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=-', 't=0 0', `m=video 0 RTP/AVP ${PAYLOAD_TYPE}`],
    `a=rtpmap:${PAYLOAD_TYPE} H264/90000`,
    `a=fmtp:${PAYLOAD_TYPE} packetization-mode=1`,
    '',
  ].join('\r\n');
  const [track] = parseSessionDescription(new TextEncoder().encode(sdp), {
    requestUrl: 'rtsp://127.0.0.1/',
    contentBase: undefined,
    contentLocation: undefined,
  }).tracks;
  if (track === undefined) throw new Error('The description has no track.');
  return track;
}
