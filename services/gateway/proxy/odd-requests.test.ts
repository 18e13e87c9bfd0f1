import assert from 'node:assert/strict';
import { test } from 'node:test';
import { echoUpstream } from '../testing/echo-upstream.ts';
import { gateway } from '../testing/gateway-harness.ts';
import { exchange } from '../testing/raw-client.ts';

const HOST = 'Host: localhost\r\n';
const CLEAN = `GET /api/v1/clean HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`;
const get = (headers: string, body = ''): string =>
  `GET /api/v1/a HTTP/1.1\r\n${HOST}${headers}\r\n${body}`;
const post = (headers: string, body: string): string =>
  `POST /api/v1/a HTTP/1.1\r\n${HOST}${headers}\r\n${body}`;
const target = (path: string, method = 'GET'): string =>
  `${method} ${path} HTTP/1.1\r\n${HOST}\r\n`;
const upgrade = (path: string, headers: string, body = ''): string =>
  `GET ${path} HTTP/1.1\r\n${HOST}Connection: Upgrade\r\n${headers}\r\n${body}`;
const CHUNKED = 'Transfer-Encoding: chunked\r\n';

/**
 * What goes by request (RFC 9112 §2 to §7), and the statuses of all answers until the connection is
 * closed: 200 at the end is that of a clean request behind it. None is a connection closed at once.
 */
const CASES: Readonly<Record<string, readonly [bytes: string, statuses: string]>> = {
  'obs-fold': [get('X-A: b\r\n c\r\n'), '400'],
  'obs-fold of a coding': [post('Transfer-Encoding:\r\n chunked\r\n', '0\r\n\r\n'), '400'],
  'lines that end with LF': ['GET /api/v1/a HTTP/1.1\nHost: localhost\n\n', '400'],
  'one header that ends with LF': [get('X: a\nContent-Length: 5\r\n', '12345'), '400'],
  'CR within a header': [get('X: a\rContent-Length: 5\r\n'), '400'],
  'NUL in a value': [get('X: a\0b\r\n'), '400'],
  'NUL in a name': [get('X\0: b\r\n'), '400'],
  'NUL in the path': [target('/api/v1/a\0b'), '400'],
  'space in the path': [target('/api/v1/a b'), '400'],
  'other bytes in the path': [target('/api/v1/\xe9'), '400'],
  'other bytes in a value': [get('X: \xe9\r\n'), '200 200'],
  'header without a name': [get(': b\r\n'), '400'],
  'header without a colon': [get('Xabc\r\n'), '400'],
  'header of 64 KiB': [get(`X: ${'x'.repeat(65_536)}\r\n`), '431'],
  '3000 headers': [get('X:1\r\n'.repeat(3_000)), '431'],
  'path of 70 kB': [target(`/api/v1/${'a'.repeat(70_000)}`), '431'],
  'extension of a chunk of 64 KiB': [
    post(CHUNKED, `5;${'x'.repeat(65_536)}\r\n12345\r\n0\r\n\r\n`),
    '431',
  ],
  'trailers of 64 KiB': [post(CHUNKED, `0\r\n${'X: y\r\n'.repeat(12_000)}\r\n`), '431'],
  'trailers that would be headers': [
    post(CHUNKED, '0\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n'),
    '200 200',
  ],
  'upgrade with content': [
    upgrade('/live/v1/a', 'Upgrade: websocket\r\nContent-Length: 5\r\n', '12345'),
    '200',
  ],
  'upgrade with chunks': [
    upgrade('/live/v1/a', `Upgrade: websocket\r\n${CHUNKED}`, '0\r\n\r\n'),
    '400',
  ],
  'upgrade to several': [upgrade('/live/v1/a', 'Upgrade: websocket, h2c\r\n'), '200'],
  'upgrade that is refused': [upgrade('/live/v1/a', 'Upgrade: websocket\r\n'), '200'],
  'upgrade where there is none': [upgrade('/api/v1/a', 'Upgrade: websocket\r\n'), '200'],
  'upgrade of the page': [upgrade('/', 'Upgrade: websocket\r\n'), '200'],
  h2c: [upgrade('/api/v1/a', 'Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n'), '200'],
  'HTTP/2': ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '400'],
  CONNECT: [target('127.0.0.1:22', 'CONNECT'), ''],
  'absolute form': [target('http://localhost/api/v1/a'), '200 200'],
  'absolute form of another': [target('http://127.0.0.1:22/'), '400 200'],
  'absolute form with a user': [target('http://localhost@evil.example/'), '400 200'],
  'OPTIONS *': [target('*', 'OPTIONS'), '404 200'],
  TRACE: [target('/api/v1/a', 'TRACE'), '404 200'],
  'no path': [target('api/v1/a'), '400'],
  'dot segments': [target('/api/../media/x'), '400 200'],
  'dot segments, encoded': [target('/api/v1/.%2E/x'), '400 200'],
  'dots that are none': [target('/api/v1/..a/b../.c'), '200 200'],
  'percent without digits': [target('/api/v1/%zz'), '400 200'],
  'two hosts': [get('Host: evil.example\r\n'), '400 200'],
  'list of hosts': ['GET /api/v1/a HTTP/1.1\r\nHost: localhost, a\r\n\r\n', '421 200'],
  'no host': ['GET /api/v1/a HTTP/1.1\r\n\r\n', '400'],
  'chunks in HTTP/1.0': [
    `POST /api/v1/a HTTP/1.0\r\n${HOST}${CHUNKED}\r\n5\r\n12345\r\n0\r\n\r\n`,
    '400',
  ],
  'HTTP/0.9': ['GET /api/v1/a\r\n\r\n', '400'],
  'HTTP/1.2': [`GET /api/v1/a HTTP/1.2\r\n${HOST}\r\n`, '400'],
  'method in small letters': [target('/api/v1/a', 'get'), '400'],
  'empty lines before': [`\r\n\r\n${get('')}`, '200 200'],
  'content type that is none': [post('Content-Type: {}\r\nContent-Length: 2\r\n', '{}'), '415'],
  'content without a type': [post('Content-Length: 2\r\n', '{}'), '200 200'],
  'content that is expected of a GET': [get('Expect: 100-continue\r\n'), '100 200 200'],
};

test('every odd request has its one answer, and leaves nothing behind', async (t) => {
  const echo = await echoUpstream(t);
  const url = await gateway(t, {
    upstreams: { api: echo.url, storage: echo.url, stream: echo.url },
  });
  for (const [name, [bytes, expected]] of Object.entries(CASES)) {
    const text = await exchange(url, bytes + CLEAN);
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status);
    assert.equal(statuses.join(' '), expected, name);
    assert.deepEqual(echo.intruders, [], name);
  }
});
