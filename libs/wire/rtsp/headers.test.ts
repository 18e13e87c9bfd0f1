import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DEFAULT_SESSION_TIMEOUT_SECONDS,
  formatInterleavedTransport,
  MAX_SESSION_TIMEOUT_SECONDS,
  parsePublic,
  parseRtpInfo,
  parseSession,
  parseTransport,
} from './headers.ts';

test('Session: id, timeout, and what cameras make of it', () => {
  assert.deepEqual(parseSession('  708345999;timeout=60'), { id: '708345999', timeoutSeconds: 60 });
  assert.deepEqual(parseSession('9a90de54; timeout = "120"'), {
    id: '9a90de54',
    timeoutSeconds: 120,
  });
  for (const value of ['F8F8E425', 'F8F8E425;timeout=0', 'F8F8E425;timeout=', 'F8F8E425;x=1']) {
    assert.equal(parseSession(value)?.timeoutSeconds, DEFAULT_SESSION_TIMEOUT_SECONDS, value);
  }
  assert.equal(parseSession('a;timeout=9999999999')?.timeoutSeconds, MAX_SESSION_TIMEOUT_SECONDS);
  assert.equal(parseSession(' ;timeout=60'), undefined);
});

test('Transport: channels, ports, SSRC, quoted mode', () => {
  assert.deepEqual(
    parseTransport(
      'rtp/avp/tcp;unicast; interleaved=2-3 ;ssrc=4cacc3d1;mode="play";source=10.0.0.1',
    ),
    {
      protocol: 'RTP/AVP/TCP',
      interleaved: [2, 3],
      multicast: false,
      clientPort: undefined,
      serverPort: undefined,
      ssrc: 0x4cacc3d1,
      source: '10.0.0.1',
      mode: 'play',
    },
  );
  const udp = parseTransport('RTP/AVP;client_port=18716-18717;server_port=40006-40007;ssrc=0');
  assert.deepEqual(
    [udp.clientPort, udp.serverPort, udp.ssrc, udp.interleaved],
    [[18716, 18717], [40006, 40007], undefined, undefined],
  );
});

test('Transport: a group', () => {
  const group = parseTransport('RTP/AVP;multicast;destination=239.1.2.3;port=5000-5001;ttl=16');
  assert.deepEqual([group.multicast, group.interleaved], [true, undefined]);
});

test('Transport: channels left out, alone or out of range', () => {
  assert.equal(parseTransport('RTP/AVP/TCP;unicast').interleaved, undefined);
  assert.deepEqual(parseTransport('RTP/AVP/TCP;interleaved=4').interleaved, [4, 5]);
  assert.equal(parseTransport('RTP/AVP/TCP;interleaved=300-301').interleaved, undefined);
  assert.equal(parseTransport('RTP/AVP/TCP;interleaved=a-b').interleaved, undefined);
  assert.equal(parseTransport('').protocol, '');
  assert.deepEqual(parseTransport(formatInterleavedTransport(6)).interleaved, [6, 7]);
});

test('RTP-Info: several tracks, relative URLs, commas inside, SSRC', () => {
  assert.deepEqual(
    parseRtpInfo(
      'url=trackID=1;seq=16852;rtptime=1070938629;ssrc=dcc4a0d8,url="rtsp://c/a,b";seq=70000',
    ),
    [
      { url: 'trackID=1', sequence: 16852, rtpTime: 1070938629, ssrc: 0xdcc4a0d8 },
      { url: 'rtsp://c/a,b', sequence: undefined, rtpTime: undefined, ssrc: undefined },
    ],
  );
  assert.deepEqual(parseRtpInfo('seq=1;rtptime=2'), []);
});

test('Public: methods without case and blanks', () => {
  assert.deepEqual(
    [...parsePublic(' OPTIONS,describe , ,GET_PARAMETER')],
    ['OPTIONS', 'DESCRIBE', 'GET_PARAMETER'],
  );
});
