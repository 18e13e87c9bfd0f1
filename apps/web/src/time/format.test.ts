import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFormatters, duration, offsetName } from './format.ts';

const at = Date.UTC(2026, 10, 20, 17, 3, 22, 480);
const br = createFormatters('pt-BR', 'America/Sao_Paulo');
const en = createFormatters('en', 'America/Sao_Paulo');

test('times are those of the zone, on a 24-hour clock in both languages', () => {
  assert.equal(br.time(at), '14:03:22');
  assert.equal(en.time(at), '14:03:22');
  assert.equal(en.timeWithMs(at), '14:03:22.480');
  assert.equal(en.hourMinute(Date.UTC(2026, 10, 20, 3, 5)), '00:05');
});

test('the hour that comes twice is told apart by its offset, and no other hour is', () => {
  const berlin = createFormatters('en', 'Europe/Berlin');
  const first = Date.UTC(2026, 9, 25, 0, 30);
  assert.equal(berlin.time(first), '02:30:00 UTC+02:00');
  assert.equal(berlin.time(first + 3_600_000), '02:30:00 UTC+01:00');
  assert.equal(berlin.timeWithMs(first + 5), '02:30:00.005 UTC+02:00');
  assert.equal(berlin.time(first + 7_200_000), '03:30:00');
  assert.equal(berlin.zoneOffset(first), 'UTC+02:00');
});

test('dates follow the language', () => {
  assert.match(br.date(at), /20 de nov\. de 2026/);
  assert.match(en.date(at), /Nov 20, 2026/);
});

test('a moment carries its day only when it is not today', () => {
  assert.equal(en.moment(at, at + 1000), '14:03:22');
  assert.equal(en.moment(at, at + 86_400_000), 'Nov 20, 14:03');
});

test('the zone is named with its offset', () => {
  assert.equal(en.zoneName(at), 'Brasilia Standard Time, UTC−03:00');
  assert.equal(br.zoneName(at), 'Horário Padrão de Brasília, UTC−03:00');
  assert.equal(createFormatters('en', 'UTC').zoneName(at), 'UTC+00:00');
  assert.equal(offsetName(5.5 * 3_600_000), 'UTC+05:30');
});

test('lengths of time have two units at most', () => {
  assert.equal(duration(0), '0 s');
  assert.equal(duration(-5), '0 s');
  assert.equal(duration(12_400), '12 s');
  assert.equal(duration(245_000), '4 min 5 s');
  assert.equal(duration(3_600_000), '1 h');
  assert.equal(duration(3_605_000), '1 h');
  assert.equal(duration(2 * 86_400_000 + 3 * 3_600_000 + 61_000), '2 d 3 h');
});

test('amounts', () => {
  assert.equal(en.bytes(0), '0 B');
  assert.equal(en.bytes(999), '999 B');
  assert.equal(en.bytes(1_234_000_000), '1.2 GB');
  assert.equal(br.bytes(1_234_000_000), '1,2 GB');
  assert.equal(en.bytes(999_960), '1 MB');
  assert.equal(en.bitRate(4_230_000), '4.2 Mbit/s');
});
