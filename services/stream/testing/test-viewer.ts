import { Buffer } from 'node:buffer';
import { parseSenderReport, type SenderReport } from '@vms/wire/rtcp/sender-report.ts';
import { createDepacketizer } from '@vms/wire/rtp/create-depacketizer.ts';
import type { AccessUnit, Depacketizer } from '@vms/wire/rtp/depacketizer.ts';
import { readUint32 } from '@vms/wire/rtp/header.ts';
import { parseSessionDescription } from '@vms/wire/sdp/session-description.ts';
import datachannel, { type PeerConnection, type Track } from 'node-datachannel';

export const PAYLOAD_TYPE = 102;
export const PLAYOUT_DELAY = 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay';

/** An access unit as a viewer got it. */
export interface ReceivedUnit {
  readonly payload: Buffer;
  readonly keyframe: boolean;
  readonly timestamp: number;
  readonly width: number;
  readonly at: number;
}

export interface TestViewerOptions {
  readonly audio?: boolean;
  readonly playoutDelay?: boolean;
  readonly codec?: 'h264' | 'vp8';
  /** Whether receiver reports are sent each 500 ms; default true. */
  readonly reports?: boolean;
  /** Whether the offer tells where the viewer is; default false, as a browser's first offer. */
  readonly candidates?: boolean;
  /** Milliseconds for which the answer is on its way; default 0. */
  readonly acceptAfterMs?: number;
  /** Changes the answer before it is taken. */
  readonly rewrite?: (answer: string) => string;
}

/** A WebRTC client of node-datachannel that takes RTP apart as a browser would. */
export class TestViewer {
  readonly units: ReceivedUnit[] = [];
  readonly audio: { payload: Buffer; timestamp: number; type: number }[] = [];
  readonly sequences: number[] = [];
  readonly heads: Buffer[] = [];
  readonly reports: SenderReport[] = [];
  /** Bytes of each packet of video, header included. */
  readonly sizes: number[] = [];
  state = 'new';
  lost = 0;
  /** Packets to be dropped as if the network had lost them: called for each first arrival. */
  drop: (sequence: number) => boolean = () => false;
  readonly #options: TestViewerOptions;
  readonly #connection: PeerConnection;
  readonly #video: Track;
  #audioTrack: Track | undefined;
  readonly #depacketizer: Depacketizer;
  readonly #seen = new Set<number>();
  readonly #timer: NodeJS.Timeout;
  #ssrc = 0;

