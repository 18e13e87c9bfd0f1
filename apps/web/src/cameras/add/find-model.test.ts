import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraSearch, CameraTest } from '../../api/types.ts';
import {
  addressError,
  bareAddress,
  inputOfSearch,
  outcomeKey,
  searchKey,
  suggestedName,
} from './find-model.ts';

const works: CameraTest = {
  state: 'online',
  detail: '',
  tracks: [],
  framesPerSecond: 25,
  bitsPerSecond: 4e6,
  elapsedMs: 1,
};
const main = { role: 'main', url: 'rtsp://10.0.0.5/1', test: works } as const;
const sub = { role: 'sub', url: 'rtsp://10.0.0.5/2', test: works } as const;

function search(streams: CameraSearch['streams']): CameraSearch {
  const maker = { id: 'intelbras', name: 'Intelbras' };
  return { outcome: 'found', detail: '', maker, streams, tried: 3, elapsedMs: 900 };
}

test('addresses as people give them', () => {
  const good = [
    '192.168.1.20',
    ' 192.168.1.20:8554 ',
    'http://192.168.1.20/',
    'camera-3.local',
    'câmera.local',
    '[fe80::1]:554',
    'fe80::1',
  ];
  for (const address of good) assert.equal(addressError(address), undefined, address);
  assert.equal(addressError(' '), 'field.required');
  assert.equal(addressError('rtsp://10.0.0.5/stream1'), 'add.addressIsUrl');
  for (const bad of ['10.0.0.5/x', 'a b', '10.0.0.5:0', '10.0.0.5:70000', 'me@host', '<b>']) {
    assert.equal(addressError(bad), 'add.addressWrong', bad);
  }
  assert.equal(bareAddress('https://10.0.0.5//'), '10.0.0.5');
});

test('what was found is added with both streams, where there are two', () => {
  const credentials = { username: ' admin ', password: ' s ' };
  assert.deepEqual(inputOfSearch(' Gate ', search([sub, main]), credentials), {
    name: 'Gate',
    url: main.url,
    subUrl: sub.url,
    username: 'admin',
    password: ' s ',
  });
  assert.equal(inputOfSearch('Gate', search([main]), credentials).subUrl, undefined);
});

test('the name to begin with is new', () => {
  const found = search([main]);
  assert.equal(suggestedName(found, '10.0.0.5', []), 'Intelbras 10.0.0.5');
  const taken = [{ name: 'Intelbras 10.0.0.5' }, { name: 'Intelbras 10.0.0.5 (2)' }];
  assert.equal(suggestedName(found, '10.0.0.5', taken), 'Intelbras 10.0.0.5 (3)');
  assert.equal(suggestedName({ ...found, maker: null }, '10.0.0.5', []), '10.0.0.5');
});

test('another address or password is another search', () => {
  const draft = { address: '10.0.0.5', username: 'admin', password: 'a' };
  assert.equal(searchKey(draft), searchKey({ ...draft, address: 'http://10.0.0.5/ ' }));
  assert.notEqual(searchKey(draft), searchKey({ ...draft, password: 'a ' }));
});

test('an outcome of a newer system is told as an error', () => {
  const known = (key: string): boolean => key === 'find.refused';
  assert.equal(outcomeKey('refused', known), 'find.refused');
  assert.equal(outcomeKey('abducted', known), 'find.error');
});
