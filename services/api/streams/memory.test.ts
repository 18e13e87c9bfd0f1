import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startApi } from '../testing/api-harness.ts';

/** Bytes that a live view which has ended may leave behind, by the bytes of the heap after collection. */
const MAX_BYTES_PER_VIEW = 1024;
const WARM_UP_VIEWS = 400;
const VIEWS = 400;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

test('live views that come and go leave nothing in the heap', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { id } = await api.addCamera();
  const body = { camera_id: id, viewer_id: 'wall' };
  const watch = async (views: number): Promise<number> => {
    for (let i = 0; i < views; i++) {
      const { json } = await api.ask('POST', '/api/v1/streams', { body });
      const ended = await api.ask('DELETE', `/api/v1/streams/${json.session_id}`);
      assert.equal(ended.status, 204);
      // What the test itself keeps.
      api.logs.length = 0;
    }
    for (let i = 0; i < 3; i++) {
      await new Promise(setImmediate);
      collect();
    }
    return process.memoryUsage().heapUsed;
  };
  const before = await watch(WARM_UP_VIEWS);
  const after = await watch(VIEWS);
  const perView = (after - before) / VIEWS;
  assert.ok(perView <= MAX_BYTES_PER_VIEW, `${Math.round(perView)} bytes a view`);
});
