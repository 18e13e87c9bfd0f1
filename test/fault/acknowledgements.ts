import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FragmentHasher } from '@vms/format/hash-chain.ts';
import { hex, parseRunHeader } from '@vms/format/run-header.ts';
import { parseCluster } from '@vms/media/matroska/demuxer.ts';
import { ELEMENT } from '@vms/media/matroska/elements.ts';

/** The furthest acknowledgement of one run, as the writer's ledger tells it. */
export interface RunAcknowledgement {
  /** Path of the run below the volume. */
  readonly path: string;
  readonly camera: string;
  readonly frames: number;
  readonly fragments: number;
  /** Hash of the last acknowledged fragment, hexadecimal. */
  readonly hash: string;
}

export interface AcknowledgedLoss {
  /** Frames that were acknowledged and are not in the files. */
  readonly acknowledgedLost: number;
  /** Runs that hold something acknowledged and cannot be read. */
  readonly unreadableFiles: number;
  readonly examinedRuns: number;
  /** One line a finding. */
  readonly findings: readonly string[];
}

/**
 * Reads a ledger (JSON lines; the last may be torn by the kill) into the furthest acknowledgement of
 * every run.
 */
export function readLedger(path: string): RunAcknowledgement[] {
  const furthest = new Map<string, RunAcknowledgement>();
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
    if (line === '') continue;
    const entry = JSON.parse(line) as RunAcknowledgement;
    if ((furthest.get(entry.path)?.frames ?? -1) < entry.frames) furthest.set(entry.path, entry);
  }
  return [...furthest.values()];
}

/**
 * Compares what was acknowledged with what the files hold. Everything is counted from the bytes of
 * the recordings: each fragment's hash is computed again, and must be the one that was acknowledged.
 */
export function compareWithFiles(
  volume: string,
  ledger: readonly RunAcknowledgement[],
): AcknowledgedLoss {
  let acknowledgedLost = 0;
  let unreadableFiles = 0;
  const findings: string[] = [];
  for (const acknowledged of ledger) {
    try {
      const held = readUpTo(volume, acknowledged);
      if (held.frames < acknowledged.frames) {
        acknowledgedLost += acknowledged.frames - held.frames;
        findings.push(
          `${acknowledged.path}: ${acknowledged.frames} frames acknowledged, ${held.frames} held`,
        );
      } else if (held.hash !== acknowledged.hash) {
        acknowledgedLost += acknowledged.frames;
        findings.push(`${acknowledged.path}: the bytes are not those that were acknowledged`);
      }
    } catch (error) {
      unreadableFiles++;
      acknowledgedLost += acknowledged.frames;
      findings.push(`${acknowledged.path}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return { acknowledgedLost, unreadableFiles, examinedRuns: ledger.length, findings };
}

/** Frames, and the hash of the last fragment, of a run up to its n-th fragment. */
function readUpTo(
  volume: string,
  { path, fragments }: RunAcknowledgement,
): { frames: number; hash: string } {
  const file = readFileSync(join(volume, path));
  const { run, layout, hash: first } = parseRunHeader(file);
  const hasher = new FragmentHasher();
  let hash: Uint8Array = first;
  let frames = 0;
  let offset = layout.headerBytes;
  for (let n = 0; n < fragments && isCluster(file, offset); n++) {
    const cluster = parseCluster(file, offset);
    hasher.begin(hash);
    for (const block of cluster.blocks) {
      const config = run.tracks[block.track - 1];
      if (config === undefined) throw new Error(`a block of track ${block.track}`);
      const time = Math.round(run.dateUtc * 10) + cluster.timestamp + block.relative;
      const { keyframe, payload } = block;
      hasher.add({ codec: config.codec, keyframe, time, payload });
    }
    hash = hasher.digest();
    frames += cluster.blocks.length;
    offset = cluster.end;
  }
  return { frames, hash: hex(hash) };
}

function isCluster(file: Buffer, offset: number): boolean {
  return offset + 4 <= file.length && file.readUInt32BE(offset) === ELEMENT.Cluster;
}
