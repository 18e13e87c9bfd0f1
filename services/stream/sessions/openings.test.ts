import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { MAX_OPENING_SESSIONS, MAX_SESSION_OPENINGS_AT_ONCE } from '../bounds.ts';
import { Openings } from './openings.ts';

const TOO_MANY = { code: 'stream.too-many-offers', retryAfterSeconds: 1 };

test('a session that opens its view again and again waits, and no other for it', () => {
  const clock = new ManualClock();
  const openings = new Openings(clock);
  for (let opened = 0; opened < MAX_SESSION_OPENINGS_AT_ONCE; opened++) openings.check('a');
  assert.throws(() => openings.check('a'), TOO_MANY);
  openings.check('b');
  clock.advance(1000);
  openings.check('a');
});

test('sessions are counted in bounded memory: of too many the one of longest ago begins again', () => {
  const openings = new Openings(new ManualClock());
  for (let opened = 0; opened < MAX_SESSION_OPENINGS_AT_ONCE; opened++) openings.check('first');
  for (let other = 1; other < MAX_OPENING_SESSIONS; other++) openings.check(`session ${other}`);
  assert.throws(() => openings.check('first'), TOO_MANY);
  for (let other = 0; other < MAX_OPENING_SESSIONS; other++) openings.check(`more ${other}`);
  openings.check('first');
});
