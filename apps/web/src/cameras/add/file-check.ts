import { api } from '../../api/client.ts';
import type { Advice, Camera, CameraInput, CameraTest } from '../../api/types.ts';
import { sendsH265 } from '../h265.ts';
import { type FileCamera, inputOfLine } from './file-model.ts';
import { inputOfSearch, streamOf } from './find-model.ts';

/** How far a line is. */
export interface LineCheck {
  readonly state: 'testing' | 'good' | 'bad' | 'added';
  /** Adds the camera; only of a line that works. */
  readonly input?: CameraInput;
  /** Of a line that does not work: the outcome of a search. */
  readonly outcome?: string;
  /** Of a line that does not work: the camera's state. */
  readonly test?: CameraTest;
  readonly problem?: unknown;
  readonly advice?: readonly Advice[];
  /** Whether the main stream is H.265, which not every browser plays. */
  readonly h265?: boolean;
}

/** Tests a line as the forms do: by a search, or by its full address. A refusal is an answer too. */
export async function testLine(camera: FileCamera, signal: AbortSignal): Promise<LineCheck> {
  try {
    return await (camera.address === undefined
      ? testAddress(camera, signal)
      : search(camera, camera.address, signal));
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return { state: 'bad', problem: thrown };
  }
}

export function addLine(input: CameraInput): Promise<Camera> {
  return api.addCamera(input);
}

async function search(
  camera: FileCamera,
  address: string,
  signal: AbortSignal,
): Promise<LineCheck> {
  const { username, password } = camera;
  const found = await api.findCamera({ address, username, password }, signal);
  if (found.streams.length === 0) return { state: 'bad', outcome: found.outcome };
  const main = streamOf(found, 'main')?.test ?? found.streams[0]?.test;
  if (main !== undefined && main.state !== 'online') return { state: 'bad', test: main };
  const advice = found.streams.flatMap((stream) => stream.test.advice ?? []);
  const input = { ...inputOfSearch(camera.name, found, camera), ...camera.recording };
  return { state: 'good', input, advice, h265: main !== undefined && sendsH265(main) };
}

async function testAddress(camera: FileCamera, signal: AbortSignal): Promise<LineCheck> {
  const { url, username, password } = camera;
  const test = await api.testCamera({ url, username, password }, signal);
  if (test.state !== 'online') return { state: 'bad', test };
  const advice = test.advice ?? [];
  return { state: 'good', input: inputOfLine(camera), advice, h265: sendsH265(test) };
}
