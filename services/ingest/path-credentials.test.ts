import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withCamera } from './testing/fixture.ts';
import { type Script, VIDEO_SDP } from './testing/scripted-camera.ts';
import { until } from './testing/until.ts';

const LOGIN = { username: 'admin', password: 's3cret' };

test('a redirect takes no password to another port, and fills none in', async () => {
  await withCamera(LOGIN, async (other, recorder) => {
    const script: Script = {
      answer: ({ method, uri }) =>
        method === 'DESCRIBE' && !uri.includes('/moved')
          ? { status: 302, headers: [['Location', `${other.url}/moved?$PASSWORD`]] }
          : undefined,
    };
    await withCamera({ ...LOGIN, ...script }, async (first) => {
      void recorder.run(first.url, LOGIN);
      const error = await recorder.end();
      assert.equal(error.code, 'ingest.wrong-password');
      assert.match(error.message, new RegExp(`redirects to rtsp://127.0.0.1:${other.port}`));
      assert.ok(other.last.requests.every(({ headers }) => !headers.get('Authorization')));
    });
  });
  const home: Script = {
    answer: ({ method, uri }) =>
      method === 'DESCRIBE' && !uri.includes('/moved')
        ? { status: 302, headers: [['Location', '/moved?$PASSWORD']] }
        : undefined,
  };
  await withCamera({ ...LOGIN, ...home }, async (camera, recorder) => {
    void recorder.run(`${camera.url}?$PASSWORD`, LOGIN);
    await until(() => recorder.units.length > 0, 'frames after a redirect within the camera');
    const uris = camera.last.requests.map(({ uri }) => uri);
    assert.ok(uris[1]?.endsWith('/moved?$PASSWORD'));
    assert.ok(!uris.some((uri) => uri.includes(LOGIN.password)));
    assert.ok(camera.last.requests.at(-1)?.headers.get('Authorization'));
  });
});

test('a password in the path is filled in where we put its name, not where a camera does', async () => {
  const hostile = VIDEO_SDP.replace('a=control:video', 'a=control:$PASSWORD');
  const absolute = VIDEO_SDP.replace('a=control:video', 'a=control:rtsp://camera.lan/$PASSWORD');
  const base: Script = {
    answer: ({ method, uri }) =>
      method === 'DESCRIBE'
        ? { status: 200, headers: [['Content-Base', `${uri}/$PASSWORD/`]], body: VIDEO_SDP }
        : undefined,
  };
  for (const script of [{ sdp: hostile }, { sdp: absolute }, base]) {
    await withCamera(script, async (camera, recorder) => {
      void recorder.run(camera.url, LOGIN);
      await until(() => recorder.units.length > 0, 'frames');
      const uris = camera.last.requests.map(({ uri }) => uri);
      assert.ok(uris.some((uri) => uri.includes('$PASSWORD')));
      assert.ok(!uris.some((uri) => uri.includes(LOGIN.password)));
    });
  }
  // Without Content-Base the control URLs lie behind the address with its names.
  const plain: Script = {
    answer: ({ method }) => (method === 'DESCRIBE' ? { status: 200, body: hostile } : undefined),
  };
  await withCamera(plain, async (camera, recorder) => {
    void recorder.run(`${camera.url}/user=$USERNAME&password=$PASSWORD`, LOGIN);
    await until(() => recorder.units.length > 0, 'frames');
    const own = `${camera.url}/user=admin&password=s3cret`;
    assert.deepEqual(
      camera.last.requests.map(({ uri }) => uri),
      [own, own, `${own}/$PASSWORD`, own],
    );
  });
});

test('secrets of an address go to the camera as they were typed, and stand in no error', async () => {
  const script: Script = {
    answer: ({ method }) => (method === 'DESCRIBE' ? { status: 404 } : undefined),
  };
  await withCamera(script, async (camera, recorder) => {
    const login = { ...LOGIN, secrets: ['t+1%2f', 'other'] };
    void recorder.run(`${camera.url}?token=$SECRET1&p=$PASSWORD&x=$SECRET3`, login);
    const error = await recorder.end();
    assert.equal(camera.last.requests[1]?.uri, `${camera.url}?token=t+1%2f&p=s3cret&x=$SECRET3`);
    assert.ok(!/t\+1|s3cret/.test(error.message), error.message);
  });
});

test('a redirect with a user name and a password signs in with them there, and there only', async () => {
  const other = { username: 'viewer', password: 'L@k 4%Me' };
  const moved = (to: string): Script => ({
    answer: ({ method, uri }) =>
      method === 'DESCRIBE' && !uri.includes('/moved')
        ? { status: 302, headers: [['Location', `${to}/moved`]] }
        : undefined,
  });
  const withLogin = (url: string, { username, password } = other): string =>
    url.replace('rtsp://', `rtsp://${username}:${encodeURIComponent(password)}@`);
  await withCamera(other, async (target) => {
    await withCamera(moved(withLogin(target.url)), async (cloud, recorder) => {
      void recorder.run(cloud.url, LOGIN);
      await until(() => recorder.units.length > 0, 'frames from where the camera sends us');
      assert.ok(cloud.last.requests.every(({ headers }) => !headers.get('Authorization')));
      const signedIn = target.last.requests.map(({ headers }) => headers.get('Authorization'));
      assert.ok(signedIn.some((value) => value?.includes('username="viewer"')));
      assert.ok(!target.last.requests.some(({ uri }) => uri.includes('@')));
    });
    // From there on to a third place they do not go, and neither do those of the first.
    const onward: Script = {
      answer: ({ method }) =>
        method === 'DESCRIBE'
          ? { status: 302, headers: [['Location', `${target.url}/moved`]] }
          : undefined,
    };
    await withCamera(onward, async (second) => {
      await withCamera(moved(withLogin(second.url)), async (first, recorder) => {
        void recorder.run(first.url, other);
        const error = await recorder.end();
        assert.match(error.message, new RegExp(`redirects to rtsp://127.0.0.1:${target.port}`));
        assert.ok(target.last.requests.every(({ headers }) => !headers.get('Authorization')));
      });
    });
    const wrong = withLogin(target.url, { username: 'viewer', password: 'wr0ng' });
    await withCamera(moved(wrong), async (cloud, recorder) => {
      void recorder.run(cloud.url, other);
      const error = await recorder.end();
      assert.equal(error.code, 'ingest.wrong-password');
      assert.match(error.message, /with a user name and a password, which are refused there/);
      assert.ok(!error.message.includes('wr0ng'));
    });
  });
});

test('a camera that repeats the address in its words repeats no secret of it', async () => {
  const script: Script = {
    answer: ({ method, uri }) =>
      method === 'DESCRIBE' ? { status: 404, reason: `No ${uri.slice(-20)}` } : undefined,
  };
  await withCamera(script, async (camera, recorder) => {
    void recorder.run(`${camera.url}/$PASSWORD`, LOGIN);
    const error = await recorder.end();
    assert.ok(camera.last.requests[1]?.uri.endsWith('s3cret'));
    assert.match(error.message, /\(404\)/);
  });
});
