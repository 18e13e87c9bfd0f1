import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atTerminal } from './pseudo-terminal.ts';

test('a dialogue that takes too long is rejected with what is on the screen', async () => {
  const endless = atTerminal('echo "Who is there?"; exec sleep 60', {}, [], 5_000);
  await assert.rejects(endless, /Not done after 5000 ms\. On the screen: Who is there\?/);
});
