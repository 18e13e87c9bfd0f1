import { joinLengthPrefixed } from '@vms/media/nal.ts';
import { createDepacketizer } from '@vms/wire/rtp/create-depacketizer.ts';
import { packetizeH264 } from '@vms/wire/rtp/h264-packetizer.ts';
import { RTP_HEADER_BYTES, writeRtpHeader } from '@vms/wire/rtp/header.ts';
import { H264_TRACK } from '@vms/wire/rtp/packet-sender.cases.ts';
import { writeInterleavedHeader } from '@vms/wire/rtsp/message.ts';
import { createRtspStreamParser } from '@vms/wire/rtsp/stream-parser.ts';

/** What is measured: bytes from sockets to access units, without the sockets. */
export interface DepacketizeOptions {
  readonly cameras: number;
  /** Seconds of video of each camera: 25 frames a second of 19 KB, keyframes of 150 KB every 2 s. */
  readonly seconds: number;
  /** Bytes that one read brings: some three packets where they are paced. */
  readonly readBytes: number;
  /** Leaves one packet out, to show that the loss is seen. */
  readonly tamper: boolean;
}

export interface DepacketizeResult {
  readonly summary: {
    readonly bench: 'depacketize';
    readonly cameras: number;
    readonly lostFrames: number;
    /** CPU a packet, nanoseconds, the copy into the read buffer left out. */
    readonly nsPerPacket: number;
    /** Percent of a core for 100 MB/s. */
    readonly corePercentAt100MBs: number;
    /** Percent of a core that copying the same bytes once takes. */
    readonly copyPercentAt100MBs: number;
  };
}

const FRAMES_PER_SECOND = 25;
const GOP_FRAMES = 50;
const FRAME_BYTES = 19_000;
const KEYFRAME_BYTES = 150_000;
const TICKS_PER_FRAME = 3600;
const READ_BUFFER_BYTES = 256 * 1024;
/** Access units that a camera keeps, as the frame hub does. */
const KEPT_UNITS = 50;
const WARM_UP_ROUNDS = 2;

/** Parses and depacketizes the streams of many cameras through one shared read buffer. */
export function benchDepacketize(options: DepacketizeOptions): DepacketizeResult {
  const { cameras, seconds, readBytes } = options;
  const frames = seconds * FRAMES_PER_SECOND;
  const { stream, packets } = streamOf(frames, options.tamper);
  const shared = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);
  const kept: Uint8Array[] = [];
  let units = 0;
  const round = (): void => {
    for (let camera = 0; camera < cameras; camera++) {
      const depacketizer = createDepacketizer(H264_TRACK, {
        onAccessUnit({ payload }) {
          kept[units++ % (KEPT_UNITS * cameras)] = payload;
        },
      });
      const parser = createRtspStreamParser({
        onData: (channel, buffer, start, end) => {
          if (channel === 0) depacketizer.push(buffer, start, end);
        },
        onRequest: () => {},
        onResponse: () => {},
        onLostFraming: () => {},
      });
      eachRead(stream, readBytes, shared, (bytes) => parser.push(shared, 0, bytes));
    }
  };
  for (let i = 0; i < WARM_UP_ROUNDS; i++) round();
  units = 0;
  const ours = cpuMs(round);
  const out = units;
  const copying = (): void => {
    for (let camera = 0; camera < cameras; camera++) eachRead(stream, readBytes, shared, () => {});
  };
  copying();
  const copy = cpuMs(copying);
  const megabytes = (stream.length * cameras) / 1e6;
  const percent = (ms: number): number => round2((ms / megabytes) * 10);
  return {
    summary: {
      bench: 'depacketize',
      cameras,
      lostFrames: frames * cameras - out,
      nsPerPacket: Math.round(((ours - copy) * 1e6) / (packets * cameras)),
      corePercentAt100MBs: percent(ours - copy),
      copyPercentAt100MBs: percent(copy),
    },
  };
}

/** Calls back for each read, as libuv does: the bytes are at the start of the shared buffer. */
function eachRead(
  stream: Buffer,
  readBytes: number,
  shared: Buffer,
  onRead: (bytes: number) => void,
): void {
  for (let at = 0; at < stream.length; at += readBytes) {
    onRead(stream.copy(shared, 0, at, Math.min(at + readBytes, stream.length)));
  }
}

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1000;
}

/** Interleaved H.264 of one camera, and how many packets it is. */
function streamOf(frames: number, tamper: boolean): { stream: Buffer; packets: number } {
  const parts: Buffer[] = [];
  let sequence = 0;
  for (let frame = 0; frame < frames; frame++) {
    const keyframe = frame % GOP_FRAMES === 0;
    const slice = Buffer.alloc(keyframe ? KEYFRAME_BYTES : FRAME_BYTES, 0x55);
    slice.set(keyframe ? [0x65, 0x88] : [0x41, 0x9a]);
    const unit = joinLengthPrefixed([slice]);
    for (const { bytes, marker } of packetizeH264(unit, { maxPayloadBytes: 1400 })) {
      const packet = Buffer.alloc(4 + RTP_HEADER_BYTES + bytes.length);
      writeInterleavedHeader(packet, 0, 0, RTP_HEADER_BYTES + bytes.length);
      const timestamp = frame * TICKS_PER_FRAME;
      const header = { marker, payloadType: 96, sequence: sequence++ & 0xffff, timestamp, ssrc: 1 };
      writeRtpHeader(packet, 4, header);
      packet.set(bytes, 4 + RTP_HEADER_BYTES);
      parts.push(packet);
    }
  }
  if (tamper) parts.splice(Math.floor(parts.length / 2), 1);
  return { stream: Buffer.concat(parts), packets: parts.length };
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
