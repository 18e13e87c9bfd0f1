import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { echoUpstream, type Seen } from '../testing/echo-upstream.ts';
import { gateway } from '../testing/gateway-harness.ts';
import { exchange, openSocket } from '../testing/raw-client.ts';

/** What an attacker would have run by a service, in words that only the gateway may use. */
const SMUGGLED = [
  'GET /api/v1/smuggled HTTP/1.1',
  'Host: localhost',
  'X-Forwarded-For: 6.6.6.6',
  'X-Smuggled: 1',
  '',
  '',
].join('\r\n');

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'BREW'];

interface Framing {
  readonly name: string;
  readonly headers: readonly string[];
  readonly body: string;
}

const length = (text: string): string => `Content-Length: ${text.length}`;
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
const CHUNKED = 'Transfer-Encoding: chunked';
const CHUNKS = `${chunk(SMUGGLED)}0\r\n\r\n`;

/** RFC 9112 §6: how long a body is, rightly and wrongly said. */
const FRAMINGS: readonly Framing[] = [
  { name: 'none', headers: [], body: '' },
  { name: 'none, and a second request', headers: [], body: SMUGGLED },
  { name: 'length', headers: [length(SMUGGLED)], body: SMUGGLED },
  { name: 'length 0', headers: ['Content-Length: 0'], body: '' },
  { name: 'length 0, and a second request', headers: ['Content-Length: 0'], body: SMUGGLED },
  { name: 'length too short', headers: ['Content-Length: 5'], body: `12345${SMUGGLED}` },
  { name: 'chunked', headers: [CHUNKED], body: CHUNKS },
  { name: 'chunked, empty', headers: [CHUNKED], body: `0\r\n\r\n${SMUGGLED}` },
  { name: 'chunked in capitals', headers: ['Transfer-Encoding: CHUNKED'], body: CHUNKS },
  { name: 'chunked, extensions', headers: [CHUNKED], body: `5;a="\n"\r\n12345\r\n0\r\n\r\n` },
  { name: 'chunked, trailers', headers: [CHUNKED], body: `0\r\nContent-Length: 5\r\n\r\n` },
  { name: 'chunked, size malformed', headers: [CHUNKED], body: `0x5\r\n12345\r\n0\r\n\r\n` },
  { name: 'chunked, size too large', headers: [CHUNKED], body: `fffffffffffffffff\r\n1` },
  { name: 'chunked, bare LF', headers: [CHUNKED], body: `5\n12345\n0\n\n` },
  { name: 'length, then chunked', headers: [length(CHUNKS), CHUNKED], body: CHUNKS },
  { name: 'chunked, then length', headers: [CHUNKED, 'Content-Length: 4'], body: CHUNKS },
  { name: 'length twice', headers: [length(SMUGGLED), length(SMUGGLED)], body: SMUGGLED },
  { name: 'two lengths', headers: ['Content-Length: 0', length(SMUGGLED)], body: SMUGGLED },
  { name: 'list of lengths', headers: ['Content-Length: 5, 5'], body: '12345' },
  ...['+5', '-1', '0x5', '5 5', '5.0', '', '18446744073709551621'].map((value) => ({
    name: `length “${value}”`,
    headers: [`Content-Length: ${value}`],
    body: `12345${SMUGGLED}`,
  })),
  ...[
    'xchunked',
    'identity',
    'gzip, chunked',
    'chunked, identity',
    'identity, chunked',
    'chunked\r\n\tidentity',
    '\tchunked',
    '"chunked"',
    '',
  ].map((value) => ({
    name: `encoding “${value}”`,
    headers: [`Transfer-Encoding: ${value}`],
    body: CHUNKS,
  })),
  { name: 'encoding twice', headers: [CHUNKED, 'Transfer-Encoding: identity'], body: CHUNKS },
  { name: 'space before the colon', headers: ['Transfer-Encoding : chunked'], body: CHUNKS },
  { name: 'length with a space before', headers: [' Content-Length: 5'], body: '12345' },
  { name: 'underscore', headers: ['Content_Length: 5', CHUNKED], body: CHUNKS },
];

/** What else a request says of its connection. */
const HEADERS: readonly (readonly string[])[] = [
  [],
  ['Connection: content-length'],
  ['Connection: transfer-encoding'],
  ['Connection: close, content-length, transfer-encoding'],
  ['Connection: keep-alive, host, x-forwarded-for, x-probe'],
  ['Connection: close'],
  ['TE: trailers, chunked', 'Connection: te'],
  ['Trailer: Content-Length'],
  ['Expect: 100-continue'],
  ['Expect: 200-ok'],
  ['Keep-Alive: timeout=100', 'Proxy-Connection: keep-alive'],
  ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'],
  ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 99'],
];

const PATHS = [
  '/api/v1/attack',
  '/media/v1/attack',
  '/whep/attack',
  '/live/v1/attack',
  '/%61pi/v1/attack',
  '/api/%2e%2e/attack',
  '/vms/api/v1/attack',
  '/vms/live/v1/attack?a=%0d%0a',
];

const CLEAN = 4;
/** Attacks at a time: many of them wait for a server that waits for them. */
const LANES = 12;

