import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAacConfig } from '@vms/media/aac/audio-specific-config.ts';
import { AAC_CASES } from './aac.cases.ts';
import { MAX_AAC_ACCESS_UNIT_BYTES, MAX_AAC_UNITS_PER_PACKET } from './aac-depacketizer.ts';
import { packetizeAac } from './aac-packetizer.ts';
import {
  AAC_CONFIG,
  AAC_TRACK,
  bytes,
  hexOf,
  PacketSender,
  trackOf,
} from './packet-sender.cases.ts';

for (const { name, units, payloads, packetizer } of AAC_CASES) {
  const title = name.startsWith('quirk ') ? name : `AAC ${name}`;
  test(`${title}: depacketized`, () => {
    const sender = new PacketSender(AAC_TRACK);
    for (const [payload, marker] of payloads) sender.send(payload, marker);
    assert.deepEqual(
      sender.emitted.flatMap((unit) => unit.units),
      units,
    );
    sender.emitted.forEach((unit, index) => {
      assert.equal(unit.timestamp, (sender.timestamp + 1024 * index) >>> 0);
      assert.ok(unit.keyframe && unit.config === AAC_CONFIG && unit.lost === 0);
    });
    assert.deepEqual(sender.quirks, name.startsWith('quirk ') ? ['audio-wrapping'] : []);
    assert.equal(sender.depacketizer.statistics.malformedPackets, 0);
  });
  if (packetizer === undefined) continue;
  test(`${title}: packetized`, () => {
    const made = packetizeAac(bytes(units[0] ?? ''), packetizer);
    assert.deepEqual(
      made.map((payload) => [hexOf(payload.bytes), payload.marker]),
      payloads,
    );
  });
}

test('quirk audio-wrapping: without a configuration, the ADTS header gives it', () => {
  const sender = new PacketSender(trackOf('aac', undefined));
  sender.send('001000282110051400', true).next(1024);
  assert.equal(sender.emitted.length, 0);
  sender.send(`00100060fff14c80019ffc2110051400`, true).next(1024);
  assert.deepEqual(sender.emitted[0]?.units, ['2110051400']);
  assert.deepEqual(sender.emitted[0]?.config, createAacConfig(bytes('1190')));
  assert.equal(sender.depacketizer.statistics.awaitingConfiguration, 1);
});

test('a fragment that is lost drops its access unit; the next one tells', () => {
  const sender = new PacketSender(AAC_TRACK);
  sender
    .send(`001000f0${'21'.repeat(12)}`)
    .lose()
    .send(`001000f0${'21'.repeat(6)}`, true);
  sender.next(1024).send('001000282110051400', true);
  assert.deepEqual(
    sender.emitted.map(({ units, lost }) => [units, lost]),
    [[['2110051400'], 1]],
  );
  assert.ok(sender.depacketizer.statistics.droppedAccessUnits >= 1);
});

test('lengths of the description: AAC-lbr, and the ticks of HE-AAC', () => {
  const lbr = new PacketSender(
    trackOf('aac', AAC_CONFIG, { sizelength: '6', indexlength: '2', indexdeltalength: '2' }),
  );
  lbr.send('0010' + '0c0c' + '212122' + '212123', true); // sizes 3 and 3, indexes 0 and 0
  assert.deepEqual(
    lbr.emitted.flatMap(({ units }) => units),
    ['212122', '212123'],
  );
  // Core at 24000 Hz in a clock of 48000 Hz: 2048 ticks an access unit.
  const he = new PacketSender(trackOf('aac', createAacConfig(bytes('2b098800'))));
  he.send('0020' + '0010' + '0010' + '2101' + '2102', true);
  assert.equal(((he.emitted[1]?.timestamp ?? 0) - (he.emitted[0]?.timestamp ?? 0)) >>> 0, 2048);
});

test('headers that do not fit are malformed, and end nothing else', () => {
  const sender = new PacketSender(AAC_TRACK);
  for (const payload of ['00', '0010', 'ffff00', '00000000', '0020001000ff21', '0008000021']) {
    sender.send(payload, true).next(1024);
  }
  sender.send('001000282110051400', true);
  assert.equal(sender.emitted.at(-1)?.units[0], '2110051400');
  assert.ok(sender.depacketizer.statistics.malformedPackets >= 5);
});

test(`at most ${MAX_AAC_UNITS_PER_PACKET} access units a packet and ${MAX_AAC_ACCESS_UNIT_BYTES} bytes each`, () => {
  const many = MAX_AAC_UNITS_PER_PACKET + 6;
  const headers = '0008'.repeat(many);
  const length = (many * 16).toString(16).padStart(4, '0');
  const sender = new PacketSender(AAC_TRACK).send(length + headers + '21'.repeat(many), true);
  assert.equal(sender.emitted.length, MAX_AAC_UNITS_PER_PACKET);

  const wide = { sizelength: '16', indexlength: '0', indexdeltalength: '0' };
  const big = (size: number): PacketSender => {
    const track = new PacketSender(trackOf('aac', AAC_CONFIG, wide));
    const header = `0010${size.toString(16).padStart(4, '0')}`;
    const half = Math.floor(size / 2);
    track.send(header + '21'.repeat(half)).send(header + '21'.repeat(size - half), true);
    return track;
  };
  assert.equal(big(MAX_AAC_ACCESS_UNIT_BYTES).emitted.length, 1);
  assert.equal(big(MAX_AAC_ACCESS_UNIT_BYTES + 1).emitted.length, 0);
});
