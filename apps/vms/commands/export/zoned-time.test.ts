import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseInstant, zonedText } from './zoned-time.ts';

const SAO_PAULO = 'America/Sao_Paulo';
const now = Date.parse('2026-06-15T18:30:00Z');

const understood: [string, string, string][] = [
  ['2026-01-31T12:00:00Z', SAO_PAULO, '2026-01-31T12:00:00.000Z'],
  ['2026-01-31 12:00:00-03:00', 'Asia/Tokyo', '2026-01-31T15:00:00.000Z'],
  ['2026-01-31T12:00', SAO_PAULO, '2026-01-31T15:00:00.000Z'],
  ['2026-01-31 12:00:05.25', SAO_PAULO, '2026-01-31T15:00:05.250Z'],
  ['31/01/2026 12:00:30', SAO_PAULO, '2026-01-31T15:00:30.000Z'],
  ['31/01/2026', SAO_PAULO, '2026-01-31T03:00:00.000Z'],
  ['08:15', SAO_PAULO, '2026-06-15T11:15:00.000Z'],
  ['8h15', SAO_PAULO, '2026-06-15T11:15:00.000Z'],
  // Already tomorrow there.
  ['00:10', 'Asia/Tokyo', '2026-06-15T15:10:00.000Z'],
  ['now', SAO_PAULO, '2026-06-15T18:30:00.000Z'],
  ['agora', SAO_PAULO, '2026-06-15T18:30:00.000Z'],
];
for (const [typed, zone, instant] of understood) {
  test(`understands ${typed} in ${zone}`, () => {
    const parsed = parseInstant(typed, zone, now, 'first');
    assert.equal(new Date(parsed ?? 0).toISOString(), instant);
  });
}

for (const typed of ['', 'yesterday', '2026-02-30 10:00', '25:00', '10:61', '2026-13-01', '12']) {
  test(`refuses “${typed}”`, () => {
    assert.equal(parseInstant(typed, SAO_PAULO, now, 'first'), undefined);
  });
}

test('an hour that comes twice is taken whole, and one that is skipped is none', () => {
  const berlin = 'Europe/Berlin';
  const at = (typed: string, twice: 'first' | 'last') =>
    new Date(parseInstant(typed, berlin, now, twice) ?? 0).toISOString();
  assert.equal(at('2026-10-25 02:30', 'first'), '2026-10-25T00:30:00.000Z');
  assert.equal(at('2026-10-25 02:30', 'last'), '2026-10-25T01:30:00.000Z');
  assert.equal(parseInstant('2026-03-29 02:30', berlin, now, 'first'), undefined);
});

test('shows the time of a zone', () => {
  assert.equal(zonedText(Date.parse('2026-01-31T02:00:05Z'), SAO_PAULO), '2026-01-30 23:00:05');
});
