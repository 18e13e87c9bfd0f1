import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeAdtsHeader } from '@vms/media/aac/adts.ts';
import { createAacConfig } from '@vms/media/aac/audio-specific-config.ts';
import { AAC_CASES } from './aac.cases.ts';
import { MAX_AAC_ACCESS_UNIT_BYTES, MAX_HELD_AAC_UNITS } from './aac-depacketizer.ts';
import { packetizeAac } from './aac-packetizer.ts';
import { MAX_AAC_UNITS_PER_PACKET } from './au-headers.ts';
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

test('a fragment that is lost drops its access unit; the next one reports it', () => {
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

/** One packet of a track with these parameters, and what comes of it. */
function unitsOf(parameters: Record<string, string>, ...payloads: string[]): string[] {
  const sender = new PacketSender(trackOf('aac', AAC_CONFIG, parameters));
  for (const payload of payloads) sender.send(payload, true).next(1024);
  assert.equal(sender.depacketizer.statistics.malformedPackets, 0);
  return sender.emitted.flatMap(({ units }) => units);
}

test('quirk audio-headers: what the description does not name has no bits (RFC 3640 §4.1)', () => {
  // Sizes of 13 bits and nothing else: 2 is 0000000000010, 3 is 0000000000011.
  assert.deepEqual(unitsOf({ sizelength: '13' }, '000d' + '0010' + '2101'), ['2101']);
  assert.deepEqual(unitsOf({ sizelength: '13' }, '001a' + '001000c0' + '2101' + '212223'), [
    '2101',
    '212223',
  ]);
  // The same camera, with the index that it did not name: the length of the headers shows it.
  assert.deepEqual(unitsOf({ sizelength: '13' }, '0020' + '00100018' + '2101' + '212223'), [
    '2101',
    '212223',
  ]);
  // And one that names nothing, and leaves the index out.
  assert.deepEqual(unitsOf({}, '000d' + '0010' + '2101'), ['2101']);
  assert.deepEqual(unitsOf({ mode: 'AAC-lbr' }, '0010' + '0c0c' + '212122' + '212123'), [
    '212122',
    '212123',
  ]);
});

test('every field of an AU header is read over (RFC 3640 §3.2.1.1)', () => {
  const parameters = {
    ...{ sizelength: '8', indexlength: '4', indexdeltalength: '4' },
    ...{ ctsdeltalength: '8', dtsdeltalength: '4', randomaccessindication: '1' },
    streamstateindication: '5',
  };
  // size 02 index 0 | cts 0 dts 0 rap 1 state 10101 | size 01 delta 0 | cts 1 ff, dts 1 a, rap 0 state 00000
  const bits =
    '00000010' +
    '0000' +
    '0' +
    '0' +
    '1' +
    '10101' +
    '00000001' +
    '0000' +
    '111111111' +
    '11010' +
    '000000';
  const length = bits.length.toString(16).padStart(4, '0');
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '0');
  const headers = padded.replace(/.{8}/g, (byte) =>
    Number.parseInt(byte, 2).toString(16).padStart(2, '0'),
  );
  assert.deepEqual(unitsOf(parameters, `${length}${headers}210122`), ['2101', '22']);
});

test('sizes that are constant, and an auxiliary section, as declared', () => {
  assert.deepEqual(unitsOf({ constantsize: '3' }, '212223' + '242526'), ['212223', '242526']);
  // No header section at all; 12 bits of auxiliary data behind a size of 8 bits.
  const auxiliary = { constantsize: '2', auxiliarydatasizelength: '8' };
  assert.deepEqual(unitsOf(auxiliary, '0cfff0' + '2122'), ['2122']);
  const behind = { sizelength: '13', indexlength: '3', auxiliarydatasizelength: '8' };
  assert.deepEqual(unitsOf(behind, '0010' + '0010' + '0cfff0' + '2101'), ['2101']);
  const cut = new PacketSender(trackOf('aac', AAC_CONFIG, behind)).send('00100010ff', true);
  assert.equal(cut.depacketizer.statistics.malformedPackets, 1);
});

test('interleaved access units come in the order of their times (RFC 3640 §3.2.3.2)', () => {
  const parameters = { sizelength: '13', indexlength: '3', indexdeltalength: '3' };
  const send = (extra: Record<string, string>): [string, number][] => {
    const sender = new PacketSender(trackOf('aac', AAC_CONFIG, { ...parameters, ...extra }));
    const start = sender.timestamp;
    // Access units 0 2 4, then 1 3 5, then 6: sizes of 2, index deltas of 1.
    sender.send('0030' + '0010' + '0011' + '0011' + '21002102' + '2104', true).next(1024);
    sender.send('0030' + '0010' + '0011' + '0011' + '21012103' + '2105', true).next(5 * 1024);
    sender.send('0010' + '0010' + '2106', true);
    return sender.emitted.map(({ units, timestamp }) => [
      units[0] ?? '',
      ((timestamp - start) >>> 0) / 1024,
    ]);
  };
  assert.deepEqual(
    send({ maxdisplacement: '5120' }),
    ['2100', '2101', '2102', '2103', '2104', '2105', '2106'].map((unit, index) => [unit, index]),
  );
  // Without the word of the description an index is not believed: cameras write anything there.
  const order = ['2100', '2102', '2104', '2101', '2103', '2105', '2106'];
  assert.deepEqual(
    send({}).map(([unit]) => unit),
    order,
  );
});

test(`at most ${MAX_HELD_AAC_UNITS} interleaved access units wait`, () => {
  const sender = new PacketSender(trackOf('aac', AAC_CONFIG, { maxdisplacement: '99999' }));
  const packet = '0020' + '0010' + '0017' + '2101' + '2102';
  for (let i = 0; i < MAX_HELD_AAC_UNITS; i++) sender.send(packet, true);
  assert.equal(sender.emitted.length, 2 * MAX_HELD_AAC_UNITS - MAX_HELD_AAC_UNITS);
});

test('a constant duration counts, whatever the configuration says', () => {
  const sender = new PacketSender(trackOf('aac', AAC_CONFIG, { constantduration: '960' }));
  sender.send('0020' + '0010' + '0010' + '2101' + '2102', true);
  assert.equal(
    ((sender.emitted[1]?.timestamp ?? 0) - (sender.emitted[0]?.timestamp ?? 0)) >>> 0,
    960,
  );
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
  assert.equal(sender.depacketizer.statistics.malformedPackets, 1, 'what is over is counted');

  const wide = { sizelength: '16', indexlength: '0', indexdeltalength: '0' };
  const big = (size: number): PacketSender => {
    const track = new PacketSender(trackOf('aac', AAC_CONFIG, wide));
    const header = `0010${size.toString(16).padStart(4, '0')}`;
    const half = Math.floor(size / 2);
    track.send(header + '21'.repeat(half)).send(header + '21'.repeat(size - half), true);
    return track;
  };
  const whole = (size: number): PacketSender =>
    new PacketSender(trackOf('aac', AAC_CONFIG, wide)).send(
      `0010${size.toString(16).padStart(4, '0')}${'21'.repeat(size)}`,
      true,
    );
  assert.equal(whole(MAX_AAC_ACCESS_UNIT_BYTES).emitted.length, 1);
  const over = whole(MAX_AAC_ACCESS_UNIT_BYTES + 1);
  assert.equal(over.emitted.length, 0);
  assert.equal(over.depacketizer.statistics.droppedAccessUnits, 1);
  assert.equal(big(MAX_AAC_ACCESS_UNIT_BYTES).emitted.length, 1);
  assert.equal(big(MAX_AAC_ACCESS_UNIT_BYTES + 1).emitted.length, 0);
});

/** An ADTS frame of that AudioSpecificConfig behind its AU header. */
function adts(config: string, unit = '2110051400'): Uint8Array {
  const payload = bytes(unit);
  const frame = [...writeAdtsHeader(bytes(config), payload.length), ...payload];
  return Uint8Array.of(0, 16, (frame.length << 3) >> 8, (frame.length << 3) & 255, ...frame);
}

/** AudioSpecificConfigs of AAC-LC. */
const STEREO_48K = '1190';
const MONO_48K = '1188';
const MONO_8K = '1588';
const STEREO_24K = '1310';
const MONO_24K = '1308';

/** The configurations of what comes out where these headers come, in hex. */
function recordsOf(record: string, headers: readonly string[]): string[] {
  const sender = new PacketSender(trackOf('aac', createAacConfig(bytes(record))));
  for (const header of headers) sender.send(adts(header), true).next(1024);
  return sender.emitted.map(({ config }) => hexOf(config.record));
}

test('quirk audio-wrapping: ADTS headers that say otherwise twice count more than the description', () => {
  const headers = [MONO_8K, MONO_8K, MONO_8K, MONO_48K, MONO_48K, STEREO_48K, STEREO_48K];
  assert.deepEqual(recordsOf(STEREO_48K, headers), [
    STEREO_48K,
    MONO_8K,
    MONO_8K,
    MONO_8K,
    MONO_48K,
    MONO_48K,
    STEREO_48K,
  ]);
});

test('quirk audio-wrapping: a broken ADTS header changes nothing', () => {
  const headers = [STEREO_48K, MONO_8K, STEREO_48K, MONO_8K, STEREO_48K, MONO_8K, MONO_48K];
  assert.equal(new Set(recordsOf(STEREO_48K, headers)).size, 1);
});

test('quirk audio-wrapping: HE-AAC stays HE-AAC where ADTS headers describe its core', () => {
  const many = (header: string): string[] => Array.from({ length: 4 }, () => header);
  // 5, 24 kHz (core), stereo, 48 kHz; the same with the doubled rate; 29, 24 kHz, stereo
  for (const record of ['2b118800', '29918800']) {
    assert.deepEqual(recordsOf(record, many(STEREO_24K)), many(record));
  }
  assert.deepEqual(recordsOf('eb118800', many(MONO_24K)), many('eb118800'));
  assert.deepEqual(recordsOf('2b118800', many(MONO_8K)).at(-1), MONO_8K);
});
