import type { LedgerEntry } from '@vms/camera-sim/simulated-camera.ts';
import { type LiveSystem, moveToLoadCore, startLiveSystem } from './live-system.ts';
import { loadClipFile } from './load-clip.ts';
import type { ViewerCount } from './load-viewer.ts';
import { measureMachine, median, voidReason } from './measure.ts';
import { compareWithLedger } from './recorded-loss.ts';
import { LOAD_CORE, TEST_CORE } from './recorder.ts';
import { startViewerLoad, type ViewerLoad } from './viewer-load-process.ts';

export interface ViewersBenchOptions {
  /** Viewers, spread over the cameras. */
  readonly viewers: number;
  readonly cameras: number;
  /** Mbit/s of each camera's picture. */
  readonly megabits: number;
  readonly gopSeconds: number;
  /** Length of what is measured. */
  readonly seconds: number;
  /** One viewer loses one packet on purpose, which the result must show. */
  readonly tamper: boolean;
  /** Gives the last run even where it is void, as in a test beside others. */
  readonly acceptVoid: boolean;
  /** Runs that are made at most, until one counts. */
  readonly attempts: number;
  /** Milliseconds before anything is measured: until viewers have caught up with their camera. */
  readonly settleMs: number;
}

/** What the benchmark prints as its last line, and more for the results file. */
export interface ViewersBenchResult {
  readonly summary: {
    readonly bench: 'viewers';
    readonly viewers: number;
    readonly lostPackets: number;
    readonly usPerPacket: number;
    readonly corePercent: number;
    readonly setupMsPerSession: number;
  };
  readonly load: Readonly<Record<string, number>>;
  readonly run: ViewersRun;
}

/** One run of all viewers. */
interface ViewersRun {
  /** Received by all viewers within the measured time. */
  readonly packets: number;
  readonly lostPackets: number;
  /** Pictures that the cameras sent and a viewer did not get as they were sent. */
  readonly lostPictures: number;
  readonly checkedPictures: number;
  readonly streamCpuMs: number;
  readonly seconds: number;
  readonly setupMsPerSession: number;
  readonly mbitPerViewer: number;
  readonly keyframeBytes: number;
  /** Pictures that the stream service left out since the views were opened, as it counts them. */
  readonly droppedByStream: number;
  /** Why the run says nothing of the product; undefined where it counts. */
  readonly voidBecause: string | undefined;
  readonly loadCoreIdle: number;
  readonly testCoreSoftirq: number;
  readonly steal: number;
  /** Datagrams that overflowed a receive buffer of this machine since the views were opened. */
  readonly udpOverflows: number;
}

const CLIP_SECONDS = 20;
/** Default of settleMs: what is compiled at the start is compiled by then, too. */
export const VIEWERS_SETTLE_MS = 5000;
/** Without a further packet after the last was sent, until everything counts as taken apart. */
const DRAIN_MS = 2000;
const MAX_DRAIN_MS = 20_000;

/** Measures what viewers by WebRTC cost the stream process, and whether they get everything. */
export async function benchViewers(options: ViewersBenchOptions): Promise<ViewersBenchResult> {
  moveToLoadCore();
  const { cameras, gopSeconds, megabits, viewers } = options;
  const clip = await loadClipFile({ megabits, gopSeconds, seconds: CLIP_SECONDS });
  const live = await startLiveSystem(['--cameras', `${cameras}`, '--clip', clip]);
  try {
    const run = await validRun(live, options);
    return {
      summary: {
        bench: 'viewers',
        viewers,
        lostPackets: run.lostPackets,
        usPerPacket: rounded((run.streamCpuMs * 1000) / run.packets),
        corePercent: rounded(run.streamCpuMs / run.seconds / 10),
        setupMsPerSession: rounded(run.setupMsPerSession),
      },
      load: {
        cameras,
        seconds: options.seconds,
        gopSeconds,
        keyframeBytes: run.keyframeBytes,
        syncsPerSecond: 1 / gopSeconds,
        mbitPerViewer: rounded(run.mbitPerViewer),
        packetsPerSecond: Math.round(run.packets / run.seconds),
      },
      run,
    };
  } finally {
    await live.stop();
  }
}

async function validRun(live: LiveSystem, options: ViewersBenchOptions): Promise<ViewersRun> {
  for (let attempt = 1; ; attempt++) {
    await live.simulator.command('/release');
    const load = startViewerLoad();
    const run = await measureRun(live, load, options).finally(() => load.stop());
    const { voidBecause } = run;
    const figures = `${((run.streamCpuMs * 1000) / run.packets).toFixed(2)} µs a packet, ${run.lostPackets} packets lost, ${run.droppedByStream} pictures dropped by the stream service`;
    progress(`${figures}${voidBecause === undefined ? '' : `; void: ${voidBecause}`}`);
    // A void run in which nothing was lost says at least that.
    const isWhole = run.lostPackets === (options.tamper ? 1 : 0);
    if (voidBecause === undefined || (options.acceptVoid && isWhole)) return run;
    if (attempt < options.attempts) continue;
    if (options.acceptVoid) return run;
    throw new Error(`${options.attempts} runs were void, the last because ${voidBecause}.`);
  }
}