function clean(probe: string, isLast = false): string {
  return [
    `POST /api/v1/clean/${probe} HTTP/1.1`,
    'Host: localhost',
    `Cookie: of=${probe}`,
    `X-Probe: ${probe}`,
    `Content-Length: ${probe.length}`,
    ...(isLast ? ['Connection: close'] : []),
    '',
    probe,
  ].join('\r\n');
}

/** The answers to clean requests in what a server sent, as the service saw those requests. */
function answersIn(text: string): Seen[] {
  return [...text.matchAll(/^x-seen: (.*)\r$/gim)]
    .map(([, seen = '']) => JSON.parse(decodeURIComponent(seen)) as Seen)
    .filter(({ path }) => path.includes('/clean/'));
}

function checkOwn(seen: Seen | undefined, probe: string, what: string): void {
  const own = {
    method: 'POST',
    path: `/api/v1/clean/${probe}`,
    body: probe,
    probe,
    cookie: `of=${probe}`,
    forwardedFor: '127.0.0.1',
  };
  assert.deepEqual(seen, own, what);
}

/** Somebody else, on a connection of his own that stays open. */
class Bystander {
  readonly #socket: Socket;
  #text = '';
  #asked = 0;
  #heard = (): void => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (part: string) => {
      this.#text += part;
      this.#heard();
    });
    socket.once('close', () => this.#heard());
  }

  async ask(what: string): Promise<void> {
    const probe = `b${this.#asked++}`;
    this.#text = '';
    this.#socket.write(clean(probe));
    while (!/\r\n\r\n.*\}/s.test(this.#text)) {
      assert.ok(!this.#socket.destroyed, `${what}: somebody else's connection was closed`);
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
    const answers = answersIn(this.#text);
    assert.equal(answers.length, 1, what);
    checkOwn(answers[0], probe, what);
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** An attack, four clean requests behind it on its own connection, and four of others. */
async function attack(
  url: string,
  request: readonly string[],
  body: string,
  bystanders: readonly Bystander[],
): Promise<void> {
  const what = JSON.stringify([...request, body]);
  const probes = Array.from({ length: CLEAN }, (_, index) => `own${index}`);
  const behind = probes.map((probe, index) => clean(probe, index === CLEAN - 1)).join('');
  const text = await exchange(url, `${request.join('\r\n')}\r\n\r\n${body}${behind}`).catch(
    (error) => assert.fail(`${what}: ${error.message}`),
  );
  const answers = answersIn(text);
  // Where the connection was closed no answer comes; those that come are in order, each its own.
  const [first] = answers;
  const from = first === undefined ? 0 : probes.indexOf(first.probe);
  answers.forEach((seen, index) => {
    checkOwn(seen, probes[from + index] ?? 'none', what);
  });
  await Promise.all(bystanders.map((bystander) => bystander.ask(what)));
}

async function setUp(t: TestContext, tls: 'none' | 'auto') {
  const echo = await echoUpstream(t);
  const tlsFolder = mkdtempSync(join(tmpdir(), 'vms-smuggling-'));
  t.after(() => rmSync(tlsFolder, { recursive: true }));
  const url = await gateway(t, {
    tlsFolder,
    config: { tls, pathPrefix: '/vms' },
    upstreams: { api: echo.url, storage: echo.url, stream: echo.url },
  });
  return { echo, url };
}

async function bystandersOf(t: TestContext, url: string): Promise<Bystander[]> {
  const bystanders: Bystander[] = [];
  for (let index = 0; index < CLEAN; index++) {
    bystanders.push(new Bystander(await openSocket(url)));
  }
  t.after(() => {
    for (const bystander of bystanders) bystander.close();
  });
  return bystanders;
}

interface Combinations {
  /** With every framing and every header, at one path. */
  readonly withHeaders: readonly string[];
  /** With every framing at every path. */
  readonly withPaths: readonly string[];
}

function* combinations({ withHeaders, withPaths }: Combinations) {
  for (const framing of FRAMINGS) {
    for (const method of METHODS) yield { method, framing, headers: [], path: '/api/v1/attack' };
    for (const method of withHeaders) {
      for (const headers of HEADERS) yield { method, framing, headers, path: '/api/v1/attack' };
    }
    for (const method of withPaths) {
      for (const path of PATHS) yield { method, framing, headers: [], path };
    }
  }
}

async function attackWithAll(t: TestContext, tls: 'none' | 'auto', which: Combinations) {
  const { echo, url } = await setUp(t, tls);
  const rest = combinations(which);
  const lane = async (): Promise<void> => {
    const bystanders = await bystandersOf(t, url);
    for (const { method, framing, headers, path } of rest) {
      const request = [
        `${method} ${path} HTTP/1.1`,
        'Host: localhost',
        'X-Probe: attack',
        ...headers,
        ...framing.headers,
      ];
      await attack(url, request, framing.body, bystanders);
      assert.deepEqual(echo.intruders, [], JSON.stringify(request));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  assert.ok(echo.requests > 0);
}

test('no request gets into another, whatever it says of its length', (t) =>
  attackWithAll(t, 'none', {
    withHeaders: ['GET', 'POST', 'DELETE'],
    withPaths: ['GET', 'DELETE'],
  }));

test('nor does one over TLS', (t) =>
  attackWithAll(t, 'auto', { withHeaders: ['DELETE'], withPaths: ['GET'] }));
