import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { type Answer, startApi } from './testing/api-harness.ts';

/** Each way in which an address carries a password beside its user information. */
const SECRET_ADDRESSES = [
  '?password=CANARY',
  '?x=1&PWD=CANARY',
  '?psw=CANARY;x=1',
  'user=admin_password=CANARY_channel=1_stream=0.sdp?real_stream',
  'user=admin&password=CANARY&channel=1',
  'admin:CANARY@/live?',
  '0/admin:CANARY/main?',
  '?token=CANARY',
  '?api_key=CANARY&token=CANARY',
  '?p%61ssword=CANARY',
  '?%2570assword=CANARY',
  '?a=%26password%3DCANARY',
  'admin%3ACANARY%40/live?',
  '?url=rtsp%3A%2F%2Fjo%3ACANARY%40h%2F',
  '?password=CANARY%',
].map((path) => `rtsp://192.0.2.7/${path.replaceAll('CANARY', 'c4n4ry-s3cret-9d1f')}`);

const CANARY = 'c4n4ry-s3cret-9d1f';

test('a camera password comes back from no route, error, log or file', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const answers: Answer[] = [];
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await api.ask(method, path, { ...(body !== undefined && { body }) });
    answers.push(answer);
    return answer;
  };
  const cameras = '/api/v1/cameras';
  const typed = { name: 'a', url: `rtsp://root:${CANARY}@192.0.2.7/live` };
  const { json } = await ask('POST', cameras, typed);
  const one = `${cameras}/${json.id}`;
  await ask('POST', cameras, {
    name: 'b',
    url: 'rtsp://192.0.2.8/',
    username: 'u',
    password: CANARY,
  });
  await ask('PATCH', one, { password: CANARY });
  await ask('PATCH', one, { url: `rtsp://root:${CANARY}@192.0.2.9/` });
  await ask('PATCH', one, { url: 'rtsp://192.0.2.10/' });
  await ask('GET', cameras);
  await ask('GET', one);
  await ask('POST', `${cameras}/test`, { url: `rtsp://root:${CANARY}@192.0.2.7/live` });
  await ask('POST', `${cameras}/test`, { camera_id: json.id });
  await ask('POST', `${cameras}/find`, { address: '192.0.2.7', username: 'u', password: CANARY });
  await ask('POST', `${cameras}/find`, { address: `root:${CANARY}@192.0.2.7` });
  // What the path or the query of an address takes the password in.
  for (const url of SECRET_ADDRESSES) {
    const added = await ask('POST', cameras, { name: 'p', url, subUrl: `${url}&sub=1` });
    assert.equal(added.status, 201, url);
    const own = `${cameras}/${added.json.id}`;
    await ask('PATCH', own, { subUrl: url.replace('192.0.2.7', '192.0.2.17'), password: CANARY });
    await ask('PATCH', own, { url: `${url}&x=1` });
    await ask('GET', own);
    await ask('POST', `${cameras}/test`, { url });
    await ask('POST', `${cameras}/test`, { camera_id: added.json.id });
    await ask('POST', `${cameras}/find`, { address: url.replace('rtsp://', '') });
    await ask('DELETE', own);
  }
  // Mistakes of people: the secret in the wrong place of a request that is refused.
  const wrong: unknown[] = [
    { name: 'a', url: `http://root:${CANARY}@192.0.2.7/` },
    { name: 'a', url: `rtsp://root:${CANARY}/@192.0.2.7/` },
    { name: 'a', url: `rtsp://root:${CANARY}@192.0.2.7:99999/` },
    { name: 'a', url: `rtsp://root:1/${CANARY}@camera.lan/` },
    { name: 'a', url: `rtsp://root:${CANARY}%40%@camera.lan/` },
    { name: 'a', url: `rtsp://h/?password=${CANARY}#1` },
    { name: 'a', url: 'rtsp://h/a', subUrl: `rtsp://h/?password=${CANARY}@b` },
    { name: 'a', url: `${CANARY}://x` },
    { name: 'a', url: 'rtsp://h/', password: `${CANARY}\n` },
    { name: 'a', url: 'rtsp://h/', password: CANARY.repeat(99) },
    { name: 'a', url: 'rtsp://h/', password: { value: CANARY } },
    { name: 'a', url: 'rtsp://h/', passwort: CANARY },
    `{"name":"a","password":"${CANARY}"`,
  ];
  for (const body of wrong) {
    assert.ok((await ask('POST', cameras, body)).status >= 400);
    assert.ok((await ask('POST', `${cameras}/test`, body)).status >= 400);
    const address =
      typeof body === 'string' ? body : { ...Object(body), address: Object(body).url };
    assert.ok((await ask('POST', `${cameras}/find`, address)).status >= 400);
  }
  await ask('POST', '/api/v1/session', { username: 'admin', password: CANARY });
  await ask('PUT', '/api/v1/session/password', { current: CANARY, next: CANARY });
  api.fake.fails = true;
  await ask('POST', `${cameras}/test`, typed);
  await ask('POST', `${cameras}/find`, { address: '192.0.2.7', password: CANARY });
  await api.fake.close();
  await ask('POST', `${cameras}/test`, { url: typed.url });
  await ask('GET', '/api/v1/system');
  await ask('GET', '/metrics');
  await ask('GET', '/health');
  for (const { text, headers } of answers) {
    const all = text + JSON.stringify([...headers]);
    assert.ok(!all.includes(CANARY), all);
  }
  assert.ok(
    api.fake.tested.some(({ password }) => password === CANARY),
    'the canary was alive',
  );
  assert.ok(!api.logs.join('').includes(CANARY), 'in the log');
  assert.ok(api.logs.length > 20);
  for (const file of ['', '-wal']) {
    const bytes = await readFile(api.databasePath + file, 'latin1');
    assert.ok(!bytes.includes(CANARY), `in the database${file}`);
  }
});
