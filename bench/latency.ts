import { launchBrowser } from '../test/system/browser.ts';
import {
  countOf,
  type Histogram,
  histogramQuantile,
  readHistogram,
  subtractHistogram,
} from './histogram.ts';
import { matchLatency } from './latency-match.ts';
import { type FirstFrame, LatencyPage, type ShownFrame } from './latency-page.ts';
import { type LiveSystem, moveToLoadCore, startLiveSystem } from './live-system.ts';
import { measureMachine, quantile, voidReason } from './measure.ts';
import { LOAD_CORE } from './recorder.ts';

export interface LatencyBenchOptions {
  /** Pictures that are timed, at 25 a second. */
  readonly samples: number;
  /** Live views that are opened for the time to the first picture. */
  readonly connects: number;
  /** Drops one picture on the wire, which the result must show as missing. */
  readonly tamper: boolean;
  /** Gives the last run even where it is void, as in a test beside others. */
  readonly acceptVoid: boolean;
  /** Runs that are made at most, until one counts. */
  readonly attempts: number;
  /** Milliseconds before anything is measured: until the burst of cached pictures is over. */
  readonly settleMs: number;
}

/** What the benchmark prints as its last line, and more for the results file. */
export interface LatencyBenchResult {
  readonly summary: {
    readonly bench: 'latency';
    readonly samples: number;
    readonly wireToScreenP50Ms: number;
    readonly wireToScreenP95Ms: number;
    readonly serverAddedP95Ms: number;
    readonly firstFrameP95Ms: number;
  };
  readonly load: Readonly<Record<string, number | string>>;
  readonly steady: SteadyRun;
  readonly connects: readonly FirstFrame[];
}

/** One stretch of watching. */
interface SteadyRun {
  readonly samples: number;
  readonly wireToScreenP50Ms: number;
  readonly wireToScreenP95Ms: number;
  readonly wireToScreenMaxMs: number;
  readonly serverAddedP50Ms: number;
  readonly serverAddedP95Ms: number;
  readonly serverAddedSamples: number;
  /** Sent and never shown: indexes in the ledger. A browser that is short of time leaves some out. */
  readonly missingFrames: readonly number[];
  /** Indexes of the first and the last picture that was shown. */
  readonly firstShown: number;
  readonly lastShown: number;
  /** Of a tampered run: the indexes among which the picture is that was dropped. */
  readonly tampered: { readonly from: number; readonly to: number } | undefined;
  readonly unreadableFrames: number;
  /** Why the run says nothing of the product; undefined where it counts. */
  readonly voidBecause: string | undefined;
  readonly loadCoreIdle: number;
  readonly steal: number;
}

const FRAMES_PER_SECOND = 25;
/** Of the demo clip. */
const CLIP_FRAMES = 600;
/** Default of settleMs: the browser has settled by then, too. */
export const LATENCY_SETTLE_MS = 3000;
/** Share beyond those asked for: some may not be readable. */
const SPARE_SHARE = 0.2;
/** Pictures before one is dropped on purpose: some of them may not be readable. */
const FIRST_SHOWN = 5;
const TAKE_INTERVAL_MS = 1000;
/** How many times as long as it should take is waited for the samples. */
const PATIENCE = 3;
/** From one live view to the next; no multiple of the group of pictures, so that phases differ. */
const CONNECT_INTERVAL_MS = 730;

/** Measures from the camera's socket to the screen of headless Chromium. */
export async function benchLatency(options: LatencyBenchOptions): Promise<LatencyBenchResult> {
  moveToLoadCore();
  const live = await startLiveSystem(['--demo']);
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({
      bypassCSP: true,
      viewport: { width: 1300, height: 760 },
    });
    const { password, url } = live.system;
    const page = await LatencyPage.open(await context.newPage(), url, password);
    const camera = live.cameras[0]?.id ?? '';
    const steady = await validRun(live, page, camera, options);
    const connects: FirstFrame[] = [];
    while (connects.length < options.connects) {
      connects.push(await page.connect(camera));
      await page.close();
      await delay(CONNECT_INTERVAL_MS);
    }
    return summarize(options, steady, connects);
  } finally {
    await browser.close();
    await live.stop();
  }
}

async function validRun(
  live: LiveSystem,
  page: LatencyPage,
  camera: string,
  options: LatencyBenchOptions,
): Promise<SteadyRun> {
  for (let attempt = 1; ; attempt++) {
    const run = await steadyRun(live, page, camera, options);
    const reason = run.voidBecause;
    const figures = `${run.samples} pictures, wire to screen P50 ${run.wireToScreenP50Ms} ms, P95 ${run.wireToScreenP95Ms} ms, ${run.missingFrames.length} missing`;
    progress(`${figures}${reason === undefined ? '' : `; void: ${reason}`}`);
    if (reason === undefined) return run;
    const isLast = attempt === options.attempts;
    if (options.acceptVoid && (isLast || run.samples >= options.samples / 2)) return run;
    if (isLast) throw new Error(`${options.attempts} runs were void, the last because ${reason}.`);
  }
}

