import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_CLIP } from '@vms/camera-sim/clip.ts';
import type { LedgerEntry } from '@vms/camera-sim/simulated-camera.ts';
import type { AudioCodec } from '@vms/common/frame.ts';
import { MAX_BUSY_SHARE } from '@vms/storage/decode-watch/decode-watch.ts';
import { ffmpegRecorder } from './ffmpeg-recorder.ts';
import { loadClipFile } from './load-clip.ts';
import {
  type CpuUse,
  MAX_ATTEMPTS,
  measureCpu,
  measureMachine,
  median,
  voidReason,
} from './measure.ts';
import { compareWithLedger, hashesOf, type Loss } from './recorded-loss.ts';
import { type BenchCamera, LOAD_CORE, type Recorder } from './recorder.ts';
import { type SimulatorProcess, startSimulatorProcess } from './simulator-process.ts';
import { vmsRecorder } from './vms-recorder.ts';

export interface RecordBenchOptions {
  readonly cameras: number;
  /** Length of what is measured, of each run. */
  readonly seconds: number;
  /** Before that, so that what is compiled at the start does not count; of the peer as well. */
  readonly warmUpSeconds: number;
  /** Mbit/s of each camera's picture. */
  readonly megabits: number;
  readonly gopSeconds: number;
  /** Pairs of runs: ours, then the peer. */
  readonly pairs: number;
  /** Drops one frame of the first camera on the wire, which the result must show. */
  readonly tamper: boolean;
  /** Takes void runs too: where only losses count, as in a test beside others. */
  readonly acceptVoid: boolean;
}

/** One run of one recorder. */
interface Run {
  readonly cpu: CpuUse;
  readonly megabits: number;
  readonly cpuMsPerMbit: number;
  readonly lostFrames: number;
  readonly strangeFrames: number;
  readonly sentFrames: number;
  /** Load core's idle share, softirq and steal of the run, told apart from its CPU. */
  readonly loadCoreIdle: number;
  readonly softirq: number;
  readonly steal: number;
}

/** What the benchmark prints as its last line, and more for the results file. */
export interface RecordBenchResult {
  readonly summary: {
    readonly bench: 'record';
    readonly cameras: number;
    readonly mbitPerCamera: number;
    readonly lostFrames: number;
    readonly cpuMsPerMbit: number;
    readonly ffmpegCpuMsPerMbit: number;
    readonly ratio: number;
    readonly rssMb: number;
  };
  readonly load: {
    readonly seconds: number;
    readonly warmUpSeconds: number;
    readonly gopSeconds: number;
    readonly keyframeBytes: number;
    readonly packetsPerWrite: number;
    readonly audio: string;
    readonly decodeWatch: string;
  };
  readonly ours: readonly Run[];
  readonly ffmpeg: readonly Run[];
}

const FRAMES_PER_SECOND = 25;
const CLIP_SECONDS = 20;
/** Sound of the cameras in turn: on some, as in life. */
const AUDIO = 'none,aac,none,pcmu';
const PACKETS_PER_WRITE = 4;
const POLL_MS = 100;
/** A frame is sent within 40 ms, the time until the next. */
const SETTLE_MS = 200;
const START_TIMEOUT_MS = 60_000;

