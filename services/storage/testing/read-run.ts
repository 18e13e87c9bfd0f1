import { FragmentHasher, hashClosing } from '@vms/format/hash-chain.ts';
import {
  type ClosingLine,
  type FragmentLine,
  LINE_BYTES,
  parseIndexHeader,
  parseIndexLine,
} from '@vms/format/index-line.ts';
import { indexPathOf } from '@vms/format/paths.ts';
import { hex, parseRunHeader, type RunIdentity } from '@vms/format/run-header.ts';
import { parseCluster } from '@vms/media/matroska/demuxer.ts';
import type { MemoryDisk } from '../disk/memory-disk.ts';

/** A run, read and verified byte by byte: every claim of the index is checked against the file. */
export interface ReadRun {
  readonly identity: RunIdentity;
  readonly fragments: readonly FragmentLine[];
  readonly closing: ClosingLine | undefined;
  /** Presentation times as wall clock, 100 µs, in file order, with track and keyframe flag. */
  readonly frames: readonly { time: number; track: number; keyframe: boolean; bytes: number }[];
}

/** @throws Error that names the first claim which does not hold. */
export function readRun(disk: MemoryDisk, path: string): ReadRun {
  const file = disk.content(path);
  const index = disk.content(indexPathOf(path));
  const { run, layout, hash: first, index: expected } = parseRunHeader(file);
  const header = parseIndexHeader(index);
  if (header === undefined) throw new Error('the index has no header');
  const {
    format: _format,
    version: _version,
    ...told
  } = header.header as typeof expected & {
    format: string;
    version: number;
  };
  same(JSON.stringify(told), JSON.stringify(expected), 'index header');
  const fragments: FragmentLine[] = [];
  const frames: ReadRun['frames'][number][] = [];
  let closing: ClosingLine | undefined;
  let hash = first;
  let offset = layout.headerBytes;
  const hasher = new FragmentHasher();
  const hasVideo = run.tracks.some(({ kind }) => kind === 'video');
  for (let at = header.bytes; at < index.length; at += LINE_BYTES) {
    const line = parseIndexLine(index, at);
    if (line === undefined) throw new Error(`line at ${at} is torn`);
    if (closing !== undefined) throw new Error('a line follows the closing line');
    if (line.kind === 'closing') {
      closing = line;
      continue;
    }
    same(line.offset, offset, 'offset');
    const cluster = parseCluster(file, line.offset);
    same(cluster.end, line.offset + line.length, 'length');
    same(cluster.blocks.length, line.frames, 'frames');
    hasher.begin(hash);
    for (const block of cluster.blocks) {
      const config = run.tracks[block.track - 1];
      if (config === undefined) throw new Error(`track ${block.track} is not declared`);
      const time = Math.round(run.dateUtc * 10) + cluster.timestamp + block.relative;
      hasher.add({ codec: config.codec, keyframe: block.keyframe, time, payload: block.payload });
      frames.push({
        time,
        track: block.track,
        keyframe: block.keyframe,
        bytes: block.payload.length,
      });
    }
    hash = hasher.digest();
    same(line.hash, hex(hash), 'hash');
    const head = cluster.blocks[0];
    const leads = run.tracks[(head?.track ?? 0) - 1]?.kind === 'video' || !hasVideo;
    same(line.keyframe, leads && head?.keyframe === true, 'keyframe flag');
    fragments.push(line);
    offset = cluster.end;
  }
  if (closing !== undefined) {
    same(closing.offset, offset, 'closing offset');
    same(closing.offset + closing.length, file.length, 'file length');
    same(closing.fragments, fragments.length, 'fragments');
    same(closing.frames, frames.length, 'frames of the run');
    const sealed = hashClosing(hash, file.subarray(0, layout.headerBytes), file.subarray(offset));
    same(closing.hash, hex(sealed), 'closing hash');
  }
  return { identity: run, fragments, closing, frames };
}

function same(told: unknown, found: unknown, what: string): void {
  if (told !== found) throw new Error(`${what}: the index says ${told}, the file has ${found}`);
}
