import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { Harness } from './harness.ts';

export type Suite = (context: TestContext, harness: Harness) => Promise<void>;

/** Runs suites on the built page in a browser, under the gateway's policy, against a stand-in for the API. */
export async function runSuites(context: TestContext, suites: readonly Suite[]): Promise<void> {
  const harness = await Harness.open();
  try {
    for (const suite of suites) {
      harness.server.controls.reset();
      await suite(context, harness);
      const complaints = harness.complaints.splice(0);
      await context.test(`${suite.name} gave the page nothing to complain of`, () => {
        assert.deepEqual(complaints, []);
      });
    }
  } finally {
    await harness.close();
  }
}
