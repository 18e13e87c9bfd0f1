import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBeside } from './lead.ts';

test('opens a page at once where it is known that the system answers', () => {
  const opened: unknown[] = [];
  Object.assign(globalThis, { window: { open: (address: unknown) => opened.push(address) } });
  void openBeside('/api/v1/docs', true);
  assert.deepEqual(opened, ['/api/v1/docs']);
});
