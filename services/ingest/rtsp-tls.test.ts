import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { AddressPolicy } from './address-policy.ts';
import { CameraTester } from './camera-test.ts';
import { createReadBuffer } from './rtsp-connection.ts';
import { withCamera } from './testing/fixture.ts';
import { until } from './testing/until.ts';

/** A certificate that nobody trusts, as cameras have them; undefined where openssl is not installed. */
async function selfSigned(): Promise<{ key: string; cert: string } | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'vms-tls-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=camera -days 2`;
    await promisify(execFile)('openssl', [...words.split(' '), '-keyout', key, '-out', cert]);
    return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
  } catch {
    return undefined;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const tls = await selfSigned();
const skip = tls === undefined ? 'openssl is not installed' : false;

test('rtsps: frames come over TLS with the self-signed certificate of a camera', {
  skip,
}, async () => {
  if (tls === undefined) return;
  const login = { username: 'viewer', password: 'secret' };
  await withCamera(
    login,
    async (camera, recorder) => {
      assert.match(camera.url, /^rtsps:/);
      void recorder.run(camera.url, login);
      await until(() => recorder.units.length > 5, 'frames');
    },
    { tls },
  );
});

test('rtsps: a certificate that is not trusted is refused where the configuration says so', {
  skip,
}, async () => {
  if (tls === undefined) return;
  await withCamera(
    {},
    async (camera) => {
      const clock = new ManualClock();
      const tester = new CameraTester({
        clock,
        policy: new AddressPolicy({ clock, resolve: async () => [], allowLoopback: true }),
        readBuffer: createReadBuffer(),
        verifyCertificate: true,
      });
      const credentials = { username: '', password: '' };
      const result = await tester.test({ url: camera.url, credentials, loopback: false });
      assert.equal(result.state, 'not-rtsp');
      assert.match(result.detail, /certificate/);
      assert.equal(camera.methods.length, 0);
    },
    { tls },
  );
});

test('rtsps: a camera without TLS says so', async () => {
  await withCamera({}, async (camera, recorder) => {
    void recorder.run(camera.url.replace('rtsp:', 'rtsps:'));
    const error = await recorder.end();
    assert.ok(['ingest.not-rtsp', 'ingest.refused'].includes(error.code), error.code);
  });
});
