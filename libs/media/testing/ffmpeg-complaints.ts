/**
 * What ffmpeg 5 and newer say of every G.711 track in Matroska, of their own files too: WAVEFORMATEX
 * names no channel layout, so one channel is taken for mono. Newer ones put the decoder before it.
 */
const GUESSED_LAYOUT = /^(?:\[[^\]\n]*\] )?Guessed Channel Layout.*\n/gm;

/** What ffmpeg said at `-v warning`, without the remark that complains of nothing. */
export function ffmpegComplaints(stderr: string): string {
  return stderr.replace(GUESSED_LAYOUT, '');
}
