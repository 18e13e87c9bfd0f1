import { test } from 'node:test';
import { testAddDoubts } from './add-doubts-suite.ts';
import { testAddCameras } from './add-suite.ts';
import { testAppearance } from './appearance-suite.ts';
import { testBadFiles } from './bad-file-suite.ts';
import { testCameras } from './cameras-suite.ts';
import { testFirstRun } from './first-run-suite.ts';
import { SKIPPED } from './harness.ts';
import { testHealth } from './health-suite.ts';
import { runSuites } from './page-suites.ts';
import { testSettings } from './settings-suite.ts';

test('the page', { skip: SKIPPED }, (context) =>
  runSuites(context, [
    testFirstRun,
    testCameras,
    testAddCameras,
    testAddDoubts,
    testBadFiles,
    testHealth,
    testSettings,
    testAppearance,
  ]),
);
