import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gateway, HEALTHY } from '../testing/gateway-harness.ts';
import { openSocket, readToEnd } from '../testing/raw-client.ts';

/** More than any bound of one caller. */
const SLOW_CALLERS = 300;
/** Milliseconds in which somebody else is answered, on a machine that does other work. */
const QUICKLY_MS = 2_000;
/** Bytes of an answer that no buffer on the way takes. */
const LARGE = Buffer.alloc(8 * 1024 * 1024);

const api: RequestListener = (request, response) => {
  if (request.url === '/health') return HEALTHY(request, response);
  if (request.url === '/api/v1/large') {
    response.end(LARGE);
    return;
  }
  let bytes = 0;
  request.on('data', (part: Buffer) => {
    bytes += part.length;
  });
  request.on('end', () => response.end(`read ${bytes}`));
};

const POST = 'POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\n';
const SLOW: Readonly<Record<string, string>> = {
  'unfinished bodies of a length': `${POST}Content-Length: 100\r\n\r\n{`,
  'unfinished chunks': `${POST}Transfer-Encoding: chunked\r\n\r\n5\r\n{`,
  'bodies that are to be asked for': `${POST}Content-Length: 10\r\nExpect: 100-continue\r\n\r\n`,
  'unfinished heads': `${POST}X-Slow: `,
  'answers that nobody reads': 'GET /api/v1/large HTTP/1.1\r\nHost: localhost\r\n\r\n',
  nothing: '',
};

async function checkQuick(t: TestContext, url: string, from: string, what: string): Promise<void> {
  const startedAt = performance.now();
  const socket = await openSocket(url, from);
  t.after(() => socket.destroy());
  const answer = readToEnd(socket, QUICKLY_MS);
  socket.write(`${POST}Content-Length: 5\r\nConnection: close\r\n\r\n12345`);
  assert.match(await answer, /^HTTP\/1\.1 200 .*read 5$/s, what);
  const ms = performance.now() - startedAt;
  assert.ok(ms < QUICKLY_MS, `${what}: ${ms.toFixed()} ms from ${from}`);
}

for (const tls of ['none', 'auto'] as const) {
  test(`${SLOW_CALLERS} slow connections of one caller do not keep others out (tls: ${tls})`, async (t) => {
    const tlsFolder = mkdtempSync(join(tmpdir(), 'vms-slow-'));
    t.after(() => rmSync(tlsFolder, { recursive: true }));
    const url = await gateway(t, { api, tlsFolder, config: { tls } });
    const kinds = Object.entries(SLOW).slice(0, tls === 'none' ? undefined : 1);
    for (const [what, bytes] of kinds) {
      const slow: Socket[] = [];
      for (let index = 0; index < SLOW_CALLERS; index++) {
        const socket = await openSocket(url);
        socket.pause();
        socket.write(bytes);
        slow.push(socket);
      }
      await checkQuick(t, url, '127.0.0.2', what);
      await checkQuick(t, url, '127.0.0.1', what);
      for (const socket of slow) socket.destroy();
    }
  });
}
