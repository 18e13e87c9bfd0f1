import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextPath, signInPath, welcomePath } from './next.ts';

test('signing in leads back to where one was', () => {
  assert.equal(signInPath('/'), '/sign-in');
  const path = signInPath('/cameras/cam_x?t=2026');
  assert.equal(path, '/sign-in?next=%2Fcameras%2Fcam_x%3Ft%3D2026');
  const next = new URL(path, 'http://localhost').searchParams.get('next');
  assert.equal(nextPath(next ?? undefined), '/cameras/cam_x?t=2026');
});

test('choosing a password leads on to where one was going', () => {
  assert.equal(welcomePath('/'), '/welcome');
  assert.equal(welcomePath('/live?page=2'), '/welcome?next=%2Flive%3Fpage%3D2');
});

test('and never to another site, nor in circles', () => {
  for (const next of ['//evil.example', '/\\evil', 'https://evil.example', 'x', '', '/\t/evil']) {
    assert.equal(nextPath(next), '/');
  }
  assert.equal(nextPath(undefined), '/');
  assert.equal(nextPath('/sign-in?next=/sign-in'), '/');
  assert.equal(nextPath('/welcome'), '/');
});
