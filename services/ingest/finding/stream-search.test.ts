import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import fc from 'fast-check';
import { AddressPolicy } from '../address-policy.ts';
import { CONNECT_TIMEOUT_MS, createReadBuffer } from '../rtsp-connection.ts';
import { type Answer, ScriptedCamera, VIDEO_SDP } from '../testing/scripted-camera.ts';
import { until } from '../testing/until.ts';
import { MAX_CONNECTIONS, MAX_TRIES, SEARCH_TIMEOUT_MS, StreamSearch } from './stream-search.ts';

const CHALLENGE = ['WWW-Authenticate', 'Digest realm="r", nonce="n"'] as const;
/** Everything that a camera may say to a request, likely or not. */
const ANSWERS: readonly Answer[] = [
  { status: 404 },
  { status: 404 },
  { status: 404 },
  { status: 401, headers: [CHALLENGE] },
  { status: 401, headers: [['WWW-Authenticate', 'Basic realm="r"']] },
  { status: 401 },
  { status: 200, body: VIDEO_SDP },
  { status: 200, body: 'v=0\r\n' },
  { status: 302, headers: [['Location', 'rtsp://192.0.2.9/']] },
  { status: 454 },
  { status: 503 },
  { raw: 'garbage without an end' },
  { raw: 'RTSP/1.0 200\r\n\r\n' },
  'silence',
  'close',
];
const RUNS = 60;
/** Beyond the end of the search's time: the step in which a test moves the clock, and a connection. */
const TOLERANCE_MS = 100 + CONNECT_TIMEOUT_MS;

test('whatever a camera answers, it sees a bounded search and at most one refused login', {
  timeout: 180_000,
}, async () => {
  const choice = fc.integer({ min: 0, max: ANSWERS.length - 1 });
  await fc.assert(
    fc.asyncProperty(fc.array(choice, { minLength: 1, maxLength: 40 }), async (choices) => {
      let asked = 0;
      let refusedLogins = 0;
      const camera = await ScriptedCamera.start({
        answer: (request) => {
          const answer = ANSWERS[choices[asked++ % choices.length] ?? 0] ?? 'close';
          const signedIn = request.headers.get('Authorization') !== undefined;
          if (signedIn && typeof answer === 'object' && 'status' in answer) {
            if (answer.status === 401) refusedLogins++;
          }
          return answer;
        },
      });
      const clock = new ManualClock();
      const deps = {
        clock,
        policy: new AddressPolicy({ clock, resolve: async () => [], allowLoopback: true }),
        readBuffer: createReadBuffer(),
        verifyCertificate: false,
      };
      const search = new StreamSearch(deps, {
        host: '127.0.0.1',
        port: camera.port,
        tls: false,
        credentials: { username: 'admin', password: 'secret' },
        loopback: false,
      });
      let isOver = false;
      const end = (): void => {
        isOver = true;
      };
      void search.run().then(end, end);
      await until(() => isOver, 'the end of the search', clock, 100);
      await camera.stop();
      assert.ok(refusedLogins <= 1, `${refusedLogins} refused logins`);
      assert.ok(camera.connections.length <= MAX_CONNECTIONS, `${camera.connections.length}`);
      // The last finds may be followed by the sub stream, and by a path that nobody has.
      assert.ok(search.tried <= MAX_TRIES + 2, `${search.tried} paths`);
      assert.ok(clock.monotonic() <= SEARCH_TIMEOUT_MS + TOLERANCE_MS, `${clock.monotonic()} ms`);
    }),
    // The example found an open main stream whose sub stream refused the password twice.
    { numRuns: RUNS, examples: [[[0, 0, 6, 3, 3, 3]]] },
  );
});
