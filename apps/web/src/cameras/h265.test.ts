import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraTest } from '../api/types.ts';
import { h265AdviceKey } from './h265.ts';

const stream = (codec: string, state: CameraTest['state'] = 'online'): CameraTest => ({
  state,
  detail: '',
  elapsedMs: 100,
  framesPerSecond: 25,
  bitsPerSecond: 500_000,
  tracks: [{ kind: 'video', codec, supported: true }],
});

const cases = [
  ['H.264 needs no word', stream('h264'), undefined, false, undefined],
  ['a browser with H.265 needs none', stream('h265'), undefined, true, undefined],
  ['H.265 alone', stream('h265'), undefined, false, 'test.h265.do'],
  ['both in H.265', stream('h265'), stream('h265'), false, 'test.h265.do'],
  ['a sub stream that fails', stream('h265'), stream('h264', 'not-found'), false, 'test.h265.do'],
  ['a sub stream in H.264', stream('h265'), stream('h264'), false, 'test.h265.liveBySub'],
] as const;

for (const [name, main, sub, plays, key] of cases) {
  test(`H.265 in a browser: ${name}`, () => {
    assert.equal(h265AdviceKey(main, sub, plays), key);
  });
}
