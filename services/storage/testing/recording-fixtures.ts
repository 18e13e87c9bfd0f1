import { LINE_BYTES } from '@vms/format/index-line.ts';
import { indexPathOf } from '@vms/format/paths.ts';
import type { MemoryDisk } from '../disk/memory-disk.ts';
import { clipFrames } from './clip-frames.ts';
import { MAIN, VOLUME, WriterBench } from './writer-bench.ts';

/** Bytes of the last fragment that the `killed` fixture lacks. */
const TORN_BYTES = 100;

/** Content of a fixture by path below its folder. */
export type Fixture = ReadonlyMap<string, Buffer>;

/**
 * The volumes under test/fixtures/recording-format, always the same bytes:
 * - `closed`: two runs of one camera, video and audio, the second chained from the first;
 * - `killed`: one run whose writer was killed: no closing line, last fragment and last line torn;
 * - `newer`: one run of a format that this version does not know.
 *
 * Golden: these bytes may change only together with FORMAT_VERSION, or where a change adds what old
 * readers may ignore; then `node scripts/make-recording-fixtures.ts` writes them again.
 */
export async function recordingFixtures(): Promise<ReadonlyMap<string, Fixture>> {
  const closed = await record({ stop: true });
  const killed = await record({ stop: false });
  const newer = new Map<string, Buffer>();
  for (const [path, bytes] of closed) {
    if (path === 'volume.json') newer.set(path, bytes);
    if (!path.includes('2026-01-02')) continue;
    const text = bytes.toString('latin1').replace('"version":1', '"version":2');
    newer.set(path, path.endsWith('.jsonl') ? Buffer.from(text, 'latin1') : bytes);
  }
  return new Map([
    ['closed', closed],
    ['killed', killed],
    ['newer', newer],
  ]);
}

async function record(options: { readonly stop: boolean }): Promise<Fixture> {
  const bench = new WriterBench();
  bench.writer.assign([MAIN]);
  await bench.play(clipFrames({ count: 25, audio: true }));
  if (options.stop) {
    const start = Date.UTC(2026, 0, 3);
    await bench.play(clipFrames({ count: 15, start, discontinuity: true, sequence: 75 }));
    await bench.writer.stop();
  } else {
    tear(bench.disk, `${VOLUME}/${bench.runs()[0]}`);
  }
  return new Map(
    [...bench.disk.files.keys()].map((path) => [
      path.slice(VOLUME.length + 1),
      bench.disk.content(path),
    ]),
  );
}

function tear(disk: MemoryDisk, path: string): void {
  const run = disk.content(path);
  const index = disk.content(indexPathOf(path));
  disk.put(path, run.subarray(0, run.length - TORN_BYTES));
  disk.put(indexPathOf(path), index.subarray(0, index.length - LINE_BYTES / 2));
}
