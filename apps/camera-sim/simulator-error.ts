import { VmsError } from '@vms/common/errors.ts';

/** Every code that the camera simulator raises. */
export const SIMULATOR_ERROR_CODES = [
  /** The clip cannot be read, or holds nothing that can be played. */
  'camera-sim.clip',
  /** An option has a value that is not possible. */
  'camera-sim.option',
  /** No camera of that name. */
  'camera-sim.no-such-camera',
  /** The port is taken. */
  'camera-sim.port-in-use',
] as const;
export type SimulatorErrorCode = (typeof SIMULATOR_ERROR_CODES)[number];

export class SimulatorError extends VmsError<SimulatorErrorCode> {}