/** Measures recording: CPU of our processes per Mbit, against one ffmpeg a camera. */
export async function benchRecord(options: RecordBenchOptions): Promise<RecordBenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'vms-bench-'));
  const clip = await describeClip(folder, options);
  const simulator = await startSimulatorProcess([
    ...['--cameras', `${options.cameras}`, '--clip', clip, '--audio', AUDIO],
    ...['--packets-per-write', `${PACKETS_PER_WRITE}`],
  ]);
  const ours: Run[] = [];
  const ffmpeg: Run[] = [];
  try {
    for (let pair = 0; pair < options.pairs; pair++) {
      const at = (name: string): string => join(folder, `${name}-${pair}`);
      ours.push(await validRun('ours', simulator, (n) => vmsRecorder(at(`vms-${n}`)), options));
      const plain = { ...options, tamper: false };
      ffmpeg.push(
        await validRun('ffmpeg', simulator, (n) => ffmpegRecorder(at(`ffmpeg-${n}`)), plain),
      );
    }
    return summarize(options, await keyframeBytes(simulator), ours, ffmpeg);
  } finally {
    await simulator.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A clip of the wanted bitrate with the sound of the demo clip. */
async function describeClip(folder: string, options: RecordBenchOptions): Promise<string> {
  const { megabits, gopSeconds } = options;
  const picture = await loadClipFile({ megabits, gopSeconds, seconds: CLIP_SECONDS });
  const sound = (codec: AudioCodec, sampleRate: number) => ({
    file: join(DEMO_CLIP, '..', `demo.${codec}`),
    sampleRate,
    channels: 1,
  });
  const file = join(folder, 'clip.json');
  const audio = { aac: sound('aac', 16_000), pcmu: sound('pcmu', 8000) };
  await writeFile(
    file,
    JSON.stringify({ framesPerSecond: FRAMES_PER_SECOND, video: { h264: picture }, audio }),
  );
  return file;
}

/** Repeats a run whose circumstances make it void. */
async function validRun(
  name: string,
  simulator: SimulatorProcess,
  create: (attempt: number) => Recorder,
  options: RecordBenchOptions,
): Promise<Run> {
  for (let attempt = 1; ; attempt++) {
    const { run, reason } = await measureRun(simulator, create(attempt), options);
    const figures = `${run.cpuMsPerMbit.toFixed(3)} ms/Mbit, ${run.lostFrames} of ${run.sentFrames} frames lost`;
    if (name === 'ours') progress(describeCpu(run));
    progress(`${name}: ${figures}${reason === undefined ? '' : `; void: ${reason}`}`);
    if (reason === undefined || options.acceptVoid) return run;
    if (attempt === MAX_ATTEMPTS) {
      throw new Error(`${MAX_ATTEMPTS} runs of ${name} were void, the last because ${reason}.`);
    }
  }
}

/** `ingest 0.61, storage 0.05, writer 0.42 ms/Mbit`. */
function describeCpu({ cpu, megabits }: Run): string {
  const parts = cpu.processes.map(({ name, userMs, systemMs, endedChildrenMs }) => {
    return `${name} ${((userMs + systemMs + endedChildrenMs) / megabits).toFixed(3)}`;
  });
  return `  ${parts.join(', ')} ms/Mbit`;
}

async function measureRun(
  simulator: SimulatorProcess,
  recorder: Recorder,
  options: RecordBenchOptions,
): Promise<{ run: Run; reason: string | undefined }> {
  const cameras: BenchCamera[] = simulator.cameras.map((camera) => ({ ...camera, codec: 'h264' }));
  const since = await sentFrames(simulator);
  await simulator.command('/release');
  await recorder.start(cameras);
  try {
    const warmUpFrames = FRAMES_PER_SECOND * options.warmUpSeconds;
    await waitUntil('every camera has sent its warm-up', async () => {
      const sent = await sentFrames(simulator);
      return sent.every((count, index) => count >= (since[index] ?? 0) + warmUpFrames);
    });
    const [from, endCpu, endMachine] = [
      Date.now(),
      measureCpu(recorder.processIds()),
      measureMachine(),
    ];
    if (options.tamper) await simulator.command(`/fault/drop-frame?camera=${cameras[0]?.name}`);
    const begun = await sentFrames(simulator);
    await delay(options.seconds * 1000);
    // Where the machine is too busy to send, the tampered frame must still have had its turn.
    await waitUntil('every camera has sent another second', async () => {
      const sent = await sentFrames(simulator);
      return sent.every((count, index) => count >= (begun[index] ?? 0) + FRAMES_PER_SECOND);
    });
    const [cpu, machine, to] = [endCpu(), endMachine(), Date.now()];
    await simulator.command('/hold');
    await allHaveSent(simulator);
    const ledgers = await readLedgers(simulator, cameras, since);
    await recorder.drain(
      cameras,
      ledgers.map((ledger) => ledger.at(-1)?.hash),
    );
    await simulator.command('/close');
    await recorder.stop();
    const losses = await Promise.all(
      cameras.map((camera, i) => lossOf(recorder, camera, ledgers[i] ?? [])),
    );
    const sound = await readSound(simulator, cameras);
    const bytes = [...ledgers.flat(), ...sound]
      .filter(({ sentAt }) => sentAt >= from && sentAt < to)
      .reduce((sum, entry) => sum + entry.bytes, 0);
    const megabits = (bytes * 8) / 1e6;
    const total = (key: keyof Loss): number => losses.reduce((sum, loss) => sum + loss[key], 0);
    if (megabits === 0 || total('sentFrames') === 0)
      throw new Error('Nothing was sent: no figure.');
    const load = machine.cores.find(({ core }) => core === LOAD_CORE);
    const run: Run = {
      cpu,
      megabits,
      cpuMsPerMbit: cpu.totalMs / megabits,
      lostFrames: total('lostFrames'),
      strangeFrames: total('strangeFrames'),
      sentFrames: total('sentFrames'),
      loadCoreIdle: load?.idle ?? 0,
      softirq: machine.cores.reduce((sum, core) => sum + core.softirq, 0),
      steal: Math.max(...machine.cores.map((core) => core.steal)),
    };
    return { run, reason: voidReason(machine, LOAD_CORE) };
  } finally {
    await recorder.stop();
  }
}

async function lossOf(
  recorder: Recorder,
  camera: BenchCamera,
  sent: readonly LedgerEntry[],
): Promise<Loss> {
  const recorded = await hashesOf(await recorder.files(camera), camera.codec);
  if (recorded.length === 0) throw new Error(`Nothing was recorded of ${camera.name}.`);
  return compareWithLedger(sent, recorded);
}

async function sentFrames(simulator: SimulatorProcess): Promise<number[]> {
  const status = await simulator.status();
  return status.map(({ tracks }) => tracks.find(({ kind }) => kind === 'video')?.sentFrames ?? 0);
}

/** Frames that were half out when the cameras were held are sent to their end, and are in the ledger only then. */
async function allHaveSent(simulator: SimulatorProcess): Promise<void> {
  let before = await sentFrames(simulator);
  await waitUntil('cameras that are held send no more', async () => {
    await delay(SETTLE_MS);
    const sent = await sentFrames(simulator);
    const isSettled = sent.every((count, index) => count === before[index]);
    before = sent;
    return isSettled;
  });
}

async function readLedgers(
  simulator: SimulatorProcess,
  cameras: readonly BenchCamera[],
  since: readonly number[],
): Promise<LedgerEntry[][]> {
  const ledgers: LedgerEntry[][] = [];
  for (const [index, { name }] of cameras.entries()) {
    ledgers.push(await simulator.ledger(name, 'video', since[index] ?? 0));
  }
  return ledgers;
}

async function readSound(
  simulator: SimulatorProcess,
  cameras: readonly BenchCamera[],
): Promise<LedgerEntry[]> {
  const sound: LedgerEntry[] = [];
  for (const { name } of cameras) sound.push(...(await simulator.ledger(name, 'audio', 0)));
  return sound;
}

async function keyframeBytes(simulator: SimulatorProcess): Promise<number> {
  const entries = await simulator.ledger(simulator.cameras[0]?.name ?? '', 'video', 0);
  return Math.round(median(entries.filter(({ keyframe }) => keyframe).map(({ bytes }) => bytes)));
}

function summarize(
  options: RecordBenchOptions,
  keyframe: number,
  ours: readonly Run[],
  ffmpeg: readonly Run[],
): RecordBenchResult {
  const cpuMsPerMbit = median(ours.map((run) => run.cpuMsPerMbit));
  const ffmpegCpuMsPerMbit = median(ffmpeg.map((run) => run.cpuMsPerMbit));
  const perCamera = ours.map((run) => run.megabits / options.cameras / options.seconds);
  const rss = Math.max(...ours.map((run) => run.cpu.residentBytes));
  return {
    summary: {
      bench: 'record',
      cameras: options.cameras,
      mbitPerCamera: rounded(median(perCamera), 2),
      // A frame that was never sent in its place is as wrong as one that is missing.
      lostFrames: ours.reduce((sum, run) => sum + run.lostFrames + run.strangeFrames, 0),
      cpuMsPerMbit: rounded(cpuMsPerMbit, 3),
      ffmpegCpuMsPerMbit: rounded(ffmpegCpuMsPerMbit, 3),
      ratio: rounded(cpuMsPerMbit / ffmpegCpuMsPerMbit, 3),
      rssMb: Math.round(rss / 1024 ** 2),
    },
    load: {
      seconds: options.seconds,
      warmUpSeconds: options.warmUpSeconds,
      gopSeconds: options.gopSeconds,
      keyframeBytes: keyframe,
      packetsPerWrite: PACKETS_PER_WRITE,
      audio: AUDIO,
      decodeWatch: `off, which takes at most ${MAX_BUSY_SHARE * 100} % of a core`,
    },
    ours,
    // Twenty processes that are all alike say nothing one by one.
    ffmpeg: ffmpeg.map((run) => ({ ...run, cpu: { ...run.cpu, processes: [] } })),
  };
}

async function waitUntil(what: string, condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error(`Waited ${START_TIMEOUT_MS / 1000} s in vain until ${what}.`);
    }
    await delay(POLL_MS);
  }
}

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const progress = (text: string): void => void process.stderr.write(`${text}\n`);

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
