import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeFirstPassword } from './first-password.ts';

function windowAt(address: string) {
  const { pathname, search, hash } = new URL(address, 'http://localhost');
  const replaced: unknown[] = [];
  return {
    location: { pathname, search, hash },
    history: {
      state: null,
      replaceState: (_state: unknown, _unused: string, url?: string | URL | null) => {
        replaced.push(url);
      },
    },
    replaced,
  };
}

test('the first password leaves the address', () => {
  const window = windowAt('/vms/welcome?next=%2Flive#k7wq-m2ht%20');
  assert.equal(takeFirstPassword(window), 'k7wq-m2ht');
  assert.deepEqual(window.replaced, ['/vms/welcome?next=%2Flive']);
});

test('a fragment that is no percent-encoding is taken as it stands', () => {
  assert.equal(takeFirstPassword(windowAt('/welcome#100%')), '100%');
});

test('other addresses are left alone', () => {
  for (const address of ['/welcome', '/welcome#', '/cameras#content']) {
    const window = windowAt(address);
    assert.equal(takeFirstPassword(window), undefined);
    assert.deepEqual(window.replaced, []);
  }
});
