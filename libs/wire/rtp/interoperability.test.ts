import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseAdts } from '@vms/media/aac/adts.ts';
import { splitAnnexB } from '@vms/media/annexb.ts';
import { lengthPrefixedNals } from '@vms/media/nal.ts';
import { parseSessionDescription } from '../sdp/session-description.ts';
import { createDepacketizer } from './create-depacketizer.ts';

/** ffmpeg encodes and packetizes, we depacketize: the two have nothing in common but the RFCs. */
const folder = mkdtempSync(join(tmpdir(), 'vms-rtp-'));
after(() => rmSync(folder, { recursive: true }));

const FRAMES = 30;
const VIDEO = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25', '-frames:v', `${FRAMES}`];
const AUDIO = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000', '-t', '1'];

async function ffmpeg(args: readonly string[]): Promise<string> {
  const child = spawn('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args]);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [code] = await once(child, 'close');
  assert.equal(code, 0, errors);
  return output;
}

interface Received {
  payloads: Uint8Array[];
  keyframes: boolean[];
  timestamps: number[];
  sizes: [number, number] | undefined;
}

/** Sends a file by RTP as ffmpeg does and takes it in. */
async function receive(file: string, args: readonly string[]): Promise<Received> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  const packets: Buffer[] = [];
  socket.on('message', (packet) => packets.push(packet));
  try {
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const description = join(folder, 'stream.sdp');
    const url = `rtp://127.0.0.1:${socket.address().port}`;
    await ffmpeg([
      '-re',
      '-i',
      file,
      '-c',
      'copy',
      ...args,
      '-sdp_file',
      description,
      '-f',
      'rtp',
      url,
    ]);
    // What it sent last may still lie in the socket.
    for (let before = -1; before !== packets.length; ) {
      before = packets.length;
      await new Promise(setImmediate);
    }
    const { tracks } = parseSessionDescription(readFileSync(description), {
      requestUrl: 'rtsp://c/',
    });
    const [track] = tracks;
    assert.ok(track?.codec !== undefined);
    const received: Received = { payloads: [], keyframes: [], timestamps: [], sizes: undefined };
    const depacketizer = createDepacketizer(track, {
      onAccessUnit({ payload, keyframe, timestamp, config }) {
        received.payloads.push(payload);
        received.keyframes.push(keyframe);
        received.timestamps.push(timestamp);
        if (config.kind === 'video') received.sizes = [config.width, config.height];
      },
    });
    for (const packet of packets) {
      const isControl = (packet[1] ?? 0) >= 200 && (packet[1] ?? 0) <= 204;
      if (!isControl) depacketizer.push(packet, 0, packet.length);
    }
    assert.equal(depacketizer.statistics.malformedPackets, 0);
    assert.equal(depacketizer.statistics.lostPackets, 0);
    return received;
  } finally {
    socket.close();
  }
}

const sent = (file: string, isSet: (nal: Uint8Array) => boolean): string[] =>
  splitAnnexB(readFileSync(file))
    .filter((nal) => !isSet(nal))
    .map((nal) => Buffer.from(nal).toString('hex'));
const got = ({ payloads }: Received, isSet: (nal: Uint8Array) => boolean): string[] =>
  payloads.flatMap((payload) =>
    [...lengthPrefixedNals(payload)]
      .filter((nal) => !isSet(nal))
      .map((nal) => Buffer.from(nal).toString('hex')),
  );

for (const [name, coder, isSet] of [
  [
    'h264',
    ['-c:v', 'libx264', '-bf', '2', '-g', '10', '-x264-params', 'slices=3:aud=1'],
    (nal: Uint8Array) => [7, 8, 9].includes((nal[0] ?? 0) & 31),
  ],
  [
    'hevc',
    ['-c:v', 'libx265', '-x265-params', 'log-level=none:keyint=10:slices=2:aud=1'],
    (nal: Uint8Array) => [32, 33, 34, 35, 39].includes(((nal[0] ?? 0) >> 1) & 63),
  ],
] as const) {
  for (const size of ['1472', '300']) {
    test(`${name} from ffmpeg in packets of ${size} bytes: every NAL unit comes out`, async () => {
      const file = join(folder, 'clip.mkv');
      const stream = join(folder, `clip.${name}`);
      await ffmpeg([...VIDEO, '-pix_fmt', 'yuv420p', ...coder, file]);
      await ffmpeg(['-i', file, '-c', 'copy', '-f', name, stream]);
      const received = await receive(file, ['-pkt_size', size]);
      assert.equal(received.payloads.length, FRAMES);
      assert.deepEqual(got(received, isSet), sent(stream, isSet));
      assert.ok(received.keyframes[0]);
      assert.ok(received.keyframes.filter(Boolean).length >= 3);
      assert.deepEqual(received.sizes, [640, 360]);
      assert.equal(new Set(received.timestamps).size, FRAMES);
    });
  }
}

test('AAC from ffmpeg: every access unit comes out, at its time', async () => {
  const file = join(folder, 'tone.aac');
  await ffmpeg([...AUDIO, '-c:a', 'aac', '-f', 'adts', file]);
  // From MP4, because ffmpeg describes AAC only where its configuration stands apart.
  const mp4 = join(folder, 'tone.mp4');
  await ffmpeg(['-i', file, '-c', 'copy', mp4]);
  const received = await receive(mp4, []);
  const adts = readFileSync(file);
  const sizes: number[] = [];
  for (let at = 0; at < adts.length; ) {
    const { headerBytes, frameBytes } = parseAdts(adts, at, adts.length) ?? assert.fail('no ADTS');
    sizes.push(frameBytes - headerBytes);
    at += frameBytes;
  }
  // Several travel in one packet; ffmpeg never sends the last, unfinished one.
  const lengths = received.payloads.map(({ length }) => length);
  assert.ok(lengths.length > sizes.length - 10, `${lengths.length} of ${sizes.length}`);
  assert.deepEqual(lengths, sizes.slice(0, lengths.length));
  received.timestamps.forEach((timestamp, index) => {
    assert.equal((timestamp - (received.timestamps[0] ?? 0)) >>> 0, index * 1024);
  });
});

test('G.711 from ffmpeg: every sample comes out', async () => {
  const file = join(folder, 'tone.wav');
  await ffmpeg([...AUDIO, '-ar', '8000', '-c:a', 'pcm_alaw', file]);
  const received = await receive(file, []);
  const samples = Buffer.concat(received.payloads);
  assert.equal(samples.length, 8000);
  assert.ok(readFileSync(file).includes(samples));
});
