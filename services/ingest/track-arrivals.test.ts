import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { parseSessionDescription } from '@vms/wire/sdp/session-description.ts';
import { AUDIO_SDP, VIDEO_SDP } from './testing/scripted-camera.ts';
import { TRACK_SILENT_MS, TrackArrivals } from './track-arrivals.ts';
import { describeTracks, reportTracks } from './track-report.ts';

test('a track has stopped, or sends nothing, after TRACK_SILENT_MS without a frame', () => {
  const clock = new ManualClock();
  const { tracks } = parseSessionDescription(Buffer.from(VIDEO_SDP + AUDIO_SDP), {
    requestUrl: 'rtsp://10.0.0.1/',
    contentBase: undefined,
    contentLocation: undefined,
  });
  const arrivals = new TrackArrivals(clock, tracks);
  const deliveries = () =>
    tracks.map((track) => {
      const { delivery, silentMs } = arrivals.of(track);
      return [delivery, silentMs];
    });
  const words = (): string =>
    describeTracks(
      reportTracks(
        tracks,
        () => undefined,
        (track) => arrivals.of(track),
      ),
    );
  arrivals.frame(0);
  clock.advance(TRACK_SILENT_MS - 1);
  assert.deepEqual(deliveries(), [
    ['receiving', 0],
    ['nothing-yet', TRACK_SILENT_MS - 1],
  ]);
  assert.doesNotMatch(words(), /nothing usable/);
  clock.advance(1);
  assert.deepEqual(deliveries(), [
    ['stopped', TRACK_SILENT_MS],
    ['nothing-yet', TRACK_SILENT_MS],
  ]);
  assert.match(words(), /of which nothing usable has been received/);
  arrivals.frame(1);
  assert.equal(arrivals.allCame, true);
  clock.advance(TRACK_SILENT_MS - 1);
  assert.deepEqual(deliveries()[1], ['receiving', 0]);
  clock.advance(1);
  assert.deepEqual(deliveries()[1], ['stopped', TRACK_SILENT_MS]);
});
