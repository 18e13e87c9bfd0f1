import type { VideoCodec } from '@vms/common/frame.ts';

/** A camera to record, on the simulator. */
export interface BenchCamera {
  readonly name: string;
  readonly url: string;
  readonly codec: VideoCodec;
}

/** Something that records cameras into files: the system under test, or its peer. */
export interface Recorder {
  /** Starts to record; resolves when its processes run. */
  start(cameras: readonly BenchCamera[]): Promise<void>;
  /** Processes whose CPU counts, with their descendants. */
  processIds(): number[];
  /**
   * Waits for what was sent to be in the files.
   * @param newest hashes of the last frames of all cameras, in their order
   */
  drain(cameras: readonly BenchCamera[], newest: readonly (string | undefined)[]): Promise<void>;
  /** Ends in good order; resolves when the files are closed. */
  stop(): Promise<void>;
  /** The files of a camera, oldest first. */
  files(camera: BenchCamera): Promise<string[]>;
}

/** Core that the system under test is pinned to. */
export const TEST_CORE = 0;
/** Core that the load is pinned to. */
export const LOAD_CORE = 1;

/** Command line that runs a command on one core. */
export function pinned(core: number, command: readonly string[]): [string, string[]] {
  return ['taskset', ['--cpu-list', `${core}`, ...command]];
}
