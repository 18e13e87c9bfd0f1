import assert from 'node:assert/strict';
import { basename, dirname } from 'node:path';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { TEST_CAMERA } from '../testing/clip-frames.ts';
import { runReport } from '../testing/run-report.ts';
import { Catalogue } from './catalogue.ts';
import { forgetMissing } from './forget-missing.ts';

const VOLUME = { id: 'vol_testtesttesttest', path: '/volume' };

/** A catalogue with runs 1 to 3, of which the volume has no longer the first. */
async function setUp(t: { after(fn: () => unknown): void }) {
  const catalogue = await Catalogue.open(':memory:', new ManualClock());
  t.after(() => catalogue.close());
  for (const number of [1, 2, 3]) await catalogue.put(VOLUME.id, runReport(number), false);
  return { catalogue, onDisk: new Set([2, 3].map((number) => basename(runReport(number).path))) };
}

const pathsIn = async (catalogue: Catalogue) =>
  (await catalogue.pathsOf(VOLUME.id, TEST_CAMERA, '')).map(({ path }) => basename(path));

test('what is not on the volume is taken out, unless the volume itself is missing', async (t) => {
  const { catalogue, onDisk } = await setUp(t);
  const options = {
    catalogue,
    volume: VOLUME,
    camera: TEST_CAMERA,
    folders: { names: async () => onDisk },
  };
  assert.equal(await forgetMissing({ ...options, isThere: async () => false }), undefined);
  assert.equal((await pathsIn(catalogue)).length, 3);
  const { start: from, end: to } = runReport(1);
  const missing = await forgetMissing({ ...options, isThere: async () => true });
  assert.deepEqual(missing, { runs: 1, from, to });
  assert.deepEqual(await pathsIn(catalogue), ['2.mkv', '3.mkv']);
});

test('a run that is begun while folders are listed is not missing', async (t) => {
  const { catalogue, onDisk } = await setUp(t);
  let listings = 0;
  const missing = await forgetMissing({
    catalogue,
    volume: VOLUME,
    camera: TEST_CAMERA,
    folders: {
      async names(path) {
        assert.equal(path, `/volume/${dirname(runReport(1).path)}`);
        const names = new Set(onDisk);
        if (++listings === 1) {
          await catalogue.put(VOLUME.id, runReport(4), true);
          onDisk.add(basename(runReport(4).path));
        }
        return names;
      },
    },
    isThere: async () => true,
  });
  assert.equal(missing?.runs, 1);
  assert.deepEqual(await pathsIn(catalogue), ['2.mkv', '3.mkv', '4.mkv']);
  assert.equal(listings, 2);
});
