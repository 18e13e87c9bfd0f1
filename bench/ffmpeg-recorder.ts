import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type BenchCamera, pinned, type Recorder, TEST_CORE } from './recorder.ts';

/** Seconds of a segment: longer than a run, so that closing files is no part of it, as with ours. */
const SEGMENT_SECONDS = 3600;

/** Milliseconds for what is under way to be read; the rest is written when it is stopped. */
const DRAIN_MS = 2500;

/** The peer: one ffmpeg a camera, which copies the stream into Matroska segments. */
export function ffmpegRecorder(folder: string): Recorder {
  const children: ChildProcess[] = [];
  const folderOf = (camera: BenchCamera): string => join(folder, camera.name);
  return {
    async start(cameras) {
      await Promise.all(cameras.map((camera) => mkdir(folderOf(camera), { recursive: true })));
      for (const camera of cameras) {
        const [command, args] = pinned(TEST_CORE, [
          ...['ffmpeg', '-nostdin', '-v', 'error', '-rtsp_transport', 'tcp', '-i', camera.url],
          ...['-c', 'copy', '-f', 'segment', '-segment_time', `${SEGMENT_SECONDS}`],
          ...['-segment_format', 'matroska', join(folderOf(camera), '%04d.mkv')],
        ]);
        children.push(spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }));
      }
      await Promise.all(children.map((child) => once(child, 'spawn')));
    },
    processIds: () => children.flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
    drain: () => new Promise((resolve) => setTimeout(resolve, DRAIN_MS)),
    async stop() {
      const running = children.filter(
        ({ exitCode, signalCode }) => (exitCode ?? signalCode) === null,
      );
      const ended = running.map((child) => once(child, 'exit'));
      for (const child of running) child.kill('SIGTERM');
      await Promise.all(ended);
    },
    async files(camera) {
      const names = await readdir(folderOf(camera));
      return names.sort().map((name) => join(folderOf(camera), name));
    },
  };
}
