import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RtspHeaders } from '@vms/wire/rtsp/headers.ts';
import type { RtspResponse } from '@vms/wire/rtsp/message.ts';
import { carriesPassword } from '../path-credentials.ts';
import { CameraClues, knownPorts, MAX_CLUE_CHARACTERS, templatesFor } from './maker-clues.ts';
import { MAKERS, type StreamTemplate } from './maker-table.ts';
import { MAX_TRIES } from './stream-search.ts';

function makerBy(fields: readonly (readonly [string, string])[], body = ''): string | undefined {
  const clues = new CameraClues();
  clues.add(responseOf(fields, body));
  return clues.maker()?.id;
}

function responseOf(fields: readonly (readonly [string, string])[], body: string): RtspResponse {
  const headers = new RtspHeaders(fields);
  return {
    kind: 'response',
    protocol: 'RTSP',
    status: body === '' ? 401 : 200,
    reason: '',
    headers,
    body: Buffer.from(body),
  };
}

const realm = (name: string): readonly (readonly [string, string])[] => [
  ['WWW-Authenticate', `Digest realm="${name}", nonce="n"`],
];

test('makers are recognised by what real cameras answer', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['IP Camera(C1234)', 'hikvision'],
    ['Login to 3F0A11BPAG', 'dahua'],
    ['Login to INTELBRAS-1234', 'intelbras'],
    ['TP-LINK IP-Camera', 'tp-link'],
    ['BC Streaming Media', 'reolink'],
    ['AXIS_ACCC8E012345', 'axis'],
    ['48ea632fc01e', 'uniview'],
    ['iPolis_00:09:18:01:02:03', 'hanwha'],
    ['Foscam IPCam Living Video', 'foscam'],
    ['HITRON_0007D8192659', 'hitron'],
    ['Surveillance Server', undefined],
  ];
  for (const [name, maker] of cases) assert.equal(makerBy(realm(name)), maker, name);
  assert.equal(makerBy([['Server', 'H264DVR 1.0']]), 'xiongmai');
  assert.equal(makerBy([['Server', 'Hipcam RealServer/V1.0']]), 'hisilicon');
  assert.equal(makerBy([], 's=Media Server\r\na=packetization-supported:DH\r\n'), 'dahua');
  assert.equal(makerBy([], 's=Session streamed by "preview"\r\n'), 'reolink');
  assert.equal(makerBy([], 'v=0\r\nu=www.evostream.com\r\n'), 'ubiquiti');
  assert.equal(makerBy([], 's=streamed by the macro-video rtsp server\r\n'), 'v380');
  assert.equal(makerBy([]), undefined);
});

test('no more than MAX_CLUE_CHARACTERS of a clue are looked at', () => {
  assert.equal(
    makerBy([], `${' '.repeat(MAX_CLUE_CHARACTERS)}packetization-supported:DH`),
    undefined,
  );
});

test('the table is whole: ids and paths are well formed, every path can be reached by a search', () => {
  assert.equal(new Set(MAKERS.map(({ id }) => id)).size, MAKERS.length);
  for (const { id, name, streams, source, port } of MAKERS) {
    assert.match(id, /^[a-z][a-z0-9-]*$/);
    assert.ok(name !== '' && source.length > 10 && streams.length > 0, id);
    assert.ok(port === undefined || knownPorts().includes(port));
    for (const { main, sub } of streams) {
      for (const path of sub === undefined ? [main] : [main, sub]) {
        const url = new URL(`rtsp://192.0.2.1${path}`);
        assert.equal(url.href, `rtsp://192.0.2.1${path}`, 'as it is stored');
      }
      assert.notEqual(main, sub);
    }
  }
  assert.ok(templatesFor(undefined).length < MAX_TRIES, `${templatesFor(undefined).length}`);
  const xiongmai = MAKERS.find(({ id }) => id === 'xiongmai');
  const secret = (templates: readonly StreamTemplate[]): number =>
    templates.filter(({ main }) => carriesPassword(main)).length;
  assert.deepEqual([secret(templatesFor(xiongmai)), secret(templatesFor(undefined))], [1, 0]);
  const hanwha = MAKERS.find(({ id }) => id === 'hanwha');
  assert.equal(templatesFor(hanwha)[0]?.main, '/profile2/media.smp');
  assert.equal(templatesFor(hanwha).length, templatesFor(undefined).length);
});
