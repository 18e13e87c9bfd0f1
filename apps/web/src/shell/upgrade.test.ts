import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryOf, isOutdated, mayReload } from './upgrade.ts';

const document = (name: string): string =>
  `<script src="./theme.js"></script><script type="module" crossorigin src="./assets/${name}"></script>`;

test('the entry script names the build', async () => {
  assert.equal(entryOf(document('index-a1.js')), 'index-a1.js');
  assert.equal(entryOf('<h1>502 Bad Gateway</h1>'), undefined);
  const ownEntry = 'https://vms.example.org/vms/assets/index-a1.js';
  const served = (html: string) =>
    isOutdated({ ownEntry, fetchDocument: () => Promise.resolve(html) });
  assert.equal(await served(document('index-a1.js')), false);
  assert.equal(await served(document('index-b2.js')), true);
  assert.equal(await served('<h1>502 Bad Gateway</h1>'), undefined);
  const fetchDocument = () => Promise.reject(new Error('offline'));
  assert.equal(await isOutdated({ ownEntry, fetchDocument }), undefined);
});

test('a page reloads by itself once, not in circles', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  assert.equal(mayReload(storage, 1_000_000), true);
  assert.equal(mayReload(storage, 1_030_000), false);
  assert.equal(mayReload(storage, 1_070_000), true);
});
