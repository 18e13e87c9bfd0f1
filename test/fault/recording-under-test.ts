import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CameraSimulator,
  numberedCameras,
  startCameraSimulator,
} from '@vms/camera-sim/camera-simulator.ts';
import type { EpochMs } from '@vms/common/clock.ts';
import { listRuns, readCamera } from '../system/recorded-frames.ts';
import { RunningSystem } from '../system/running-system.ts';
import { waitFor } from '../system/waiting.ts';
import { compareWithFiles, readLedger } from './acknowledgements.ts';
import { lostBefore } from './coverage.ts';
import { LedgerTail } from './ledger-tail.ts';

/** Milliseconds in which all cameras must be acknowledged again after a fault. */
const RECOVERY_TIMEOUT_MS = 60_000;

/** What a round of faults found; the names are those of the command's last line. */
export interface FaultFindings {
  readonly acknowledgedLost: number;
  readonly unreadableFiles: number;
  /** Milliseconds of picture before a fault that are missing, the worst of all faults and cameras. */
  readonly maxLostMs: number;
  /** One line a finding, for people. */
  readonly details: readonly string[];
}

/** The whole product, recording simulated cameras, with a ledger of what it acknowledges. */
export class RecordingUnderTest {
  readonly system: RunningSystem;
  readonly #simulator: CameraSimulator;
  readonly #directory: string;
  readonly #volume: string;
  readonly #tail: LedgerTail;
  readonly #cameras: readonly string[];
  /** Runs of before the last fault: a writer that leaves still acknowledges some frames of them. */
  #runsBefore: ReadonlySet<string> = new Set();
  readonly #faults: { readonly at: EpochMs; readonly name: string }[] = [];

  private constructor(parts: {
    system: RunningSystem;
    simulator: CameraSimulator;
    directory: string;
    volume: string;
    cameras: readonly string[];
  }) {
    this.system = parts.system;
    this.#simulator = parts.simulator;
    this.#directory = parts.directory;
    this.#volume = parts.volume;
    this.#cameras = parts.cameras;
    this.#tail = new LedgerTail(ledgerIn(parts.directory));
  }

  /** @param volume default: the data directory's own. */
  static async start(cameraCount: number, volume?: string): Promise<RecordingUnderTest> {
    const directory = mkdtempSync(join(tmpdir(), 'vms-fault-'));
    const simulator = await startCameraSimulator({
      cameras: numberedCameras(cameraCount, ['h264', 'h265'], ['aac', undefined, 'pcma']),
    });
    const system = await RunningSystem.start({
      config: {
        storage: {
          ackLedger: ledgerIn(directory),
          ...(volume === undefined ? {} : { volumes: [{ path: volume, minFreeBytes: 0 }] }),
        },
      },
    });
    await system.signIn();
    const cameras: string[] = [];
    for (let i = 0; i < cameraCount; i++) {
      const url = simulator.url(`cam${i}`);
      cameras.push(await system.addCamera({ name: `Camera ${i}`, url }));
    }
    const parts = { system, simulator, directory, volume: volume ?? system.volume, cameras };
    const recording = new RecordingUnderTest(parts);
    await recording.acknowledgedAfter(Date.now());
    return recording;
  }

  /** Notes that a fault begins now. */
  note(name: string): EpochMs {
    this.#runsBefore = new Set([...this.#tail.read().values()].map(({ run }) => run));
    const at = Date.now();
    this.#faults.push({ at, name });
    return at;
  }

  /**
   * Waits until every camera has a frame acknowledged that is younger than `time`, in a run that was
   * begun after the last fault: every fault ends the runs, and only then is the next a fault of its own.
   */
  async acknowledgedAfter(time: EpochMs): Promise<void> {
    await waitFor(
      `acknowledgements after ${new Date(time).toISOString()}\n${this.system.output.slice(-4000)}`,
      () => {
        const latest = this.#tail.read();
        return this.#cameras.every((camera) => {
          const { wallClock = 0, run = '' } = latest.get(camera) ?? {};
          return wallClock > time && !this.#runsBefore.has(run);
        });
      },
      RECOVERY_TIMEOUT_MS,
    );
  }

  /** Stops everything in good order and compares the ledger, the faults and the files. */
  async compare(): Promise<FaultFindings> {
    await this.system.stop();
    const check = this.system.check();
    const ledger = readLedger(ledgerIn(this.#directory));
    if (ledger.length === 0) throw new Error('Nothing was acknowledged: nothing was examined.');
    const compared = compareWithFiles(this.#volume, ledger);
    const details = [...compared.findings];
    if (check.status !== 0) details.push(`vms check finds errors:\n${check.output}`);
    let maxLostMs = 0;
    for (const camera of this.#cameras) {
      const times = readCamera(this.#volume, camera).map((frame) => frame.wallClock);
      for (const fault of this.#faults) {
        const lost = lostBefore(fault.at, times);
        if (lost > maxLostMs) maxLostMs = lost;
        if (lost > 0) details.push(`${fault.name}: ${lost.toFixed(0)} ms of ${camera} before it`);
      }
    }
    const unplayable = listRuns(this.#volume).filter((run) => !plays(join(this.#volume, run)));
    details.push(...unplayable.map((run) => `${run}: ffmpeg cannot read it without an error`));
    return {
      acknowledgedLost: compared.acknowledgedLost,
      unreadableFiles: compared.unreadableFiles + unplayable.length + Number(check.status !== 0),
      maxLostMs: Math.round(maxLostMs),
      details,
    };
  }

  async remove(): Promise<void> {
    await this.system.remove();
    await this.#simulator.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

function ledgerIn(directory: string): string {
  return join(directory, 'acknowledged.jsonl');
}

function plays(file: string): boolean {
  const args = ['-v', 'error', '-i', file, '-map', '0', '-c', 'copy', '-f', 'null', '-'];
  const { status, stderr } = spawnSync('ffmpeg', args, { encoding: 'utf8' });
  return status === 0 && stderr.trim() === '';
}
