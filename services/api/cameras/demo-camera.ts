import { DEMO_MAX_BYTES } from '../bounds.ts';
import type { CameraStore } from './camera-store.ts';
import { parseCameraUrl } from './camera-url.ts';

export interface DemoCameraOptions {
  readonly cameras: CameraStore;
  readonly demo: { readonly url: string } | undefined;
  /** Whether this is the first start with a new database. */
  readonly isNew: boolean;
  readonly retentionDays: number;
}

/**
 * The demo camera comes with a new database, and only then: once deleted it never returns. Later
 * starts only tell an existing one where its simulator listens now.
 */
export async function setUpDemoCamera(options: DemoCameraOptions): Promise<void> {
  const { cameras, demo, isNew, retentionDays } = options;
  if (demo === undefined) return;
  const { url } = parseCameraUrl(demo.url);
  const existing = await cameras.demo();
  if (existing !== undefined) {
    if (existing.url !== url) await cameras.change(existing.id, () => ({ url }));
  } else if (isNew) {
    await cameras.create({
      name: 'Demo',
      url,
      username: '',
      password: '',
      retentionDays,
      maxBytes: DEMO_MAX_BYTES,
      demo: true,
    });
  }
}