async function measureRun(
  live: LiveSystem,
  load: ViewerLoad,
  options: ViewersBenchOptions,
): Promise<ViewersRun> {
  const { cameras, simulator } = live;
  const watched = Array.from({ length: options.viewers }, (_, at) => at % cameras.length);
  const [endSetup, endViews] = [live.measureStream(), measureMachine()];
  const droppedBefore = droppedIn(await live.metrics());
  const views: { url: string; token: string }[] = [];
  for (const at of watched) {
    const session = await live.openSession(cameras[at]?.id ?? '');
    views.push({ url: `${live.system.url}${session.whep_url}`, token: session.token });
  }
  const { packets: setupPackets } = await load.tell({ do: 'connect', views });
  const setupCpuMs = endSetup();
  await delay(options.settleMs);

  const [endCpu, endMachine] = [live.measureStream(), measureMachine()];
  const { packets: before } = await load.tell({ do: 'packets' });
  const startedAt = performance.now();
  if (options.tamper) await load.tell({ do: 'drop' });
  await delay(options.seconds * 1000);
  const [streamCpuMs, machine] = [endCpu(), endMachine()];
  const { packets: after } = await load.tell({ do: 'packets' });
  const seconds = (performance.now() - startedAt) / 1000;

  await simulator.command('/hold');
  await drained(load);
  const { viewers: counts = [] } = await load.tell({ do: 'count' });
  const ledgers: LedgerEntry[][] = [];
  for (const { name } of cameras) ledgers.push(await simulator.ledger(name, 'video', 0));
  const losses = counts.map((count, at) => lossOf(count, ledgers[watched[at] ?? 0] ?? []));
  const packets = after - before;
  const checkedPictures = counts.reduce((sum, { pictures }) => sum + pictures.length, 0);
  if (packets === 0 || checkedPictures === 0)
    throw new Error('The viewers got nothing: no figure.');
  const keyframes = ledgers.flat().filter(({ keyframe }) => keyframe);
  const bytes = counts.reduce((sum, count) => sum + count.bytes, 0);
  const allPackets = counts.reduce((sum, count) => sum + count.packets, 0);
  return {
    packets,
    lostPackets: losses.reduce((sum, { lostPackets }) => sum + lostPackets, 0),
    lostPictures: losses.reduce((sum, { lostPictures }) => sum + lostPictures, 0),
    checkedPictures,
    streamCpuMs,
    seconds,
    // What the packets cost that went out meanwhile is theirs, not the set-up's.
    setupMsPerSession: (setupCpuMs - (setupPackets * streamCpuMs) / packets) / options.viewers,
    mbitPerViewer: ((bytes / allPackets) * packets * 8) / 1e6 / seconds / options.viewers,
    keyframeBytes: Math.round(median(keyframes.map((keyframe) => keyframe.bytes))),
    droppedByStream: droppedIn(await live.metrics()) - droppedBefore,
    voidBecause: voidReason(machine, LOAD_CORE),
    loadCoreIdle: machine.cores.find(({ core }) => core === LOAD_CORE)?.idle ?? 0,
    testCoreSoftirq: machine.cores.find(({ core }) => core === TEST_CORE)?.softirq ?? 0,
    steal: Math.max(...machine.cores.map(({ steal }) => steal)),
    udpOverflows: endViews().udpOverflows,
  };
}

/** Waits until no viewer gets anything any more: a machine that is busy with others delivers late. */
async function drained(load: ViewerLoad): Promise<void> {
  let before = -1;
  for (let waited = 0; waited < MAX_DRAIN_MS; waited += DRAIN_MS) {
    const { packets } = await load.tell({ do: 'packets' });
    if (packets === before) return;
    before = packets;
    await delay(DRAIN_MS);
  }
}

/** Sum of what the stream service counts as dropped for viewers by WebRTC. */
function droppedIn(metrics: string): number {
  const lines = metrics.matchAll(
    /^vms_stream_dropped_frames_total\{transport="webrtc"[^}]*\} (\d+)/gm,
  );
  return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
}

/**
 * Packets that a viewer did not get: gaps between its sequence numbers, or, where more, the pictures
 * that the camera's ledger has and the viewer did not get unchanged; of each a packet at the least was lost.
 */
function lossOf(
  count: ViewerCount,
  ledger: readonly LedgerEntry[],
): { lostPackets: number; lostPictures: number } {
  // It began with the cached keyframe: of the same clip an older one looks alike.
  const from = ledger.length - Math.min(ledger.length, count.pictures.length + SEARCHED_PICTURES);
  const sent = ledger.slice(from);
  const begun = sent.findLastIndex(
    ({ hash }, at) => hash === count.pictures[0] && sent.length - at >= count.pictures.length,
  );
  const { lostFrames, strangeFrames } = compareWithLedger(
    sent.slice(Math.max(0, begun)),
    count.pictures,
  );
  const lostPictures = lostFrames + strangeFrames;
  return { lostPackets: Math.max(count.missingPackets, lostPictures), lostPictures };
}

/** Pictures before the number that a viewer got, among which its first is looked for. */
const SEARCHED_PICTURES = 250;

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const progress = (text: string): void => void process.stderr.write(`${text}\n`);
const rounded = (value: number): number => Number(value.toFixed(2));
