import { ManualClock } from '@vms/common/manual-clock.ts';
import { IngestError } from '../ingest-error.ts';
import { type Script, ScriptedCamera } from './scripted-camera.ts';
import { SessionRecorder } from './session-recorder.ts';

/** Ends a session from outside, as the worker does. */
export const STOP = new IngestError('ingest.connection-lost', 'The test has seen enough.');

/** Runs a test against a scripted camera, and closes both whatever happens. */
export async function withCamera(
  script: Script,
  body: (camera: ScriptedCamera, recorder: SessionRecorder, clock: ManualClock) => Promise<void>,
  options: { port?: number; tls?: { key: string; cert: string } } = {},
): Promise<void> {
  const camera = await ScriptedCamera.start(script, options);
  const clock = new ManualClock();
  const recorder = new SessionRecorder(clock);
  try {
    await body(camera, recorder, clock);
  } finally {
    recorder.session.stop(STOP);
    await camera.stop();
  }
}
