import assert from 'node:assert/strict';
import { test } from 'node:test';
import { credentialsOf, iceFragment } from './ice-fragment.ts';

const SDP = 'v=0\r\na=ice-ufrag:EsAw\r\na=ice-pwd:bP+XJMM09aR8AiX1jdukzR6Y\r\n';

test('a fragment is that of RFC 8840: credentials, then candidates by section', () => {
  const credentials = credentialsOf(SDP);
  assert.ok(credentials !== undefined);
  const candidate = 'candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host';
  assert.equal(
    iceFragment(credentials, [{ candidate, mid: '0' }], true),
    [
      'a=ice-ufrag:EsAw',
      'a=ice-pwd:bP+XJMM09aR8AiX1jdukzR6Y',
      'm=video 9 UDP/TLS/RTP/SAVPF 0',
      'a=mid:0',
      `a=${candidate}`,
      'a=end-of-candidates',
      '',
    ].join('\r\n'),
  );
});

test('a description without credentials has none', () => {
  assert.equal(credentialsOf('v=0\r\na=ice-ufrag:EsAw\r\n'), undefined);
});
