import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_TIME_ZONE_CHARACTERS, systemTimeZone, timeZoneOf } from './time-zone.ts';

test('names of the IANA database are time zones, whatever their case; offsets and inventions are none', () => {
  assert.equal(timeZoneOf('America/Sao_Paulo'), 'America/Sao_Paulo');
  assert.equal(timeZoneOf('america/sao_paulo'), 'America/Sao_Paulo');
  assert.equal(timeZoneOf('Asia/Kolkata'), 'Asia/Kolkata');
  assert.equal(timeZoneOf('utc'), 'UTC');
  const wrong = ['', '+03:00', '-0300', 'America/Springfield', 'São Paulo', 'a\nb', ' UTC'];
  for (const name of [...wrong, 'a'.repeat(MAX_TIME_ZONE_CHARACTERS + 1)]) {
    assert.equal(timeZoneOf(name), undefined, name);
  }
  assert.equal(timeZoneOf(systemTimeZone()), systemTimeZone());
});
