import { test } from 'node:test';
import { SKIPPED } from './harness.ts';
import { testLive } from './live-suite.ts';
import { runSuites } from './page-suites.ts';
import { testPlayback } from './playback-suite.ts';
import { testZones } from './zone-suite.ts';

test('the player', { skip: SKIPPED }, (context) =>
  runSuites(context, [testLive, testPlayback, testZones]),
);