  constructor(options: TestViewerOptions = {}) {
    this.#options = options;
    this.#connection = new datachannel.PeerConnection('test', {
      iceServers: [],
      bindAddress: '127.0.0.1',
    });
    this.#connection.onStateChange((state) => {
      this.state = state;
    });
    const video = new datachannel.Video('0', 'RecvOnly');
    if (options.codec === 'vp8') video.addVP8Codec(PAYLOAD_TYPE);
    else {
      const format = 'profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1';
      video.addH264Codec(PAYLOAD_TYPE, format);
    }
    if (options.playoutDelay !== false) video.parseSdpLine(`a=extmap:5 ${PLAYOUT_DELAY}`);
    this.#video = this.#connection.addTrack(video);
    this.#video.onMessage((packet) => this.#take(packet));
    if (options.audio === true) {
      const audio = new datachannel.Audio('1', 'RecvOnly');
      audio.addAudioCodec(8, 'PCMA');
      // Kept: a track that is garbage is closed.
      this.#audioTrack = this.#connection.addTrack(audio);
      this.#audioTrack.onMessage((packet) => this.#takeAudio(packet));
    }
    this.#depacketizer = depacketizer((unit) => {
      this.lost += unit.lost;
      this.units.push({
        payload: Buffer.from(unit.payload),
        keyframe: unit.keyframe,
        timestamp: unit.timestamp,
        width: unit.config.kind === 'video' ? unit.config.width : 0,
        at: performance.now(),
      });
    });
    this.#timer = setInterval(() => {
      if (options.reports !== false) this.sendReport();
    }, 500);
  }

  get ssrc(): number {
    return this.#ssrc;
  }

  async offer(): Promise<string> {
    const gathered = new Promise<void>((resolve) => {
      this.#connection.onGatheringStateChange((state) => {
        if (state === 'complete') resolve();
      });
    });
    this.#connection.setLocalDescription('offer');
    await gathered;
    const sdp = this.#connection.localDescription()?.sdp ?? '';
    // The server's checks before its answer can make this library fail: they come only if asked for.
    if (this.#options.candidates === true) return sdp;
    return sdp.replaceAll(/^a=(candidate:|end-of-candidates).*\r?\n/gm, '');
  }

  accept(answer: string): void {
    this.#connection.setRemoteDescription(answer, 'answer');
  }

  sendReport(): void {
    const packet = Buffer.alloc(32);
    packet.set([0x81, 201, 0, 7]);
    this.#send(packet, 8);
  }

  sendPictureLoss(): void {
    const packet = Buffer.alloc(12);
    packet.set([0x81, 206, 0, 2]);
    this.#send(packet, 8);
  }

  sendNack(sequence: number): void {
    const packet = Buffer.alloc(16);
    packet.set([0x81, 205, 0, 3]);
    packet.writeUInt16BE(sequence, 12);
    this.#send(packet, 8);
  }

  /** Leaves without a word, as a killed browser does: no more reports, nothing is answered. */
  fallSilent(): void {
    clearInterval(this.#timer);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#video.close();
    this.#audioTrack?.close();
    this.#connection.close();
  }

  #send(packet: Buffer, ssrcAt: number): void {
    if (this.#ssrc === 0 || !this.#video.isOpen()) return;
    packet.writeUInt32BE(1, 4);
    packet.writeUInt32BE(this.#ssrc, ssrcAt);
    try {
      this.#video.sendMessageBinary(packet);
    } catch {
      // Closed between two calls.
    }
  }

  #take(packet: Buffer): void {
    const type = packet[1] ?? 0;
    if (type >= 200 && type <= 207) {
      const report = parseSenderReport(packet, 0, packet.length);
      if (report !== undefined) this.reports.push(report);
      return;
    }
    this.#ssrc = readUint32(packet, 8);
    const sequence = packet.readUInt16BE(2);
    if (!this.#seen.has(sequence) && this.drop(sequence)) {
      this.#seen.add(sequence);
      return;
    }
    this.sequences.push(sequence);
    this.sizes.push(packet.length);
    if (this.heads.length < 16) this.heads.push(Buffer.from(packet.subarray(0, 20)));
    const copy = Buffer.from(packet);
    this.#depacketizer.push(copy, 0, copy.length);
  }

  #takeAudio(packet: Buffer): void {
    const type = packet[1] ?? 0;
    if (type >= 200 && type <= 207) return;
    const timestamp = readUint32(packet, 4);
    this.audio.push({ payload: Buffer.from(packet.subarray(12)), timestamp, type: type & 0x7f });
  }
}

function depacketizer(onUnit: (unit: AccessUnit) => void): Depacketizer {
  const sdp = [
    'v=0',
    'o=- 0 0 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `m=video 0 RTP/AVP ${PAYLOAD_TYPE}`,
    `a=rtpmap:${PAYLOAD_TYPE} H264/90000`,
    `a=fmtp:${PAYLOAD_TYPE} packetization-mode=1`,
    '',
  ].join('\r\n');
  const description = parseSessionDescription(new TextEncoder().encode(sdp), {
    requestUrl: 'rtsp://127.0.0.1/',
    contentBase: undefined,
    contentLocation: undefined,
  });
  const [track] = description.tracks;
  if (track === undefined) throw new Error('The description has no track.');
  return createDepacketizer(track, { onAccessUnit: onUnit }, { trustMarker: true });
}
