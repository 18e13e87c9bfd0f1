/**
 * Calls `tell` for every picture that a video element shows for the first time. One that is drawn again,
 * because the player seeks back to it while nothing newer comes, is not new. Gives what ends it.
 */
export function watchNewPictures(video: HTMLVideoElement, tell: () => void): () => void {
  let newest = Number.NEGATIVE_INFINITY;
  const onSource = (): void => {
    newest = Number.NEGATIVE_INFINITY;
  };
  const note = (seconds: number): void => {
    if (seconds <= newest) return;
    newest = seconds;
    tell();
  };
  video.addEventListener('emptied', onSource);
  const offSource = (): void => video.removeEventListener('emptied', onSource);
  if (!('requestVideoFrameCallback' in video)) {
    // Older browsers tell only where they play, some times a second.
    const onTime = (): void => note((video as HTMLVideoElement).currentTime);
    (video as HTMLVideoElement).addEventListener('timeupdate', onTime);
    return () => {
      offSource();
      (video as HTMLVideoElement).removeEventListener('timeupdate', onTime);
    };
  }
  let callback = 0;
  const next = (): void => {
    callback = video.requestVideoFrameCallback((_now, { mediaTime }) => {
      note(mediaTime);
      next();
    });
  };
  next();
  return () => {
    offSource();
    video.cancelVideoFrameCallback(callback);
  };
}
