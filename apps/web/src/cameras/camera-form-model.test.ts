import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Camera } from '../api/types.ts';
import {
  checkDraft,
  draftOf,
  inputOf,
  newDraft,
  splitCredentials,
  testInputOf,
} from './camera-form-model.ts';

const saved: Camera = {
  id: 'cam_aaaaaaaaaaaaaaaa',
  name: 'Gate',
  url: 'rtsp://10.0.0.5:554/1',
  subUrl: 'rtsp://10.0.0.5:554/2',
  username: 'viewer',
  hasPassword: true,
  demo: false,
  enabled: true,
  retentionDays: 30,
  maxBytes: 10_500_000_000,
  createdAt: '',
  updatedAt: '',
  status: {
    state: 'online',
    since: 0,
    detail: '',
    tracks: [],
    framesPerSecond: 0,
    bitsPerSecond: 0,
  },
};

test('user name and password leave a pasted address', () => {
  assert.deepEqual(splitCredentials(' rtsp://admin:p%40ss:w@10.0.0.5:554/a?b=c '), {
    url: 'rtsp://10.0.0.5:554/a?b=c',
    username: 'admin',
    password: 'p@ss:w',
  });
  assert.deepEqual(splitCredentials('rtsps://admin@host'), {
    url: 'rtsps://host',
    username: 'admin',
    password: '',
  });
  assert.equal(splitCredentials('rtsp://host/a@b'), undefined);
  assert.deepEqual(splitCredentials('rtsp://u:%zz@host/')?.password, '%zz');
  assert.deepEqual(splitCredentials('rtsp://u:a%b@c^{|}é@host/')?.password, 'a%b@c^{|}é');
  assert.deepEqual(splitCredentials('rtsp://host/?user=u&pwd=p'), {
    url: 'rtsp://host/?user=$USERNAME&pwd=$PASSWORD',
    ...{ username: 'u', password: 'p' },
  });
  // What would need more than one field is left to the API.
  assert.equal(splitCredentials('rtsp://host/?token=t'), undefined);
  assert.equal(splitCredentials('rtsp://u:p@host/?token=t')?.url, 'rtsp://u:p@host/?token=t');
  for (const unclear of ['rtsp://u:1/2@host/', 'rtsp://u:p%40q%@host/', 'rtsp://u:p@']) {
    assert.equal(splitCredentials(unclear), undefined);
  }
});

test('the next camera begins with the credentials of the one before', () => {
  const { username, password } = newDraft({ username: 'admin', password: 'a b' });
  assert.deepEqual({ username, password }, { username: 'admin', password: 'a b' });
  const pasted = newDraft({ username: 'admin', password: 'old' }, 'rtsp://me:new@10.0.0.5/1');
  assert.equal(pasted.url, 'rtsp://10.0.0.5/1');
  assert.equal(pasted.password, 'new');
  assert.equal(newDraft(undefined).passwordTouched, false);
});

test('what is wrong is said by field', () => {
  const empty = draftOf(undefined);
  assert.deepEqual(checkDraft(empty), { name: 'field.required', url: 'field.required' });
  const wrong = {
    'http://10.0.0.5/': 'address.web-page',
    '10.0.0.5': 'address.no-scheme',
    'rtsp:///x': 'address.no-host',
    'rtsp://a b/': 'address.white-space',
    'rtsp://10.0.0.5:0/': 'address.port-zero',
  };
  for (const [url, key] of Object.entries(wrong)) {
    assert.equal(checkDraft({ ...empty, name: 'x', url }).url, key, url);
    assert.equal(checkDraft({ ...empty, name: 'x', url: 'rtsp://h/', subUrl: url }).subUrl, key);
  }
  for (const field of ['name', 'username', 'password'] as const) {
    const draft = { ...empty, name: 'x', url: 'rtsp://h/', [field]: 'a\u0007b' };
    assert.deepEqual(checkDraft(draft), { [field]: 'field.invisible' });
  }
  const right = { ...empty, name: 'x', url: 'RTSP://10.0.0.5/1' };
  assert.deepEqual(checkDraft(right), {});
  assert.ok(checkDraft({ ...right, retentionDays: '0' }).retentionDays);
  assert.ok(checkDraft({ ...right, retentionDays: '3651' }).retentionDays);
  assert.ok(checkDraft({ ...right, maxGigabytes: '0.5' }).maxGigabytes);
});

test('a new camera sends all that was filled in', () => {
  const draft = {
    ...draftOf(undefined),
    name: ' Gate ',
    url: 'rtsp://h/1',
    password: 's',
    passwordTouched: true,
    maxGigabytes: '20',
  };
  assert.deepEqual(inputOf(draft, undefined), {
    name: 'Gate',
    url: 'rtsp://h/1',
    username: '',
    password: 's',
    retentionDays: 30,
    maxBytes: 20e9,
  });
});

test('a new camera may be switched off', () => {
  const draft = { ...draftOf(undefined), name: 'Gate', url: 'rtsp://h/1', enabled: false };
  assert.equal(inputOf(draft, undefined).enabled, false);
});

test('a changed camera sends only what differs', () => {
  const draft = draftOf(saved);
  assert.deepEqual(inputOf(draft, saved), {});
  assert.deepEqual(inputOf({ ...draft, name: 'Door', maxGigabytes: '' }, saved), {
    name: 'Door',
    maxBytes: null,
  });
  assert.deepEqual(inputOf({ ...draft, password: '', passwordTouched: true }, saved), {
    password: '',
  });
});

test('the time zone is sent where it differs, and null is that of the system', () => {
  const there = { ...saved, timeZone: 'America/Manaus' };
  assert.equal(inputOf(draftOf(there), there).timeZone, undefined);
  assert.equal(inputOf({ ...draftOf(there), timeZone: '' }, there).timeZone, null);
  const moved = { ...draftOf(there), timeZone: 'America/Belem' };
  assert.equal(inputOf(moved, there).timeZone, 'America/Belem');
  assert.equal(inputOf(newDraft(undefined), undefined).timeZone, undefined);
});

test('a test uses the saved password until another is typed', () => {
  const draft = draftOf(saved);
  assert.deepEqual(testInputOf(draft, saved), {
    url: saved.url,
    username: 'viewer',
    camera_id: saved.id,
  });
  assert.deepEqual(testInputOf({ ...draft, password: 'n', passwordTouched: true }, saved), {
    url: saved.url,
    username: 'viewer',
    password: 'n',
  });
});
