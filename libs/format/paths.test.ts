import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraId } from '@vms/common/ids.ts';
import { indexPathOf, MAX_NAME_ATTEMPTS, parseRunPath, runPath, runPathOfIndex } from './paths.ts';

const camera = 'cam_abcdefgh23456777' as CameraId;
const start = Date.UTC(2026, 9, 25, 1, 30, 5, 7);

test('a path says camera, day, instant and stream in UTC, and reads back', () => {
  const path = runPath({ camera, stream: 'main', start, attempt: 1 });
  assert.equal(path, 'cam_abcdefgh23456777/2026-10-25/01-30-05.007Z-main.mkv');
  assert.deepEqual(parseRunPath(path), { camera, stream: 'main', start, attempt: 1 });
  const second = runPath({ camera, stream: 'sub', start: start + 0.9, attempt: 2 });
  assert.equal(second, 'cam_abcdefgh23456777/2026-10-25/01-30-05.007Z-sub-2.mkv');
  assert.deepEqual(parseRunPath(second), { camera, stream: 'sub', start, attempt: 2 });
  assert.equal(
    indexPathOf(second),
    'cam_abcdefgh23456777/2026-10-25/01-30-05.007Z-sub-2.index.jsonl',
  );
  assert.equal(runPathOfIndex(indexPathOf(second)), second);
});

test('paths that are not spelled as we spell them are none of ours', () => {
  for (const path of [
    'cam_abcdefgh23456777/2026-10-25/01-30-05.007Z-main.mkv.damaged',
    'cam_abcdefgh23456777/2026-10-25/01-30-05.007Z-main-1.mkv',
    'cam_abcdefgh23456777/2026-10-25/24-30-05.007Z-main.mkv',
    'cam_abcdefgh23456777/2026-02-30/01-30-05.007Z-main.mkv',
    'cam_abcdefgh23456777/../01-30-05.007Z-main.mkv',
    'cam_ABC/2026-10-25/01-30-05.007Z-main.mkv',
    'x/cam_abcdefgh23456777/2026-10-25/01-30-05.007Z-main.mkv',
    'cam_abcdefgh23456777/2026-10-25/01-30-05.007Z-main.index.jsonl',
  ]) {
    assert.equal(parseRunPath(path), undefined, path);
  }
});

test('names that run out, and years that do not fit, are refused', () => {
  assert.match(
    runPath({ camera, stream: 'main', start, attempt: MAX_NAME_ATTEMPTS }),
    /-999\.mkv$/,
  );
  assert.throws(() => runPath({ camera, stream: 'main', start, attempt: MAX_NAME_ATTEMPTS + 1 }), {
    code: 'format.out-of-range',
  });
  assert.throws(() => runPath({ camera, stream: 'main', start: 2.6e14, attempt: 1 }), {
    code: 'format.out-of-range',
  });
});