async function steadyRun(
  live: LiveSystem,
  page: LatencyPage,
  camera: string,
  options: LatencyBenchOptions,
): Promise<SteadyRun> {
  const { simulator } = live;
  const name = live.cameras[0]?.name ?? '';
  await page.connect(camera);
  await delay(options.settleMs);
  await page.take();
  const [before, endMachine] = [await serverAdded(live), measureMachine()];
  const shown: ShownFrame[] = [];
  const giveUpAt = Date.now() + (options.samples * PATIENCE * 1000) / FRAMES_PER_SECOND;
  const take = async (): Promise<void> => {
    await delay(TAKE_INTERVAL_MS);
    shown.push(...(await page.take()));
  };
  // A picture can only be missed behind one that was shown.
  while (shown.length < FIRST_SHOWN && Date.now() < giveUpAt) await take();
  const tampered = options.tamper ? await dropNextFrame(live) : undefined;
  while (shown.length < options.samples * (1 + SPARE_SHARE) && Date.now() < giveUpAt) {
    await take();
  }
  const [machine, after] = [endMachine(), await serverAdded(live)];
  await page.close();
  const ledger = await simulator.ledger(name, 'video', 0);
  const { firstShown, lastShown, latencies, missing, unreadable } = matchLatency(
    ledger,
    shown,
    CLIP_FRAMES,
  );
  const voidBecause = voidReason(machine, LOAD_CORE);
  // A browser without time leaves pictures out: that makes a run void, and says nothing of the product.
  const isExcused = options.acceptVoid && voidBecause !== undefined && latencies.length > 0;
  // Beside others a browser leaves out some in runs that count, too.
  const wanted = options.acceptVoid ? options.samples / 2 : options.samples;
  if (latencies.length < wanted && !isExcused) {
    throw new Error(`Only ${latencies.length} of ${options.samples} pictures could be timed.`);
  }
  const added = subtractHistogram(after, before);
  if (countOf(added) === 0) throw new Error('The stream service counted no picture.');
  const run: SteadyRun = {
    samples: latencies.length,
    wireToScreenP50Ms: rounded(quantile(latencies, 0.5)),
    wireToScreenP95Ms: rounded(quantile(latencies, 0.95)),
    wireToScreenMaxMs: rounded(Math.max(...latencies)),
    serverAddedP50Ms: rounded(histogramQuantile(added, 0.5)),
    serverAddedP95Ms: rounded(histogramQuantile(added, 0.95)),
    serverAddedSamples: countOf(added),
    missingFrames: missing,
    firstShown,
    lastShown,
    tampered,
    unreadableFrames: unreadable,
    voidBecause,
    loadCoreIdle: machine.cores.find(({ core }) => core === LOAD_CORE)?.idle ?? 0,
    steal: Math.max(...machine.cores.map(({ steal }) => steal)),
  };
  return run;
}

/**
 * Has the next picture that is begun dropped. The order takes its time on a busy machine, and a picture
 * that was half out when it came is whole.
 */
async function dropNextFrame({ cameras, simulator }: LiveSystem): Promise<SteadyRun['tampered']> {
  const name = cameras[0]?.name ?? '';
  const newest = async (): Promise<number> =>
    (await simulator.ledger(name, 'video', 0)).at(-1)?.index ?? 0;
  const from = (await newest()) + 1;
  await simulator.command(`/fault/drop-frame?camera=${name}`);
  return { from, to: (await newest()) + 2 };
}

async function serverAdded(live: LiveSystem): Promise<Histogram> {
  return readHistogram(await live.metrics(), 'vms_stream_server_added_ms', 'transport="webrtc"');
}

function summarize(
  options: LatencyBenchOptions,
  steady: SteadyRun,
  connects: readonly FirstFrame[],
): LatencyBenchResult {
  const { samples, serverAddedP95Ms, wireToScreenP50Ms, wireToScreenP95Ms } = steady;
  const fromSession = connects.map((connect) => connect.fromSession);
  const fromOffer = connects.map((connect) => connect.fromOffer);
  return {
    summary: {
      bench: 'latency',
      samples,
      wireToScreenP50Ms,
      wireToScreenP95Ms,
      serverAddedP95Ms,
      // The stricter of the two: from the first POST, of the session, not from that of the offer.
      firstFrameP95Ms: rounded(quantile(fromSession, 0.95)),
    },
    load: {
      cameras: 1,
      framesPerSecond: FRAMES_PER_SECOND,
      gopSeconds: 2,
      clip: 'demo, 1280 × 720',
      connects: options.connects,
      firstFrameP50Ms: rounded(quantile(fromSession, 0.5)),
      firstFrameFromOfferP95Ms: rounded(quantile(fromOffer, 0.95)),
    },
    steady,
    connects,
  };
}

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const progress = (text: string): void => void process.stderr.write(`${text}\n`);
const rounded = (value: number): number => Number(value.toFixed(2));
