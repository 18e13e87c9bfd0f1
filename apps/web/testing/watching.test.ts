import { test } from 'node:test';
import { testAway } from './away-suite.ts';
import { testDeadCameras } from './dead-camera-suite.ts';
import { testFullScreen } from './full-screen-suite.ts';
import { SKIPPED } from './harness.ts';
import { runSuites } from './page-suites.ts';
import { testSeeking } from './seek-suite.ts';

test('what is watched', { skip: SKIPPED }, (context) =>
  runSuites(context, [testFullScreen, testDeadCameras, testSeeking, testAway]),
);
