import type { EpochMs } from '@vms/common/clock.ts';
import { api } from '../api/client.ts';
import { copyPicture, type Screen } from '../live/live-view.tsx';

/** `Gate-2026-11-20-14-03-22.jpg`: without what file systems refuse. */
export function snapshotName(camera: string, localTime: string): string {
  const plain = (text: string): string =>
    text
      .replace(/[^\p{L}\p{N}._-]+/gu, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 80);
  return `${plain(camera) || 'camera'}-${plain(localTime)}.jpg`;
}

/** The picture that a screen shows, as JPEG. Undefined where it shows none. */
async function pictureOf(screen: Screen): Promise<Blob | undefined> {
  const canvas = document.createElement('canvas');
  if (!copyPicture(screen, canvas)) return undefined;
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/jpeg', 0.92);
  });
  return blob ?? undefined;
}

/** A picture to be saved. */
export interface Snapshot {
  readonly picture: Blob;
  readonly filmedAt: EpochMs;
}

/** What a screen shows, filmed at that time. Undefined where it shows nothing. */
export async function shownSnapshot(
  screen: Screen,
  filmedAt: EpochMs,
): Promise<Snapshot | undefined> {
  const picture = await pictureOf(screen);
  return picture === undefined ? undefined : { picture, filmedAt };
}

/**
 * The newest keyframe, as the camera made it, which may be filmed a group of pictures before what the page
 * shows; where the server cannot give one, what the page shows.
 *
 * @param at when what the page shows then was filmed
 * @throws ApiProblem where there is neither
 */
export async function liveSnapshot(
  cameraId: string,
  seen: () => Screen,
  at: () => EpochMs,
): Promise<Snapshot> {
  try {
    const { picture, filmedAt = at() } = await api.snapshot(cameraId);
    return { picture, filmedAt };
  } catch (thrown) {
    const shown = await shownSnapshot(seen(), at());
    if (shown === undefined) throw thrown;
    return shown;
  }
}

export function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
