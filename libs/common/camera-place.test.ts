import assert from 'node:assert/strict';
import { test } from 'node:test';
import { camerasAt, exactPlaceOf, placeOf } from './camera-place.ts';

test('a place is host, port, path and query, whoever signs in', () => {
  const same = [
    'rtsp://192.0.2.7/live?a=1',
    'rtsp://192.0.2.7:554/live?a=1',
    ' RTSP://me:s3cret@192.0.2.7/live?a=1 ',
  ];
  assert.equal(new Set(same.map(placeOf)).size, 1);
  assert.equal(placeOf('rtsp://Cam.lan'), placeOf('rtsp://cam.LAN:554/'));
  assert.equal(placeOf('rtsps://cam.lan/'), placeOf('rtsps://cam.lan:322'));
  assert.equal(placeOf('rtsp://h/?pwd=a'), placeOf('rtsp://h/?pwd=$PASSWORD'));
  const others = [
    'rtsp://192.0.2.7/live?a=2',
    'rtsp://192.0.2.7:8554/live?a=1',
    'rtsp://h/live?a=1',
  ];
  assert.equal(new Set([same[0], ...others].map((each) => placeOf(each ?? ''))).size, 4);
  assert.equal(placeOf('nonsense'), undefined);
});

test('within a list a token tells channels apart', () => {
  const [a, b] = ['rtsp://h/?token=a', 'rtsp://h/?token=b'];
  assert.equal(placeOf(a), placeOf(b));
  assert.notEqual(exactPlaceOf(a), exactPlaceOf(b));
  assert.ok(!placeOf(a)?.includes('token=a'));
  assert.equal(exactPlaceOf('nonsense'), undefined);
});

test('cameras at an address are found by either stream; two channels of one recorder are not the same', () => {
  const cameras = [
    { name: 'A', url: 'rtsp://192.0.2.7/1', subUrl: null },
    { name: 'B', url: 'rtsp://192.0.2.7/2', subUrl: 'rtsp://192.0.2.7/2s' },
  ];
  const names = (address: string) => camerasAt(address, cameras).map(({ name }) => name);
  assert.deepEqual(names('rtsp://u:p@192.0.2.7:554/1'), ['A']);
  assert.deepEqual(names('rtsp://192.0.2.7/2s'), ['B']);
  assert.deepEqual(names('rtsp://192.0.2.7/3'), []);
  assert.deepEqual(names(''), []);
});
