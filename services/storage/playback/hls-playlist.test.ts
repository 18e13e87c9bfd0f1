import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlaybackError } from '../playback-error.ts';
import { encodePlaylist } from './hls-playlist.ts';
import {
  initName,
  MAX_FRAGMENTS_PER_SEGMENT,
  parseMediaName,
  segmentName,
} from './segment-name.ts';

test('a playlist line for line', () => {
  const start = Date.UTC(2026, 0, 1);
  const segment = {
    start,
    durationMs: 4000,
    map: 'init-a.mp4',
    discontinuity: false,
    independent: true,
  };
  const text = encodePlaylist({
    from: start + 250,
    segments: [
      { ...segment, uri: 'a.m4s', runStart: true },
      { ...segment, uri: 'b.m4s', runStart: false, start: start + 4000, durationMs: 4499.6 },
      {
        ...segment,
        uri: 'c.m4s',
        runStart: true,
        start: start + 9000,
        map: 'init-b.mp4',
        discontinuity: true,
      },
    ],
  });
  assert.deepEqual(text.split('\n'), [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-TARGETDURATION:5',
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-START:TIME-OFFSET=0.250,PRECISE=YES',
    '#EXT-X-MAP:URI="init-a.mp4"',
    '#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z',
    '#EXTINF:4.000,',
    'a.m4s',
    '#EXTINF:4.500,',
    'b.m4s',
    '#EXT-X-DISCONTINUITY',
    '#EXT-X-MAP:URI="init-b.mp4"',
    '#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:09.000Z',
    '#EXTINF:4.000,',
    'c.m4s',
    '#EXT-X-ENDLIST',
    '',
  ]);
});

test('names say all that is needed, and nothing else is a name', () => {
  const address = { run: 'run_abcdefghijklmnop', first: 0, count: MAX_FRAGMENTS_PER_SEGMENT };
  assert.equal(segmentName(address), 'seg-abcdefghijklmnop-0-4096.m4s');
  assert.deepEqual(parseMediaName(segmentName(address)), { kind: 'segment', address });
  assert.deepEqual(parseMediaName(initName(address.run)), { kind: 'init', run: address.run });
  const chosen = { ...address, video: 2 };
  assert.equal(segmentName(chosen), 'seg-abcdefghijklmnop-0-4096-v2.m4s');
  assert.deepEqual(parseMediaName(segmentName(chosen)), { kind: 'segment', address: chosen });
  assert.deepEqual(parseMediaName(initName(address.run, 2)), {
    kind: 'init',
    run: address.run,
    video: 2,
  });
  const bad = [
    'init-abcdefghijklmnop-v0.mp4',
    '',
    'index.m3u8 ',
    'init-.mp4',
    'init-ABCDEFGHIJKLMNOP.mp4',
    'seg-abcdefghijklmnop-0-0.m4s',
  ];
  bad.push(
    'seg-abcdefghijklmnop-00-1.m4s',
    'seg-abcdefghijklmnop-0-4097.m4s',
    'seg-abcdefghijklmnop--1-1.m4s',
  );
  for (const name of bad) assert.throws(() => parseMediaName(name), PlaybackError, name);
});
