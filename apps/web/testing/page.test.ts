import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testAddCameras } from './add-suite.ts';
import { testAppearance } from './appearance-suite.ts';
import { testBadFiles } from './bad-file-suite.ts';
import { testCameras } from './cameras-suite.ts';
import { testFirstRun } from './first-run-suite.ts';
import { Harness, SKIPPED } from './harness.ts';
import { testHealth } from './health-suite.ts';
import { testLive } from './live-suite.ts';
import { testPlayback } from './playback-suite.ts';
import { testSettings } from './settings-suite.ts';
import { testZones } from './zone-suite.ts';

const SUITES = [
  testFirstRun,
  testCameras,
  testAddCameras,
  testBadFiles,
  testHealth,
  testLive,
  testPlayback,
  testZones,
  testSettings,
  testAppearance,
];

/** The built page in a browser, under the gateway's policy, against a stand-in for the API. */
test('the page', { skip: SKIPPED }, async (context) => {
  const harness = await Harness.open();
  try {
    for (const suite of SUITES) {
      harness.server.controls.reset();
      await suite(context, harness);
    }
    await context.test('never had anything to complain of', () => {
      assert.deepEqual(harness.complaints, []);
    });
  } finally {
    await harness.close();
  }
});
